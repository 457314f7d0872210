"""Clinics by their names, and what somebody may have meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.text import composed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tidbok_cli.domain.candidates import UnitName

AT_MOST: Final = 3
"""So many are offered: more would be a list to read."""


def units_called(units: Iterable[UnitName], name: str) -> list[UnitName]:
    """List the clinics with the name, in any case, each once."""
    called = {hsa_key(each.hsa_id): each for each in units if each.name and _folded(each.name) == _folded(name)}
    return list(called.values())


def units_near(units: Iterable[UnitName], text: str) -> list[UnitName]:
    """List the few clinics whose name, alias or HSA-id is nearest."""
    by_word: dict[str, UnitName] = {}
    for each in units:
        for word in (each.name, each.alias, each.hsa_id.partition("-")[2]):
            if word:
                by_word.setdefault(_folded(word), each)
    wanted = _folded(text.partition("-")[2] if text[:2].upper() == "SE" and "-" in text else text)
    within = [word for word in by_word if len(wanted) > 2 and wanted in word]
    words = dict.fromkeys([*within, *get_close_matches(wanted, by_word, AT_MOST, 0.7)])
    return list({by_word[word].hsa_id: by_word[word] for word in words}.values())[:AT_MOST]


def _folded(text: str) -> str:
    return " ".join(composed(text).split()).casefold()


def spellings(name: str) -> Sequence[str]:
    """Other ways to write an id: case, spaces, hyphens, one character too many."""
    written = name.strip()
    ways = [written, "".join(written.split()), "-".join(written.split()), *_hyphened(written)]
    cased = [form for way in ways for form in (way, way.upper(), way.lower())]
    return list(dict.fromkeys([*cased, *_shorter(written)]))


def _hyphened(name: str) -> Iterator[str]:
    """`COS100231` as `COS-100231`, and the other way."""
    letters = name.rstrip("0123456789")
    if letters and letters != name and letters.isalpha():
        yield f"{letters}-{name[len(letters) :]}"
    yield name.replace("-", "")
    yield name.replace("_", "-")


def _shorter(name: str) -> Iterator[str]:
    return (name[:place] + name[place + 1 :] for place in range(len(name))) if len(name) > 3 else iter(())
