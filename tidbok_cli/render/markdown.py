"""Markdown as the handbook uses it, laid out for a terminal."""

from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown
from rich.padding import Padding
from rich.text import Text
from rich.theme import Theme

from tidbok_cli.render.lines import stdout

_WIDTH: Final = 100
"""Longer lines are hard to read, however wide the terminal."""
_THEME: Final = Theme({"markdown.code": "cyan", "markdown.code_block": "cyan", "markdown.h1": "bold"})
"""Colours without a background of their own, for light and dark terminals."""


def laid_out(text: str) -> tuple[str, int]:
    """The text as the terminal shows it, and how many lines the terminal has."""
    console = stdout()
    console.width = min(console.width, _WIDTH)
    with console.capture() as captured, console.use_theme(_THEME):
        console.print(_Guide(text))
    return captured.get(), console.height


class _Heading(Heading):
    """A heading at the left edge."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.text


class _Code(CodeBlock):
    """Command lines and files, indented, with nothing around them that would be copied too."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Padding(Text(str(self.text).rstrip("\n"), style="markdown.code_block"), (0, 0, 0, 4))


class _Guide(Markdown):
    elements = {**Markdown.elements, "heading_open": _Heading, "code_block": _Code, "fence": _Code}  # noqa: RUF012
