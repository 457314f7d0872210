"""A command's surroundings: folder, store, clock, actor, purpose (contract, section 1)."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeVar

from tidbok_cli.domain.coupling import namespace, needed
from tidbok_cli.domain.facts import Action, Question, policy_facts
from tidbok_cli.domain.found import Found, Way
from tidbok_cli.domain.identity import looks_like_hsa_id, parse_hsa_id, parse_resident
from tidbok_cli.domain.job import JobCounts
from tidbok_cli.domain.times import local, parse_moment
from tidbok_cli.errors import BadInput, Problem, TidbokError, Where
from tidbok_cli.store.address import Address, parse_address
from tidbok_cli.store.caller import WAIT_SECONDS, Caller
from tidbok_cli.store.reader import Reader, reading, reading_any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from sqlmodel import Session

    from tidbok_cli.domain.region import Region
    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.store.write.engine import Desk
    from tidbok_cli.store.write.provenance import Provenance

REGION_FILE = "tidbok.toml"
READ_ONLY = {
    "store.read_only", "store.standby", "store.mount", "store.file_mode", "store.file_of_another", "store.folder_mode",
    "store.folder_of_another",
}  # fmt: skip
"""Codes of a store that can be read, and not written, by this user or by anybody."""
T = TypeVar("T")


class Progress(Protocol):
    """A long job's progress; `job` is a code of the renderer."""

    def track(
        self, items: Iterable[T], job: str, total: int | None = None, done: Callable[[], int] | None = None
    ) -> Iterator[T]: ...

    def stage(self, job: str) -> AbstractContextManager[None]: ...


@dataclass
class Context:
    """The shell's part of a command.

    `warn` takes doubts that stop nothing; `tell` puts a problem into words, for a file; `ask` asks at a terminal for a
    person number. `counts` takes a job's numbers.
    """

    environ: Mapping[str, str]
    folder: Path
    now: int
    warn: Callable[[Problem], None]
    tell: Callable[[Problem], str]
    progress: Progress
    ask: Callable[[], str] | None = None
    config_option: str | None = None
    store_option: str | None = None
    at_option: str | None = None
    purpose: str | None = None
    command: str = ""
    wait: int = WAIT_SECONDS
    counts: JobCounts = field(default_factory=JobCounts)
    stdin: Callable[[], BinaryIO] = BytesIO

    @property
    def config(self) -> Path:
        """The folder with tidbok.toml and units/."""
        return self.config_found.place

    @cached_property
    def config_found(self) -> Found[Path]:
        """That folder, and the way that leads there."""
        if self.config_option:
            way = self._way("--config", "TIDBOK_CONFIG", self.config_option)
            return Found(self.folder / Path(self.config_option).expanduser(), way)
        if (self.folder / "config" / REGION_FILE).is_file():
            return Found(self.folder / "config", Way.HERE)
        if systemd := self.environ.get("CONFIGURATION_DIRECTORY"):
            return Found(Path(systemd.split(":")[0]), Way.CONFIGURATION_DIRECTORY)
        from platformdirs import user_config_path

        return Found(user_config_path("tidbok"), Way.HOME)

    def _way(self, option: str, variable: str, given: str) -> Way:
        """Tell a variable from the option that reads it."""
        return Way(variable if self.environ.get(variable) == given else option)

    @property
    def region_file(self) -> Path:
        """tidbok.toml; raises BadInput where there is none."""
        path = self.config / REGION_FILE
        if not path.is_file():
            raise BadInput("config.missing", where=Where(str(path)), folder=str(self.config))
        return path

    @cached_property
    def region(self) -> Region:
        """The region's file.

        Raises BadInput where it is missing or wrong, with all its problems.
        """
        from tidbok_cli.exchange.region_file import read_region

        path = self.region_file
        region, problems = read_region(path, str(path))
        if region is None:
            raise BadInput("config.invalid", where=Where(str(path)), problems=problems)
        for problem in problems:
            self.warn(problem)
        return region

    @property
    def units_in_files(self) -> tuple[UnitConfig, ...]:
        """The units whose files have no error, by file name."""
        from tidbok_cli.exchange.unit_file import read_units

        return read_units(self.config)[0]

    @property
    def address(self) -> Address:
        """The store."""
        return self.address_found.place

    @cached_property
    def address_found(self) -> Found[Address]:
        """The store, and the way that leads there."""
        if self.store_option:
            way = self._way("--store", "TIDBOK_STORE", self.store_option)
            return Found(parse_address(self.store_option, self.folder), way)
        if (self.config / REGION_FILE).is_file() and self.region.store_url:
            return Found(parse_address(self.region.store_url, self.config), Way.REGION_FILE)
        if systemd := self.environ.get("STATE_DIRECTORY"):
            return Found(Address(path=Path(systemd.split(":")[0]) / "tidbok.db"), Way.STATE_DIRECTORY)
        from platformdirs import user_data_path

        return Found(Address(path=user_data_path("tidbok") / "tidbok.db"), Way.HOME)

    @property
    def caller(self) -> Caller:
        """This command, as the store knows it."""
        return Caller(self.command, self.wait, self.warn)

    @cached_property
    def actor(self) -> str:
        """Who acts: TIDBOK_ACTOR, else the user of the operating system."""
        if named := self.environ.get("TIDBOK_ACTOR"):
            return named
        import getpass

        try:
            return getpass.getuser()
        except (KeyError, OSError):
            return "unknown"

    @cached_property
    def at(self) -> int:
        """The moment asked about, in seconds UTC; now, unless named."""
        return self.now if self.at_option is None else self.instant(self.at_option, "--at")

    @property
    def provenance(self) -> Provenance:
        """Who records now, for what is written."""
        from tidbok_cli.store.write.provenance import Provenance

        return Provenance(self.now, self.actor)

    @property
    def today(self) -> date:
        return local(self.now).date()

    def question(self, action: Action, at: int | None = None) -> Question:
        """Return the question about an action, as of the moment or another."""
        moment = self.at if at is None else at
        contracts = tuple(map(namespace, needed(action, self.region.coupling_contracts)))
        return Question(moment, policy_facts(self.region.policy, moment), contracts)

    def instant(self, text: str, name: str) -> int:
        """Parse a time that the caller wrote; raises BadInput naming the argument."""
        parsed = parse_moment(text, self.today)
        for problem in parsed.problems:
            if problem.warning:
                self.warn(problem)
        return parsed.required(Where(column=name))

    def resident(self, text: str) -> str:
        """Parse a person number, or `-` for standard input; raises BadInput.

        Returns 12 characters.
        """
        parsed = parse_resident(
            self._line_given if text == "-" else text, reserve=self.region.reserve_number_pattern, today=self.today
        )
        return parsed.required(Where(column="RESIDENT"))

    @cached_property
    def _line_given(self) -> str:
        """The first line of standard input."""
        if self.ask:
            return self.ask()
        return self.stdin().readline().decode(errors="replace").strip("\r\n")

    def keep_stdin(self) -> None:
        """Read standard input whole, so that it can be read again."""
        content = self.stdin().read()
        self.stdin = lambda: BytesIO(content)

    def hsa_id(self, text: str) -> str | None:
        """Return the text where it is an HSA-id; None for an alias or a name.

        Warns of a wrong check digit. Raises BadInput for what was to be an HSA-id, and is none.
        """
        parsed = parse_hsa_id(text)
        if parsed.value is None and not looks_like_hsa_id(text):
            return None
        for problem in parsed.problems:
            if problem.warning:
                self.warn(problem)
        return parsed.required(Where(column="UNIT"))

    @contextmanager
    def reading(self, *, noted: bool = False) -> Iterator[Reader]:
        """Open a reader on one snapshot of the store.

        Warns of a standby that is behind, unless that is `noted` in the answer.
        """
        with reading(self.address, self.caller) as reader:
            if reader.behind and not noted:
                self.warn(reader.behind)
            yield reader

    @contextmanager
    def reading_any(self) -> Iterator[Reader]:
        """Open a reader on a store of any version, or of none."""
        with reading_any(self.address, self.caller) as reader:
            if reader.behind:
                self.warn(reader.behind)
            yield reader

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Open the place where an import lays out its rows."""
        from tidbok_cli.store.write.engine import desk

        with desk(self.address, self.caller) as opened:
            yield opened

    @contextmanager
    def writing(self, *, dry_run: bool = False) -> Iterator[tuple[Session, Reader]]:
        """Open one transaction; a dry run is taken back."""
        from tidbok_cli.store.write.engine import reader_of, writing

        with writing(self.address, self.caller, dry_run=dry_run) as session:
            yield session, reader_of(session)

    def reveal(self, residents: Iterable[str] = ()) -> None:
        """Record that person numbers will be printed in full.

        Raises BadInput where the store can only be read.
        """
        from tidbok_cli.store.write.audit import record_reveal

        with self.told_where_read_only("reveal.not_recorded"), self.writing() as (session, _):
            record_reveal(
                session, residents, recorded_at=self.now, actor=self.actor, purpose=self.purpose, command=self.command
            )

    @contextmanager
    def told_where_read_only(self, code: str) -> Iterator[None]:
        """Say what a store that can only be read means here; why it can is told beside it."""
        try:
            yield
        except TidbokError as error:
            if error.code not in READ_ONLY:
                raise
            raise BadInput(code, problems=[Problem(error.code, error.params)]) from error

    def expect_purpose(self) -> None:
        """Raise BadInput where the region asks for a missing purpose."""
        if self.region.policy.require_purpose and not (self.purpose or "").strip():
            raise BadInput("purpose.missing")
