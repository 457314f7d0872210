"""XML messages, streamed an element at a time; nothing fetched or expanded.

A file may hold one message or many, bare or in SOAP envelopes, within any wrapper, or as whole documents one after
another (as `cat` makes them), with or without XML declarations. Elements are known by their local names, since
producers disagree about namespaces. An answer that failed is told of as one, beside the others, and so is whatever
else stands among them: a proxy's page, a program's complaint.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple, cast

from tidbok_cli.errors import BadInput, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element

_CHUNK: Final = 1 << 16
_LARGEST_BETWEEN: Final = 8 << 20
"""Bytes without any element that is looked for."""
_DECLARATION: Final = re.compile(rb"(?=<\?xml\s)")
_DECLARED: Final = re.compile(rb"\s*(?:<\?xml\s[^>]*\?>)?")
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0", b"\0<")
"""How a document of two bytes a letter begins."""
_TEXT_LONGEST: Final = 500
FAULT, STATUS, ENVELOPE = "Fault", "ProcessingStatusList", "Envelope"
"""Messages of items that are none: a SOAP fault or an answer without any message, and a producer's status."""
SAFE: Final[Mapping[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
"""Options of lxml's parsers by which nothing is fetched, expanded or endless."""
_BORDER_LONGEST: Final = len(codecs.BOM_UTF8 + b"<?xml ")


class Item(NamedTuple):
    """An element: line, children's trimmed texts by local name, and message.

    Past line 65,535 of a document libxml2 knows only the line of the text within: one too many, as a rule.
    """

    line: int
    texts: dict[str, str]
    message: str


def read_items(data: BinaryIO, file: str, items: Mapping[str, str]) -> Iterator[Item]:
    """Elements directly within messages; `items`: message's name → its element's.

    Besides faults (`FAULT`, with `code` and `text`) and what the platform says of each producer (`STATUS`). Raises
    BadInput where lxml is not installed, and, when it gets there, for a file that is empty, is not well-formed,
    has a DOCTYPE, or holds none of the messages, but perhaps a fault.
    """
    document: _Document | None = None
    fault: Item | None = None
    lines = messages = documents = 0
    others: list[int] = []
    for piece in _pieces(data):
        if piece is None and document:
            messages += document.close(others)
            document = None
        elif piece and (document or piece.strip()):
            if not document:
                document = _Document(file, lines, items)
                documents += 1
            for item in document.feed(piece):
                fault = fault or (item if item.message == FAULT else None)
                yield item
        lines += piece.count(b"\n") if piece else 0
    messages += document.close(others) if document else 0
    if not documents:
        raise BadInput("file.empty", where=Where(file))
    if not messages:
        raise _no_message(fault, file, items)
    yield from map(_no_answer, others)


def _no_message(fault: Item | None, file: str, items: Mapping[str, str]) -> BadInput:
    """The error of a file without any message, which may be a fault."""
    if fault and fault.texts["text"]:
        return fault_of(fault, file)
    return BadInput("xml.no_message", where=Where(file), message=" / ".join(items))


def _no_answer(line: int) -> Item:
    """Where neither a response nor a fault stands."""
    return Item(line, {"code": "", "text": ""}, FAULT)


def fault_of(item: Item, file: str) -> BadInput:
    """The error that a fault is, or an answer without any message."""
    where = Where(file, item.line)
    if item.texts["text"]:
        return BadInput("xml.fault", where=where, problems=(), **item.texts)
    return BadInput("xml.empty_answer", where=where)


def _pieces(data: BinaryIO) -> Iterator[bytes | None]:
    """The file's bytes, and None before each XML declaration: a new document."""
    held = b""
    while chunk := data.read(_CHUNK):
        *ended, going_on = _DECLARATION.split(held + chunk)
        for piece in ended:
            yield piece.removesuffix(codecs.BOM_UTF8)
            yield None
        cut = max(0, len(going_on) - _BORDER_LONGEST + 1)
        yield going_on[:cut]
        held = going_on[cut:]
    yield held


class _Document:
    """One document, parsed as it comes and forgotten, in flat memory."""

    def __init__(self, file: str, lines_before: int, items: Mapping[str, str]) -> None:
        try:
            from lxml import etree  # an optional extra, and slow to load
        except ImportError:
            raise BadInput("extra.missing", where=Where(file), extra="rivta") from None
        self._file, self._lines_before = file, lines_before
        self._items = items
        self._messages = self._unread = self._answers = self._answers_before = 0
        self._head: bytes | None = b""
        self._is_wrapped = True
        self._known: _Element | None = None
        self._others: list[int] = []
        self._parser = etree.XMLPullParser(
            events=("end",),
            tag=tuple(f"{{*}}{name}" for name in self._looked_for()),
            **SAFE,
        )

    def _looked_for(self) -> Iterator[str]:
        yield from (FAULT, STATUS, ENVELOPE)
        for pair in self._items.items():
            yield from pair

    def _within_one(self, piece: bytes) -> bytes:
        """The piece, below a root of its own, so that others may follow the first."""
        if self._head is None:
            return piece
        self._head += piece
        if self._head.removeprefix(codecs.BOM_UTF8).startswith(_WIDE):
            self._is_wrapped = False
        elif b">" not in self._head and len(self._head) < _CHUNK:
            return b""
        else:
            begins = self._head.removeprefix(codecs.BOM_UTF8)
            declared = _DECLARED.match(begins)
            after = declared.end() if declared else 0
            self._head = b"".join((begins[:after].lstrip(), b"<_>", begins[after:]))
        whole, self._head = self._head, None
        return whole

    def feed(self, piece: bytes) -> Iterator[Item]:
        """Items that the next piece completes."""
        try:
            self._parser.feed(self._within_one(piece))
        except SyntaxError as error:
            raise self._malformed(error, piece) from None
        self._unread += len(piece)
        for _, element in cast("Iterator[tuple[str, _Element]]", self._parser.read_events()):
            self._unread = 0
            self._look_around(element)
            name, parent = local_name(element), element.getparent()
            message = local_name(parent) if parent is not None else ""
            line = self._lines_before + cast("int", element.sourceline)
            if name in self._items:
                self._messages += 1
                self._answers += 1
            elif self._items.get(message) == name:
                yield Item(line, child_texts(element), message)
            elif name == STATUS:
                yield Item(line, child_texts(element), STATUS)
            elif name == FAULT and message in ("Body", "_", ""):
                self._answers += 1
                yield Item(line, _fault(element), FAULT)
            elif name == ENVELOPE:
                if self._answers == self._answers_before:
                    yield _no_answer(line)
                self._answers_before = self._answers
            forget(element)
        if self._unread > _LARGEST_BETWEEN:  # all of it is in memory
            raise BadInput("xml.no_message", where=Where(self._file), message=" / ".join(self._items))

    def _look_around(self, element: _Element) -> None:
        """Refuse a DOCTYPE; note what stands before the answer that an element is of, and is none."""
        self._refuse_doctype(element)
        if not self._is_wrapped:
            return
        top, root = element, element.getparent()
        while root is not None and (above := root.getparent()) is not None:
            top, root = root, above
        if root is not None and top is not self._known:
            self._note_others(root, top)
            self._known = top

    def _note_others(self, root: _Element, until: _Element | None) -> None:
        """Note the lines of texts and elements between answers; what is known of ended before."""
        if self._known is None and _has_letters(root.text):
            self._others.append(self._lines_before + 1)
        for each in root:
            if each is until:
                return
            if each is not self._known or _has_letters(each.tail):
                self._others.append(self._lines_before + cast("int", each.sourceline))

    def close(self, others: list[int]) -> int:
        """End the document; return how many messages it held, and add the lines of what else it has."""
        last = b"</_>" if self._is_wrapped else b""
        try:
            self._parser.feed(self._unwrapped() + last)
            root = self._parser.close()
        except SyntaxError as error:
            raise self._malformed(error, last) from None
        self._refuse_doctype(root)
        if self._is_wrapped:
            self._note_others(root, None)
        elif not self._answers:
            self._others.append(self._lines_before + 1)
        others.extend(self._others)
        return self._messages

    def _unwrapped(self) -> bytes:
        """The bytes that are held of a document that never began."""
        held, self._head = self._head or b"", None
        return held

    def _malformed(self, error: SyntaxError, piece: bytes) -> BadInput:
        if b"<!DOCTYPE" in piece:
            return BadInput("xml.doctype", where=Where(self._file))
        return BadInput("xml.malformed", where=Where(self._file, self._lines_before + (error.lineno or 1)))

    def _refuse_doctype(self, element: _Element) -> None:
        if has_doctype(element):
            raise BadInput("xml.doctype", where=Where(self._file))


def _has_letters(between: str | None) -> bool:
    """Tell whether a text is more than white space and marks of an encoding."""
    return bool((between or "").strip(" \t\r\n\ufeff"))


def has_doctype(element: _Element) -> bool:
    """Tell whether the document has a DOCTYPE, which no message has.

    It could define entities that grow without end or name other files.
    """
    return element.getroottree().docinfo.internalDTD is not None


def local_name(element: _Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def child_texts(element: _Element) -> dict[str, str]:
    """Return the children's own texts, trimmed, by their local names."""
    return {local_name(child): (child.text or "").strip() for child in element}


def whole_texts(element: _Element) -> dict[str, str]:
    """Return all text within each child, on one line, by local name."""
    return {local_name(child): " ".join("".join(map(str, child.itertext())).split()) for child in element}


def _fault(element: _Element) -> dict[str, str]:
    """A fault's code and text, of SOAP 1.1 or 1.2."""
    told = whole_texts(element)
    code = told.get("faultcode") or told.get("Code") or ""
    text = told.get("faultstring") or told.get("Reason") or " ".join(told.values()) or code
    return {"code": code[:_TEXT_LONGEST], "text": text[:_TEXT_LONGEST] or "?"}


def forget(element: _Element) -> None:
    """Empty an ended element; drop all that ended before it.

    The element itself stays until the next one: the parser may still be adding to the text after it.
    """
    del element[:]
    for each in (element, *element.iterancestors()):
        parent = each.getparent()
        while parent is not None and each.getprevious() is not None:
            del parent[0]
