"""Table names, and kinds of columns and constraints that several tables have."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def instant(**options: Any) -> Any:
    """A column of seconds UTC."""
    return Field(sa_type=BigInteger, **options)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """The column holds one of the values (or null, where it may)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
