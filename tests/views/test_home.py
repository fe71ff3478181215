"""A person's own page: every kind of person, both languages, within a page's limits, in a fixed number of queries."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select

from bot.cards.model import Button, Card, Menu
from bot.cards.plain import plain_text
from bot.okr.model import KRState, KRType
from bot.okr.replies import AskFacts, Code
from bot.platforms.slack.blocks import MAX_HOME_BLOCKS, render_home
from bot.views.home import MOST_LINES, home_card
from bot.views.prompt import check_in_card
from storage import calendars
from storage import models as m
from tests.cards.samples_home import CARDS
from tests.fakes import block_kit
from tests.views.asked import ASKED_AT, Office, at, controls, sample
from tests.views.counting import statements

QUIET = at(20)
"""Friday of the week after: nothing was said for long enough."""


def page(office: Office, person: m.Person, now: Any = ASKED_AT, **more: Any) -> Card:
    return home_card(office.session, office.cards, person, now, **more)


def text(office: Office, person: m.Person, now: Any = ASKED_AT, **more: Any) -> str:
    return plain_text(page(office, person, now, **more))


def labels(card: Card) -> list[str]:
    return [one.label for one in controls(card) if isinstance(one, Button)]


def actions(card: Card) -> set[str]:
    """Everything that can be pressed, menu entries too."""
    found = set()
    for one in controls(card):
        found |= {option.action for option in one.options} if isinstance(one, Menu) else {one.action}
    return found


def member(office: Office, person: m.Person, role: m.TeamRole = m.TeamRole.MEMBER) -> None:
    office._add(office._of_workspace(m.Membership, person_id=person.id, team_id=office.team.id, role=role))


# --- who sees what ------------------------------------------------------------------------------------


def test_an_owner_sees_what_waits_then_their_key_results_then_the_board_and_their_ways(office: Office) -> None:
    sample(office)

    shown = text(office, office.mei)

    order = [
        "Your OKRs · 2026 Q4 · week 6 of 13",
        "Next question",
        "3 wait for your word: KR2 · KR5 · KR6 [👍 All as shown]",
        "Your key results",
        "KR2 Self-serve renewals 31% → 50% · 0.37 · heading for 0.95",
        "[0.3] [0.5] [0.7] [1.0] [👍 Same, still 31%] [⋯]",
        "Growth · OKR board · week 6 of 13",
        "My next steps",
        "⚙ English · asked by the team's meeting, at 10:00 · not away",
        "[中文] [I'm away] [Settings…] [?]",
    ]
    places = [shown.index(one) for one in order]
    assert places == sorted(places), shown


def test_the_same_in_chinese(office_zh: Office) -> None:
    sample(office_zh)

    shown = text(office_zh, office_zh.mei)

    for words in (
        "我的 OKR",
        "等你回答的有 3 项",
        "我的关键结果",
        "自助续费率",
        "我的下一步",
        "⚙ 简体中文",
        "[English]",
    ):
        assert words in shown
    assert not any(word in shown for word in ("board", "Your", "next", "Settings"))


def test_a_day_to_come_is_told_before_its_hour(office: Office) -> None:
    sample(office)

    assert "Next question Mon 23 Nov, 10:00 · next board Tue 17 Nov, 10:00" in text(office, office.mei)


def test_a_day_to_come_is_told_before_its_hour_in_chinese(office_zh: Office) -> None:
    sample(office_zh)

    assert "下次提问 11月23日 周一 10:00 · 下次看板 11月17日 周二 10:00" in text(office_zh, office_zh.mei)


def test_help_stands_there_until_something_was_recorded_and_is_a_button_then(office: Office) -> None:
    row = office.renewals()
    first = page(office, office.mei)
    assert "👋 I'm Okra." in plain_text(first)
    assert "First thing to try: [Update…]" in plain_text(first)
    assert "?" not in labels(first)

    office.say(row, ASKED_AT, value="31")
    then = page(office, office.mei)
    assert "👋" not in plain_text(then)
    assert "?" in labels(then)


def test_what_is_not_asked_this_week_has_one_button(office: Office) -> None:
    row = office.renewals()
    office.say(row, at(5), value="31")

    card = page(office, office.mei)

    assert [one.value for one in controls(card) if isinstance(one, Button) and one.label == "Update…"] == [row.token]
    assert "nothing waits for you" in plain_text(card)
    assert "0.7" not in labels(card)


def test_the_buttons_of_the_page_carry_what_those_of_the_question_carry(office: Office) -> None:
    prompt = sample(office).prompt
    question = check_in_card(office.session, office.cards, prompt, ASKED_AT)
    of_question = {(one.action, one.value) for one in controls(question) if isinstance(one, Button)}

    of_page = {(one.action, one.value) for one in controls(page(office, office.mei)) if isinstance(one, Button)}

    assert of_question <= of_page


def test_what_was_said_stands_in_its_place_with_undo_for_a_day(office: Office) -> None:
    asked = sample(office)
    said = office.say(asked.renewals, ASKED_AT, prompt=asked.prompt, value="33")

    card = page(office, office.mei, ASKED_AT + timedelta(hours=1))
    assert "✓ 31% → 33%" in plain_text(card)
    assert [one.value for one in controls(card) if isinstance(one, Button) and one.action == "undo"] == [said.token]

    later = page(office, office.mei, ASKED_AT + timedelta(hours=25))
    assert "✓" not in plain_text(later)
    assert "undo" not in actions(later)


def test_what_was_said_outside_the_question_can_be_taken_back_here_too(office: Office) -> None:
    row = office.renewals()
    said = office.say(row, ASKED_AT, value="33")

    card = page(office, office.mei)

    assert [one.value for one in controls(card) if isinstance(one, Button) and one.action == "undo"] == [said.token]


def test_a_question_back_stands_beside_its_key_result_and_one_without_above(office: Office) -> None:
    row = office.renewals()
    office.say(row, ASKED_AT, value="33")
    office.ask_back(row, Code.Q_LANDS, AskFacts())
    shown = text(office, office.mei)
    assert shown.count("And where will it land by 31 Dec?") == 1
    assert shown.index("KR2") < shown.index("And where will it land")

    row.lead_owner_id = office.li.id
    office.session.flush()
    assert "And where will it land" in text(office, office.mei)


def test_whoever_owns_nothing_sees_the_board_and_how_to_begin(office: Office) -> None:
    office.renewals()
    ana = office.person("Ana")
    member(office, ana)

    card = page(office, ana)

    assert "You own no key results in this cycle. Your team's board is below; next steps" in plain_text(card)
    assert "Growth · OKR board" in plain_text(card)
    assert {"next_step", "board", "away_form", "my_settings"} <= actions(card)
    assert "Your key results" not in plain_text(card)


def test_a_viewer_looks_on(office: Office) -> None:
    office.renewals()
    ana = office.person("Ana")
    member(office, ana, m.TeamRole.VIEWER)

    card = page(office, ana)

    assert "Growth · OKR board" in plain_text(card)
    assert actions(card).isdisjoint({"next_step", "win_form", "form_kr", "form_all", "score"})


def test_a_lead_is_told_in_one_line_what_has_gone_quiet(office: Office) -> None:
    office.say(office.renewals(), at(5), value="31")
    office.say(office.kr(3, "Calls", owner=office.li), at(5), by=office.li, value="31")

    card = page(office, office.bea, QUIET)

    (line,) = [one for one in plain_text(card).split("\n") if "Nothing heard for a while" in one]
    assert line == "⏰ Nothing heard for a while: KR2 (Mei) · KR3 (Li) [Look]"
    assert "Nothing heard" not in text(office, office.mei, QUIET)


def test_somebody_without_a_team_sees_a_friendly_start(office: Office) -> None:
    card = page(office, office.person("Nora"))

    assert "You are in no team yet" in plain_text(card)
    assert "⚙ English · not away" in plain_text(card)
    assert "👋 I'm Okra." in plain_text(card)
    assert {"company_board", "lang", "my_settings"} <= actions(card)


def test_a_guest_sees_one_sentence_and_nothing_of_anybody(office: Office) -> None:
    office.renewals()

    shown = text(office, office.person("Gus"), is_guest=True)

    assert shown == (
        "OKRs are for the people of this company, so there is nothing to show here; ask whoever invited you."
    )


def test_a_guest_who_was_given_something_sees_it(office: Office) -> None:
    gus = office.person("Gus")
    office.kr(4, "Site", owner=gus)

    assert "KR4 Site" in text(office, gus, is_guest=True)


def test_without_a_cycle_a_lead_may_begin_one_and_others_are_told_who(office: Office) -> None:
    office.cycle.state = m.CycleState.CLOSED
    member(office, office.mei)
    office.session.flush()

    assert "There is no active cycle for Growth. Bea can start one." in text(office, office.mei)
    assert "start_cycle" in actions(page(office, office.bea))
    assert "start_cycle" not in actions(page(office, office.mei))


def test_a_private_objective_is_locked_for_whoever_is_not_of_the_team(office: Office) -> None:
    """Mei answers for nothing in Support, and looks on in a team that works in private."""
    other = office.found_team("SUP", "Support")
    office.kr(1, "Secret", team=other, owner=office.li)
    objective = office.session.exec(select(m.Objective).where(m.Objective.team_id == other.id)).one()
    objective.visibility = m.Visibility.TEAM
    office.session.flush()

    assert "Secret" in text(office, office.li)
    assert "Secret" not in text(office, office.mei)


def test_my_next_steps_with_a_tick_and_what_was_done_since_yesterday(office: Office) -> None:
    row = office.renewals()
    of_team: dict[str, Any] = {
        "workspace_id": office.workspace.id,
        "team_id": office.team.id,
        "kr_id": row.id,
        "at": at(10),
    }
    office._add(m.NextStep(text="Call the bank", owner_id=office.mei.id, due=date(2026, 11, 13), **of_team))
    office._add(m.NextStep(text="Not mine", owner_id=office.li.id, **of_team))
    done: dict[str, Any] = {"state": m.NextStepState.DONE, "done_at": ASKED_AT - timedelta(hours=2)}
    office._add(m.NextStep(text="Write the brief", owner_id=office.mei.id, **done, **of_team))

    shown = text(office, office.mei)

    assert "☐ Call the bank · Fri → KR2 [Done]" in shown
    assert "☑ Write the brief" in shown
    assert "Not mine" not in shown


def test_the_wins_of_this_week(office: Office) -> None:
    row = office.renewals()
    of_team: dict[str, Any] = {"workspace_id": office.workspace.id, "team_id": office.team.id, "kr_id": row.id}
    office._add(m.Win(text="Acme renewed early", by_id=office.li.id, at=at(10), **of_team))
    office._add(m.Win(text="Last week's", by_id=office.li.id, at=at(6), **of_team))

    shown = text(office, office.mei)

    assert "🎉 Acme renewed early (Li)" in shown
    assert "Last week's" not in shown


@pytest.mark.parametrize(
    ("first", "last", "words", "button"),
    [
        (12, 12, "🌴 away today", "I'm back"),
        (11, 20, "🌴 away until 20 Nov", "I'm back"),
        (16, 20, "🌴 away 16 Nov to 20 Nov", "I'm away"),
        (16, 16, "🌴 away on 16 Nov", "I'm away"),
    ],
)
def test_time_away_is_told_and_can_be_ended(office: Office, first: int, last: int, words: str, button: str) -> None:
    office.renewals()
    calendars.go_away(office.session, office.mei, date(2026, 11, first), date(2026, 11, last), None)

    card = page(office, office.mei)

    assert words in plain_text(card)
    assert button in labels(card)
    assert ("You are away, so I ask nothing." in plain_text(card)) is (button == "I'm back")


def test_a_short_answer_stands_at_the_top_for_ten_minutes(office: Office) -> None:
    said = {
        "name": "notice",
        "data": {"msgid": "Skipped for this week. It shows as not updated."},
        "at": ASKED_AT.isoformat(),
    }

    assert "Skipped for this week." in text(office, office.mei, said=said)
    assert "Skipped for this week." not in text(office, office.mei, ASKED_AT + timedelta(minutes=11), said=said)


def test_a_paused_key_result_offers_nothing(office: Office) -> None:
    row = office.renewals()
    row.state = KRState.PAUSED
    office.session.flush()

    card = page(office, office.mei)

    assert "paused" in plain_text(card)
    assert "form_kr" not in actions(card)


# --- however much there is ----------------------------------------------------------------------------


def _many(office: Office, number: int, first: int) -> None:
    rows = [office.kr(first + one, f"Key result {first + one} with a title", unit="%") for one in range(number)]
    for row in rows:
        office.say(row, at(5), value="30")
        office._add(
            m.NextStep(
                text="Call",
                owner_id=office.mei.id,
                workspace_id=office.workspace.id,
                team_id=office.team.id,
                kr_id=row.id,
                at=at(10),
            )
        )
        office._add(
            m.Win(
                text="Won",
                by_id=office.mei.id,
                workspace_id=office.workspace.id,
                team_id=office.team.id,
                kr_id=row.id,
                at=at(10),
            )
        )
    office.ask(rows, ASKED_AT + timedelta(days=first // 10))


def test_forty_key_results_take_as_many_queries_as_four(office: Office) -> None:
    _many(office, 4, 1)
    shows = lambda: page(office, office.mei, ASKED_AT + timedelta(days=1, hours=1))  # noqa: E731
    keep = [office.team, office.mei, office.workspace]
    few = len(statements(office.session, shows, keep))

    _many(office, 40, 10)

    many = statements(office.session, shows, keep)
    assert len(many) <= few, "\n".join(sorted(many))
    assert few <= 61


def test_forty_key_results_stay_within_a_page(office: Office) -> None:
    _many(office, 40, 1)

    card = page(office, office.mei, ASKED_AT + timedelta(hours=1))
    home = render_home(card)

    assert block_kit.view_problems(home) == []
    assert len(home["blocks"]) <= MAX_HOME_BLOCKS
    assert sum(one.label == "0.7" for one in controls(card) if isinstance(one, Button)) == MOST_LINES
    assert all(f"KR{number} " in plain_text(card) for number in range(1, 41))
    assert "form_all" in actions(card)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_longest_page_is_not_cut(office: Office, lang: Any) -> None:
    """Nothing of it is joined or left out by the platform's limit: it has a hundred blocks or fewer to begin with."""
    for data in CARDS["home"]:
        home = render_home(office.cards.card("home", lang, **data))
        assert block_kit.view_problems(home) == []
        assert len(home["blocks"]) <= MAX_HOME_BLOCKS
        assert not any(block.get("elements", [{}])[0].get("text") == "…" for block in home["blocks"])


def test_every_kind_of_key_result_can_stand_there(office: Office) -> None:
    office.kr(1, "Baseline", KRType.BASELINE, ends=None)
    office.kr(2, "Range", KRType.RANGE, ends=None, range_lo=Decimal(70), range_hi=Decimal(80))
    rows = [office.sso(3), office.nps(4)]
    office.steps(rows[0], "One", "Two")
    office.ask(office.session.exec(select(m.KeyResult)).all())

    home = render_home(page(office, office.mei))

    assert block_kit.view_problems(home) == []


def _in_teams(office: Office, number: int, first: int = 0) -> None:
    """Mei answers for something in each of so many further teams, and has a next step and a win there."""
    for one in range(first, first + number):
        team = office.found_team(f"T{one}", f"Team {one}")
        row = office.kr(1, f"Of team {one}", team=team, unit="%")
        office.say(row, at(5), value="30")
        of_team: dict[str, Any] = {"workspace_id": office.workspace.id, "team_id": team.id, "kr_id": row.id}
        office._add(m.NextStep(text=f"Call {one}", owner_id=office.mei.id, at=at(10), **of_team))
        office._add(m.Win(text=f"Won {one}", by_id=office.mei.id, at=at(10), **of_team))
        office.ask([row], ASKED_AT + timedelta(days=one))


def test_fifteen_teams_take_as_many_queries_as_five_and_five_few_more_than_one(office: Office) -> None:
    """Only the boards, of which a page holds four, are asked for one by one."""
    shows = lambda: page(office, office.mei, ASKED_AT + timedelta(days=15, hours=1))  # noqa: E731
    keep = [office.team, office.mei, office.workspace]

    _in_teams(office, 1)
    one = statements(office.session, shows, keep)
    _in_teams(office, 4, 1)
    five = statements(office.session, shows, keep)
    _in_teams(office, 10, 5)
    fifteen = statements(office.session, shows, keep)

    assert len(fifteen) == len(five), "\n".join(sorted(fifteen))
    assert len(one) <= 35
    assert len(five) <= 61


def test_what_everything_said_is_read_against_takes_as_many_queries_for_fifteen_teams_as_for_one(
    office: Office,
) -> None:
    keep = [office.team, office.mei, office.workspace]
    _in_teams(office, 1)
    calendars.go_away(office.session, office.li, date(2026, 11, 11), date(2026, 11, 20), office.mei)
    office.kr(1, "Li's own", owner=office.li, team=office.found_team("L0", "Li's team"))
    few = statements(office.session, office.seen_by_mei, keep)

    _in_teams(office, 14, 1)
    for one in range(1, 5):
        office.kr(1, "Li's own", owner=office.li, team=office.found_team(f"L{one}", f"Li's team {one}"))

    many = statements(office.session, office.seen_by_mei, keep)
    assert len(many) == len(few), "\n".join(sorted(many))
    assert {one.team.key for one in office.seen_by_mei().others} == {f"L{one}" for one in range(5)}


def test_my_steps_are_not_lost_among_those_of_many_others(office: Office) -> None:
    row = office.renewals()
    of_team: dict[str, Any] = {
        "workspace_id": office.workspace.id,
        "team_id": office.team.id,
        "kr_id": row.id,
        "at": at(10),
    }
    for number in range(201):
        office._add(m.NextStep(text=f"Not mine {number}", owner_id=office.li.id, due=date(2026, 11, 13), **of_team))
    office._add(m.NextStep(text="Call the bank", owner_id=office.mei.id, **of_team))

    assert "Call the bank" in text(office, office.mei)


def test_the_wins_that_are_shown_are_the_newest(office: Office) -> None:
    row = office.renewals()
    of_team: dict[str, Any] = {"workspace_id": office.workspace.id, "team_id": office.team.id, "kr_id": row.id}
    for number in range(60):
        office._add(m.Win(text=f"Win no. {number}.", by_id=office.li.id, at=at(10, 10, number), **of_team))

    shown = text(office, office.mei)

    places = [shown.index(f"Win no. {number}.") for number in (59, 58, 57)]
    assert places == sorted(places)
    assert "Win no. 56." not in shown


def test_a_win_of_what_is_private_does_not_take_the_place_of_another(office: Office) -> None:
    """All that Mei has in the other team is a draft, so she does not see what that team works on in private."""
    row = office.renewals()
    secret = office.found_team("SEC", "Secret")
    office.session.exec(
        select(m.Objective).where(m.Objective.team_id == secret.id)
    ).one().visibility = m.Visibility.TEAM
    office.kr(1, "Hers to be", team=secret, state=KRState.DRAFT)
    hidden = office.kr(2, "Hidden", team=secret, owner=office.li)
    of_workspace: dict[str, Any] = {"workspace_id": office.workspace.id, "by_id": office.li.id}
    office._add(m.Win(text="Seen by all", team_id=office.team.id, kr_id=row.id, at=at(10, 9), **of_workspace))
    office._add(m.Win(text="About nothing", team_id=secret.id, at=at(10, 8), **of_workspace))
    for number in range(5):
        win = m.Win(text="Behind doors", team_id=secret.id, kr_id=hidden.id, at=at(10, 10, number), **of_workspace)
        office._add(win)

    shown = text(office, office.mei)

    assert "Seen by all" in shown
    assert "About nothing" in shown
    assert "Behind doors" not in shown
