"""Files with passwords, keys and certificates: read where nobody else may."""

from __future__ import annotations

from shlex import quote
from stat import S_IRWXO, S_ISREG
from typing import TYPE_CHECKING

from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.file_bytes import file_bytes
from tidbok_cli.exchange.toml_file import unreadable
from tidbok_cli.workflows.permissions import expect_own_secret

if TYPE_CHECKING:
    from pathlib import Path

    from tidbok_cli.workflows.context import Context

KEY = b"PRIVATE KEY"
"""In a file of PEM that must be kept from others."""


def secret_content(context: Context, path: Path, secret: bytes = KEY) -> bytes:
    """Read a file that is trusted; raises BadInput where it cannot be read.

    And, without `--unsafe-permissions`, where others may change it, or has the secret and others may read it: whoever
    writes an authority's certificate chooses whom we believe.
    """
    try:
        content, mode = file_bytes(path, 1), path.stat().st_mode
    except OSError as error:
        problem = unreadable(error, str(path))
        raise BadInput(problem.code, where=problem.where, problems=(), **problem.params) from error
    if S_ISREG(mode) and not context.unsafe_permissions:
        if secret in content and mode & S_IRWXO:
            raise BadInput("web.open_to_others", where=Where(str(path)), file=quote(str(path)))
        expect_own_secret(path)
    return content
