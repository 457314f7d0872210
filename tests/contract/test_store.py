"""Migrations that make the code's tables, and constraints that refuse lies."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, event
from support.command_line import Run
from support.people import ANNA, RESIDENTS
from support.stores import LIES, Stores, address_of, altered, opened

from tidbok_cli.domain.facts import PolicyFacts, Question
from tidbok_cli.domain.relation import Event, LoggedEvent
from tidbok_cli.domain.relation_periods import fold
from tidbok_cli.errors import BadInput
from tidbok_cli.store.address import Address, parse_address
from tidbok_cli.store.read.facts import BookingSelection, query
from tidbok_cli.store.read.relation import periods_of
from tidbok_cli.store.read.relation_log import events_of
from tidbok_cli.store.read.store_references import SPREAD
from tidbok_cli.store.reader import SCHEMA, reading
from tidbok_cli.store.tables import Unit
from tidbok_cli.store.write.engine import desk, engine_for, reader_of, writer_of, writing
from tidbok_cli.store.write.ids import resident_ids, unit_ids
from tidbok_cli.store.write.migrate import make_store
from tidbok_cli.store.write.provenance import Provenance
from tidbok_cli.store.write.relation import NewEvent, record, void

ONE_BOOKING = (
    "INSERT INTO unit (id, hsa_key, hsa_id) VALUES (1, 'SE2321000024-A', 'SE2321000024-A')",
    "INSERT INTO resident (id, number) VALUES (1, '191212121212')",
    """INSERT INTO booking (id, unit_id, booking_id, resident_id, code, starts_at, created_at, imported)
       VALUES (1, 1, 'B1', 1, 'C', 100, 50, TRUE)""",
)
ITS_RELATION = (
    "INSERT INTO relation_event VALUES (1, 1, 1, 'clinic_added', 70, TRUE, 70, 'x', NULL, NULL)",
    "INSERT INTO relation_period VALUES (1, 1, 70, 100, 'held', 1)",
)
A_SLOT_AND_A_BASIS = (
    "INSERT INTO slot (id, unit_id, slot_id, code, starts_at, published_at) VALUES (1, 1, 'S1', 'C', 100, 50)",
    """INSERT INTO booking_basis (id, unit_id, basis_id, resident_id, code, valid_from, valid_until, added_at)
       VALUES (1, 1, 'U1', 1, 'C', 10, 20, 50)""",
    "UPDATE booking SET slot_id = 1, basis_id = 1",
)


pytestmark = pytest.mark.both


@pytest.fixture
def store(stores: Stores, tmp_path: Path) -> Address:
    stores.make(tmp_path)
    return address_of(tmp_path)


def test_the_migrations_make_the_tables_of_the_code(store: Address) -> None:
    engine = engine_for(store)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Unit.metadata) == []
        assert context.get_current_revision() == SCHEMA
    engine.dispose()


def test_a_store_of_an_older_program_is_brought_up_to_date(stores: Stores, tmp_path: Path) -> None:
    """… with all that is in it."""
    address = stores.empty(tmp_path)
    make_store(address, "0001")
    altered(tmp_path, *ONE_BOOKING)
    with pytest.raises(BadInput) as refused, reading(address):
        pass
    assert refused.value.code == "store.older_schema"
    assert make_store(address)
    with reading(address) as reader:
        assert reader.value("SELECT number FROM resident") == ANNA
        assert list(reader.rows("SELECT * FROM relation_void")) == []
        assert reader.row("SELECT booking_id, slot_id, basis_id, ended_by FROM booking") == ("B1", None, None, None)


def test_bookings_of_an_older_store_are_told_how_the_relation_is(stores: Stores, tmp_path: Path) -> None:
    address = stores.empty(tmp_path)
    make_store(address, "0003")
    altered(tmp_path, *ONE_BOOKING, *ITS_RELATION)
    assert make_store(address)
    with reading(address) as reader:
        assert reader.row("SELECT relation, relation_since FROM booking") == ("held", 70)


def test_periods_of_an_older_store_stay_as_they_are_and_are_checked(stores: Stores, tmp_path: Path) -> None:
    address = stores.empty(tmp_path)
    make_store(address, "0017")
    altered(tmp_path, *ONE_BOOKING, *ITS_RELATION)
    assert make_store(address)
    with reading(address) as reader:
        assert list(reader.rows("SELECT * FROM relation_period")) == [(1, 1, 70, 100, "held", 1)]
    with pytest.raises(LIES), opened(tmp_path) as connection:
        connection.execute("INSERT INTO relation_period VALUES (1, 1, 300, 200, 'held', 1)")


def test_an_end_that_was_taken_back_outlasts_the_tables_that_held_it(stores: Stores, tmp_path: Path) -> None:
    address = stores.empty(tmp_path)
    make_store(address, "0008")
    altered(tmp_path, *ONE_BOOKING, "INSERT INTO booking_revival VALUES (1, 60, 'cancelled', 70, NULL)")
    assert make_store(address)
    with reading(address) as reader:
        assert list(reader.rows("SELECT * FROM booking_revival")) == [(1, 60, "cancelled", 70, None)]


def test_what_is_checked_of_spread_tables_is_all_that_their_foreign_keys_hold() -> None:
    for name, columns in SPREAD.items():
        held = {key.parent.name: key.column.table.name for key in Unit.metadata.tables[name].foreign_keys}
        assert held == columns


@pytest.mark.files
@pytest.mark.parametrize(
    "selection",
    [
        BookingSelection(),
        BookingSelection(every=True),
        BookingSelection(unit_ids=(1, 2), begins=5, ends=9),
        BookingSelection(number=7, every=True),
        BookingSelection(resident_id=7),
    ],
    ids=["sweep", "sweep --all", "sweep --unit --from --to", "why BOOKING", "why --resident"],
)
def test_nothing_is_walked_through_for_the_facts_but_what_is_asked_for(
    store: Address, selection: BookingSelection
) -> None:
    """The plan of the one query: look-ups by keys, and of all bookings one walk along a unit's part of an index."""
    question = Question(100, PolicyFacts(True, False, False), ("contract",))
    unit = dict.fromkeys(("unit", "version", "calendar", "last_over", "last_late", "with_past"), 1)
    asked = selection.parameters | unit | {"at": question.at, "also": ""}
    with reading(store) as reader:
        plan = [row[3] for row in reader.rows(f"EXPLAIN QUERY PLAN {query(selection, '')}", **asked)]
    told = [step for step in plan if not step.endswith(" past") and "SEARCH past " not in step]  # ends taken back since
    assert not any(step.startswith("SCAN") or "AUTOMATIC" in step for step in told)
    (bookings,) = (step for step in told if step.startswith("SEARCH b "))
    if selection.number or selection.resident_id:
        assert "PRIMARY KEY (rowid=?)" in bookings or "ix_booking_resident_id_unit_id (resident_id=?)" in bookings
    else:
        assert "COVERING INDEX ix_booking_facts (unit_id=? AND starts_at>? AND starts_at<?)" in bookings


def test_making_a_store_again_does_nothing(store: Address) -> None:
    assert not make_store(store)


def test_a_new_store_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "tidbok.db"
    assert make_store(Address(path=path))
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.fixture
def booked(store: Address, tmp_path: Path) -> Path:
    """The folder of a store with one booking, its slot and its basis."""
    altered(tmp_path, *ONE_BOOKING, *A_SLOT_AND_A_BASIS)
    return tmp_path


THE_SAME_BOOKING = """
INSERT INTO booking (unit_id, booking_id, resident_id, code, starts_at, created_at, imported)
VALUES (1, 'B1', 1, 'C', 100, 50, TRUE)
"""

THE_SLOT_TAKEN_ONCE_MORE = """
INSERT INTO booking (unit_id, booking_id, resident_id, code, starts_at, created_at, imported, slot_id)
VALUES (1, 'B2', 1, 'C', 100, 50, FALSE, 1)
"""
THE_BASIS_USED_ONCE_MORE = THE_SLOT_TAKEN_ONCE_MORE.replace("slot_id", "basis_id")


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE booking SET ended_at = 49, ended_as = 'cancelled'",
        "UPDATE booking SET ended_at = 60",
        "UPDATE booking SET ended_at = 60, ended_as = 'vanished'",
        "UPDATE booking SET ends_at = 99",
        "UPDATE booking SET origin = 'nobody'",
        "UPDATE booking SET unit_id = 2",
        THE_SAME_BOOKING,
        "INSERT INTO resident (number) VALUES ('191212121212')",
        "INSERT INTO relation_period VALUES (1, 1, 10, 10, 'held', 1)",
        "INSERT INTO relation_period VALUES (1, 1, 10, 20, 'never', 1)",
        "INSERT INTO relation_event VALUES (1, 1, 1, 'clinic_moved', 10, TRUE, 10, 'x', NULL, NULL)",
        "INSERT INTO booking_revival VALUES (1, 70, 'cancelled', 70, NULL)",
        "UPDATE booking SET slot_id = 2",
        "UPDATE booking SET basis_id = 2",
        "UPDATE booking SET ended_by = 'nobody'",
        "INSERT INTO slot (unit_id, slot_id, code, starts_at, published_at) VALUES (1, 'S1', 'C', 100, 50)",
        "UPDATE slot SET withdrawn_at = 49",
        "UPDATE booking_basis SET valid_until = 10",
        "UPDATE booking_basis SET withdrawn_at = 49",
        THE_SLOT_TAKEN_ONCE_MORE,
        THE_BASIS_USED_ONCE_MORE,
    ],
)
def test_a_lie_is_refused(booked: Path, lie: str) -> None:
    with pytest.raises(LIES), opened(booked) as connection:
        connection.execute(lie)


def test_one_version_of_a_unit_is_in_force_from_a_moment_on(booked: Path) -> None:
    version = (
        "INSERT INTO unit_version (unit_id, begins, ends, removed, name, show, cancel, rebook, book, source, lines,"
        " applied_at, actor) VALUES (1, 10, {}, FALSE, 'n', TRUE, FALSE, FALSE, FALSE, 'f', '{{}}', 1, 'x')"
    )
    replaced_before_they_were_in_force = [version.format(10)] * 2
    altered(booked, *replaced_before_they_were_in_force, version.format(20))
    with pytest.raises(LIES), opened(booked) as connection:
        connection.execute(version.format(30))


def test_periods_one_by_one_are_those_of_all_at_once(store: Address, stores: Stores, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    stores.make(tmp_path / "other")
    other = address_of(tmp_path / "other")
    events = [
        (5, Event.CLINIC_ADDED),
        (9, Event.CLINIC_REMOVED),
        (7, Event.COMMUNICATION_APPROVED),
        (1, Event.CLINIC_REMOVED),
    ]
    for address, portions in ((store, [[each] for each in events]), (other, [events])):
        for portion in portions:
            with writing(address) as session:
                unit = unit_ids(session, {"SE2321000024-A": "SE2321000024-A"})["SE2321000024-A"]
                resident = resident_ids(session, [ANNA])[ANNA]
                new = [NewEvent(unit, resident, event, at) for at, event in portion]
                record(session, new, Provenance(100, "tester"))
    for address in (store, other):
        with reading(address) as reader:
            log = [LoggedEvent(each.id, each.event, each.occurred_at) for each in events_of(reader, 1, 1)]
            assert periods_of(reader, 1, 1) == fold(log).periods
            assert [each.has_effect for each in events_of(reader, 1, 1)] == [False, True, True, True]


def test_a_pair_with_one_event_has_the_periods_of_its_log(store: Address) -> None:
    """… which SQL writes by what the domain says of each event alone; also where it was recorded wrongly."""
    with writing(store) as session:
        unit = unit_ids(session, {"SE2321000024-A": "SE2321000024-A"})["SE2321000024-A"]
        pairs = dict(zip(Event, sorted(resident_ids(session, RESIDENTS).values()), strict=False))
        events = [NewEvent(unit, resident, event, 7) for event, resident in pairs.items()]
        record(session, events, Provenance(100, "tester"))
    with reading(store) as reader:
        for event, resident in pairs.items():
            (logged,) = events_of(reader, unit, resident)
            folded = fold([LoggedEvent(logged.id, event, 7)])
            assert periods_of(reader, unit, resident) == folded.periods
            assert logged.has_effect == (not folded.without_effect)
    with writing(store) as session:
        void(session, logged.id, 101, Provenance(101, "tester"), None)
    with reading(store) as reader:
        assert periods_of(reader, unit, resident) == ()


@pytest.mark.parametrize("known", [False, True], ids=["empty", "not empty"])
def test_an_import_commits_no_row_that_names_one_that_is_not_there(store: Address, known: bool) -> None:
    """SQLite's foreign keys are looked at once, at the end, where the import fills an empty table."""
    sql = ONE_BOOKING[2].replace("'B1'", "'B2'").replace("(1, 1,", "(2, 9,")
    if known:
        with writing(store) as session:
            for each in ONE_BOOKING:
                writer_of(session).execute(each)

    def fills() -> None:
        with desk(store) as opened, opened.writing(fills=("booking",)) as session:
            writer_of(session).execute(sql)

    with pytest.raises(Exception, match=r"(?i)foreign key"):
        fills()
    with reading(store) as reader:
        assert reader.value("SELECT count(*) FROM booking") == int(known)


def test_what_fails_is_undone(store: Address) -> None:
    def fails() -> None:
        with writing(store) as session:
            resident_ids(session, [ANNA])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    with writing(store) as session:
        assert reader_of(session).value("SELECT count(*) FROM resident") == 0


@pytest.fixture
def synchronous(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How SQLite waits for the disk at each commit: 1 is NORMAL, 2 is FULL."""
    found: list[int] = []

    def note(connection: Connection) -> None:
        found.append(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())

    event.listen(Engine, "commit", note)
    yield found
    event.remove(Engine, "commit", note)


@pytest.mark.files
def test_what_was_told_as_done_is_on_the_disk(bookable: Run, synchronous: list[int]) -> None:
    """… in an operation, and of a job its beginning and end, with all that lies between."""
    for call in (
        f"booking add ogon UPPF30 {ANNA} 2026-12-01T09:00 --id B1 --at 2026-10-01", "booking cancel B1 --at 2026-10-02",
        f"relation record {ANNA} ogon clinic_added", "unit apply --yes", "sweep --save night",
    ):  # fmt: skip
        bookable(*call.split())
    assert len(synchronous) >= 4 and set(synchronous) == {2}
    del synchronous[:]
    row = f"booking_id,unit,code,resident,start,origin\nB2,ogon,UPPF30,{ANNA},2026-12-01T09:00,clinic\n"
    assert bookable("booking", "import", "-", stdin=row).status == 0
    assert synchronous == [2, 1, 2]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("tidbok.db", "/base/tidbok.db"),
        ("sqlite:///tidbok.db", "/base/tidbok.db"),
        ("sqlite:////var/tidbok.db", "/var/tidbok.db"),
        ("postgresql+psycopg://anna:hemligt@db.example/tidbok", "postgresql://anna:***@db.example/tidbok"),
    ],
)
def test_an_address_is_shown_without_its_password(text: str, shown: str) -> None:
    assert str(parse_address(text, Path("/base"))) == shown
