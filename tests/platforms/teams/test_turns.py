"""A turn: stored, then "ok" to Teams, then the answer; a second delivery changes nothing and is answered once."""

import asyncio

import pytest

from bot.cards.model import Form, TextField
from bot.intake.inbound import Nothing, OpenForm, Say, Submitted
from bot.platforms.teams.app import TeamsPlatform
from tests.delivery.contract import card
from tests.fakes.http import Broken
from tests.fakes.teams import TeamsFake
from tests.platforms.teams.conftest import MEI, App

pytestmark = pytest.mark.usefixtures("platform")

CHAT = f"a:{MEI}"
FORM = Form("update", "token-7", "Update", "Save", "Cancel", (TextField("KR1", "Enterprise MRR"),))
NOT_SAVED = "I could not save that just now. Nothing was recorded; please try again."


async def settled(platform: TeamsPlatform) -> None:
    """Let what follows an acknowledgement arrive."""
    await platform._after.drain(3)


async def test_teams_hears_ok_as_soon_as_it_is_stored_and_the_answer_follows(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    app.result = Say(card("Saved"))
    app.may_answer.clear()
    assert (await teams.says("45k")).status == 200
    assert (len(app.recorded), teams.texts(CHAT)) == (1, [])
    app.may_answer.set()
    await settled(platform)
    assert teams.texts(CHAT) == ["Saved"]


async def test_before_it_is_stored_teams_hears_nothing(teams: TeamsFake, app: App) -> None:
    app.may_store.clear()
    asked = asyncio.create_task(teams.says("45k"))
    await app.was_told.wait()
    done, _ = await asyncio.wait((asked,), timeout=0.2)
    assert done == set()
    app.may_store.set()
    assert (await asked).status == 200
    assert len(app.recorded) == 1


async def test_a_second_delivery_while_the_first_is_in_hand_waits_for_it_and_is_answered_once(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    app.result = Say(card("Saved"))
    app.may_store.clear()
    body = teams.activity(text="45k")
    asked = [asyncio.create_task(teams.post(body)) for _ in range(3)]
    await app.was_told.wait()
    await asyncio.wait(asked, timeout=0.2)
    app.may_store.set()
    assert [(await each).status for each in asked] == [200] * 3
    await settled(platform)
    assert (len(app.heard), teams.texts(CHAT)) == (1, ["Saved"])


async def test_what_a_slow_database_lost_is_told_once_and_not_recorded_behind_their_back(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    """Teams sent it again while the first was still being stored; then storing failed, and then it worked again."""
    app.error = RuntimeError("the database was locked for too long")
    app.may_store.clear()
    body = teams.activity(text="45k")
    first, second = (asyncio.create_task(teams.post(body)) for _ in range(2))
    await app.was_told.wait()
    await asyncio.wait((first, second), timeout=0.2)
    app.may_store.set()
    assert [(await first).status, (await second).status] == [200, 200]
    app.error = None
    assert (await teams.post(body)).status == 200
    await settled(platform)
    assert (app.recorded, len(app.heard), teams.texts(CHAT)) == ({}, 1, [NOT_SAVED])
    assert (await teams.says("45k")).status == 200
    assert len(app.recorded) == 1


async def test_a_form_that_could_not_be_saved_is_sent_again_as_it_is(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    app.result = OpenForm(FORM)
    await teams.says("win")
    await settled(platform)
    (form,) = teams.messages(CHAT)

    app.error = RuntimeError("disk full")
    await teams.presses(form, form.button("Save"), {"field.KR1": "45"})
    assert NOT_SAVED in str(form.card)

    app.error = None
    await teams.presses(form, form.button("Save"), {"field.KR1": "45"})
    assert [each.what for each in app.recorded.values()][1:] == [Submitted("update", "token-7", {"KR1": "45"})]


async def test_where_the_person_cannot_be_told_teams_sends_it_again_and_then_it_is_recorded(
    teams: TeamsFake, app: App
) -> None:
    app.error = RuntimeError("disk full")
    body = teams.activity(text="45k")
    teams.play("POST", Broken(503))
    assert (await teams.post(body)).status == 500
    app.error = None
    assert (await teams.post(body)).status == 200
    assert len(app.recorded) == 1


async def test_news_that_cannot_be_kept_is_sent_again_by_teams(teams: TeamsFake, app: App) -> None:
    body = teams.activity(type="installationUpdate", action="add")
    app.is_deaf = True
    assert (await teams.post(body)).status == 500
    app.is_deaf = False
    assert (await teams.post(body)).status == 200
    assert app.news


async def test_an_answer_that_cannot_be_given_does_not_undo_what_was_stored(
    teams: TeamsFake, app: App, platform: TeamsPlatform, caplog: pytest.LogCaptureFixture
) -> None:
    app.result = Say(card("Saved"))
    teams.play("POST", Broken(503))
    assert (await teams.says("45k")).status == 200
    await settled(platform)
    assert (len(app.recorded), teams.texts(CHAT)) == (1, [])
    assert "answering a message: Teams answered 503" in caplog.text


async def test_many_people_at_once_are_all_heard(teams: TeamsFake, app: App, platform: TeamsPlatform) -> None:
    app.result = Nothing()
    answers = await asyncio.gather(*(teams.says(f"KR{number} 45k") for number in range(40)))
    assert [each.status for each in answers] == [200] * 40
    assert len(app.recorded) == 40


async def test_a_clean_stop_waits_for_what_is_in_hand(teams: TeamsFake, app: App, platform: TeamsPlatform) -> None:
    app.result = Say(card("Saved"))
    app.may_answer.clear()
    assert (await teams.says("45k")).status == 200
    closing = asyncio.create_task(platform.close())
    await asyncio.wait((closing,), timeout=0.1)
    app.may_answer.set()
    await closing
    assert teams.texts(CHAT) == ["Saved"]
