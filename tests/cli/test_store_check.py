"""`store check`: it finds what was damaged, and survives it."""

import json
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from support.answers import error
from support.command_line import Ran, Run, done
from support.files import EVENTS
from support.people import ANNA
from support.region import BOOKABLE, RegionAt, put_in_force
from support.stores import Stores, altered, is_sqlite, store_of
from support.thorough import examples

PAGE = 4096
MAGIC = b"SQLite format 3\0"
BOOKINGS = "booking_id,unit,code,resident,start,created_at,origin\n" + "".join(
    f"B{number},ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01T12:00,clinic\n" for number in range(1, 131)
)


@pytest.fixture(scope="module")
def filled(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A region with a clinic, 130 bookings, and relations, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    run = region_at(folder)
    put_in_force(run, folder, BOOKABLE, "2019-01-01")
    done(run("booking", "import", "-", "--at", "2026-11-01", stdin=BOOKINGS))
    assert run("relation", "import", "-", "--at", "2026-11-01", stdin=EVENTS).status in (0, 1)
    return folder


@pytest.fixture
def clinic(filled: Path, stores: Stores, region: Run, tmp_path: Path) -> Run:
    stores.copy(filled, tmp_path)
    return region


def checks(ran: Ran, status: int = 1) -> Counter[str]:
    """How many rows there are of each check; none without a finding, and none of them a bug."""
    assert ran.status == status, ran.err
    found = json.loads(ran.out)
    assert all(set(row) == {"check", "detail"} for row in found)
    assert bool(found) is (status == 1)
    assert ANNA not in ran.out + ran.err and ANNA[2:] not in ran.out + ran.err
    return Counter(row["check"] for row in found)


def check(run: Run, status: int = 1) -> Counter[str]:
    return checks(run("store", "check", "-o", "json"), status)


# ------------------------------------------------------------------------------- what contradicts itself


@pytest.mark.both
@pytest.mark.parametrize(
    ("damage", "name"),
    [
        ("UPDATE relation_period SET relation = 'removed_by_resident'", "relation_periods"),
        ("UPDATE relation_period SET begins = begins + 1", "relation_periods"),
        ("UPDATE relation_period SET ends = ends - 1", "relation_periods"),
        ("DELETE FROM relation_period", "relation_periods"),
        ("UPDATE relation_event SET has_effect = FALSE", "relation_effects"),
        ("UPDATE relation_event SET occurred_at = occurred_at - 1", "relation_periods"),
        ("UPDATE unit_version SET ends = begins + 60", "unit_periods"),
        ("UPDATE booking SET unit_id = 99", "foreign_keys"),
        ("UPDATE booking SET relation = 'never'", "booking_relations"),
        ("UPDATE booking SET relation_since = relation_since + 1", "booking_relations"),
    ],
)
def test_a_check_finds_what_was_damaged(clinic: Run, tmp_path: Path, damage: str, name: str) -> None:
    check(clinic, 0)
    if name == "foreign_keys" and not is_sqlite(tmp_path):
        pytest.skip("PostgreSQL lets no foreign key be wrong, but for those who may turn its triggers off")
    altered(tmp_path, damage)
    also = {"booking_relations", "relation_periods"}  # they rest on the periods, on the log and on the pair
    assert name in (found := set(check(clinic))) and found <= {name} | also
    ran = clinic("store", "check")
    assert ran.status == 1 and "restore a backup" in ran.err


@pytest.mark.both
def test_of_each_check_a_hundred_are_told_and_the_others_counted(clinic: Run, tmp_path: Path) -> None:
    altered(tmp_path, "UPDATE booking SET relation_since = relation_since + 1", "DELETE FROM relation_period")
    ran = clinic("store", "check", "-o", "json")
    assert checks(ran)["booking_relations"] == 101 and checks(ran)["relation_periods"] >= 1
    assert [row["detail"] for row in json.loads(ran.out) if row["check"] == "booking_relations"][-1] == "and 30 more"


# ------------------------------------------------------------------- texts that an older version took


@pytest.mark.both
@pytest.mark.parametrize(
    ("damage", "detail"),
    [
        ("UPDATE booking SET booking_id = 'FO\u0308R1' WHERE booking_id = 'B1'", r"“FO\u0308R1”, not in NFC"),
        ("UPDATE booking SET code = 'A\u200bB'", r"“A\u200bB”, U+200B ZERO WIDTH SPACE (130 rows)"),
        ("UPDATE booking SET calendar = 'A\u00a0B'", r"“A\u00a0B”, U+00A0 NO-BREAK SPACE (130 rows)"),
        ("UPDATE service_version SET label = 'Bes\u00adk' WHERE code = 'UPPF30'", r"“Bes\u00adk”, U+00AD SOFT HYPHEN"),
        ("UPDATE unit_version SET name = 'O\u0308gon'", r"“O\u0308gon”, not in NFC"),
        ("UPDATE booking SET booking_id = '19121212\u200b1212' WHERE booking_id = 'B1'", r"“19121212\u200b****”"),
    ],
)
def test_texts_that_look_like_others_are_told(clinic: Run, tmp_path: Path, damage: str, detail: str) -> None:
    altered(tmp_path, damage)
    ran = clinic("store", "check", "-o", "json")
    assert checks(ran) == {"texts": 1} and detail in json.loads(ran.out)[0]["detail"]
    assert "import them again" in ran.err and "restore a backup" not in ran.err


@pytest.mark.both
def test_a_name_may_have_a_space_that_does_not_break(clinic: Run, tmp_path: Path) -> None:
    label = "UPDATE service_version SET label = 'Bes\u00f6k\u00a030' WHERE code = 'UPPF30'"
    altered(tmp_path, label, "UPDATE unit_version SET name = 'A\u00a0B'")
    check(clinic, 0)


SLOTS = "slot_id,unit,code,start,end\nF\u00d6R,ogon,UPPF30,2026-12-01T09:00,2026-12-01T09:30\n"
BASES = f"basis_id,unit,code,resident,valid_from\nF\u00d6R,ogon,UPPF30,{ANNA},2026-12-01\n"
BEFORE = "UPDATE {table} SET {noun}_id = 'FO\u0308R', code = 'O\u0308' WHERE {noun}_id = 'F\u00d6R'"


@pytest.mark.both
def test_ids_in_two_parts_are_found_and_composed_by_an_import(clinic: Run, tmp_path: Path) -> None:
    rows = {"booking": BOOKINGS.partition("B2,")[0].replace("B1,", "F\u00d6R,"), "slot": SLOTS, "basis": BASES}
    for noun, text in rows.items():
        done(clinic(noun, "import", "-", "--at", "2026-11-01", stdin=text))
        altered(tmp_path, BEFORE.format(table="booking_basis" if noun == "basis" else noun, noun=noun))
        found = json.loads(clinic(noun, "list", "--code", "\u00d6", "-o", "json", "--at", "2026-11-02").out)
        assert [each[noun] for each in found] == ["FO\u0308R"]
    assert clinic("booking", "show", "F\u00d6R").status == 0
    assert check(clinic)["texts"] == 6
    for noun, text in rows.items():
        ran = clinic(noun, "import", "-", "--at", "2026-11-03", "-o", "json", stdin=text)
        report = json.loads(ran.out)
        assert (report["created"], report["updated"]) == (0, 1), ran.err
    check(clinic, 0)
    assert clinic("slot", "withdraw", "F\u00d6R").status == 0


# --------------------------------------------------------------------------- what can no longer be read


@pytest.mark.both
@pytest.mark.parametrize(
    ("damage", "detail"),
    [
        ("DROP TABLE message", "message could not be read: no such table"),
        ("ALTER TABLE audit RENAME purpose TO reason", "audit could not be read: no such column"),
        ("DELETE FROM alembic_version", "is not there"),
        ("UPDATE alembic_version SET version_num = '00xx'", "is not there"),
        ("DROP TABLE alembic_version", "is not there"),
    ],
)
def test_what_is_missing_is_a_finding_among_the_others(clinic: Run, tmp_path: Path, damage: str, detail: str) -> None:
    altered(tmp_path, "DELETE FROM relation_period", damage)
    ran = clinic("store", "check", "-o", "json")
    assert checks(ran)["relation_periods"]
    assert detail in [row["detail"] for row in json.loads(ran.out)]


UNBOUND = "SELECT conname FROM pg_constraint WHERE conrelid = 'relation_event'::regclass AND contype = 'c'"


@pytest.mark.both
def test_an_event_that_there_is_not_is_a_finding(clinic: Run, tmp_path: Path) -> None:
    if is_sqlite(tmp_path):
        altered(
            tmp_path, "PRAGMA ignore_check_constraints = ON", "UPDATE relation_event SET event = 'moved' WHERE id = 1"
        )
    else:
        with psycopg.connect(store_of(tmp_path)) as connection:
            for (name,) in connection.execute(UNBOUND).fetchall():
                connection.execute(f"ALTER TABLE relation_event DROP CONSTRAINT {name}")
            connection.execute("UPDATE relation_event SET event = 'moved' WHERE id = 1")
    altered(tmp_path, "UPDATE unit_version SET ends = begins + 60")
    found = check(clinic)
    assert found["relation_events"] == 1 and found["unit_periods"] == 1


@pytest.mark.files
@pytest.mark.parametrize(
    ("damage", "name", "detail"),
    [
        ("UPDATE booking SET code = CAST(x'C328' AS TEXT) WHERE id = 7", "values", "booking could not be read"),
        ("UPDATE booking SET starts_at = 'soon' WHERE id = 7", "values", "booking 7: starts_at"),
        ("UPDATE relation_event SET occurred_at = x'00' WHERE id = 1", "values", "relation_event 1: occurred_at"),
        ("UPDATE relation_period SET relation = x'00'", "relation_periods", "unit 1, resident 1"),
        ("UPDATE alembic_version SET version_num = CAST(x'30C32830' AS TEXT)", "version", "could not be read"),
    ],
)
def test_values_of_another_kind_are_findings(clinic: Run, tmp_path: Path, damage: str, name: str, detail: str) -> None:
    altered(tmp_path, "PRAGMA ignore_check_constraints = ON", damage)
    ran = clinic("store", "check", "-o", "json")
    assert checks(ran)[name]
    assert any(row["check"] == name and row["detail"].startswith(detail) for row in json.loads(ran.out))


# ------------------------------------------------------------------------------------ damaged files


@pytest.fixture
def damaged(clinic: Run, tmp_path: Path) -> Callable[[bytes], Ran]:
    """What a check says of a file with this content."""

    def said(content: bytes) -> Ran:
        store = tmp_path / "tidbok.db"
        for beside in tmp_path.glob("tidbok.db-*"):
            beside.unlink()
        store.write_bytes(content)
        return clinic("store", "check", "-o", "json")

    return said


def is_readable(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as store:
        try:
            return bool(list(store.iterdump()))
        except (sqlite3.Error, UnicodeDecodeError):
            return False


def damages(content: bytes, seed: int) -> Iterator[bytes]:
    """Sixteen random bytes in the file's head, past the magic, and in each page; and the file cut off anywhere."""
    chance = random.Random(seed)
    head = [chance.randrange(len(MAGIC), 100) for _ in range(5)]
    for place in (*head, *(page + chance.randrange(PAGE - 16) for page in range(PAGE, len(content), PAGE))):
        yield content[:place] + chance.randbytes(16) + content[place + 16 :]
    for _ in range(10):
        yield content[: chance.randrange(len(MAGIC), len(content))]


@pytest.mark.files
@pytest.mark.parametrize("seed", range(examples(1)))
def test_no_damage_of_the_file_ends_the_check(
    filled: Path, damaged: Callable[[bytes], Ran], tmp_path: Path, seed: int
) -> None:
    """It finds something, or the whole store can still be read."""
    content = (filled / "tidbok.db").read_bytes()
    found = 0
    for altered_content in damages(content, seed):
        ran = damaged(altered_content)
        checks(ran, ran.status)
        assert ran.status == 1 or (ran.status == 0 and is_readable(tmp_path / "tidbok.db"))
        found += ran.status
    assert found > 15


@pytest.mark.files
def test_a_file_that_lost_its_tables_is_damaged_and_not_empty(
    filled: Path, clinic: Run, damaged: Callable[[bytes], Ran]
) -> None:
    content = bytearray((filled / "tidbok.db").read_bytes())
    content[103:105] = bytes(2)  # the first page says that it has no cells: there is no table
    assert checks(damaged(bytes(content)))["version"]
    ran = clinic("init", "-o", "json")
    assert (ran.status, error(ran)["code"]) == (2, "store.not_a_store")
    assert check(clinic)["version"]


@pytest.mark.files
def test_what_is_no_sqlite_file_is_trouble(filled: Path, damaged: Callable[[bytes], Ran]) -> None:
    content = (filled / "tidbok.db").read_bytes()
    for other, code in ((b"x" + content[1:], "store.not_a_store"), (b"SQL", "store.not_a_store"), (b"", "store.empty")):
        ran = damaged(other)
        assert (ran.status, ran.out, error(ran)["code"]) == (2, "", code)
