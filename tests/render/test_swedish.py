"""Swedish as Region Uppsala writes it: what the catalogue says, and what it says no more."""

import pytest
from babel.messages.pofile import read_po
from support.paths import PACKAGE


@pytest.fixture(scope="module")
def said() -> str:
    """Every Swedish text, a line each."""
    with (PACKAGE / "i18n/locale/sv/LC_MESSAGES/tidbok.po").open("rb") as file:
        strings = [message.string for message in read_po(file, locale="sv") if message.id]
    return "\n".join(text for each in strings for text in ([each] if isinstance(each, str) else each or ()))


@pytest.mark.parametrize(
    "text",
    [
        "tidpunkten i frågan: {verdict}",
        "har mottagningsrelation sedan {since}",
        "har inte visats, och visas inte som det är nu",
        "Tiden är över: tider ligger kvar till två timmar efter start, här {shown_until}.",
        "mottagningen har inte lagts till, och varken kallelse, egen bokning eller godkännande är känt",
        "Bokningen fanns inte då: den gjordes {created}.",
        "tillåter inte {deed}",
        "erbjuder inte {deed} via 1177",
        "{Deed} går till {deadline}.",
        "{deed} gick till {deadline}",
        "{Kind} {mapped_code} visas som ”{label}” ({code} är inte konfigurerad).",
        "Inget att åtgärda",
        "härefter kräver regionen mottagningsrelation",
        "Antaget med --assume, inte kontrollerat.",
        "Se till att minst en kommande bokning visas.",
        "Gäller för",
        "Databastypen ”{scheme}://” stöds inte.",
        "Ingen terminal, så ingen kan svara. Ange --yes",
        "Läs in de korrekta raderna",
        "både de som gäller och de som finns i filerna",
        "API:et svarar fortfarande med fel",
        "Mottagningen ”{unit}” finns inte i någon giltig fil.",
        "Makulera en händelse",
        "räknas sedan inte",
        "Visa vad ”unit apply” skulle göra",
        "en tid som kräver bokningsunderlag",
        "En fullständig fil",
        "Tiden {slot} hör till en annan mottagning",
        "För {count} tider till är det okänt om de visas: ”tidbok why --resident -”.",
        "Så här ser 1177 ut för {resident} {at}",
        "Bokad: {booking} på {unit}",
        "Allvarlighetsgrad",
        "Namn i journalsystemet",
        "Bokade av mottagningar",
        "Avbokade av mottagningar",
        "Ombokade av mottagningar",
    ],
)
def test_it_says(said: str, text: str) -> None:
    assert text in said


@pytest.mark.parametrize(
    "text",
    [
        "frågan gäller:",
        " (från {time})",
        "ingen händelse har gett någon",
        "Bokningen gjordes först",
        "tillåter det.",
        "erbjuder inte tjänsten",
        "Det går att göra fram till",
        "skulle ha gjorts före",
        "Antaget i frågan",
        "mottagningsrelation från och med nu",
        "känner inget lager",
        "Det finns ingen att fråga",
        "de riktiga raderna",
        "de gällandes",
        "misslyckas ännu",
        "Ingen giltig fil har",
        "hoppas sedan över",
        "begränsad tid",
        "hela sanningen",
        "en annan mottagnings:",
        "en annan invånares.",
        "Om ytterligare",
        "Det här ser",
        "Mottagningens namn\n",
        "Bokat:",
        "Namn i journalen",
        "Ingenting ändrades",
        "utslaget",
        "gällande bokningarna",
        "Härnäst",
        "journalens",
        "i lagret",
    ],
)
def test_it_says_no_more(said: str, text: str) -> None:
    assert text not in said


def test_it_shows_and_does_not_say(said: str) -> None:
    """A command shows; “Säg” is told by nobody to a program."""
    assert [line for line in said.splitlines() if line.startswith("Säg ")] == []
