"""Units' files: found, and written all or none, once valid."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, contextmanager
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING

from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.destination import destination
from tidbok_cli.exchange.file_bytes import file_bytes
from tidbok_cli.exchange.toml_file import LARGEST, has_error
from tidbok_cli.exchange.unit_file import read_units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.workflows.context import Context


FOLDER, _OTHERS_WRITE = 0o755, 0o022
"""Modes of the configuration: whatever the umask, what others may write is not believed."""


def unit_in_file(context: Context, text: str) -> UnitConfig:
    """The unit of a valid file, by HSA-id, alias or name; raises BadInput."""
    return named_in(context, text, *read_units(context.config))


def units_chosen(context: Context, texts: Sequence[str], *, every: bool) -> list[UnitConfig]:
    """The units of valid files that are named, each once, or every one; raises BadInput.

    Every one is only known where no file has an error.
    """
    units, problems = read_units(context.config)
    if every and has_error(problems):
        raise BadInput("units.invalid", problems=problems)
    chosen = units if every else [named_in(context, text, units, problems) for text in texts]
    return list({unit.key: unit for unit in chosen}.values())


def named_in(context: Context, text: str, units: tuple[UnitConfig, ...], problems: tuple[Problem, ...]) -> UnitConfig:
    """The unit that a text names among those of the files, or in force; raises BadInput with the files' problems."""
    from tidbok_cli.workflows.unit_names import no_file, still_called, unit_called

    unit = find(units, text, context.hsa_id(text)) or unit_called(units, text)
    if unit is None and (hsa_id := still_called(context, text)):
        unit = find(units, "", hsa_id)
    if unit is None:
        raise no_file(units, text, problems)
    return unit


def keys_mistaken(context: Context, units: Iterable[UnitConfig]) -> set[str]:
    """Keys of units that have a file, but none of these: it has mistakes."""
    from tidbok_cli.exchange.unit_heads import unit_heads

    heads = {hsa_key(str(head["hsa_id"])) for head in unit_heads(context.config) if "hsa_id" in head}
    return heads - {unit.key for unit in units}


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


def put_all(context: Context, texts: Mapping[Path, str]) -> None:
    """Put units' files in their places, all or none.

    Raises BadInput for the first file that cannot be written.
    """
    with writable(context.config / "units"), ExitStack() as undo:
        ready = {}
        for path, text in context.progress.track(texts.items(), "writing", len(texts)):
            with writable(path):
                ready[path] = _write_beside(destination(path), text.encode())
                undo.callback(ready[path].unlink, missing_ok=True)
        for path, beside in ready.items():
            with writable(path):
                undo.callback(_restoring(path))
                beside.replace(destination(path))
        undo.pop_all()
    context.has_changed |= bool(texts)


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
