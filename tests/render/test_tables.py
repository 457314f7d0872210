"""Tables off a terminal."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tidbok_cli.render import tables
from tidbok_cli.render.columns import Column


def test_a_plain_table_is_laid_out_in_lots(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """So that a sweep of a region is never in memory at once; what comes later may widen a column, never be cut."""
    monkeypatch.setattr(tables, "LOT", 2)
    printed: list[str] = []

    def rows() -> Iterator[SimpleNamespace]:
        for name in ("a", "bb", "cccc", "d", "e"):
            printed.append(capsys.readouterr().out)
            yield SimpleNamespace(name=name, next="|")

    tables.print_table([Column("name", "N"), Column("next", "")], rows())
    assert printed[:2] == ["", ""]
    assert "".join([*printed, capsys.readouterr().out]).splitlines() == [
        "N",
        "a   |",
        "bb  |",
        "cccc  |",
        "d     |",
        "e     |",
    ]
    assert printed[2] == "N\na   |\nbb  |\n"
