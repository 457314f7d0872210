"""Fields of `why`'s sentences: what is foreign in them is safe for a screen."""

import pytest

from tidbok_cli.render import lines
from tidbok_cli.render.why_fields import Fields


def test_a_field_is_safe_where_a_sentence_names_it() -> None:
    told = Fields({"label": "Be\x1b[2Jsök", "code": "A\u00a0B", "created": "Thu 17 Sep 2026 03:40"})
    assert "{label}, {code}, {created}".format_map(told) == r"Be\x1b[2Jsök, A\u00a0B, Thu 17 Sep 2026 03:40"
    assert told.whole == {"label": r"Be\x1b[2Jsök", "code": r"A\u00a0B", "created": "Thu 17 Sep 2026 03:40"}


def test_a_person_number_is_masked_in_a_field() -> None:
    assert "{label}".format_map(Fields({"label": "för 191212121212"})) == "för 19121212****"


def test_a_field_that_is_added_stands_as_it_is() -> None:
    told = Fields({"unit": "ogon"})
    told["tie"] = "{unit}"
    assert "{unit} {tie}".format_map(told) == "ogon {unit}"


def test_a_field_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="other"):
        "{other}".format_map(Fields({"unit": "ogon"}))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ögon – “prov”", "Ögon – “prov”"),
        ("a\tb\x7f", r"a\tb\x7f"),
        ("\u200bdold\u2028", r"\u200bdold\u2028"),
        ("mellan\u00a0rum", "mellan\u00a0rum"),
        ("h\ud800", r"h\ud800"),
    ],
)
def test_what_a_terminal_obeys_and_what_nobody_sees_is_told(text: str, shown: str) -> None:
    assert lines.visible(text) == shown
