"""One region twice: in a SQLite file, and in a store elsewhere of which all that holds is to hold as well."""

import csv
import io
from pathlib import Path
from typing import NamedTuple

from support.command_line import Run, done, run, run_in
from support.people import ANNA, BO, CILLA
from support.region import BOOKABLE, write_unit

NOW = "2026-11-01"
AT = ("--at", NOW)
CLINICS = {"syn": "SE2321000024-7A7B", "hals": "SE2321000024-8A8B"}
"""Two where residents book, besides the demo's six: numbers 7 and 8 of the store."""
SLOTS = "slot_id,unit,code,start,end,calendar\n" + "".join(
    f"{unit[0]}{day},{unit},{'OP60' if day == 5 else 'UPPF30'},2026-12-0{day}T09:00,2026-12-0{day}T09:30,OGON-TB1\n"
    for unit in CLINICS
    for day in range(1, 7)
)
BASES = "basis_id,resident,unit,code,valid_from,valid_to\n" + "".join(
    f"U-{unit},{BO},{unit},OP60,2026-10-10,2026-12-31\n" for unit in CLINICS
)
OPERATIONS = (
    f"booking book s1 {ANNA}",
    f"booking book h1 {ANNA}",
    f"booking book h1 {CILLA}",  # it has been taken
    f"booking book s5 {BO}",
    f"booking add syn UPPF30 {CILLA} 2026-12-24T09:00 --id E1",
    f"booking add hals UPPF30 {CILLA} 2026-12-24T09:00 --id E2",
    "booking rebook E1 s2",
    "booking rebook E2 h2",
    "booking cancel E2",  # it has been rebooked
    f"booking book s3 {CILLA}",
    "booking cancel E1",
    "slot withdraw s6",
    f"summons send {BO} hals --code UPPF30",
    f"relation record {BO} syn clinic_removed",
)
QUESTIONS = (
    "sweep --all -o csv",
    "sweep --summary --all",
    "booking export",
    "booking stats",
    "booking show {booking}",
    "why {booking}",
    "why --slot s2 --resident -",
    "view -",
    "inbox -",
    "slot list",
    "basis list",
    "relation list --ended -o csv",
    "summons list -o csv",
    "store check",
)


def made_up(folder: Path, bookings: int) -> Run:
    """Makes a region in SQLite: the demo's, and two clinics more with published times and bases."""
    done(run("demo", str(folder), "--bookings", str(bookings), *AT))
    for alias, hsa_id in CLINICS.items():
        text = BOOKABLE.replace("SE2321000024-1A2B", hsa_id).replace('"ogon"', f'"{alias}"')
        write_unit(folder, text, alias)
    in_file = run_in(folder)
    done(in_file("unit", "apply", "--yes", *AT))
    done(in_file("slot", "import", "-", *AT, stdin=SLOTS))
    done(in_file("basis", "import", "-", *AT, stdin=BASES))
    return in_file


class Twice(NamedTuple):
    """The folder of the region in SQLite, and of a copy of it elsewhere."""

    file: Path
    elsewhere: Path

    def both(self, words: str, stdin: str = "", *, at: str = NOW) -> str:
        """Calls the command line of both; returns the one answer."""
        ran, alike = (run_in(folder)(*words.split(), "--at", at, stdin=stdin) for folder in (self.elsewhere, self.file))
        assert ran.status in (0, 1) and ran == alike, (words, ran.err)
        return ran.out

    def live(self) -> None:
        """Books, imports, sweeps and asks, with one answer of both."""
        self.both("sweep --save night -o csv")
        for words in OPERATIONS:
            self.both(f"{words} -o json", at="2026-11-02")
        rows = self.bookings
        self.both("booking import - -o json", text_of(changed(rows)), at="2026-11-03")
        self.both("booking import - -o json", text_of(rows), at="2026-11-04")  # what was cancelled has come back
        whole = text_of(rows[: len(rows) // 2])
        self.both("booking import - -o json --complete --allow-mass", whole, at="2026-11-05")
        self.both("sweep --since night -o csv", at="2026-11-06")
        for question in QUESTIONS:
            self.both(question.format(booking=rows[0]["booking_id"]), ANNA, at="2026-11-06")

    @property
    def bookings(self) -> list[dict[str, str]]:
        with (self.file / "bookings.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


def text_of(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def changed(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Some in another calendar, some cancelled, and new ones."""
    some = [row | {"calendar": "NEW-TB1"} for row in rows[::5]]
    some += [row | {"status": "cancelled", "ended_at": ""} for row in rows[1::7] if row["status"] == "booked"]
    return some + [row | {"booking_id": f"N{row['booking_id']}", "origin": "clinic"} for row in rows[::3]]
