"""Residents' booked times as the national platform gives them: GetSubjectOfCareScheduleResponse 1.0 and 1.1."""

from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

from tidbok_cli.errors import Problem
from tidbok_cli.exchange.rows import Row
from tidbok_cli.exchange.xml_stream import read_items

_BOOLEANS: Final = {"": "false", "0": "false", "1": "true"}


def read_schedule(data: BinaryIO, file: str) -> Iterator[Row | Problem]:
    """The time slots of a file's responses, with the cells `booking_id`, `unit`, `code`, `care_type`, `resident`,
    `start`, `end` and `invitation`.

    `code` is the time type, or where it is missing the care type; `care_type` is given only beside a time type.
    `invitation` is `true` or `false` (which a 1.0 response leaves out), or as written where it is neither. Raises
    BadInput as `read_items` does.
    """
    for line, texts in read_items(data, file, "GetSubjectOfCareScheduleResponse", "timeslotDetail"):
        cells = _cells(texts)
        yield Row(file, line, cells, cells["booking_id"] or None)


def _cells(texts: Mapping[str, str]) -> dict[str, str]:
    time_type, care_type = texts.get("timeTypeID", ""), texts.get("careTypeID", "")
    invitation = texts.get("isInvitation", "")
    return {
        "booking_id": texts.get("bookingId", ""),
        "unit": texts.get("healthcare_facility", ""),
        "code": time_type or care_type,
        "care_type": care_type if time_type else "",
        "resident": texts.get("subject_of_care", ""),
        "start": texts.get("startTimeInclusive", ""),
        "end": texts.get("endTimeExclusive", ""),
        "invitation": _BOOLEANS.get(invitation, invitation),
    }
