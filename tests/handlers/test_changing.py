"""Changing and replacing by hand: what is refused, what is asked, stale forms, wrong hands, and what is stored."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from bot.cards.plain import plain_text
from bot.handlers.topics import BUTTONS, FORMS
from bot.intake.conversation import Answer, FormRequest, Reply
from bot.intake.inbound import FormErrors, Submitted
from bot.okr.model import Commitment, KRState, KRType, PaceProfile, Source
from storage import models as m
from tests.handlers.talk import Talk
from tests.views.asked import at


@pytest.fixture
def renewals(talk: Talk) -> m.KeyResult:
    """KR2 of Mei, 20% → 50%, last read on 10 November."""
    row = talk.office.renewals()
    talk.office.say(row, at(10, 11), value="28", self_score="0.7")
    return row


def changes(talk: Talk) -> list[tuple[str, object, object]]:
    rows = talk.office.session.exec(select(m.Change).order_by(col(m.Change.id))).all()
    return [(one.field, one.old, one.new) for one in rows]


def told(talk: Talk, reply: Reply, by: m.Person | None = None) -> str:
    assert isinstance(reply, Answer), reply
    return plain_text(talk.render(reply, by or talk.office.mei))


def opened(reply: Reply) -> FormRequest:
    assert isinstance(reply, FormRequest), reply
    return reply


def initial(form: FormRequest) -> dict[str, str]:
    return {one["name"]: one["initial"] for one in form.data["fields"]}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("target 20% because x", "Start and target are the same. To hold a level use 'keep above' or 'keep between'."),
        ("target 10% because x", "It is to increase, but would go from 20% to 10%. Which is right?"),
        ("type decrease because x", "It is to decrease, but would go from 20% to 50%. Which is right?"),
        ("anchors 40% / 30% / 50% because x", "0.3, 0.7 and 1.0 must lie in order between start and best."),
        ("type range because x", "A range needs a lower end, an upper end, or both."),
        ("target 99999999999999999999% because x", "That number is too large for me"),
        ("target much because x", "I cannot read 'much' as a number"),
        ("target $55k because x", "It is counted in %, so I cannot take '$55k'."),
        ("target +5 because x", "Please give the new number itself"),
        ("due 1 Nov because x", "That day is over; please give one to come."),
        ("due 12/12 because x", "I cannot read '12/12' as a day"),
        ("start 5 Jan 2027 because x", "It would be due before its first day, 5 Jan 2027."),
        ("weight 0 because x", "It must be above 0."),
        (
            "pace quick because x",
            "I don't know 'quick' here. There is: linear · slow start · fast start · in phases · flat",
        ),
        ("steps A; B because x", "Only a milestone has steps."),
        ("why because x because y", "There is no such field. What can be changed: Title"),
        ("target 45% because " + "x" * 201, "at most 200 characters"),
        ("owner @li, target 5% because x", "Please change the owner by itself: /okr own GRO-2 @name"),
        ("target 50% because x", "GRO-2 is so already, so nothing was changed."),
    ],
)
def test_what_is_impossible_is_refused_in_one_sentence(
    talk: Talk, renewals: m.KeyResult, words: str, sentence: str
) -> None:
    assert sentence in talk.says(f"edit KR2 {words}")
    assert changes(talk) == []
    assert (renewals.baseline, renewals.target, renewals.type) == (Decimal(20), Decimal(50), KRType.INCREASE)


def test_who_has_not_shown_a_style_is_asked(talk: Talk, renewals: m.KeyResult) -> None:
    talk.office.mei.number_style = m.NumberStyle.UNKNOWN
    talk.office.session.flush()

    assert "'1,250' may be 1250 or 1.25" in talk.says("edit KR2 target 1,250 because x")
    assert renewals.target == Decimal(50)


def test_a_target_that_is_reached_already_and_a_weekend_are_told(talk: Talk, renewals: m.KeyResult) -> None:
    said = talk.says("edit KR2 target 28%, due 12 Dec because we know more")

    assert "It stands at that number already, so it counts as reached." in said
    assert "The due day is on a weekend." in said
    assert renewals.target == Decimal(28)


def test_words_that_mean_one_thing_need_no_field(talk: Talk, renewals: m.KeyResult) -> None:
    talk.says("edit KR2 committed because we promised")
    assert renewals.stretch is Commitment.COMMITTED
    talk.says("edit KR2 15 Dec because of the holidays")
    assert renewals.due.isoformat() == "2026-12-15"
    held = talk.office.kr(7, "Utilisation", KRType.RANGE, ends=None, unit="%", range_lo=Decimal(70))
    talk.says("edit KR7's at least 60% because x")
    assert (held.range_lo, held.range_hi) == (Decimal(60), None)


def test_a_pace_in_phases_has_its_days_and_can_be_taken_back(talk: Talk, renewals: m.KeyResult) -> None:
    def points() -> list[tuple[str, Decimal]]:
        rows = talk.office.session.exec(select(m.PaceCheckpoint).order_by(col(m.PaceCheckpoint.day))).all()
        return [(one.day.isoformat(), one.expected_score) for one in rows]

    asked = "Please say what is expected by when, growing: 15 Nov 30%, 1 Dec 60%."
    assert told(talk, talk.reply("edit KR2 pace in phases because x")) == asked
    assert told(talk, talk.reply("edit KR2 phases 1 Dec 60%, 15 Nov 70% because x")) == asked

    said = told(talk, talk.reply("edit KR2 pace in phases 15 Nov 30%, 1 Dec 60% because x"))
    assert "pace straight line → in phases" in said
    assert "phases – → 15 Nov 30% / 1 Dec 60%" in said
    assert renewals.pace is PaceProfile.STEPS
    assert points() == [("2026-11-15", Decimal("0.3")), ("2026-12-01", Decimal("0.6"))]
    assert initial(opened(talk.reply("edit KR2 phases")))["checkpoints"] == "2026-11-15 30%, 2026-12-01 60%"
    without_reason = opened(talk.reply("edit KR2 pace in phases 20 Nov 40%, 1 Dec 60%"))
    assert initial(without_reason)["checkpoints"] == "20 Nov 40%, 1 Dec 60%"
    assert initial(opened(talk.reply("edit KR2 pace slow start")))["pace"] == "slow_start"

    told(talk, talk.reply("edit KR2 pace linear because x"))
    assert (renewals.pace, points()) == (PaceProfile.LINEAR, [])
    talk.says("undo")
    assert (renewals.pace, len(points())) == (PaceProfile.STEPS, 2)


def test_a_field_that_is_misspelt_is_one_tap_away(talk: Talk, renewals: m.KeyResult) -> None:
    said = told(talk, talk.reply("edit KR2 traget 55% because we promised"))
    assert said == "There is no field 'traget'. Did you mean Target?\n[Target]"

    pressed = BUTTONS["edit_kr"](talk.turn(talk.office.mei), f"{renewals.token}:target=55%25,because=we%20promised")
    assert initial(opened(pressed)) == {"target": "55%"}
    assert renewals.target == Decimal(50)


def test_a_title_that_says_the_old_number_is_told_and_stays(talk: Talk, renewals: m.KeyResult) -> None:
    renewals.title = "Self-serve renewals from 20% to 50%"
    said = told(talk, talk.reply("edit KR2 target 55% because we promised"))

    assert "The title still says 50%. To change it: /okr edit GRO-2 title …" in said
    assert renewals.title == "Self-serve renewals from 20% to 50%"
    said = told(talk, talk.reply('edit KR2 target 60%, title "Renewals from 20% to 60%" because we promised'))
    assert "still says" not in said


def test_a_bare_number_may_be_two_things_so_the_form_asks(talk: Talk, renewals: m.KeyResult) -> None:
    form = opened(talk.reply("edit KR2 45% because x"))

    assert initial(form) == {"target": "45%", "baseline": "20%"}
    assert form.data["because"] == "x"
    assert renewals.target == Decimal(50)


def test_without_a_reason_the_form_has_ready_what_was_typed(talk: Talk, renewals: m.KeyResult) -> None:
    form = opened(talk.reply("edit KR2 target 45%, due 15 Dec"))

    assert initial(form) == {"target": "45%", "due": "15 Dec"}
    again = opened(BUTTONS[form.action](talk.turn(talk.office.mei), form.value))
    assert initial(again) == initial(form)
    assert renewals.target == Decimal(50)
    assert initial(opened(talk.reply("edit KR2 nobody renews"))) == {
        "title": "Self-serve renewals", "target": "50%", "baseline": "20%", "due": "2026-12-31",
    }  # fmt: skip


def test_a_form_speaks_the_person_s_numbers(talk: Talk, renewals: m.KeyResult) -> None:
    talk.office.mei.number_style = m.NumberStyle.COMMA
    renewals.target = Decimal("1250.5")
    talk.office.session.flush()

    form = opened(talk.reply("edit KR2 target"))
    assert initial(form) == {"target": "1250,5%"}
    done = FORMS["edit_kr"](
        talk.turn(talk.office.mei),
        Submitted("edit_kr", form.data["token"], {"target": "1.300,5", "because": "x", "category": "market"}),
    )

    assert "target 1,250.5% → 1,300.5%" in told(talk, done)
    assert renewals.target == Decimal("1300.5")


def test_a_form_sent_twice_changes_nothing_more(talk: Talk, renewals: m.KeyResult) -> None:
    form = opened(talk.reply("edit KR2 target"))
    values = {"target": "45%", "because": "x", "category": "market"}

    for _ in range(2):
        reply = FORMS["edit_kr"](talk.turn(talk.office.mei), Submitted("edit_kr", form.data["token"], values))
    assert "so already" in told(talk, reply)
    assert changes(talk) == [("target", "50", "45")]
    assert renewals.target == Decimal(45)


def test_a_form_keeps_what_was_typed_until_it_can_be_read(talk: Talk, renewals: m.KeyResult) -> None:
    form = opened(talk.reply("edit KR2"))
    values = {"title": "Self-serve renewals", "target": "20%", "baseline": "20%", "due": "1 Nov"}

    reply = FORMS["edit_kr"](talk.turn(talk.office.mei), Submitted("edit_kr", form.data["token"], values))

    assert isinstance(reply, FormErrors)
    assert set(reply.errors) == {"due", "because", "category"}
    values |= {"due": "2026-12-31"}
    reply = FORMS["edit_kr"](talk.turn(talk.office.mei), Submitted("edit_kr", form.data["token"], values))
    assert isinstance(reply, FormErrors)
    assert reply.errors["target"].startswith("Start and target are the same.")
    assert renewals.target == Decimal(50)


def test_a_form_of_what_is_dropped_or_gone_changes_nothing(talk: Talk, renewals: m.KeyResult) -> None:
    form = opened(talk.reply("edit KR2"))
    talk.says("drop KR2 because x")

    assert talk.says("edit KR2 target 40% because x") == ("GRO-2 is dropped already; the board shows it under Dropped.")
    assert told(talk, BUTTONS["edit_kr"](talk.turn(talk.office.mei), "nothing")) == (
        "That key result is gone; nothing was changed."
    )
    assert form.data["token"].startswith(renewals.token)


def test_another_type_takes_what_belongs_to_it(talk: Talk) -> None:
    office = talk.office
    found = office.kr(4, "Find our churn", KRType.BASELINE, ends=None, unit="%")
    office.say(found, at(10, 11), value="12")
    said = talk.says("edit KR4 type decrease, target 8% because we know it now")
    assert "start – → 12%" in said
    assert (found.type, found.baseline, found.target) == (KRType.DECREASE, Decimal(12), Decimal(8))

    live = office.sso()
    office.steps(live, "Draft", "Send")
    said = talk.says('edit KR5 type increase, baseline 0, target 20 because "done" says too little')
    assert "Its steps are gone from it" in said
    assert (live.type, live.pace) == (KRType.INCREASE, PaceProfile.LINEAR)


def test_what_a_feed_reads_stays_a_number(talk: Talk) -> None:
    row = talk.office.nps()
    assert row.source is Source.AUTO

    assert "A feed reads numbers for it" in talk.says("edit KR6 type milestone because x")
    assert row.type is KRType.INCREASE


def test_steps_that_stay_keep_what_was_said_of_them(talk: Talk) -> None:
    office = talk.office
    live = office.sso()
    office.steps(live, "Draft", "Send", "Sign")
    office.say(live, at(10, 11), steps_done=(1, 3))

    said = talk.says("edit KR5 steps 1. Draft the text; Sign; Call because of the lawyers")

    assert "A step that was done" not in said
    rows = office.session.exec(select(m.KRStep).order_by(col(m.KRStep.number))).all()
    assert [(one.number, one.title) for one in rows] == [(1, "Draft the text"), (3, "Sign"), (4, "Call")]
    assert sorted(live.current.steps_done) == [1, 3]
    assert "A step that was done is no part of it any more." in talk.says("edit KR5 steps Sign because we skip it")


def test_an_older_undo_does_not_undo_what_came_after(talk: Talk, renewals: m.KeyResult) -> None:
    undo = next(one for one in talk.buttons("edit KR2 target 45% because x") if one.label == "Undo")
    talk.says("edit KR2 target 40% because y")

    assert "was changed again since" in told(talk, BUTTONS[undo.action](talk.turn(talk.office.mei), undo.value))
    assert renewals.target == Decimal(40)


def test_undo_holds_for_a_day_and_once(talk: Talk, renewals: m.KeyResult) -> None:
    undo = next(one for one in talk.buttons("edit KR2 target 45% because x") if one.label == "Undo")
    talk.now += timedelta(hours=25)
    assert "more than 24 hours ago" in told(talk, BUTTONS[undo.action](talk.turn(talk.office.mei), undo.value))
    talk.now -= timedelta(hours=2)
    told(talk, BUTTONS[undo.action](talk.turn(talk.office.mei), undo.value))
    assert told(talk, BUTTONS[undo.action](talk.turn(talk.office.mei), undo.value)) == "That is taken back already."
    assert renewals.target == Decimal(50)


def test_mine_is_only_mine(talk: Talk, renewals: m.KeyResult) -> None:
    form = opened(talk.reply("edit KR2 target"))
    talk.says("edit KR2 target 48% because y", by=talk.office.bea)
    values = {"target": "45%", "because": "x", "category": "market"}
    reply = FORMS["edit_kr"](talk.turn(talk.office.mei), Submitted("edit_kr", form.data["token"], values))

    assert isinstance(reply, Answer)
    assert "Bea made it 48%" in told(talk, reply)
    kept = talk.office.session.get_one(m.Delivery, reply.data["kept"])
    assert "is gone" in told(talk, BUTTONS["use_mine"](talk.turn(talk.office.li), kept.token), talk.office.li)
    assert renewals.target == Decimal(48)
    talk.says("edit KR2 target 47% because z", by=talk.office.bea)
    again = BUTTONS["use_mine"](talk.turn(talk.office.mei), kept.token)
    assert "Bea made it 47%" in told(talk, again)
    assert renewals.target == Decimal(47)


def test_co_owners_and_owners_change_hands_in_their_own_way(talk: Talk, renewals: m.KeyResult) -> None:
    said = talk.says(f"edit KR2 co-owners @{talk.office.li.handle} because two are better")

    assert said.startswith("GRO-2 Self-serve renewals is with Mei / Li now.")
    said = talk.says(f"edit KR2 owner @{talk.office.bea.handle} because Mei moves on")
    assert said.startswith("GRO-2 Self-serve renewals is with Bea now.")
    assert renewals.lead_owner_id == talk.office.bea.id


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ('KR2 with "Lower refunds by 10%" because x', "From what to what?"),
        ('KR2 with "Grow from 5 to 5" because x', "Start and target are the same."),
        ('KR9 with "x" because x', "I don't have KR9 for you."),
        ('KR2 with "Lower refunds from 5 to 2" because ' + "x" * 201, "at most 200 characters"),
    ],
)
def test_what_cannot_replace_changes_nothing(talk: Talk, renewals: m.KeyResult, words: str, sentence: str) -> None:
    assert sentence in talk.says(f"replace {words}")
    assert renewals.state is KRState.ACTIVE
    assert changes(talk) == []


def test_a_replacement_s_form_asks_for_what_is_missing(talk: Talk, renewals: m.KeyResult) -> None:
    form = opened(talk.reply("replace KR2 with Lower refunds from 5% to 2%"))
    assert form.data["line"] == "Lower refunds from 5% to 2%"

    empty = FORMS["replace"](talk.turn(talk.office.mei), Submitted("replace", renewals.token, {"start": "soonish"}))
    assert isinstance(empty, FormErrors)
    assert set(empty.errors) == {"line", "start", "because", "category"}
    values = {"line": "Lower refunds from 5% to 2%", "start": "1 Dec", "because": "x", "category": "learned"}
    done = FORMS["replace"](talk.turn(talk.office.mei), Submitted("replace", renewals.token, values))

    assert "5% → 2%, 1 Dec - 31 Dec" in told(talk, done)
    new = talk.office.session.exec(select(m.KeyResult).where(m.KeyResult.replaces_id == renewals.id)).one()
    assert (new.start.isoformat(), new.lead_owner_id, new.state) == ("2026-12-01", talk.office.mei.id, KRState.ACTIVE)
    again = FORMS["replace"](talk.turn(talk.office.mei), Submitted("replace", renewals.token, values))
    assert "not worked on any more" in told(talk, again)


def test_an_objective_of_several_is_asked_for_and_its_form_is_safe_as_well(talk: Talk) -> None:
    office = talk.office
    row = office.session.exec(select(m.Objective)).one()
    form = opened(talk.reply("edit objective", by=office.bea))
    assert initial(form) == {"title": "Grow", "why": "", "serves": "", "visibility": "workspace"}
    talk.says("edit objective title Grow well because it matters", by=office.bea)
    values = {"title": "Grow fast", "visibility": "team", "because": "x", "category": "learned"}

    stale = FORMS["edit_objective"](talk.turn(office.bea), Submitted("edit_objective", form.data["token"], values))

    assert isinstance(stale, FormErrors)
    assert stale.errors["title"] == (
        "Bea made it 'Grow well' while your form was open. Open the form again to change it."
    )
    assert row.title == "Grow well"
    other = m.Objective(
        workspace_id=row.workspace_id, team_id=row.team_id, cycle_id=row.cycle_id, number=2, title="Win"
    )
    office.session.add(other)
    office.session.flush()
    assert "Which objective?" in talk.says("edit objective title Grow because x", by=office.bea)
    assert "title Win → Win more" in talk.says("edit O2 title Win more because x", by=office.bea)


def test_a_draft_is_its_team_s_alone(talk: Talk, renewals: m.KeyResult) -> None:
    renewals.state = KRState.DRAFT
    stranger = talk.office.person("Tom")
    talk.office.session.flush()

    assert talk.says("edit GRO-2 target 45%", by=stranger) == talk.says("edit GRO-9 target 45%", by=stranger).replace(
        "GRO-9", "GRO-2"
    )
    assert "is gone" in told(talk, BUTTONS["delete_draft"](talk.turn(stranger), renewals.token), stranger)
    assert "target 50% → 45%" in talk.says("edit GRO-2 target 45%", by=talk.office.bea)
    assert changes(talk) == []


def test_a_draft_of_which_something_was_said_stays(talk: Talk, renewals: m.KeyResult) -> None:
    renewals.state = KRState.DRAFT
    talk.office.session.flush()

    reply = BUTTONS["delete_draft"](talk.turn(talk.office.bea), renewals.token)

    assert "so it stays as a draft" in told(talk, reply, talk.office.bea)


def test_the_board_marks_what_was_changed_until_the_next_digest(talk: Talk, renewals: m.KeyResult) -> None:
    office = talk.office
    talk.says("edit KR2 target 45% because x")
    talk.now += timedelta(hours=1)
    assert "✎ changed since the last board" in talk.says("board")
    assert "✎" in talk.says("digest preview", by=office.bea)

    run = m.RitualRun(workspace_id=office.workspace.id, team_id=office.team.id, kind=m.RitualKind.DIGEST, period="now")
    office.session.add(run)
    office.session.flush()
    office.session.add(m.Digest(workspace_id=office.workspace.id, team_id=office.team.id, run_id=run.id, at=talk.now))
    talk.now += timedelta(hours=1)

    assert "✎" not in talk.says("board")
    assert "✎" not in talk.says("digest preview", by=office.bea)
    assert renewals.target == Decimal(45)


def test_more_opens_the_other_fields(talk: Talk, renewals: m.KeyResult) -> None:
    form = opened(talk.reply("edit KR2 more"))

    assert set(initial(form)) == {
        "short_title",
        "start",
        "weight",
        "stretch",
        "pace",
        "checkpoints",
        "cadence",
        "answer_policy",
    }
    more = opened(BUTTONS["edit_kr"](talk.turn(talk.office.mei), f"{renewals.token}:more"))
    assert initial(more) == initial(form)


def test_an_objective_is_changed_in_chinese(talk_zh: Talk) -> None:
    office = talk_zh.office
    row = office.session.exec(select(m.Objective)).one()

    said = talk_zh.says("修改 目标 标题 成为高端餐厅信赖的供应商 因为 客户这样说", by=office.bea)

    assert "标题：Grow → 成为高端餐厅信赖的供应商" in said
    assert row.title == "成为高端餐厅信赖的供应商"
    assert "谁能看：所有人 → 仅团队" in talk_zh.says("修改 目标 谁能看 仅团队 因为 还在谈", by=office.bea)
    assert row.visibility is m.Visibility.TEAM
