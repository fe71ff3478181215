"""What was changed of a key result or an objective, in words: the field, what it was, what it is (spec/02 §4.10)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from sqlmodel import Session

from bot.cards.figures import amount_exact
from bot.cards.i18n import N_, Lang
from bot.cards.moments import day
from bot.cards.render import Cards
from bot.okr import model as okr
from storage import models as m
from storage.teams import people_by_id

FIELDS: Mapping[str, str] = {
    "alias": N_("other names"),
    "anchor_03": N_("value of 0.3"),
    "anchor_07": N_("value of 0.7"),
    "anchor_10": N_("value of 1.0"),
    "answer_policy": N_("who answers"),
    "baseline": N_("start"),
    "cadence": N_("how often"),
    "checkpoints": N_("phases"),
    "co_owners": N_("co-owners"),
    "due": N_("due"),
    "label": N_("label"),
    "lead_owner_id": N_("owner"),
    "metric": N_("metric"),
    "pace": N_("pace"),
    "paused_until": N_("paused until"),
    "range_hi": N_("upper end"),
    "range_lo": N_("lower end"),
    "range_tol": N_("tolerance"),
    "short_title": N_("short title"),
    "source": N_("source"),
    "serves": N_("whom it serves"),
    "start": N_("first day"),
    "state": N_("state"),
    "steps": N_("steps"),
    "stretch": N_("stretch or committed"),
    "strict": N_("one reading outside makes it 0"),
    "tag": N_("tag"),
    "target": N_("target"),
    "title": N_("title"),
    "type": N_("kind"),
    "unit": N_("unit"),
    "visibility": N_("who sees it"),
    "weight": N_("weight"),
    "why": N_("why it matters"),
}
"""What a field is called; any other is told as `a detail`, without its values."""

_AMOUNTS = frozenset({"anchor_03", "anchor_07", "anchor_10", "baseline", "range_hi", "range_lo", "range_tol", "target"})
_DAYS = frozenset({"due", "paused_until", "start"})
WORDS: Mapping[str, str] = {
    okr.KRType.INCREASE: N_("increase"),
    okr.KRType.DECREASE: N_("decrease"),
    okr.KRType.RANGE: N_("range"),
    okr.KRType.MILESTONE: N_("milestone"),
    okr.KRType.BASELINE: N_("first value"),
    okr.PaceProfile.LINEAR: N_("straight line"),
    okr.PaceProfile.SLOW_START: N_("slow start"),
    okr.PaceProfile.FAST_START: N_("fast start"),
    okr.PaceProfile.STEPS: N_("in phases"),
    okr.PaceProfile.FLAT: N_("flat"),
    okr.KRState.DRAFT: N_("draft"),
    okr.KRState.ACTIVE: N_("active"),
    okr.KRState.PAUSED: N_("paused"),
    okr.KRState.DROPPED: N_("dropped"),
    okr.KRState.CLOSED: N_("closed"),
    okr.Commitment.STRETCH: N_("stretch"),
    okr.Commitment.COMMITTED: N_("committed"),
    okr.Source.MANUAL: N_("told by people"),
    okr.Source.AUTO: N_("read by a feed"),
    m.CadenceOfKR.INHERIT: N_("as the team"),
    okr.Cadence.WEEKLY: N_("every week"),
    okr.Cadence.BIWEEKLY: N_("every second week"),
    m.AnswerPolicy.ANY: N_("every owner"),
    m.AnswerPolicy.LEAD: N_("the lead owner alone"),
    m.Visibility.WORKSPACE: N_("everybody"),
    m.Visibility.TEAM: N_("the team alone"),
    m.Visibility.TITLE_ONLY: N_("everybody the title, the team all of it"),
}
"""What the values of closed sets are called."""
_PEOPLE = frozenset({"lead_owner_id", "co_owners"})
_CLOSED = frozenset({"answer_policy", "cadence", "pace", "source", "state", "stretch", "type", "visibility"})
_GOES_WITH: Mapping[str, str] = {"short_title": "title", "target": "anchor_10"}
"""What follows from another field is not told beside it."""


def people_in(changes: Iterable[m.Change]) -> set[int]:
    """Whose names the changes need: owners are kept by their key."""
    values = [value for one in changes if one.field in _PEOPLE for value in (one.old, one.new)]
    return {one for value in values for one in (value if isinstance(value, list) else [value]) if isinstance(one, int)}


def change_lines(
    session: Session, cards: Cards, lang: Lang, kr: okr.KeyResult | None, changes: Sequence[m.Change], today: date
) -> list[str]:
    """The changes of one act, a line each, without those that only follow from another."""
    fields = {one.field for one in changes}
    told = [one for one in changes if one.field not in _GOES_WITH or _GOES_WITH[one.field] not in fields]
    people = people_by_id(session, people_in(told))
    return [change_line(cards, lang, kr, one, people, today) for one in told]


def change_line(
    cards: Cards, lang: Lang, kr: okr.KeyResult | None, change: m.Change, people: Mapping[int, m.Person], today: date
) -> str:
    """`target 50% → 45%`; only `a detail` for what has no name among people."""
    name = FIELDS.get(change.field)
    if name is None:
        return cards.text(N_("a detail"), lang)
    values = [_value(cards, lang, kr, change.field, value, people, today) for value in (change.old, change.new)]
    return cards.text(N_("{field} {old} → {new}"), lang, field=cards.text(name, lang), old=values[0], new=values[1])


def _value(
    cards: Cards,
    lang: Lang,
    kr: okr.KeyResult | None,
    field: str,
    value: object,
    people: Mapping[int, m.Person],
    today: date,
) -> str:
    if value is None or value == "":
        return "–"
    if field in _PEOPLE:
        ids = value if isinstance(value, list) else [value]
        return " / ".join(people[one].short_name for one in ids if isinstance(one, int) and one in people) or "–"
    if isinstance(value, bool):
        return cards.text(N_("yes"), lang) if value else cards.text(N_("no"), lang)
    if isinstance(value, list):
        names = [str(one["title"]) if isinstance(one, dict) else str(one) for one in value]
        if field == "checkpoints":
            names = [_phase(one, lang, today) for one in names]
        return " / ".join(names) or "–"
    text = str(value)
    if field in _CLOSED:
        return cards.text(WORDS[text], lang) if text in WORDS else "–"
    try:
        if field in _AMOUNTS or field == "weight":
            return amount_exact(Decimal(text), kr.unit if kr is not None and field in _AMOUNTS else "", lang)
        if field in _DAYS:
            return day(date.fromisoformat(text), lang, today)
    except (InvalidOperation, ValueError):  # kept by an import in words of its own: shown as it was written
        return text
    return text


def _phase(text: str, lang: Lang, today: date) -> str:
    """`2026-11-15 30%` with its day in words."""
    at, _, share = text.partition(" ")
    try:
        return f"{day(date.fromisoformat(at), lang, today)} {share}"
    except ValueError:  # kept by an import in words of its own
        return text
