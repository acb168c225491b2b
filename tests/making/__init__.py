"""Makes the sample recording that ships: its words and poses, its voice, its picture.

Only `python -m tests.making.make_sample` runs this; the page plays the finished recording.
"""
