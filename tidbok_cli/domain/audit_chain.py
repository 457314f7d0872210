"""Faults of the audit's chain: what was changed, taken away or put in (contract, section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tidbok_cli.domain.audit import BEGINNING, AuditHead, AuditRow, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class AuditFault(NamedTuple):
    """A fault of the chain: changed, removed, inserted or cut_off; first and last number, of the store or a file."""

    fault: str
    first: int
    last: int
    place: str = "store"


def chain_faults(rows: Iterable[AuditRow], purged: frozenset[str] = frozenset()) -> Iterator[AuditFault]:
    """Find what was done to a chain's rows, in order of number.

    `purged`: hashes after which a chain may begin, since what was before them was purged.
    """
    before: AuditRow | None = None
    changed = 0
    for row in rows:
        if before is None:
            if row.previous not in purged | {BEGINNING}:
                yield AuditFault("removed", 1, row.id - 1)
        elif row.previous != before.hash:
            if row.previous == before.previous:
                yield AuditFault("inserted", before.id, before.id)
            elif row.id > before.id + 1:
                yield AuditFault("removed", before.id + 1, row.id - 1)
            elif changed != before.id:
                yield AuditFault("changed", before.id, before.id)
        if digest(row.id, row.entry, row.previous) != row.hash:
            yield AuditFault("changed", row.id, row.id)
            changed = row.id
        before = row


def head_faults(heads: Iterable[AuditHead], hashes: Mapping[int, str]) -> Iterator[AuditFault]:
    """Find the rows that a log names and the chain lacks, or has otherwise; what was purged from its beginning is none.

    `hashes`: those of the rows, by number.
    """
    first, last = min(hashes, default=1), max(hashes, default=0)
    lost = [head for head in heads if head.id > last]
    if lost:
        yield AuditFault("cut_off", last + 1, max(head.id for head in lost))
    for head in heads:
        if first <= head.id <= last and hashes.get(head.id) != head.hash:
            yield AuditFault("changed" if head.id in hashes else "removed", head.id, head.id)
