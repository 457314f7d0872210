"""The Swedish catalogue, in step with the texts of the sources.

`make catalogue` brings it in step.
"""

from collections.abc import Sequence
from string import Formatter
from typing import Final

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from support.paths import PACKAGE

KEYWORDS: Final = {**DEFAULT_KEYWORDS, "marked": None, "_m": None}


@pytest.fixture(scope="module")
def swedish() -> Catalog:
    with (PACKAGE / "i18n/locale/sv/LC_MESSAGES/tidbok.po").open("rb") as file:
        return read_po(file, locale="sv", abort_invalid=True)


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """The text's forms: one, or with `ngettext` the singular and the plural."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def placeholders(text: str) -> set[str]:
    """The names in braces that the text is filled in with."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def entries(catalogue: Catalog) -> list[Message]:
    """All messages but the header."""
    return [message for message in catalogue if message.id]


def test_every_text_of_the_sources_is_in_the_catalogue_and_no_other(swedish: Catalog) -> None:
    said = {found[2] for found in extract_from_dir(PACKAGE, keywords=KEYWORDS)}
    assert {message.id for message in entries(swedish)} == said


def test_every_text_is_translated_for_certain(swedish: Catalog) -> None:
    wanting = [message.id for message in entries(swedish) if message.fuzzy or not all(forms(message.string))]
    assert wanting == []


def test_every_translation_is_filled_in_with_the_same_names_as_the_text(swedish: Catalog) -> None:
    differing = [
        (text, translation)
        for message in entries(swedish)
        for text, translation in zip(forms(message.id), forms(message.string), strict=True)
        if placeholders(text) != placeholders(translation)
    ]
    assert differing == []


def test_the_catalogue_counts_as_swedish_does(swedish: Catalog) -> None:
    """nplurals=2: one booking, all other numbers bookings."""
    assert swedish.plural_forms == "nplurals=2; plural=(n != 1);"
