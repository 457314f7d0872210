"""GetSubjectOfCareScheduleResponse: slots as rows, and files that are refused.

Contract, section 2.
"""

import io
import sys
from itertools import islice

import pytest
from support.paths import reference

from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.rivta import ScheduleRows
from tidbok_cli.exchange.rows import FileRow

pytest.importorskip("lxml")

NAMESPACES = (
    'xmlns:r="urn:riv:crm:scheduling:GetSubjectOfCareScheduleResponder:1" '
    'xmlns:c="urn:riv:crm:scheduling:1" xmlns:x="urn:riv:crm:scheduling:1.1"'
)
SLOT = (
    "<r:timeslotDetail>"
    "<c:startTimeInclusive>20261201090000</c:startTimeInclusive><c:endTimeExclusive>20261201093000</c:endTimeExclusive>"
    "<c:healthcare_facility>SE2321000024-1A2B</c:healthcare_facility><c:bookingId>B-1</c:bookingId>"
    "<c:subject_of_care>191212121212</c:subject_of_care><c:timeTypeID>UPPF30</c:timeTypeID>"
    "</r:timeslotDetail>"
)
CELLS = {
    "booking_id": "B-1",
    "unit": "SE2321000024-1A2B",
    "code": "UPPF30",
    "care_type": "",
    "resident": "191212121212",
    "start": "20261201090000",
    "end": "20261201093000",
    "invitation": "false",
}


def response(slots: str = SLOT) -> str:
    return f"<r:GetSubjectOfCareScheduleResponse {NAMESPACES}>{slots}</r:GetSubjectOfCareScheduleResponse>"


def enveloped(body: str) -> str:
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    return f'<s:Envelope xmlns:s="{soap}"><s:Header/><s:Body>{body}</s:Body></s:Envelope>'


def declared(body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def read(content: str | bytes) -> list[FileRow]:
    data = content.encode() if isinstance(content, str) else content
    return [row for row in ScheduleRows(io.BytesIO(data), "in.xml") if isinstance(row, FileRow)]


def cells(content: str | bytes) -> list[dict[str, str]]:
    return [dict(row.cells) for row in read(content)]


def slot(**texts: str) -> dict[str, str]:
    """The cells of a slot that has only these children."""
    children = "".join(f"<c:{name}>{text}</c:{name}>" for name, text in texts.items())
    (only,) = cells(response(f"<r:timeslotDetail>{children}</r:timeslotDetail>"))
    return only


def refusal(content: str | bytes) -> tuple[str, dict[str, str | int], Where]:
    with pytest.raises(BadInput) as caught:
        read(content)
    return caught.value.code, dict(caught.value.params), caught.value.where


# ------------------------------------------------------------------------------------------- what is read


def test_a_slot_of_1_0_is_no_invitation() -> None:
    assert cells(declared(response())) == [CELLS]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("true", "true"), ("1", "true"), (" true\n", "true"), ("false", "false"), ("0", "false"), ("", "false")],
)
def test_the_invitation_of_1_1(written: str, read_as: str) -> None:
    invitation = f"<x:isInvitation>{written}</x:isInvitation></r:timeslotDetail>"
    assert cells(response(SLOT.replace("</r:timeslotDetail>", invitation))) == [{**CELLS, "invitation": read_as}]


def test_an_invitation_that_is_no_boolean_is_left_for_the_row_to_refuse() -> None:
    assert slot(isInvitation="kanske")["invitation"] == "kanske"


def test_what_is_missing_is_empty() -> None:
    assert slot(healthcare_facility="SE2321000024-1A2B") == dict.fromkeys(CELLS, "") | {
        "unit": "SE2321000024-1A2B",
        "invitation": "false",
    }


def test_the_care_type_is_the_code_only_where_there_is_no_time_type() -> None:
    both, care, time = slot(timeTypeID="T", careTypeID="C"), slot(careTypeID="C"), slot(timeTypeID="T")
    assert [(each["code"], each["care_type"]) for each in (both, care, time)] == [("T", "C"), ("C", ""), ("T", "")]


def test_texts_are_trimmed_and_read_past_comments_and_cdata() -> None:
    assert slot(bookingId="\n  B<!-- och -->-<![CDATA[<1>]]> ")["booking_id"] == "B-<1>"


def test_producers_that_use_other_namespaces_or_none() -> None:
    bare = response().replace(NAMESPACES, "").replace("<r:", "<").replace("</r:", "</")
    bare = bare.replace("<c:", "<").replace("</c:", "</")
    assert cells(bare) == [CELLS]
    assert cells(response().replace("urn:riv:crm:scheduling:1.1", "urn:x").replace("scheduling:1", "y")) == [CELLS]


def test_the_line_and_the_booking_id_say_where_a_row_is() -> None:
    content = declared(response(f"\n{SLOT}\n\n<r:timeslotDetail/>"))
    assert [(row.file, row.line, row.row_id) for row in read(content)] == [("in.xml", 3, "B-1"), ("in.xml", 5, None)]


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-16"])
def test_a_document_is_read_in_the_encoding_that_it_declares(encoding: str) -> None:
    content = declared(response(SLOT.replace("B-1", "BÖ-1"))).replace("UTF-8", encoding)
    assert cells(content.encode(encoding))[0]["booking_id"] == "BÖ-1"


def test_the_sample_of_the_region() -> None:
    sample = reference("rivta/samples/schedule-uppsala.xml")
    with sample.open("rb") as data:
        rows = [row for row in ScheduleRows(data, sample.name) if isinstance(row, FileRow)]
    assert [(row.row_id, row.line, row.cells["invitation"], row.cells["end"]) for row in rows] == [
        ("COS-100231", 6, "false", "20261201093000"),
        ("COS-100377", 21, "false", "20261215140000"),
        ("COS-100402", 36, "true", "20261124084500"),
        ("882-41", 52, "false", "20261203102000"),
        ("882-42", 65, "false", "20261203103000"),
        ("882-77", 79, "false", "20270115150000"),
        ("H-7", 95, "false", ""),
        ("COS-100500", 107, "false", "20270328033000"),
    ]


# ------------------------------------------------------------------------------------- one or many in a file


def test_a_soap_envelope() -> None:
    assert cells(declared(enveloped(response()))) == [CELLS]


def test_many_in_a_wrapper() -> None:
    content = f"<svar>{response()}<mer>{enveloped(response(SLOT + SLOT))}</mer>{response('')}</svar>"
    assert cells(declared(content)) == [CELLS] * 3


def test_no_slots_in_a_response_is_no_error() -> None:
    assert cells(declared(response(""))) == []


@pytest.mark.parametrize("between", ["", "\n", "\ufeff", "  \n\n\ufeff"])
def test_documents_one_after_another(between: str) -> None:
    assert cells(between + declared(response()) + between + declared(enveloped(response()))) == [CELLS, CELLS]


def test_the_lines_of_later_documents_are_the_files() -> None:
    content = "\n" + declared(response(f"\n{SLOT}\n")) + declared(response(SLOT))
    assert [row.line for row in read(content)] == [4, 7]


@pytest.mark.parametrize("shift", range(-12, 3))
def test_documents_that_meet_where_the_reader_takes_a_breath(shift: int) -> None:
    """The second declaration stands around the 65,536th byte, at which the first piece of the file ends."""
    first = declared(response())
    content = first + " " * (65_536 + shift - len(first)) + "\ufeff" + declared(response())
    assert cells(content) == [CELLS, CELLS]


def test_slots_are_read_one_at_a_time() -> None:
    class Endless(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(size) or SLOT.encode()

    begun = response("").partition("</r:")[0]
    rows = ScheduleRows(Endless(begun.encode()), "in.xml")
    assert len(list(islice(rows, 5000))) == 5000


# --------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize("content", ["", " \n\n"])
def test_an_empty_file(content: str) -> None:
    assert refusal(content) == ("file.empty", {}, Where("in.xml"))


def test_a_file_that_breaks_off() -> None:
    content = declared(response(f"\n{SLOT}\n{SLOT}\n")).rpartition("<c:bookingId>")[0]
    assert refusal(content) == ("xml.malformed", {}, Where("in.xml", 4))


def test_a_file_that_is_not_well_formed_in_its_second_document() -> None:
    content = declared(response()) + declared(response("\n<r:timeslotDetail>\n</c:bookingId>"))
    assert refusal(content) == ("xml.malformed", {}, Where("in.xml", 6))


def test_a_file_that_is_no_xml() -> None:
    assert refusal("unit;resident\nogon;a\n") == ("xml.malformed", {}, Where("in.xml", 1))


def test_another_message_with_slots_in_it() -> None:
    content = declared(response().replace("GetSubjectOfCareSchedule", "GetBookingDetails"))
    expected = ("xml.no_message", {"message": "GetSubjectOfCareScheduleResponse"}, Where("in.xml"))
    assert refusal(content) == expected


def test_an_entity_cannot_bring_in_another_file() -> None:
    """It is refused with the DOCTYPE that it needs, before any row is given."""
    doctype = '<!DOCTYPE r [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
    content = declared(doctype + response(SLOT.replace("B-1", "&secret;")))
    rows = ScheduleRows(io.BytesIO(content.encode()), "in.xml")
    with pytest.raises(BadInput) as caught:
        next(iter(rows))
    assert (caught.value.code, caught.value.where) == ("xml.doctype", Where("in.xml"))


@pytest.mark.parametrize("grown", [SLOT.replace("B-1", "&e11;"), SLOT.replace("Detail>", 'Detail a="&e11;">', 1)])
def test_entities_that_grow_without_end(grown: str) -> None:
    """The parser itself may give up on them before the DOCTYPE is looked at."""
    steps = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12)]
    doctype = f'<!DOCTYPE r [<!ENTITY e0 "ha">{"".join(steps)}]>'
    assert refusal(doctype + response(grown))[0] in ("xml.doctype", "xml.malformed")


@pytest.mark.parametrize("doctype", ["<!DOCTYPE r>", '<!DOCTYPE r SYSTEM "http://x.invalid/r.dtd">'])
def test_a_doctype_alone(doctype: str) -> None:
    assert refusal(declared(doctype + response("")))[0] == "xml.doctype"


def test_without_lxml_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lxml", None)
    assert refusal(response()) == ("extra.missing", {"extra": "rivta"}, Where("in.xml"))


def test_what_goes_on_without_any_message_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tidbok_cli.exchange.xml_stream._LARGEST_BETWEEN", 1 << 17)
    data = io.BytesIO(b"<e>" + b"<a/>" * (1 << 17))
    with pytest.raises(BadInput) as refused:
        list(ScheduleRows(data, "in.xml"))
    assert (refused.value.code, bool(data.read(1))) == ("xml.no_message", True)
