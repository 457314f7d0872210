"""Unit files, `units/*.toml`, read and written (contract, section 2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidbok_cli.domain.identity import hsa_key, parse_hsa_id
from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.domain.spoilt import misread
from tidbok_cli.domain.text import shown
from tidbok_cli.domain.times import local
from tidbok_cli.domain.unit import UnitConfig, plain
from tidbok_cli.domain.unit_mistakes import mistakes
from tidbok_cli.errors import Problem
from tidbok_cli.exchange.toml_file import has_error, in_line_order, parse_toml, read_toml, unreadable
from tidbok_cli.exchange.unit_content import composed_texts, unit_of
from tidbok_cli.exchange.unit_schema import KeyPath, schema_problems

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from tidbok_cli.exchange.toml_file import TomlFile

_LEFT_OUT: Final = ("cancel_deadline_hours", "digital")
"""Keys of a mapping that are not written where they say nothing."""
_JUDGED_TOGETHER: Final = {"services", "coupling"}
_TEXTS: Final = ("code", "label", "journal_name", "information")


class UnitFileRead(NamedTuple):
    """A file by its name in problems, its unit without mistakes (None: no TOML), and the problems."""

    name: str
    unit: UnitConfig | None
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        return self.unit is not None and not has_error(self.problems)


def read_unit(path: Path, name: str) -> Parsed[UnitConfig]:
    """Read a unit, or all that is wrong; `name` stands in problems."""
    return _parsed(_read(path, name))


def parse_unit(text: str, name: str) -> Parsed[UnitConfig]:
    """Read a unit as `read_unit` does, from the text of its file."""
    return _parsed(_judged(parse_toml(text.removeprefix("\ufeff"), name), name))


def _parsed(read: UnitFileRead) -> Parsed[UnitConfig]:
    return Parsed(None if has_error(read.problems) else read.unit, read.problems)


def read_units(folder: Path) -> tuple[tuple[UnitConfig, ...], tuple[Problem, ...]]:
    """Units without errors in `units/*.toml`, by file name, and all files' problems.

    Of two files with one HSA-id or alias, the later has the error.
    """
    read = read_unit_files(folder)
    units = tuple(each.unit for each in read if each.unit is not None and each.sound)
    return units, tuple(problem for each in read for problem in each.problems)


def read_unit_files(folder: Path) -> tuple[UnitFileRead, ...]:
    """Every file of `units/*.toml`, by name; a folder that cannot be read is told as one."""
    try:
        paths = sorted((folder / "units").iterdir())
    except FileNotFoundError:
        return ()
    except OSError as error:
        return (UnitFileRead("units", None, (unreadable(error, "units"),)),)
    files = [path for path in paths if path.suffix == ".toml" and not path.name.startswith(".")]
    return tuple(_with_collisions(_read(path, f"units/{path.name}") for path in files))


def _with_collisions(read: Iterable[UnitFileRead]) -> Iterator[UnitFileRead]:
    """Add problems to files with an earlier one's HSA-id or alias."""
    first: dict[tuple[str, str], str] = {}
    for name, unit, problems in read:
        if unit is None:
            yield UnitFileRead(name, unit, problems)
            continue
        found = list(problems)
        for key, value in (("hsa_id", hsa_key(unit.hsa_id)), ("alias", unit.alias)):
            other = first.setdefault((key, value), unit.origin.file) if value else unit.origin.file
            if other != unit.origin.file:
                params = {key: str(getattr(unit, key)), "other": other}
                found.append(Problem(f"unit.{key}_twice", params, unit.origin.at(key)))
        yield UnitFileRead(name, unit, in_line_order(found))


def _read(path: Path, name: str) -> UnitFileRead:
    return _judged(read_toml(path, name), name)


def _judged(read: Parsed[TomlFile], name: str) -> UnitFileRead:
    """Unit of a file, with all that schema and page see in it."""
    file, problems = read
    if file is None:
        return UnitFileRead(name, None, problems)
    refused = dict(schema_problems(file.data, file.origin))
    unit = unit_of(composed_texts(_sound(file.data, refused)), file.origin)
    found = [*refused.values(), *mistakes(unit)]
    found += _misread(unit)
    if unit.hsa_id:
        where = file.origin.at("hsa_id")
        found += [replace(problem, where=where) for problem in parse_hsa_id(unit.hsa_id).problems]
    return UnitFileRead(name, unit, in_line_order(found))


def _misread(unit: UnitConfig) -> Iterator[Problem]:
    """Yield warnings of texts that look as if they were read in a wrong encoding."""
    texts = [("name", unit.name), ("coupling.calendar", unit.calendar)]
    for index, mapping in enumerate(unit.care_services):
        texts += [(f"care_service.{index}.{key}", getattr(mapping, key)) for key in _TEXTS]
    for path, text in texts:
        if text and (doubt := misread(text)):
            yield replace(doubt, where=unit.origin.at(path))


def _sound(data: Mapping[str, Any], refused: Collection[KeyPath]) -> dict[str, Any]:
    """Content without what the schema refused, for judging the rest as well.

    Tables judged together go together: a mistake that only follows from a refused key says nothing.
    """
    left_out = {path[0] for path in refused if len(path) == 1}
    if any(path[0] in _JUDGED_TOGETHER for path in refused):
        left_out |= _JUDGED_TOGETHER
    sound = {key: value for key, value in data.items() if key not in left_out}
    wrong = {path[1] for path in refused if len(path) > 1 and path[0] == "care_service"}
    entries = enumerate(sound.get("care_service", ()))
    sound["care_service"] = [
        {"code": _code(index, entry, refused)} if index in wrong else entry for index, entry in entries
    ]
    return sound


def _code(index: int, entry: Any, refused: Collection[KeyPath]) -> str:
    """Code of a mistaken entry; without one, a code that none has."""
    is_sound = isinstance(entry, dict) and ("care_service", index, "code") not in refused
    return str(entry["code"]) if is_sound else f"\0{index}"


def unit_text(unit: UnitConfig, undecided: Iterable[str] = ()) -> str:
    """Write a unit as a file, in contract order; reads back equal.

    `undecided`: services that nobody has said yes or no to, which stand as comments.
    """
    import tomli_w

    also = [{"calendar": each.calendar, "until": local(each.until).date()} for each in unit.also]
    coupling = _present(calendar=unit.calendar, logical_address=unit.logical_address, also=also or None)
    head = _present(
        hsa_id=unit.hsa_id, name=unit.name, alias=unit.alias, services=plain(unit.services), coupling=coupling or None
    )
    entries = (
        _present(**(plain(mapping) | {key: getattr(mapping, key) or None for key in _LEFT_OUT}))
        for mapping in unit.care_services
    )
    written = tomli_w.dumps(head)
    for service in undecided:
        written = written.replace(f"\n{service} = false\n", f"\n# {service} = false\n", 1)
    # One by one, since tomli_w writes an array of short tables as inline tables.
    return shown("\n".join((written, *(f"[[care_service]]\n{tomli_w.dumps(entry)}" for entry in entries))))


def _present(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
