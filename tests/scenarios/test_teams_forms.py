"""The weekly question in Teams with its inputs in the card: what is typed there is answered like a tap, in place."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.okr.model import KRState
from storage import models as m
from tests.fakes import adaptive_cards
from tests.fakes.teams import Message, TeamsFake
from tests.scenarios.running import Running
from tests.scenarios.teams_world import behind, started, teams_time

pytestmark = (
    pytest.mark.sqlite_is_enough
)  # about Teams' forms; test_teams_week and tests/handlers/test_stale_forms ask the same of both

PEOPLE = {
    "mei": "mei-object-id",
    "jack": "jack-object-id",
    "bea": "bea-object-id",
    "li": "li-object-id",
    "wangjie": "wangjie-id",
}


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    fake = TeamsFake(teams_time())
    for handle, object_id in PEOPLE.items():
        fake.add_person(object_id, handle.title())
    async with started(fake):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, teams: TeamsFake) -> AsyncIterator[Running]:
    async with behind(teams, tmp_path, PEOPLE, {}) as one:
        yield one


class Asked:
    """Somebody with their weekly question before them."""

    def __init__(self, okra: Running, teams: TeamsFake, handle: str) -> None:
        self.okra, self.teams, self.person = okra, teams, PEOPLE[handle]
        self.chat = f"a:{self.person}"

    @property
    def messages(self) -> list[Message]:
        return self.teams.messages(self.chat)

    @property
    def question(self) -> Message:
        """The newest weekly question."""
        found = [each for each in self.messages if re.match("Weekly check-in|每周更新", each.text)]
        return found[-1]

    def forms(self) -> dict[str, dict[str, Any]]:
        """What unfolds in the question, by the ids of its first input's label."""
        return {each["card"]["body"][0]["label"]: each for each in self.question.actions() if "card" in each}

    async def fills(self, label: str, message: Message | None = None, **values: str) -> None:
        """Type into the form whose first field is called so, and press its [Save]."""
        card = self.forms()[label]["card"]
        await self.sends(card, message or self.question, values)

    async def sends(self, card: Mapping[str, Any], message: Message, values: Mapping[str, str]) -> None:
        (save,) = card["actions"]
        prefix = save["data"]["within"]
        ids = {each["id"].rpartition(".")[2]: each["id"] for each in card["body"] if "id" in each}
        assert all(each.startswith(prefix) for each in ids.values())
        inputs = {ids.get(name, f"{prefix}field.{name}"): value for name, value in values.items()}
        value = {**save["data"], **inputs}
        body = self.teams.activity(self.person, value=value, replyToId=message.id)
        answer = await self.teams.post(body)
        assert answer.status == 200
        await self.okra.settled()

    async def presses(self, message: Message, title: str, **inputs: str) -> None:
        (action, *_) = [each for each in message.actions() if each.get("title") == title]
        held = {each["id"]: str(each.get("value", "")) for each in message.card["body"] if "id" in each}
        if "form" not in action.get("data", {}):
            held = {}
        value = {**action["data"], **held, **{f"field.{name}": text for name, text in inputs.items()}}
        await self.teams.post(self.teams.activity(self.person, value=value, replyToId=message.id))
        await self.okra.settled()

    def said(self, key_result: str) -> list[str]:
        """The numbers that were recorded."""
        return [format(row.value, "f") for row in self.okra.said_of(key_result) if row.value is not None]


async def asked(okra: Running, teams: TeamsFake, handle: str, moment: str = "2026-11-12 10:00") -> Asked:
    """Somebody who was heard from, at the moment of their question."""
    await teams.says("hello", person=PEOPLE[handle])
    await okra.settled()
    await okra.at(moment)
    return Asked(okra, teams, handle)


MRR = "monthly recurring revenue"


async def test_a_number_typed_in_the_card_stands_there_as_its_receipt_with_undo(
    okra: Running, teams: TeamsFake
) -> None:
    mei = await asked(okra, teams, "mei")
    before = len(mei.messages)
    assert adaptive_cards.problems(mei.question.card) == []

    await mei.fills(MRR, value="46k", self_score="0.9", note="Two *hotels* signed")

    assert mei.said("GRO-1") == ["46000"]
    assert "✓ $44k → $46k · self-score 0.9" in mei.question.text
    assert "Two" in mei.question.text
    assert "Undo" in [each.get("title") for each in mei.question.actions()]
    assert MRR not in mei.forms()
    assert len(mei.messages) == before, "nothing is said a second time beside the question"

    await mei.presses(mei.question, "Undo")
    assert "✓" not in mei.question.text
    assert MRR in mei.forms()

    await mei.fills(MRR, value="46k")
    assert "✓ $44k → $46k" in mei.question.text


async def test_saving_twice_says_it_once(okra: Running, teams: TeamsFake) -> None:
    mei = await asked(okra, teams, "mei")
    card, question = mei.forms()[MRR]["card"], mei.question
    before = len(mei.messages)

    for _ in range(2):
        await mei.sends(card, question, {"value": "46k", "self_score": "0.9"})

    assert mei.said("GRO-1") == ["46000"]
    assert len(mei.messages) == before

    await mei.sends(card, question, {"value": "47k"})
    assert mei.said("GRO-1") == ["46000", "47000"], "what is typed anew counts"


async def test_one_activity_delivered_twice_is_one_answer(okra: Running, teams: TeamsFake) -> None:
    mei = await asked(okra, teams, "mei")
    (save,) = mei.forms()[MRR]["card"]["actions"]
    typed = {**save["data"], f"{save['data']['within']}field.value": "46k"}
    body = teams.activity(mei.person, value=typed, replyToId=mei.question.id)

    await asyncio.gather(*(teams.post(body) for _ in range(3)))
    await okra.settled()

    assert mei.said("GRO-1") == ["46000"]


async def test_what_cannot_be_read_opens_the_whole_form_below_with_all_that_was_typed(
    okra: Running, teams: TeamsFake
) -> None:
    mei = await asked(okra, teams, "mei")
    question = dict(mei.question.card)

    await mei.fills(MRR, value="many", note="Two hotels signed")

    assert mei.said("GRO-1") == []
    assert mei.question.card == question, "the question stays as it is"
    form = mei.messages[-1]
    held = {each["id"]: each.get("value") for each in form.card["body"] if "id" in each}
    assert held["field.value"] == "many"
    assert held["field.note"] == "Two hotels signed"
    assert "I cannot read many as a number" in str(form.card)

    await mei.presses(form, "Save", value="46k")
    assert mei.said("GRO-1") == ["46000"]
    assert "✓" in mei.question.text
    assert form not in mei.messages


@pytest.mark.parametrize("value", ["1e400", "NaN", "-", "9" * 4000, "∞", "<at>Mei</at>", "0x1F"])
async def test_whatever_is_typed_where_a_number_belongs_is_asked_about_and_recorded_nowhere(
    okra: Running, teams: TeamsFake, value: str
) -> None:
    mei = await asked(okra, teams, "mei")

    await mei.fills(MRR, value=value)

    assert mei.said("GRO-1") == []
    assert "⚠" in str(mei.messages[-1].card)
    assert adaptive_cards.problems(mei.messages[-1].card) == []


async def test_nothing_filled_in_is_one_sentence(okra: Running, teams: TeamsFake) -> None:
    mei = await asked(okra, teams, "mei")

    await mei.fills(MRR, value="", note="")

    assert mei.messages[-1].text == "Nothing is filled in yet, so there is nothing to save."
    assert okra.said_of("GRO-1") == []


async def test_a_note_of_4000_characters_is_kept_in_the_form_and_said_to_be_too_long(
    okra: Running, teams: TeamsFake
) -> None:
    mei = await asked(okra, teams, "mei")

    await mei.fills(MRR, value="46k", note="n" * 4000)

    assert "That is longer than 500 characters." in str(mei.messages[-1].card)
    assert okra.said_of("GRO-1") == []


async def test_a_likelihood_and_a_blocker_in_chinese(okra: Running, teams: TeamsFake) -> None:
    jie = await asked(okra, teams, "wangjie", "2026-11-13 09:00")
    likely = next(label for label in jie.forms() if "把握" in label)

    await jie.fills(likely, confidence="4/10", blocker="审核")

    assert [row.confidence for row in okra.said_of("TEA-3")] == [4]
    assert "4/10" in jie.question.text
    assert "审核" in jie.question.text


STEPS = "Which steps are done?"


async def test_steps_are_ticked_with_commas_and_what_was_never_offered_is_no_step(
    okra: Running, teams: TeamsFake
) -> None:
    bea = await asked(okra, teams, "bea", "2026-11-16 10:00")
    held = next(each for each in bea.forms()[STEPS]["card"]["body"] if each["label"] == STEPS)
    assert held["value"] == "1,2"

    await bea.fills(STEPS, steps="1,2,3", self_score="0.8")
    assert "3 of 4 steps" in bea.question.text

    await bea.presses(bea.question, "Undo")
    await bea.fills(STEPS, steps="1,2,3,99,x,,-1,²")
    assert [row.steps_done for row in okra.said_of("SUP-4")][-1] == [1, 2, 3]


async def test_a_key_result_dropped_meanwhile_is_one_sentence_and_records_nothing(
    okra: Running, teams: TeamsFake
) -> None:
    mei = await asked(okra, teams, "mei")

    def drop(session: Session) -> None:
        rows = session.exec(select(m.KeyResult).join(m.Team).where(m.Team.key == "GRO", m.KeyResult.number == 1))
        row = rows.one()
        row.state = KRState.DROPPED
        session.add(row)

    okra.house.db.write_now(drop)
    await mei.fills(MRR, value="46k")

    assert mei.messages[-1].text == "KR1 is not worked on any more, so nothing was recorded."
    assert okra.said_of("GRO-1") == []
    assert "Weekly check-in" in mei.question.text


async def test_a_form_in_a_question_that_is_overtaken_loses_nothing(okra: Running, teams: TeamsFake) -> None:
    mei = await asked(okra, teams, "mei")
    card, old = mei.forms()[MRR]["card"], mei.question
    await okra.at("2026-11-19 10:00")
    assert mei.question.id != old.id

    await mei.sends(card, old, {"value": "46k"})

    assert mei.said("GRO-1") == ["46000"]
    assert "✓ $44k → $46k" in mei.question.text
    assert "KR1 $44k → $46k" in mei.messages[-1].text


async def test_a_question_deleted_before_the_answer_is_answered_beside_it(okra: Running, teams: TeamsFake) -> None:
    mei = await asked(okra, teams, "mei")
    card, question = mei.forms()[MRR]["card"], mei.question
    mei.messages.remove(question)

    await mei.sends(card, question, {"value": "46k"})

    assert mei.said("GRO-1") == ["46000"]


async def test_a_colleague_who_sends_somebody_elses_form_is_refused_by_name(okra: Running, teams: TeamsFake) -> None:
    mei = await asked(okra, teams, "mei")
    await teams.says("hello", person=PEOPLE["jack"])
    await okra.settled()
    (save,) = mei.forms()[MRR]["card"]["actions"]
    typed = {**save["data"], f"{save['data']['within']}field.value": "46k"}

    await teams.post(teams.activity(PEOPLE["jack"], value=typed, replyToId=mei.question.id))
    await okra.settled()

    assert okra.said_of("GRO-1") == []
    assert "Mei" in teams.texts(f"a:{PEOPLE['jack']}")[-1]
    assert "✓" not in mei.question.text


@pytest.mark.parametrize("token", ["", "nobody", "x" * 3000, "a:b:c", "\x00"])
async def test_a_form_with_a_made_up_token_records_nothing(okra: Running, teams: TeamsFake, token: str) -> None:
    mei = await asked(okra, teams, "mei")
    (save,) = mei.forms()[MRR]["card"]["actions"]
    before = mei.question.text
    typed = {**save["data"], "token": token, f"{save['data']['within']}field.value": "46k"}

    await teams.post(teams.activity(mei.person, value=typed, replyToId=mei.question.id))
    await okra.settled()

    assert "nothing was recorded" in mei.messages[-1].text
    assert mei.question.text == before


async def test_a_tap_does_not_take_along_what_stands_in_a_form(okra: Running, teams: TeamsFake) -> None:
    mei = await asked(okra, teams, "mei")

    taps = [each for each in mei.question.actions() if each["type"] == "Action.Submit" and "form" not in each["data"]]

    assert taps
    assert {each["associatedInputs"] for each in taps} == {"none"}


async def test_no_form_is_sent_into_the_outbox_as_an_echo(okra: Running, teams: TeamsFake) -> None:
    mei = await asked(okra, teams, "mei")
    await mei.fills(MRR, value="46k")

    def echoes(session: Session) -> list[m.Delivery]:
        return list(session.exec(select(m.Delivery).where(col(m.Delivery.kind) == "answer")))

    assert [row for row in okra.house.db.read_now(echoes) if row.data["name"] == "echo"] == []
