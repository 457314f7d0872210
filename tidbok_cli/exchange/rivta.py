"""Messages of the national platform (RIV-TA, crm:scheduling 1.0 and 1.1).

Residents' booked times, and the time types and care types that a unit has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

from tidbok_cli.exchange.rows import FileRow
from tidbok_cli.exchange.xml_stream import read_items

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tidbok_cli.errors import Problem

COLUMNS: Final = ("booking_id", "unit", "code", "care_type", "resident", "start", "end", "invitation")
_SCHEDULE: Final = {"GetSubjectOfCareScheduleResponse": "timeslotDetail"}
_BOOLEANS: Final = {"": "false", "0": "false", "1": "true"}

TYPE_COLUMNS: Final = ("code", "kind", "journal_name")
_TYPES: Final = {"GetAllTimeTypesResponse": "ListOfTimeTypes", "GetAllCareTypesResponse": "careTypes"}
_KINDS: Final = {
    "GetAllTimeTypesResponse": ("timeTypeId", "time_type", "timeTypeName"),
    "GetAllCareTypesResponse": ("careTypeId", "care_service", "careTypeName"),
}


class ScheduleRows:
    """Time slots of a file's responses, as a `RowSource` of COLUMNS.

    `code` is the time type, or where it is missing the care type; `care_type` is given only beside a time type.
    `invitation` is `true` or `false` (which a 1.0 response leaves out), or as written where it is neither. Raises
    BadInput as `read_items` does.
    """

    header: Sequence[str] = COLUMNS
    delimiter = ","
    warnings: tuple[Problem, ...] = ()

    def __init__(self, data: BinaryIO, file: str) -> None:
        self._data, self._file = data, file
        self.record: Sequence[str] = COLUMNS

    def __iter__(self) -> Iterator[FileRow | Problem]:
        for line, texts, _ in read_items(self._data, self._file, _SCHEDULE):
            cells = _cells(texts)
            self.record = tuple(cells.values())
            yield FileRow(self._file, line, cells, cells["booking_id"] or None)


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


class TypeRows:
    """Time types and care types of responses, as a `RowSource` of TYPE_COLUMNS."""

    header: Sequence[str] = TYPE_COLUMNS
    delimiter = ","
    warnings: tuple[Problem, ...] = ()

    def __init__(self, data: BinaryIO, file: str) -> None:
        self._data, self._file = data, file
        self.record: Sequence[str] = TYPE_COLUMNS

    def __iter__(self) -> Iterator[FileRow | Problem]:
        for line, texts, message in read_items(self._data, self._file, _TYPES):
            code, kind, name = _KINDS[message]
            self.record = (texts.get(code, ""), kind, " ".join(texts.get(name, "").split()))
            yield FileRow(self._file, line, dict(zip(TYPE_COLUMNS, self.record, strict=True)), self.record[0] or None)
