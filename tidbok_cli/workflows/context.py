"""A command's surroundings: folder, store, clock, actor, purpose (contract, section 1)."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeVar

from tidbok_cli.domain.audit import Look
from tidbok_cli.domain.coupling import namespace, needed
from tidbok_cli.domain.facts import Action, Question, policy_facts
from tidbok_cli.domain.found import Found, Way
from tidbok_cli.domain.identity import looks_like_hsa_id, parse_hsa_id, parse_resident
from tidbok_cli.domain.masks import know_reserve
from tidbok_cli.domain.region import REGION_FILE
from tidbok_cli.domain.times import local, parse_date, parse_moment
from tidbok_cli.errors import BadInput, Problem, TidbokError, Where
from tidbok_cli.store.address import Address, parse_address, path_below
from tidbok_cli.store.caller import WAIT_SECONDS, Caller
from tidbok_cli.store.fault import READ_ONLY
from tidbok_cli.store.reader import Reader, reading, reading_any
from tidbok_cli.workflows.purpose import Purposeful
from tidbok_cli.workflows.record import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from sqlmodel import Session

    from tidbok_cli.domain.job import JobCounts
    from tidbok_cli.domain.region import Region
    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.store.write.engine import Desk
    from tidbok_cli.store.write.provenance import Provenance

_LINE_LONGEST = 200
"""Bytes that are read of a line which should be a person number."""
T = TypeVar("T")


class Progress(Protocol):
    """A long job's progress; `job` is a code of the renderer."""

    def track(
        self,
        items: Iterable[T],
        job: str,
        total: int | None = None,
        done: Callable[[], int] | None = None,
        size: Callable[[T], int] = lambda _: 1,
    ) -> Iterator[T]: ...

    def stage(self, job: str) -> AbstractContextManager[None]: ...


@dataclass(eq=False, repr=False)
class Context(Recorder, Purposeful):
    """The shell's part of a command.

    `warn` takes doubts that stop nothing; `tell` puts a problem into words, for a file; `ask` asks at a terminal for a
    person number. `about`: whom the command has been about since it was last recorded.
    `has_changed`: something was done, whatever becomes of the answer.
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
    unsafe_permissions: bool = False
    at_option: str | None = None
    purpose: str | None = None
    shows_residents: bool = False
    command: str = ""
    wait: int = WAIT_SECONDS
    stdin: Callable[[], BinaryIO] = BytesIO
    revealing: bool = False
    about: Look = field(default_factory=Look)
    has_changed: bool = False

    @cached_property
    def counts(self) -> JobCounts:
        """What takes a job's numbers."""
        from tidbok_cli.domain.job import JobCounts

        return JobCounts()

    @cached_property
    def config(self) -> Path:
        """The folder with tidbok.toml and units/; raises BadInput where others may change it."""
        from tidbok_cli.workflows.permissions import expect_own_config

        if not self.unsafe_permissions:
            expect_own_config(self.config_found, REGION_FILE)
        return self.config_found.place

    @cached_property
    def config_found(self) -> Found[Path]:
        """That folder, and the way that leads there."""
        if self.config_option:
            way = self._way("--config", "TIDBOK_CONFIG", self.config_option)
            return Found(path_below(self.folder, self.config_option), way)
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
        know_reserve(region.reserve_number_pattern)
        for problem in problems:
            self.warn(problem)
        return region

    @property
    def units_in_files(self) -> tuple[UnitConfig, ...]:
        """The units whose files have no error, by file name."""
        from tidbok_cli.exchange.unit_file import read_units

        return read_units(self.config)[0]

    @cached_property
    def address(self) -> Address:
        """The store; raises BadInput where others may change its file."""
        from tidbok_cli.workflows.permissions import expect_own_store

        if not self.unsafe_permissions:
            expect_own_store(self.address_found.place)
        return self.address_found.place

    @cached_property
    def address_found(self) -> Found[Address]:
        """The store, and the way that leads there; warns of a way that may be read on the network."""
        found = self._address_found()
        if found.place.may_go_unencrypted(self.environ):
            self.warn(Problem("store.no_sslmode", {"store": str(found.place)}, warning=True))
        return found

    def _address_found(self) -> Found[Address]:
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
        """Who acts: TIDBOK_ACTOR with the operating system's user beside it, or that user."""
        from tidbok_cli.workflows.actor import acting

        return acting(self.environ.get("TIDBOK_ACTOR"))

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

    def start(self, text: str, name: str) -> int:
        """Parse the start or end of a time: as `instant`, but no date alone."""
        if parse_date(text).value:
            raise BadInput("time.date_alone", where=Where(column=name), time=text)
        return self.instant(text, name)

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
        number = parsed.required(Where(column="RESIDENT"))
        self.about.residents.add(number)
        return number

    @cached_property
    def _line_given(self) -> str:
        """The first line of standard input."""
        if self.ask:
            return self.ask()
        return self.stdin().readline(_LINE_LONGEST).decode(errors="replace").strip("\r\n")

    def keep_stdin(self) -> None:
        """Read standard input whole, so that it can be read again.

        Raises BadInput where it has no end in sight.
        """
        from tidbok_cli.exchange.file_bytes import LARGEST_KEPT, TooLarge, bytes_of, too_large

        try:
            content = bytes_of(self.stdin(), LARGEST_KEPT)
        except TooLarge:
            raise too_large("-", LARGEST_KEPT) from None
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
            self.expect_purpose_of(reader)
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

        if self.shows_residents and not self.has_purpose:
            with self.reading():  # the store may ask for one
                pass
        with desk(self.address, self.caller) as opened:
            yield opened

    @contextmanager
    def writing(self, *, dry_run: bool = False) -> Iterator[tuple[Session, Reader]]:
        """Open one transaction, in which whom it is about is recorded; a dry run is taken back."""
        from tidbok_cli.store.write.engine import reader_of, writing

        with writing(self.address, self.caller, dry_run=dry_run) as session:
            reader = reader_of(session)
            self.expect_purpose_of(reader)
            self.hold_policy(session, reader)
            yield session, reader
            if self.about.residents and not dry_run:
                self.record(session)
        self.has_changed |= not dry_run

    @contextmanager
    def told_where_read_only(self, code: str) -> Iterator[None]:
        """Say what a store that can only be read means here; why it can is told beside it."""
        try:
            yield
        except TidbokError as error:
            if error.code not in READ_ONLY:
                raise
            raise BadInput(code, problems=[Problem(error.code, error.params)]) from error
