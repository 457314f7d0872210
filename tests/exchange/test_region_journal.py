"""The table `[journal]` of tidbok.toml, as a region writes it, and as it should not (contract, section 5)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.people import ANNA, BO

from tidbok_cli.domain.journal_settings import JournalEnvironment, JournalSettings
from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.domain.region import Region
from tidbok_cli.exchange.region_file import read_region

Read = Callable[[str], Parsed[Region]]

URL = "https://rtp.region.example/vp"
LEAST = {"url": f'"{URL}"', "environment": '"test"'}


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_text(text: str) -> Parsed[Region]:
        path = tmp_path / "tidbok.toml"
        path.write_text(text, encoding="utf-8")
        return read_region(path, "tidbok.toml")

    return read_text


def table(**more: str) -> str:
    return "\n".join(("[journal]", *(f"{key} = {value}" for key, value in {**LEAST, **more}.items() if value), ""))


def settings(answer: Parsed[Region]) -> JournalSettings:
    assert answer.value is not None and answer.value.journal is not None, answer.problems
    assert answer.problems == ()
    return answer.value.journal


def test_no_table_no_settings(read: Read) -> None:
    assert read("[region]\n") == Parsed(Region())


def test_the_least_that_can_be_said(read: Read) -> None:
    assert settings(read(table())) == JournalSettings(URL, JournalEnvironment.TEST)


def test_all_that_can_be_said(read: Read) -> None:
    told = settings(
        read(f"""
[journal]
url = "{URL}/{{contract}}/ask"
environment = "production"
cert = "client.pem"
key = "client.key"
ca = "ca.pem"
residents = "any"
test_residents = ["{ANNA}", "{BO}"]
decided_by = "Hälso- och sjukvårdsdirektören 2026-11-02"
calls_per_second = 0.5
parallel = 8
most_calls = 1000
timeout_seconds = 40
aggregator = "5565594230"
""")
    )
    assert told == JournalSettings(
        f"{URL}/{{contract}}/ask", JournalEnvironment.PRODUCTION, "client.pem", "client.key", "ca.pem",
        any_resident=True, test_residents=(ANNA, BO), decided_by="Hälso- och sjukvårdsdirektören 2026-11-02",
        calls_per_second=0.5, parallel=8, most_calls=1000, timeout=40.0, aggregator="5565594230",
    )  # fmt: skip
    assert ANNA not in repr(told)


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("environment", "", "toml.missing_key"),
        ("environment", '"prod"', "toml.not_allowed"),
        ("environment", "1", "toml.not_allowed"),
        ("url", "", "toml.missing_key"),
        ("url", "1", "toml.wrong_type"),
        *(
            ("url", f'"{url}"', "journal.url")
            for url in (
                "", "http://rtp.region.example/vp", "https://", "rtp.region.example/vp", "https://u:p@rtp.example/vp",
                "https://rtp.example/vp?a=b", "https://rtp.example/vp#a", "https://rtp.example:0/vp",
                "https://rtp.example:99999/vp", "https://rtp.example/v p", "https://rtp.example/{kontrakt}",
                "https://[::1", "https://rtp.example/å",
            )
        ),
        *(
            ("url", f'"{URL}/{end}"', "journal.url_of_contract")
            for end in (
                "GetSubjectOfCareSchedule/1/rivtabp21", "rivtabp21", "GetBookingDetails", "MakeBooking/1/",
                "getallcaretypes/1/RIVTABP21//",
            )
        ),
        ("residents", '"some"', "toml.not_allowed"),
        ("residents", '"any"', "journal.undecided"),
        ("residents", '"any"\ndecided_by = "  "', "journal.undecided"),
        ("test_residents", f'"{ANNA}"', "toml.wrong_type"),
        ("test_residents", f'["{ANNA[:8]}-{ANNA[8:]}"]', "journal.test_resident"),
        ("test_residents", f'["{ANNA[2:]}"]', "journal.test_resident"),
        ("test_residents", '["191212121213"]', "journal.test_resident"),
        ("test_residents", '["19121212T127"]', "journal.test_resident"),
        ("test_residents", f'["{ANNA}", "Anna"]', "journal.test_resident"),
        ("calls_per_second", "0", "toml.not_between"),
        ("calls_per_second", "101", "toml.not_between"),
        ("calls_per_second", "nan", "toml.not_between"),
        ("calls_per_second", "true", "toml.not_between"),
        ("parallel", "0", "toml.out_of_range"),
        ("parallel", "1.5", "toml.out_of_range"),
        ("parallel", "65", "toml.out_of_range"),
        ("most_calls", "0", "toml.out_of_range"),
        ("timeout_seconds", "0.5", "toml.not_between"),
        ("timeout_seconds", "inf", "toml.not_between"),
        ("timeout_seconds", '"35"', "toml.not_between"),
        ("cert", "[]", "toml.wrong_type"),
        ("timeout", "35", "toml.misspelt_key"),
    ],
)  # fmt: skip
def test_what_will_not_do(read: Read, key: str, value: str, code: str) -> None:
    text = table(**{key: value})
    answer = read(text)
    assert answer.value is None
    line = next((number for number, line in enumerate(text.splitlines(), 1) if line.startswith(f"{key} =")), None)
    (problem,) = answer.problems
    assert (problem.code, problem.where.column) == (code, f"journal.{key}")
    assert problem.where.file == "tidbok.toml" and (value == "" or problem.where.line == line)
    assert ANNA not in str(problem)


def test_the_address_of_one_contract_is_told_with_its_base(read: Read) -> None:
    (problem,) = read(table(url=f'"{URL}/GetSubjectOfCareSchedule/1/rivtabp21"')).problems
    assert problem.params == {"base": URL}


@pytest.mark.parametrize("end", ["{contract}/1/rivtabp21", "rivtabp21/vp", "GetBookingDetails/vp"])
def test_an_address_with_the_contracts_place_or_more_below_is_taken(read: Read, end: str) -> None:
    assert settings(read(table(url=f'"{URL}/{end}"'))).url == f"{URL}/{end}"


def test_whose_number_is_wrong_is_told_by_its_place(read: Read) -> None:
    (problem,) = read(table(test_residents=f'["{ANNA}", "191212121213"]')).problems
    assert problem.params == {"number": 2}
