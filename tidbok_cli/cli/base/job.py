"""Commands that are jobs: they run alone, and leave traces of each run."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.errors import BadInput, Exit, Where

if TYPE_CHECKING:
    from tidbok_cli.domain.job import JobTraces
    from tidbok_cli.workflows.context import Context

Function = TypeVar("Function", bound=Callable[..., Exit])


def as_job(*, only_with: str = "", not_with: str = "", only_reads: bool = False) -> Callable[[Function], Function]:
    """Make a command a job, with `--log` and `--metrics`, below its declaration.

    It is none without the option `only_with`, or with `not_with`, by the names of their parameters. One that
    `only_reads` the store waits for nobody who writes to it.
    """

    def declared(function: Function) -> Function:
        @wraps(function)
        def run(ctx: typer.Context, *, log: str | None, metrics: str | None, **given: Any) -> Exit:
            traces = {"--log": log, "--metrics": metrics}
            if (only_with and not given[only_with]) or (not_with and given[not_with]):
                _refuse_in_vain(ctx, traces, only_with, not_with)
                return function(ctx=ctx, **given)
            from tidbok_cli.domain.job import JobTraces

            left = JobTraces(log, metrics, only_reads=only_reads)
            return _carried_out(ctx, left, lambda: function(ctx=ctx, **given), given.get("wait"))

        # `run` has the parameters of the command, and two more
        run.__annotations__ = {**function.__annotations__, "log": options.Log, "metrics": options.Metrics}
        run.__signature__ = _with_traces(inspect.signature(function, eval_str=True))  # type: ignore[attr-defined]
        return run  # type: ignore[return-value]

    return declared


def _with_traces(signature: inspect.Signature) -> inspect.Signature:
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in (("log", options.Log), ("metrics", options.Metrics))
    ]
    return signature.replace(parameters=[*signature.parameters.values(), *more])


def _refuse_in_vain(ctx: typer.Context, traces: dict[str, str | None], only_with: str, not_with: str) -> None:
    """Refuse, with BadInput, traces of what is no job."""
    option = next((name for name, file in traces.items() if file), None)
    if option is None:
        return
    other = _name_of(ctx, only_with or not_with)
    if only_with:
        raise BadInput("job.in_vain", where=Where(column=option), option=option, other=other)
    raise BadInput("usage.not_together", where=Where(column=option), option=option, other=other)


def _carried_out(ctx: typer.Context, traces: JobTraces, work: Callable[[], Exit], wait: int | None) -> Exit:
    from tidbok_cli.cli.base.ending import ending_of
    from tidbok_cli.workflows.job import Surroundings, carry_out

    context: Context = ctx.obj
    context.command = ctx.command_path.partition(" ")[2]
    if wait is not None:
        context.wait = wait
    around = Surroundings(ending_of, lambda line: print(line, file=sys.stderr))
    return carry_out(context, _given(ctx), traces, around, work)


def _given(ctx: typer.Context) -> dict[str, Any]:
    """The arguments that are not as they are by default, by option."""
    return {
        _name_of(ctx, str(parameter.name)): ctx.params[str(parameter.name)]
        for parameter in ctx.command.params
        if ctx.params.get(str(parameter.name)) not in (None, False, [], (), parameter.default)
    }


def _name_of(ctx: typer.Context, name: str) -> str:
    """A parameter's name on the command line: `--log`, `FILE`."""
    (parameter,) = (each for each in ctx.command.params if each.name == name)
    longest = max(parameter.opts, key=len)
    return longest if longest.startswith("-") else str(parameter.metavar or longest)
