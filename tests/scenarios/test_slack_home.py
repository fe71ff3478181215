"""Slack's Home tab: opened, pressed, brought up to date; the whole of Okra behind it."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.cli.import_file import read_file, write
from storage import models as m
from tests.fakes import block_kit
from tests.fakes.http import Broken, Dropped, Refused, TooMany
from tests.fakes.slack import SlackFake
from tests.scenarios.running import TEEBEE, Running, moved_to
from tests.scenarios.slack_world import behind, slack_time, started, typed

PEOPLE = {"mei": "U1MEI", "jack": "U2JACK"}


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(slack_time())
    fake.add_person("U1MEI", "Mei Tan")
    fake.add_person("U2JACK", "Jack Moreno")
    fake.add_person("U9NEW", "Somebody New", is_restricted=True)
    async with started(fake, ("U1MEI", "U2JACK", "U9NEW")):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, slack: SlackFake) -> AsyncIterator[Running]:
    async with behind(slack, tmp_path, PEOPLE) as one:
        yield one


class Page:
    """Somebody's Home tab."""

    def __init__(self, okra: Running, slack: SlackFake, user: str) -> None:
        self._okra, self._slack, self.user = okra, slack, user

    async def opens(self) -> "Page":
        answer = await self._slack.open_home(self.user)
        assert answer.status == 200
        await self._okra.settled()
        return self

    @property
    def view(self) -> dict[str, Any]:
        view = dict(self._slack.homes[self.user])
        assert block_kit.view_problems({name: view[name] for name in ("type", "blocks")}) == []
        return view

    @property
    def text(self) -> str:
        return "\n".join(text for block in self.view["blocks"] if (text := "".join(_words(block))))

    @property
    def shown(self) -> int:
        """How often it was published."""
        return sum(call["user_id"] == self.user for call in self._slack.called("views.publish"))

    def button(self, label: str, about: str = "") -> dict[str, Any]:
        """The first button of this label; with `about`, the first below or beside those words."""
        near = not about
        for block in self.view["blocks"]:
            near = near or about in "".join(_words(block))
            if near:
                for element in (*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else ())):
                    if isinstance(element.get("text"), dict) and element["text"]["text"] == label:
                        return dict(element)
        raise AssertionError(f"{label} is not offered: {self.text}")

    async def taps(self, label: str, about: str = "") -> None:
        await self.presses(self.button(label, about))

    async def presses(self, button: dict[str, Any]) -> None:
        answer = await self._slack.press(button, user=self.user, view=self.view)
        assert answer.status == 200
        await self._okra.settled()

    async def picks(self, label: str) -> None:
        """Choose an entry of the first menu that has it."""
        for block in self.view["blocks"]:
            for element in block.get("elements", ()):
                for option in element.get("options", ()):
                    if option["text"]["text"] == label:
                        chosen = {"type": element["type"], "action_id": element["action_id"], "selected_option": option}
                        await self.presses(chosen)
                        return
        raise AssertionError(f"{label} is not offered")


def _words(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for name, value in node.items():
            if name not in ("accessory", "options"):
                yield from _words(value)
    elif isinstance(node, list):
        for one in node:
            yield from _words(one)


@pytest.fixture
def mei(okra: Running, slack: SlackFake) -> Page:
    """Leads Growth and owns GRO-1."""
    return Page(okra, slack, "U1MEI")


@pytest.fixture
def jack(okra: Running, slack: SlackFake) -> Page:
    """Owns GRO-4."""
    return Page(okra, slack, "U2JACK")


async def test_the_page_is_there_when_it_is_opened(okra: Running, mei: Page) -> None:
    await mei.opens()

    assert "Your OKRs · 2026 Q4 · week 6 of 13" in mei.text
    assert "KR1 Enterprise MRR" in mei.text
    assert "Growth · OKR board" in mei.text
    assert "⚙ English" in mei.text


async def test_only_the_home_tab_is_a_page_and_a_second_delivery_changes_nothing(
    okra: Running, slack: SlackFake, mei: Page
) -> None:
    await slack.open_home("U1MEI", tab="messages")
    await okra.settled()
    assert slack.homes == {}

    event = {"type": "app_home_opened", "user": "U1MEI", "channel": "D1MEI", "tab": "home", "event_ts": "1.1"}
    for _ in range(2):
        await slack.event(event, event_id="Ev-opened")
        await okra.settled()
    assert mei.shown == 1


async def test_a_quick_answer_is_recorded_and_its_receipt_stands_in_its_place(
    okra: Running, slack: SlackFake, mei: Page
) -> None:
    await okra.at("2026-11-12 10:00")
    await mei.opens()
    assert "Where will it land by 31 Dec?" in mei.text

    await mei.taps("0.7", about="Enterprise MRR")

    assert [format(row.self_score, "f") for row in okra.said_of("GRO-1") if row.self_score is not None] == ["0.7"]
    assert "✓ self-score 0.7" in mei.text
    assert mei.shown == 2
    (question,) = [one for one in slack.messages["D1MEI"] if "Weekly check-in" in one.text]
    assert "✓ self-score 0.7" in question.text

    await mei.taps("Undo", about="✓ self-score 0.7")
    assert "✓" not in mei.text
    assert "Where will it land by 31 Dec?" in mei.text
    assert [row.undone_at is None for row in okra.said_of("GRO-1")] == [False]


async def test_all_as_shown_in_one_tap(okra: Running, mei: Page) -> None:
    await okra.at("2026-11-12 10:00")
    await mei.opens()
    before = len(okra.said_of("GRO-1"))
    labels = [
        one for one in ("👍 All as shown", "👍 Same, still $44k") if one in json.dumps(mei.view, ensure_ascii=False)
    ]

    await mei.taps(labels[0])

    assert len(okra.said_of("GRO-1")) == before + 1
    assert "✓" in mei.text


@pytest.mark.sqlite_is_enough
async def test_a_form_opens_from_the_page_and_what_it_stored_shows_there(
    okra: Running, slack: SlackFake, mei: Page
) -> None:
    """No question stands yet, so the form is what there is."""
    await mei.opens()
    await mei.taps("Update…", about="Enterprise MRR")
    (view,) = slack.open_views
    refused = await slack.submit(view, typed(value="many"), user="U1MEI")
    assert refused.body["response_action"] == "errors"

    await slack.submit(view, typed(value="46k"), user="U1MEI")
    await okra.settled()

    assert [format(row.value, "f") for row in okra.said_of("GRO-1") if row.value is not None] == ["46000"]
    assert "✓ $44k → $46k" in mei.text
    await mei.taps("Undo", about="✓ $44k → $46k")
    assert "✓" not in mei.text


@pytest.mark.sqlite_is_enough
async def test_what_others_say_follows_at_most_once_a_minute(
    okra: Running, slack: SlackFake, mei: Page, jack: Page
) -> None:
    await mei.opens()
    await jack.opens()
    await okra.at("2026-11-12 09:10")
    for value in range(360, 380):
        await slack.message(f"GRO-4 {value}", user="U2JACK")
    await okra.settled()

    assert "379 / 200" in jack.text  # his own, each time or as often as it can be shown
    assert mei.shown == 2
    await okra.at("2026-11-12 09:11")
    await okra.settled()
    assert mei.shown == 3
    assert "379 / 200" in mei.text


@pytest.mark.sqlite_is_enough
async def test_each_sees_their_own(okra: Running, mei: Page, jack: Page) -> None:
    await okra.at("2026-11-12 10:00")
    await mei.opens()
    await jack.opens()

    assert "Your key results" in jack.text
    assert "Phone support calls" in jack.text.partition("OKR board")[0]
    assert "Phone support calls" not in mei.text.partition("OKR board")[0]
    assert "Pair on the order form" in jack.text
    assert "Pair on the order form" not in mei.text


@pytest.mark.sqlite_is_enough
async def test_a_next_step_is_ticked_off_and_opened_again(okra: Running, jack: Page) -> None:
    await jack.opens()
    await jack.taps("Done", about="☐ Pair on the order form")
    assert "☑ Pair on the order form" in jack.text

    await jack.taps("↩", about="Pair on the order form")
    assert "☐ Pair on the order form" in jack.text


@pytest.mark.sqlite_is_enough
async def test_a_short_answer_stands_on_the_page_and_a_long_one_goes_to_the_dm_once(
    okra: Running, slack: SlackFake, mei: Page
) -> None:
    await mei.opens()
    await mei.taps("Full board")
    assert "I answered you under Messages." in mei.text
    assert len([text for text in slack.texts("D1MEI") if "OKR board" in text]) == 1

    await mei.taps("中文")
    assert "我的 OKR" in mei.text
    assert "以后用中文和你说" in mei.text
    assert "I answered you" not in mei.text
    assert len(slack.texts("D1MEI")) == 1


@pytest.mark.sqlite_is_enough
async def test_away_by_a_form_and_back_by_a_tap(okra: Running, slack: SlackFake, mei: Page) -> None:
    await mei.opens()
    await mei.taps("I'm away")
    (view,) = slack.open_views
    refused = await slack.submit(view, typed(days="whenever"), user="U1MEI")
    assert "Try: away 3-14 Dec" in refused.body["errors"]["days"]
    await slack.submit(view, typed(days="until Friday"), user="U1MEI")
    await okra.settled()
    assert "You are away, so I ask nothing." in mei.text

    await mei.taps("I'm back")
    assert "Welcome back" in mei.text
    assert "not away" in mei.text


@pytest.mark.sqlite_is_enough
async def test_settings_are_saved_and_shown(okra: Running, slack: SlackFake, mei: Page) -> None:
    await mei.opens()
    await mei.taps("Settings…")
    (view,) = slack.open_views
    days = {"type": "checkboxes", "selected_options": [{"value": str(day)} for day in range(5)]}
    values = typed(ask_time="14:30") | {"days": {"value": days}}
    answer = await slack.submit(view, values, user="U1MEI")
    assert answer.text == "", answer.text
    await okra.settled()

    assert "14:30" in mei.text


@pytest.mark.sqlite_is_enough
async def test_a_button_that_was_overtaken_says_so_and_records_nothing(
    okra: Running, slack: SlackFake, mei: Page
) -> None:
    await okra.at("2026-11-12 10:00")
    await mei.opens()
    same = mei.button("👍 Same, still $44k", about="Enterprise MRR")
    await slack.message("KR1 47k")
    await okra.settled()
    recorded = len(okra.said_of("GRO-1"))

    await mei.presses(same)

    assert "so nothing was recorded" in mei.text
    assert len(okra.said_of("GRO-1")) == recorded


@pytest.mark.sqlite_is_enough
async def test_a_button_of_a_page_that_is_a_week_old_says_that_there_is_a_newer_question(
    okra: Running, slack: SlackFake, mei: Page
) -> None:
    await okra.at("2026-11-12 10:00")
    await mei.opens()
    old = mei.button("0.7", about="Enterprise MRR")
    for moment in ("2026-11-19 10:00", "2026-11-19 10:01"):
        await okra.at(moment)
    recorded = len(okra.said_of("GRO-1"))

    await mei.presses(old)

    assert "That check-in is closed" in mei.text
    assert len(okra.said_of("GRO-1")) == recorded


@pytest.mark.sqlite_is_enough
async def test_a_press_counts_as_heard_from_here_and_opening_does_not(okra: Running, mei: Page) -> None:
    def heard(session: Session) -> list[bool]:
        rows = session.exec(select(m.Address).where(m.Address.external_id == "U1MEI")).all()
        return [row.last_answer_at is not None for row in rows]

    await mei.opens()
    assert okra.house.db.read_now(heard) == [False]

    await mei.taps("中文")
    assert okra.house.db.read_now(heard) == [True]


@pytest.mark.sqlite_is_enough
async def test_a_stranger_gets_one_clear_sentence(okra: Running, slack: SlackFake) -> None:
    stranger = Page(okra, slack, "U9NEW")
    await stranger.opens()

    assert stranger.text == "I don't know you yet. Ask whoever runs Okra to add you; nothing was recorded."


@pytest.mark.parametrize(
    "trouble",
    [TooMany(0), Broken(500), Broken(503, stored=True), Dropped(), Refused("internal_error")],
    ids=str,
)
@pytest.mark.sqlite_is_enough
async def test_a_page_that_could_not_be_shown_is_shown_when_it_is_opened_again(
    okra: Running, slack: SlackFake, mei: Page, trouble: Any
) -> None:
    slack.play("views.publish", trouble)
    await mei.opens()
    await mei.opens()

    assert "Your OKRs" in mei.text


@pytest.mark.sqlite_is_enough
async def test_an_import_shows_on_the_pages_that_were_opened(okra: Running, mei: Page) -> None:
    await mei.opens()
    await okra.at("2026-11-12 09:10")
    file = moved_to(read_file(TEEBEE), m.Platform.SLACK, PEOPLE, {"GRO": "C1SALES"})
    okra.house.db.write_now(write, file, (), okra.clock.now())
    await okra.settled()

    assert mei.shown == 2


@pytest.mark.sqlite_is_enough
async def test_after_the_app_was_removed_no_page_is_shown(okra: Running, slack: SlackFake, mei: Page) -> None:
    await mei.opens()

    def revoked(session: Session) -> None:
        row = session.exec(select(m.Installation)).one()
        row.state = m.InstallationState.REVOKED
        session.add(row)

    okra.house.db.write_now(revoked)
    await slack.open_home("U1MEI")
    await okra.settled()

    assert mei.text == "Okra is not connected to this workspace. Ask whoever runs it to set it up."
    assert sum("OKR board" in json.dumps(call) for call in slack.called("views.publish")) == 1
