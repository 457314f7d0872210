"""The generated parts of README and handbook: `make docs` writes them, `make check` holds them against the program."""

import os
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from tidbok_cli import i18n
from tidbok_cli.cli.base import tree
from tidbok_cli.domain.checks import CHECKS, Actor, Check
from tidbok_cli.domain.coupling import CONTRACTS
from tidbok_cli.domain.handbook import TOPICS
from tidbok_cli.domain.journal import ACTOR_OF
from tidbok_cli.domain.journal_outcome import OUR_WAY
from tidbok_cli.exchange.handbook import read_guide
from tidbok_cli.render import check_texts, journal_texts, words

_AT: Final = "2026-12-01T09:00"
"""The moment of the sample answers, so that they stay as they are."""
_BOOKING: Final = "COS-100091"
_WIDTH: Final = 100
_HEADINGS: Final = {
    "en": ("Reason", "What it means", "Rules", "Who can act"),
    "sv": ("Orsak", "Vad det betyder", "Regler", "Vem som kan åtgärda"),
}
_OF_CODES: Final = {
    "en": ("Code", "What it means", "What to do", "Who can act"),
    "sv": ("Kod", "Vad det betyder", "Vad som kan göras", "Vem som kan åtgärda"),
}
_ACTIONS: Final = {"show": "visa", "cancel": "avboka", "rebook": "omboka", "book": "boka"}
_SERVICES: Final[dict[str, tuple[tuple[str, ...], dict[str, str]]]] = {
    "en": (("Service", "Contracts"), {}),
    "sv": (("Tjänst", "Kontrakt"), _ACTIONS),
}
_ASKED: Final = {"en": "Asked to: {actions}.", "sv": "Gäller för: {actions}."}
_NOBODY: Final = {"en": "nobody: nothing to mend", "sv": "ingen: inget att åtgärda"}


def commands() -> str:
    """A table of every command, with what it does."""
    i18n.activate("en")
    _, *walked = tree.walk(tree.build())
    told = {words: command.get_short_help_str() for words, command in walked if not hasattr(command, "commands")}
    rows = ((f"`{words}`", _cell(said.partition("\n")[0])) for words, said in told.items())
    return _table(("Command", "What it does"), rows)


def topics() -> str:
    """A table of the handbook's guides, with links to both languages' files."""
    guides = ((topic, read_guide("en", topic), read_guide("sv", topic)) for topic in TOPICS)
    place = "tidbok_cli/handbook"
    rows = (
        (f"[`{topic}`]({place}/en/{topic}.md)", _cell(en.about), f"[{_cell(sv.title)}]({place}/sv/{topic}.md)")
        for topic, en, sv in guides
    )
    return _table(("Topic", "What it is for", "På svenska"), rows)


def rules(language: str) -> str:
    """The table of checks: what each asks, and each reason with its meaning, rules and who can act."""
    i18n.activate(language)
    return "\n\n".join(_check(check, language) for check in CHECKS)


def _check(check: Check, language: str) -> str:
    actions = ", ".join(_ACTIONS[action] if language == "sv" else str(action) for action in check.actions)
    rows = (
        (
            f"`{check.name}.{reason.code}`",
            _cell(_blanked(i18n._(check_texts.REASONS[f"{check.name}.{reason.code}"].message))),
            ", ".join(reason.rules),
            i18n._(words.ACTORS[reason.actor]) if reason.actor else _NOBODY[language],
        )
        for reason in check.reasons
    )
    asked = f"{i18n._(check_texts.CHECKS[check.name][0])} {_ASKED[language].format(actions=actions)}"
    return f"### {check.name}\n\n{asked}\n\n{_table(_HEADINGS[language], rows)}"


def contracts(language: str) -> str:
    """A table of the RIV-TA contracts that each service needs."""
    headings, services = _SERVICES[language]
    rows = ((services.get(service, service), ", ".join(needed)) for service, needed in CONTRACTS.items())
    return _table(headings, rows)


def journal(language: str) -> str:
    """A table of the codes of journals' answers: what each means, what to do, and who can."""
    i18n.activate(language)
    rows = (
        (f"`{code}`", *(_cell(_blanked(i18n._(said))) for said in (text.message, text.fix or "")), _who(code))
        for code, text in journal_texts.CODES.items()
    )
    return _table(_OF_CODES[language], rows)


def _who(code: str) -> str:
    """Who can act on a code: by the platform's own, else whoever runs the program where the call came no further."""
    actor = ACTOR_OF.get(code, None if code in OUR_WAY else Actor.REGIONAL_ADMINISTRATION)
    return i18n._(words.ACTORS[actor] if actor else "whoever runs this program")


def _blanked(message: str) -> str:
    """The sentence with dots where it names something."""
    return re.sub(r"{\w+}", "…", message).replace("….", "…")


def _table(headings: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = (headings, ("---",) * len(headings), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def answer(language: str) -> str:
    """The answer of `tidbok why` for a booking of the demo region, as a block."""
    return sample(language, "why", _BOOKING)


def sample(language: str, *command: str) -> str:
    """What a command says of the demo region, as a block."""
    told = _tidbok(Path(_demo().name, "tidbok-demo"), "--lang", language, *command, "--at", _AT)
    lines = (textwrap.wrap(line, _WIDTH, subsequent_indent="  ") or [""] for line in told.splitlines())
    return "\n".join(["```text", *(line for folded in lines for line in folded), "```"])


@cache
def _demo() -> tempfile.TemporaryDirectory[str]:
    """The demo region of that moment, in a folder that goes when the process ends."""
    folder = tempfile.TemporaryDirectory(prefix="tidbok-")
    _tidbok(Path(folder.name), "demo", "--at", _AT)
    return folder


def _tidbok(folder: Path, *arguments: str) -> str:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TIDBOK_")}
    program = Path(sys.executable).with_name("tidbok")
    ran = subprocess.run([program, *arguments], cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert ran.returncode in (0, 1), ran.stderr
    return ran.stdout
