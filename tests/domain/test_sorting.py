"""Names in Swedish order."""

import random
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tidbok_cli.domain.sorting import swedish

ORDERED = [
    "", "1:a mottagningen", "Akuten", "Alva vårdcentral", "alvå", "Barn- och ungdom", "Barnmottagningen", "Bergs",
    "Ekeby", "Éken", "Elin", "Müller", "Myra", "Vårdcentral", "Waxholm", "Wåxholm", "Zebra", "Åsen", "åsna", "Ädel",
    "ÆGIR", "Äska", "ögonmottagningen", "Ölands", "Ørsted",
]  # fmt: skip


def test_the_order() -> None:
    shuffled = random.Random(1177).sample(ORDERED, len(ORDERED))
    assert sorted(shuffled, key=swedish) == ORDERED


@given(st.text(max_size=20))
def test_it_does_not_matter_how_a_letter_is_composed(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert swedish(composed)[0] == swedish(decomposed)[0]


@given(st.text(max_size=5), st.text(max_size=5))
def test_different_texts_have_different_keys(one: str, other: str) -> None:
    assert (swedish(one) == swedish(other)) == (one == other)
