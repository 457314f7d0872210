"""How a table's columns share a terminal's width."""

from hypothesis import given
from hypothesis import strategies as st

from tidbok_cli.render.columns import Rank
from tidbok_cli.render.tables import GAP, ColumnWidth, fit, total

NAME, ORDINARY, LEAST = Rank.NAME, Rank.ORDINARY, Rank.LEAST
COLUMNS = [
    ColumnWidth(NAME, 17, 17),
    ColumnWidth(ORDINARY, 40, 12),
    ColumnWidth(LEAST, 16, 10),
    ColumnWidth(LEAST, 6, 6),
]


def test_where_there_is_room_nothing_is_folded() -> None:
    assert fit(COLUMNS, 85) == {0: 17, 1: 40, 2: 16, 3: 6}


def test_the_widest_is_folded_first() -> None:
    assert fit(COLUMNS, 84) == {0: 17, 1: 39, 2: 16, 3: 6}
    assert fit(COLUMNS, 60) == {0: 17, 1: 15, 2: 16, 3: 6}
    assert fit(COLUMNS, 51) == {0: 17, 1: 12, 2: 10, 3: 6}


def test_then_the_least_important_are_left_out_from_the_right() -> None:
    assert fit(COLUMNS, 50) == {0: 17, 1: 14, 2: 15}
    assert fit(COLUMNS, 42) == {0: 17, 1: 23}
    assert fit(COLUMNS, 30) == {0: 17}


def test_names_stay_also_where_they_are_too_wide() -> None:
    assert fit(COLUMNS, 5) == {0: 17}
    assert fit([], 5) == {}


def extents() -> st.SearchStrategy[ColumnWidth]:
    widths = st.tuples(st.integers(1, 60), st.integers(1, 60)).map(sorted)
    return st.builds(
        lambda rank, least_most: ColumnWidth(rank, least_most[1], least_most[rank is NAME]),
        st.sampled_from(Rank),
        widths,
    )


@given(columns=st.lists(extents(), max_size=9), room=st.integers(1, 300))
def test_what_holds_of_every_table(columns: list[ColumnWidth], room: int) -> None:
    widths = fit(columns, room)
    assert {place for place, column in enumerate(columns) if column.rank is NAME} <= set(widths)
    assert all(columns[place].least <= width <= columns[place].natural for place, width in widths.items())
    names_alone = all(columns[place].rank is NAME for place in widths)
    assert total(widths.values()) <= room or names_alone
    left_out = [column for place, column in enumerate(columns) if place not in widths]
    if left_out:
        assert total(column.least for column in columns) > room
        kept = [columns[place].rank for place in widths]
        assert min(column.rank for column in left_out) >= max([rank for rank in kept if rank is not NAME], default=NAME)


def test_the_gap_is_between_columns_only() -> None:
    assert (total([3]), total([3, 4])) == (3, 7 + GAP)
