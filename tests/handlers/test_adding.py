"""Writing OKRs in a line: what is understood, what is asked, what one tap saves, and what cannot be (spec/04 §9)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from bot.cards.plain import plain_text
from bot.handlers.naming import NotOneError
from bot.handlers.recording import NotAllowedError
from bot.handlers.saying import not_allowed
from bot.handlers.topics import BUTTONS, FORMS
from bot.intake.conversation import Answer, Reply
from bot.intake.inbound import FormErrors, Nothing, Submitted
from bot.okr.model import Commitment, KRState, KRType, PaceProfile
from bot.views.pausing import change_post_card
from storage import drafts, okrs, pauses
from storage import models as m
from tests.handlers.talk import Talk

REFUNDS = 'add kr "Lower refund rate from 0.5% to 0.2%"'


def be_member(talk: Talk, person: m.Person, role: m.TeamRole = m.TeamRole.MEMBER) -> None:
    office = talk.office
    office.session.add(
        m.Membership(workspace_id=office.workspace.id, team_id=office.team.id, person_id=person.id, role=role)
    )
    office.session.flush()


@pytest.fixture
def writing(talk: Talk) -> Talk:
    """Mei is a member, and the team's objective is a draft still."""
    be_member(talk, talk.office.mei)
    objective(talk).state = m.ObjectiveState.DRAFT
    talk.office.session.flush()
    return talk


def objective(talk: Talk) -> m.Objective:
    return talk.office.session.exec(select(m.Objective).where(m.Objective.title == "Grow")).one()


def krs(talk: Talk) -> list[m.KeyResult]:
    return list(talk.office.session.exec(select(m.KeyResult).order_by(col(m.KeyResult.number))))


def the_kr(talk: Talk) -> m.KeyResult:
    (row,) = krs(talk)
    return row


def record(talk: Talk) -> m.Delivery:
    """What is kept of the newest card."""
    rows = talk.office.session.exec(select(m.Delivery).where(m.Delivery.kind == "being_written")).all()
    return max(rows, key=lambda one: one.id)


def value(talk: Talk, argument: str = "") -> str:
    row = record(talk)
    return f"{row.token}:{row.data['rev']}:{argument}".rstrip(":")


def presses(talk: Talk, action: str, given: str, by: m.Person | None = None) -> str:
    person = by or talk.office.mei
    try:
        reply: Reply = BUTTONS[action](talk.turn(person), given)
    except NotAllowedError as error:
        reply = not_allowed(error)
    except NotOneError as error:
        reply = error.reply
    talk.office.session.flush()
    if not isinstance(reply, Answer):
        return "" if isinstance(reply, Nothing) else f"[form {reply.name}]"  # type: ignore[union-attr]
    return plain_text(talk.render(reply, person))


def taps(talk: Talk, action: str, argument: str = "", by: m.Person | None = None) -> str:
    """Press a button of the newest card, as it stands there now."""
    return presses(talk, action, value(talk, argument), by)


def undo(talk: Talk, by: m.Person | None = None) -> str:
    return presses(talk, "undo_added", record(talk).token, by)


def submits(talk: Talk, form: str, token: str, **values: str) -> str:
    """What is answered to Mei's form; problems as `field: sentence`."""
    person = talk.office.mei
    reply = FORMS[form](talk.turn(person), Submitted(form, token, values))
    talk.office.session.flush()
    if isinstance(reply, FormErrors):
        return " | ".join(f"{name}: {text}" for name, text in reply.errors.items())
    assert isinstance(reply, Answer)
    return plain_text(talk.render(reply, person))


# --- reading and saving -----------------------------------------------------------------------------------


def test_a_line_is_shown_as_it_was_understood_and_one_tap_saves_it(writing: Talk) -> None:
    told = writing.says(REFUNDS)

    assert told == (
        "New key result for O1 Grow (Growth, a draft)\n"
        "“Lower refund rate from 0.5% to 0.2%”\n"
        "decrease, 0.5% → 0.2%, stretch, due 31 Dec, owner you\n"
        "[Save] [Change] [More]"
    )
    assert krs(writing) == []
    assert taps(writing, "kr_save").splitlines()[0] == "GRO-1 is saved as a draft; nobody is asked about it yet."
    row = the_kr(writing)
    assert (row.type, row.baseline, row.target, row.unit) == (KRType.DECREASE, Decimal("0.5"), Decimal("0.2"), "%")
    assert (row.state, row.lead_owner_id, row.due) == (KRState.DRAFT, writing.office.mei.id, date(2026, 12, 31))
    assert row.drafted_by_id == writing.office.mei.id


def test_a_second_tap_saves_nothing_again_and_undo_brings_the_reading_back(writing: Talk) -> None:
    writing.says(REFUNDS)
    tap = value(writing)
    for _ in range(2):
        assert "GRO-1 is saved" in presses(writing, "kr_save", tap)
    assert len(krs(writing)) == 1

    assert undo(writing).startswith("Taken back; nothing is saved.\nNew key result for O1 Grow")
    assert krs(writing) == []
    assert "GRO-1 is saved" in taps(writing, "kr_save")
    assert len(krs(writing)) == 1


def test_an_older_card_saves_nothing_and_shows_the_newest(writing: Talk) -> None:
    writing.says("add kr The renewal rate of customers reaches 70%")
    older = value(writing)
    taps(writing, "kr_zero")

    told = presses(writing, "kr_save", older)

    assert told.startswith("That card was an older one.")
    assert "0% → 70%" in told
    assert krs(writing) == []


def test_what_somebody_else_writes_is_theirs_to_save(writing: Talk) -> None:
    writing.says(REFUNDS)

    assert taps(writing, "kr_save", by=writing.office.li) == "Somebody else is writing that one, so nothing was saved."
    assert presses(writing, "kr_save", "nonsense:0").startswith("That card is of no use any more")
    assert krs(writing) == []


@pytest.mark.parametrize(
    ("words", "facts"),
    [
        ("将重复购买率从 5% 提高到 15%", "increase, 5% → 15%, stretch, due 31 Dec, owner you"),
        ("Maintain utilization between 70% and 80%", "range, hold 70% - 80%, stretch, due 31 Dec, owner you"),
        ("Obtain baseline data of redemption", "first value, find a first value, stretch, due Sun 15 Nov, owner you"),
        ("publish the guide", "milestone, done or not, stretch, due 31 Dec, owner you"),
        ("Interview 20 customers by 15 Dec", "increase, 0 → 20, stretch, due 15 Dec, owner you"),
        ("Interview 20 customers by 12 Dec", "increase, 0 → 20, stretch, due Sat 12 Dec, owner you"),
        ('"Interview 20 customers" committed @Li', "increase, 0 → 20, committed, due 31 Dec, owner Li"),
        ('"Interview 20 customers" @Li @Bea', "increase, 0 → 20, stretch, due 31 Dec, owner Li, with Bea"),
        ("KR3: NPS from 30 to 45", "increase, 30 → 45, stretch, due 31 Dec, owner you"),
        ("NPS by end of November from 30 to 45", "increase, 30 → 45, stretch, due 30 Nov, owner you"),
        ("NPS from 30 to 45, by mid December", "increase, 30 → 45, stretch, due 15 Dec, owner you"),
        ("12月15日前上线小程序", "milestone, done or not, stretch, due 15 Dec, owner you"),
        ("answer within 4 hours, today 9 hours", "decrease, 9 hours → 4 hours, stretch, due 31 Dec, owner you"),
        ("at least 90% on time, now 70%", "increase, 70% → 90%, stretch, due 31 Dec, owner you"),
        ("Improve stuff", "no number, so done or not done, stretch, due 31 Dec, owner you"),
    ],
)
def test_what_is_understood_of_a_line(writing: Talk, words: str, facts: str) -> None:
    assert facts in writing.says(f"add kr {words}").splitlines()


def test_a_day_that_may_be_several_is_asked_about_and_the_form_settles_it(writing: Talk) -> None:
    told = writing.says("add kr Write 10 posts before Christmas")

    assert "due 31 Dec" in told
    assert "'Christmas' may be several days, so for now it is due 31 Dec. Which day is it?" in told
    told = submits(writing, "kr_change", value(writing), title="Write 10 posts", due="18 Dec", target="10")
    assert "due 18 Dec" in told
    assert "several days" not in told


def test_a_day_that_is_in_no_calendar_is_told_so(writing: Talk) -> None:
    told = writing.says("add kr Write 10 posts by 31 Feb")

    assert "'31 Feb' is no day to come, so for now it is due 31 Dec. Which day is it?" in told


@pytest.mark.parametrize(
    ("words", "title", "steps"),
    [
        (
            "Open two shops: permit 30%, room 30%, opening 40%",
            "Open two shops",
            [("permit", 30, None), ("room", 30, None), ("opening", 40, None)],
        ),
        (
            "Launch the app (steps: design by 20 Nov, build and test)",
            "Launch the app",
            [("design", 1, date(2026, 11, 20)), ("build", 1, None), ("test", 1, None)],
        ),
        ('"Launch the app" steps: design; build', "Launch the app", [("design", 1, None), ("build", 1, None)]),
        ("上线小程序 步骤：设计、开发、测试", "上线小程序", [("设计", 1, None), ("开发", 1, None), ("测试", 1, None)]),
    ],
)
def test_a_line_lists_its_steps(
    writing: Talk, words: str, title: str, steps: list[tuple[str, int, date | None]]
) -> None:
    told = writing.says(f"add kr {words}")
    assert "milestone, " in told
    taps(writing, "kr_save")

    row = the_kr(writing)
    made = drafts.draft_of(writing.office.session, row)
    assert (row.title, row.type) == (title, KRType.MILESTONE)
    assert [(one.title, int(one.weight), one.due) for one in made.steps] == steps


def test_what_goes_from_one_number_to_another_has_no_steps(writing: Talk) -> None:
    told = writing.says("add kr Raise NPS from 30 to 45 (steps: survey, fix)")

    assert "“Raise NPS from 30 to 45 (steps: survey, fix)”\nincrease, 30 → 45" in told


def test_without_a_number_it_is_done_or_not_and_can_be_given_numbers(writing: Talk) -> None:
    assert writing.says("add kr Improve stuff").endswith("[Give it numbers] [It's done or not] [Save]")
    told = taps(writing, "kr_save")

    assert "milestone, done or not" in told
    assert "[Give it numbers]" in told
    row = the_kr(writing)
    assert presses(writing, "edit_kr", f"{row.token}:type=increase,baseline=,target=") == "[form edit_form]"


@pytest.mark.parametrize(
    "words", ["O2 {kr}", "for O2: {kr}", 'O2 "{kr}"', '"{kr}" for O2', "{kr} (O2)", "GRO O2 {kr}", "给 O2 {kr}"]
)
def test_the_objective_is_named_in_the_line(writing: Talk, words: str) -> None:
    writing.says('add objective "Win"')
    told = writing.says("add kr " + words.format(kr="Lower refund rate from 0.5% to 0.2%"))

    assert told.startswith("New key result for O2 Win (Growth, a draft)\n“Lower refund rate from 0.5% to 0.2%”\n")


def test_a_number_that_is_far_too_large_is_refused_in_one_sentence(writing: Talk) -> None:
    said = "That number is too large for me; please give it in thousands or millions."

    assert writing.says("add kr NPS from 5 to 99999999999999999999") == said


def test_an_objective_that_is_not_there_is_told_with_those_that_are(writing: Talk) -> None:
    writing.says('add objective "Win"')

    assert writing.says("add kr O3 NPS from 30 to 45") == (
        "There is no O3 here to add it to, so nothing was saved. There is: O1 Grow, O2 Win"
    )
    assert krs(writing) == []


def test_numbers_are_read_in_the_persons_own_style(writing: Talk) -> None:
    writing.office.mei.number_style = m.NumberStyle.COMMA

    assert "decrease, 0.5% → 0.2%" in writing.says("add kr Lower refund rate from 0,5% to 0,2%")
    told = submits(writing, "kr_change", value(writing), title="Refunds", type="decrease", baseline="0,7", target="0,1",
                   unit="%", due="15 Dec")  # fmt: skip
    assert "decrease, 0.7% → 0.1%, stretch, due 15 Dec" in told


# --- what is left open --------------------------------------------------------------------------------------


def test_where_it_stands_today_is_asked_with_three_buttons(writing: Talk) -> None:
    told = writing.says("add kr The renewal rate of customers reaches 70%")

    assert "increase, ? → 70%" in told
    assert told.splitlines()[-2:] == [
        "Where is it today? Without a starting number progress can't be shown.",
        "[It's 0] [Enter] [Don't know: make a baseline KR first] [Save] [Change]",
    ]
    assert taps(writing, "kr_enter") == "[form kr_start_form]"
    assert "start: I cannot read 'soon'" in submits(writing, "kr_start", value(writing), start="soon")
    assert "increase, 31% → 70%" in submits(writing, "kr_start", value(writing), start="31%")


def test_nobody_knows_yet_so_a_baseline_comes_first(writing: Talk) -> None:
    writing.says("add kr The renewal rate of customers reaches 70%")

    told = taps(writing, "kr_baseline_first")

    assert "“Find out where it stands today: The renewal rate of customers reaches 70%”" in told
    taps(writing, "kr_save")
    assert (the_kr(writing).type, the_kr(writing).due) == (KRType.BASELINE, date(2026, 11, 15))


def test_ten_percent_is_relative_or_in_points(writing: Talk) -> None:
    told = writing.says("add kr Revenue per email increased by 10%")
    assert told.splitlines()[-2:] == [
        "10% of what? Is that relative, or percentage points?",
        "[Relative: ×1.1] [Percentage points: +10] [Change] [More]",
    ]
    assert "Where is it today?" in taps(writing, "kr_relative", "relative")
    assert taps(writing, "kr_save").endswith("[Change] [More]")  # no number would be full success yet
    assert krs(writing) == []
    assert "increase, $2 → $2.2" in submits(writing, "kr_start", value(writing), start="$2")


def test_a_line_that_measures_nothing_may_be_done_or_not(writing: Talk) -> None:
    told = writing.says("add kr make gmail a success")
    assert "How will you measure this?" in told

    assert "milestone, done or not" in taps(writing, "kr_yes_no")
    taps(writing, "kr_save")
    assert the_kr(writing).type is KRType.MILESTONE


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("NPS from 40 to 40", "Start and target are the same."),
        ("Cut response time from 2 days to 4 hours", "The two numbers have different units."),
    ],
)
def test_what_is_impossible_is_not_saved(writing: Talk, words: str, said: str) -> None:
    told = writing.says(f"add kr {words}")

    assert said in told
    assert "[Save]" not in told
    taps(writing, "kr_save")
    assert krs(writing) == []


def test_advice_is_shown_before_and_after_and_blocks_nothing(writing: Talk) -> None:
    told = writing.says("add kr Logins per week from 100 to 200")

    assert "💡 'Logins' mostly goes up by itself." in told
    assert "[Dismiss]" in taps(writing, "kr_save")
    assert len(krs(writing)) == 1


# --- forms --------------------------------------------------------------------------------------------------


def test_two_forms_hold_everything_that_can_be_said(writing: Talk) -> None:
    writing.says("add kr Publish the guide")
    assert taps(writing, "kr_change") == "[form kr_change_form]"
    assert taps(writing, "kr_more") == "[form kr_more_form]"

    told = submits(
        writing, "kr_more", value(writing), owner="Li", co_owners="@Bea", steps="Design (1 Dec)\nLaunch x2",
        stretch="committed", weight="2", pace="slow_start",
    )  # fmt: skip
    assert "steps to take: 2, committed, weight 2, due 31 Dec, slow start, owner Li, with Bea" in told
    taps(writing, "kr_save")
    row = the_kr(writing)
    parts = okrs.parts_of(writing.office.session, [row.id])
    assert [(one.title, one.weight, one.due) for one in parts.steps[row.id]] == [
        ("Design", Decimal(1), date(2026, 12, 1)),
        ("Launch", Decimal(2), None),
    ]
    assert (row.stretch, row.weight, row.pace) == (Commitment.COMMITTED, Decimal(2), PaceProfile.SLOW_START)
    assert (row.lead_owner_id, parts.co_owners[row.id]) == (writing.office.li.id, [writing.office.bea.id])


def test_a_pace_in_phases_is_given_with_its_days(writing: Talk) -> None:
    writing.says("add kr MRR from $40k to $60k")

    assert submits(writing, "kr_more", value(writing), pace="steps").startswith("pace: Please say what is expected")
    told = submits(writing, "kr_more", value(writing), pace="steps", checkpoints="15 Nov 30%, 1 Dec 60%")
    assert "in phases" in told
    taps(writing, "kr_save")
    row = the_kr(writing)
    points = okrs.parts_of(writing.office.session, [row.id]).checkpoints[row.id]
    assert row.pace is PaceProfile.STEPS
    assert [(one.day, one.expected_score) for one in points] == [
        (date(2026, 11, 15), Decimal("0.3")),
        (date(2026, 12, 1), Decimal("0.6")),
    ]


def test_anchors_stand_for_the_target(writing: Talk) -> None:
    writing.says("add kr MRR from $40k to $60k")

    assert "anchors:" in submits(writing, "kr_more", value(writing), anchors="1, 2")
    told = submits(writing, "kr_more", value(writing), anchors="45k / 55k / 65k")
    assert "increase, $40k → $65k (0.3 at $45k, 0.7 at $55k)" in told


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"title": "", "type": "decrease", "baseline": "5", "target": "2", "due": "15 Dec"}, "title: "),
        ({"title": "x", "type": "decrease", "baseline": "five-ish", "target": "2", "due": "15 Dec"}, "baseline: "),
        (
            {"title": "x", "type": "decrease", "baseline": "5", "target": "5", "due": "15 Dec"},
            "target: Start and target",
        ),
        ({"title": "x", "type": "decrease", "baseline": "5", "target": "2", "due": "1 Nov"}, "due: That day is over"),
        ({"title": "x", "type": "decrease", "baseline": "5", "target": "2", "due": "someday"}, "due: I cannot read"),
        ({"title": "x", "type": "range", "range": "lots", "due": "15 Dec"}, "range: I cannot read"),
    ],
)
def test_what_a_form_cannot_take_stands_beside_its_field(writing: Talk, values: dict[str, str], problem: str) -> None:
    writing.says(REFUNDS)
    before = dict(record(writing).data)

    assert submits(writing, "kr_change", value(writing), **values).startswith(problem)
    assert record(writing).data == before


def test_a_form_that_was_overtaken_keeps_what_was_typed(writing: Talk) -> None:
    writing.says("add kr The renewal rate of customers reaches 70%")
    older = value(writing)
    taps(writing, "kr_zero")

    told = submits(writing, "kr_change", older, title="Renewals", due="15 Dec")

    assert told.startswith("title: It was changed while your form was open.")
    taps(writing, "kr_save")
    assert submits(writing, "kr_change", value(writing), title="R").startswith("title: This is saved already.")


def test_the_direction_follows_from_the_numbers_unless_it_is_chosen(writing: Talk) -> None:
    writing.says(REFUNDS)
    up = {"title": "Renewals", "type": "decrease", "baseline": "20", "target": "50", "unit": "%", "due": "15 Dec"}

    assert "increase, 20% → 50%" in submits(writing, "kr_change", value(writing), **up)


# --- published objectives ---------------------------------------------------------------------------------


@pytest.fixture
def published(talk: Talk) -> Talk:
    """The objective is published; Mei is a member, Bea leads."""
    be_member(talk, talk.office.mei)
    return talk


def post(talk: Talk) -> m.Delivery:
    return talk.office.session.exec(select(m.Delivery).where(m.Delivery.kind == pauses.POST)).one()


def test_on_a_published_objective_one_of_four_taps_says_why(published: Talk) -> None:
    bea = published.office.bea
    told = published.says(REFUNDS, by=bea)

    assert "New key result for O1 Grow (Growth, published)" in told
    assert told.splitlines()[-1].startswith("[We learned something] [The market moved]")
    saved = taps(published, "kr_save", "learned", by=bea)
    assert saved.startswith("GRO-1 is part of the published OKRs now")
    row = the_kr(published)
    assert (row.state, row.published_on, row.start) == (KRState.ACTIVE, date(2026, 11, 12), date(2026, 11, 12))
    change = published.office.session.exec(select(m.Change)).one()
    assert (change.old, change.new, change.category, change.by_id) == ("draft", "active", "learned", bea.id)
    assert post(published).team_id == row.team_id


def test_a_reason_in_the_line_goes_to_the_channel(published: Talk) -> None:
    bea = published.office.bea
    told = published.says(f"{REFUNDS} because refunds doubled", by=bea)
    assert told.splitlines()[-1] == "[Save] [Change] [More]"
    taps(published, "kr_save", by=bea)

    office = published.office
    line = plain_text(change_post_card(office.session, office.cards, post(published), published.now))
    assert line == "KR1 added by Bea: Lower refund rate, 0.5% → 0.2%, due 31 Dec. Because: refunds doubled."
    assert undo(published, by=bea).startswith("Taken back; nothing is saved.")
    assert the_kr(published).state is KRState.DRAFT
    line = plain_text(change_post_card(office.session, office.cards, post(published), published.now))
    assert line.endswith("(Taken back.)")


def test_undo_as_a_command_takes_back_what_was_added(published: Talk) -> None:
    bea = published.office.bea
    published.says(f"{REFUNDS} because refunds doubled", by=bea)
    taps(published, "kr_save", by=bea)

    told = published.says("undo", by=bea)

    assert told == "GRO-1 is taken back: it is a draft again, and nobody is asked about it."
    assert the_kr(published).published_on is None


def test_a_member_proposes_and_the_lead_adds_it_with_one_tap(published: Talk) -> None:
    office = published.office
    told = published.says(REFUNDS)
    assert "This objective is published, so only Bea or an admin can add to it. Nothing is lost." in told
    assert "[Save]" not in told
    taps(published, "kr_save", "learned")
    assert krs(published) == []

    assert "I sent it to Bea" in taps(published, "kr_propose")
    row = record(published)
    assert row.person_id == office.bea.id
    sent = office.session.exec(select(m.Delivery).where(m.Delivery.kind == "answer")).one()
    card = plain_text(published.render(Answer(sent.data["name"], sent.data["data"]), office.bea))
    assert card.startswith("Mei proposes this key result.\nNew key result for O1 Grow")
    taps(published, "kr_save", "market", by=office.bea)
    assert (the_kr(published).state, the_kr(published).lead_owner_id) == (KRState.ACTIVE, office.mei.id)


def test_after_a_day_it_stays(published: Talk) -> None:
    bea = published.office.bea
    published.says(f"{REFUNDS} because refunds doubled", by=bea)
    taps(published, "kr_save", by=bea)
    published.now += timedelta(hours=25)

    assert undo(published, by=bea) == "That was more than 24 hours ago, so it stays."
    assert the_kr(published).state is KRState.ACTIVE


def test_an_objective_that_was_closed_meanwhile_takes_nothing(writing: Talk) -> None:
    writing.says(REFUNDS)
    objective(writing).state = m.ObjectiveState.DROPPED

    assert taps(writing, "kr_save").startswith("That objective is not worked on any more, so nothing was saved.")
    assert krs(writing) == []


def test_who_has_left_the_team_saves_nothing_there(writing: Talk) -> None:
    writing.says(REFUNDS)
    member = writing.office.session.exec(
        select(m.Membership).where(m.Membership.person_id == writing.office.mei.id)
    ).one()
    writing.office.session.delete(member)

    assert taps(writing, "kr_save") == "You do not write in Growth any more, so nothing was saved."
    assert krs(writing) == []


# --- objectives -------------------------------------------------------------------------------------------


def test_an_objective_is_a_draft_at_once_and_can_be_taken_back(writing: Talk) -> None:
    told = writing.says('add objective "Become the shop that regulars bring friends to"')

    assert told.startswith("O2 is saved as a draft of Growth, 2026 Q4:\nBecome the shop")
    assert told.splitlines()[-1] == "[Add a key result] [Change] [Undo]"
    again = writing.says('add objective "Become the shop that regulars bring friends to"')
    assert again.startswith("O2 is saved")
    row = writing.office.session.exec(select(m.Objective).where(m.Objective.number == 2)).one()
    assert row.state is m.ObjectiveState.DRAFT
    assert submits(writing, "objective", f"GRO:{row.token}", title="Become the shop", why="Because").startswith("O2")
    assert (row.title, row.why) == ("Become the shop", "Because")
    assert presses(writing, "undo_objective", row.token or "") == "Taken back: Become the shop"
    assert writing.office.session.exec(select(m.Objective).where(m.Objective.number == 2)).first() is None


def test_with_two_objectives_a_tap_says_which(writing: Talk) -> None:
    writing.says('add objective "Win"')
    told = writing.says(REFUNDS)
    assert told.splitlines()[-4:] == ["Which objective is it for?", "O1 Growth: Grow", "O2 Growth: Win", "[O1] [O2]"]
    row = writing.office.session.exec(select(m.Objective).where(m.Objective.title == "Win")).one()

    assert "New key result for O2 Win" in taps(writing, "kr_for", drafts.token_of(writing.office.session, row))
    taps(writing, "kr_save")
    assert the_kr(writing).objective_id == row.id


def test_without_words_a_form_asks(writing: Talk) -> None:
    assert writing.says("add objective") == "[form objective_form]"
    assert writing.says("add kr") == "[form kr_line_form]"
    assert submits(writing, "kr_line", "new").startswith("line: Please write the key result in one line.")
    assert "decrease, 0.5% → 0.2%" in submits(writing, "kr_line", "new", line="Lower refunds from 0.5% to 0.2%")
    assert submits(writing, "objective", "GRO").startswith("title: Write the objective in one short sentence.")


def test_alone_it_shows_what_can_be_added(writing: Talk) -> None:
    assert writing.says("add").splitlines()[-1] == "[Objective] [Key result]"
    assert writing.says("add whatever").startswith("I did not see what to add.")


# --- who, and where ---------------------------------------------------------------------------------------


def test_a_team_without_a_cycle_is_led_to_its_form(writing: Talk) -> None:
    cycle = writing.office.cycle
    cycle.state = m.CycleState.CLOSED

    assert writing.says(REFUNDS, by=writing.office.bea).startswith("There is no active cycle for Growth.")
    assert writing.says("add objective Win", by=writing.office.bea).endswith("[Start one]")


def test_a_team_without_an_objective_is_led_to_one(writing: Talk) -> None:
    objective(writing).state = m.ObjectiveState.DROPPED

    told = writing.says(REFUNDS)

    assert told.startswith("Growth has no objective in 2026 Q4 yet")
    assert told.endswith("[Write the objective]")


def test_strangers_and_viewers_write_nothing(writing: Talk) -> None:
    assert writing.says(REFUNDS, by=writing.office.li).startswith("You are in no team yet")
    be_member(writing, writing.office.li, m.TeamRole.VIEWER)
    assert writing.says(REFUNDS, by=writing.office.li).startswith("In Growth you read along")


def test_a_title_that_is_too_long_and_somebody_unknown(writing: Talk) -> None:
    assert writing.says(f"add kr {'x' * 141}").startswith("A key result is one sentence of at most 140 characters")
    assert writing.says('add kr "Interview 20 customers" @nobody') == "I don't know @nobody here."
    writing.office.li.active = False
    assert writing.says('add kr "Interview 20 customers" @Li') == "Li is no longer here, so nothing was saved."
    assert krs(writing) == []


def test_many_blanks_are_one(writing: Talk) -> None:
    assert "Lower refunds" in writing.says(f"add kr Lower refunds{' ' * 1_900}from 5% to 2%")


# --- sprint results ---------------------------------------------------------------------------------------


def test_a_sprint_result_serves_its_key_result_for_two_weeks(published: Talk) -> None:
    parent = published.office.renewals()

    told = published.says('add sprint KR2 "Interview 10 customers"')

    assert "New sprint result for GRO-2 Self-serve renewals" in told
    assert "By the end of 25 Nov, Mei will interview 10 customers." in told
    taps(published, "kr_save")
    row = next(one for one in krs(published) if one.id != parent.id)
    assert (row.parent_kr_id, row.due, row.state) == (parent.id, date(2026, 11, 25), KRState.ACTIVE)
    assert published.says('add sprint KR3 "Interview 2 more"').startswith("GRO-3 is a sprint result itself")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("20 customers interviewed", "By the end of 25 Nov, Mei: 20 customers interviewed."),
        ("Complaints from 10 to 5", "By the end of 25 Nov, Mei: complaints from 10 to 5."),
        ("Raise signups to 500 by 20 Nov", "By the end of 20 Nov, Mei will raise signups to 500."),
        ("访谈20位客户", "By the end of 25 Nov, Mei will 访谈20位客户."),
    ],
)
def test_a_sprint_result_is_read_aloud(published: Talk, line: str, sentence: str) -> None:
    published.office.renewals()
    assert sentence in published.says(f'add sprint KR2 "{line}"')


def test_a_sprint_result_by_its_form(published: Talk) -> None:
    parent = published.office.renewals()
    assert published.says("add sprint KR2") == "[form sprint_form]"

    told = submits(published, "sprint", parent.token, result="", due="1 Nov")
    assert (
        told == "result: Please write the one result in a few words. | due: That day is over; please give one to come."
    )
    told = submits(published, "sprint", parent.token, result="Interview 10 customers", due="20 Nov", people="@Li")
    assert "By the end of 20 Nov, Li will interview 10 customers." in told


def test_a_sprint_result_of_somebody_elses_key_result(published: Talk) -> None:
    published.office.kr(2, "Churn", owner=published.office.li)

    with pytest.raises(NotAllowedError) as refused:
        published.says('add sprint KR2 "Interview 10 customers"')

    told = plain_text(published.render(not_allowed(refused.value), published.office.mei))
    assert told.startswith("Only Li or Bea can change GRO-2.")
    assert published.says("add sprint something").startswith("Which key result does it serve?")


# --- Chinese ----------------------------------------------------------------------------------------------


def test_the_same_in_chinese(talk_zh: Talk) -> None:
    be_member(talk_zh, talk_zh.office.mei)
    objective(talk_zh).state = m.ObjectiveState.DRAFT
    told = talk_zh.says('新增 KR "将退款率从 0.5% 降到 0.2%"')

    assert "下降，0.5% → 0.2%，" in told or "减少，0.5% → 0.2%，" in told or "降低，0.5% → 0.2%，" in told
    assert "负责人：你" in told
    assert "已存为草稿" in taps(talk_zh, "kr_save")
    assert talk_zh.says("新增 目标 成为熟客愿意带朋友来的店").startswith("O2 已存为")
