"""Journals' answers: for programs as the contract has them, for people by what is to be done (contract, section 5)."""

from __future__ import annotations

import sys
from shlex import quote
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.journal import JournalResult
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import journal_texts
from tidbok_cli.render.check_names import can_act
from tidbok_cli.render.columns import Column, JsonObject, Kind, Rank, coded, instant, record
from tidbok_cli.render.lines import Span, print_lines, visible
from tidbok_cli.render.moments import moment
from tidbok_cli.render.tables import print_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tidbok_cli.domain.checks import Actor
    from tidbok_cli.domain.journal import Breach
    from tidbok_cli.domain.journal_outcome import AnswerTold, JournalHead
    from tidbok_cli.render.journal_texts import Text

_NAMED_AT_MOST: Final = 5
"""So many clinics are named beside what is wrong with them; the table has them all."""


def _text(told: AnswerTold) -> Text:
    answer = told.answer
    if answer.result is JournalResult.ANSWERED:
        broken = journal_texts.BROKEN if answer.breaches else None
        return broken or (journal_texts.PARTLY if answer.failed else journal_texts.ANSWERED)
    codes = journal_texts.CODES
    own = None if answer.is_configured else journal_texts.NO_CLINICS.get(answer.code or "")
    return own or codes.get(answer.code or "") or codes[answer.result]


def _said(text: str, told: AnswerTold, units: Sequence[str] = ()) -> str:
    """A text, with its clinics as one types them."""
    answer = told.answer
    fields = {"contract": answer.question.contract, "detail": answer.detail or "–", "contract_place": "{contract}"}
    typed = {"unit": " ".join(units or [answer.question.address]), "consumer": quote(answer.consumer or "HSA_ID")}
    return visible(_(text).format(**typed, **fields))


def message(told: AnswerTold) -> str:
    """A sentence about an answer; the journal's own word where it has one to be shown."""
    said = _said(_text(told).message, told)
    return " ".join((said, visible(told.answer.outcome_text))) if told.answer.outcome_text else said


def fix(told: AnswerTold) -> str | None:
    """The next step, where there is anything to mend."""
    text = _text(told).fix
    return None if text is None else _said(text, told)


def platform_code(told: AnswerTold) -> str | None:
    """The platform's own code, which its administrators know; people read the rest in words."""
    code = told.answer.code or ""
    return code if code.startswith("VP") else None


def _breach(breach: Breach) -> JsonObject:
    return {"code": breach.code, "element": breach.element, "value": breach.value}


def _seconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


ANSWERS: Final = (
    Column("unit", _m("HSA-id"), "answer.question.address", rank=Rank.NAME),
    Column("contract", _m("Contract"), "answer.question.contract", whole=True),
    Column("result", _m("Result"), "answer.result", coded(journal_texts.RESULTS), Rank.NAME),
    Column("code", _m("Code"), "answer.code", tell=lambda told: platform_code(told) or ""),
    Column("actor", _m("Who can act")),
    Column("message", get=message),
    Column("fix", get=fix),
    Column("detail", get=lambda told: told.answer.said or None),
    Column("slots", _m("Times")),
    Column("breaches", get=lambda told: [_breach(each) for each in told.answer.breaches]),
    Column("seconds", _m("Seconds"), "answer.seconds", Kind(_seconds, _seconds), Rank.LEAST),
    Column("producer_seconds", get="answer.producer_seconds", kind=Kind(_seconds, _seconds)),
    Column("correlation_id", get="answer.correlation_id"),
)
KEYS: Final = tuple(column.key for column in ANSWERS)
_SHOWN: Final = ("unit", "contract", "result", "code", "slots", "seconds")


def head_value(schema: str, head: JournalHead) -> JsonObject:
    """Head of what is told of journals, up to the answers."""
    consumer = {"hsa_id": head.consumer.hsa_id, "valid_until": instant(head.consumer.valid_until)}
    return {"schema": schema, "at": instant(head.at), "environment": str(head.environment), "consumer": consumer}


def answer_value(told: AnswerTold) -> JsonObject:
    """One answer (contract, section 5)."""
    return record(ANSWERS, told)


def ping_value(head: JournalHead, answers: Iterable[AnswerTold]) -> JsonObject:
    """`tidbok.journal_ping/1` (contract, section 5)."""
    return head_value("tidbok.journal_ping/1", head) | {"answers": [answer_value(each) for each in answers]}


def csv_rows(value: JsonObject) -> Iterator[JsonObject]:
    """Rows of CSV, one an answer: breaches by code and element."""
    for each in value["answers"]:
        yield {**each, "breaches": [f"{breach['code']}:{breach['element']}" for breach in each["breaches"]]}


# ------------------------------------------------------------------------------------------- for people


def print_ping(
    head: JournalHead, names: Mapping[str, str], answers: Sequence[AnswerTold], contacts: Mapping[str, str]
) -> None:
    """Print how many answered, each answer, and what is to be done, by what is wrong."""
    answered = sum(each.answer.result is JournalResult.ANSWERED for each in answers)
    said = ngettext(
        "{answered} of {count} call was answered.", "{answered} of {count} calls were answered.", len(answers)
    )
    print(said.format(answered=answered, count=len(answers)))
    print(head_told(head))
    print()
    print_answers(names, answers)
    print_faults(names, answers, contacts)


def head_told(head: JournalHead) -> str:
    """A sentence about where and as whom journals were asked."""
    return visible(
        _("Environment: {environment}. Asked by {hsa_id}, whose certificate holds until {until}.").format(
            environment=_(journal_texts.ENVIRONMENTS[head.environment]),
            hsa_id=head.consumer.hsa_id,
            until=moment(head.consumer.valid_until),
        )
    )


def print_answers(names: Mapping[str, str], answers: Iterable[AnswerTold]) -> None:
    """Print a table of answers, with the clinics' names."""
    clinic = Column("clinic", _m("Clinic"), lambda told: names.get(told.answer.question.address, ""))
    print_table([clinic, *(column for column in ANSWERS if column.key in _SHOWN)], answers)


def print_faults(names: Mapping[str, str], answers: Iterable[AnswerTold], contacts: Mapping[str, str]) -> None:
    """Print what is wrong, each thing once, with its clinics, who can act, and the next step."""
    groups: dict[tuple[str, str], list[AnswerTold]] = {}
    for each in answers:
        if each.is_finding:
            groups.setdefault((platform_code(each) or "", message(each)), []).append(each)
    for (code, said), alike in sorted(groups.items(), key=lambda group: -len(group[1])):
        head = Span(f"{code}: {said}" if code else said, "bold")
        within = [(Span(f"  {line}"),) for line in _detailed(alike, names, contacts)]
        print_lines([(), (head,), *within], styled=True)


def _detailed(alike: Sequence[AnswerTold], names: Mapping[str, str], contacts: Mapping[str, str]) -> Iterator[str]:
    """Lines about answers that are alike: which clinics, what exactly, who can act, and what to do."""
    first, units = alike[0], list(dict.fromkeys(each.answer.question.address for each in alike))
    called = [names.get(unit, unit) for unit in units[:_NAMED_AT_MOST]]
    more = len(units) - len(called)
    yield visible(", ".join(called)) + (" " + _("and {count} more").format(count=more) if more else "")
    yield from _few(breach_told(each) for told in alike for each in told.answer.breaches)
    yield from _few(visible(f"{unit}: {word}") for told in alike for unit, word in told.answer.failed.items())
    if "{detail}" not in _text(first).message:
        said = (visible(told.answer.detail) for told in alike if told.answer.detail)
        yield from _few(_("It said: {detail}").format(detail=each) for each in said)
    if first.answer.correlation_id:
        yield _("Correlation id of the first: {id}").format(id=first.answer.correlation_id)
    yield who_can(first.actor, contacts)
    if text := _text(first).fix:
        yield _("Next: {fix}").format(fix=_said(text, first, units[:_NAMED_AT_MOST]))


def _few(lines: Iterable[str]) -> list[str]:
    """Lines that differ, the first few of them."""
    return list(dict.fromkeys(lines))[:_NAMED_AT_MOST]


def breach_told(breach: Breach) -> str:
    """What breaks the contract, in words."""
    return visible(_(journal_texts.BREACHES[breach.code]).format(element=breach.element, value=breach.value))


def who_can(actor: Actor | None, contacts: Mapping[str, str]) -> str:
    """Who can act; where it is nobody of the region's, whoever runs the program."""
    if actor is None:
        return _("Who can act: {who}").format(who=_("whoever runs this program"))
    return can_act(actor, contacts)


def print_received(answers: Iterable[AnswerTold]) -> list[AnswerTold]:
    """Print the messages as they were received, one after the other; return the answers without them."""
    told = []
    for each in answers:
        if is_message(each):
            sys.stdout.flush()
            sys.stdout.buffer.write(each.answer.body.rstrip() + b"\n")
        told.append(each._replace(answer=each.answer._replace(body=b"")))
    return told


def is_message(told: AnswerTold) -> bool:
    """Tell whether what came is a SOAP message."""
    return told.answer.result in (JournalResult.ANSWERED, JournalResult.REFUSED, JournalResult.FAULT)
