"""What a team still writes, and objectives, are things to talk about: shown, dropped, and what cannot be paused."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.cards.model import Button
from bot.cards.plain import plain_text
from bot.handlers.naming import NotOneError
from bot.handlers.pressed import pressed
from bot.handlers.topics import FORMS
from bot.intake.conversation import Answer, FormRequest
from bot.intake.inbound import FormErrors, Pressed, Submitted
from bot.okr.drafts import KRDraft
from bot.okr.model import KRState, KRType
from bot.views.pausing import change_post_card
from storage import drafts, settings
from storage import models as m
from tests.handlers.talk import Talk
from tests.views.asked import FIRST, LAST, at


@pytest.fixture
def written(talk: Talk) -> m.Objective:
    """Growth works on O1 with Mei's KR2, and Mei writes O2 with KR3; Li only knows that there is a Growth."""
    office = talk.office
    member: dict[str, Any] = {"team_id": office.team.id, "role": m.TeamRole.MEMBER}
    office.session.add(m.Membership(workspace_id=office.workspace.id, person_id=office.mei.id, **member))
    office.session.flush()
    office.say(office.renewals(), at(10, 11), value="28", self_score="0.7")
    objective = drafts.draft_objective(
        office.session, office.team, office.cycle, "Make first orders a pleasure", by_id=office.mei.id, now=talk.now
    )
    draft = KRDraft(
        title="Onboard 20 restaurants",
        short_title="Onboard 20 restaurants",
        type=KRType.MILESTONE,
        start=FIRST,
        due=LAST,
    )
    drafts.draft_key_result(office.session, objective, draft, by_id=office.mei.id, now=talk.now)
    return objective


def kr(talk: Talk, number: int) -> m.KeyResult:
    return talk.office.session.exec(select(m.KeyResult).where(m.KeyResult.number == number)).one()


@pytest.mark.parametrize("words", ["show KR3", "show GRO-3", "show onboard 20 restaurants", "show KR3 please"])
def test_a_draft_is_shown_to_its_team_with_advice_and_buttons(talk: Talk, written: m.Objective, words: str) -> None:
    said = talk.says(words)

    assert "GRO-3 Onboard 20 restaurants" in said
    assert "A draft under O2 Make first orders a pleasure: only Growth sees it, and nobody is asked about it." in said
    assert "nobody answers for it yet" in said
    assert "💡" in said
    assert "[Change…] [Change owner] [Comment] [Delete] [Open]" in said.replace("\n", " ")
    assert "I don't have" in talk.says(words, by=talk.office.li)


def test_an_objective_is_shown_by_its_number_and_its_title(talk: Talk, written: m.Objective) -> None:
    bea = talk.office.bea
    for words in ("show O1", "show GRO O1", "show objective 1", "查看 目标1", "show Grow"):
        said = talk.says(words, by=bea)
        assert said.startswith("GRO O1 Grow\n"), words
        assert "KR2 Self-serve renewals · 28% / 50%" in said
        assert "[Add a key result] [Change…] [Drop] [Board]" in said.replace("\n", " ")
    assert "[Change…]" not in talk.says("show O1")
    assert "Make first orders a pleasure" in talk.says("show O2")
    assert talk.says("show O9") == "I know no such objective of your team."
    assert talk.says("show O2", by=talk.office.li) == "I know no such objective of your team."


def press(talk: Talk, action: str, value: str, by: m.Person | None = None) -> str:
    """What a button says."""
    person = by or talk.office.mei
    try:
        reply = pressed(talk.turn(person), Pressed(action, value))
    except NotOneError as error:
        reply = error.reply
    assert isinstance(reply, Answer), reply
    talk.office.session.flush()
    return plain_text(talk.render(reply, person))


def button(talk: Talk, words: str, label: str, by: m.Person | None = None) -> Button:
    """The button of that name below the answer to some words."""
    return next(one for one in talk.buttons(words, by=by) if one.label == label)


def posts(talk: Talk) -> list[str]:
    """What is told in the channel."""
    rows = talk.office.session.exec(select(m.Delivery).where(m.Delivery.kind == "change_post"))
    return [plain_text(change_post_card(talk.office.session, talk.office.cards, one, talk.now)) for one in rows]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("pause KR3", "GRO-3 is a draft: nobody is asked about it yet, so there is nothing to pause or resume."),
        ("resume KR3", "GRO-3 is a draft: nobody is asked about it yet, so there is nothing to pause or resume."),
        ("pause O1 because x", "An objective is not paused, its key results are, each by itself: GRO-2"),
        (
            'replace KR3 with "Two shops" because x',
            "GRO-3 is a draft, so there is nothing to replace: /okr edit GRO-3 …",
        ),
    ],
)
def test_what_a_draft_or_an_objective_cannot_is_one_true_sentence(
    talk: Talk, written: m.Objective, words: str, sentence: str
) -> None:
    assert talk.says(words) == sentence


def test_the_draft_of_an_objective_is_deleted_with_its_key_results_and_comes_back_whole(
    talk: Talk, written: m.Objective
) -> None:
    for words in ("drop O2", "drop O2 because it is nothing", "drop Make first orders a pleasure"):
        said = talk.says(words)
        assert "O2 is a draft. Delete it with KR3? You can take it back for 24 hours.\n[Delete]" in said
    delete = button(talk, "drop O2", "Delete")
    assert press(talk, delete.action, delete.value).startswith(
        "The draft O2 Make first orders a pleasure is deleted, with KR3."
    )
    assert talk.says("show O2") == "I know no such objective of your team."
    assert "I don't have KR3" in talk.says("show KR3")
    assert press(talk, delete.action, delete.value) == "That objective is gone; nothing was changed."
    assert posts(talk) == []

    assert "KR3 · Onboard 20 restaurants" in talk.says("undo")
    assert (written.state, kr(talk, 3).state) == (m.ObjectiveState.DRAFT, KRState.DRAFT)


def test_a_deleted_draft_comes_back_only_for_who_may_write_there(talk: Talk, written: m.Objective) -> None:
    session, team, mei = talk.office.session, talk.office.team, talk.office.mei
    delete = button(talk, "drop O2", "Delete")
    press(talk, delete.action, delete.value)
    settings.switch(session, team, settings.ARCHIVED, on=True)
    assert talk.says("undo") == "Growth is archived, so nothing was changed."
    settings.switch(session, team, settings.ARCHIVED, on=False)
    session.delete(session.exec(select(m.Membership).where(m.Membership.person_id == mei.id)).one())
    session.flush()

    assert talk.says("undo") == "Only members of Growth change what it is still writing. Nothing was changed."
    assert written.state is m.ObjectiveState.DROPPED


def test_an_objective_is_dropped_with_its_key_results_in_one_line_and_taken_back(
    talk: Talk, written: m.Objective
) -> None:
    office = talk.office
    office.ask([kr(talk, 2)], at(12, 10))
    assert talk.says("drop O1") == "Only Bea or an admin can change the objective. Nothing was changed."
    assert talk.says("drop O1", by=office.bea) == "[form drop_objective_form]"
    said = talk.says("drop O1 because the market is gone", by=office.bea)

    assert said.startswith("O1 Grow is dropped with KR2: they leave the averages and stay on the board under Dropped.")
    assert posts(talk) == ["O1 Grow dropped by Bea, with KR2. Because: the market is gone."]
    assert kr(talk, 2).state is KRState.DROPPED
    assert "KR2 Self-serve renewals · last score 0.27 · the market is gone" in talk.says("board", by=office.bea)
    assert "Self-serve renewals" not in talk.says("digest preview", by=office.bea)
    assert "Dropped · the market is gone" in talk.says("show O1", by=office.bea)
    assert "was dropped" in talk.says("edit O1 title Y because x", by=office.bea)
    assert "The objective of GRO-2 was dropped" in talk.says("resume GRO-2")

    assert talk.says("undo", by=office.bea) == "O1 Grow is worked on again, as it was before."
    assert posts(talk) == ["O1 Grow dropped by Bea, with KR2. Because: the market is gone. (Taken back.)"]
    assert kr(talk, 2).state is KRState.ACTIVE
    assert "KR2 Self-serve renewals · 28% / 50%" in talk.says("show O1", by=office.bea)
    item = office.session.exec(select(m.PromptItem)).one()
    assert item.state is m.ItemState.OPEN


@pytest.mark.parametrize("words", ["O1 KR2", "GRO O1 #2", "objective 1, GRO-2"])
def test_a_key_result_named_behind_its_objective_is_dropped_alone(talk: Talk, written: m.Objective, words: str) -> None:
    bea = talk.office.bea
    assert talk.says(f"drop {words}", by=bea) == "[form drop_form]"
    assert "I don't have O1 KR3" in talk.says("drop O1 KR3 because the market is gone", by=bea)
    assert talk.says("drop O1 and all of it because the market is gone", by=bea) == "[form drop_objective_form]"
    assert kr(talk, 2).state is KRState.ACTIVE

    assert talk.says(f"drop {words} because the market is gone", by=bea).startswith(
        "KR2 Self-serve renewals is dropped"
    )

    objective = talk.office.session.get_one(m.Objective, kr(talk, 2).objective_id)
    assert (objective.state, kr(talk, 2).state) == (m.ObjectiveState.ACTIVE, KRState.DROPPED)


def test_the_form_that_drops_an_objective_asks_why_and_stays_within_a_day(talk: Talk, written: m.Objective) -> None:
    office = talk.office
    form = talk.reply("drop O1 too much else", by=office.bea)
    assert isinstance(form, FormRequest)
    assert form.data["because"] == "too much else"
    errors = FORMS["drop_objective"](talk.turn(office.bea), Submitted("drop_objective", form.data["token"], {}))
    assert isinstance(errors, FormErrors)
    assert set(errors.errors) == {"because", "category"}
    values = {"because": "too much else", "category": "priority"}
    done = FORMS["drop_objective"](talk.turn(office.bea), Submitted("drop_objective", form.data["token"], values))
    assert isinstance(done, Answer)
    again = FORMS["drop_objective"](talk.turn(office.bea), Submitted("drop_objective", form.data["token"], values))
    assert isinstance(again, Answer)
    assert "was dropped, so nothing was changed" in plain_text(talk.render(again, office.bea))
    talk.now += timedelta(hours=25)
    undo = office.session.exec(select(m.Delivery).where(m.Delivery.kind == "change_post")).one()
    assert "more than 24 hours ago" in press(talk, "undo_change", undo.token, office.bea)


def test_a_draft_that_is_gone_meanwhile_is_one_sentence(talk: Talk, written: m.Objective) -> None:
    row = kr(talk, 3)
    kept = m.Delivery(
        workspace_id=row.workspace_id, kind="edit_kept", subject="kr", period="x", person_id=talk.office.mei.id,
        due_at=talk.now, data={"kr": row.id + 100, "mine": {}, "seen": {}, "reason": None, "category": None},
    )  # fmt: skip
    gone = m.Delivery(
        workspace_id=row.workspace_id, kind="replace_kept", subject="kr", period="x", person_id=talk.office.mei.id,
        due_at=talk.now, data={"kr": kr(talk, 2).id},
    )  # fmt: skip
    talk.office.session.add_all([kept, gone])
    talk.office.session.flush()

    assert press(talk, "use_mine", kept.token) == "That key result is gone; nothing was changed."
    assert "kept its words no longer" in press(talk, "replace_kr", gone.token)
    assert "kept its words no longer" in press(talk, "replace_form", gone.token)


def test_the_board_tells_its_team_what_is_still_a_draft(talk: Talk, written: m.Objective) -> None:
    office = talk.office
    line = "Draft: 1 key result under O2, seen by the team only."

    assert line in talk.says("board", by=office.bea)
    assert "[Publish…]" in talk.says("board", by=office.bea)
    assert line in talk.says("board")
    assert "[Look at the draft]" in talk.says("board")
    assert "Draft" not in talk.says("board GRO", by=office.li)
    open_it = button(talk, "board", "Publish…", office.bea)
    assert "Make first orders a pleasure" in press(talk, open_it.action, open_it.value, office.bea)


def test_the_sign_of_a_change_is_gone_with_the_change(talk: Talk, written: m.Objective) -> None:
    talk.says("edit KR2 target 45% because we know more")
    assert "✎" in talk.says("board")

    talk.now += timedelta(minutes=5)
    talk.says("undo")
    assert "✎" not in talk.says("board")
    talk.says("edit KR2 target 45% because we know more")
    assert "✎" in talk.says("board")
