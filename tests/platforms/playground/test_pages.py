"""What stands on the pages: in both languages, whatever people are called and whatever they write."""

import re
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from bot.cards.model import Card, Image, Link, Run, Style, Table, Text
from bot.platforms.console.room import Spot
from bot.platforms.playground.assets import Assets
from bot.platforms.playground.colours import with_words
from bot.platforms.playground.faces import initials
from bot.platforms.playground.talk import SHOWN_AT_FIRST
from bot.platforms.playground.world import Coming, Company, Human
from tests.platforms.playground.browsing import Browser
from tests.platforms.playground.small_world import START, SmallWorld, words

DM = "/as/ana/dm"
GROWTH = "/as/ana/channel/growth"
SPOT = Spot("ana", is_person=True)
MADRID, AUCKLAND = ZoneInfo("Europe/Madrid"), ZoneInfo("Pacific/Auckland")
SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


# --- languages and light -----------------------------------------------------------------------------


async def test_the_pages_speak_the_first_of_the_browsers_languages_that_they_know(browser: Browser) -> None:
    assert 'lang="zh-Hans"' in (await browser.get(DM, Accept_Language="fr, zh-CN;q=0.8, en;q=0.5")).html
    assert "你不动，时间就停着" in (await browser.get(DM, Accept_Language="zh")).text
    assert "Time stands still" in (await browser.get(DM, Accept_Language="fr")).text


async def test_a_language_that_was_chosen_stays(browser: Browser) -> None:
    page = await browser.get(DM)

    chosen = await browser.post("/look", [("language", "zh"), ("back", GROWTH)], token=page.token)

    assert chosen.path == GROWTH
    assert "Growth 的频道" in chosen.text
    assert "换个人" in (await browser.get(DM)).text


async def test_light_or_dark_can_be_chosen(browser: Browser) -> None:
    page = await browser.get(DM)
    assert 'data-theme="auto"' in page.html

    chosen = await browser.post("/look", [("theme", "dark"), ("back", DM)], token=page.token)

    assert 'data-theme="dark"' in chosen.html


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/as/\\evil", "", "/as/\r\nX: y"])
async def test_a_choice_leads_back_to_a_page_of_ours_alone(browser: Browser, back: str) -> None:
    token = (await browser.get(DM)).token

    page = await browser.post("/look", [("theme", "dark"), ("language", "tlh"), ("back", back)], token=token)

    assert page.path == DM


# --- what people write is text -----------------------------------------------------------------------


async def test_what_people_write_and_are_called_never_becomes_markup(browser: Browser, small: SmallWorld) -> None:
    small.people.append(Human("x", SCRIPT, SCRIPT, SCRIPT, "Europe/Madrid", "en", ("growth",)))
    small.next = [Coming(START, SCRIPT, SCRIPT, SCRIPT)]
    small.unsent = [Coming(START, "Ana", "digest", "Growth", SCRIPT)]
    await browser.says(DM, SCRIPT)
    small.room.post(1, SPOT, words(SCRIPT), "")

    for path in (DM, "/as/x/dm", "/as/x/channel/growth", "/as/nobody/dm"):
        page = await browser.get(path)

        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html
    assert SCRIPT in unescape((await browser.get(DM)).html)


async def test_what_was_typed_comes_back_as_it_was(browser: Browser) -> None:
    text = f"{SCRIPT}\n</textarea>\n" + "x" * 40_000

    page = await browser.says(DM, text)

    assert page.status == 422
    assert text in unescape(page.html)


async def test_pictures_and_links_of_cards_are_no_way_around_the_policy(browser: Browser, small: SmallWorld) -> None:
    link = Text(((Link("here", "javascript:alert(1)"), Link("there", "https://okra.example/a")),))
    small.room.post(1, SPOT, Card((link, Image("https://okra.example/a.png", "A picture"))), "")

    page = await browser.get(DM)

    assert 'href="javascript' not in page.html
    assert 'href="https://okra.example/a" rel="noopener noreferrer"' in page.html
    assert "img-src 'self'" in page.headers["Content-Security-Policy"]


async def test_names_of_four_thousand_characters_are_cut(browser: Browser, small: SmallWorld) -> None:
    long = "Ana" + "n" * 4000
    small.people.append(Human("long", long, long, long, "Europe/Madrid", "en", ("growth",)))
    small.next = [Coming(START, long, "digest", long)]
    small.unsent = [Coming(START, long, "digest", long, long)]
    small.company = Company("small", long, "", "en")

    for path in (DM, "/as/long/dm", "/as/long/channel/growth", "/as/nobody/dm"):
        page = await browser.get(path)

        assert "n" * 300 not in page.html
        assert "…" in page.html


async def test_among_many_people_those_with_news_come_first(browser: Browser, small: SmallWorld) -> None:
    for number in range(15):
        small.people.append(Human(f"p{number}", f"Person {number}", "P", "", "Europe/Madrid", "en", ()))
    small.ask("p14")
    small.ask("ana")

    page = await browser.get("/as/p3/dm")

    listed = re.findall(r'<li data-id="([^"]+)"><a', page.html)
    assert listed[:4] == ["p3", "ana", "p14", "tom"]
    assert "Find a person" in page.text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ana Prado", "AP"),
        ("Ana María Prado Ruiz", "AR"),
        ("Li", "L"),
        ("林梅", "梅"),
        ("欧阳小雨", "小雨"),
        ("王杰 Jack", "杰"),
        ("🌱", "?"),
        ("", "?"),
        ("éva", "É"),
    ],
)
def test_an_avatar_has_a_letter_or_two(name: str, shown: str) -> None:
    assert initials(name) == shown


# --- a conversation ----------------------------------------------------------------------------------


async def test_a_long_conversation_brings_its_newest_messages_and_the_way_to_the_rest(
    browser: Browser, small: SmallWorld
) -> None:
    for number in range(SHOWN_AT_FIRST + 5):
        small.room.post(1, SPOT, words(f"Message {number}."), "")

    page = await browser.get(DM)

    assert "5 earlier messages" in page.text
    assert "Message 4." not in page.text
    assert "Message 5." in page.text
    assert "Message 4." in (await browser.get(f"{DM}?all=1")).text


async def test_days_and_times_are_those_of_whoever_reads(browser: Browser, small: SmallWorld) -> None:
    for at in (START, START + timedelta(hours=10)):
        small.clock.move_to(at)
        for person in ("ana", "tom"):
            small.room.post(1, Spot(person, is_person=True), words("Hello."), "")

    here = (await browser.get(DM)).text
    there = (await browser.get("/as/tom/dm")).text

    assert here.count("Thursday, 12 Nov") == 2  # above the messages, and on the clock
    assert "Okra 19:00 Hello." in here
    assert "Friday, 13 Nov Okra 07:00 Hello." in there


async def test_a_message_that_was_changed_on_another_day_says_which(browser: Browser, small: SmallWorld) -> None:
    message = small.room.post(1, SPOT, words("Old."), "")
    small.clock.move_to(START + timedelta(days=1))
    small.room.change(message.ref, words("New."))

    assert "Okra 09:00 changed Fri 09:00 New." in (await browser.get(DM)).text


async def test_an_answer_in_a_thread_says_to_what(browser: Browser, small: SmallWorld) -> None:
    growth = Spot("growth", is_person=False)
    root = small.room.post(1, growth, words("The board"), "")
    small.room.post(1, growth, words("Next steps?"), "", thread=root.ref.message_id)

    assert "In answer to: The board Next steps?" in (await browser.get(GROWTH)).text


async def test_coloured_signs_have_words(browser: Browser, small: SmallWorld) -> None:
    cell = (Run("🟢 KR1"),)
    small.room.post(1, SPOT, Card((Table(("KR",), ((cell,),)),)), "")

    assert '<span role="img" aria-label="on track" title="on track">🟢</span> KR1' in (await browser.get(DM)).html


def test_a_sign_whose_word_stands_beside_it_is_not_said_twice() -> None:
    assert (
        with_words("<td>🔴 off track · KR4</td>", "en") == '<td><span aria-hidden="true">🔴</span> off track · KR4</td>'
    )


def test_a_sign_within_a_tag_is_left_alone() -> None:
    html = '<button aria-label="🟢 fine">x</button>'

    assert with_words(html, "en") == html


async def test_chinese_cards_say_that_they_are(browser: Browser, small: SmallWorld) -> None:
    small.room.post(1, SPOT, Card((Text(((Run("你好", Style.BOLD),),)),), lang="zh"), "")

    assert '<article class="card" lang="zh-Hans"><p><b>你好</b></p></article>' in (await browser.get(DM)).html


# --- time, and what comes ----------------------------------------------------------------------------


async def test_what_comes_says_when_for_whom_and_what_is_left_out_says_why(browser: Browser, small: SmallWorld) -> None:
    at = START + timedelta(hours=2)
    small.next = [
        Coming(at.astimezone(MADRID), "Ana", "weekly check-in", "KR1"),
        Coming(at.astimezone(AUCKLAND), "Tom", "weekly check-in", "KR2"),
    ]
    small.unsent = [Coming(at.astimezone(MADRID), "林梅", "reminder", "KR3", "away until Friday")]

    page = await browser.get(DM)

    assert "11:00 weekly check-in for Ana KR1 for Tom KR2 Thu 23:00 for them" in page.text
    assert "Not sent, and why Thursday, 12 Nov 11:00 reminder for 林梅 KR3 away until Friday" in page.text
    assert "11:00" in (await browser.get("/as/ana/plans")).text


async def test_a_long_list_of_what_comes_is_folded(browser: Browser, small: SmallWorld) -> None:
    small.next = [Coming(START + timedelta(hours=n), "Ana", f"kind {n}", "") for n in range(20)]

    assert "12 more" in (await browser.get(DM)).text


async def test_while_time_passes_it_cannot_be_moved_once_more(browser: Browser, small: SmallWorld) -> None:
    small.is_passing = True

    page = await browser.get(DM)

    assert "Time is passing …" in page.text
    assert page.html.count('name="way" value="check_in" aria-disabled=true') == 1
    assert (await browser.post(DM, [("do", "clock"), ("way", "hour")])).status == 200
    assert small.moves == []


async def test_while_time_passes_it_can_be_stopped(browser: Browser, small: SmallWorld) -> None:
    assert "Stop here" not in (await browser.get(DM)).text
    small.is_passing = True
    assert "Stop here" in (await browser.get(DM)).text

    page = await browser.post(DM, [("do", "clock"), ("way", "stop")])

    assert small.moves == ["stop"]
    assert "Stop here" not in page.text


async def test_a_page_whose_company_cannot_look_ahead_is_there_all_the_same(
    browser: Browser, small: SmallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(lang: str) -> None:
        raise OSError("the disk is away")

    monkeypatch.setattr(small, "coming", broken)

    page = await browser.get(DM)

    assert page.status == 200
    assert "Okra is looking ahead …" in page.text


# --- for whoever does not see, or has no mouse -------------------------------------------------------


async def test_every_field_has_its_label_and_every_id_is_there_once(browser: Browser, small: SmallWorld) -> None:
    await browser.post(DM, [("do", "press"), ("message", small.ask()), ("press", "form KR1")])
    form = small.room.forms["ana"].id
    for number in range(15):
        small.people.append(Human(f"p{number}", f"Person {number}", "P", "", "Europe/Madrid", "en", ()))

    page = await browser.get(DM)

    ids = re.findall(r'\sid="([^"]+)"', page.html)
    assert len(ids) == len(set(ids))
    fields = re.findall(
        r"<(?:input|select|textarea)(?![^>]*type=\"(?:hidden|checkbox)\")[^>]*id=\"([^\"]+)\"", page.html
    )
    assert {"write", "to", "file", "find"} <= set(fields)
    assert {f"{form}-{name}" for name in ("value", "note", "blocked", "owner")} <= set(fields)
    assert set(fields) <= set(re.findall(r'<label[^>]*for="([^"]+)"', page.html))
    for one in re.findall(r'aria-(?:describedby|labelledby|controls)="([^"]+)"', page.html):
        assert set(one.split()) <= set(ids)


async def test_the_pages_are_light(browser: Browser, small: SmallWorld) -> None:
    small.ask()

    page = await browser.get(DM)

    brought = sum([len((await browser.get(url)).html.encode()) for url in Assets().urls.values()])
    assert len(page.html.encode()) < 20_000
    assert brought < 60_000


async def test_what_pages_bring_along_is_kept_by_the_browser_until_it_changes(browser: Browser) -> None:
    url = Assets().urls["playground.css"]

    assert "immutable" in (await browser.get(url)).headers["Cache-Control"]
    assert (await browser.get("/static/playground.css")).headers["Cache-Control"] == "no-cache"
    assert (await browser.get("/static/..%2Fserver.py")).status == 404
    assert (await browser.get("/static/nothing.css")).status == 404
