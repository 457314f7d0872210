"""No foreign keys from the periods of relations: they are derived from the log, which has its own.

Each event, or resident, that went cost a walk through all periods, and each period that came three look-ups.
"""

import re

from alembic import op

revision = "0018"
down_revision = "0017"

_KEYS = re.compile(r",\s*CONSTRAINT fk_relation_period_\w+ FOREIGN KEY ?\(\w+\) REFERENCES \w+ ?\(id\)")
_NAME = re.compile(r'CREATE TABLE "?relation_period"?')


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _make_anew()
        return
    for named in ("unit_id", "resident_id", "event_id"):
        op.drop_constraint(f"fk_relation_period_{named}", "relation_period", type_="foreignkey")


def _make_anew() -> None:
    """Leave the constraints away, which SQLite cannot drop; all else of the table stays to the letter."""
    run = op.get_bind().exec_driver_sql
    (table,) = run("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'relation_period'").scalars()
    run(_NAME.sub("CREATE TABLE relation_period_anew", _KEYS.sub("", table), count=1))
    run("INSERT INTO relation_period_anew SELECT * FROM relation_period")
    run("DROP TABLE relation_period")
    run("ALTER TABLE relation_period_anew RENAME TO relation_period")
