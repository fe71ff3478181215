"""The full board of a team, of what needs attention, and of one person (spec/06 §11.1)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from bot.cards.i18n import Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.access import Sight
from bot.okr.digesting import RED, is_on_board
from bot.okr.model import FreshnessState, KRState, Status
from bot.okr.shown import rounded
from bot.views.board_rows import Row, row_of
from bot.views.team import KRView, TeamView, team_shown
from bot.views.visible import Seen, seen_by
from storage import agendas, agreements, changes, deliveries, drafts
from storage import models as m

SHARED = "board_shared"
SAME_BOARD = timedelta(hours=1)
"""For how long the board that was shared last is called the same, if nothing has changed."""
Wanted = Callable[[KRView], bool]


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A key result in full: its figures, who answers for it, when it was last updated, and what is special about it."""

    row: Row
    owners: tuple[str, ...]
    updated_on: date | None
    feed_quiet: bool
    paused_until: date | None = None
    reason: str = ""
    last_score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BoardPart:
    """An objective and its key results: those at work, those that are paused, and those that were dropped."""

    label: str
    title: str | None
    locked: bool
    score: Decimal | None
    status: Status | None
    lines: tuple[BoardLine, ...]
    paused: tuple[BoardLine, ...] = ()
    dropped: tuple[BoardLine, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardOfTeam:
    """A team's part of a board."""

    name: str
    week: tuple[int, int] | None
    parts: tuple[BoardPart, ...]

    @property
    def lines(self) -> tuple[BoardLine, ...]:
        """The key results of all parts, paused ones last."""
        return tuple(one for part in self.parts for one in (*part.lines, *part.paused))


def board_card(
    session: Session, cards: Cards, team: m.Team, lang: Lang, now: datetime, viewer: m.Person | None
) -> Card:
    """All key results of a team with owner, last update and tags in words, as far as `viewer` may see them."""
    view = team_shown(session, team, now)
    parts = tuple(_part(view, one, lang, len(view.objectives) > 1) for one in seen_by(view, viewer, dropped=True))
    shares = viewer is not None and team.channel_ref is not None and _belongs(view, viewer)
    shares = shares and not is_shared(session, team, now)
    boards = marked(session, (BoardOfTeam(team.name, view.week, parts),), now)
    written = _written(session, view, viewer)
    asks = any(part.lines or part.paused for part in parts)
    return cards.card(
        "board",
        lang,
        kind="team",
        whose="",
        teams=boards,
        share_key=team.key if shares else "",
        ask_key=team.key if asks else "",
        drafts=written,
    )


@dataclass(frozen=True, slots=True)
class Written:
    """What a team still writes: for those who see it, with the way to publish it for those who may."""

    krs: int
    objectives: tuple[str, ...]
    token: str
    """The draft to open; empty where there are several, one of which is chosen first."""
    team_key: str
    publishes: bool


def _written(session: Session, view: TeamView, viewer: m.Person | None) -> Written | None:
    """One query."""
    if viewer is None or view.rows.cycle is None:
        return None
    is_admin = viewer.role is m.WorkspaceRole.ADMIN
    if not is_admin and viewer.id not in view.rows.roles:
        return None
    found = drafts.written_in(session, view.team.id, view.rows.cycle.id)
    if not found:
        return None
    return Written(
        krs=sum(count for _objective, count in found),
        objectives=tuple(f"O{one.number}" for one, _count in found),
        token=drafts.token_of(session, found[0][0]) if len(found) == 1 else "",
        team_key=view.team.key,
        publishes=is_admin or view.rows.lead_id == viewer.id,
    )


def attention_card(
    session: Session, cards: Cards, teams: Sequence[m.Team], lang: Lang, now: datetime, viewer: m.Person | None
) -> Card:
    """What is stale, dark, off track or blocked in these teams, in their order."""
    views = [team_shown(session, team, now) for team in teams]
    found = marked(
        session, [_selected(view, seen_by(view, viewer), lang, needs_attention, full_key=True) for view in views], now
    )
    return cards.card(
        "board",
        lang,
        kind="attention",
        whose="",
        teams=tuple(one for one in found if one.parts),
        share_key="",
        ask_key="",
        drafts=None,
    )


def my_board_card(
    session: Session, cards: Cards, person: m.Person, lang: Lang, now: datetime, viewer: m.Person | None
) -> Card:
    """What a person answers for, by team: their own board, or another's as far as `viewer` may see it."""
    views = [team_shown(session, team, now) for team in agendas.teams_asking(session, person.id)]
    owning = [view for view in views if any(one.owned_by(person.id) for one in view.key_results)]
    found = [
        _selected(view, seen_by(view, viewer), lang, lambda one: one.owned_by(person.id), full_key=len(owning) > 1)
        for view in owning
    ]
    found = list(marked(session, found, now))
    own = viewer is not None and viewer.id == person.id
    return cards.card(
        "board",
        lang,
        kind="me" if own else "person",
        whose=person.short_name,
        teams=tuple(one for one in found if one.parts),
        share_key="",
        ask_key="",
        drafts=None,
    )


def marked(session: Session, boards: Sequence[BoardOfTeam], now: datetime) -> tuple[BoardOfTeam, ...]:
    """The same boards, with a mark on what was changed since the last digest, and on what another team declined.

    Two queries (spec/09 §15.2, §15.3).
    """
    krs = [line.row.id for board in boards for line in board.lines]
    refused, changed = agreements.refused(session, krs), changes.since_last_board(session, krs, now)
    if not refused and not changed:
        return tuple(boards)

    def line(one: BoardLine) -> BoardLine:
        said_no = refused.get(one.row.id, "")
        return replace(one, row=replace(one.row, no_agreement=said_no, changed=one.row.id in changed))

    def part(one: BoardPart) -> BoardPart:
        return replace(one, lines=tuple(map(line, one.lines)), paused=tuple(map(line, one.paused)))

    return tuple(replace(one, parts=tuple(map(part, one.parts))) for one in boards)


def is_shared(session: Session, team: m.Team, now: datetime) -> bool:
    """Shared within the last hour, and neither a word nor a change since: it is not offered again."""
    newest = deliveries.newest_of(session, SHARED, f"team:{team.id}", now - SAME_BOARD)
    if newest is None or newest.created_at is None:
        return False
    krs = select(m.KeyResult.id).where(m.KeyResult.team_id == team.id)
    since = newest.created_at
    said = select(m.CheckIn.id).where(
        col(m.CheckIn.kr_id).in_(krs), (col(m.CheckIn.at) > since) | (col(m.CheckIn.undone_at) > since)
    )
    changed = select(m.Change.id).where(
        m.Change.entity == "key_result", col(m.Change.entity_id).in_(krs), m.Change.at > since
    )
    return session.exec(said).first() is None and session.exec(changed).first() is None


def _belongs(view: TeamView, viewer: m.Person) -> bool:
    """True for who may share the board in the channel: lead and members, and whoever answers for a part of it."""
    writes = view.rows.roles.get(viewer.id) in (m.TeamRole.LEAD, m.TeamRole.MEMBER)
    return writes or any(one.owned_by(viewer.id) for one in view.key_results)


def needs_attention(one: KRView) -> bool:
    """Stale, dark, a quiet feed, off track or blocked; what rests is left alone (spec/06 §11.1)."""
    quiet = (FreshnessState.STALE, FreshnessState.DARK, FreshnessState.FEED_QUIET)
    state = one.state
    return one.kr.state is KRState.ACTIVE and (
        state.freshness.state in quiet or state.status in RED or (state.current.blocked and not state.reached)
    )


def _part(view: TeamView, one: Seen, lang: Lang, several: bool) -> BoardPart:
    row, state = one.objective.row, one.objective.state
    whole = one.sight is Sight.ALL
    krs = one.key_results
    scored = whole and view.rows.workspace.score_objectives
    return BoardPart(
        label=f"O{row.number}" if several else "O",
        title=one.title,
        locked=not whole,
        score=state.score if scored and state.score is not None else None,
        status=state.status if whole and state.counts else None,
        lines=board_lines((kr for kr in krs if is_on_board(kr.state)), lang),
        paused=board_lines((kr for kr in krs if kr.kr.state is KRState.PAUSED), lang),
        dropped=board_lines((kr for kr in krs if kr.kr.state is KRState.DROPPED), lang),
    )


def _selected(view: TeamView, seen: Iterable[Seen], lang: Lang, wanted: Wanted, *, full_key: bool) -> BoardOfTeam:
    """A team's key results that are wanted, without their objectives: what is dropped is nobody's question any more."""
    krs = [kr for one in seen for kr in one.key_results if wanted(kr)]
    lines = board_lines((kr for kr in krs if is_on_board(kr.state)), lang, full_key=full_key)
    paused = board_lines((kr for kr in krs if kr.kr.state is KRState.PAUSED), lang, full_key=full_key)
    parts = (BoardPart("", None, False, None, None, lines, paused),) if lines or paused else ()
    return BoardOfTeam(view.team.name, view.week, parts)


def board_lines(krs: Iterable[KRView], lang: Lang, *, full_key: bool = False) -> tuple[BoardLine, ...]:
    """Key results as a full board shows each."""
    return tuple(_line(one, lang, full_key) for one in krs)


def _line(one: KRView, lang: Lang, full_key: bool) -> BoardLine:
    row = one.row
    last = row.final_score if row.final_score is not None else one.state.score
    return BoardLine(
        row=row_of(one, lang, label=one.kr.key if full_key else one.kr.label, trend=None),
        owners=tuple(owner.short_name for owner in one.owners),
        updated_on=one.state.current.updated_on,
        feed_quiet=one.state.freshness.state is FreshnessState.FEED_QUIET,
        paused_until=row.paused_until,
        reason=row.dropped_because or "",
        last_score=None if last is None else rounded(last),
    )
