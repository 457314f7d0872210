"""Small things in words: moments, and codes."""

from collections.abc import Callable, Mapping
from datetime import datetime

from tidbok_cli.domain.coupling import SnapshotRead
from tidbok_cli.domain.times import FOREVER, HOUR, local
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.render.output import Row


def clock(instant: int | None) -> str:
    """A moment as Stockholm's clocks show it, to the minute, or the second where it has any."""
    if instant is None or instant >= FOREVER:
        return ""
    moment = local(instant)
    return moment.strftime("%Y-%m-%d %H:%M:%S" if moment.second else "%Y-%m-%d %H:%M")


def moment(key: str) -> Callable[[Row], str]:
    """Tells in a table of an instant that the row has as RFC 3339, as `clock` does."""

    def told(row: Row) -> str:
        return clock(int(datetime.fromisoformat(row[key]).timestamp())) if row[key] else ""

    return told


def aged(snapshot: SnapshotRead, at: int) -> str:
    """A snapshot of TAK with its age at a moment, which is shown wherever it decides."""
    days = max(0, at - snapshot.taken_at) // (24 * HOUR)
    age = ngettext("{count} day old", "{count} days old", days).format(count=days)
    return _("TAK's snapshot of {taken} ({age}, from {source})").format(
        taken=clock(snapshot.taken_at), age=age, source=snapshot.source
    )


def word(key: str, texts: Mapping[str, str]) -> Callable[[Row], str]:
    """Tells in a table of a code, by its text."""
    return lambda row: _(texts[row[key]]) if row[key] else ""
