"""Moving a store to another place, of the same database or the other: all of it, or nothing."""

from tidbok_cli.domain.copying import Copied
from tidbok_cli.errors import BadInput, Problem, Refused
from tidbok_cli.store.address import Address, parse_address
from tidbok_cli.store.reading import Reader
from tidbok_cli.store.upkeep import damages
from tidbok_cli.workflows.workplace import Workplace


def copy_store(place: Workplace, to: str) -> Copied:
    """Copies the store, as it is at one moment, into an empty one, which is made where it is missing.

    The copy is checked before it is kept: the number of rows of each table, and all that `store check` looks at.
    Raises BadInput where the other store is not empty, Refused where the copy is not whole.
    """
    from tidbok_cli.store.copying import TABLES, copy, is_empty, make_where_missing, settle
    from tidbok_cli.store.engine import writer_of, writing

    target = parse_address(to, place.folder)
    with place.reading() as source:
        make_where_missing(target)
        with writing(target) as session:
            writer = writer_of(session)
            if not is_empty(writer):
                raise BadInput("copy.not_empty", store=str(target))
            rows = {table.name: copy(source, writer, table) for table in place.progress.track(TABLES, "copying")}
            settle(writer)
            _expect_whole(writer, rows, target)
    return Copied(str(place.address), str(target), rows)


def _expect_whole(reader: Reader, rows: dict[str, int], target: Address) -> None:
    """Raises Refused, which takes the copy back, where it is not what was copied or where that was not whole."""
    problems = [
        Problem("copy.rows", {"table": table, "count": count, "found": found})
        for table, count in rows.items()
        if (found := reader.value(f"SELECT count(*) FROM {table}")) != count
    ]
    problems += [
        Problem("copy.damage", {"check": damage.check, "detail": damage.detail})
        for damage in damages(reader, sqlite=reader.is_sqlite)
    ]
    if problems:
        raise Refused("copy.not_whole", store=str(target), problems=problems[:100])
