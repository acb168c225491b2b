"""How the shipped sample recording was made: its words and poses, its voice, its picture.

Needed only by `tests.making.make_sample`; the page plays the finished recording.
"""
