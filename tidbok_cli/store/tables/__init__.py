"""The tables; names stand only in `unit` and `resident`.

Instants are integer seconds UTC. A log (`relation_event`, `unit_version`, a booking's changes) says what happened; a
period says what was true when, and holds from `begins` until before `ends`. Constraints say all that must hold, so that
a bug cannot write a lie.
"""

from tidbok_cli.store.tables.bookings import Booking, BookingBasis, BookingRevival, Message, Slot, Summons
from tidbok_cli.store.tables.relations import RelationEvent, RelationPeriod, RelationVoid, Resident
from tidbok_cli.store.tables.sweeps import SavedSweep, SavedSweepUnit
from tidbok_cli.store.tables.units import (
    CouplingPermission,
    CouplingRoute,
    ServiceVersion,
    TakAddress,
    TakSnapshot,
    Unit,
    UnitVersion,
)
from tidbok_cli.store.tables.upkeep import Audit, ImportBatch, ImportBatchUnit, JobRun, StorePolicy

__all__ = [
    "Audit",
    "Booking",
    "BookingBasis",
    "BookingRevival",
    "CouplingPermission",
    "CouplingRoute",
    "ImportBatch",
    "ImportBatchUnit",
    "JobRun",
    "Message",
    "RelationEvent",
    "RelationPeriod",
    "RelationVoid",
    "Resident",
    "SavedSweep",
    "SavedSweepUnit",
    "ServiceVersion",
    "Slot",
    "StorePolicy",
    "Summons",
    "TakAddress",
    "TakSnapshot",
    "Unit",
    "UnitVersion",
]
