"""The apostrophe that keeps a spreadsheet from computing a cell, put on and taken off."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tidbok_cli.domain.formula import guarded, unguarded


@given(st.text("'=+-@;\t\r\n ax"))
def test_what_is_guarded_computes_nothing_and_is_found_again(text: str) -> None:
    cell = guarded(text)
    assert not any(part[:1] in set("=+-@") and part for part in re.split(r"[;\t\r\n]", cell))
    assert not cell.startswith(("\t", "\r"))
    assert unguarded(cell) == text
