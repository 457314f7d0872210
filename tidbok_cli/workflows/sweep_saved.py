"""`sweep --save` and `--since`: a sweep kept, and news since then."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.audit import Residents
from tidbok_cli.domain.identity import mask
from tidbok_cli.domain.masks import without_numbers
from tidbok_cli.domain.sweep import NewsCount, SavedSweepShown, SweepNews, SweepVerdict, Swept, VerdictCount, is_news
from tidbok_cli.domain.times import parse_date
from tidbok_cli.domain.verdict import Answer
from tidbok_cli.errors import BadInput, Refused, Where
from tidbok_cli.store import sweep_saved as store
from tidbok_cli.workflows.lookup import expect_names, unit_in_store
from tidbok_cli.workflows.sweep import SweepExtent, largest_first, look_at, lots_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.domain.sweep import CancelledCount
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context

_UNIT: Final = attrgetter("unit")


class SweepSaver:
    """A sweep packed unit by unit as it passes, then saved.

    What could not be printed is not saved, and is news next time.
    """

    def __init__(self, name: str) -> None:
        """Raise BadInput for a name that may be a resident's number."""
        expect_names({"NAME": name if without_numbers(name) == name else ""})
        self._name, self._extent, self._bookings = name, SweepExtent(), 0
        self._verdicts: dict[tuple[str, tuple[str, ...]], int] = {}
        self._places: dict[SweepVerdict, int] = {}
        self._packed: dict[str, bytes] = {}
        self._last_batch = 0
        self._counts: Counter[int] = Counter()

    def expect_newer(self, context: Context, reader: Reader, *, allow_older: bool) -> None:
        """Raise Refused for a moment before that of the sweep to be replaced."""
        there = next((each for each in store.saved_sweeps(reader) if each.name == self._name), None)
        if there is not None and context.at < there.at and not allow_older:
            where = Where(column="--save")
            raise Refused("sweep.older", where=where, name=self._name, saved_at=there.at, moment_at=context.at)

    def pass_on(self, reader: Reader, extent: SweepExtent, lots: Iterable[Swept]) -> Iterator[Swept]:
        """Pass the bookings on as they come."""
        self._extent, self._last_batch = extent, store.last_batch(reader)
        for unit, of_unit in groupby(lots, _UNIT):
            judged: list[tuple[int, int]] = []
            for lot in of_unit:
                judged += zip(lot.numbers, map(self._place, lot.judged), strict=True)
                yield lot
            self._packed[unit] = store.pack(judged)
            self._counts.update(place for _, place in judged)
            self._bookings += len(judged)

    def _place(self, judged: SweepVerdict) -> int:
        place = self._places.get(judged)
        if place is None:
            verdict = str(judged.verdict), judged.reasons
            place = self._places[judged] = self._verdicts.setdefault(verdict, len(self._verdicts))
        return place

    def keep(self, context: Context) -> None:
        """Save what has passed, in place of a sweep with the name."""
        from tidbok_cli.store.write.engine import writer_of

        saved = SavedSweepShown(
            self._name,
            context.at,
            context.now,
            context.actor,
            _plain(self._extent),
            list(self._verdicts),
            self._bookings,
            self._last_batch,
        )
        with context.writing() as (session, _):
            store.replace(writer_of(session), saved, self._packed)
        context.counts.verdicts = self._by_verdict()

    def _by_verdict(self) -> dict[str, int]:
        counts = dict.fromkeys(map(str, Answer), 0)
        for (verdict, _), place in self._verdicts.items():
            counts[verdict] += self._counts[place]
        return counts


def sweep_to_keep(
    context: Context,
    extent: SweepExtent,
    saver: SweepSaver,
    met: list[SweepVerdict],
    *,
    reveal: bool = False,
    counted: bool = False,
    allow_older: bool = False,
) -> Iterator[Swept]:
    """Sweep as `sweep` does, packing the rows as they pass; where they are only counted, nobody is looked at."""
    context.expect_purpose()
    with context.reading() as reader:
        saver.expect_newer(context, reader, allow_older=allow_older)
        if not counted:
            look_at(context, reader, extent)
        lots = lots_of(context, reader, extent, met, spell=str if reveal else mask, numbered=True)
        yield from saver.pass_on(reader, _named(context, reader, extent), lots)


def news(
    context: Context,
    since: str,
    saver: SweepSaver | None,
    cancelled: list[CancelledCount],
    *,
    reveal: bool = False,
    counted: bool = False,
    allow_older: bool = False,
) -> Iterator[SweepNews]:
    """Yield what became hidden or shown since a saved sweep.

    In its extent and order. The compared rows are packed where a `saver` is given. Fills in, before the first, what
    imports have cancelled since. Raises BadInput for an unknown name.
    """
    context.expect_purpose()
    with context.reading() as reader:
        if saver is not None:
            saver.expect_newer(context, reader, allow_older=allow_older)
        before = _saved(store.saved_sweeps(reader), since)
        extent = _extent(before.extent)
        cancelled += store.cancelled_since(reader, before)
        pieces = store.pieces(reader, since)
        if not counted:
            seen = _compared(before, pieces, lots_of(context, reader, extent, spell=None, numbered=True))
            shown: Any = (row[3] for row, _ in seen)
            context.look(shown=Residents(shown), selection={"since": since})
        lots = lots_of(context, reader, extent, spell=str if reveal else mask, numbered=True)
        passing = lots if saver is None else saver.pass_on(reader, extent, lots)
        yield from _compared(before, pieces, passing)


def _compared(saved: SavedSweepShown, pieces: dict[str, bytes], lots: Iterable[Swept]) -> Iterator[SweepNews]:
    judged = [SweepVerdict(Answer(verdict), tuple(reasons)) for verdict, reasons in saved.verdicts]
    are_news = _NewsMemo(judged)
    for unit, of_unit in groupby(lots, _UNIT):
        before = store.unpacked(pieces[unit]) if unit in pieces else {}
        for row in chain.from_iterable(lot.rows for lot in of_unit):
            place = before.get(row[0])
            if are_news[place, row[6]]:
                yield SweepNews(row, None if place is None else judged[place])


class _NewsMemo(dict[tuple[int | None, SweepVerdict], bool]):
    """News or not, by former place and present verdict; asked once."""

    def __init__(self, judged: list[SweepVerdict]) -> None:
        super().__init__()
        self._judged = judged

    def __missing__(self, key: tuple[int | None, SweepVerdict]) -> bool:
        place, now = key
        news = self[key] = is_news(None if place is None else self._judged[place], now)
        return news


def listed(context: Context) -> list[SavedSweepShown]:
    """List the saved sweeps, by name."""
    with context.reading() as reader:
        return store.saved_sweeps(reader)


def forget(context: Context, name: str) -> None:
    """Delete a saved sweep; raises BadInput for an unknown name."""
    from tidbok_cli.store.write.engine import writer_of

    with context.writing() as (session, reader):
        _saved(store.saved_sweeps(reader), name)
        store.forget(writer_of(session), name)


def counted(lots: Iterable[Swept]) -> tuple[VerdictCount, ...]:
    """Summarise a sweep that is being saved."""
    counts = Counter((judged.verdict, judged.reasons) for lot in lots for judged in lot.judged)
    return tuple(VerdictCount(*verdict, bookings) for verdict, bookings in largest_first(counts))


def news_counted(rows: Iterable[SweepNews]) -> tuple[NewsCount, ...]:
    """Count changes per (before, after) verdict, largest first."""
    counts: Counter[tuple[Any, ...]] = Counter()
    for (*_, now), before in rows:
        counts[now.verdict, now.reasons, *((before.verdict, before.reasons) if before else ("", ()))] += 1
    return tuple(
        NewsCount(SweepVerdict(*verdicts[:2]), SweepVerdict(*verdicts[2:]) if verdicts[2] else None, bookings)
        for verdicts, bookings in largest_first(counts)
    )


def _saved(known: list[SavedSweepShown], name: str) -> SavedSweepShown:
    found = next((each for each in known if each.name == name), None)
    if found is not None:
        return found
    where = Where(column="NAME")
    if not known:
        raise BadInput("sweep.none_saved", where=where, name=name)
    raise BadInput("sweep.not_saved", where=where, name=name, known=", ".join(each.name for each in known))


def _named(context: Context, reader: Reader, extent: SweepExtent) -> SweepExtent:
    """Write the extent with HSA-ids, since aliases may move."""
    return replace(extent, units=tuple(unit_in_store(context, reader, unit).hsa_id for unit in extent.units))


def _plain(extent: SweepExtent) -> dict[str, Any]:
    first, last = (day and day.isoformat() for day in (extent.first, extent.last))
    return {"units": list(extent.units), "from": first, "to": last, "all": extent.every}


def _extent(plain: Any) -> SweepExtent:
    first, last = (parse_date(plain[key] or "").value for key in ("from", "to"))
    return SweepExtent(tuple(plain["units"]), first, last, plain["all"])
