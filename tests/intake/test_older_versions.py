"""What an older version stored, or one we do not know: it is read as it was meant, or put aside where it is seen."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.intake.accept import Reread
from bot.intake.inbound import Command, Edited, Opened, Place, Pressed, Shortcut, Submitted, Typed, What
from bot.intake.stored import from_json
from storage import inbox
from storage import models as m
from storage.outcomes import broken_inbox
from tests.intake.desk import Desk, inbound
from tests.storage.databases import MORNING

OLDER: dict[str, list[dict[str, Any]]] = json.loads((Path(__file__).parent / "older_bodies.json").read_text())
"""As each version wrote them whose bodies differ from those of the one before."""
SINCE = MORNING.replace(hour=0)
MEANT: dict[str, What] = {
    "a reply": Typed("KR1 45k", "1762.0001"),
    "a command": Command("KR1 45k"),
    "a press": Pressed("score", "abc:0.7", "1762.0002"),
    "a form": Submitted("update", "abc:1", {"value": "45k", "krs": ("1", "2")}),
    "an edit": Edited("KR1 46k", "1762.0003", MORNING.replace(hour=8, minute=59)),
    "a page opened": Opened(),
    "a menu entry": Shortcut("win", "We signed"),
}


def whole(**changed: Any) -> dict[str, Any]:
    """A body of the first version with something else in it."""
    return {**OLDER["the first"][0], **changed}


STRANGE: dict[str, Any] = {
    "a kind that is not known": whole(what={"kind": "spoken", "sound": "la la"}),
    "a kind that is not known, with values": whole(
        what={"kind": "drawn", "form": "x", "token": "t", "values": {"a": "b"}}
    ),
    "no kind": whole(what={"text": "KR1 45k"}),
    "a form whose values are a list": whole(
        what={"kind": "submitted", "form": "update", "token": "t", "values": ["45k"]}
    ),
    "a form whose value is a number": whole(
        what={"kind": "submitted", "form": "update", "token": "t", "values": {"value": 45}}
    ),
    "words that are none": whole(what={"kind": "typed", "text": None, "reply_to": None}),
    "a press that is a number": whole(what={"kind": "pressed", "action": 7, "value": 8, "message_id": None}),
    "a moment that is none": whole(at="yesterday"),
    "a moment without a zone": whole(at="2026-11-12T09:00:00", what={"kind": "typed", "text": "x", "reply_to": None}),
    "a place that is not known": whole(place="hologram"),
    "a language that is none": whole(locale=7),
    "without what was done": {key: value for key, value in whole().items() if key != "what"},
    "what was done is a text": whole(what="45k"),
    "a list": ["45k"],
    "a text": "45k",
    "nothing": {},
}


def store(desk: Desk, body: Any, key: str) -> None:
    """Leave it in the inbox as an earlier process left it: stored, and not handled."""

    def write(session: Session) -> None:
        one = inbox.installation_of(session, "console", "console")
        assert one is not None
        session.add(
            m.Inbox(
                workspace_id=one.workspace_id,
                installation_id=one.id,
                key=key,
                person_id=desk.company.mei,
                body=body,
                at=MORNING,
            )
        )

    desk.change(write)


@pytest.mark.parametrize("version", OLDER)
async def test_what_an_older_version_stored_is_handled_as_it_was_meant(desk: Desk, version: str) -> None:
    for body in OLDER[version]:
        store(desk, body, body["key"])

    assert await desk.restarted().replay() == len(OLDER[version])

    assert {one.key: one.what for one in desk.turns} == {body["key"]: MEANT[body["key"]] for body in OLDER[version]}
    assert {(one.person, one.place, one.at, one.timezone) for one in desk.turns} == {
        ("mei", Place.DM, MORNING, "Europe/Madrid")
    }
    assert {row.state for row in desk.rows()} == {m.InboxState.DONE}
    assert desk.heard() == len(OLDER[version])


@pytest.mark.parametrize("what", STRANGE)
async def test_what_cannot_be_read_is_put_aside_and_holds_up_nobody(desk: Desk, what: str) -> None:
    store(desk, STRANGE[what], "strange")
    store(desk, OLDER["the first"][0], "after it")
    intake = desk.restarted()

    for _ in range(3):
        await intake.replay()

    assert [one.key for one in desk.turns] == ["a reply"], "what stands behind it is handled, once"
    strange, after = desk.rows()
    assert (strange.state, after.state) == (m.InboxState.BROKEN, m.InboxState.DONE)
    assert strange.body == STRANGE[what], "not a word of it is lost"
    assert strange.problem is not None
    assert strange.attempts == 1, "the same code reads it no better a second time"
    seen = desk.db.read_now(broken_inbox)
    assert [row.id for row in seen] == [strange.id], "an operator sees it"
    assert await intake.reread(strange.id) is Reread.BROKE_AGAIN


async def test_a_number_of_restarts_ends_it(desk: Desk) -> None:
    store(desk, STRANGE["a form whose values are a list"], "strange")

    for _ in range(10):
        await desk.restarted().replay()

    assert desk.row().attempts == 5


def test_every_version_says_what_is_said_now() -> None:
    for body in (one for bodies in OLDER.values() for one in bodies):
        assert from_json(body) == inbound(
            MEANT[body["key"]], key=body["key"], locale="en", timezone="Europe/Madrid", at=MORNING
        )
