"""What people type, edit, quote, attach and press in Teams, through the whole of Okra, and the same in Slack."""

import html
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.intake.inbound import Typed
from bot.okr.localtime import instant
from bot.okr.replies import read_reply
from bot.platforms.slack.inbound import from_message
from bot.platforms.teams.inbound import read, said
from storage import models as m
from storage.conversations import delivery_of_message
from tests.fakes.slack import SlackFake
from tests.fakes.teams import BOT, Message, TeamsFake
from tests.okr.replies.contexts import DATA, context
from tests.scenarios import teams_world
from tests.scenarios.running import BEGIN, MADRID, Running
from tests.scenarios.slack_world import behind, slack_time, started

pytestmark = pytest.mark.sqlite_is_enough  # about words in Teams; test_teams_week asks the same of both

MEI, JACK, NEW = "mei-object-id", "jack-object-id", "new-object-id"
CHAT, JACKS = f"a:{MEI}", f"a:{JACK}"
SALES = "19:sales@thread.tacv2"
GROUP = "19:group@thread.v2"
MEETING = "19:meeting_MjA@thread.v2"
FILES = (
    "I find no words in that, so nothing was recorded. Tell me in a line, for example: KR2 31%; "
    "OKRs you can also send as a file (md, csv, xlsx, yaml)."
)
ROWS = [json.loads(line) for line in (DATA / "replies.jsonl").read_text(encoding="utf-8").splitlines()]


def a_fake() -> TeamsFake:
    fake = TeamsFake(teams_world.teams_time())
    fake.add_person(MEI, "Mei Tan")
    fake.add_person(JACK, "Jack Moreno")
    fake.add_person(NEW, "Somebody New")
    for place in (SALES, GROUP, MEETING):
        fake.add_conversation(place, MEI, JACK, NEW)
    return fake


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    fake = a_fake()
    async with teams_world.started(fake):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, teams: TeamsFake) -> AsyncIterator[Running]:
    people = {"mei": MEI, "jack": JACK}
    async with teams_world.behind(teams, tmp_path, people, {"GRO": SALES}) as one:
        yield one


def counting(okra: Running, key_result: str) -> list[str]:
    """The values that were told and not taken back."""
    return [
        format(row.value, "f") for row in okra.said_of(key_result) if row.value is not None and row.undone_at is None
    ]


def page(markup: str) -> dict[str, Any]:
    return {"contentType": "text/html", "content": markup}


def quoting(message: Message, words: str) -> list[dict[str, Any]]:
    quote = (
        f'<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="{message.id}"><p>99k</p></blockquote>'
    )
    return [page(f"{quote}<p>{words}</p>")]


# --- commands -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["board", "Board!", "okr board", "/okr board", "ｏｋｒ　ｂｏａｒｄ", "okr&nbsp;board", "<at>Okra</at> board",
     "看板", "\u200bboard\n"],
)  # fmt: skip
async def test_in_the_personal_chat_the_word_will_do(okra: Running, teams: TeamsFake, text: str) -> None:
    await teams.says(text)
    await okra.settled()

    assert "Growth" in teams.texts(CHAT)[-1]


async def test_okr_in_the_middle_of_an_answer_is_no_command(okra: Running, teams: TeamsFake) -> None:
    await teams.says("OKR is blocked")
    await okra.settled()

    assert "Did you mean" not in teams.texts(CHAT)[-1]
    assert okra.said_of("GRO-1") == []


@pytest.mark.parametrize("place", [SALES, f"{SALES};messageid=17", GROUP, MEETING])
async def test_where_others_read_along_a_mention_does_what_the_command_does(
    okra: Running, teams: TeamsFake, place: str
) -> None:
    await teams.says("hello")
    await okra.settled()
    await teams.mentions("KR1 46k, 0.7", place)
    await okra.settled()

    assert counting(okra, "GRO-1") == ["46000"]
    assert "$44k → $46k" in teams.texts(CHAT)[-1]
    there = place.partition(";")[0]
    assert not any("46k" in text for text in teams.texts(there))


async def test_a_mention_by_the_way_is_left_alone(okra: Running, teams: TeamsFake) -> None:
    us = {"type": "mention", "text": "<at>Okra</at>", "mentioned": {"id": BOT, "name": "Okra"}}
    text = "thanks <at>Okra</at> for the board!"
    await teams.post(teams.activity(MEI, GROUP, text=text, entities=[us]))
    await okra.settled()

    assert teams.texts(GROUP) == teams.texts(CHAT) == []


async def test_a_colleague_is_known_by_the_mention(okra: Running, teams: TeamsFake) -> None:
    jack = {"type": "mention", "text": "<at>J.</at>", "mentioned": {"id": "29:j", "aadObjectId": JACK}}
    await teams.says('next "call Acme" <at>J.</at> KR1', entities=[jack])
    await okra.settled()

    def steps(session: Session) -> list[tuple[str, str]]:
        rows = session.exec(select(m.NextStep, m.Person).where(m.NextStep.owner_id == m.Person.id))
        return [(step.text, person.handle) for step, person in rows if step.text == "call Acme"]

    assert okra.house.db.read_now(steps) == [("call Acme", "jack")]


async def test_somebody_nobody_knows_is_told_by_their_name(okra: Running, teams: TeamsFake) -> None:
    ann = {"type": "mention", "text": "<at>Ann Lee</at>", "mentioned": {"id": "29:a", "aadObjectId": "ann-id"}}
    await teams.says("board <at>Ann Lee</at>", entities=[ann])
    await okra.settled()

    assert teams.texts(CHAT)[-1] == "I don't know @Ann Lee here."


async def test_help_names_what_works_here(okra: Running, teams: TeamsFake) -> None:
    await teams.says("help")
    await okra.settled()
    message = teams.messages(CHAT)[-1]

    assert "okr board" in message.text
    assert "@Okra board" in message.text
    assert "/okr" not in json.dumps(message.activity)


# --- quotes, edits, files -------------------------------------------------------------------------------


async def test_an_answer_that_quotes_is_about_what_it_quotes(okra: Running, teams: TeamsFake) -> None:
    await teams.says("KR1 46k, 0.7")
    await okra.settled()
    echoed = teams.messages(CHAT)[-1]
    await teams.says("x", attachments=quoting(echoed, "47k"))
    await okra.settled()

    assert counting(okra, "GRO-1")[-1] == "47000"


async def test_an_edited_reply_is_a_correction_and_both_answers_say_so(okra: Running, teams: TeamsFake) -> None:
    body = teams.activity(text="KR1 46k, 0.7")
    await teams.post(body)
    await okra.settled()
    data = {**body["channelData"], "eventType": "editMessage"}
    edit = teams.activity(type="messageUpdate", id=body["id"], text="KR1 47k, 0.7", channelData=data)
    await teams.post(edit)
    await okra.settled()
    await teams.post(edit)
    await okra.settled()

    assert counting(okra, "GRO-1") == ["47000"]
    first, second = teams.texts(CHAT)
    assert "You edited this message" in first
    assert "$44k → $47k" in second

    gone = {**data, "eventType": "softDeleteMessage"}
    await teams.post(teams.activity(type="messageDelete", id=body["id"], channelData=gone))
    back = {**data, "eventType": "undeleteMessage"}
    await teams.post(teams.activity(type="messageUpdate", id=body["id"], text="KR1 47k, 0.7", channelData=back))
    await okra.settled()
    assert counting(okra, "GRO-1") == ["47000"]
    assert len(teams.texts(CHAT)) == 2


async def test_an_edit_of_yesterday_is_late_though_nobody_tells_when_it_was_typed(
    okra: Running, teams: TeamsFake
) -> None:
    body = teams.activity(id="f:opaque", text="KR1 46k, 0.7")
    await teams.post(body)
    await okra.settled()
    await okra.at("2026-11-13 15:00")
    edit = {**body, "type": "messageUpdate", "text": "KR1 47k, 0.7", "attachments": []}
    await teams.post({**edit, "timestamp": okra.clock.now().isoformat()})
    await okra.settled()

    assert counting(okra, "GRO-1") == ["46000"]
    assert any("more than 24 hours old" in text for text in teams.texts(CHAT))


async def test_of_two_messages_with_one_id_the_one_in_this_chat_is_meant(okra: Running, teams: TeamsFake) -> None:
    for person, text in ((JACK, "GRO-4 372"), (MEI, "KR1 46k, 0.7")):
        await teams.says(text, person=person)
        await okra.settled()

    def with_one_id(session: Session) -> list[str]:
        rows = session.exec(select(m.Delivery).where(m.Delivery.kind == "answer")).all()
        for row in rows:
            row.message_id = "1794387540000"
            session.add(row)
        session.flush()
        found = (delivery_of_message(session, 1, "1794387540000", chat) for chat in (CHAT, JACKS, ""))
        return [str(one.message["channel"]) for one in found if one is not None and one.message is not None]

    assert okra.house.db.write_now(with_one_id) == [CHAT, JACKS, JACKS]


async def test_an_edited_mention_corrects(okra: Running, teams: TeamsFake) -> None:
    await teams.says("hello")
    us = {"type": "mention", "text": "<at>Okra</at>", "mentioned": {"id": BOT, "name": "Okra"}}
    body = teams.activity(MEI, GROUP, text="<at>Okra</at> KR1 46k, 0.7", entities=[us])
    await teams.post(body)
    await okra.settled()
    changed = {**body, "type": "messageUpdate", "text": "<at>Okra</at> KR1 47k, 0.7", "attachments": []}
    await teams.post(changed)
    await okra.settled()

    assert counting(okra, "GRO-1") == ["47000"]


async def test_a_file_alone_is_told_what_is_read_and_words_beside_it_are_read(okra: Running, teams: TeamsFake) -> None:
    picture = {"contentType": "image/png", "contentUrl": "https://pictures.example/1"}
    await teams.post(teams.activity(text=None, attachments=[picture]))
    await okra.settled()
    assert teams.texts(CHAT) == [FILES]

    await teams.says("KR1 46k, 0.7", attachments=[picture])
    await okra.settled()
    assert counting(okra, "GRO-1") == ["46000"]


async def test_a_sign_under_a_message_is_no_word(okra: Running, teams: TeamsFake) -> None:
    await teams.says("KR1 46k, 0.7")
    await okra.settled()
    echoed = teams.messages(CHAT)[-1]
    like = teams.activity(type="messageReaction", reactionsAdded=[{"type": "like"}], replyToId=echoed.id)
    assert (await teams.post(like)).status == 200
    await okra.settled()

    assert counting(okra, "GRO-1") == ["46000"]
    assert len(teams.texts(CHAT)) == 1


@pytest.mark.parametrize("text", ["🎉", "\u202eKR1 9\u202c", "\x00", "\ud800", "שלום", "x" * 100_000, "<at>" * 9_000])
async def test_odd_words_get_one_answer_and_lose_nothing(okra: Running, teams: TeamsFake, text: str) -> None:
    assert (await teams.says(text)).status == 200
    await okra.settled()

    assert len(teams.texts(CHAT)) <= 1
    assert counting(okra, "GRO-1") in ([], ["9"])


# --- buttons and strangers ------------------------------------------------------------------------------


def button(message: Message, title: str) -> dict[str, Any]:
    return next(action for action in message.actions() if action.get("title") == title)


async def test_a_colleague_who_presses_what_is_not_theirs_records_nothing(okra: Running, teams: TeamsFake) -> None:
    for person in (MEI, JACK):
        await teams.says("hello", person=person)
    await okra.at("2026-11-12 10:00")
    question = next(one for one in teams.messages(CHAT) if "Weekly check-in" in one.text)
    action = next(one for one in question.actions() if one.get("data", {}).get("value"))
    before = len(teams.messages(JACKS))
    value = {**action["data"], "person": MEI, "aadObjectId": MEI}
    await teams.post(teams.activity(JACK, GROUP, value=value, replyToId=question.id))
    await okra.settled()

    assert okra.said_of("GRO-1") == []
    assert len(teams.messages(JACKS)) == before + 1


async def test_somebody_without_an_account_gets_one_polite_sentence(okra: Running, teams: TeamsFake) -> None:
    us = {"type": "mention", "text": "<at>Okra</at>", "mentioned": {"id": BOT, "name": "Okra"}}
    nobody = {"id": "29:anonymous", "name": "Ann (Guest)"}
    body = teams.activity(MEI, MEETING, text="<at>Okra</at> board", entities=[us])
    assert (await teams.post({**body, "from": nobody})).status == 200
    await okra.settled()

    (told,) = teams.texts(MEETING)
    assert told == "I don't know you yet. Ask whoever runs Okra to add you; nothing was recorded."


# --- the same as in Slack -------------------------------------------------------------------------------


def in_slack(text: str) -> str:
    """What the Slack edge makes of a reply that somebody types there."""
    event = {"type": "message", "user": "U1", "channel": "D1", "channel_type": "im", "ts": "1.000001", "text": text}
    body = {"event_id": "Ev1", "event": event, "authorizations": [{"user_id": "U0OKRA"}]}
    inbound = from_message(body, "T1", slack_time().now())
    assert inbound is not None
    assert isinstance(inbound.what, Typed)
    return inbound.what.text


def in_teams(text: str, *, as_html: bool) -> str:
    """What the Teams edge makes of the same, typed as text or as formatted text."""
    escaped = html.escape(text, quote=False)
    body = {
        "type": "message",
        "id": "1794387540000",
        "from": {"id": "29:1"},
        "conversation": {"id": "a:1", "conversationType": "personal"},
        "recipient": {"id": BOT},
        "serviceUrl": "https://x",
        "text": "" if as_html else escaped,
        "attachments": [page(f"<p>{escaped}</p>")],
    }
    inbound = said(read(body), slack_time().now())
    assert inbound is not None
    assert isinstance(inbound.what, Typed)
    return inbound.what.text


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['context']}: {row['reply']}")
def test_a_reply_of_every_kind_is_read_alike(row: dict[str, Any]) -> None:
    text = row["reply"]
    there = read_reply(in_slack(text if "<" in text else html.escape(text, quote=False)), context(row["context"]))
    for as_html in (False, True):
        here = read_reply(in_teams(text, as_html=as_html), context(row["context"]))
        assert here == there


SAMPLE = (
    "KR1 46k, 0.7", "KR1 $47k & rising", "KR2 31%, blocked on legal", "KR2 7/10", "KR1 no change", "KR1 0.65!",
    "KR1 1.2m", "KR1 +4k", "KR1 没有变化", "KR2 把握七成", "KR1 卡在法务",
    "KR1 46k\nKR2 31%", "next: call GC by Friday",
    "KR1 46k > 40k", "KR1 skip", "KR1 👍", 'next "call R&D <soon>" KR1', "undo",
)  # fmt: skip
STORED = (
    "kind", "value", "self_score", "confidence", "status_said", "done", "blocked", "blocker", "note", "help_wanted",
    "skip_reason",
)  # fmt: skip


def stored(okra: Running) -> list[tuple[object, ...]]:
    """All that is known of what was said: check-ins, questions and next steps."""

    def rows(session: Session) -> list[tuple[object, ...]]:
        start = instant(BEGIN.date(), BEGIN.time(), MADRID)
        said_rows = session.exec(select(m.CheckIn).where(m.CheckIn.at >= start).order_by(col(m.CheckIn.id))).all()
        asked = session.exec(select(m.Clarification).order_by(col(m.Clarification.id))).all()
        steps = session.exec(select(m.NextStep).order_by(col(m.NextStep.id))).all()
        return [
            *(
                (one.kr_id, one.undone_at is None, *(getattr(one, name, None) for name in STORED))
                for one in said_rows
            ),
            *((one.kr_id, one.code) for one in asked),
            *((one.text, one.due, one.state) for one in steps),
        ]  # fmt: skip

    return okra.house.db.read_now(rows)


async def test_the_same_replies_leave_the_same_in_the_database_as_in_slack(
    tmp_path: Path, okra: Running, teams: TeamsFake
) -> None:
    slack = SlackFake(slack_time())
    slack.add_person("U1MEI", "Mei Tan")
    slack.add_person("U2JACK", "Jack Moreno")
    (tmp_path / "slack").mkdir()
    async with (
        started(slack, ("U1MEI", "U2JACK")),
        behind(slack, tmp_path / "slack", {"mei": "U1MEI", "jack": "U2JACK"}) as there,
    ):
        for text in SAMPLE:
            escaped = html.escape(text, quote=False)
            await teams.says(escaped)
            await slack.message(escaped)
            await okra.settled()
            await there.settled()
            assert stored(okra) == stored(there), text
    assert len(stored(okra)) > len(SAMPLE) / 2
