"""Boards in full: of a team, of a person, and of what needs attention (spec/06 §11.1)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.cards.model import Card
from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.okr.model import KRState
from bot.views.board import attention_card, board_card, my_board_card
from bot.views.team import team_shown, team_view
from storage import models as m
from storage.session import Database
from tests.views.counting import statements
from tests.views.tea import ENGLISH, Tea, found
from tests.views.test_digest import clone, row

BOARD_QUERIES = 15

Told = Callable[[Callable[[Session, Cards, Tea], Any]], Any]


@pytest.fixture
def told(db: Database, cards: Cards) -> Told:
    """Runs a story in the tea company; what it changes is thrown away."""

    def tell(story: Callable[[Session, Cards, Tea], Any]) -> Any:
        return db.read_now(lambda session: story(session, cards, found(session, cards, ENGLISH)))

    return tell


def team_of(session: Session, tea: Tea) -> m.Team:
    return session.get_one(m.Team, tea.team_id)


def person(session: Session, tea: Tea, index: int) -> m.Person:
    return session.get_one(m.Person, tea.people[index])


def stranger(session: Session, tea: Tea) -> m.Person:
    somebody = m.Person(
        workspace_id=team_of(session, tea).workspace_id, handle="tom", display_name="Tom", short_name="Tom"
    )
    session.add(somebody)
    session.flush()
    return somebody


def board(session: Session, cards: Cards, tea: Tea, viewer: m.Person | None) -> Card:
    return board_card(session, cards, team_of(session, tea), "en", tea.digest_at, viewer)


def lines(card: Card) -> list[str]:
    """What stands on it, without the button that asks about one of its key results."""
    return plain_text(card).removesuffix("\n[Question]").splitlines()


def test_a_board_says_everything_in_words(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        assert lines(board(session, cards, tea, person(session, tea, 0))) == [
            "Growth · OKR board · week 6 of 13",
            "O: Be the trusted supplier of tea for fine restaurants · 0.30 · 🟡 at risk",
            "🔵 ahead · KR1 Enterprise MRR · $46k / $60k · 0.53 · heading 1.00+ · Mei · updated 12 Nov",
            "🟢 on track · KR2 Self-serve renewals · 28% / 50% · 0.27 · heading 0.84 · Li · updated 30 Oct · ⏰ stale",
            "🟡 at risk · KR3 System satisfaction · 6.9 / 8 · 0.27 · heading 0.58 · Ana · updated 12 Nov",
            "🔴 off track · KR4 Phone support calls · 372 / 200 · 0.14 · heading 0.30 · Jack · updated 12 Nov"
            " · ⛔ blocked",
        ]

    told(story)


def test_a_team_that_is_only_shown_says_so_where_somebody_asks_for_its_rows(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        del cards
        shown = team_shown(session, team_of(session, tea), tea.digest_at).key_results
        full = team_view(session, team_of(session, tea), tea.digest_at).key_results

        assert [one.said for one in shown] == [one.said for one in full]
        assert [one.state for one in shown] == [one.state for one in full]
        assert full[0].recent
        with pytest.raises(LookupError, match="GRO-1 was loaded to be shown"):
            _ = shown[0].recent

    told(story)


def test_a_dropped_key_result_leaves_the_average_and_stays_with_its_reason_until_it_is_reopened(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        me = person(session, tea, 0)
        before = board(session, cards, tea, me)
        kr = row(session, tea, 4)
        kr.state, kr.dropped_because = KRState.DROPPED, "phones are answered by a partner now"
        dropped = lines(board(session, cards, tea, me))

        assert dropped[1] == "O: Be the trusted supplier of tea for fine restaurants · 0.36 · 🟡 at risk"
        assert dropped[-2:] == [
            "Dropped",
            "KR4 Phone support calls · last score 0.14 · phones are answered by a partner now",
        ]
        kr.state = KRState.ACTIVE
        assert board(session, cards, tea, me) == before
        kr.state, kr.final_score = KRState.DROPPED, Decimal("0.2")
        assert "last score 0.20" in lines(board(session, cards, tea, me))[-1]

    told(story)


def test_a_paused_key_result_is_marked(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        kr = row(session, tea, 3)
        kr.state, kr.paused_from, kr.paused_until = KRState.PAUSED, date(2026, 11, 12), date(2026, 12, 1)

        assert lines(board(session, cards, tea, None))[-1] == (
            "⏸ paused until 1 Dec · KR3 System satisfaction · 6.9 / 8 · 0.27 · heading 0.58 · Ana · updated 12 Nov"
        )

    told(story)


def test_a_key_result_without_owner_or_update_says_so(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        kr = row(session, tea, 1)
        kr.lead_owner_id, kr.current = None, type(kr.current)()

        assert lines(board(session, cards, tea, None))[2] == (
            "⚪ no signal · KR1 Enterprise MRR · – / $60k · no recent number · nobody answers for it yet"
            " · no update yet"
        )

    told(story)


@pytest.mark.parametrize(
    ("visibility", "title"),
    [
        (m.Visibility.TITLE_ONLY, "🔒 O: Be the trusted supplier of tea for fine restaurants"),
        (m.Visibility.TEAM, "🔒 Private objective"),
    ],
)
def test_a_private_objective_is_a_lock_to_others(told: Told, visibility: m.Visibility, title: str) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        session.exec(select(m.Objective)).one().visibility = visibility
        outsider, team = stranger(session, tea), team_of(session, tea)
        li = person(session, tea, 1)

        for viewer in (outsider, None):
            assert lines(board(session, cards, tea, viewer)) == ["Growth · OKR board · week 6 of 13", title]
            assert lines(attention_card(session, cards, [team], "en", tea.digest_at, viewer)) == [
                "What needs attention",
                "Nothing is stale, off track or blocked.",
            ]
            assert lines(my_board_card(session, cards, li, "en", tea.digest_at, viewer)) == [
                "KRs of Li",
                "No key results here.",
            ]
        assert len(lines(board(session, cards, tea, li))) == 6

    told(story)


def test_who_answers_for_a_key_result_sees_it_without_being_a_member(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        session.exec(select(m.Objective)).one().visibility = m.Visibility.TEAM
        helper = stranger(session, tea)
        row(session, tea, 2).lead_owner_id = helper.id

        assert lines(my_board_card(session, cards, helper, "en", tea.digest_at, helper))[0] == "Your KRs"
        assert len(lines(my_board_card(session, cards, helper, "en", tea.digest_at, helper))) == 3

    told(story)


def test_attention_lists_what_is_stale_off_track_or_blocked(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        support = session.exec(select(m.Team).where(m.Team.name == "Support")).one()
        card = attention_card(session, cards, [support, team_of(session, tea)], "en", tea.digest_at, None)

        assert lines(card) == [
            "What needs attention",
            "Growth",
            "🟢 on track · GRO-2 Self-serve renewals · 28% / 50% · 0.27 · heading 0.84 · Li · updated 30 Oct"
            " · ⏰ stale",
            "🔴 off track · GRO-4 Phone support calls · 372 / 200 · 0.14 · heading 0.30 · Jack · updated 12 Nov"
            " · ⛔ blocked",
        ]
        row(session, tea, 2).state = KRState.PAUSED
        row(session, tea, 4).state = KRState.DROPPED
        assert lines(attention_card(session, cards, [team_of(session, tea)], "en", tea.digest_at, None))[1:] == [
            "Nothing is stale, off track or blocked."
        ]

    told(story)


def test_a_persons_board_is_grouped_by_team_with_full_keys_where_there_are_several(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        li = person(session, tea, 1)
        support = session.exec(select(m.Team).where(m.Team.name == "Support")).one()
        assert " · KR2 Self" in lines(my_board_card(session, cards, li, "en", tea.digest_at, li))[2]

        objective = session.exec(select(m.Objective)).one()
        values = objective.model_dump(exclude={"id", "token", "team_id"})
        theirs = m.Objective(**values, team_id=support.id)
        session.add(theirs)
        session.flush()
        kr = m.KeyResult(
            **row(session, tea, 2).model_dump(exclude={"id", "token", "team_id", "objective_id", "current"}),
            team_id=support.id,
            objective_id=theirs.id,
        )
        kr.current = row(session, tea, 2).current
        session.add(kr)
        session.flush()
        text = lines(my_board_card(session, cards, li, "en", tea.digest_at, None))

        assert (text[0], text[1], text[3]) == ("KRs of Li", "Growth", "Support")
        assert " · GRO-2 Self" in text[2]
        assert " · SUP-2 Self" in text[4]

    told(story)


def test_a_board_takes_as_many_queries_for_forty_key_results_as_for_four(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        def sent() -> int:
            me, team = person(session, tea, 0), team_of(session, tea)
            session.flush()
            return len(
                statements(session, lambda: board_card(session, cards, team, "en", tea.digest_at, me), [team, me])
            )

        four = sent()
        clone(session, tea, 36)

        assert sent() == four
        assert four <= BOARD_QUERIES

    told(story)
