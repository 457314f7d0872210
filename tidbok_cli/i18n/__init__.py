"""Language of help and messages: Swedish or English.

English texts are the message ids. `activate` runs before the command modules are imported: help texts are taken then.
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
    """Language by TIDBOK_LANG, else by the locale, Swedish (`sv`) or other (`en`)."""
    asked = environ.get("TIDBOK_LANG", "")
    if asked in LANGUAGES:
        return asked
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "sv" if environ[name].split(".")[0].split("_")[0] == "sv" else "en"
    return "en"


def activate(language: str) -> None:
    """Choose the process's language; Typer's own words follow through gettext."""
    global _translations, _language
    _language = language
    os.environ["LANGUAGE"] = language
    _stdlib.bindtextdomain(DOMAIN, str(LOCALE_DIR))
    _stdlib.textdomain(DOMAIN)
    _translations = _stdlib.translation(DOMAIN, LOCALE_DIR, languages=[language], fallback=True)


def language() -> str:
    """Code of the chosen language."""
    return _language


def _(message: str) -> str:
    """Message in the chosen language."""
    return _translations.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Message in the chosen language, in the number that `count` asks for."""
    return _translations.ngettext(singular, plural, count)


def marked(message: str) -> str:
    """Mark a text for the catalogue; `_` translates it where shown."""
    return message
