"""`/okr show`: one key result in detail (spec/06 §11.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.access import Actor, Sight, may_update, sight_of
from bot.okr.agreements import Side
from bot.okr.localtime import local_day
from bot.okr.model import Commitment, Judgement, KRState, ReadingSource, StatusReason
from bot.okr.pace import expected_value
from bot.views.board_rows import Row, row_of
from bot.views.chart_pictures import pictured
from bot.views.rights import actor_of
from bot.views.show_changes import change_line, people_in
from bot.views.show_chart import DRAWN, Drawn, drawn
from bot.views.team import KRView
from bot.views.why_lines import WhyLines
from storage import agreements, shown
from storage import models as m
from storage.teams import people_by_id, person_zone, team_zone

REASONS: Mapping[StatusReason, str] = {
    StatusReason.REACHED: N_("reached"),
    StatusReason.PAST_DUE: N_("its due date is over"),
    StatusReason.TOO_EARLY: N_("too early to tell"),
    StatusReason.NO_DATA: N_("no data yet"),
    StatusReason.DATA_ONLY: N_("by the data"),
    StatusReason.OWNER_ONLY: N_("by what the owner said"),
    StatusReason.AGREE: N_("data and owner agree"),
    StatusReason.OWNER_MORE_CAUTIOUS: N_("the owner is more cautious than the data"),
    StatusReason.OWNER_HAS_REASON: N_("the owner has a reason to be more hopeful"),
    StatusReason.OWNER_WITHOUT_REASON: N_("by the data; the owner is more hopeful and gave no reason"),
    StatusReason.BLOCKED: N_("not better while blocked"),
    StatusReason.FELL_BACK: N_("not better after the score fell back"),
    StatusReason.BELOW_START: N_("not better below where it started"),
    StatusReason.DARK: N_("no recent number"),
}
"""Why the status is what it is."""


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """A reading: its day, its value, and where it comes from."""

    on: date
    value: Decimal
    automated: bool
    imported: bool
    approx: bool


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of a milestone."""

    number: int
    title: str
    due: date | None
    done: bool
    done_on: date | None


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A line to another key result, objective or team; `title` and `text` are empty where they may not be seen."""

    kind: m.AlignmentKind
    outward: bool
    name: str
    title: str
    text: str
    state: m.AlignmentState
    needed_by: date | None
    slips_to: date | None = None
    value: str = ""
    """What opens it, for who may answer."""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What changed, when and why."""

    on: date
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class NextLine:
    """An open next step."""

    text: str
    owner: str
    due: date | None


@dataclass(frozen=True, slots=True)
class Said:
    """What the owners said last, each with its day where that is known."""

    note: str
    note_on: date | None
    self_score: Decimal | None
    self_score_on: date | None
    confidence: Decimal | None
    confidence_on: date | None
    blocked: bool
    blocked_since: date | None
    blocker: str
    help_wanted: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A key result in detail, ready for its template."""

    label: str
    row: Row
    title: str
    reason: str
    aim: str
    committed: bool
    first: date
    last: date
    unit: str
    decimals: int
    owners: tuple[str, ...]
    """Lead owner first."""
    paused: bool
    paused_until: date | None
    dropped: bool
    dropped_because: str
    pace_today: Decimal | None
    expected: str
    number_age: int | None
    updated_on: date | None
    chart: Drawn | None
    readings: tuple[ReadingLine, ...]
    steps: tuple[StepLine, ...]
    said: Said
    links: tuple[LinkLine, ...]
    changes: tuple[ChangeLine, ...]
    next_steps: tuple[NextLine, ...]


def show_card(
    session: Session,
    cards: Cards,
    view: KRView,
    label: str,
    lang: Lang,
    now: datetime,
    viewer: m.Person,
) -> Card:
    """A key result with its readings against pace, what its owners said, its links, changes and next steps.

    Seven queries, and one more where an owner changed. `label` is how the reader calls it; whoever may update it gets
    the button to. What people typed in a reply is never shown as such, only what was recorded of it.
    """
    actor = actor_of(session, viewer, now)
    zone = _zone(session, view)
    words = WhyLines(cards, lang, view.state, label, None)
    expected = expected_value(view.kr, view.today)
    readings = shown.last_readings(session, view.row.id, DRAWN)
    it = Shown(
        label=label,
        row=row_of(view, lang, label=label, trend=None),
        title=view.kr.title,
        reason=cards.text(REASONS[view.state.reason], lang),
        aim=words.aim(),
        committed=view.kr.commitment is Commitment.COMMITTED,
        first=view.kr.start,
        last=view.kr.due,
        unit=view.kr.unit,
        decimals=view.kr.decimals,
        owners=tuple(owner.short_name for owner in view.owners),
        paused=view.kr.state is KRState.PAUSED,
        paused_until=view.row.paused_until,
        dropped=view.kr.state is KRState.DROPPED,
        dropped_because=view.row.dropped_because or "",
        pace_today=view.state.pace_today,
        expected="" if expected is None else words.expected(expected),
        number_age=view.state.number_age,
        updated_on=view.state.current.updated_on,
        chart=pictured(drawn(view, readings, words.expected), cards, viewer.id, readings, now),
        readings=tuple(
            ReadingLine(
                one.day, one.value, one.source is ReadingSource.AUTO, one.source is ReadingSource.IMPORT, one.approx
            )
            for one in readings[-shown.READINGS :]
        ),
        steps=_steps(view),
        said=_said(view, zone),
        links=tuple(link_line(one, actor) for one in shown.links_of(session, view.row.id) if not _is_over(one, view)),
        changes=_changes(session, cards, lang, view, zone),
        next_steps=tuple(
            NextLine(one.step.text, one.owner or "", one.step.due) for one in shown.open_steps(session, view.row.id)
        ),
    )
    return cards.card(
        "show",
        lang,
        it=it,
        today=view.today,
        token=view.row.token,
        may_update=_offers_form(view, actor),
        may_link=_offers_form(view, actor),
        may_ask=not view.owned_by(viewer.id),
    )


def _offers_form(view: KRView, actor: Actor) -> bool:
    """True where the form opens for the reader: in force, theirs to update, and of a team they or an absentee is in."""
    if view.kr.state not in (KRState.ACTIVE, KRState.PAUSED):
        return False
    owners = [owner.id for owner in view.owners]
    answers = actor.person_id in owners or not actor.stands_in_for.isdisjoint(owners)
    belongs = answers or view.row.team_id in actor.sees
    return belongs and may_update(actor, owners, view.row.team_id)


def _zone(session: Session, view: KRView) -> str:
    """The lead owner's zone, by whose days a key result is told."""
    workspace = session.get_one(m.Workspace, view.row.workspace_id)
    if view.owners:
        return person_zone(view.owners[0], workspace)
    return team_zone(session.get_one(m.Team, view.row.team_id), workspace)


def _steps(view: KRView) -> tuple[StepLine, ...]:
    done = view.state.current.steps_done
    return tuple(
        StepLine(step.number, step.title, step.due, step.number in done, done.get(step.number))
        for step in view.kr.steps
    )


def _said(view: KRView, zone: str) -> Said:
    current = view.state.current
    since = current.blocked_since if current.blocked else None
    by_confidence = current.band_from is Judgement.CONFIDENCE
    return Said(
        note=current.note or "",
        note_on=current.note_on,
        self_score=current.self_score,
        self_score_on=current.self_score_on,
        confidence=current.confidence,
        confidence_on=current.band_on if by_confidence else None,
        blocked=current.blocked,
        blocked_since=None if since is None else local_day(since, zone),
        blocker=current.blocker or "",
        help_wanted=current.help_wanted or "",
    )


def _is_over(one: shown.LinkRow, view: KRView) -> bool:
    """What two teams asked of each other before they became one is nothing to wait for."""
    within = one.team is not None and one.team.id == view.row.team_id
    return within and one.alignment.kind not in agreements.UPWARD


def link_line(one: shown.LinkRow, actor: Actor) -> LinkLine:
    """A link as far as the reader may see its other end: of what is kept within a team no word is told."""
    link, objective, row = one.alignment, one.objective, one.key_result
    key = one.team.key if one.team is not None else ""
    whole = objective is None or sight_of(actor, objective.visibility.value, objective.team_id) is Sight.ALL
    if objective is None or not whole:
        name, title = (one.team.name if one.team is not None else ""), ""
    elif row is not None:
        name, title = f"{key}-{row.number}", row.short_title
    else:
        name, title = f"{key} O{objective.number}", objective.title
    text = link.text if whole or one.outward else ""
    side = Side.FROM if one.outward else Side.TO
    return LinkLine(
        link.kind,
        one.outward,
        name,
        title,
        text,
        link.state,
        link.needed_by,
        link.slips_to,
        f"{link.token}:{link.rev or 0}:{side.value}" if link.token else "",
    )


def _changes(session: Session, cards: Cards, lang: Lang, view: KRView, zone: str) -> tuple[ChangeLine, ...]:
    rows = shown.last_changes(session, view.row.id)
    wanted = people_in(rows)
    people = people_by_id(session, wanted) if wanted else {}
    return tuple(
        ChangeLine(
            local_day(row.at, zone), change_line(cards, lang, view.kr, row, people, view.today), row.reason or ""
        )
        for row in rows
    )
