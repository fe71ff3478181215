"""The company: one line a team, what is open between teams, and what was changed (spec/08 §13.7)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.okr.digesting import size_of
from bot.okr.model import KRState
from bot.views.company import company_board, company_digest
from bot.views.standing_board import standing_board_card
from storage import models as m
from storage.session import Database
from tests.views.counting import statements
from tests.views.tea import CHINESE, ENGLISH, Tea, Words, found, local

QUERIES = 16

Told = Callable[[Callable[[Session, Cards, Tea], Any]], Any]


@pytest.fixture
def told(db: Database, cards: Cards) -> Told:
    """Runs a story in the tea company; what it changes is thrown away."""

    def tell(story: Callable[[Session, Cards, Tea], Any], words: Words = ENGLISH) -> Any:
        def run(session: Session) -> Any:
            tea = found(session, cards, words)
            above(session, tea)
            return story(session, cards, tea)

        return db.read_now(run)

    return tell


def above(session: Session, tea: Tea) -> m.Team:
    """The company above both teams."""
    growth = session.get_one(m.Team, tea.team_id)
    company = m.Team(
        workspace_id=growth.workspace_id, key="TEE", name="TeeBee", kind=m.TeamKind.COMPANY, lang=growth.lang
    )
    session.add(company)
    session.flush()
    for team in session.exec(select(m.Team).where(m.Team.id != company.id)):
        team.parent_team_id = company.id
        session.add(team)
    session.flush()
    return company


def another(session: Session, tea: Tea, number: int, title: str) -> m.KeyResult:
    """One more key result of Growth, like the first."""
    model = session.get_one(m.KeyResult, tea.krs[1])
    row = m.KeyResult(
        **model.model_dump(exclude={"id", "token", "number", "short_title"}), number=number, short_title=title
    )
    row.current = model.current
    session.add(row)
    session.flush()
    return row


def company_of(session: Session) -> m.Team:
    return session.exec(select(m.Team).where(m.Team.kind == m.TeamKind.COMPANY)).one()


def digest(session: Session, cards: Cards, tea: Tea) -> list[str]:
    return plain_text(company_digest(session, cards, company_of(session), tea.digest_at, None)).splitlines()


def test_the_company_digest_tells_every_team_in_the_order_of_the_tree(told: Told) -> None:
    assert told(digest) == [
        "TeeBee · OKRs of all teams · week 6 of 13",
        "TeeBee · no objective in this cycle yet",
        "　↳ Growth · Be the trusted supplier of tea for fine restaurants · 0.30 · 🔵1 🟢1 🟡1 🔴1 "
        "· GRO-4: 64 calls above pace (Jack)",
        "　↳ Support · no objective in this cycle yet",
    ]


def test_in_chinese_all_of_it_is_chinese(db: Database, cards: Cards) -> None:
    def story(session: Session) -> list[str]:
        tea = found(session, cards, CHINESE)
        above(session, tea)
        return digest(session, cards, tea)

    lines = db.read_now(story)
    assert lines[0] == "好茶 · 各团队 OKR · 第 6/13 周"
    assert lines[2] == (
        "　↳ 增长组 · 成为高端餐厅信赖的好茶供应商 · 0.30 · 🔵1 🟢1 🟡1 🔴1 · GRO-4：比节奏多 64 通（杰克）"
    )


def test_an_agreement_open_for_more_than_ten_working_days_is_told(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> tuple[list[str], list[str]]:
        young = digest(session, cards, tea)
        alignment = session.exec(select(m.Alignment)).one()
        alignment.asked_at = local(tea.zone, 28, 15, month=10)
        session.add(alignment)
        return young, digest(session, cards, tea)

    young, old = told(story)
    assert "Open between teams" not in young
    assert old[-2:] == [
        "Open between teams",
        "Growth waits for a yes of Support on GRO-4 since 28 Oct: Phone script for online orders",
    ]


def test_conflicts_come_first_and_settled_ones_are_gone(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> tuple[list[str], list[str]]:
        other = another(session, tea, 9, "Trial packs")
        conflict = m.Alignment(
            workspace_id=other.workspace_id,
            from_kr_id=tea.krs[2],
            to_kr_id=other.id,
            kind=m.AlignmentKind.CONFLICTS,
            text="churn",
            asked_at=local(tea.zone, 20, 9, month=10),
        )
        session.add(conflict)
        session.flush()
        open_one = digest(session, cards, tea)
        conflict.state = m.AlignmentState.DONE
        session.add(conflict)
        session.flush()
        return open_one, digest(session, cards, tea)

    open_one, settled = told(story)
    assert "GRO-2 and GRO-9 pull in different directions since 20 Oct: churn" in open_one
    assert "Open between teams" not in settled


def test_what_was_dropped_and_what_is_new_is_told_with_its_reason(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> list[str]:
        dropped = session.get_one(m.KeyResult, tea.krs[3])
        dropped.state, dropped.dropped_because = KRState.DROPPED, "the survey ends"
        session.add(dropped)
        session.add(
            m.Change(
                workspace_id=dropped.workspace_id,
                entity="key_result",
                entity_id=dropped.id,
                field="state",
                new="dropped",
                at=local(tea.zone, 10, 12),
            )
        )
        new = another(session, tea, 7, "Trial packs")
        new.published_on = date(2026, 11, 9)
        session.add(new)
        session.flush()
        return digest(session, cards, tea)

    assert told(story)[-3:] == [
        "What changed",
        "Dropped: GRO-3 System satisfaction. Because: the survey ends",
        "New: GRO-7 Trial packs",
    ]


@pytest.mark.parametrize(
    ("visibility", "shown"),
    [
        (m.Visibility.TEAM, "　↳ Growth · 🔒 Private objective"),
        (m.Visibility.TITLE_ONLY, "　↳ Growth · 🔒 Be the trusted supplier of tea for fine restaurants"),
    ],
)
def test_a_private_objective_never_enters_the_company_digest(told: Told, visibility: m.Visibility, shown: str) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> list[str]:
        objective = session.exec(select(m.Objective)).one()
        objective.visibility = visibility
        session.add(objective)
        alignment = session.exec(select(m.Alignment)).one()
        alignment.asked_at = local(tea.zone, 1, 9, month=10)
        session.add(alignment)
        session.flush()
        return digest(session, cards, tea)

    lines = told(story)
    assert shown in lines
    assert "Open between teams" not in lines


def test_the_board_of_the_company_shows_each_reader_what_they_may_see(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> tuple[str, str]:
        objective = session.exec(select(m.Objective)).one()
        objective.visibility = m.Visibility.TEAM
        stranger = m.Person(workspace_id=objective.workspace_id, handle="tom", display_name="Tom", short_name="Tom")
        session.add_all([objective, stranger])
        session.flush()
        member = session.get_one(m.Person, tea.people[1])
        return (
            plain_text(company_board(session, cards, member, tea.digest_at)),
            plain_text(company_board(session, cards, stranger, tea.digest_at)),
        )

    inside, outside = told(story)
    assert "GRO-4: 64 calls above pace" in inside
    assert "Private objective" in outside
    assert "calls" not in outside


def test_a_company_of_fifty_teams_stays_within_thirty_lines_and_few_queries(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> tuple[list[str], list[str]]:
        company = company_of(session)
        for number in range(50):
            session.add(
                m.Team(
                    workspace_id=company.workspace_id,
                    key=f"T{number:02}",
                    name=f"Team {number}",
                    parent_team_id=tea.team_id,
                )
            )
        session.flush()
        lines = digest(session, cards, tea)
        sent = statements(
            session, lambda: company_digest(session, cards, company, tea.digest_at, None), known=[company]
        )
        return lines, sent

    lines, sent = told(story)
    assert len(lines) == 4
    assert lines[2].endswith("＋50 teams")
    assert len(sent) <= QUERIES, "\n".join(sent)


def test_the_standing_board_holds_the_board_and_its_foot_alone(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> str:
        team = session.get_one(m.Team, tea.team_id)
        return plain_text(standing_board_card(session, cards, team, tea.digest_at))

    text = told(story)
    lines = text.splitlines()
    assert lines[0] == "Growth · OKR board · week 6 of 13"
    assert lines[-1].startswith("Updated 3 of 4")
    assert "Next steps" not in text
    assert size_of(text).lines == 7
