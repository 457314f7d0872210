"""Lines of keys, counted in plain texts and in texts by hypothesis."""

import tomllib
from inspect import cleandoc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidbok_cli.exchange.toml_lines import key_lines, statements


def test_keys_tables_and_entries() -> None:
    """
    hsa_id = "SE2321000024-1A2B"   # the unit

    [services]
    show = true
    [[care_service]]
    code = "A"

    [[ care_service ]]  # the second
    code = "B"
    """
    assert key_lines(cleandoc(test_keys_tables_and_entries.__doc__ or "")) == {
        "hsa_id": 1,
        "services": 3,
        "services.show": 4,
        "care_service": 5,
        "care_service.0": 5,
        "care_service.0.code": 6,
        "care_service.1": 8,
        "care_service.1.code": 9,
    }


def test_values_over_several_lines_move_what_follows() -> None:
    text = cleandoc("""
        a = '''
        [not.a.table]
        not_a_key = 1'''
        b = [  # a comment with ] and "
            "x = 1",
            { c = "]" },
        ]
        d = \"\"\"\\
            key = 1 \\\"\"\" still
            \"\"\"\"\"
        e = 1
    """)
    assert tomllib.loads(text).keys() == {"a", "b", "d", "e"}
    assert key_lines(text) == {"a": 1, "b": 4, "d": 8, "e": 11}


def test_dotted_and_quoted_keys() -> None:
    """
    services.show = true
    "services" . 'cancel' = true
    "\\u00f6gon = #" = 1
    [ a . "b c" ]
    d = 1
    [a]
    e = 2
    """
    lines = key_lines(cleandoc(test_dotted_and_quoted_keys.__doc__ or ""))
    assert lines == {
        "services": 1,
        "services.show": 1,
        "services.cancel": 2,
        "ögon = #": 3,
        "a.b c": 4,
        "a.b c.d": 5,
        "a": 6,
        "a.e": 7,
    }


def test_tables_below_an_entry_belong_to_the_latest_entry() -> None:
    """
    [[a]]
    [[a.b]]
    x = 1
    [[a]]
    [a.c]
    y = 1
    [[a.b]]
    x = 2
    """
    lines = key_lines(cleandoc(test_tables_below_an_entry_belong_to_the_latest_entry.__doc__ or ""))
    assert lines["a.0.b.0.x"] == 3
    assert lines["a.1.c.y"] == 6
    assert lines["a.1.b.0.x"] == 8


@pytest.mark.parametrize("quotes", ['""', "''", '""""""', "''''''", '"""a"""""', "'''a'''''", '"\\\\"', r"'\'"])
def test_a_string_ends_where_it_ends(quotes: str) -> None:
    text = f"a = {quotes} # not \" ' a string\nb = 1\n"
    assert tomllib.loads(text)["b"] == 1
    assert key_lines(text) == {"a": 1, "b": 2}


def test_statements_say_where_their_values_stand() -> None:
    text = '\ufeffa.b = "x # y"  # z\r\n[[t]] # u'
    found = [(each.path, text[each.begin : each.end], text[each.value : each.end]) for each in statements(text)]
    assert found == [("a.b", 'a.b = "x # y"', '"x # y"'), ("t.0", "[[t]]", "")]


_VALUES = (
    "1",
    "true",
    "2024-03-01T06:00:00+01:00",
    '"#"',
    "'\"'",
    '"\\""',
    "[]",
    "[ 1, # ]\n 2 ]",
    '{ a = "}" }',
    '"""\nx = 1\n"""',
    "'''\n[x]\n'''",
)
_FILLING = ("\n", "# [c]\n", "  # 'x'\n", "\t\n", "\n\n")
_HEADERS = ("[{}]\n", "[ {} ] # x\n", "[[{}]]\n", "  [['{}']]\n")


@given(
    st.lists(
        st.one_of(
            st.sampled_from(_FILLING), st.tuples(st.just("key"), st.sampled_from(_VALUES)), st.sampled_from(_HEADERS)
        )
    ),
    st.booleans(),
)
def test_every_key_is_found_on_the_line_where_it_was_put(pieces: list[str | tuple[str, str]], crlf: bool) -> None:
    text, table, expected = "", "", {}
    for number, piece in enumerate(pieces):
        line = text.count("\n") + 1
        if isinstance(piece, tuple):
            expected[f"{table}k{number}"] = line
            text += f"k{number} = {piece[1]} # end\n"
        elif "{}" in piece:
            table = f"t{number}.0." if "[[" in piece else f"t{number}."
            expected[table.rstrip(".")] = line
            text += piece.format(f"t{number}")
        else:
            text += piece
    if crlf:
        text = text.replace("\n", "\r\n")
    tomllib.loads(text)
    found = key_lines(text)
    assert {path: found.get(path) for path in expected} == expected
