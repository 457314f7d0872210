"""Saved sweeps, to be compared with later ones."""

from sqlmodel import Field, SQLModel

from tidbok_cli.store.tables.columns import instant


class SavedSweep(SQLModel, table=True):
    """A sweep as of a moment; `extent` and `verdicts` are JSON (store/sweep_saved.py).

    `last_batch`: the number of the latest import by then, 0 before the first.
    """

    __tablename__ = "saved_sweep"
    name: str = Field(primary_key=True)
    at: int = instant()
    saved_at: int = instant()
    actor: str
    extent: str
    verdicts: str
    bookings: int
    last_batch: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class SavedSweepUnit(SQLModel, table=True):
    """A saved sweep's piece of one unit, with numbers alone (store/sweep_saved.py)."""

    __tablename__ = "saved_sweep_unit"
    name: str = Field(foreign_key="saved_sweep.name", primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", primary_key=True)
    judged: bytes
