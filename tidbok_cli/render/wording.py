"""Small things in words: moments, and yes or no."""

from tidbok_cli.domain.times import FOREVER, local


def clock(instant: int | None) -> str:
    """A moment as Stockholm's clocks show it, to the minute, or the second where it has any."""
    if instant is None or instant >= FOREVER:
        return ""
    moment = local(instant)
    return moment.strftime("%Y-%m-%d %H:%M:%S" if moment.second else "%Y-%m-%d %H:%M")
