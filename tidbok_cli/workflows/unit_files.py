"""The units' files: found, and written all or none, each in one stroke and once it is known to be valid."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.outcomes.upkeep import Edited
from tidbok_cli.domain.units import UnitConfig
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.unit_file import read_units
from tidbok_cli.workflows.workplace import Workplace


def unit_in_file(place: Workplace, text: str) -> UnitConfig:
    """The unit with this HSA-id or alias, as its file says; raises BadInput where no valid file has it."""
    hsa_id = place.hsa_id(text)
    units, problems = read_units(place.config)
    unit = find(units, text, hsa_id)
    if unit is None:
        raise BadInput("unit.no_file", where=Where(column="UNIT"), problems=problems, unit=text)
    return unit


def find(units: tuple[UnitConfig, ...], text: str, hsa_id: str | None) -> UnitConfig | None:
    """The first of the units with this HSA-id, where the text is one, or alias."""
    return next(
        (unit for unit in units if (hsa_id and unit.key == hsa_key(hsa_id)) or unit.alias == text),
        None,
    )


def path_of(place: Workplace, unit: UnitConfig) -> Path:
    """The file that a unit was read from."""
    return place.config / unit.origin.file


def path_for(place: Workplace, unit: UnitConfig) -> Path:
    """The file that a new unit is given."""
    return place.config / "units" / f"{unit.alias or unit.hsa_id.lower()}.toml"


def name_of(path: Path) -> str:
    """What problems call a unit's file."""
    return f"units/{path.name}"


# ---------------------------------------------------------------------------------------------- writing


def put(place: Workplace, path: Path, text: str) -> Edited:
    """Puts one file's text in its place, as `put_all` does, and tells what is doubtful in it."""
    if path.exists() and path.read_bytes() == text.encode():
        return Edited(path, changed=False)
    for problem in put_all(place, {path: text}):
        place.warn(problem)
    return Edited(path, changed=True)


def put_all(place: Workplace, texts: Mapping[Path, str]) -> tuple[Problem, ...]:
    """Puts units' files in their places, all of them or, where one is not valid or cannot be written, none.

    Gives what is doubtful in them; raises BadInput for the first that stops it.
    """
    warnings: list[Problem] = []
    with writable(place.config / "units"), ExitStack() as undo:
        ready = {}
        for path, text in place.progress.track(texts.items(), "writing", len(texts)):
            with writable(path):
                ready[path] = _write_beside(path, text.encode())
                undo.callback(ready[path].unlink, missing_ok=True)
            warnings += _checked(ready[path], name_of(path))
        for path, beside in ready.items():
            with writable(path):
                undo.callback(_restoring(path))
                beside.replace(path)
        undo.pop_all()
    return tuple(warnings)


def _checked(path: Path, name: str) -> tuple[Problem, ...]:
    """What is doubtful in a unit's file; raises BadInput where it is not valid."""
    from tidbok_cli.exchange.unit_file import read_unit

    unit, problems = read_unit(path, name)
    if unit is None:
        raise BadInput("unit.mistaken", problems=problems, unit=name)
    return problems


def _restoring(path: Path) -> Callable[[], object]:
    """What brings back the file as it is now, or that there is none."""
    if not path.exists():
        return partial(path.unlink, missing_ok=True)
    content = path.read_bytes()
    return lambda: _write_beside(path, content).replace(path)


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Raises BadInput where a file or folder cannot be written."""
    try:
        yield
    except OSError as error:
        raise BadInput("file.not_writable", where=Where(str(path)), detail=error.strerror or "") from error


def write_text(path: Path, text: str) -> None:
    """Writes a file so that a reader finds the old text or the new, never half of it; raises BadInput."""
    with writable(path):
        _write_beside(path, text.encode()).replace(path)


def _write_beside(path: Path, content: bytes) -> Path:
    """Writes what is to replace a file, with its permissions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_bytes(content)
        if path.exists():
            shutil.copymode(path, beside)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    return beside
