"""The program: language → command tree → error boundary. Clock, store and output are put together here, alone."""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tidbok_cli import i18n
from tidbok_cli.errors import BadInput, Exit, Problem, TidbokError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def main() -> NoReturn:
    """The console script."""
    if sys.stdin is None:  # closed by the shell: `<&-`
        sys.stdin = Path(os.devnull).open()  # noqa: SIM115 - it lasts as long as the process
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the shell: `>&-`
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - it lasts as long as the process
        getattr(sys, name).reconfigure(encoding="utf-8", errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Carries out one command and gives its exit status; errors go to stderr, never as a traceback."""
    try:
        shell = os.environ.get("_TIDBOK_COMPLETE")
        status = _offer(shell) if shell else _invoke(arguments)
        sys.stdout.flush()
    except TidbokError as error:
        return _ended(error, arguments)
    except KeyboardInterrupt:
        print(i18n._("Interrupted."), file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        return _closed_pipe()
    except Exception as error:
        if os.environ.get("TIDBOK_DEBUG") == "1":
            raise
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            _closed_pipe()
            return _ended(BadInput("output.not_written", detail=error.strerror or ""), arguments)
        return _bug(error, arguments)
    return status


def _invoke(arguments: Sequence[str]) -> int:
    i18n.activate(_language(arguments))
    _expect_utf8(arguments)
    import typer

    from tidbok_cli.cli.base import tree

    root = tree.build()
    # Not `root.main`, which has endings of its own for an interrupt and a closed pipe.
    try:
        with root.make_context("tidbok", list(arguments), obj=_context) as ctx:
            return int(root.invoke(ctx) or Exit.DONE)
    except typer.Exit as ended:
        return ended.exit_code


def _offer(shell: str) -> int:
    """Answers a shell that completes a line; where something is wrong, with nothing, and without a word."""
    with suppress(Exception):
        from tidbok_cli.cli.base import completion

        asked = _option(completion.line().split(), "--lang")
        i18n.activate(asked if asked in i18n.LANGUAGES else i18n.language_of(os.environ))
        from tidbok_cli.cli.base import tree

        sys.stdout.write(completion.answer(tree.build(), shell, _context))
    return Exit.DONE


def _context(config: str | None, store: str | None) -> object:
    """Where the command works; made when it is known which command it is, since help does without."""
    from tidbok_cli.render.terminal import Bars
    from tidbok_cli.workflows.context import Context

    return Context(
        environ=os.environ,
        folder=Path.cwd(),
        now=int(time.time()),
        warn=_warner(),
        tell=_tell,
        progress=Bars(),
        ask=_ask if sys.stdin.isatty() else None,
        stdin=lambda: sys.stdin.buffer,
        config_option=config,
        store_option=store,
    )


def _expect_utf8(arguments: Sequence[str]) -> None:
    """Bytes that are no UTF-8 reach Python as lone surrogates, which neither a store nor a file can keep."""
    variables = (value for name, value in os.environ.items() if name.startswith("TIDBOK_"))
    try:
        "".join((*arguments, *variables)).encode()
    except UnicodeEncodeError as error:
        raise BadInput("usage.not_utf8") from error


def _language(arguments: Sequence[str]) -> str:
    """The language, before anything else: help texts are taken when the commands are imported."""
    asked = _option(arguments, "--lang") or os.environ.get("TIDBOK_LANG")
    if asked and asked not in i18n.LANGUAGES:
        i18n.activate(i18n.language_of({}))
        raise BadInput("usage.language", value=asked)
    return asked or i18n.language_of(os.environ)


def _option(arguments: Sequence[str], *names: str) -> str | None:
    """The value of an option as it stands among the arguments, read before Typer does."""
    for index, argument in enumerate(arguments):
        for name in names:
            if argument == name:
                return arguments[index + 1] if index + 1 < len(arguments) else None
            joined = f"{name}=" if name.startswith("--") else name
            if argument.startswith(joined):
                return argument.removeprefix(joined)
    return None


def _warner() -> Callable[[Problem], None]:
    """Says what is doubtful on stderr, each thing once."""
    said: set[str] = set()

    def warn(problem: Problem) -> None:
        from tidbok_cli.render.problems import line

        warning = line(problem)
        if warning not in said:
            said.add(warning)
            print(warning, file=sys.stderr)

    return warn


def _ask() -> str:
    from tidbok_cli.render.terminal import person_number

    return person_number()


def _tell(problem: Problem) -> str:
    from tidbok_cli.render.problems import reason

    return reason(problem)


def _ended(error: TidbokError, arguments: Sequence[str]) -> int:
    from tidbok_cli.render.output import dumps
    from tidbok_cli.render.problems import error_value, lines

    print(dumps(error_value(error)) if _form(arguments) == "json" else "\n".join(lines(error)), file=sys.stderr)
    return error.exit_status


def _closed_pipe() -> int:
    """Nobody reads any more: end without a word, also when Python flushes its streams at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.DONE


def _bug(error: Exception, arguments: Sequence[str]) -> int:
    from tidbok_cli.render.bug_report import write_report
    from tidbok_cli.render.output import dumps

    said = write_report(error)
    as_json = {"error": {"code": "bug", "message": said, "where": None}}
    print(dumps(as_json) if _form(arguments) == "json" else said, file=sys.stderr)
    return Exit.BUG


def _form(arguments: Sequence[str]) -> str | None:
    return _option(arguments, "-o", "--output") or os.environ.get("TIDBOK_OUTPUT")
