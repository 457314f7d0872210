"""`sweep --save` and `--since`: bookings hidden or shown since then.

Two clinics: the eye clinic (`ogon`), with the codes A and B shown, and `flogsta`, with A; in force since 2026-01-01.
"""

import csv
import io
import json
import shutil
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.command_line import Ran, Run, run_in
from support.people import ANNA, BO
from support.region import FLOGSTA, OGON, RegionAt
from support.stores import Stores, everything, rows_of
from support.thorough import examples

HEADER = "booking_id,unit,code,resident,start,status,created_at,origin\n"


def unit_file(hsa_id: str, alias: str, *codes: str, show: bool = True) -> str:
    mappings = "".join(f'[[care_service]]\ncode = "{code}"\nlabel = "Besök"\nshow = true\n' for code in codes)
    return (
        f'hsa_id = "{hsa_id}"\nname = "Mottagningen"\nalias = "{alias}"\n'
        f'[services]\nshow = {str(show).lower()}\n[coupling]\ncalendar = "TB"\n{mappings}'
    )


def put_in_force(run: Run, folder: Path, at: str, **units: str) -> None:
    for name, text in units.items():
        (folder / "config/units" / f"{name}.toml").write_text(text, encoding="utf-8")
    assert run("unit", "apply", "--yes", "--at", at).status == 0


def book(run: Run, *rows: str, at: str = "2026-11-01") -> None:
    ran = run("booking", "import", "-", "--at", at, stdin=HEADER + "".join(f"{row}\n" for row in rows))
    assert ran.status == 0, ran.err


def row(booking: str, unit: str = "ogon", code: str = "A", resident: str = ANNA, status: str = "booked") -> str:
    return f"{booking},{unit},{code},{resident},2026-12-01T09:00,{status},2026-10-01,clinic"


@pytest.fixture(scope="module")
def swept(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A1 and A2 are shown at the eye clinic, and C, whose code is not configured, is hidden; F is shown at Flogsta."""
    folder = tmp_path_factory.mktemp("swept")
    run = region_at(folder)
    ogon, flogsta = unit_file(OGON, "ogon", "A", "B"), unit_file(FLOGSTA, "flogsta", "A")
    put_in_force(run, folder, "2026-01-01", ogon=ogon, flogsta=flogsta)
    book(run, row("A1"), row("A2", resident=BO), row("C", code="C"), row("F", "flogsta"))
    return folder


@pytest.fixture
def region(swept: Path, stores: Stores, tmp_path: Path) -> Run:
    shutil.copytree(swept / "config", tmp_path / "config")
    stores.copy(swept, tmp_path)
    return run_in(tmp_path)


def saved(run: Run, *options: str, name: str = "night", at: str = "2026-11-02") -> None:
    assert run("sweep", "--save", name, "--at", at, *options).status in (0, 1)


def news(run: Run, *options: str, name: str = "night", at: str = "2026-11-10") -> list[dict[str, Any]]:
    ran = run("sweep", "--since", name, "--at", at, "-o", "json", *options)
    told: list[dict[str, Any]] = json.loads(ran.out)
    assert ran.status == int(bool(told)), ran.err
    return told


def error(ran: Ran) -> tuple[int, str]:
    return ran.status, json.loads(ran.err.splitlines()[-1])["error"]["code"]


def changes(told: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    return [(each["booking"], each["verdict"], each["before"]) for each in told]


# ---------------------------------------------------------------------------------------------- news


def test_nothing_happened(region: Run) -> None:
    saved(region)
    assert news(region) == []
    assert region("sweep", "--since", "night", "--at", "2026-11-10").out == ""
    csv_form = region("sweep", "--since", "night", "--at", "2026-11-10", "-o", "csv")
    assert csv_form.out == "unit,booking,resident,code,start,verdict,reasons,before,before_reasons\n"


def test_what_a_new_version_hides_and_shows(region: Run, tmp_path: Path) -> None:
    saved(region)
    put_in_force(region, tmp_path, "2026-11-05", ogon=unit_file(OGON, "ogon", "A", "C"))
    book(region, row("C2", code="C"), row("B", code="B"), at="2026-11-06")
    assert region("relation", "record", BO, "ogon", "clinic_removed", "--at", "2026-11-07").status == 0
    told = news(region)
    assert told[0] == {
        "unit": OGON,
        "booking": "A2",
        "resident": "19861106-****",
        "code": "A",
        "start": "2026-12-01T09:00:00+01:00",
        "verdict": "hidden",
        "reasons": ["relation.removed_by_resident"],
        "before": "shown",
        "before_reasons": [],
    }
    assert [(*each, row["before_reasons"]) for each, row in zip(changes(told[1:]), told[1:], strict=True)] == [
        ("B", "hidden", None, []),
        ("C", "shown", "hidden", ["service.not_mapped"]),
    ]
    assert told[1]["reasons"] == ["service.not_mapped"]


@pytest.mark.parametrize("every", [(), ("--all",)], ids=["", "--all"])
def test_cancelled_rebooked_over_come_back_or_hidden_for_another_reason_is_no_news(
    region: Run, tmp_path: Path, every: tuple[str, ...]
) -> None:
    book(region, row("BACK", status="cancelled"), at="2026-11-01")
    saved(region, *every)
    book(
        region, row("A1", status="cancelled"), row("A2", resident=BO, status="rebooked"), row("BACK"), row("NEW"),
        at="2026-11-03",
    )  # fmt: skip
    put_in_force(region, tmp_path, "2026-11-05", ogon=unit_file(OGON, "ogon", "A", "B", show=True))
    assert region("relation", "record", ANNA, "flogsta", "clinic_removed", "--at", "2026-11-07").status == 0
    assert changes(news(region)) == [("F", "hidden", "shown")]
    assert news(region, at="2026-12-01T11:00") == []


def test_one_that_may_be_hidden_counts_as_hidden(region: Run, tmp_path: Path) -> None:
    saved(region, "--unit", "ogon")
    with (tmp_path / "config/tidbok.toml").open("a", encoding="utf-8") as file:
        file.write('[policy]\nrequire_verified_coupling = true\nrelation_data = "partial"\n')
    assert changes(news(region)) == [("A1", "unknown", "shown"), ("A2", "unknown", "shown")]


def test_for_people(region: Run, tmp_path: Path) -> None:
    saved(region)
    put_in_force(region, tmp_path, "2026-11-05", ogon=unit_file(OGON, "ogon", "C", show=False))
    ran = region("sweep", "--since", "night", "--at", "2026-11-10")
    off = "Clinic: does not show booked times, Care service/time type: not configured"
    assert [" ".join(line.split()) for line in ran.out.splitlines()] == [
        "HSA-id Clinic Booking Shown Reasons Before Reasons before Code Label Start Resident",
        f"{OGON} Mottagningen A1 no {off} yes A 2026-12-01 09:00 19121212-****",
        f"{OGON} Mottagningen A2 no {off} yes A 2026-12-01 09:00 19861106-****",
    ]
    swedish = region("--lang", "sv", "sweep", "--since", "night", "--at", "2026-11-10").out
    assert swedish.splitlines()[0].split()[:4] == ["HSA-id", "Mottagning", "Bokning", "Visas"]


def test_how_many_of_each(region: Run, tmp_path: Path) -> None:
    saved(region)
    put_in_force(region, tmp_path, "2026-11-05", ogon=unit_file(OGON, "ogon", "A", show=False))
    book(region, row("NEW"), at="2026-11-06")
    told = news(region, "--summary")
    assert told == [
        {"verdict": "hidden", "reasons": ["unit.show_off"], "before": "shown", "before_reasons": [], "bookings": 2},
        {"verdict": "hidden", "reasons": ["unit.show_off"], "before": None, "before_reasons": [], "bookings": 1},
    ]
    assert region("sweep", "--since", "night", "--summary", "--at", "2026-11-03").out == ""


def test_forms_for_programs_say_the_same(region: Run, tmp_path: Path) -> None:
    saved(region)
    put_in_force(region, tmp_path, "2026-11-05", ogon=unit_file(OGON, "ogon", "C"))
    told = news(region)
    asked = ("sweep", "--since", "night", "--at", "2026-11-10", "-o")
    assert [json.loads(line) for line in region(*asked, "ndjson").out.splitlines()] == told
    rows = list(csv.DictReader(io.StringIO(region(*asked, "csv").out)))
    assert [(each["booking"], each["reasons"], each["before"], each["before_reasons"]) for each in rows] == [
        (each["booking"], ";".join(each["reasons"]), each["before"] or "", ";".join(each["before_reasons"]))
        for each in told
    ]


def test_numbers_in_full_are_recorded(region: Run, tmp_path: Path) -> None:
    saved(region)
    put_in_force(region, tmp_path, "2026-11-05", ogon=unit_file(OGON, "ogon", "C"))
    assert {each["resident"] for each in news(region, "--reveal")} == {ANNA, BO}
    assert rows_of(tmp_path, "SELECT command FROM audit WHERE revealed") == [("sweep",)]


# -------------------------------------------------------------------------------------- what is kept


def test_saving_prints_the_sweep_itself(region: Run) -> None:
    for form in (("-o", "json"), ("-o", "csv"), (), ("--summary",)):
        plain = region("sweep", "--at", "2026-11-02", *form)
        kept = region("sweep", "--at", "2026-11-02", "--save", "night", *form)
        assert (kept.out, kept.status) == (plain.out, plain.status) and kept.out


def test_the_same_name_again_replaces(region: Run, tmp_path: Path) -> None:
    saved(region)
    put_in_force(region, tmp_path, "2026-11-05", ogon=unit_file(OGON, "ogon", "A", show=False))
    assert len(news(region)) == 2
    saved(region, at="2026-11-06")
    assert news(region) == []
    assert error(region("sweep", "--save", "night", "--at", "2026-11-02", "-o", "json")) == (1, "sweep.older")
    assert news(region) == []
    saved(region, "--allow-older", at="2026-11-02")
    assert len(news(region)) == 2


def test_what_imports_have_cancelled_is_counted_in_one_line(region: Run) -> None:
    """A1 is absent from a whole file and A2 cancelled by its row; what a purged import cancelled does not count."""
    saved(region)
    assert region("sweep", "--since", "night", "--at", "2026-11-10").err == ""
    rows = "".join(f"{each}\n" for each in (row("A2", resident=BO, status="cancelled"), row("C", code="C")))
    whole = ("booking", "import", "-", "--complete", "--allow-mass", "--at", "2026-11-09")
    assert region(*whole, stdin=HEADER + rows).status == 0
    for form in ("table", "json"):
        ran = region("sweep", "--since", "night", "--at", "2026-11-10", "-o", form)
        assert (ran.status, ran.out.strip("[]\n")) == (0, "")
        assert ran.err == (
            f"Since then imports have cancelled bookings: 2, of which a whole file lacked 1 ({OGON} 2).\n"
        )
    saved(region, "--unit", "flogsta", name="flogsta", at="2026-11-03")
    assert region("sweep", "--since", "flogsta", "--at", "2026-11-10").err == ""
    assert region("store", "purge", "--batch", "2", "--yes").status == 0
    assert region("sweep", "--since", "night", "--at", "2026-11-10").err == ""


def test_allowing_an_older_moment_is_only_for_what_is_saved(region: Run) -> None:
    assert error(region("sweep", "--allow-older", "-o", "json")) == (2, "sweep.older_in_vain")


def test_every_night_in_one_call(region: Run, tmp_path: Path) -> None:
    saved(region)
    put_in_force(region, tmp_path, "2026-11-05", ogon=unit_file(OGON, "ogon", "A", show=False))
    assert len(news(region, "--save", "night", at="2026-11-06")) == 2
    assert news(region, "--save", "night", at="2026-11-07") == []
    put_in_force(region, tmp_path, "2026-11-08", ogon=unit_file(OGON, "ogon", "A"))
    assert changes(news(region, "--save", "other", at="2026-11-09")) == [
        ("A1", "shown", "hidden"),
        ("A2", "shown", "hidden"),
    ]
    assert len(news(region, at="2026-11-09")) == 2
    assert news(region, name="other", at="2026-11-09") == []


def test_its_extent_is_kept_with_it(region: Run, tmp_path: Path) -> None:
    """Of the eye clinic by its alias, which goes to another clinic afterwards, and of one date."""
    saved(region, "--unit", "ogon", "--to", "2026-12-01")
    put_in_force(
        region, tmp_path, "2026-11-05",
        ogon=unit_file(OGON, "syn", show=False), flogsta=unit_file(FLOGSTA, "ogon", show=False),
    )  # fmt: skip
    book(region, "LATER,syn,A,191212121212,2026-12-02T09:00,booked,2026-10-01,clinic", at="2026-11-06")
    assert [each["booking"] for each in news(region, "--save", "night")] == ["A1", "A2"]
    (told,) = json.loads(region("sweep", "--saved", "-o", "json").out)
    assert told | {"saved_at": ""} == {
        "name": "night", "at": "2026-11-10T00:00:00+01:00", "bookings": 3, "units": [OGON], "from": None,
        "to": "2026-12-01", "all": False, "saved_at": "", "actor": "tester",
    }  # fmt: skip


def test_nothing_is_kept_of_anybody(region: Run, tmp_path: Path) -> None:
    saved(region, "--all")
    kept = str(rows_of(tmp_path, "SELECT * FROM saved_sweep"))
    for personal in (ANNA, BO, "A1", "2026-12"):
        assert personal not in kept


def test_what_could_not_be_printed_is_not_kept(region: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(tmp_path)

    def broken(self: io.StringIO) -> None:
        raise BrokenPipeError

    with monkeypatch.context() as patch, (tmp_path / "out").open("w") as out:
        there = {"flush": broken, "fileno": lambda self: out.fileno()}
        patch.setattr("support.command_line.io.StringIO", type("Broken", (io.StringIO,), there))
        assert "A1" in region("sweep", "--save", "night", "--at", "2026-11-02").out
    assert everything(tmp_path) == before


# --------------------------------------------------------------------------- which are kept, and names


def test_those_kept_are_listed_and_forgotten(region: Run) -> None:
    assert region("sweep", "--saved").out == "No sweep is saved.\n"
    for name in ("b", "a", "c"):
        saved(region, name=name)
    assert [line.split()[0] for line in region("sweep", "--saved").out.splitlines()[1:]] == ["a", "b", "c"]
    ran = region("sweep", "--forget", "b", "-o", "json")
    assert (ran.status, [each["name"] for each in json.loads(ran.out)]) == (0, ["a", "c"])
    assert region("store", "check").status == 0


@pytest.mark.parametrize("option", ["--since", "--forget"])
def test_a_name_that_nobody_knows(region: Run, tmp_path: Path, option: str) -> None:
    assert error(region("sweep", option, "night", "-o", "json")) == (2, "sweep.none_saved")
    saved(region, name="day")
    before = everything(tmp_path)
    ran = region("sweep", option, "night", *(("--save", "night") if option == "--since" else ()), "-o", "json")
    assert error(ran) == (2, "sweep.not_saved") and "day" in ran.err
    assert everything(tmp_path) == before


@pytest.mark.parametrize("name", ["", "a\nb", "19121212-1212", "anna191212121212"])
def test_what_is_no_name(region: Run, tmp_path: Path, name: str) -> None:
    before = everything(tmp_path)
    ran = region("sweep", "--save", name, "-o", "json")
    assert error(ran) == (2, "argument.not_a_name") and "1212" not in ran.err
    assert everything(tmp_path) == before


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--since", "a", "--unit", "ogon"), "sweep.has_its_extent"),
        (("--since", "a", "--from", "2026-12-01"), "sweep.has_its_extent"),
        (("--since", "a", "--to", "2026-12-01"), "sweep.has_its_extent"),
        (("--since", "a", "--all"), "sweep.has_its_extent"),
        (("--saved", "--since", "a"), "sweep.alone"),
        (("--saved", "--summary"), "sweep.alone"),
        (("--forget", "a", "--save", "a"), "sweep.alone"),
        (("--forget", "a", "--saved"), "sweep.alone"),
    ],
)
def test_options_that_do_not_go_together(region: Run, options: tuple[str, ...], code: str) -> None:
    assert error(region("sweep", *options, "-o", "json")) == (2, code)


# ------------------------------------------------------------- any changes: the difference of two sweeps

bookings = st.tuples(
    st.sampled_from(["B1", "B2", "B3", "B4"]),
    st.sampled_from([OGON, FLOGSTA]),
    st.sampled_from(["A", "B", "C"]),
    st.sampled_from(["2026-11-12T09:00", "2026-12-01T09:00"]),
    st.sampled_from(["booked", "booked", "booked", "cancelled"]),
    st.sampled_from(["clinic", ""]),
)
steps = st.one_of(
    st.tuples(st.just("bookings"), st.lists(bookings, min_size=1, max_size=6, unique_by=lambda each: each[:2])),
    st.tuples(st.just("unit"), st.sampled_from(["A", "AB", "BC", ""]), st.booleans()),
    st.tuples(
        st.just("relation"), st.sampled_from(["ogon", "flogsta"]), st.sampled_from(["clinic_added", "clinic_removed"])
    ),
)


SOME = [
    (f"B{number}", unit, code, start, "booked", "clinic")
    for unit in (OGON, FLOGSTA)
    for number, (code, start) in enumerate(product("AC", ("2026-11-12T09:00", "2026-12-01T09:00")), 1)
]


def play(run: Run, folder: Path, step: Any, at: str) -> None:
    match step:
        case ("bookings", rows):
            book(run, *(",".join((*each[:3], ANNA, *each[3:5], "", each[5])) for each in rows), at=at)
        case ("unit", codes, show):
            put_in_force(run, folder, at, ogon=unit_file(OGON, "ogon", *codes, show=show))
        case (_, unit, event):
            run("relation", "record", ANNA, unit, event, "--at", at)  # refused where there is nothing to end


def sweep(run: Run, at: str, *options: str) -> dict[tuple[str, str], dict[str, Any]]:
    told = json.loads(run("sweep", "--at", at, "-o", "json", *options).out)
    return {(each["unit"], each["booking"]): each for each in told}


def difference(
    before: dict[tuple[str, str], dict[str, Any]], now: dict[tuple[str, str], dict[str, Any]]
) -> list[dict[str, Any]]:
    """What a coordinator is told, by two full sweeps."""
    told = []
    for key, there in now.items():
        was = before.get(key)
        ended = [reason for reason in there["reasons"] if reason.split(".")[0] in ("booking", "window")]
        was_ended = was and [reason for reason in was["reasons"] if reason.split(".")[0] in ("booking", "window")]
        was_hidden = was["verdict"] != "shown" if was and not was_ended else False
        if not ended and (there["verdict"] != "shown") != was_hidden:
            former = (
                {"before": was["verdict"], "before_reasons": was["reasons"]}
                if was
                else {"before": None, "before_reasons": []}
            )
            told.append(there | former)
    return told


@settings(max_examples=examples(15))
@given(
    first=st.lists(steps, max_size=3),
    then=st.lists(steps, min_size=1, max_size=3),
    at=st.sampled_from(["2026-11-10", "2026-11-10", "2026-11-12T11:00", "2026-12-01T10:00"]),
    options=st.sampled_from(
        [(), (), ("--all",), ("--unit", "ogon"), ("--from", "2026-11-13"), ("--to", "2026-11-13", "--all")]
    ),
)
def test_since_is_the_difference_of_two_sweeps(
    first: Any,
    then: Any,
    at: str,
    options: tuple[str, ...],
    region_at: RegionAt,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("changes")
    run = region_at(folder)
    ogon, flogsta = unit_file(OGON, "ogon", "A"), unit_file(FLOGSTA, "flogsta", "A")
    put_in_force(run, folder, "2026-01-01", ogon=ogon, flogsta=flogsta)
    for number, step in enumerate([("bookings", SOME), *first]):
        play(run, folder, step, f"2026-11-01T0{number}:00")
    before = sweep(run, "2026-11-02", *options)
    saved(run, *options)
    for number, step in enumerate(then):
        play(run, folder, step, f"2026-11-03T0{number}:00")
    assert news(run, at=at) == difference(before, sweep(run, at, *options))
