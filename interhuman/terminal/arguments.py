"""What the command line takes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interhuman.adaptive_limit import DEFAULT_AT_ONCE
from interhuman.terminal.exporting import FORMATS
from interhuman.vocabulary import INTER_1, MODELS, QUALITY_OVERALL, QUALITY_TIMELINE

INCLUDES: Final = {"overall": QUALITY_OVERALL, "timeline": QUALITY_TIMELINE}

MAX_JOBS: Final = 64

_EPILOG: Final = """\
FILE may be a folder, which stands for the recordings in it and below, or a pattern in quotes.
Keys, the base URL and the library are set as for the page: in .streamlit/secrets.toml or the
environment. Ctrl-C stops: what was sent is still waited for, and running the same command again
goes on. Exit codes: 0 all analyzed, 1 some not or with a gap, 2 wrong use, 130 stopped.
"""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What was asked for on the command line."""

    files: tuple[str, ...]
    """As they were written: files, folders and patterns."""
    model: str
    include: tuple[str, ...]
    """By the API's names."""
    out: Path
    jobs: int
    """How many recordings are at Interhuman at once, at most."""
    formats: tuple[str, ...]
    sandbox: bool
    send_again: bool
    join: bool = False
    """Whether the parts of a camera's recording are to be one."""


def parse(arguments: Sequence[str]) -> Arguments:
    """Return what the command line says; ends the process with 2 and a sentence where it can't."""
    parser = argparse.ArgumentParser(prog="python -m interhuman")
    commands = parser.add_subparsers(required=True, metavar="analyze")
    analyze = commands.add_parser(
        "analyze",
        help="analyze recordings and write the results to a folder",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_options(analyze)
    given = parser.parse_args(arguments)
    return Arguments(
        files=tuple(given.files),
        model=given.model,
        include=given.include,
        out=given.out,
        jobs=given.jobs,
        formats=given.format,
        sandbox=given.sandbox,
        send_again=given.send_again,
        join=given.join,
    )


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a recording, folder or pattern")
    parser.add_argument("--model", choices=list(MODELS), default=INTER_1, help=f"default {INTER_1}")
    parser.add_argument(
        "--out", type=Path, default=Path("results"), metavar="FOLDER", help="default results"
    )
    parser.add_argument(
        "--jobs",
        type=_jobs,
        default=DEFAULT_AT_ONCE,
        metavar="N",
        help=f"recordings at Interhuman at once, default {DEFAULT_AT_ONCE}",
    )
    parser.add_argument(
        "--format",
        type=_formats,
        default=("json",),
        metavar="LIST",
        help=f"any of {', '.join(FORMATS)}, with commas between; default json",
    )
    parser.add_argument(
        "--include",
        type=_includes,
        default=tuple(INCLUDES.values()),
        metavar="LIST",
        help="conversation quality: overall, timeline, or none; default overall,timeline",
    )
    parser.add_argument(
        "--sandbox", action="store_true", help="use the built-in sandbox, which needs no key"
    )
    parser.add_argument(
        "--join",
        action="store_true",
        help="analyze a camera's parts (GX010042, GX020042 ...) as one recording",
    )
    parser.add_argument(
        "--send-again",
        action="store_true",
        help="also send what was sent before and has no result; it may be billed twice",
    )


def _jobs(text: str) -> int:
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= MAX_JOBS:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} must be a whole number from 1 to {MAX_JOBS}")


def _formats(text: str) -> tuple[str, ...]:
    return _names(text, {name: name for name in FORMATS})


def _includes(text: str) -> tuple[str, ...]:
    if text == "none":
        return ()
    return _names(text, INCLUDES | {name: name for name in INCLUDES.values()})


def _names(text: str, known: dict[str, str]) -> tuple[str, ...]:
    """Return what a list with commas names, each once."""
    names = [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} isn't one of {', '.join(known)}")
    return tuple(dict.fromkeys(known[name] for name in names))
