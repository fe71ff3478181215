"""A whole week in Teams: what everybody was sent, in every chat and channel, and nothing besides."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.teams import Message, TeamsFake
from tests.scenarios.running import MADRID, Running
from tests.scenarios.teams_world import BOARD, GENERAL, behind, started, teams_time, typed, unfolded

MEI, JACK, ANA, LI, WANG, NEW = "mei-object-id", "jack-id", "ana-id", "li-id", "wangjie-id", "new-id"
PEOPLE = {"mei": MEI, "jack": JACK, "ana": ANA, "li": LI, "wangjie": WANG}
NAMES = {MEI: "Mei Tan", JACK: "Jack Moreno", ANA: "Ana Prado", LI: "Li Chen", WANG: "王洁", NEW: "Somebody New"}
CHAT = "19:growth-leads@thread.v2"


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    """A tenant: Growth's team with two channels, a group chat, and people who never heard of Okra."""
    fake = TeamsFake(teams_time())
    for person, name in NAMES.items():
        locale = "zh-CN" if person == WANG else "en-GB"
        fake.add_person(person, name, installed=False, zone=MADRID, locale=locale)
    fake.add_team(GENERAL, "Growth", MEI, JACK, ANA, LI, channels={BOARD: "Board"}, has_app=False)
    fake.add_chat(CHAT, MEI, JACK, has_app=False)
    async with started(fake):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, teams: TeamsFake) -> AsyncIterator[Running]:
    async with behind(teams, tmp_path, PEOPLE, {"GRO": BOARD}) as one:
        yield one


def chat(person: str) -> str:
    return f"a:{person}"


def question(teams: TeamsFake, person: str) -> Message:
    """The weekly question that stands in somebody's chat."""
    found = [each for each in teams.messages(chat(person)) if each.text.startswith(("Weekly check-in", "每周更新"))]
    assert len(found) == 1, teams.texts(chat(person))
    return found[0]


def values_of(okra: Running, key_result: str) -> list[str]:
    return [format(row.value.normalize(), "f") for row in okra.said_of(key_result) if row.value is not None]


WELCOME = "Hi, I'm the OKR bot for TeeBee."
CLOSED = "This check-in is closed; a newer"  # a reminder, once the next week was asked about
BOOKS = {
    BOARD: ["Growth · OKR board · week 7 of 13", "Next steps from today?"],
    CHAT: ["Sent to you privately."],
    chat(MEI): [
        WELCOME,
        "Weekly check-in · Growth · week 7",
        "Growth · OKR board · week 6 of 13",
        CLOSED,
        "Next step noted: Call the guests",
        "Weekly check-in · Growth · week 8",
        "SUP-1 · First answer",
        "I cannot write to Li, so their key results are not asked about.",
    ],
    chat(JACK): [
        WELCOME,
        "Weekly check-in · Growth \u2060+ Support · week 7",
        "✓ GRO-4 380 calls → 372 calls",
        "That question went to someone else, ",
        "✓ GRO-4 372 calls → 371 calls",
        "SUP-4 · Guests can order without calling",
        "Weekly check-in · Growth \u2060+ Support · week 8",
    ],
    chat(ANA): [
        WELCOME,
        "Weekly check-in · Growth · week 7",
        CLOSED,
        "OK, I'll ask again Fri 10:00.",
        "✓ KR3 6.8 → 7.1",
        CLOSED,
        "✓ KR3 7.1 → 7.2",
        "Weekly check-in · Growth · week 8",
    ],
    chat(LI): [
        WELCOME,
        "Weekly check-in · Growth · week 7",
        "You edited this message, so what it told me is taken back.",
        "✓ KR2 28% → 32% · blocked on legal",
    ],
    chat(WANG): [
        "你好，我是 TeeBee 的 OKR 助手。",
        "每周更新 · 华东组 · 第 7/13 周",
        "✓ 已更新 KR2 17% → 18% · 卡在法务",
        "KR3 · 上线小程序点单",
    ],
    chat(NEW): ["I don't know you yet."],
}
"""How every message begins that stands anywhere at the end of the week."""


async def test_the_week(okra: Running, teams: TeamsFake) -> None:
    async def says(person: str, text: str, **more: str) -> Message:
        assert (await teams.says(text, person=person, **more)).status == 200
        await okra.settled()
        return teams.said(person)[-1]

    async def presses(message: Message, title: str, person: str, **inputs: str) -> None:
        assert (await teams.presses(message, message.button(title), inputs, person=person)).status == 200
        await okra.settled()

    # Okra is added to the team, and to the group chat; some install it for themselves. Nobody is written to yet.
    await teams.adds_to(GENERAL, channel=BOARD)
    await teams.adds_to(CHAT)
    for person in (MEI, JACK, WANG, NEW):
        await teams.installs(person)
    await okra.settled()
    assert teams.books() == {}

    # Thursday, 10:00: everybody of Growth is asked once; Ana and Li too, who only are in the team.
    await okra.at("2026-11-12 10:00")
    for person in (MEI, JACK, ANA, LI):
        assert len(teams.read(chat(person))) == 2  # a welcome, the question
    assert teams.unread == {}

    # Mei types into the card, which shows it in place; takes it back, and types it again.
    mei = question(teams, MEI)
    form = unfolded(mei, "monthly recurring revenue")
    (save,) = form["actions"]
    await teams.presses(mei, save, typed(form, value="46k"), person=MEI)
    await teams.again()  # and Teams sends it twice
    await okra.settled()
    assert "✓ $44k → $46k" in mei.text
    await presses(mei, "Undo", MEI)
    assert "✓" not in mei.text
    (save,) = unfolded(mei, "monthly recurring revenue")["actions"]
    await teams.presses(mei, save, typed(form, value="47k"), person=MEI)
    await okra.settled()
    assert "✓ $44k → $47k" in mei.text

    # Jack mistypes: the whole form comes below, keeps what he typed, and goes when it is right.
    jack = question(teams, JACK)
    form = unfolded(jack, "alls")
    (save,) = form["actions"]
    await teams.presses(jack, save, typed(form, value="many"), person=JACK)
    await okra.settled()
    (below,) = teams.read(chat(JACK))
    assert "cannot read many as a number" in str(below.card)
    await presses(below, "Save", JACK, **{"field.value": "372"})
    assert "✓ 380 calls → 372 calls" in jack.text
    assert below not in teams.messages(chat(JACK))

    # Li writes, and corrects by editing.
    said = await says(LI, "KR2 31%, blocked on legal")
    await okra.at("2026-11-12 10:05")
    await teams.edits(said, "KR2 32%, blocked on legal")
    await okra.settled()
    assert values_of(okra, "GRO-2")[-1] == "32"

    # A stranger is told so. In the group chat Mei's board goes to her alone, and Jack answers nothing for her.
    await says(NEW, "KR1 50k")
    await teams.mentions("board", CHAT, person=MEI)
    await okra.settled()
    before = mei.text
    await teams.presses(mei, mei.button("0.3"), person=JACK, conversation=CHAT)
    await teams.reacts(mei, person=MEI)
    await okra.settled()
    assert mei.text == before
    assert [one.self_score for one in okra.said_of("GRO-5")] == []

    # Thursday, 16:00: who has something to go is reminded, once; Ana snoozes.
    await okra.at("2026-11-12 16:00")
    (reminder,) = [each for each in teams.messages(chat(ANA)) if each.text.startswith("Two to go")]
    await presses(reminder, "Later", ANA)
    for hour in ("2026-11-12 18:00", "2026-11-12 19:30", "2026-11-13 08:50"):
        await okra.at(hour)

    # Wang Jie is asked in his own language and at his own hour, and answers in it.
    wang = question(teams, WANG)
    await presses(wang, "👍 不变，还是 2.1%", WANG)
    await says(WANG, "KR2 18%，卡在法务")
    assert "✓" in wang.text

    # Friday, 09:50: the board, as a new thread, changed in place until the meeting, afterwards no more.
    await okra.at("2026-11-13 09:50")
    (board,) = teams.messages(BOARD)
    assert board.thread is None
    assert board.text.startswith("Growth · OKR board · week 7 of 13")
    await says(ANA, "KR3 7.1")
    await okra.at("2026-11-13 09:52")
    assert "7.1 / 8" in board.text
    assert "KR5 Yearly contracts · 47 / 80 · 0.21 · heading 0.55 ✋" in board.text  # to be talked about

    # Jack's KR4 could be that of either of his teams: he is asked, and taps which.
    await says(JACK, "KR4 371")
    clarifying = teams.messages(chat(JACK))[-1]
    assert clarifying.text.startswith("Which one is '371' for?")
    await presses(clarifying, "GRO-4 Phone support calls", JACK)
    await okra.at("2026-11-13 10:00")
    await says(ANA, "KR3 7.2")
    await okra.at("2026-11-13 10:02")
    assert (board.edits, "7.1 / 8" in board.text) == (1, True)

    # After the meeting: next steps in the board's thread, where @Okra stands in for the command.
    await okra.at("2026-11-13 11:05")
    (asked,) = teams.thread(board)
    assert asked.text.startswith("Next steps from today?")
    await teams.mentions('next "Call the guests" KR3', f"{BOARD};messageid={board.id}", person=MEI)
    await okra.settled()
    await okra.at("2026-11-13 11:07")
    assert "Call the guests" in asked.text

    # Okra is taken out of Ana's chat and of the team, and let in again; Li leaves. Next week is asked all the same.
    await teams.uninstalls(ANA)
    await teams.leaves(LI, GENERAL)
    await teams.removes_from(GENERAL)
    await okra.at("2026-11-16 09:00")
    await teams.adds_to(GENERAL, channel=BOARD)
    await teams.installs(ANA)
    await okra.settled()
    await okra.at("2026-11-19 10:00")

    # The books: nobody was sent anything that is not told here, and nothing twice.
    books = teams.books()
    assert {name: len(lines) for name, lines in books.items()} == {name: len(lines) for name, lines in BOOKS.items()}
    for name, lines in books.items():
        for line, begins in zip(lines, BOOKS[name], strict=True):
            assert line.startswith(begins), name
    assert values_of(okra, "GRO-1") == ["46000", "47000"]
    assert values_of(okra, "GRO-4") == ["372", "371"]
    assert values_of(okra, "GRO-3") == ["7.1", "7.2"]
    posted, gone = teams.called("send"), teams.called("delete")
    assert len(posted) == sum(map(len, BOOKS.values())) + len(gone)
