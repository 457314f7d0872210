"""Units' configurations: two are equal where they say the same, wherever it was said."""

import pytest

from tidbok_cli.domain.unit import AlsoCalendar, CareService, FileOrigin, Services, UnitConfig

EYES = UnitConfig("SE2321000024-1A2B", "Ögon", "ogon", Services(show=True), "TB1", None, (CareService("A"),))
ELSEWHERE = EYES._replace(origin=FileOrigin("units/ogon.toml", {"name": 2}))


def test_where_it_was_said_makes_no_difference() -> None:
    assert EYES == ELSEWHERE
    assert not EYES != ELSEWHERE  # noqa: SIM202 -- it is an operator of its own
    assert len({EYES, ELSEWHERE}) == 1


@pytest.mark.parametrize(
    "other",
    [
        EYES._replace(name="Öron"),
        EYES._replace(services=Services()),
        EYES._replace(care_services=()),
        EYES._replace(also=(AlsoCalendar("TB0", 1),)),
        tuple(EYES),
    ],
)
def test_what_was_said_does(other: object) -> None:
    assert other != EYES
    assert not other == EYES  # noqa: SIM201 -- it is an operator of its own


def test_the_order_of_mappings_is_not_what_was_said() -> None:
    one, two = (EYES._replace(care_services=tuple(map(CareService, codes))) for codes in ("AB", "BA"))
    assert one != two
    assert one.same_as(two)
