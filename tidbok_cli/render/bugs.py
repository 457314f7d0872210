"""The last ending: a bug. The report says where in the code, never which values, so that it holds nobody's data."""

import os
import platform
import tempfile
import traceback
from pathlib import Path

from tidbok_cli import __version__
from tidbok_cli.i18n import _


def write_report(error: BaseException) -> str:
    """Writes the report, readable by its owner alone, and gives the sentence that names it."""
    kinds = [type(error).__name__]
    frames = traceback.extract_tb(error.__traceback__)
    while (cause := error.__cause__ or error.__context__) is not None:
        kinds.append(type(cause).__name__)
        error = cause
    lines = [
        f"tidbok {__version__}, Python {platform.python_version()}, {platform.system()}",
        " <- ".join(kinds),
        *(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames),
    ]
    handle, path = tempfile.mkstemp(prefix="tidbok-bug-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as report:
        report.write("\n".join(lines) + "\n")
    return _("This is a bug in tidbok. Please send this report, which holds no personal data: {path}").format(path=path)
