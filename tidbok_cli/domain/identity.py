"""HSA-ids and person numbers: shapes, check digits, masks (domain, *Identity*).

No problem that is reported here holds the number that it is about.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from tidbok_cli.domain.parsed import Parsed, refused
from tidbok_cli.domain.regex import regex
from tidbok_cli.errors import Problem

_HSA_ID = regex(r"SE(?:16)?([0-9]{10})-[A-Z0-9]+", re.IGNORECASE | re.ASCII)
_HSA_ID_BEGUN = regex(r"SE[0-9]", re.IGNORECASE | re.ASCII)
_HSA_ID_LONGEST: Final = 31
_ALIAS = regex(r"[a-z0-9-]+")

_TWELVE = regex(r"([0-9]{8})-?([0-9A-Z][0-9]{3})")
_TEN = regex(r"([0-9]{6})([-+])([0-9A-Z][0-9]{3})")
_TEN_WITHOUT_SIGN = regex(r"[0-9]{6}[0-9A-Z][0-9]{3}")
_LONGEST: Final = 13
"""Characters of a number with its hyphen: a region's own pattern is tried on no more, since it may take forever."""
_OLDEST: Final = 1840
_RIVTA = regex(r"[0-9]{8}[0-9pPtTfF][0-9]{3}")
_INTERIM_LETTERS: Final = "TRSUWXJKLMN"

_DOUBLED: Final = {str(digit): sum(divmod(2 * digit, 10)) for digit in range(10)}


def _luhn(digits: str) -> bool:
    """Tell whether ten digits end in the right check digit (Luhn)."""
    return _luhn_sum(digits) % 10 == 0


def _luhn_sum(digits: str) -> int:
    return sum(map(_DOUBLED.__getitem__, digits[::2]), sum(map(int, digits[1::2])))


def check_digit(nine: str) -> int:
    """The tenth digit that makes nine digits right."""
    return next(digit for digit in range(10) if _luhn(f"{nine}{digit}"))


# ------------------------------------------------------------------------------------------------ units


def parse_hsa_id(text: str) -> Parsed[str]:
    """Parse an HSA-id, with or without the century 16; of a wrong check digit it only warns."""
    shape = _HSA_ID.fullmatch(text)
    if not shape or len(text) > _HSA_ID_LONGEST:
        return refused("hsa_id.malformed", hsa_id=text)
    if not _luhn(shape[1]):
        return Parsed(text, (Problem("hsa_id.check_digit", {"hsa_id": text}, warning=True),))
    return Parsed(text)


def looks_like_hsa_id(text: str) -> bool:
    """Tell whether the text was to be an HSA-id, and no alias or name."""
    return _HSA_ID_BEGUN.match(text) is not None and not is_alias(text)


def hsa_key(hsa_id: str) -> str:
    """Return the key by which HSA-ids are compared, whatever their case."""
    return hsa_id.upper()


def is_alias(text: str) -> bool:
    """Tell whether the text may be a unit's alias, `[a-z0-9-]`."""
    return _ALIAS.fullmatch(text) is not None


# -------------------------------------------------------------------------------------------- residents


def parse_resident(text: str, *, reserve: str = "", today: date) -> Parsed[str]:
    """A person number of any accepted form as 12 characters.

    `reserve` is the region's pattern for its own reserve numbers, matched whole before anything else. `today`
    settles the century of the 10-character form: `-` for a birth year of the last hundred, `+` for one before.
    """
    if not text.isascii():
        return refused("resident.not_ascii")
    if reserve and len(text) <= _LONGEST and (number := _reserve_number(text, reserve)):
        return Parsed(number)
    if _TEN_WITHOUT_SIGN.fullmatch(text):
        return refused("resident.no_century")
    number = _twelve(text, today)
    if number is None:
        return refused("resident.malformed")
    checked = _checked(number)
    return _alive(number, today) if checked.value else checked


def _alive(number: str, today: date) -> Parsed[str]:
    """The number, unless nobody of its date lives; a samordningsnummer has 60 added to the day."""
    year, month, day = int(number[:4]), int(number[4:6]), int(number[6:8])
    if (year, month, day % 60) > (today.year, today.month, today.day):
        return refused("resident.not_born")
    return refused("resident.too_old") if year < _OLDEST else Parsed(number)


def is_plain_resident(text: str, today: str) -> bool:
    """Tell whether the text is 12 right digits, of a date by `today` (YYYYMMDD), by remembered sums.

    Nearly all of a million are; `parse_resident` decides on the rest.
    """
    date_sum, rest_sum = plain_sum_of_date(text[:8], today), plain_sum_of_rest(text[8:])
    return date_sum is not None and rest_sum is not None and (date_sum + rest_sum) % 10 == 0


def plain_sum_of_date(eight: str, today: str) -> int | None:
    """Return the part of the check sum of a date by `today` (YYYYMMDD); None of any other text."""
    return _date_sum(eight) if len(eight) == 8 and f"{_OLDEST}" <= eight <= today else None


def plain_sum_of_rest(four: str) -> int | None:
    """Return the part of the check sum of the other four digits; None of any other text."""
    return _rest_sum(four) if len(four) == 4 else None


@lru_cache(maxsize=65536)
def _date_sum(eight: str) -> int | None:
    """Return the date's part of the check sum."""
    return _luhn_sum(eight[2:]) if _is_number(eight) and _has_date(eight) else None


@lru_cache(maxsize=16384)
def _rest_sum(four: str) -> int | None:
    """Return the rest's part; birth number 000 must be looked at."""
    return _luhn_sum(four) if _is_number(four) and four[:3] != "000" else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _reserve_number(text: str, pattern: str) -> str | None:
    candidates = (text, text[:-5] + text[-4:]) if text[-5:-4] == "-" else (text,)
    return next((number for number in candidates if re.fullmatch(pattern, number)), None)


def _twelve(text: str, today: date) -> str | None:
    if long := _TWELVE.fullmatch(text):
        return long[1] + long[2]
    if short := _TEN.fullmatch(text):
        year = today.year - (today.year - int(short[1][:2])) % 100
        century = year // 100 - (short[2] == "+")
        return f"{century:02}{short[1]}{short[3]}"
    return None


def _checked(number: str) -> Parsed[str]:
    interim = number[8] in _INTERIM_LETTERS
    if not interim and not number[8].isdigit():
        return refused("resident.interim_letter")
    if not interim and not _has_date(number[:8]):
        return refused("resident.no_such_date")
    if number[8:11] == "000" and number[6] < "6":
        return refused("resident.no_birth_number")
    last_ten = number[2:8] + ("1" if interim else number[8]) + number[9:]
    return Parsed(number) if _luhn(last_ten) else refused("resident.check_digit")


def is_person_number(date_digits: str, rest: str) -> bool:
    """Tell whether six or eight digits of a date and four characters pass the test of date and check digit."""
    centuries = ("",) if len(date_digits) == 8 else ("19", "20")
    return any(
        _has_date(century + date_digits) and _checked(century + date_digits + rest).value for century in centuries
    )


@lru_cache(maxsize=65536)
def _has_date(eight: str) -> bool:
    year, month, day = int(eight[:4]), int(eight[4:6]), int(eight[6:])
    if 60 <= day <= 91:  # a samordningsnummer: its date need not exist
        return month <= 12
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def mask(number: str) -> str:
    """Mask a person number: `19121212-****`."""
    return f"{number[:-4][:8]}-****"


def passes_rivta(number: str) -> bool:
    """Tell whether the national platform takes the number (SubjectOfCareIdType of crm:scheduling 1.1)."""
    return _RIVTA.fullmatch(number) is not None
