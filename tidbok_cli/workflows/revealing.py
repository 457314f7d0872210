"""Person numbers printed in full: who asked for them, with which command, when and why, is recorded first."""

from collections.abc import Iterable

from tidbok_cli.workflows.workplace import Workplace


def record_reveal(place: Workplace, residents: Iterable[str] = ()) -> None:
    """Records that numbers are about to be printed in full: an entry for each resident, or one for a whole list."""
    from tidbok_cli.store.names import resident_ids
    from tidbok_cli.store.tables import Audit

    with place.writing() as (session, _):
        numbers: list[int | None] = list(resident_ids(session, residents).values())
        session.add_all(
            Audit(
                recorded_at=place.now,
                actor=place.actor,
                purpose=place.purpose,
                command=place.command,
                resident_id=number,
            )
            for number in numbers or [None]
        )
