"""Manual page tidbok(1), made from the command tree.

`python -m tidbok_cli.cli.base.manual sv` prints it in Swedish.
"""

from __future__ import annotations

import sys
from enum import Enum
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli import __version__, i18n
from tidbok_cli.cli.base.typer_private import is_option
from tidbok_cli.i18n import _, marked
from tidbok_cli.render import roff

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ARGUMENTS: Final = (
    marked(
        "UNIT is a clinic: its HSA-id, in any case, or its alias. RESIDENT is a person number in any accepted form, or "
        "“-”: then it is read from standard input, and does not stand in the shell's history. FILE may be “-” for "
        "standard input. A time without offset is Stockholm's."
    ),
    marked(
        "Data goes to standard output; progress, questions, warnings and errors go to standard error. Person numbers "
        "are masked unless --reveal asks for them in full, and that is recorded."
    ),
    marked("With --install-completion the shell completes commands, options, clinics, codes and bookings."),
)
_ENVIRONMENT: Final = (
    ("TIDBOK_ACTOR", marked("Who acts, recorded beside the user of the operating system.")),
    (
        "TIDBOK_RUN_ID",
        marked("Names a job's run, in the store and in --log; otherwise systemd's INVOCATION_ID does, or chance."),
    ),
    ("TIDBOK_DEBUG", marked("With 1, a bug ends in a traceback.")),
    (
        "LC_ALL, LC_MESSAGES, LANG",
        marked("The language, where none is named: Swedish for a Swedish one, else English."),
    ),
    ("NO_COLOR", marked("No colours. TERM=dumb does the same.")),
    ("CONFIGURATION_DIRECTORY, STATE_DIRECTORY", marked("Set by systemd: where the configuration and the store are.")),
)
_EXIT_STATUS: Final = (
    ("0", marked("Yes, done, or nothing to report.")),
    ("1", marked("No, findings, or differences; bad rows in an import; an operation that the rules refuse.")),
    ("2", marked("Bad usage, bad input, or the name of something that is not known.")),
    ("70", marked("A bug in the program. It says where it wrote a report, which holds no personal data.")),
    ("75", marked("Try again later: the store was busy, or could not be reached.")),
    ("130", marked("Interrupted.")),
    ("129, 143", marked("Ended by the signal HUP or TERM, with nothing half done.")),
)
_FILES: Final = (
    ("config/tidbok.toml", marked("The region: contacts, store and policy. --config names another folder.")),
    ("config/units/*.toml", marked("The clinics, a file each.")),
    ("~/.config/tidbok", marked("The folder for both where there is no ./config.")),
    ("~/.local/share/tidbok/tidbok.db", marked("The store, unless --store or tidbok.toml names another.")),
)


def page(walked: Iterable[tuple[str, Any]]) -> str:
    """Page for the tree as `tree.walk` gives it."""
    (_words, root), *commands = walked
    purpose = _("configure, explain and operate 1177 tidbok for a health-care region")
    parts = (
        roff.title("tidbok", 1, f"tidbok {__version__}"),
        roff.section(_("NAME")),
        [rf"tidbok \- {roff.escaped(purpose)}"],
        roff.section(_("SYNOPSIS")),
        [f"{roff.bold('tidbok')} {roff.italic(_('[OPTIONS]'))} {roff.italic(_('COMMAND [ARGS]...'))}"],
        roff.section(_("DESCRIPTION")),
        roff.text(root.help),
        *(roff.paragraph(_(told)) for told in _ARGUMENTS),
        roff.section(_("OPTIONS")),
        *map(_parameter, root.params),
        roff.paragraph(_("Most commands also take some of these options; each says which.")),
        *map(_parameter, _shared(command for _words, command in commands)),
        roff.section(_("COMMANDS")),
        *chain.from_iterable(_command(words, command) for words, command in commands),
        roff.section(_("ENVIRONMENT")),
        *_environment(root, commands),
        roff.section(_("EXIT STATUS")),
        *_items(_EXIT_STATUS),
        roff.section(_("FILES")),
        *_items(_FILES),
    )
    return "\n".join(chain.from_iterable(parts)) + "\n"


def _items(items: Iterable[tuple[str, str]]) -> Iterator[Iterable[str]]:
    return (roff.item(roff.bold(term), _(text)) for term, text in items)


def _shared(commands: Iterable[Any]) -> list[Any]:
    """Options in panels of their own, each once, with its longest help."""
    found: dict[str, Any] = {}
    for option in chain.from_iterable(command.params for command in commands):
        if option.rich_help_panel and len(option.help) > len(getattr(found.get(option.name), "help", "")):
            found[option.name] = option
    return list(found.values())


def _command(words: str, command: Any) -> Iterator[Iterable[str]]:
    arguments = [each.metavar for each in command.params if not is_option(each)]
    yield roff.subsection(" ".join((words, *arguments)))
    yield roff.text(command.help)
    yield from (_parameter(each) for each in command.params if not each.rich_help_panel)
    also = [f"{each.opts[0]} {each.metavar or ''}".rstrip() for each in command.params if each.rich_help_panel]
    if also:
        yield roff.paragraph(_("Also: {options}.").format(options=", ".join(also)))
    if examples := _examples(command):
        yield roff.example(examples)


def _parameter(parameter: Any) -> Iterable[str]:
    """Option with names and value, or argument, with all that help says."""
    term = roff.italic((parameter.metavar or "").strip("[]…"))
    if is_option(parameter):
        term = f"{', '.join(map(roff.bold, [*parameter.opts, *parameter.secondary_opts]))} {term}".rstrip()
    default = parameter.default.value if isinstance(parameter.default, Enum) else parameter.default
    notes = (
        _("[env var: {}]").format(parameter.envvar) if parameter.envvar else "",
        _("[default: {}]").format(default) if default else "",
        _("[required]") if parameter.required and is_option(parameter) else "",
    )
    return roff.item(term, " ".join((parameter.help, *filter(None, notes))))


def _examples(command: Any) -> list[str]:
    prompt = "[dim]$[/dim] "
    lines = (command.epilog or "").splitlines()
    return [line.replace(prompt, "$ ") for line in lines if line.startswith(prompt)]


def _environment(root: Any, commands: Iterable[tuple[str, Any]]) -> Iterator[Iterable[str]]:
    options = (*root.params, *_shared(command for _words, command in commands))
    for option in (each for each in options if each.envvar):
        yield roff.item(roff.bold(option.envvar), _("As the option {option}.").format(option=option.opts[-1]))
    yield from _items(_ENVIRONMENT)


def main(language: str) -> None:
    """Print the page in the language."""
    i18n.activate(language)
    from tidbok_cli.cli.base import tree

    sys.stdout.write(page(tree.walk(tree.build())))


if __name__ == "__main__":
    main(sys.argv[1])
