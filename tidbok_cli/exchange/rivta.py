"""Residents' booked times as the national platform gives them: GetSubjectOfCareScheduleResponse 1.0 and 1.1."""

from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, Final

from tidbok_cli.errors import Problem
from tidbok_cli.exchange.rows import Row
from tidbok_cli.exchange.xml_stream import read_items

COLUMNS: Final = ("booking_id", "unit", "code", "care_type", "resident", "start", "end", "invitation")
_BOOLEANS: Final = {"": "false", "0": "false", "1": "true"}


class Schedule:
    """The time slots of a file's responses, read once and one at a time, as rows of the cells in COLUMNS.

    `code` is the time type, or where it is missing the care type; `care_type` is given only beside a time type.
    `invitation` is `true` or `false` (which a 1.0 response leaves out), or as written where it is neither. `header`,
    `record` (of the slot given last), `delimiter` and `warnings` are as those of `rows.Table`. Raises BadInput as
    `read_items` does.
    """

    header: Sequence[str] = COLUMNS
    delimiter = ","
    warnings: tuple[Problem, ...] = ()

    def __init__(self, data: BinaryIO, file: str) -> None:
        self._data, self._file = data, file
        self.record: Sequence[str] = COLUMNS

    def __iter__(self) -> Iterator[Row | Problem]:
        for line, texts in read_items(self._data, self._file, "GetSubjectOfCareScheduleResponse", "timeslotDetail"):
            cells = _cells(texts)
            self.record = tuple(cells.values())
            yield Row(self._file, line, cells, cells["booking_id"] or None)


def _cells(texts: Mapping[str, str]) -> dict[str, str]:
    time_type, care_type = texts.get("timeTypeID", ""), texts.get("careTypeID", "")
    invitation = texts.get("isInvitation", "")
    told = (
        texts.get("bookingId", ""),
        texts.get("healthcare_facility", ""),
        time_type or care_type,
        care_type if time_type else "",
        texts.get("subject_of_care", ""),
        texts.get("startTimeInclusive", ""),
        texts.get("endTimeExclusive", ""),
        _BOOLEANS.get(invitation, invitation),
    )
    return dict(zip(COLUMNS, told, strict=True))
