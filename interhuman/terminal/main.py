"""`python -m interhuman analyze`: from the arguments to the exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from interhuman.errors import InterhumanConfigError, InterhumanError, LibraryError
from interhuman.formats import count
from interhuman.library.library import Library
from interhuman.media.joining import Joined
from interhuman.runs.queue.recovery import recover
from interhuman.runs.queue.threads import ThreadQueue
from interhuman.runs.request import AnalysisRequest
from interhuman.sandbox import Sandbox, SandboxSettings
from interhuman.terminal.adding import Adding
from interhuman.terminal.arguments import MAX_JOBS, Arguments, parse
from interhuman.terminal.batch import Batch
from interhuman.terminal.display import display_on, print_summary
from interhuman.terminal.exporting import write_results
from interhuman.terminal.files import find_recordings
from interhuman.terminal.joining import CONVERTS_NOT, FOLDER, join_parts
from interhuman.terminal.setup import account_of, open_library, read_deployment, sandbox_account
from interhuman.terminal.stopping import Stopping
from interhuman.text import displayable, name_line
from interhuman.vocabulary import SANDBOX_NOTE

ALL_ANALYZED: Final = 0
SOME_NOT: Final = 1
WRONG_USE: Final = 2
STOPPED: Final = 130
"""As a shell says of a program that Ctrl-C ended."""

_CLOSE_WITHIN_S: Final = 10.0


def main(arguments: Sequence[str]) -> int:
    """Analyze what the command line names and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # Not every terminal has every character.
    given = parse(arguments)
    with ExitStack() as stack, Stopping() as stopping:
        try:
            return _analyze(given, stack, stopping)
        except KeyboardInterrupt:
            return STOPPED
        except InterhumanConfigError as error:
            return _refuse(error, WRONG_USE)
        except (InterhumanError, OSError) as error:
            return _refuse(error, SOME_NOT)


def _refuse(error: Exception, code: int) -> int:
    print(displayable(str(error)), file=sys.stderr)
    return code


def _analyze(given: Arguments, stack: ExitStack, stopping: Stopping) -> int:
    deployment = read_deployment(os.environ)
    files = find_recordings(given.files)
    if given.sandbox:
        print(SANDBOX_NOTE, file=sys.stderr)
        settings = SandboxSettings(max_concurrent=MAX_JOBS)
        account = sandbox_account(stack.enter_context(Sandbox(settings)))
    else:
        account = account_of(deployment)
    given.out.mkdir(parents=True, exist_ok=True)
    recordings: dict[Path, Joined | None] = dict.fromkeys(files)
    if given.join and not deployment.convert:
        raise InterhumanConfigError(CONVERTS_NOT)
    if given.join:
        recordings = join_parts(files, given.out / FOLDER, cancelled=lambda: stopping.is_wanted)
    library = open_library(deployment.library, out=given.out)
    recover(library)
    ids: list[str] = []
    queue = ThreadQueue(max_at_once=given.jobs, convert=deployment.convert, only=ids)
    queue.connect(library, account)
    queue.resume(library, account)
    adding = Adding(
        queue,
        library,
        account,
        _request(given),
        ids=ids,
        send_again=given.send_again,
        joined=recordings,
    )
    batch = Batch(list(recordings), queue=queue, library=library, adding=adding)
    try:
        with display_on(sys.stderr) as display:
            batch.follow(display, stopping)
    except KeyboardInterrupt:
        _say_what_is_left(batch)
        raise
    except LibraryError as error:
        _refuse(error, SOME_NOT)
    queue.close(_CLOSE_WITHIN_S)
    return _report(given, batch, library, was_stopped=stopping.is_wanted)


def _request(given: Arguments) -> AnalysisRequest:
    return AnalysisRequest(model=given.model, include=given.include, sandbox=given.sandbox)


def _say_what_is_left(batch: Batch) -> None:
    sent = batch.count_sent()
    if sent:
        print(
            f"{count(sent, 'recording')} may have been sent and billed without a result. "
            "The same command says which, and sends none of them again.",
            file=sys.stderr,
        )


def _report(given: Arguments, batch: Batch, library: Library, *, was_stopped: bool) -> int:
    """Write the results, print what became of each file, and return the exit code."""
    unreadable: dict[str, str] = {}
    written = write_results(
        library,
        batch.done_ids,
        given.out,
        formats=given.formats,
        leave_out=lambda title, why: unreadable.update({title: why}),
    )
    outcomes = batch.outcomes()
    print_summary(outcomes, sys.stdout)
    for title, why in unreadable.items():
        print(f"{name_line(title)}: {displayable(why)}")
    if written:
        print(f"Wrote {count(len(written), 'file')} to {displayable(str(given.out))}.")
    if all(one.is_done and not one.has_gap for one in outcomes) and not unreadable:
        return ALL_ANALYZED
    return STOPPED if was_stopped else SOME_NOT
