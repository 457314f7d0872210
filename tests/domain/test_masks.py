"""Person numbers in foreign texts: found however they are written, and nothing else."""

from collections.abc import Iterator

import pytest

from tidbok_cli.domain.masks import has_number, know_reserve, masked, without_numbers

NUMBERS = (
    "191212121212", "19121212-1212", "121212-1212", "121212+1212", "1212121212", "1912-12-12-1212", "19121212.1212",
    "19121212 - 1212", "19121212\u20111212", "19121212\u22121212", "19121212%2D1212", "1912\u200b1212\u00ad1212",
    "\uff11\uff19\uff11\uff12\uff11\uff12\uff11\uff12\uff11\uff12\uff11\uff12", "20000101T220", "20000101-t220",
    "COS191212121212", "191212121212001", "B19121212-1212-2", "197302889931", "191212121212-12-20T10:00",
)  # fmt: skip
ORDINARY = (
    "SE2321000024-1A2B", "SE2321000024-1003", "SE5565594230-B1", "COS-100231", "P-2026-000123", "20261201090000",
    "2026-12-01 09:00", "2026-12-01 - 2026-12-09", "2026-10-01T08:00:00+02:00", "19121212-****", "070-123 45 67",
    "550e8400-e29b-41d4-a716-446655440000", "20261201 2026-12-02",
)  # fmt: skip


@pytest.fixture
def reserve() -> Iterator[None]:
    know_reserve(r"99[A-F]{6}-?[0-9]{3}T?")
    yield
    know_reserve("")


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_is_masked_however_it_is_written(text: str) -> None:
    for told in (masked(text), str(without_numbers(text)), masked(f"({text}), 7")):
        assert "****" in told and not has_number(told)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_ids_and_times_are_left_as_they_are(text: str) -> None:
    assert masked(text) == without_numbers(text) == text


def test_a_mistyped_number_is_masked_in_errors_alone() -> None:
    assert (masked("191212121213"), without_numbers("191212121213")) == ("191212121213", "19121212****")


@pytest.mark.usefixtures("reserve")
def test_the_regions_reserve_numbers_are_masked_by_their_pattern() -> None:
    assert masked("A-99ABCDEF-123 b") == without_numbers("A-99ABCDEF-123 b") == "A-99ABCDEF**** b"
    assert masked("99ABCDEF123T, 98ABCDEF123") == "99ABCDEF****, 98ABCDEF123"
