"""A local sandbox in place of the Interhuman API: the same job on the same path, without a key.

It honors the API's contract (fields, limits, order of checks, status codes, error bodies)
over real HTTP and reads the recording for real. Its analysis is measured (sound level,
pauses, pitch, movement) and turned into signals by a table of rules; it knows nothing about
people. It shares no code with the client, so that one mistake cannot hide in both.

>>> from interhuman.sandbox import Sandbox
>>> with Sandbox() as sandbox:
...     sandbox.base_url.startswith("http://127.0.0.1:")
True
"""

from interhuman.sandbox.analysis import analyze
from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.server import Sandbox
from interhuman.sandbox.settings import NOTICE, SandboxSettings

__all__ = ["NOTICE", "ApiError", "Sandbox", "SandboxSettings", "analyze"]
