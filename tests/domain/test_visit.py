"""Links to digital meetings, and texts about visits (S20)."""

import pytest

from tidbok_cli.domain.visit import LINK_LONGEST, parse_information, parse_link, plain_link

LONGEST = "https://a.example/".ljust(LINK_LONGEST, "x")
GOOD = (
    "https://a", "HTTPS://Video.Example.org:8443/m/7?a=1&b=2#c", "https://user@a.example/", "https://[2001:db8::1]:443/m",
    "https://möte.example/å?q=ö", "https://a.example?m=7", LONGEST,
)  # fmt: skip
BAD = (
    "", "http://a.example/", "https:/a.example", "https://", "https:///m", "https://?m", "https://:443/", "https://@/m",
    "https://#m", "a.example", "//a.example", "javascript:alert(1)//https://a.example", " https://a.example",
    "https://a.example/ ", "https://a b/", "https://a.example/m 7", "https://a.example/\nX:1", "https://a.example/\x7f",
    "https://a.example/\u202e", "https://a.example/\u00a0", "https:\\\\a.example", "https://a\\@b", "https://./", "https://[/",
)  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_a_link(text: str) -> None:
    assert parse_link(text).value == plain_link(text) == text


@pytest.mark.parametrize("text", [*BAD, f"{LONGEST}x"])
def test_no_link(text: str) -> None:
    value, problems = parse_link(text)
    assert (value, [each.code for each in problems]) == (
        None, ["cell.link_too_long" if len(text) > LINK_LONGEST else "cell.not_a_link"],
    )  # fmt: skip
    with pytest.raises(LookupError):
        plain_link(text)


def test_a_text_has_lines_and_no_other_control_characters() -> None:
    assert parse_information("a\r\nb\n\nc").value == "a\nb\n\nc"
    for text in ("a\tb", "a\rb", "\x1b[31m", "a\x00", "a\x85b"):
        assert [each.code for each in parse_information(text).problems] == ["cell.control_characters"], repr(text)
