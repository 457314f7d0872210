"""The SQL of the handbook's guide to PostgreSQL, carried out as it stands there."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from support.paths import PACKAGE
from support.postgresql import Server

ROLES = ("tidbok_owner", "tidbok", "tidbok_reader")
PASSWORD = "x"


def blocks(language: str = "en") -> list[str]:
    """The guide's blocks of SQL, in order."""
    text = (PACKAGE / "handbook" / language / "postgresql.md").read_text(encoding="utf-8")
    return re.findall(r"^```sql\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def block(words: str) -> str:
    """The block that begins with the words."""
    (found,) = (each for each in blocks() if each.startswith(words))
    return found


def statements(words: str) -> list[str]:
    """Those of the block that begins with the words."""
    return [each.strip() for each in block(words).split(";") if each.strip()]


def carry_out(url: str, sql: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(sql.encode())


def url_of(server: Server, role: str, database: str = "tidbok") -> str:
    return server.url(database, f"{role}&password={PASSWORD}")


def spread(server: Server, others: Mapping[str, str]) -> None:
    """Spreads the tables of the database `tidbok` over others, by the names of their servers."""
    for database in others.values():
        carry_out(url_of(server, "tidbok_owner", database), block("DO $$\nDECLARE held"))
    carry_out(server.url("tidbok"), block("CREATE EXTENSION postgres_fdw"))
    owner = url_of(server, "tidbok_owner")
    for name in others:
        sql = block("CREATE SERVER north").replace("north.region.example", str(server.folder))
        carry_out(owner, sql.replace("north", name).replace("the password", PASSWORD))
    carry_out(owner, block("DO $$\nDECLARE each"))


@contextmanager
def roles(server: Server, *more: str) -> Iterator[None]:
    """Roles and the database `tidbok` as the guide says to make them, and as many more databases."""
    databases = ("tidbok", *more)
    for statement in statements("CREATE ROLE"):
        named = databases if " DATABASE tidbok" in statement else databases[:1]
        for database in named:
            server.execute(statement.replace("DATABASE tidbok", f"DATABASE {database}"))
    for database in databases:
        carry_out(server.url(database), block("ALTER DEFAULT PRIVILEGES"))
    for role in ROLES:
        server.execute(f"ALTER ROLE {{}} PASSWORD '{PASSWORD}'", role)
    yield
    for database in databases:
        server.drop(database)
    for role in ROLES:
        server.execute("DROP ROLE {}", role)
