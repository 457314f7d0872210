"""Answers of every parser: a value or none, and problems."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from tidbok_cli.errors import NOWHERE, BadInput, Problem, Where

T = TypeVar("T")


class Parsed(NamedTuple, Generic[T]):
    """A value with warnings, or None with the errors that prevent it."""

    value: T | None
    problems: tuple[Problem, ...] = ()

    def required(self, where: Where = NOWHERE) -> T:
        """The value; raises BadInput, with the first error's code, without."""
        if self.value is None:
            problem = self.problems[0]
            raise BadInput(problem.code, where=where, problems=(), **problem.params)
        return self.value


def refused(code: str, **params: str | int) -> Parsed[T]:
    """No value, and the one problem that says why."""
    return Parsed(None, (Problem(code, params),))
