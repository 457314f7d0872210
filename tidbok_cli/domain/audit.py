"""The audit: rows of who looked at whom, each chained to the row before (contract, section 6)."""

# Unlike elsewhere, annotations are no texts here: every question loads these tuples, and typing would compile each.

import json
import zlib
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Self

BEGINNING: Final = ""
"""The hash before the first row's."""

PURGE: Final = "store purge"
"""The command whose row may say which beginning of the chain it took away, as `audit_before` of its selection."""

_MOST_BYTES: Final = 1 << 26
"""More than the bits of all the people there are in Sweden, fifty times."""

_DIGITS: Final = bytes((*b"01", *range(2, 256)))
"""The digit of each flag, 0 or 1."""


class Residents:
    """A set of residents by the store's own numbers: a bit each, so that a whole region is small."""

    def __init__(self, numbers: Iterable[int] = (), bits: bytes = b"") -> None:
        self._bits = bytearray(bits)
        self.update(numbers)

    @classmethod
    def flagged(cls, flags: bytearray) -> Self:
        """Make a set of the numbers whose byte is 1: for many, at a fifth of the time."""
        digits = flags[::-1].translate(_DIGITS) or b"0"
        return cls(bits=int(digits, 2).to_bytes(len(flags) // 8 + 1, "little"))

    def update(self, numbers: Iterable[int]) -> None:
        """Add residents."""
        bits = self._bits
        for number in numbers:
            place = number >> 3
            if place >= len(bits):
                bits.extend(bytes(place + 1 - len(bits)))
            bits[place] |= 1 << (number & 7)

    def __ior__(self, other: "Residents") -> Self:
        width = max(len(self._bits), len(other._bits))
        joined = int.from_bytes(self._bits, "little") | int.from_bytes(other._bits, "little")
        self._bits = bytearray(joined.to_bytes(width, "little"))
        return self

    def __contains__(self, number: int) -> bool:
        place = number >> 3
        return place < len(self._bits) and bool(self._bits[place] >> (number & 7) & 1)

    def __len__(self) -> int:
        return int.from_bytes(self._bits, "little").bit_count()

    def packed(self) -> bytes:
        """Write the set as it is kept."""
        return zlib.compress(self._bits)


def unpacked(content: bytes) -> Residents:
    """Read a set as it is kept."""
    return Residents(bits=zlib.decompressobj().decompress(content, _MOST_BYTES))


class Look:
    """What a command is about, noted as it is found, until it is recorded.

    `residents`: person numbers, those named. `shown`: those of a list. `selection`: by what the list was chosen.
    `decided_by`: who in the region decided that journals may be asked. `happened_at`: seconds UTC, None for the
    command's own moment.
    """

    def __init__(
        self,
        outcome: str = "done",
        *,
        residents: Iterable[str] = (),
        units: Iterable[str] = (),
        selection: Mapping[str, Any] = MappingProxyType({}),
        decided_by: str | None = None,
        happened_at: int | None = None,
    ) -> None:
        self.residents, self.units = set(residents), set(units)
        self.selection: dict[str, Any] = dict(selection)
        self.shown: Residents | None = None
        self.outcome, self.decided_by, self.happened_at = outcome, decided_by, happened_at


class AuditEntry(NamedTuple):
    """A row's content; moments in seconds UTC, `units` and `selection` in JSON, `residents` packed.

    `actor`: who is said to act; `os_user` and `uid`: the real user of the operating system. `asked_at`: `--at`.
    `shown`: how many residents. Rows of before they were kept have no `os_user`, `uid`, `host`, `outcome`.
    """

    recorded_at: int
    actor: str
    os_user: str | None
    uid: int | None
    host: str | None
    command: str
    purpose: str | None
    asked_at: int | None
    decided_by: str | None
    resident: str | None
    units: str | None
    selection: str | None
    shown: int | None
    residents: bytes | None
    revealed: bool
    outcome: str | None


class AuditRow(NamedTuple):
    """A row in the chain: its number there, content, the hash of the row before, its own."""

    id: int
    entry: AuditEntry
    previous: str
    hash: str


class AuditHead(NamedTuple):
    """The last row of a chain, for a log elsewhere."""

    id: int
    hash: str


def plain(value: object) -> str:
    """Write JSON in the one way that is hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(number: int, entry: AuditEntry, previous: str) -> str:
    """Hash a row's number, content and the row before: SHA-256, in hexadecimal."""
    from hashlib import sha256  # loads OpenSSL, which an answer need not wait for

    content = entry._asdict() | {"id": number, "previous": previous, "revealed": bool(entry.revealed)}
    content["residents"] = None if entry.residents is None else bytes(entry.residents).hex()
    return sha256(plain(content).encode()).hexdigest()


def chained(number: int, entry: AuditEntry, previous: str) -> AuditRow:
    """Make a chain's next row."""
    return AuditRow(number, entry, previous, digest(number, entry, previous))
