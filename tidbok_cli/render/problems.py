"""Sentences for problems and errors, by their codes.

A parameter that ends in `_at` is an instant; an `extra` is told as the command that adds it. Whatever looks like a
person number is masked, wherever it came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.masks import without_numbers
from tidbok_cli.i18n import _
from tidbok_cli.render import check_variants
from tidbok_cli.render.lines import visible, visible_as
from tidbok_cli.render.moments import moment
from tidbok_cli.render.problem_texts import SENTENCES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.errors import Problem, TidbokError, Where

SHOWN_AT_MOST: Final = 100
"""So many problems are printed one by one; the rest are counted."""


def sentence(code: str, params: Mapping[str, str | int]) -> str:
    """The sentence for a code, in the chosen language."""
    told = {name: _told(name, value) for name, value in params.items()}
    if code in SENTENCES:
        told_so = _(SENTENCES[code]).format(**told)
        return " ".join((told_so, _("Did you mean {near}?").format(**told))) if told.get("near") else told_so
    # why a check failed, which is an error where something was to be done
    said = check_variants.text(str(params.get("variant", code)))
    return " ".join(_(text).format(**told) for text in said if text)


def _told(name: str, value: str | int) -> str:
    if name.endswith("_at") and isinstance(value, int):
        return moment(value)
    if name == "extra":
        from tidbok_cli.render.installed import command_for

        return visible(command_for(str(value)))
    return visible_as(name, str(without_numbers(value)))


def place(where: Where) -> str:
    """A place: file and line, column or key, id of the row."""
    return visible(str(without_numbers(str(where))))


def line(problem: Problem) -> str:
    """One problem on one line."""
    kind = _("warning") if problem.warning else _("error")
    at = place(problem.where)
    said = f"{kind}: {sentence(problem.code, problem.params)}"
    return f"{at}: {said}" if at else said


def reason(problem: Problem) -> str:
    """A bad row's reason: the column and the sentence."""
    said = sentence(problem.code, problem.params)
    return f"{problem.where.column}: {said}" if problem.where.column else said


def lines(error: TidbokError) -> list[str]:
    """An error as lines: its sentence, then each problem behind it."""
    at = place(error.where)
    said = sentence(error.code, error.params)
    kind = _("error")
    head = f"{kind}: {said} ({at})" if at else f"{kind}: {said}"
    return [head, *several(error.problems)]


def several(problems: tuple[Problem, ...]) -> list[str]:
    """A line for each problem; past a hundred places, the number left."""
    shown, left = _first_places(problems)
    told = [line(problem) for problem in shown]
    return [*told, _("… and {count} more.").format(count=left)] if left else told


def _first_places(problems: tuple[Problem, ...]) -> tuple[list[Problem], int]:
    """Problems of the first hundred bad lines; number of lines left."""
    places = list(dict.fromkeys((problem.where.file, problem.where.line) for problem in problems))
    first = set(places[:SHOWN_AT_MOST])
    shown = [problem for problem in problems if (problem.where.file, problem.where.line) in first]
    return shown, len(places) - len(first)


def error_value(error: TidbokError) -> dict[str, object]:
    """An error as one JSON object (contract, section 1)."""
    value: dict[str, object] = {
        "code": error.code,
        "message": sentence(error.code, error.params),
        "where": place(error.where) or None,
    }
    if error.problems:
        shown, value["more"] = _first_places(error.problems)
        value["problems"] = [
            {
                "code": problem.code,
                "message": sentence(problem.code, problem.params),
                "where": place(problem.where) or None,
            }
            for problem in shown
        ]
    return {"error": value}
