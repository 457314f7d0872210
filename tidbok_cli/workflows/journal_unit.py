"""Units whose journals are asked, and the producers behind them, as TAK routes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.coupling import namespace
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.unit import DEFAULT_ADDRESS
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.store.read.coupling import route_carrying, snapshot_at
from tidbok_cli.store.read.unit import versions_in_force
from tidbok_cli.workflows.lookup import unit_in_store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tidbok_cli.domain.journal import JournalAnswer, JournalQuestion
    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context


def units_asked(context: Context, texts: Sequence[str]) -> list[UnitConfig]:
    """Return the units named, each once, else all that are in force or have a file, by HSA-id.

    Raises BadInput for a unit that nobody knows.
    """
    with context.reading() as reader:
        known = units_known(context, reader)
        if not texts:
            return [unit for _, unit in sorted(known.items())]
        found = {hsa_key(unit_in_store(context, reader, text).hsa_id): text for text in texts}
    for key, text in found.items():
        if key not in known:
            raise BadInput("unit.not_in_force", where=Where(column="UNIT"), unit=text)
    return [known[key] for key in found]


def producers_of(context: Context, questions: Sequence[JournalQuestion]) -> list[str]:
    """Return each question's producer, "" where TAK's snapshot tells of none."""
    producers: dict[tuple[str, str], str] = {}
    with context.reading(noted=True) as reader:
        if snapshot_at(reader, context.at) is None:
            return [""] * len(questions)
        known = units_known(context, reader)
        for contract, address, *_ in questions:
            if (contract, address) not in producers:
                unit = known.get(hsa_key(address))
                carriers = unit.carriers if unit else (address, DEFAULT_ADDRESS)
                then = route_carrying(reader, carriers, namespace(contract), context.at)
                producers[contract, address] = (then.route.producer or "") if then and then.in_force else ""
    return [producers[contract, address] for contract, address, *_ in questions]


def told_of(answer: JournalAnswer, known: Mapping[str, UnitConfig]) -> JournalAnswer:
    """Note whether the answer is of a unit that is configured."""
    return answer._replace(is_configured=hsa_key(answer.question.address) in known)


def units_known(context: Context, reader: Reader) -> dict[str, UnitConfig]:
    """Return the units by their keys; what is in force goes before a file."""
    in_force = {version.config.key: version.config for version in versions_in_force(reader, context.at)}
    return {unit.key: unit for unit in context.units_in_files} | in_force
