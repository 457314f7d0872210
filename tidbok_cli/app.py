"""Composition of the program: language, commands, error boundary, clock, store, output."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from tidbok_cli import i18n
from tidbok_cli.errors import BadInput, Exit, Problem, TidbokError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TextIO

    from tidbok_cli.workflows.context import Context


def main() -> NoReturn:
    """Carry out the command line, to the end of the process."""
    if sys.stdin is None:  # closed by the shell: `<&-`
        sys.stdin = Path(os.devnull).open()  # noqa: SIM115 - it lasts as long as the process
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the shell: `>&-`
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - it lasts as long as the process
        getattr(sys, name).reconfigure(encoding="utf-8", errors="replace")
    if os.environ.get("TIDBOK_DEBUG") != "1":
        sys.unraisablehook = _unheard
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(number, _interrupt)
    try:
        status = run(sys.argv[1:])
    except KeyboardInterrupt:  # a second one, while the first was being told of
        status = _status()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is over: the status stands
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # or Python would say so at its end, with a status of its own
            _discard(stream)
    gc.freeze()  # the process ends: Python need not look through all that is left
    sys.exit(status)


def _unheard(_: object) -> None:
    """Say nothing of errors in what is only cleared away, as of rows that nobody reads any more."""


def run(arguments: Sequence[str]) -> int:
    """Carry out a command; return its exit status.

    Errors go to stderr, as a traceback only with TIDBOK_DEBUG=1.
    """
    _COMMANDS.clear()
    try:
        shell = os.environ.get("_TIDBOK_COMPLETE")
        status = _offer(shell) if shell else _invoke(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _interrupted()
    except (BrokenPipeError, SystemExit):  # the latter is Rich's, which writes the help, for a closed pipe
        return _discard(sys.stdout)
    except Exception as error:
        if os.environ.get("TIDBOK_DEBUG") == "1" and not isinstance(error, TidbokError):
            raise
        return _failed(error, arguments)
    return status


def _invoke(arguments: Sequence[str]) -> int:
    i18n.activate(_language(arguments))
    _expect_readable(arguments)
    import typer

    from tidbok_cli.cli.base import tree

    root = tree.build()
    # Not `root.main`, which has endings of its own for an interrupt and a closed pipe.
    try:
        with root.make_context("tidbok", list(arguments), obj=_context) as ctx, _naming_command(ctx):
            return int(root.invoke(ctx) or Exit.DONE)
    except typer.Exit as ended:
        return ended.exit_code


@contextmanager
def _naming_command(ctx: Any) -> Iterator[None]:
    """Note on an error which command it ended, for the report of a bug, and record whom it told of."""
    try:
        yield
    except Exception as error:
        error.add_note(getattr(ctx.obj, "command", ""))
        if ended := getattr(ctx.obj, "ended", None):
            ended(error)
        raise


def _offer(shell: str) -> int:
    """Answer a shell that completes a line; on any error, with nothing."""
    with suppress(Exception):
        from tidbok_cli.cli.base import completion

        asked = _option(completion.line().split(), "--lang")
        i18n.activate(asked if asked in i18n.LANGUAGES else i18n.language_of(os.environ))
        from tidbok_cli.cli.base import tree

        sys.stdout.write(completion.answer(tree.build(), shell, _context))
    return Exit.DONE


def _context(config: str | None, store: str | None, *, unsafe: bool = False) -> object:
    """Surroundings of a command, made once it is known: help needs none."""
    from tidbok_cli.render.terminal import Bars
    from tidbok_cli.workflows.context import Context

    context = Context(
        environ=os.environ,
        folder=_folder(),
        now=int(time.time()),
        warn=_warner(),
        tell=_tell,
        progress=Bars(),
        ask=_ask if sys.stdin.isatty() else None,
        stdin=lambda: sys.stdin.buffer,
        config_option=config,
        store_option=store,
        unsafe_permissions=unsafe,
    )
    _COMMANDS.append(context)
    return context


_COMMANDS: Final[list[Context]] = []
"""The surroundings of the command under way, for what ends it once it is over."""


def _folder() -> Path:
    """The current folder; raises BadInput where somebody has removed it."""
    try:
        return Path.cwd()
    except OSError:
        raise BadInput("usage.no_folder") from None


def _expect_readable(arguments: Sequence[str]) -> None:
    """Raise BadInput for bytes other than UTF-8, surrogates that no store keeps, and for what nobody sees."""
    variables = (value for name, value in os.environ.items() if name.startswith("TIDBOK_"))
    try:
        "".join((*arguments, *variables)).encode()
    except UnicodeEncodeError as error:
        raise BadInput("usage.not_utf8") from error
    from tidbok_cli.cli.base.argument import expect_seen

    expect_seen(os.environ)


def _language(arguments: Sequence[str]) -> str:
    """Language of help texts, which importing commands takes; raises BadInput."""
    asked = _option(arguments, "--lang") or os.environ.get("TIDBOK_LANG")
    if asked and asked not in i18n.LANGUAGES:
        i18n.activate(i18n.language_of({}))
        raise BadInput("usage.language", value=asked)
    return asked or i18n.language_of(os.environ)


def _option(arguments: Sequence[str], *names: str) -> str | None:
    """Value of an option among the arguments, before Typer reads them."""
    for index, argument in enumerate(arguments):
        for name in names:
            if argument == name:
                return arguments[index + 1] if index + 1 < len(arguments) else None
            joined = f"{name}=" if name.startswith("--") else name
            if argument.startswith(joined):
                return argument.removeprefix(joined)
    return None


def _warner() -> Callable[[Problem], None]:
    """Printer of warnings on stderr, each once."""
    said: set[str] = set()

    def warn(problem: Problem) -> None:
        from tidbok_cli.render.lines import say
        from tidbok_cli.render.problems import line

        warning = line(problem)
        if warning not in said:
            said.add(warning)
            with suppress(OSError, ValueError):  # nobody may hear it
                say(warning)

    return warn


def _ask() -> str:
    from tidbok_cli.render.terminal import person_number

    return person_number()


def _tell(problem: Problem) -> str:
    from tidbok_cli.render.problems import reason

    return reason(problem)


_SIGNALS: Final[list[int]] = []
"""The signal that ended the command, where it was none of the terminal's."""


def _interrupt(number: int, _frame: object) -> NoReturn:
    """End as at an interrupt, with nothing half done; what comes after has nothing left to end."""
    signal.signal(number, signal.SIG_IGN)
    _SIGNALS.append(number)
    raise KeyboardInterrupt(number)


def _status() -> int:
    """The status that shells give to the signal that ended the command."""
    return 128 + (_SIGNALS[0] if _SIGNALS else signal.SIGINT)


def _interrupted() -> int:
    """Say what ended the command; return the status that shells give to its signal."""
    number = _status() - 128
    if number == signal.SIGTERM:
        said = i18n._("Ended by the signal TERM. Nothing is half done: run it again.")
    elif number == signal.SIGHUP:
        said = i18n._("Ended by the signal HUP: the terminal was closed. Nothing is half done: run it again.")
    else:
        said = i18n._("Interrupted.")
    _say(said)
    return _status()


def _failed(error: Exception, arguments: Sequence[str]) -> int:
    """Say what ended the command; return its exit status."""
    try:
        return _ended(error, arguments)
    except Exception as own:  # noqa: BLE001 -- whatever it was, it is told as a bug
        return _bug(own, arguments)


def _ended(error: Exception, arguments: Sequence[str]) -> int:
    from tidbok_cli.cli.base.ending import told_as

    told = told_as(error, has_changed=any(context.has_changed for context in _COMMANDS))
    if isinstance(told, KeyboardInterrupt):
        return _interrupted()
    if isinstance(told, BadInput) and told.code.startswith("output.not_written"):
        _discard(sys.stdout)
    if not isinstance(told, TidbokError):
        return _bug(error, arguments)
    from tidbok_cli.render.problems import error_value, lines

    _print_error("\n".join(lines(told)), error_value(told), arguments)
    return told.exit_status


def _bug(error: Exception, arguments: Sequence[str]) -> int:
    """Report a bug, at least by its name: what tells of an error raises none."""
    try:
        from tidbok_cli.render.bug_report import report

        said = report(error, next(iter(getattr(error, "__notes__", ())), ""))
        _print_error(said, {"error": {"code": "bug", "message": said, "where": None}}, arguments)
    except Exception:  # noqa: BLE001 -- there is nobody left to tell of it
        _say(f"{type(error).__name__} (70)")
    return Exit.BUG


def _print_error(text: str, value: Mapping[str, object], arguments: Sequence[str]) -> None:
    from tidbok_cli.render.lines import say
    from tidbok_cli.render.output import dumps

    form = _option(arguments, "-o", "--output") or os.environ.get("TIDBOK_OUTPUT")
    with suppress(OSError, ValueError):
        if form == "json":
            print(dumps(value), file=sys.stderr)
        else:
            say(text)


def _say(text: str) -> None:
    """Print on stderr, where anybody can hear it."""
    with suppress(OSError, ValueError):
        print(text, file=sys.stderr)


def _discard(stream: TextIO) -> int:
    """Write the rest of a stream nowhere, also when Python flushes it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return Exit.DONE
