"""Single mappings changed in a unit's file, compared line by line."""

import tomllib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidbok_cli.domain.unit import BookMode
from tidbok_cli.exchange.unit_edit import map_service, map_services, unmap_service
from tidbok_cli.exchange.unit_edit_keys import set_keys

OGON = """\
# Ögonmottagningen, Uppsala
hsa_id = "SE2321000024-1A2B"   # från HSA
name   = 'Ögon'

# Återbesök
[[care_service]]
  code  = "UPPF30"  # som i Cosmic
  show  = false     # till våren
  label = \"\"\"
# Besök
[[care_service]]\"\"\"

# Nybesök
[[care_service]] # väntar
code = 'NYB'
# book = "open"

[coupling]
calendar = "TB"   # [[care_service]]

[[care_service]]
code = "SIST"
# slut
"""


def changed(old: str, new: str) -> list[str]:
    """The lines that went, led by `-`, and that came, led by `+`."""
    from difflib import ndiff

    lines = ndiff(old.split("\n"), new.split("\n"))
    return [line for line in lines if line[0] in "-+"]


@pytest.fixture(params=["\n", "\r\n"], ids=["lf", "crlf"])
def newline(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def edited(code: str, changes: Mapping[str, str | int | bool], newline: str) -> list[str]:
    old = OGON.replace("\n", newline)
    new = map_service(old, code, changes)
    assert new.count("\r\n") == (new.count("\n") if newline == "\r\n" else 0)
    return changed(OGON, new.replace("\r\n", "\n"))


def test_a_value_is_put_in_the_place_of_the_old(newline: str) -> None:
    assert edited("UPPF30", {"show": True}, newline) == [
        "-   show  = false     # till våren",
        "+   show  = true     # till våren",
    ]


def test_a_value_over_several_lines_is_put_in_the_place_of_the_old(newline: str) -> None:
    assert edited("UPPF30", {"label": 'Åter"besök"\n'}, newline) == [
        r'+   label = "Åter\"besök\"\n"',
        '-   label = """',
        "- # Besök",
        '- [[care_service]]"""',
    ]


def test_a_new_key_comes_after_the_last_of_its_entry(newline: str) -> None:
    changes: dict[str, str | int | bool] = {"kind": "time_type", "cancel_deadline_hours": 24, "book": BookMode.BASIS}
    assert edited("UPPF30", changes, newline) == [
        '+   kind = "time_type"',
        "+   cancel_deadline_hours = 24",
        '+   book = "basis"',
    ]
    assert map_service(OGON, "NYB", {"show": True}) == OGON.replace("'NYB'\n", "'NYB'\nshow = true\n")


def test_a_new_entry_comes_last_after_an_empty_line(newline: str) -> None:
    added = '\n[[care_service]]\ncode = "NY"\nlabel = "Ny"\nshow = true\n'
    new = map_service(OGON.replace("\n", newline), "NY", {"label": "Ny", "show": True})
    assert new == (OGON + added).replace("\n", newline)


@pytest.mark.parametrize(
    ("text", "between"),
    [("a = 1", "\n\n"), ("a = 1\n", "\n"), ("a = 1\n \n", "")],
)
def test_a_new_entry_after_whatever_stands_last(text: str, between: str) -> None:
    assert map_service(text, "A", {}) == f'{text}{between}[[care_service]]\ncode = "A"\n'


def test_a_new_key_in_a_last_line_without_end() -> None:
    text = '[[care_service]]\ncode = "A" # a'
    assert map_service(text, "A", {"show": True}) == f"{text}\nshow = true\n"


@pytest.mark.parametrize("changes", [{}, {"show": False}, {"show": False, "label": "# Besök\n[[care_service]]"}])
def test_no_change_is_the_same_text(changes: Mapping[str, str | int | bool]) -> None:
    assert map_service(OGON, "UPPF30", changes) == OGON


def test_a_flag_is_not_a_number() -> None:
    text = '[[care_service]]\ncode = "A"\ncancel_deadline_hours = false\n'
    assert map_service(text, "A", {"cancel_deadline_hours": 0}) == text.replace("false", "0")


def test_a_key_goes_with_its_line_and_a_comment_on_the_line_stays(newline: str) -> None:
    old = OGON.replace("\n", newline)
    new = map_services(old, {"UPPF30": {"show": None, "label": None, "kind": None}})
    assert changed(OGON, new.replace("\r\n", "\n")) == [
        "+   # till våren",
        "-   show  = false     # till våren",
        '-   label = """',
        "- # Besök",
        '- [[care_service]]"""',
    ]


def test_many_codes_are_changed_as_they_are_one_by_one() -> None:
    table: dict[str, dict[str, str | bool | None]] = {
        "SIST": {"label": "Sist", "show": True},
        "NY2": {"label": None, "journal_name": "Ny två"},
        "UPPF30": {"label": None, "show": True, "book": "open"},
        "NY1": {},
    }
    one_by_one = OGON
    for code, changes in table.items():
        one_by_one = map_services(one_by_one, {code: changes})
    assert map_services(OGON, table) == one_by_one
    assert one_by_one.endswith(
        'label = "Sist"\nshow = true\n# slut\n\n'
        '[[care_service]]\ncode = "NY2"\njournal_name = "Ny två"\n\n[[care_service]]\ncode = "NY1"\n'
    )


def removed(code: str, newline: str) -> list[str]:
    old = OGON.replace("\n", newline)
    new = unmap_service(old, code)
    assert new is not None
    assert new.count("\r\n") == (new.count("\n") if newline == "\r\n" else 0)
    return changed(OGON, new.replace("\r\n", "\n"))


def test_an_entry_goes_and_the_comments_around_it_stay(newline: str) -> None:
    assert removed("UPPF30", newline) == [
        "- [[care_service]]",
        '-   code  = "UPPF30"  # som i Cosmic',
        "-   show  = false     # till våren",
        '-   label = """',
        "- # Besök",
        '- [[care_service]]"""',
    ]
    assert removed("NYB", newline) == ["- [[care_service]] # väntar", "- code = 'NYB'"]


def test_an_entry_goes_with_the_empty_line_that_set_it_off() -> None:
    text = '[[care_service]]\ncode = "A"\n\n[[care_service]]\ncode = "B"\n\n[[care_service]]\ncode = "C"\n'
    assert unmap_service(text, "A") == '[[care_service]]\ncode = "B"\n\n[[care_service]]\ncode = "C"\n'
    assert unmap_service(text, "B") == '[[care_service]]\ncode = "A"\n\n[[care_service]]\ncode = "C"\n'
    assert unmap_service(text, "C") == '[[care_service]]\ncode = "A"\n\n[[care_service]]\ncode = "B"\n'


@pytest.mark.parametrize("text", ["", OGON, 'care_service = [{ code = "A" }]'])
def test_a_code_that_is_not_there(text: str) -> None:
    assert unmap_service(text, "uppf30") is None


INLINE = (
    'care_service = [ # alla\r\n  { code = "A", show = true }, # a\r\n  # om b\r\n  { code = "B" },\r\n]  # slut\r\n'
)


@pytest.mark.parametrize(
    ("code", "changes", "old", "new"),
    [
        ("A", {"show": True}, "", ""),
        ("A", {"show": False}, "show = true", "show = false"),
        ("A", {"show": True, "label": "Å"}, "show = true }", 'show = true, label = "Å"}'),
        ("C", {"show": True}, '"B" },\r\n', '"B" },\r\n  {code = "C", show = true},\r\n'),
    ],
)
def test_an_inline_array(code: str, changes: Mapping[str, str | int | bool], old: str, new: str) -> None:
    assert map_service(INLINE, code, changes) == INLINE.replace(old, new, 1)


def test_a_key_of_an_inline_array_goes() -> None:
    assert map_services(INLINE, {"A": {"show": None}, "B": {"label": None}}) == INLINE.replace(", show = true", " ")


def test_an_entry_of_an_inline_array_goes() -> None:
    assert unmap_service(INLINE, "B") == INLINE.replace('  { code = "B" },\r\n', "")


_codes = st.sampled_from(["UPPF30", "NYB", "SIST", "A", 'Å "#'])
_changes = st.fixed_dictionaries(
    {},
    optional={
        "label": st.text(st.characters(exclude_categories=["Cs"])),
        "show": st.booleans(),
        "cancel_deadline_hours": st.integers(0, 1_000_000),
    },
)


@given(code=_codes, changes=_changes, crlf=st.booleans())
def test_a_changed_file_says_what_it_said_and_the_changes(
    code: str, changes: dict[str, str | int | bool], crlf: bool
) -> None:
    text = OGON.replace("\n", "\r\n") if crlf else OGON
    expected = tomllib.loads(text)
    entries = {entry["code"]: entry for entry in expected["care_service"]}
    entries.setdefault(code, {"code": code}).update(changes)
    expected["care_service"] = list(entries.values())
    new = map_service(text, code, changes)
    assert tomllib.loads(new) == expected
    assert map_service(new, code, changes) == new

    del entries[code]
    without = unmap_service(new, code)
    assert without is not None
    assert tomllib.loads(without) == expected | {"care_service": list(entries.values())}
    comments = [line for line in OGON.splitlines() if line.startswith("# ") and line != "# Besök"]
    assert [line for line in without.splitlines() if line in comments] == comments


@given(code=st.text(st.characters(exclude_categories=["Cs"]), min_size=1), changes=_changes, crlf=st.booleans())
def test_an_entry_added_and_removed_leaves_no_trace(
    code: str, changes: dict[str, str | int | bool], crlf: bool
) -> None:
    text = OGON.replace("\n", "\r\n") if crlf else OGON
    assert unmap_service(map_service(text, f"{code}+", changes), f"{code}+") == text


_told = st.fixed_dictionaries({}, optional={
    "label": st.none() | st.text(st.characters(exclude_categories=["Cs"])),
    "show": st.none() | st.booleans(),
    "cancel_deadline_hours": st.none() | st.integers(0, 1_000_000),
})  # fmt: skip


@given(
    table=st.dictionaries(_codes, _told), text=st.sampled_from([OGON, OGON.replace("\n", "\r\n"), INLINE, "", "a = 1"])
)
def test_many_changes_say_what_they_say_and_a_second_time_nothing(
    table: dict[str, dict[str, str | int | bool | None]], text: str
) -> None:
    expected = tomllib.loads(text)
    entries = {entry["code"]: entry for entry in expected.get("care_service", [])}
    for code, changes in table.items():
        entry = entries.setdefault(code, {"code": code}) | changes
        entries[code] = {key: value for key, value in entry.items() if value is not None}
    if entries:
        expected["care_service"] = list(entries.values())
    new = map_services(text, table)
    assert tomllib.loads(new) == expected
    assert map_services(new, table) == new
    comments = [line[line.index("# ") :] for line in text.splitlines() if "# " in line and line != "# Besök"]
    assert [comment for comment in comments if comment not in new] == []


HEADS = (
    '# a\nhsa_id = "SE1"\nname = "Å" # b\n# c\n[services] # d\n  show = true # e\n\n[coupling]\ncalendar = "TB"\n# f\n',
    '\ufeffhsa_id = "SE1"\nname = """\nÅ"""\nservices.show = true # g\ncoupling = { calendar = "TB" } # h\n',
    'alias="a"\nname = \'Å\'\nhsa_id = "SE1"\n[[care_service]] # i\ncode = "A"\n[ "services" ]\nbook = false # j',
    'hsa_id = "SE1"\nname = "Å"\nservices = { }\ncare_service = [{ code = "A" }] # k',
)
_words = st.text(st.characters(exclude_categories=["Cs"]))
_keys = st.fixed_dictionaries({}, optional={
    "name": _words,
    "alias": st.none() | _words,
    "services.show": st.none() | st.booleans(),
    "services.book": st.none() | st.booleans(),
    "coupling.calendar": st.none() | _words,
})  # fmt: skip


@given(text=st.sampled_from(HEADS), changes=_keys, crlf=st.booleans())
def test_keys_beside_the_mappings_say_what_they_are_told(
    text: str, changes: dict[str, str | bool | None], crlf: bool
) -> None:
    text = text.replace("\n", "\r\n") if crlf else text
    expected = tomllib.loads(text.removeprefix("\ufeff"))
    for path, value in changes.items():
        table, _, key = path.rpartition(".")
        inside = expected.setdefault(table, {}) if table and value is not None else expected.get(table, expected)
        inside.pop(key, None) if value is None else inside.update({key: value})
    new = set_keys(text, changes)
    found = tomllib.loads(new.removeprefix("\ufeff"))
    assert {key: value for key, value in found.items() if value != {}} == {
        key: value for key, value in expected.items() if value != {}
    }
    assert set_keys(new, changes) == new
    comments = [line[line.index("# ") :] for line in text.splitlines() if "# " in line]
    assert [comment for comment in comments if comment not in new] == []


def test_a_new_table_and_new_keys_stand_where_their_like_do() -> None:
    assert set_keys(HEADS[0], {"alias": "a", "services.book": True, "coupling.calendar": None}) == HEADS[0].replace(
        "# b\n", '# b\nalias = "a"\n'
    ).replace("# e\n", "# e\n  book = true\n").replace('calendar = "TB"\n', "")
    text = 'hsa_id = "SE1"\n[services]\nshow = true\n[[care_service]]\ncode = "A"\n'
    assert set_keys(text, {"coupling.calendar": "TB"}) == text.replace(
        "true\n", 'true\n\n[coupling]\ncalendar = "TB"\n'
    )
