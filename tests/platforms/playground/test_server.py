"""The playground's server: what people do on a page reaches Okra once, and what comes of it stands there."""

import asyncio
import io
import json
import re
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from bot.intake.inbound import Command, FileProblem, Pressed, Submitted, Typed
from bot.platforms.console.room import Spot
from bot.platforms.playground.world import WorldProblem
from tests.platforms.playground.browsing import Browser, Page
from tests.platforms.playground.rooms import full_disk
from tests.platforms.playground.small_world import ANA, START, SmallWorld, words

DM = "/as/ana/dm"
TOM = "/as/tom/dm"
GROWTH = "/as/ana/channel/growth"
ONCE = "k" * 32
SPOT = Spot("ana", is_person=True)


def press(message: str, action_and_value: str) -> list[tuple[str, str]]:
    return [("do", "press"), ("message", message), ("press", action_and_value)]


def form_id(page: Page) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page.html)
    assert found is not None, page.text
    return found[1]


# --- a conversation ----------------------------------------------------------------------------------


async def test_the_front_page_leads_to_somebodys_conversation(browser: Browser, small: SmallWorld) -> None:
    small.ask()

    page = await browser.get("/")

    assert (page.status, page.path) == (200, DM)
    assert "Weekly check-in KR1 · Where will it land?" in page.text


async def test_a_reply_is_heard_and_answered(browser: Browser, small: SmallWorld) -> None:
    page = await browser.says(DM, "45k\r\nblocked on legal")

    assert (page.status, page.path) == (200, DM)
    assert [one.what for one in small.heard] == [Typed("45k\nblocked on legal")]
    assert "Noted: 45k" in page.text


async def test_the_same_form_sent_again_is_no_second_message(browser: Browser, small: SmallWorld) -> None:
    await browser.says(DM, "45k", ONCE)
    page = await browser.says(DM, "45k", ONCE)

    assert len(small.heard) == 1
    assert page.text.count("Noted: 45k") == 1


async def test_another_text_from_a_page_that_was_gone_back_to_is_another_message(
    browser: Browser, small: SmallWorld
) -> None:
    await browser.says(DM, "45k", ONCE)
    page = await browser.says(DM, "46k", ONCE)

    assert "Noted: 45k" in page.text
    assert "Noted: 46k" in page.text


async def test_what_the_disk_did_not_take_is_sent_again_under_its_key(browser: Browser, small: SmallWorld) -> None:
    await browser.says(DM, "44k")
    with full_disk(small.folder / "room-1.jsonl", left=200):  # what Ana writes, and not the answer
        refused = await browser.says(DM, "45k", ONCE)

    assert refused.status == 503
    assert refused.trouble == "That could not all be kept just now. Please send it again; nothing is done twice."
    assert ">\n45k</textarea>" in refused.html
    assert f'name="key" value="{ONCE}"' in refused.html
    assert [one.text for one in small.room.said] == ["44k", "45k"]
    page = await browser.says(DM, "45k", ONCE)
    assert [one.text for one in small.room.said] == ["44k", "45k"]
    assert page.text.count("Noted: 45k") == 1


async def test_an_empty_message_is_none(browser: Browser, small: SmallWorld) -> None:
    page = await browser.says(DM, " \n ")

    assert page.status == 200
    assert small.heard == []


async def test_what_is_longer_than_a_message_is_told_and_stays_where_it_was_typed(
    browser: Browser, small: SmallWorld
) -> None:
    page = await browser.says(DM, "x" * 40_001)

    assert page.status == 422
    assert "more than 40,000 characters" in page.trouble
    assert "x" * 40_001 in page.html
    assert small.heard == []


async def test_in_a_channel_okra_hears_what_names_it(browser: Browser, small: SmallWorld) -> None:
    await browser.says(GROWTH, "good morning, all")
    await browser.says(GROWTH, "@Okra, board")
    await browser.says(GROWTH, "/okr board")
    await browser.says(GROWTH, "@Okra看板")
    await browser.says(GROWTH, "@okra-fans, @okra2 and @okra_x: good evening")
    page = await browser.says(GROWTH, "has @okra asked you yet?")

    assert [one.what for one in small.heard] == [
        Command("board"),
        Command("board"),
        Command("看板"),
        Command("has  asked you yet?", aside=True),
    ]
    assert "good morning, all" in page.text
    assert "good morning, all" in (await browser.get("/as/tom/channel/growth")).text


async def test_a_private_answer_in_a_channel_is_seen_by_the_asker_alone(browser: Browser, small: SmallWorld) -> None:
    page = await browser.says(GROWTH, "/okr board")

    assert "Only you can see this" in page.text
    assert "Noted: board" not in (await browser.get("/as/tom/channel/growth")).text


async def test_a_button_changes_its_message_and_the_page_says_so(browser: Browser, small: SmallWorld) -> None:
    message = small.ask()

    page = await browser.post(DM, press(message, "score KR1 0.7"))

    assert [one.what for one in small.heard] == [Pressed("score", "KR1 0.7", message)]
    assert "changed 09:00" in page.text
    assert "Noted: KR1 0.7." in page.text


async def test_an_entry_of_a_menu_works_like_a_button(browser: Browser, small: SmallWorld) -> None:
    page = await browser.post(DM, press(small.ask(), "skip KR1"))

    assert "Noted: KR1." in page.text


async def test_a_button_that_another_tab_has_changed_tells_so_and_does_nothing(
    browser: Browser, small: SmallWorld
) -> None:
    message = small.ask()
    await browser.post(DM, press(message, "score KR1 0.7"))

    page = await browser.post(DM, press(message, "skip KR1"))

    assert page.status == 409
    assert page.trouble == "That button is not there any more: the message has changed since."
    assert len(small.heard) == 1


async def test_nobody_presses_what_stands_in_anothers_conversation(browser: Browser, small: SmallWorld) -> None:
    page = await browser.post(TOM, press(small.ask(), "score KR1 0.7"))

    assert page.status == 409
    assert page.trouble == "That message is not there any more."
    assert small.heard == []


async def test_people_and_channels_may_be_called_as_no_address_can(browser: Browser, small: SmallWorld) -> None:
    small.people[0] = replace(ANA, channels=("#gro wth/ü?",))
    small.room.channels["#gro wth/ü?"] = ["ana"]

    for person, path in (("lin/mei", "/as/lin%2Fmei/dm"), ("ana", "/as/ana/channel/%23gro%20wth%2F%C3%BC%3F")):
        page = await browser.get(path)
        assert page.status == 200
        assert set(re.findall(r'action="([^"]*)"', page.html)) == {path, "/look"}
        assert f'value="{path}"' in page.html  # where a change of its look leads back to
        assert (await browser.says(path, "/okr board")).path == path
        assert small.heard[-1].person == person
    assert 'href="/as/ana/channel/%23gro%20wth%2F%C3%BC%3F"' in (await browser.get(DM)).html


# --- a form ------------------------------------------------------------------------------------------


async def test_a_form_is_open_until_it_is_sent_also_when_the_page_is_loaded_again(
    browser: Browser, small: SmallWorld
) -> None:
    page = await browser.post(DM, press(small.ask(), "form KR1"))
    again = await browser.get(DM)

    assert "Update KR1" in page.text
    assert form_id(again) == form_id(page)
    assert '<option value="tom">Tom Hale</option>' in page.html
    sent = await browser.post(DM, [("do", "form"), ("form", form_id(page)), ("f.value", "45")])
    assert "<dialog" not in sent.html
    assert "Saved: 45." in sent.text


async def test_what_a_form_refuses_stands_beside_its_field_and_what_was_typed_stays(
    browser: Browser, small: SmallWorld
) -> None:
    page = await browser.post(DM, press(small.ask(), "form KR1"))
    typed = [("f.value", "many"), ("f.note", "a\r\nb"), ("f.blocked", "yes"), ("f.steps", "1"), ("f.owner", "lin/mei")]

    refused = await browser.post(DM, [("do", "form"), ("form", form_id(page)), *typed])

    for one in (refused, await browser.get(DM)):
        error = f'<small class="error" id="{form_id(page)}-value-error"><span aria-hidden="true">⚠ </span>'
        assert f"{error}A number, please." in one.html
        assert 'value="many"' in one.html
        assert ">\na&#10;b</textarea>" in one.html
        assert '<option value="yes" selected>' in one.html
        assert 'name="f.steps" value="1" checked' in one.html
        assert '<option value="lin/mei" selected>' in one.html
    given = small.heard[-1].what
    assert isinstance(given, Submitted)
    assert given.values == {"value": "many", "note": "a\nb", "blocked": "yes", "steps": ("1",), "owner": "lin/mei"}


async def test_a_form_that_was_cancelled_is_gone(browser: Browser, small: SmallWorld) -> None:
    page = await browser.post(DM, press(small.ask(), "form KR1"))

    left = await browser.post(DM, [("do", "form"), ("form", form_id(page)), ("cancel", "1"), ("f.value", "45")])

    assert "<dialog" not in left.html
    assert not [one for one in small.heard if isinstance(one.what, Submitted)]


async def test_a_form_left_open_for_a_week_can_still_be_sent(browser: Browser, small: SmallWorld) -> None:
    page = await browser.post(DM, press(small.ask(), "form KR1"))
    small.clock.move_to(START + timedelta(days=7))

    sent = await browser.post(DM, [("do", "form"), ("form", form_id(page)), ("f.value", "45")])

    assert "Saved: 45." in sent.text


async def test_a_form_that_another_tab_has_sent_is_not_sent_again(browser: Browser, small: SmallWorld) -> None:
    page = await browser.post(DM, press(small.ask(), "form KR1"))
    form = [("do", "form"), ("form", form_id(page)), ("f.value", "45")]
    await browser.post(DM, form)

    again = await browser.post(DM, [*form, ("key", ONCE)])

    assert again.status == 409
    assert again.trouble == "That form was closed, or sent from another tab. Nothing was sent twice."


# --- time --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "moved"),
    [("check_in", "check-in"), ("meeting", "meeting"), ("hour", "1 h"), ("day", "24 h"), ("present", "present")],
)
async def test_time_is_moved(browser: Browser, small: SmallWorld, way: str, moved: str) -> None:
    page = await browser.post(DM, [("do", "clock"), ("way", way)])

    assert page.status == 200
    assert small.moves == [moved]


async def test_time_goes_to_a_date_on_the_wall_clock_of_whoever_one_is(browser: Browser, small: SmallWorld) -> None:
    page = await browser.post(TOM, [("do", "clock"), ("way", "date"), ("to", "2026-11-16T09:30")])

    assert "09:30 Monday, 16 Nov" in page.text
    assert "Pacific/Auckland" in page.text


async def test_a_moment_in_the_past_is_refused_and_stays_in_its_field(browser: Browser, small: SmallWorld) -> None:
    page = await browser.post(DM, [("do", "clock"), ("way", "date"), ("to", "2020-01-01T09:00")])

    assert page.status == 422
    assert page.trouble == "Time does not run backwards here."
    assert 'value="2020-01-01T09:00"' in page.html
    assert small.now == START


async def test_what_the_company_cannot_do_is_said_in_its_own_words(browser: Browser, small: SmallWorld) -> None:
    small.problem = "No check-in is ahead."

    page = await browser.post(DM, [("do", "clock"), ("way", "check_in")])

    assert (page.status, page.trouble) == (422, "No check-in is ahead.")


# --- another company ---------------------------------------------------------------------------------


async def test_starting_over_puts_away_what_was_said(browser: Browser, small: SmallWorld) -> None:
    await browser.says(DM, "45k")

    page = await browser.post(DM, [("do", "enter"), ("company", "small")])

    assert page.path == DM
    assert "45k" not in page.text.replace("45k, no change", "")


async def test_a_file_of_ones_own_is_entered(browser: Browser, small: SmallWorld) -> None:
    token = (await browser.get(DM)).token
    body = aiohttp.FormData([("csrf", token), ("do", "bring")])
    body.add_field("file", b"okra: 1\n", filename="mine.yaml")

    async with browser.session.post(browser.url + DM, data=body, headers={"Origin": browser.url}) as response:
        assert response.status == 200

    assert small.brought == [("mine.yaml", b"okra: 1\n")]


async def test_no_file_is_no_company(browser: Browser, small: SmallWorld) -> None:
    page = await browser.post(DM, [("do", "bring")])

    assert (page.status, page.trouble) == (422, "Choose a file first.")
    assert small.age == 1


async def test_somebody_of_another_company_is_not_found_and_there_is_a_way_on(
    browser: Browser, small: SmallWorld
) -> None:
    for path in ("/as/nobody/dm", "/as/ana/channel/secret", "/as/lin%2Fmei/channel/growth", "/as/nobody/suggestions"):
        page = await browser.get(path)

        assert page.status == 404
        assert "There is no such person or channel in this company." in page.text
        assert f'href="{DM}"' in page.html


async def test_an_address_that_leads_nowhere_says_so(browser: Browser) -> None:
    page = await browser.get("/elsewhere")

    assert page.status == 404
    assert "There is no page at this address. Back to the playground" in page.text


# --- what is seen, and what is new -------------------------------------------------------------------


async def test_what_nobody_has_looked_at_is_marked_for_everybody(browser: Browser, small: SmallWorld) -> None:
    small.ask("tom")
    small.room.post(1, Spot("growth", is_person=False), words("The board"), "")

    assert "Tom Hale Leads Growth Thu 21:00 1 new" in (await browser.get(DM)).text
    assert "# growth 1 new" in (await browser.get(DM)).text
    await browser.get(TOM)
    await browser.get(GROWTH)
    seen = await browser.get(DM)
    assert "new" not in seen.text.replace("new line", "").replace("news", "")


async def test_a_page_that_nobody_looks_at_marks_nothing_as_seen(browser: Browser, small: SmallWorld) -> None:
    small.ask()

    await browser.get(DM, X_Unseen="1")

    assert small.room.unread(SPOT, "ana") == 1


async def test_open_pages_hear_that_something_changed_and_what_to_ask_for(browser: Browser, small: SmallWorld) -> None:
    async with browser.session.get(f"{browser.url}/events") as stream:
        assert stream.content_type == "text/event-stream"
        first = await _told(stream)
        small.ask()
        second = await _told(stream)
        await small.start_over("small", "en")
        third = await _told(stream)

    assert first["age"] == second["age"] == 1
    assert second["revision"] > first["revision"]
    assert third["age"] == 2


async def _told(stream: aiohttp.ClientResponse) -> dict[str, int]:
    async with asyncio.timeout(20):
        while not (line := await stream.content.readline()).startswith(b"data: "):
            assert line, "the stream has ended"
    told: dict[str, int] = json.loads(line[6:])
    return told


async def test_the_composer_is_told_what_may_be_meant(browser: Browser) -> None:
    page = await browser.get("/as/ana/suggestions")

    assert json.loads(page.html)[0] == {"text": "/okr board", "about": "The board"}


async def test_hints_lead_from_the_question_to_the_meeting(browser: Browser, small: SmallWorld) -> None:
    assert "1/3" in (await browser.get(DM)).text
    assert "1/3" in (await browser.says(DM, "/okr board")).text
    small.ask()
    assert "2/3" in (await browser.get(DM)).text
    assert "3/3" in (await browser.says(DM, "45k")).text
    small.room.post(1, Spot("growth", is_person=False), words("The board"), "digest 1")
    assert "/3" not in (await browser.get(DM)).text


async def test_a_hint_that_is_not_wanted_goes(browser: Browser, small: SmallWorld) -> None:
    page = await browser.post(DM, [("do", "dismiss"), ("hint", "ask")])
    assert "/3" not in page.text
    small.ask()
    page = await browser.post(DM, [("do", "dismiss"), ("hint", "answer")])
    assert "3/3" in page.text


async def test_all_hints_go_at_once(browser: Browser, small: SmallWorld) -> None:
    await browser.post(DM, [("do", "dismiss"), ("hint", "all")])
    small.ask()

    assert "Got it" not in (await browser.get(DM)).text


async def test_a_page_that_asks_for_nonsense_is_told(browser: Browser, small: SmallWorld) -> None:
    for pairs in ([("do", "fly")], [("do", "clock"), ("way", "back")]):
        page = await browser.post(DM, pairs)

        assert page.status == 400
        assert "not there, so nothing was done" in page.trouble


async def test_what_goes_wrong_is_told_and_logged_without_what_was_typed(
    browser: Browser, small: SmallWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> None:
        raise RuntimeError("secret 45k")

    monkeypatch.setattr(small, "settle", broken)

    page = await browser.says(DM, "45k")

    assert page.status == 500
    assert "Something went wrong on our side." in page.text
    assert f'href="{DM}"' in page.html
    assert "45k" not in caplog.text


async def test_what_is_kept_is_done_though_what_follows_from_it_is_not_yet(
    browser: Browser, small: SmallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def later() -> None:
        raise WorldProblem("The database cannot be reached.")

    monkeypatch.setattr(small, "settle", later)

    page = await browser.says(DM, "45k")

    assert page.status == 200
    assert page.text.count("Noted: 45k") == 1


async def test_nobody_in_a_company_is_said(browser: Browser, small: SmallWorld) -> None:
    small.people = []

    assert "There is nobody in this company" in (await browser.get("/")).text


async def _sends(browser: Browser, path: str, key: str, text: str, *files: tuple[str, bytes]) -> int:
    token = (await browser.get(path)).token
    body = aiohttp.FormData([("csrf", token), ("do", "say"), ("text", text), ("key", key)])
    for name, content in files:
        body.add_field("attached", io.BytesIO(content), filename=name)
    async with browser.session.post(browser.url + path, data=body, headers={"Origin": browser.url}) as response:
        return response.status


async def test_files_go_with_what_is_said_once(browser: Browser, small: SmallWorld) -> None:
    for _ in range(2):
        status = await _sends(browser, DM, "key-of-one-page", "see this", ("okrs.md", b"Objective: Win\n"))
        assert status == 200
    await _sends(browser, DM, "key-of-one-page", "see this", ("okrs.md", b"Objective: Lose\n"))

    told = [one.what for one in small.heard if isinstance(one.what, Typed)]
    assert [(one.text, [file.content for file in one.files]) for one in told] == [
        ("see this", [b"Objective: Win\n"]),
        ("see this", [b"Objective: Lose\n"]),
    ]
    assert "📎 okrs.md" in (await browser.get(DM)).text


async def test_files_keep_to_their_bounds(browser: Browser, small: SmallWorld) -> None:
    files = [("huge.csv", bytes(1024 * 1024 + 1)), ("setup.exe", b"MZ"), ("a.md", b""), ("b.md", b"x")]
    assert await _sends(browser, DM, "another-key", "", *files) == 200

    (told,) = [one.what for one in small.heard if isinstance(one.what, Typed)]
    assert [one.problem for one in told.files] == [
        FileProblem.TOO_LARGE,
        FileProblem.OTHER_KIND,
        None,
        FileProblem.TOO_MANY,
    ]


async def test_a_channel_takes_no_files(browser: Browser, small: SmallWorld) -> None:
    assert await _sends(browser, GROWTH, "a-third-key", "", ("okrs.md", b"Objective: Win\n")) == 200

    assert small.heard == []
    assert 'name="attached"' not in (await browser.get(GROWTH)).html
    assert 'name="attached"' in (await browser.get(DM)).html
