"""Any team's digest stays within its limits in both languages, and is the same for the same data (spec/11, 7 and 8)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.cards.model import Card, Table, Text
from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.okr.digesting import BOARD_LINES, BOARD_LINES_TWO, HANZI, LINES, LINES_TWO, WORDS, size_of
from bot.okr.model import Commitment, Current, KRState, KRType, Source
from bot.views.digest import digest_preview
from storage import models as m
from storage.session import Database

NOW = datetime(2026, 11, 12, 8, 50, tzinfo=UTC)
TODAY = NOW.date()
MARKS = ("🔵", "🟢", "🟡", "🔴", "⚪", "✅", "＋")

_FILLERS = ("a ", "字", "word ", "长的 title ", "😀 ", "internationalisation", "1 2. ", "字 ")


def texts(most: int) -> st.SearchStrategy[str]:
    """Titles as people write them, and as nobody should: tiny words, no blanks, 汉字, signs; often at full length."""
    filled = st.tuples(st.sampled_from(_FILLERS), st.sampled_from((1, most // 2, most)))
    return filled.map(lambda pair: ("x" + pair[0] * pair[1])[: pair[1]].strip() or "x")


@dataclass(frozen=True)
class AnyKR:
    kind: str
    value: Decimal | None
    age: int
    commitment: Commitment
    state: KRState
    title: str
    note: str
    blocked: bool
    confidence: int
    auto: bool


@dataclass(frozen=True)
class AnyTeam:
    name: str
    person: str
    objectives: tuple[str, ...]
    krs: tuple[AnyKR, ...]
    steps: tuple[str, ...]
    wins: tuple[str, ...]
    health: bool
    agreements: int


KRS = st.builds(
    AnyKR,
    kind=st.sampled_from(("up", "down", "percent", "range", "binary", "steps", "baseline")),
    value=st.one_of(st.none(), st.integers(-50, 150).map(Decimal)),
    age=st.sampled_from((0, 5, 13, 20)),
    commitment=st.sampled_from(Commitment),
    state=st.sampled_from((KRState.ACTIVE, KRState.ACTIVE, KRState.ACTIVE, KRState.PAUSED, KRState.DROPPED)),
    title=texts(32),
    note=texts(140),
    blocked=st.booleans(),
    confidence=st.integers(0, 10),
    auto=st.booleans(),
)
TEAMS = st.builds(
    AnyTeam,
    name=texts(60),
    person=texts(20),
    objectives=st.lists(texts(140), min_size=1, max_size=2).map(tuple),
    krs=st.lists(KRS, max_size=10).map(tuple),
    steps=st.lists(texts(140), max_size=5).map(tuple),
    wins=st.lists(texts(200), max_size=3).map(tuple),
    health=st.booleans(),
    agreements=st.integers(0, 3),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(team=TEAMS)
def test_any_digest_stays_within_its_limits(db: Database, cards: Cards, team: AnyTeam) -> None:
    for lang, card, again in db.read_now(_digests, cards, team):
        text = plain_text(card)
        size, two = size_of(text), len(team.objectives) > 1
        lines = text.splitlines()

        assert size.lines <= (LINES_TWO if two else LINES), text
        assert size.words <= WORDS, text
        assert size.hanzi <= HANZI, text
        assert 0 <= _board_lines(card) <= (BOARD_LINES_TWO if two else BOARD_LINES), text
        assert _board_lines(card) > 0 or not _on_board(team), text
        assert _rows_told(card) == len(_on_board(team)), text
        assert lines[-2].endswith("[＋ Next step]" if lang == "en" else "[＋下一步]"), text
        assert lines[-1].endswith("[Full board]" if lang == "en" else "[完整看板]"), text
        assert sum(line.startswith("☐") for line in lines) >= min(len(team.steps), 3) + 1, text
        assert card == again
        assert "@" not in text


def _on_board(team: AnyTeam) -> list[AnyKR]:
    return [one for one in team.krs if one.state is KRState.ACTIVE]


def _board(card: Card) -> list[str]:
    """The lines of the board: what stands in tables before the first title of another block."""
    found: list[str] = []
    for block in card.blocks[1:]:
        if isinstance(block, Text) and block.lines[0][0].text in ("Ahead", "Short", "Improve", "Next steps"):  # type: ignore[union-attr]  # the digest's texts begin with a run
            break
        if isinstance(block, Text) and block.lines[0][0].text in ("领先", "落后", "待改进", "下一步"):  # type: ignore[union-attr]  # as above
            break
        if isinstance(block, Table):
            found += [name[0].text for name, _figures in block.rows]  # type: ignore[union-attr]  # as above
    return found


def _board_lines(card: Card) -> int:
    return len(_board(card))


def _rows_told(card: Card) -> int:
    """Key results that the board shows or counts."""
    told = 0
    for line in _board(card):
        told += sum(int(part[1:]) for part in line.split() if part[0] == "＋") if line[0] == "＋" else 1
    return told


def _digests(session: Session, cards: Cards, any_team: AnyTeam) -> list[tuple[str, Card, Card]]:
    team = build(session, any_team)

    def preview(lang: m.Language) -> Card:
        return digest_preview(session, cards, team, lang.value, NOW)

    return [(lang.value, preview(lang), preview(lang)) for lang in m.Language]


def build(session: Session, any_team: AnyTeam) -> m.Team:
    """The team as rows."""
    session.info["now"] = NOW - timedelta(days=40)
    workspace = m.Workspace(name="Any")
    session.add(workspace)
    session.flush()
    here: dict[str, Any] = {"workspace_id": workspace.id}
    person = m.Person(**here, handle="p", display_name=any_team.person, short_name=any_team.person)
    team = m.Team(**here, key="GRO", name=any_team.name)
    cycle = m.Cycle(**here, name="2026 Q4", first_day=date(2026, 10, 1), last_day=date(2026, 12, 31))
    session.add_all([person, team, cycle])
    session.flush()
    session.add(m.Membership(**here, person_id=person.id, team_id=team.id, role=m.TeamRole.LEAD))
    objectives = [
        m.Objective(**here, team_id=team.id, cycle_id=cycle.id, number=number, title=title)
        for number, title in enumerate(any_team.objectives, 1)
    ]
    session.add_all(objectives)
    session.flush()
    rows = []
    for number, one in enumerate(any_team.krs, 1):
        objective = objectives[number % len(objectives)]
        rows.append(_row(one, number, here, objective, team, cycle, person))
    session.add_all(rows)
    session.flush()
    for row, one in zip(rows, any_team.krs, strict=True):
        if one.kind == "steps":
            session.add_all(m.KRStep(**here, kr_id=row.id, number=step, title="x") for step in (1, 2, 3))
    happened: list[m.Row] = []
    for number, text in enumerate(any_team.steps):
        kr_id = rows[number].id if number < len(rows) else None
        happened.append(
            m.NextStep(**here, team_id=team.id, kr_id=kr_id, text=text, owner_id=person.id, due=TODAY, at=NOW)
        )
    for number, text in enumerate(any_team.wins):
        kr_id = rows[number].id if number < len(rows) else None
        happened.append(m.Win(**here, team_id=team.id, kr_id=kr_id, text=text, by_id=person.id, at=NOW))
    if any_team.health:
        happened.append(
            m.HealthMetric(**here, team_id=team.id, name="字" * 40, status=m.HealthStatus.RED, note="a " * 100)
        )
    for _ in range(any_team.agreements):
        happened.append(
            m.Alignment(
                **here,
                from_objective_id=objectives[0].id,
                to_team_id=team.id,
                kind=m.AlignmentKind.DEPENDS_ON,
                asked_at=NOW - timedelta(days=20),
            )
        )
    session.add_all(happened)
    session.flush()
    return team


def _row(
    one: AnyKR,
    number: int,
    here: dict[str, Any],
    objective: m.Objective,
    team: m.Team,
    cycle: m.Cycle,
    person: m.Person,
) -> m.KeyResult:
    types = {
        "down": KRType.DECREASE,
        "range": KRType.RANGE,
        "binary": KRType.MILESTONE,
        "steps": KRType.MILESTONE,
        "baseline": KRType.BASELINE,
    }
    kind = types.get(one.kind, KRType.INCREASE)
    ends = {"down": (Decimal(100), Decimal(0))}.get(one.kind, (Decimal(0), Decimal(100)))
    on = TODAY - timedelta(days=one.age)
    at = datetime.combine(on, time(8), UTC)
    deliverable = kind is KRType.MILESTONE
    return m.KeyResult(
        **here,
        objective_id=objective.id,
        team_id=team.id,
        cycle_id=cycle.id,
        number=number,
        title=one.title,
        short_title=one.title,
        type=kind,
        unit={"percent": "%", "up": "calls calls", "down": "通通通通通通通通通通通通"}.get(one.kind, ""),
        baseline=None if kind in (KRType.RANGE, KRType.BASELINE) or deliverable else ends[0],
        target=None if kind in (KRType.RANGE, KRType.BASELINE) or deliverable else ends[1],
        range_lo=Decimal(40) if kind is KRType.RANGE else None,
        range_hi=Decimal(60) if kind is KRType.RANGE else None,
        stretch=one.commitment,
        start=cycle.first_day,
        due=cycle.last_day,
        published_on=cycle.first_day,
        state=one.state,
        paused_from=TODAY if one.state is KRState.PAUSED else None,
        source=Source.AUTO if one.auto and not deliverable else Source.MANUAL,
        lead_owner_id=person.id,
        current=Current(
            value=None if deliverable else one.value,
            measured_at=None if deliverable or one.value is None else at,
            measured_on=None if deliverable or one.value is None else on,
            confidence=Decimal(one.confidence) if deliverable else None,
            blocked=one.blocked,
            blocker=one.note if one.blocked else None,
            help_wanted=one.note if one.blocked else None,
            note=one.note,
            note_on=on,
            updated_at=at,
            updated_on=on,
        ),
    )
