"""What was understood of a key result that is being written, in one line (spec/04 §9.1)."""

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session

from bot.cards.figures import amount_exact, digits
from bot.cards.i18n import N_, Lang
from bot.cards.moments import day, weekday
from bot.cards.render import Cards
from bot.okr import model as okr
from bot.okr.drafts import LINES, KRDraft
from bot.okr.model import Commitment, KRType, PaceProfile
from bot.views.aims import aim_words
from storage import models as m
from storage.teams import people_by_id

KINDS: Mapping[KRType, str] = {
    KRType.INCREASE: N_("increase"),
    KRType.DECREASE: N_("decrease"),
    KRType.RANGE: N_("range"),
    KRType.MILESTONE: N_("milestone"),
    KRType.BASELINE: N_("first value"),
}
PACES: Mapping[PaceProfile, str] = {
    PaceProfile.LINEAR: N_("straight line"),
    PaceProfile.SLOW_START: N_("slow start"),
    PaceProfile.FAST_START: N_("fast start"),
    PaceProfile.STEPS: N_("in phases"),
    PaceProfile.FLAT: N_("flat"),
}


def understood(session: Session, cards: Cards, lang: Lang, draft: KRDraft, reader: m.Person, today: date) -> str:
    """In one line: `decrease, 0.5% → 0.2%, stretch, due 31 Dec, owner you`."""
    people = people_by_id(session, {one for one in (draft.lead_owner, *draft.co_owners) if one is not None})
    parts = [
        *_kind(cards, lang, draft),
        cards.text(N_("committed") if draft.stretch is Commitment.COMMITTED else N_("stretch"), lang),
        "" if draft.weight == 1 else cards.text(N_("weight {n}"), lang, n=digits(draft.weight)),
        cards.text(N_("due {day}"), lang, day=_due(draft.due, lang, today)),
        _pace(cards, lang, draft),
        _owner(cards, lang, draft, people, reader),
        *(
            cards.text(N_("with {name}"), lang, name=people[one].short_name)
            for one in draft.co_owners
            if one in people and one != draft.lead_owner
        ),
    ]
    return ("，" if lang == "zh" else ", ").join(one for one in parts if one)


def _kind(cards: Cards, lang: Lang, draft: KRDraft) -> tuple[str, ...]:
    """What kind it is and its ends; without a number and without a kind it is plainly said what it would be."""
    ends = _ends(cards, lang, draft)
    if draft.type is None:
        return (ends or cards.text(N_("no number, so done or not done"), lang),)
    return cards.text(KINDS[draft.type], lang), ends


def _due(due: date, lang: Lang, today: date) -> str:
    """With its weekday where that is no usual working day."""
    told = day(due, lang, today)
    if due.weekday() < 5:
        return told
    return f"{told}（{weekday(due, lang)}）" if lang == "zh" else f"{weekday(due, lang)} {told}"


def _ends(cards: Cards, lang: Lang, draft: KRDraft) -> str:
    if draft.type is None or (draft.type in LINES and None in (draft.baseline, draft.goal)):
        if draft.baseline is None and draft.goal is None:
            return ""
        ends = ("?" if one is None else amount_exact(one, draft.unit, lang) for one in (draft.baseline, draft.goal))
        return " → ".join(ends)
    return aim_words(cards, lang, defined(draft))


def _pace(cards: Cards, lang: Lang, draft: KRDraft) -> str:
    usual = PaceProfile.FLAT if draft.type is KRType.RANGE else PaceProfile.LINEAR
    return "" if draft.pace is usual else cards.text(PACES[draft.pace], lang)


def _owner(cards: Cards, lang: Lang, draft: KRDraft, people: Mapping[int, m.Person], reader: m.Person) -> str:
    if draft.lead_owner is None or draft.lead_owner not in people:
        return cards.text(N_("nobody owns it yet"), lang)
    if draft.lead_owner == reader.id:
        return cards.text(N_("owner you"), lang)
    return cards.text(N_("owner {name}"), lang, name=people[draft.lead_owner].short_name)


def defined(draft: KRDraft) -> okr.KeyResult:
    """The draft as the domain's value."""
    return okr.KeyResult(
        id=0,
        team_key="",
        number=0,
        title=draft.title,
        short_title=draft.short_title,
        type=draft.type or KRType.MILESTONE,
        start=draft.start,
        due=draft.due,
        unit=draft.unit,
        decimals=draft.decimals,
        baseline=draft.baseline,
        target=draft.goal,
        anchors=None if draft.anchors is None else okr.Anchors(*draft.anchors),
        range_lo=draft.range_lo,
        range_hi=draft.range_hi,
        strict=draft.strict,
        steps=tuple(okr.Step(number, one.title, one.weight, one.due) for number, one in enumerate(draft.steps, 1)),
    )
