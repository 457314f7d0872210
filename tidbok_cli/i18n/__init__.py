"""The language of help and messages: Swedish or English.

The English texts are the message ids; `locale/sv` holds the Swedish catalogue. `activate` must run before the
command modules are imported, since Typer takes its help texts at import.
"""

import gettext as _stdlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

DOMAIN: Final = "tidbok"
LOCALE_DIR: Final = Path(__file__).parent / "locale"
LANGUAGES: Final = ("sv", "en")

_translations: _stdlib.NullTranslations = _stdlib.NullTranslations()
_language = "en"


def language_of(environ: Mapping[str, str]) -> str:
    """The language that the environment asks for: TIDBOK_LANG, else the locale; `sv` for a Swedish one, else `en`."""
    asked = environ.get("TIDBOK_LANG", "")
    if asked in LANGUAGES:
        return asked
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "sv" if environ[name].split(".")[0].split("_")[0] == "sv" else "en"
    return "en"


def activate(language: str) -> None:
    """Choose the language for this process; Typer's own words follow through the standard library's gettext."""
    global _translations, _language
    _language = language
    os.environ["LANGUAGE"] = language
    _stdlib.bindtextdomain(DOMAIN, str(LOCALE_DIR))
    _stdlib.textdomain(DOMAIN)
    _translations = _stdlib.translation(DOMAIN, LOCALE_DIR, languages=[language], fallback=True)


def language() -> str:
    """The chosen language, as a page or letter names it."""
    return _language


def _(message: str) -> str:
    """The message in the chosen language."""
    return _translations.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The message in the number that `count` asks for, in the chosen language."""
    return _translations.ngettext(singular, plural, count)


def marked(message: str) -> str:
    """Marks a text for the catalogue where it stands; it is translated with `_` where it is shown."""
    return message
