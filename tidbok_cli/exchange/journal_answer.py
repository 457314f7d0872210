"""A journal's answer over HTTP: slots and types, or a fault.

Nothing that comes is trusted, and none of it ends the program: every answer becomes a JournalAnswer (contract,
section 5).
"""

from __future__ import annotations

import re
from codecs import lookup
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from tidbok_cli.domain.journal import JournalAnswer, JournalResult
from tidbok_cli.exchange.journal_slot import SlotReader, shown
from tidbok_cli.exchange.rivta import ANSWERED, KINDS
from tidbok_cli.exchange.xml_stream import (
    ENVELOPE,
    FAULT,
    SAFE,
    STATUS,
    child_texts,
    forget,
    has_doctype,
    local_name,
    whole_texts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element

    from tidbok_cli.domain.journal import JournalQuestion, JournalSlot, JournalType

_XML: Final = ("text/xml", "application/xml", "application/soap+xml")
_PLATFORM: Final = re.compile(r"VP[0-9]{3}\b")
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]+)", re.ASCII | re.IGNORECASE)
_DECLARES: Final = re.compile(rb"\s*<\?xml[^>]*\sencoding\s*=")
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_RESULTS: Final = ("OK", "INFO", "ERROR")
_DETAIL_LONGEST: Final = 500
_PIECE: Final = 1 << 16
_UNREAD_MOST: Final = 2 << 20
"""Bytes in a row without a time or type: all of them are in memory, where the smallest elements are far larger."""
_ITEMS_MOST: Final = 100_000
"""Times and types of an answer: more than 15 MiB can hold, where each says something."""

_SLOT, _DAY, _PERFORMER = "timeslotDetail", "performerAvailabilityByDate", "performerInfos"
_TYPES: Final = ("ListOfTimeTypes", "careTypes")


class HttpAnswer(NamedTuple):
    """What a server sent: status, headers by their names in small letters, and the body, decoded."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def read_answer(question: JournalQuestion, http: HttpAnswer, *, aggregated: bool = False) -> JournalAnswer:
    """Read the answer to a question.

    `aggregated`: it comes from the platform's aggregator, and may be of many units. Results are told by `code`:
    silent as `empty` or `all_failed`; unreadable as `redirect`, `status`, `content_type`, `doctype`, `malformed`,
    `too_large` (of nothing that is known, or endlessly many), `no_soap` or `no_message`; a fault as `fault`, a refusal
    by the platform's own code.
    """
    answer = JournalAnswer(question, JournalResult.UNREADABLE, body=http.body)
    kind = http.headers.get("content-type", "").partition(";")[0].strip().lower()
    if 300 <= http.status < 400:
        return answer._replace(code="redirect", detail=str(http.status))
    if http.status not in (200, 500) and (kind not in _XML or not http.body.strip()):
        return answer._replace(code="status", detail=str(http.status))
    if not http.body.strip():
        return answer._replace(result=JournalResult.SILENT, code="empty")
    if kind and kind not in _XML:
        code, detail = ("content_type", shown(kind)) if http.status == 200 else ("status", str(http.status))
        return answer._replace(code=code, detail=detail)
    return _Soap(answer, aggregated=aggregated).read(http)


class _Soap:
    """One SOAP message, read an element at a time."""

    def __init__(self, answer: JournalAnswer, *, aggregated: bool) -> None:
        self._answer = answer
        self._message = f"{answer.question.contract}Response"
        self._reader = SlotReader(answer.question, aggregated=aggregated)
        self._slots: list[JournalSlot] = []
        self._types: list[JournalType] = []
        self._failed: dict[str, str] = {}
        self._fault: dict[str, str] | None = None
        self._result: dict[str, str] | None = None
        self._has_data = self._has_soap = False
        self._unread = self._items = 0

    def read(self, http: HttpAnswer) -> JournalAnswer:
        """Read the message to its end, or as far as it can be read."""
        from lxml import etree  # an optional extra, and slow to load

        looked_for = (_SLOT, _DAY, _PERFORMER, *_TYPES, FAULT, STATUS, ENVELOPE, self._message)
        tags = tuple(f"{{*}}{name}" for name in looked_for)
        parser = etree.XMLPullParser(events=("end",), tag=tags, encoding=_encoding(http), **SAFE)
        try:
            for begin in range(0, len(http.body), _PIECE):
                parser.feed(http.body[begin : begin + _PIECE])
                self._unread += _PIECE
                for _, element in cast("Iterator[tuple[str, _Element]]", parser.read_events()):
                    if has_doctype(element):
                        return self._unreadable("doctype")
                    self._take(element)
                if self._unread > _UNREAD_MOST or self._items > _ITEMS_MOST:
                    return self._unreadable("too_large")
            root = parser.close()
        except SyntaxError:
            return self._unreadable("doctype" if b"<!DOCTYPE" in http.body else "malformed")
        return self._unreadable("doctype") if has_doctype(root) else self._ended()

    def _take(self, element: _Element) -> None:
        name, parent = local_name(element), element.getparent()
        within = "" if parent is None else local_name(parent)
        if name == ENVELOPE and parent is None:
            self._has_soap = True
        elif name == STATUS:
            self._note(child_texts(element))
        elif name == FAULT and within == "Body":
            self._fault = whole_texts(element)
        elif name == self._message and within == "Body":
            self._result = child_texts(element)
        elif within == self._message:
            self._item(name, child_texts(element))
            forget(element)
            self._unread, self._items = 0, self._items + 1

    def _item(self, name: str, texts: Mapping[str, str]) -> None:
        if name == _SLOT:
            self._slots.append(self._reader.slot(texts))
        elif name == _DAY:
            self._slots.append(self._reader.day(texts))
        elif name == _PERFORMER:
            self._reader.performer(texts)
        elif self._message in KINDS:
            code, kind, title = KINDS[self._message]
            self._types.append(self._reader.type(texts, code, title, kind))

    def _note(self, status: Mapping[str, str]) -> None:
        """Keep the platform's word about one producer."""
        code = status.get("statusCode", "")
        if code in ANSWERED:
            self._has_data = True
        else:
            self._failed[shown(status.get("logicalAddress", ""))] = shown(code) or "?"

    def _unreadable(self, code: str) -> JournalAnswer:
        return self._answer._replace(code=code)

    def _ended(self) -> JournalAnswer:
        if not self._has_soap:
            return self._unreadable("no_soap")
        if self._fault is not None:
            return self._refused(self._fault)
        if self._result is None:
            return self._unreadable("no_message")
        self._look_whole(self._result)
        read = self._answer._replace(
            result=JournalResult.ANSWERED, slots=tuple(self._slots), types=tuple(self._types),
            breaches=tuple(self._reader.breaches), failed=self._failed,
            outcome=self._result.get("resultCode"), outcome_text=_masked(self._result.get("resultText", "")),
            booking=self._result.get("bookingId") or None,
        )  # fmt: skip
        if self._failed and not self._has_data and not self._slots:
            return read._replace(result=JournalResult.SILENT, code="all_failed")
        return read

    def _look_whole(self, result: Mapping[str, str]) -> None:
        """Note what is missing of the message as a whole."""
        if self._answer.question.contract == "GetBookingDetails" and len(self._slots) != 1:
            (self._reader.twice if self._slots else self._reader.missing)(_SLOT)
        if self._answer.question.is_write:
            code = result.get("resultCode")
            if code is None:
                self._reader.missing("resultCode")
            elif code not in _RESULTS:
                self._reader.value("resultCode", code)

    def _refused(self, fault: Mapping[str, str]) -> JournalAnswer:
        """Tell a fault; the platform's own begins with its code."""
        text = fault.get("faultstring") or fault.get("Reason") or ""
        code, detail = _PLATFORM.match(text), fault.get("detail") or fault.get("Detail") or ""
        told = " ".join(part for part in (text, detail if detail not in text else "") if part)
        result = JournalResult.REFUSED if code else JournalResult.FAULT
        return self._answer._replace(result=result, code=code[0] if code else "fault", detail=_masked(told))


def _masked(text: str) -> str:
    """Return a foreign text without person numbers, cut short after they are gone."""
    return shown(text, _DETAIL_LONGEST)


def _encoding(http: HttpAnswer) -> str | None:
    """Return the header's charset, where the message itself says none."""
    charset = _CHARSET.search(http.headers.get("content-type", ""))
    if charset is None or http.body.startswith(_MARKS) or _DECLARES.match(http.body):
        return None
    try:
        return lookup(charset[1]).name
    except LookupError:
        return None
