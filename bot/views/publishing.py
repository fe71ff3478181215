"""A set of OKRs on its way from draft to active, for whoever looks at it: what a card of it shows (spec/09 §15.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, or_, select

from bot.cards.i18n import N_, Lang
from bot.cards.render import Cards
from bot.okr.localtime import local_day
from bot.okr.model import Commitment, KRState
from bot.okr.quality import Moment, Severity
from bot.okr.short_titles import without_ends
from bot.views.advice import AdviceLine, advice_on_all, lines_of
from bot.views.aims import aim_words
from storage import drafts, okrs, publishing, remarks
from storage import models as m
from storage.teams import lead_of, people_by_id, team_zone

MOST_COMMENTS = 8
"""So many stand in one card; the oldest that are open come first."""
MOST_ADVICE = 5
TOLD_ANYWAY = ("O03", "K09", "K22")
"""Checks that the card of a draft and the form that publishes it ask about in their own words."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One key result of the set."""

    label: str
    title: str
    aim: str
    owner: str
    """Empty where nobody answers for it."""
    due: date
    committed: bool
    sure: Decimal | None
    token: str


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A comment that nobody has settled yet; `label` is the key result it is about, if it is about one."""

    name: str
    label: str
    text: str
    token: str


@dataclass(frozen=True, slots=True)
class SetView:
    """An objective with its key results, comments and what is missing, as it stands now."""

    token: str
    label: str
    title: str
    why: str
    team: str
    team_key: str
    cycle: str
    state: str
    drafted_by: tuple[str, ...]
    lines: tuple[DraftLine, ...]
    missing: tuple[str, ...]
    """Sentences about what stands in the way of publishing it."""
    without_owner: tuple[tuple[str, str], ...]
    """(label, token) of each key result for which nobody answers who is here."""
    comments: tuple[CommentLine, ...]
    more_comments: int
    settled: int
    agreed: int
    agreements: int
    today: date


def set_view(session: Session, cards: Cards, objective: m.Objective, lang: Lang, now: datetime) -> SetView:
    """Load and word it. A dozen queries, however many key results it has."""
    team = session.get_one(m.Team, objective.team_id)
    workspace = session.get_one(m.Workspace, team.workspace_id)
    rows = [one for one in drafts.key_results_of(session, objective.id) if one.state is not KRState.DROPPED]
    parts = okrs.parts_of(session, [row.id for row in rows])
    owners = {row.id: okrs.owners_of(row, parts) for row in rows}
    said = remarks.comments_on(session, objective.id)
    editors = publishing.editors_of(session, objective)
    named = {one for ids in owners.values() for one in ids} | {one.by_id for one in said} | set(editors)
    people = people_by_id(session, named)
    labels = {row.id: f"KR{row.number}" for row in rows}
    open_ones = [one for one in said if one.settled_at is None]
    agreed, agreements = _agreements(session, objective, [row.id for row in rows])
    return SetView(
        token=drafts.token_of(session, objective),
        label=f"O{objective.number}",
        title=objective.title,
        why=objective.why or "",
        team=team.name,
        team_key=team.key,
        cycle=session.get_one(m.Cycle, objective.cycle_id).name,
        state=objective.state.value,
        drafted_by=tuple(people[one].short_name for one in editors),
        lines=tuple(
            DraftLine(
                label=labels[row.id],
                title=without_ends(row.title),
                aim=aim_words(cards, lang, okrs.definition(row, team, parts)),
                owner=" / ".join(people[one].short_name for one in owners[row.id] if one in people),
                due=row.due,
                committed=row.stretch is Commitment.COMMITTED,
                sure=row.initial_confidence,
                token=row.token,
            )
            for row in rows
        ),
        missing=missing(session, cards, objective, lang),
        without_owner=tuple(
            (f"KR{one.row.number}", one.row.token)
            for one in publishing.gaps(session, publishing.to_publish(session, objective))
        ),
        comments=tuple(
            CommentLine(people[one.by_id].short_name, labels.get(one.kr_id or 0, ""), one.text, one.token)
            for one in open_ones[:MOST_COMMENTS]
            if one.by_id in people
        ),
        more_comments=max(0, len(open_ones) - MOST_COMMENTS),
        settled=len(said) - len(open_ones),
        agreed=agreed,
        agreements=agreements,
        today=local_day(now, team_zone(team, workspace)),
    )


def advice_shown(
    session: Session, cards: Cards, objective: m.Objective, lang: Lang, now: datetime, *, may_write: bool
) -> tuple[list[AdviceLine], int]:
    """What a coach would say before it is published: the first few pieces, and how many more there are."""
    team = session.get_one(m.Team, objective.team_id)
    told = advice_on_all(session, team, now, Moment.PUBLISH, objective)
    kept = [one for one in told if one.check not in TOLD_ANYWAY and one.severity is not Severity.I]
    return lines_of(cards, kept[:MOST_ADVICE], lang, may_write=may_write), max(0, len(kept) - MOST_ADVICE)


def missing(session: Session, cards: Cards, objective: m.Objective, lang: Lang) -> tuple[str, ...]:
    """What stands in the way of publishing it, each a sentence that says what to do; nothing else does."""
    rows = publishing.to_publish(session, objective)
    if not rows:
        return (cards.text(NOTHING_YET, lang),)
    return gap_words(cards, lang, publishing.gaps(session, rows))


def gap_words(cards: Cards, lang: Lang, gaps: Sequence[publishing.Gap]) -> tuple[str, ...]:
    """Who is missing, a sentence for each key result."""
    sentences = []
    for gap in gaps:
        kr = f"KR{gap.row.number}"
        if gap.left is None:
            sentences.append(cards.text(NO_OWNER, lang, kr=kr))
        else:
            sentences.append(cards.text(OWNER_LEFT, lang, kr=kr, name=gap.left.short_name))
    return tuple(sentences)


NOTHING_YET = N_("It has no key results yet. How will you know you got there?")
NO_OWNER = N_("{kr}: who answers for this one? One name; others can be co-owners.")
OWNER_LEFT = N_("{kr}: {name} is no longer here. Who answers for this one?")


def who_publishes(session: Session, cards: Cards, team: m.Team, lang: Lang) -> str:
    """Who may publish what a team has written, in a sentence for those who may not."""
    lead = lead_of(session, team.id)
    if lead is None:
        return cards.text(ONLY_ADMIN, lang, team=team.name)
    return cards.text(ONLY_LEAD, lang, lead=lead.short_name, team=team.name)


ONLY_ADMIN = N_("{team} has no lead, so only an admin can publish this.")
ONLY_LEAD = N_("Only {lead} or an admin can publish what {team} has written.")


def _agreements(session: Session, objective: m.Objective, kr_ids: Sequence[int]) -> tuple[int, int]:
    """Of what it depends on with other teams: how much is agreed, and how much there is."""
    row = m.Alignment
    states = session.exec(
        select(row.state)
        .where(row.kind == m.AlignmentKind.DEPENDS_ON)
        .where(or_(col(row.from_objective_id) == objective.id, col(row.from_kr_id).in_(kr_ids)))
    ).all()
    return sum(one in (m.AlignmentState.AGREED, m.AlignmentState.DONE) for one in states), len(states)
