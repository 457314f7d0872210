"""XML messages, streamed an element at a time; nothing fetched or expanded.

A file may hold one message or many, bare or in SOAP envelopes, within any wrapper, or as whole documents one after
another, each with its XML declaration (as `cat` makes them). Elements are known by their local names, since producers
disagree about namespaces.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, cast

from tidbok_cli.errors import BadInput, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element

_CHUNK: Final = 1 << 16
_LARGEST_BETWEEN: Final = 8 << 20
"""Bytes without any element that is looked for."""
_DECLARATION: Final = re.compile(rb"(?=<\?xml\s)")
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

    Raises BadInput where lxml is not installed, and, when it gets there, for a file that is empty, is not well-formed,
    has a DOCTYPE, or holds none of the messages.
    """
    document: _Document | None = None
    lines = messages = documents = 0
    for piece in _pieces(data):
        if piece is None and document:
            messages += document.close()
            document = None
        elif piece and (document or piece.strip()):
            if not document:
                document = _Document(file, lines, items)
                documents += 1
            yield from document.feed(piece)
        lines += piece.count(b"\n") if piece else 0
    messages += document.close() if document else 0
    if not documents:
        raise BadInput("file.empty", where=Where(file))
    if not messages:
        raise BadInput("xml.no_message", where=Where(file), message=" / ".join(items))


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
        self._messages = self._unread = 0
        self._parser = etree.XMLPullParser(
            events=("end",), tag=tuple(f"{{*}}{name}" for pair in items.items() for name in pair),
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
            remove_comments=True, remove_pis=True,
        )  # fmt: skip

    def feed(self, piece: bytes) -> Iterator[Item]:
        """Items that the next piece completes."""
        try:
            self._parser.feed(piece)
        except SyntaxError as error:
            raise self._malformed(error) from None
        self._unread += len(piece)
        for _, element in cast("Iterator[tuple[str, _Element]]", self._parser.read_events()):
            self._unread = 0
            self._refuse_doctype(element)
            name, parent = _local(element), element.getparent()
            message = _local(parent) if parent is not None else ""
            if name in self._items:
                self._messages += 1
            elif self._items.get(message) == name:
                yield Item(self._lines_before + cast("int", element.sourceline), _texts(element), message)
            _forget(element)
        if self._unread > _LARGEST_BETWEEN:  # all of it is in memory
            raise BadInput("xml.no_message", where=Where(self._file), message=" / ".join(self._items))

    def close(self) -> int:
        """End the document; return how many messages it held."""
        try:
            root = self._parser.close()
        except SyntaxError as error:
            raise self._malformed(error) from None
        self._refuse_doctype(root)
        return self._messages

    def _malformed(self, error: SyntaxError) -> BadInput:
        return BadInput("xml.malformed", where=Where(self._file, self._lines_before + (error.lineno or 1)))

    def _refuse_doctype(self, element: _Element) -> None:
        """Raise BadInput for a DOCTYPE, which no message has.

        It could define entities that grow without end or name other files.
        """
        if element.getroottree().docinfo.internalDTD is not None:
            raise BadInput("xml.doctype", where=Where(self._file))


def _local(element: _Element) -> str:
    return element.tag.rpartition("}")[2]


def _texts(element: _Element) -> dict[str, str]:
    return {_local(child): (child.text or "").strip() for child in element}


def _forget(element: _Element) -> None:
    """Empty an ended element; drop all that ended before it.

    The element itself stays until the next one: the parser may still be adding to the text after it.
    """
    del element[:]
    for each in (element, *element.iterancestors()):
        parent = each.getparent()
        while parent is not None and each.getprevious() is not None:
            del parent[0]
