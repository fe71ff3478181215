"""Pausing, resuming and dropping: what is read, who may, what is refused, and the way back (spec/09 §15.2)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from bot.cards.plain import plain_text
from bot.handlers.pausing import Asked, read_asked
from bot.handlers.pressed import pressed
from bot.handlers.router import handle
from bot.handlers.topics import BUTTONS, FORMS
from bot.intake.conversation import Answer, FormRequest, Turn
from bot.intake.inbound import FormErrors, Pressed, Submitted
from bot.okr.model import KRState
from storage import models as m
from storage import pauses
from tests.handlers.talk import Talk
from tests.views.asked import Office, at

WAITING = "pause KR2 until 1 Dec because legal has to look at it"


@pytest.fixture
def renewals(talk: Talk) -> m.KeyResult:
    """KR2 of Mei, last read on 10 November."""
    row = talk.office.renewals()
    talk.office.say(row, at(10, 11), value="28", self_score="0.7")
    return row


def changes(office: Office) -> Sequence[m.Change]:
    return office.session.exec(select(m.Change).order_by(col(m.Change.id))).all()


def post(office: Office) -> m.Delivery:
    """The newest line for the channel."""
    rows = office.session.exec(select(m.Delivery).where(m.Delivery.kind == pauses.POST)).all()
    return max(rows, key=lambda one: one.id)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("KR3 until 1 Dec because waiting on legal", Asked("KR3", "1 Dec", "waiting on legal")),
        ("KR3 because of the market", Asked("KR3", "", "the market")),
        ("KR3", Asked("KR3", "", "")),
        ("KR3 到 12月1日 因为：春节", Asked("KR3", "12月1日", "春节")),
        ("KR3到12月1日，因为 春节", Asked("KR3", "12月1日", "春节")),
        ("提高到 50 因为 春节", Asked("提高到 50", "", "春节")),
        ("KR3 because a because b", Asked("KR3", "", "a because b")),
        ("because of it", Asked("", "", "it")),
    ],
)
def test_what_follows_the_verb(raw: str, expected: Asked) -> None:
    assert read_asked(raw) == expected


def test_a_pause_with_its_reason_is_done_at_once(talk: Talk, renewals: m.KeyResult) -> None:
    told = talk.says(WAITING)

    assert told.splitlines()[0] == ("KR2 Self-serve renewals is paused until 1 Dec: no questions, and it does not age.")
    assert told.splitlines()[-1].endswith("[Undo]")
    assert (renewals.state, renewals.paused_from) == (KRState.PAUSED, date(2026, 11, 12))
    assert renewals.paused_until == date(2026, 12, 1)
    assert [(one.field, one.old, one.new, one.reason, one.by_id) for one in changes(talk.office)] == [
        ("paused_until", None, "2026-12-01", "legal has to look at it", talk.office.mei.id),
        ("state", "active", "paused", "legal has to look at it", talk.office.mei.id),
    ]
    assert (post(talk.office).team_id, post(talk.office).due_at) == (talk.office.team.id, talk.now)


def test_the_kind_of_reason_is_one_tap(talk: Talk, renewals: m.KeyResult) -> None:
    market = next(one for one in talk.buttons(WAITING) if one.label == "The market moved")
    del renewals

    for _ in range(2):
        reply = BUTTONS[market.action](talk.turn(talk.office.mei), market.value)
        assert isinstance(reply, Answer)
        assert plain_text(talk.render(reply, talk.office.mei)) == "Noted: The market moved."

    assert changes(talk.office)[-1].category == "market"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("pause KR2 until 1 Nov because x", "That day is over; please give one to come."),
        ("pause KR2 until soonish because x", "I cannot read that day"),
        ("pause KR2 until 1 Dec 2029 because x", "That is more than a year away"),
        ("pause KR9 because x", "I don't have KR9 for you."),
        ("pause", "Which one? Yours: KR2."),
        ("drop", "Which one? Yours: KR2"),
        ("resume", "Which one? Yours: KR2"),
        ("resume KR2", "GRO-2 is not paused, so nothing was changed."),
        ("drop KR2 because " + "x" * 201, "at most 200 characters"),
    ],
)
def test_what_makes_no_sense_changes_nothing(talk: Talk, renewals: m.KeyResult, words: str, sentence: str) -> None:
    assert sentence in talk.says(words)
    assert renewals.state is KRState.ACTIVE
    assert list(changes(talk.office)) == []


def test_without_a_reason_there_is_a_form(talk: Talk, renewals: m.KeyResult) -> None:
    assert talk.says("pause KR2") == "[form pause_form]"
    assert talk.says("pause KR2 until 1 Dec") == "[form pause_form]"
    assert talk.says("drop KR2") == "[form drop_form]"
    assert talk.says("放弃KR2") == "[form drop_form]"
    assert renewals.state is KRState.ACTIVE


@pytest.mark.parametrize(
    ("words", "until", "because"),
    [
        ("pause KR2 waiting for legal", "", "waiting for legal"),
        ("pause KR2 waiting for legal until 1 Dec", "1 dec", "waiting for legal"),
        ("pause KR2 until 1 Dec waiting for legal", "1 dec", "waiting for legal"),
        ("暂停 KR2 等法务", "", "等法务"),
        ("暂停KR2等法务", "", "等法务"),
        ("drop KR2 no longer matters", None, "no longer matters"),
        ("drop KR2: no longer matters", None, "no longer matters"),
        ("pause KR2 please", "", ""),
    ],
)
def test_words_behind_a_label_are_ready_as_the_reason(
    talk: Talk, renewals: m.KeyResult, words: str, until: str | None, because: str
) -> None:
    form = talk.reply(words)

    assert isinstance(form, FormRequest)
    assert form.data["because"] == because
    assert until is None or form.data["until"].casefold() == until
    assert renewals.state is KRState.ACTIVE


def test_a_form_keeps_what_was_typed_until_it_can_be_read(talk: Talk, renewals: m.KeyResult) -> None:
    turn = talk.turn(talk.office.mei)

    empty = FORMS["pause"](turn, Submitted("pause", renewals.token, {"until": "1 Nov"}))
    assert isinstance(empty, FormErrors)
    assert set(empty.errors) == {"until", "because", "category"}
    assert renewals.state is KRState.ACTIVE

    values = {"until": "1 Dec", "because": "legal", "category": "market"}
    done = FORMS["pause"](turn, Submitted("pause", renewals.token, values))
    assert isinstance(done, Answer)
    assert (renewals.state, changes(talk.office)[-1].category) == (KRState.PAUSED, "market")
    again = FORMS["pause"](turn, Submitted("pause", renewals.token, values))
    assert isinstance(again, Answer)
    assert "is paused already" in plain_text(talk.render(again, talk.office.mei))


def test_dropping_leaves_the_averages_and_stays_on_the_board(talk: Talk, renewals: m.KeyResult) -> None:
    office = talk.office
    office.say(office.kr(3, "Contracts"), at(11, 11), value="35")

    told = talk.says("drop KR2 because the price plan is gone")

    assert told.startswith("KR2 Self-serve renewals is dropped: it leaves the averages")
    assert renewals.dropped_because == "the price plan is gone"
    board = talk.says("board")
    assert "Dropped" in board
    assert "the price plan is gone" in board
    assert talk.says("drop KR2 because x") == "GRO-2 is dropped already; the board shows it under Dropped."
    assert talk.says("pause KR2 because x") == "GRO-2 is dropped already; the board shows it under Dropped."


def test_undo_puts_it_back_for_a_day(talk: Talk, renewals: m.KeyResult) -> None:
    office = talk.office
    undo = talk.buttons("drop KR2 because x")[-1]
    office.session.flush()

    talk.now += timedelta(hours=25)
    too_old = BUTTONS[undo.action](talk.turn(office.mei), undo.value)
    assert isinstance(too_old, Answer)
    assert "more than 24 hours ago" in plain_text(talk.render(too_old, office.mei))
    assert "more than 24 hours ago" in talk.says("resume KR2")
    talk.now -= timedelta(hours=2)
    reply = BUTTONS[undo.action](talk.turn(office.mei), undo.value)

    assert isinstance(reply, Answer)
    assert "is active" in plain_text(talk.render(reply, office.mei))
    assert (renewals.state, renewals.dropped_because) == (KRState.ACTIVE, None)
    twice = BUTTONS[undo.action](talk.turn(office.mei), undo.value)
    assert isinstance(twice, Answer)
    assert plain_text(talk.render(twice, office.mei)) == "That is taken back already."


def test_an_older_undo_does_not_undo_what_came_after(talk: Talk, renewals: m.KeyResult) -> None:
    undo = talk.buttons("pause KR2 because x")[-1]
    talk.says("resume KR2")
    talk.says("drop KR2 because y")

    reply = BUTTONS[undo.action](talk.turn(talk.office.mei), undo.value)

    assert isinstance(reply, Answer)
    assert "was changed again since" in plain_text(talk.render(reply, talk.office.mei))
    assert renewals.state is KRState.DROPPED


def test_what_is_dropped_can_be_resumed_within_a_day(talk: Talk, renewals: m.KeyResult) -> None:
    talk.says("drop KR2 because x")

    assert "is active" in talk.says("恢复 KR2")
    assert renewals.state is KRState.ACTIVE


def test_resuming_counts_from_today_and_leaves_the_pause_uncounted(talk: Talk, renewals: m.KeyResult) -> None:
    talk.says("pause KR2 until 1 Dec because x")
    talk.now = at(24)

    assert "is active. The next question about it goes out on Mon, 30 Nov." in talk.says("resume KR2")
    assert (renewals.paused_from, renewals.paused_until) == (date(2026, 11, 12), date(2026, 11, 23))
    assert talk.office.view(renewals, talk.now).state.freshness.age == 2  # 11 and 24 November


def test_a_second_pause_brings_no_silence_back(talk: Talk, renewals: m.KeyResult) -> None:
    talk.says("pause KR2 because x")
    talk.now = at(24)
    talk.says("resume KR2")
    talk.says("pause KR2 because y")
    talk.now = at(30)
    talk.says("resume KR2")

    assert talk.office.view(renewals, talk.now).state.freshness.age == 2


def test_a_pause_ends_on_its_day_by_itself(talk: Talk, renewals: m.KeyResult) -> None:
    office = talk.office
    talk.says(WAITING)

    assert list(pauses.end_pauses(office.session, office.team, at(1, 12, month=12))) == []
    assert list(pauses.end_pauses(office.session, office.team, at(2, 0, 5, month=12))) == [renewals]
    assert (renewals.state, changes(office)[-1].by_id) == (KRState.ACTIVE, None)
    assert renewals.paused_until == date(2026, 12, 1)


def test_only_owners_and_the_lead_may(talk: Talk, renewals: m.KeyResult) -> None:
    office = talk.office
    turn = talk.turn(office.li)
    ana = office.person("Ana")
    office.session.add(m.Membership(workspace_id=office.workspace.id, team_id=office.team.id, person_id=office.li.id))
    office.session.add(
        m.Away(
            workspace_id=office.workspace.id,
            person_id=office.mei.id,
            first_day=date(2026, 11, 12),
            last_day=date(2026, 11, 12),
            delegate_id=ana.id,
        )
    )
    office.session.flush()

    for who in (office.li, ana):
        for action in ("pause_form", "drop_form", "resume_kr"):
            turn = talk.turn(who)
            reply = handle(_pressing(turn, action, renewals.token))
            assert isinstance(reply, Answer)
            told = plain_text(talk.render(reply, who))
            assert told == "Only Mei or Bea can change GRO-2. Nothing was recorded.\n[Ask them]"
    assert "is dropped" in talk.says("drop GRO-2 because x", by=office.bea)


def test_a_forged_button_says_so(talk: Talk, renewals: m.KeyResult) -> None:
    del renewals
    for action in ("pause_form", "drop_form", "resume_kr", "drop_or_change", "undo_change", "change_category"):
        reply = pressed(talk.turn(talk.office.mei), Pressed(action, "nonsense:learned"))
        assert isinstance(reply, Answer)
        assert "nothing was changed" in plain_text(talk.render(reply, talk.office.mei))


def _pressing(turn: Turn, action: str, value: str) -> Turn:
    return replace(turn, inbound=replace(turn.inbound, what=Pressed(action, value)))
