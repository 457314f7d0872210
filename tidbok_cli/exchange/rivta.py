"""Messages of the national platform (RIV-TA, crm:scheduling 1.0 and 1.1).

Residents' booked times, and the time types and care types that a unit has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO, Final

from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.rows import FileRow
from tidbok_cli.exchange.xml_stream import FAULT, STATUS, Item, fault_of, read_items

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
COLUMNS: Final = ("booking_id", "unit", "code", "care_type", "resident", "start", "end", "invitation")
_TIMES: Final = ("start", "end")
_SCHEDULE: Final = {"GetSubjectOfCareScheduleResponse": "timeslotDetail"}
_BOOLEANS: Final = {"": "false", "0": "false", "1": "true"}
_ORIGINS: Final = {"true": "clinic", "false": "resident"}
"""Who made a booking, by `isInvitation` of contract 1.1."""

ANSWERED: Final = ("DataFromSource", "DataFromCache")
"""Statuses of producers that have told all that they know."""
_RIVTA_TIME: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})?")
_SHORT: Final = len("YYYYMMDDhhmm")

TYPE_COLUMNS: Final = ("code", "kind", "journal_name")
_TYPES: Final = {"GetAllTimeTypesResponse": "ListOfTimeTypes", "GetAllCareTypesResponse": "careTypes"}
KINDS: Final = {
    "GetAllTimeTypesResponse": ("timeTypeId", "time_type", "timeTypeName"),
    "GetAllCareTypesResponse": ("careTypeId", "care_service", "careTypeName"),
}
"""Answers of types: the elements of code and name, and between them what the types are."""


class _Answers:
    """Items of a file's answers; subclasses make rows of them.

    `failed`: addresses of producers that did not answer, with the platform's word for it. An answer that is a fault is
    a Problem, and where the file is to be `whole` an error. Raises BadInput as `read_items` does, and where no producer
    answered.
    """

    delimiter = ","
    encoding = "utf-8"
    warnings: tuple[Problem, ...] = ()
    messages: Mapping[str, str]

    def __init__(self, data: BinaryIO, file: str, *, whole: bool = False) -> None:
        self._data, self.place, self._whole = data, file, whole
        self.failed: dict[str, str] = {}
        self.doubts: list[Problem] = []
        self._answered = False

    def items(self) -> Iterator[Item | Problem]:
        """The items that the messages hold, and a Problem for each fault."""
        for item in read_items(self._data, self.place, self.messages):
            if item.message == STATUS:
                self._note(item)
            elif item.message == FAULT:
                yield self._refused(fault_of(item, self.place))
            else:
                self._answered = True
                yield item
        if self.failed and not self._answered:
            told = ", ".join(f"{address}: {code}" for address, code in self.failed.items())
            raise BadInput("xml.all_failed", where=Where(self.place), problems=(), failed=told)

    def _note(self, status: Item) -> None:
        code = status.texts.get("statusCode", "")
        if code in ANSWERED:
            self._answered = True
        else:
            self.failed[status.texts.get("logicalAddress", "")] = code or "?"

    def _refused(self, error: BadInput) -> Problem:
        if self._whole:
            raise error
        return Problem(error.code, error.params, error.where)


class ScheduleRows(_Answers):
    """Time slots of a file's responses, as a `RowSource` of COLUMNS.

    `code` is the time type, or where it is missing the care type; `care_type` is given only beside a time type.
    `invitation` is `true` or `false` (which a 1.0 response leaves out), or as written where it is neither; where it
    `tells`, `origin` follows from it. Times in `record` are as CSV has them, so that a rejected row can be imported
    again.
    """

    messages = _SCHEDULE

    def __init__(self, data: BinaryIO, file: str, *, whole: bool = False, tells: bool = False) -> None:
        super().__init__(data, file, whole=whole)
        self._tells = tells
        self.header: Sequence[str] = (*COLUMNS, "origin") if tells else COLUMNS
        self.record: Sequence[str] = self.header

    def __iter__(self) -> Iterator[FileRow | Problem]:
        short, first, invited, slots = 0, 0, False, 0
        for item in self.items():
            if isinstance(item, Problem):
                self.record = ()
                yield item
                continue
            cells = _cells(item.texts)
            if self._tells:
                cells["origin"] = _ORIGINS.get(cells["invitation"], "")
            self.record = tuple(_as_in_csv(cell) if name in _TIMES else cell for name, cell in cells.items())
            if found := sum(_is_short(cells[name]) for name in _TIMES):
                short, first = short + found, first or item.line
            slots, invited = slots + 1, invited or "isInvitation" in item.texts
            yield FileRow(self.place, item.line, cells, cells["booking_id"] or None)
        if short:
            self._doubt("rivta.short_times", Where(self.place, first), count=short)
        if self._tells and slots and not invited:
            self._doubt("rivta.no_invitation", Where(self.place), count=slots)

    def _doubt(self, code: str, where: Where, count: int) -> None:
        self.doubts.append(Problem(code, {"count": count}, where, warning=True))


def _is_short(time: str) -> bool:
    """Tell whether a time lacks its seconds, as some producers write it."""
    return len(time) == _SHORT and _RIVTA_TIME.fullmatch(time) is not None


def _as_in_csv(cell: str) -> str:
    """A RIV-TA time as CSV has it, or what is none as it is."""
    if not (found := _RIVTA_TIME.fullmatch(cell)):
        return cell
    year, month, day, hour, minute, second = found.groups("00")
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}"


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


class TypeRows(_Answers):
    """Time types and care types of responses, as a `RowSource` of TYPE_COLUMNS."""

    header: Sequence[str] = TYPE_COLUMNS
    record: Sequence[str] = TYPE_COLUMNS
    messages = _TYPES

    def __iter__(self) -> Iterator[FileRow | Problem]:
        for item in self.items():
            if isinstance(item, Problem):
                self.record = ()
                yield item
                continue
            code, kind, name = KINDS[item.message]
            self.record = (item.texts.get(code, ""), kind, " ".join(item.texts.get(name, "").split()))
            cells = dict(zip(TYPE_COLUMNS, self.record, strict=True))
            yield FileRow(self.place, item.line, cells, self.record[0] or None)
