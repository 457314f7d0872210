"""Units' files: found, and written all or none, once valid."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING

from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.unit import FileEdited, UnitConfig
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.destination import destination
from tidbok_cli.exchange.file_bytes import file_bytes
from tidbok_cli.exchange.toml_file import LARGEST
from tidbok_cli.exchange.unit_file import read_units
from tidbok_cli.workflows.context import REGION_FILE, Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


FOLDER, _OTHERS_WRITE = 0o755, 0o022
"""Modes of the configuration: whatever the umask, what others may write is not believed."""


def unit_in_file(context: Context, text: str) -> UnitConfig:
    """The unit of a valid file, by HSA-id, alias or name; raises BadInput."""
    from tidbok_cli.workflows.unit_names import no_file, unit_called

    hsa_id = context.hsa_id(text)
    units, problems = read_units(context.config)
    unit = find(units, text, hsa_id) or unit_called(units, text)
    if unit is None:
        raise no_file(units, text, problems)
    return unit


def find(units: tuple[UnitConfig, ...], text: str, hsa_id: str | None) -> UnitConfig | None:
    """The first unit with this HSA-id or alias."""
    return next(
        (unit for unit in units if (hsa_id and unit.key == hsa_key(hsa_id)) or unit.alias == text),
        None,
    )


def path_of(context: Context, unit: UnitConfig) -> Path:
    """The file that a unit was read from."""
    return context.config / unit.origin.file


def path_for(context: Context, unit: UnitConfig) -> Path:
    """The file that a new unit is given."""
    return context.config / "units" / f"{unit.alias or unit.hsa_id.lower()}.toml"


def text_of(path: Path) -> str:
    """Text of a unit's file, byte order mark and all; raises OSError."""
    return file_bytes(path, LARGEST).decode()


def name_of(path: Path) -> str:
    """Name of a unit's file in problems."""
    return f"units/{path.name}"


def put(context: Context, path: Path, text: str) -> FileEdited:
    """Put one file in its place as `put_all` does, and warn."""
    if path.exists() and text_of(path) == text:
        return FileEdited(path, changed=False)
    for problem in put_all(context, {path: text}):
        context.warn(problem)
    return FileEdited(path, changed=True)


def put_all(context: Context, texts: Mapping[Path, str]) -> tuple[Problem, ...]:
    """Put units' files in their places, all or none.

    Returns warnings; raises BadInput for the first file that is not valid or cannot be written.
    """
    warnings: list[Problem] = []
    with writable(context.config / "units"), ExitStack() as undo:
        ready = {}
        for path, text in context.progress.track(texts.items(), "writing", len(texts)):
            with writable(path):
                ready[path] = _write_beside(destination(path), text.encode())
                undo.callback(ready[path].unlink, missing_ok=True)
            warnings += _checked(ready[path], name_of(path))
        for path, beside in ready.items():
            with writable(path):
                undo.callback(_restoring(path))
                beside.replace(destination(path))
        undo.pop_all()
    context.has_changed |= bool(texts)
    return tuple(warnings)


def _checked(path: Path, name: str) -> tuple[Problem, ...]:
    """Warnings of a unit's file; raises BadInput where it is not valid."""
    from tidbok_cli.exchange.unit_file import read_unit

    unit, problems = read_unit(path, name)
    if unit is None:
        raise BadInput("unit.mistaken", problems=problems, unit=name)
    return problems


def _restoring(path: Path) -> Callable[[], object]:
    """Undo of a replacement: the file as it is now, or none."""
    if not path.exists():
        return partial(path.unlink, missing_ok=True)
    content, target = file_bytes(path, LARGEST), destination(path)
    return lambda: _write_beside(target, content).replace(target)


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Raise BadInput where a file or folder cannot be written."""
    try:
        yield
    except OSError as error:
        raise BadInput("file.not_writable", where=Where(str(path)), detail=error.strerror or "") from error


def write_text(path: Path, text: str) -> None:
    """Replace a file in one stroke; raises BadInput.

    A reader finds the old text or the new, never half of it.
    """
    with writable(path):
        target = destination(path)
        beside = _write_beside(target, text.encode())
        try:
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


def _write_beside(path: Path, content: bytes) -> Path:
    """Write a file's replacement beside it, with its permissions."""
    path.parent.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{token_hex(4)}.new")
    try:
        with beside.open("xb") as file:  # never what somebody has put in its place, a link for one
            file.write(content)
        if path.exists():
            shutil.copymode(path, beside)
        else:
            beside.chmod(beside.stat().st_mode & ~_OTHERS_WRITE)
    except FileExistsError:
        raise
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    return beside


@dataclass(frozen=True, slots=True)
class Validation:
    """Units without errors, and all problems and warnings of the files."""

    units: tuple[UnitConfig, ...]
    problems: tuple[Problem, ...]

    @property
    def valid(self) -> bool:
        return all(problem.warning for problem in self.problems)


def validate(context: Context) -> Validation:
    """Read tidbok.toml and every unit file, with all their problems."""
    from tidbok_cli.exchange.region_file import read_region

    _, of_region = read_region(context.region_file, REGION_FILE)
    units, of_units = read_units(context.config)
    return Validation(units, (*of_region, *of_units))


def files(context: Context) -> Mapping[str, UnitConfig]:
    """The units' files by key; raises BadInput, with every problem."""
    found = validate(context)
    if not found.valid:
        raise BadInput("units.invalid", problems=found.problems)
    for problem in found.problems:
        context.warn(problem)
    return {unit.key: unit for unit in found.units}


def map_service(context: Context, unit: str, code: str, changes: Mapping[str, str | int | bool]) -> FileEdited:
    """Set keys of a care service in its file, or add it.

    Comments and order are kept. Raises BadInput where the file, so changed, would not be valid: then it is left as it
    was.
    """
    from tidbok_cli.exchange.unit_edit import map_service as edited_text

    path = path_of(context, unit_in_file(context, unit))
    return put(context, path, edited_text(text_of(path), code, changes))


def unmap_service(context: Context, unit: str, code: str) -> FileEdited:
    """Take a care service out of the unit's file; raises BadInput."""
    from tidbok_cli.exchange.unit_edit import unmap_service as edited_text

    path = path_of(context, unit_in_file(context, unit))
    text = edited_text(text_of(path), code)
    if text is None:
        raise BadInput("service.unknown", where=Where(name_of(path)), code=code, unit=unit)
    return put(context, path, text)
