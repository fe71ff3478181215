"""The world behind the playground: its people, its time, what comes, and companies that are entered anew."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from multidict import MultiDict, MultiDictProxy

from bot.cards.i18n import Lang
from bot.cli.words import REASONS
from bot.clock import MovableClock
from bot.okr.localtime import local
from bot.okr.replies.units import has_han
from bot.platforms.console.room import Spot
from bot.platforms.playground.asked import where_of
from bot.platforms.playground.deeds import Deeds
from bot.platforms.playground.world import WorldProblem
from tests.cli.conftest import EXAMPLES
from tests.cli.played import playing, seen, texts

MADRID = "Europe/Madrid"
SMALL = (EXAMPLES / "small.yaml").read_bytes()
SHORT = SMALL.replace(b"2026-12-31", b"2026-10-30").replace(
    b"owner: jack", b"owner: jack, history: [{at: 2026-10-20, value: 7}]"
)
"""A cycle of four weeks of which three are over."""
MARKDOWN = """Objective: Sell more tea

- KR: Cups a day from 10 to 100 (@Mei)
- KR: Guests who come back from 20% to 50% (@Jack)
"""
MARKDOWN_ZH = """目标：卖更多的茶

- KR：每天卖出的杯数从 10 杯到 100 杯 @小梅
"""


# --- people ---------------------------------------------------------------------------------------------


async def test_people_say_what_they_do_in_their_own_language(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        people = {one.id: one for one in world.people}

        assert next(iter(people)) == "mei"
        assert people["mei"].role == "Leads Growth · 2 key results"
        assert people["li"].role == "Growth · 1 key result"
        assert people["jack"].role == "Growth, Support · 2 key results"
        assert people["linmei"].role == "华东组组长 · 2 个关键结果"
        assert people["suan"].role == "华东组 · 1 个关键结果 · 请假到11月20日"
        assert people["tom"].zone == "Pacific/Auckland"
        assert people["tom"].channels == ("#sourcing", "#support")
        assert [one.name for one in world.channels] == ["#growth", "#huadong", "#support", "#sourcing"]
        assert world.channels[0].members == ("mei", "jack", "ana", "li", "bea")


async def test_nobody_is_somebody_who_left(tmp_path: Path) -> None:
    body = SMALL.replace(b"handle: jack, name: Jack,", b"handle: jack, name: Jack, active: no,")
    async with playing(tmp_path / "p") as world:
        await world.bring("ours.yaml", body, "en")
        assert [one.id for one in world.people] == ["mei"]
        await world.to_next_check_in("en")
        assert {one.spot.id for one in world.room.standing} == {"@mei"}


async def test_who_changes_their_language_is_shown_in_it(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        await world.platform.types("li", "/okr lang zh", key="1")
        await world.settle()

        (li,) = [one for one in world.people if one.id == "li"]
        assert (li.lang, li.role) == ("zh", "Growth · 1 个关键结果")
        assert [one.text for one in await world.suggestions("li")][:2] == ["/okr", "/okr 看板"]


async def test_commands_are_suggested_as_the_help_tells_them_and_own_key_results_first(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        told = {one.text: one.about for one in await world.suggestions("li")}

        assert told["/okr board"] == "the team's board"
        assert told["/okr show KR2"] == "everything about one"
        assert told["/okr check"] == "advice"
        labels = [one for one in told if one.startswith("KR")]
        assert labels == ["KR2", "KR1", "KR3", "KR4", "KR5"]
        assert told["KR2"] == "Self-serve renewals"
        assert "GRO-4" in {one.text for one in await world.suggestions("jack")}
        assert await world.suggestions("nobody") == []


# --- time -----------------------------------------------------------------------------------------------


async def test_time_stands_still_until_somebody_moves_it_to_the_next_question(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        assert world.room.standing == []
        assert local(world.now, MADRID).isoformat() == "2026-11-12T09:30:00+01:00"

        await world.to_next_check_in("en")

        assert local(world.now, MADRID).isoformat() == "2026-11-12T10:00:00+01:00"
        assert {one.spot.id for one in world.room.standing} == {"@mei", "@jack", "@ana", "@li"}
        assert "Weekly check-in · Growth · week 7 of 13" in texts(world, "@mei")[-1]
        assert not world.is_passing


async def test_to_the_meeting_is_to_the_next_board(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        await world.to_meeting("en")

        assert local(world.now, MADRID).isoformat() == "2026-11-13T09:50:00+01:00"
        assert "Growth · OKR board" in texts(world, "#growth")[-1]

        await world.to_meeting("en")
        assert local(world.now, "Pacific/Auckland").isoformat() == "2026-11-16T08:50:00+13:00"
        assert "Sourcing · OKR board" in texts(world, "#sourcing")[-1]


async def test_what_somebody_says_is_answered_without_time_passing(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        await world.to_next_check_in("en")
        before = world.now

        await world.platform.types("li", "31%", key="one")
        await world.settle()

        assert world.now == before
        assert "28% → 31%" in texts(world, "@li")[-1]


async def test_messages_come_one_by_one_and_whoever_looks_on_is_woken(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        counts: list[int] = []
        moments: list[datetime] = []

        async def looks_on() -> None:
            revision = world.room.revision
            while True:
                revision = await world.room.changes(revision)
                counts.append(len(world.room.standing))
                moments.append(world.now)

        looking = asyncio.create_task(looks_on())
        await world.pass_hours(24, "en")
        looking.cancel()

        assert counts == sorted(counts)
        assert len(set(counts)) > 5
        assert len(set(moments)) > 3


async def test_while_time_passes_people_can_speak_and_nobody_waits_for_its_end(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        await world.to_next_check_in("en")
        passing = asyncio.create_task(world.pass_hours(48, "en"))
        while not world.is_passing:
            await world.room.changes(world.room.revision)

        await world.platform.types("li", "31%", key="one")
        await world.settle()
        assert not passing.done()
        await world.coming("en")
        await passing

        assert any("28% → 31%" in one for one in texts(world, "@li"))


async def test_two_who_move_the_clock_do_it_one_after_the_other(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        before = world.now

        await asyncio.gather(world.pass_hours(1, "en"), world.pass_hours(2, "en"))

        assert (world.now - before).total_seconds() == 3 * 3600


async def test_time_is_passing_from_the_moment_on_in_which_somebody_asked_for_it(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        before, deeds, mei = world.now, Deeds(world), where_of(world, "mei", None)
        an_hour = {"do": "clock", "way": "hour"}

        await asyncio.gather(*(deeds.do(mei, MultiDictProxy(MultiDict(an_hour)), "en") for _ in range(3)))

        assert (world.now - before).total_seconds() == 3600
        assert not world.is_passing


async def test_time_that_passes_far_can_be_stopped_and_what_waited_behind_it_does_not_pass(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        before = world.now
        far = asyncio.gather(world.pass_hours(24 * 7 * 13, "en"), world.to_meeting("en"))
        while world.now == before:
            await world.room.changes(world.room.revision)

        world.stop_passing()
        await asyncio.wait_for(far, 60)

        stopped = world.now
        assert before < stopped
        assert (stopped - before).days < 14
        assert not world.is_passing
        await world.pass_hours(1, "en")
        assert (world.now - stopped).total_seconds() == 3600


async def test_who_starts_over_does_not_wait_for_time_that_passes(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        before = world.now
        far = asyncio.create_task(world.pass_hours(24 * 7 * 13, "en"))
        while world.now == before:
            await world.room.changes(world.room.revision)

        await asyncio.wait_for(world.start_over("small", "en"), 60)

        assert far.done()
        assert (world.company.name, world.room.standing, world.is_passing) == ("Bluebird", [], False)


@pytest.mark.parametrize(
    ("typed", "lang", "sentence"),
    [
        ("2026-11-01", "en", "That is in the past: it is Thu 12 Nov 09:30 here already"),
        ("2026-11-12", "en", "That is in the past"),
        ("2026-11-12T09:30", "en", "That is in the past"),
        ("2026-11-12T08:29Z", "en", "That is in the past"),
        ("0001-01-01", "en", "That is in the past"),
        ("1999-12-31", "zh", "那是过去：这里已经是 周四 11月12日 09:30"),
        ("2028-03-01", "en", "That is more than a year ahead; choose a day up to 2027-11-13."),
        ("9999-12-31T23:59", "zh", "超过一年以后了，请选择 2027-11-13 之前的日子。"),
        ("next Friday", "en", "“next Friday” is no date; write it like 2026-11-13."),
        ("", "en", "“” is no date"),
        ("2026-02-30", "zh", "“2026-02-30”不是日期，请写成 2026-11-13 这样。"),
        ("9" * 5000, "en", "is no date"),
    ],
)
async def test_a_date_that_time_cannot_pass_to_is_told_in_one_sentence(
    tmp_path: Path, typed: str, lang: Lang, sentence: str
) -> None:
    async with playing(tmp_path / "p") as world:
        before = world.now

        with pytest.raises(WorldProblem) as refused:
            await world.move_to(typed, MADRID, lang)

        assert sentence in str(refused.value)
        assert len(str(refused.value)) < 200
        assert (world.now, world.room.standing, world.is_passing) == (before, [], False)


async def test_a_day_is_its_morning_and_a_moment_is_of_the_zone_it_is_typed_in(tmp_path: Path) -> None:
    async with playing(tmp_path / "p", "small") as world:
        await world.move_to("2026-10-06", MADRID, "en")
        assert world.now == datetime(2026, 10, 6, 6, tzinfo=UTC)

        await world.move_to(" 2026-10-06T20:00 ", "Asia/Shanghai", "en")
        assert world.now == datetime(2026, 10, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize("hours", [0, -1, 24 * 7 * 13 + 1, 10**30])
async def test_a_number_of_hours_that_cannot_be(tmp_path: Path, hours: int) -> None:
    async with playing(tmp_path / "p") as world:
        with pytest.raises(WorldProblem, match="from 1 to 2184"):
            await world.pass_hours(hours, "en")


async def test_the_present_is_the_machine_s_own_and_may_lie_behind(tmp_path: Path) -> None:
    present = MovableClock(datetime(2026, 10, 7, 12, tzinfo=UTC))
    async with playing(tmp_path / "p", "small", present=present) as world:
        await world.to_the_present("en")
        assert world.now == present.now()

        with pytest.raises(WorldProblem, match="in the past"):
            await world.to_the_present("en")


async def test_when_the_cycle_is_over_nothing_is_ahead_and_that_is_told(tmp_path: Path) -> None:
    async with playing(tmp_path / "p", "small") as world:
        await world.bring("short.yaml", SHORT, "en")
        await world.move_to("2026-11-07", MADRID, "en")

        with pytest.raises(WorldProblem, match="No weekly question is ahead"):
            await world.to_next_check_in("en")
        with pytest.raises(WorldProblem, match="接下来没有带看板的会议"):
            await world.to_meeting("zh")


# --- what comes -----------------------------------------------------------------------------------------


async def test_what_comes_is_told_by_its_reader_s_clock(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        will, _ = await world.coming("en")
        first = will[0]
        assert (first.at.isoformat(), first.reader, first.what) == (
            "2026-11-12T10:00:00+01:00",
            "Ana (DM)",
            "weekly check-in",
        )
        assert all(one.why_not == "" for one in will)
        assert [one.at for one in will] == sorted(one.at for one in will)

        will, _ = await world.coming("zh")
        assert ("Ana（私信）", "每周更新") in {(one.reader, one.what) for one in will}


@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_what_is_not_sent_has_its_reason_in_words_before_and_after(tmp_path: Path, lang: Lang) -> None:
    async with playing(tmp_path / "p") as world:
        await world.to_next_check_in("en")
        await world.platform.types("li", "31%", key="one")
        await world.move_to("2026-11-16T12:00", MADRID, "en")

        _, not_sent = await world.coming(lang)

        told = {(one.reader.split(" (")[0].split("（")[0], one.why_not) for one in not_sent}
        assert ("安", "away" if lang == "en" else "请假") in told
        lately = [one for one in not_sent if one.at <= world.now]
        assert lately
        assert lately != not_sent
        assert all(one.why_not for one in not_sent)
        assert all(has_han(one.why_not) == (lang == "zh") for one in not_sent)
        assert all(one.why_not in {both.say(lang) for both in REASONS.values()} for one in lately)


async def test_what_comes_follows_what_happens(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        before, _ = await world.coming("en")
        await world.to_next_check_in("en")
        await world.platform.types("li", "31%", key="one")
        await world.settle()
        after, _ = await world.coming("en")

        def reminders(found: list) -> int:  # type: ignore[type-arg]
            return sum(one.reader == "Li (DM)" and one.what == "reminder 1" and one.at.day == 12 for one in found)

        assert (reminders(before), reminders(after)) == (1, 0)


async def test_where_looking_ahead_takes_long_nobody_waits_and_it_follows(tmp_path: Path) -> None:
    async with playing(tmp_path / "p", patience=0.0) as world:
        await world.to_next_check_in("en")
        before, _ = await world.coming("en")
        await world.platform.types("li", "31%", key="one")
        await world.settle()

        revision = world.room.revision
        assert (await world.coming("en"))[0] == before
        await world.room.changes(revision)
        after, not_sent = await world.coming("en")
        assert len(after) < len(before)
        assert after == (await world.coming("en"))[0]
        revision = world.room.revision
        await world.settle()
        assert world.room.revision == revision + 1
        assert not_sent


# --- companies ------------------------------------------------------------------------------------------


async def test_starting_over_is_the_beginning_again(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        begins, age, room = world.now, world.age, world.room
        await world.to_meeting("en")

        await world.start_over("teebee", "en")

        assert (world.now, world.room.standing) == (begins, [])
        assert world.age > age
        assert world.room is not room
        await world.to_next_check_in("en")
        assert len(world.room.standing) == 8


async def test_who_looks_at_the_company_before_is_woken_and_harms_nothing(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        room, platform = world.room, world.platform
        woken = asyncio.create_task(room.changes(room.revision))

        await world.start_over("small", "en")

        await woken
        await platform.types("mei", "46k", key="late")
        assert room.entries(Spot("mei", is_person=True), "mei")
        assert world.room.standing == []


@pytest.mark.parametrize(
    ("name", "people", "teams", "first"),
    [("small", 2, 1, "Weekly check-in · Growth"), ("chinese", 6, 2, "每周更新 · 门店组 · 第 7/13 周")],
)
async def test_other_companies_begin_shortly_before_a_question(
    tmp_path: Path, name: str, people: int, teams: int, first: str
) -> None:
    async with playing(tmp_path / "p", name) as world:
        assert (len(world.people), len(world.channels), world.company.id) == (people, teams, name)
        begins = world.now

        await world.to_next_check_in("en")

        assert (world.now - begins).days < 4
        asked = [text for one in world.people for text in texts(world, f"@{one.id}")]
        assert any(first in text for text in asked)


async def test_the_chinese_company_speaks_chinese_throughout(tmp_path: Path) -> None:
    async with playing(tmp_path / "p", "chinese") as world:
        await world.move_to("2026-11-21", "Asia/Shanghai", "zh")

        said = [text for _, _, text, _ in seen(world.room.standing)]
        assert len(said) > 20
        assert [one for one in said if not has_han(one)] == []
        will, not_sent = await world.coming("zh")
        assert [one for one in (*will, *not_sent) if not has_han(one.what) or not has_han(one.reader)] == []
        assert any("OKR 看板" in one for one in texts(world, "#门店组"))


async def test_a_large_company_of_forty_teams_lives_too(tmp_path: Path) -> None:
    async with playing(tmp_path / "p", "large") as world:
        assert len(world.channels) > 30
        assert len(world.people) > 150

        await world.to_next_check_in("en")

        assert world.room.standing
        assert (await world.coming("en"))[0]


async def test_there_is_no_company_of_that_name(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        with pytest.raises(WorldProblem, match="这里已经没有这家公司"):
            await world.start_over("nowhere", "zh")
        assert world.company.name == "TeeBee"


@pytest.mark.parametrize(
    ("file_name", "body", "name"),
    [
        ("C:\\okrs\\small.yaml", SMALL, "Bluebird"),
        ("tea-house.md", MARKDOWN.encode(), "Tea house"),
        ("茶馆.md", MARKDOWN_ZH.encode(), "茶馆"),
    ],
)
async def test_a_file_of_one_s_own_is_entered_with_its_people_on_the_playground(
    tmp_path: Path, file_name: str, body: bytes, name: str
) -> None:
    async with playing(tmp_path / "p") as world:
        await world.bring(file_name, body, "en")

        assert (world.company.id, world.company.name) == ("own", name)
        assert world.companies[0] == world.company
        await world.to_next_check_in("en")
        assert {one.spot.id for one in world.room.standing} <= {f"@{one.id}" for one in world.people}

        age = world.age
        await world.start_over("own", "en")
        assert (world.company.name, world.room.standing) == (name, [])
        assert world.age > age

    async with playing(tmp_path / "p") as again:
        assert again.company.name == name


async def test_people_of_other_platforms_are_put_on_the_playground_and_nobody_else_is_written_to(
    tmp_path: Path,
) -> None:
    body = SMALL.replace(b"console: mei", b"slack: U1MEI").replace(b'console: "#growth"', b"slack: C024BE7LH")
    async with playing(tmp_path / "p") as world:
        await world.bring("ours.yaml", body, "en")
        assert [one.id for one in world.people] == ["mei", "jack"]
        assert [one.name for one in world.channels] == ["#growth"]
        database = tmp_path / "p" / f"company-{world.age}" / "okra.db"
        with closing(sqlite3.connect(database)) as db:
            assert db.execute("SELECT DISTINCT platform FROM installation").fetchall() == [("playground",)]


@pytest.mark.parametrize(
    ("file_name", "body", "lang", "sentence"),
    [
        ("broken.yaml", SMALL.replace(b"2026-10-01", b"July"), "en", "broken.yaml cannot be used as it is. Line "),
        ("broken.yaml", SMALL.replace(b"2026-10-01", b"July"), "zh", "broken.yaml 还不能用。Line "),
        ("empty.md", b"", "en", "empty.md cannot be used as it is. "),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(100), "en", "photo.png cannot be used as it is. "),
        ("alone.yaml", SMALL.replace(b", owner: mei", b"").replace(b", owner: jack", b""), "zh", "没有人可问"),
        ("big.csv", b"x" * (20 * 1024 * 1024 + 1), "en", "big.csv is larger than 20 MB"),
        ("../../etc/passwd", b"root:x:0:0", "en", "passwd cannot be used as it is. "),
        ("", b"{", "en", "file cannot be used as it is. "),
    ],
)
async def test_a_file_that_cannot_be_used_is_told_in_one_sentence_and_all_is_as_before(
    tmp_path: Path, file_name: str, body: bytes, lang: Lang, sentence: str
) -> None:
    async with playing(tmp_path / "p") as world:
        await world.to_next_check_in("en")
        before, age = seen(world.room.standing), world.age

        with pytest.raises(WorldProblem) as refused:
            await world.bring(file_name, body, lang)

        assert sentence in str(refused.value)
        assert str(tmp_path) not in str(refused.value)
        assert (seen(world.room.standing), world.age) == (before, age)
        await world.platform.types("li", "31%", key="one")
        await world.settle()
        assert "28% → 31%" in texts(world, "@li")[-1]


async def test_a_company_that_cannot_be_written_leaves_the_one_before_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    async with playing(tmp_path / "p") as world:
        await world.to_next_check_in("en")
        monkeypatch.setattr("bot.cli.playing.folder.PlayFolder.enter", full)

        with pytest.raises(WorldProblem, match=r"No space left on device.*as it was before"):
            await world.start_over("small", "en")
        monkeypatch.undo()

        assert world.company.name == "TeeBee"
        await world.platform.types("li", "31%", key="one")
        await world.settle()
        assert "28% → 31%" in texts(world, "@li")[-1]
        assert len([one for one in (tmp_path / "p").iterdir() if one.is_dir()]) == 1


async def test_a_folder_that_takes_nothing_more_lets_time_stand_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    async with playing(tmp_path / "p") as world:
        before = world.now
        monkeypatch.setattr("bot.cli.playing.folder.CompanyFolder.keep_moment", full)
        with pytest.raises(WorldProblem, match=r"cannot be kept any more \(No space left on device\)"):
            await world.to_next_check_in("en")
        assert (world.now, world.is_passing, world.room.standing) == (before, False, [])
        monkeypatch.undo()

        await world.to_next_check_in("en")
        assert len(world.room.standing) == 8


# --- what is kept ---------------------------------------------------------------------------------------


async def test_everything_stands_there_after_a_clean_stop(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        await world.to_next_check_in("en")
        await world.platform.types("li", "31%", key="one")
        await world.settle()
        before, age, now = seen(world.room.standing), world.age, world.now

    async with playing(tmp_path / "p") as world:
        assert (seen(world.room.standing), world.age, world.now) == (before, age, now)
        await world.platform.types("li", "31%", key="one")
        await world.settle()
        assert seen(world.room.standing) == before


async def test_a_stop_while_time_passes_comes_between_two_moments(tmp_path: Path) -> None:
    async with playing(tmp_path / "p") as world:
        passing = asyncio.create_task(world.pass_hours(24 * 14, "en"))
        await world.room.changes(world.room.revision + 1)
        begins = world.now
    await passing
    stopped = world.now

    async with playing(tmp_path / "p") as world:
        assert world.now == stopped
        assert (stopped - begins).days < 13
