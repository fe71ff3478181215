"""OKR files sent to Okra in Slack: shown as the set that they hold, or one sentence on what to do."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import openpyxl
import pytest
from sqlmodel import Session, select

from bot.handlers.filed import WHOLE
from bot.intake.inbound import Typed
from bot.intake.stored import from_json
from bot.okr.model import KRState
from bot.platforms.slack.api import SlackApi
from storage import models as m
from storage.forgetting import without_words
from storage.okr_files import csv_files, markdown_files, reading, xlsx_files
from tests.fakes.http import Broken, Slow
from tests.fakes.slack import TOKEN, SlackFake
from tests.scenarios.running import Running
from tests.scenarios.slack_world import behind, slack_time, started

PEOPLE = {"mei": "U1MEI", "jack": "U2JACK"}
SET = b"Objective: Win the regulars\nKR1: Regulars from 5% to 15%\nKR2: Wait in minutes from 9 to 4\n"

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(slack_time())
    fake.add_person("U1MEI", "Mei Tan")
    fake.add_person("U2JACK", "Jack Moreno")
    async with started(fake, PEOPLE.values()):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, slack: SlackFake) -> AsyncIterator[Running]:
    async with behind(slack, tmp_path, PEOPLE) as one:
        yield one


def newest(slack: SlackFake) -> str:
    message = slack.messages["D1MEI"][-1]
    return message.text + json.dumps(message.blocks, ensure_ascii=False)


def drafts(okra: Running) -> list[str]:
    def read(session: Session) -> list[str]:
        rows = session.exec(select(m.KeyResult).where(m.KeyResult.state == KRState.DRAFT)).all()
        return [row.title for row in rows]

    return okra.house.db.read_now(read)


async def press(okra: Running, slack: SlackFake, label: str) -> None:
    message = slack.messages["D1MEI"][-1]
    elements = [one for block in message.blocks for one in block.get("elements", ()) if one["type"] == "button"]
    element = next(one for one in elements if one["text"]["text"] == label)
    await slack.press(element, channel="D1MEI", message_ts=message.ts)
    await okra.settled()


def workbook(*rows: tuple[str, ...]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


SHEET = workbook(("Objective", "Key result"), ("Win the regulars", "Regulars from 5% to 15%"))
SEVERAL = [
    ("okrs.md", SET),
    ("okrs.txt", SET),
    ("okrs.csv", b"Objective,Key result\r\nWin the regulars,Regulars from 5% to 15%\r\n"),
    ("okrs.csv", "Objective\tKey result\nWin the regulars\tRegulars from 5% to 15%\n".encode("utf-16")),
    ("okrs.md", SET.decode().encode("utf-16")),
    ("okrs.xlsx", SHEET),
]


@pytest.mark.parametrize(("name", "data"), SEVERAL, ids=lambda one: one if isinstance(one, str) else "")
async def test_a_file_is_shown_and_one_tap_saves_drafts(
    okra: Running, slack: SlackFake, name: str, data: bytes
) -> None:
    assert (await slack.share_file(name, data)).acknowledged
    await okra.settled()

    assert f"I read this in {name}:" in newest(slack)
    assert "Regulars from 5% to 15%" in newest(slack)
    assert drafts(okra) == []
    await press(okra, slack, "Save as draft")
    assert "Regulars from 5% to 15%" in drafts(okra)


async def test_a_file_that_the_event_names_by_its_id_alone_is_looked_up(okra: Running, slack: SlackFake) -> None:
    await slack.share_file("okrs.md", SET, by_id=True)
    await okra.settled()

    assert "I read this in okrs.md:" in newest(slack) or "I read this in file:" in newest(slack)


async def test_a_caption_is_the_reply_as_ever_and_the_file_is_shown_besides(okra: Running, slack: SlackFake) -> None:
    await slack.share_file("okrs.md", SET, text="KR1 46k, 0.7")
    await okra.settled()

    assert [str(one.value) for one in okra.said_of("GRO-1")] == ["46000"]
    assert any("I read this in okrs.md:" in json.dumps(one.blocks) for one in slack.messages["D1MEI"])


async def test_the_same_event_again_shows_one_set(okra: Running, slack: SlackFake) -> None:
    await slack.share_file("okrs.md", SET, event_id="Ev1")
    await okra.settled()
    before = len(slack.messages["D1MEI"])
    (said,) = slack.said("U1MEI")
    await slack.share_file("okrs.md", SET, event_id="Ev1", ts=said.ts)
    await okra.settled()

    assert len(slack.messages["D1MEI"]) == before


def bomb() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 300_000_000)
    return into.getvalue()


AGAIN = "I could not get {} just now, so nothing of it is saved. Please send it again, or paste its lines here."
BAD = [
    ("empty.md", b"", "empty.md is empty, so there is nothing to save."),
    ("empty.csv", b"  \n", "empty.csv is empty, so there is nothing to save."),
    ("huge.csv", b"a,b\n" * 300_000, "huge.csv is larger than 1 MB, so nothing of it is saved."),
    ("setup.exe", b"MZ\x90", "I can't read setup.exe, so nothing was recorded. OKRs I read from md, txt, csv, xlsx"),
    ("photo.md", b"\x89PNG\r\n\x1a\n\x00\x00\xff", "I can't use photo.md as it is, so nothing of it is saved."),
    ("secret.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "The workbook is protected by a password"),
    ("broken.xlsx", SHEET[:900], "The workbook is damaged"),
    ("long.yaml", b"workspace: {name: T}\npeople:\n" + b"  - {handle: a, name: A}\n" * 12_000, "larger than 256 KB"),
    ("cut.json", b'{"workspace": {"name": "TeeBee"}, "people": [', "I can't use cut.json as it is"),
    ("notes.md", b"# Notes\nCall the baker.\n", "nothing of it is saved"),
]


@pytest.mark.parametrize(("name", "data", "told"), BAD, ids=[one[0] for one in BAD])
async def test_what_cannot_be_used_gets_one_sentence_and_saves_nothing(
    okra: Running, slack: SlackFake, name: str, data: bytes, told: str
) -> None:
    assert (await slack.share_file(name, data)).acknowledged
    await okra.settled()

    assert told in slack.texts("D1MEI")[-1]
    assert drafts(okra) == []


async def test_a_bomb_is_not_unpacked(okra: Running, slack: SlackFake) -> None:
    await slack.share_file("bomb.xlsx", bomb())
    await okra.settled()

    assert "I can't use bomb.xlsx as it is" in slack.texts("D1MEI")[-1]


async def test_a_token_that_may_not_read_files_is_told_apart(okra: Running, slack: SlackFake) -> None:
    slack.tokens[TOKEN].scopes = {"chat:write", "im:history", "im:write", "users:read", "commands"}
    await slack.share_file("okrs.md", SET)
    await okra.settled()
    assert "I may not read files here, so nothing of okrs.md is saved." in slack.texts("D1MEI")[-1]

    await slack.share_file("okrs.md", SET, by_id=True)
    await okra.settled()
    assert "I may not read files here" in slack.texts("D1MEI")[-1]


async def test_a_slow_or_broken_server_costs_the_file_and_not_the_words(okra: Running, slack: SlackFake) -> None:
    slack.play("download", Slow(2.5), Broken(503))
    assert (await slack.share_file("okrs.md", SET, text="KR1 46k, 0.7")).acknowledged
    await okra.settled()
    assert [str(one.value) for one in okra.said_of("GRO-1")] == ["46000"]
    assert AGAIN.format("okrs.md") in slack.texts("D1MEI")

    await slack.share_file("okrs.md", SET)
    await okra.settled()
    assert slack.texts("D1MEI")[-1] == AGAIN.format("okrs.md")


async def test_no_redirect_is_followed_and_no_other_host_is_asked(okra: Running, slack: SlackFake) -> None:
    elsewhere = SlackFake(slack_time())
    await elsewhere.start()
    try:
        target = f"{elsewhere.url}/files-pri/T0PRETEND-F1/download/okrs.md"
        await slack.share_file("okrs.md", SET, leads_to=target)
        await okra.settled()
        assert slack.texts("D1MEI")[-1] == AGAIN.format("okrs.md")
        named = {"id": "F9", "name": "okrs.md", "size": 9, "url_private_download": target}
        await slack.share_file("okrs.md", SET, files=[named])
        await okra.settled()
        assert slack.texts("D1MEI")[-1] == AGAIN.format("okrs.md")
        assert elsewhere.downloads == []
    finally:
        await elsewhere.stop()


async def test_four_files_at_once(okra: Running, slack: SlackFake) -> None:
    files = [{"id": f"F{n}", "name": f"{n}.png", "size": 9} for n in range(5)]
    await slack.share_file("x", files=files)
    await okra.settled()

    told = slack.texts("D1MEI")
    assert [("can't read" in one, "up to three" in one) for one in told] == [(True, False)] * 3 + [(False, True)] * 2


async def test_what_a_file_said_is_forgotten_with_its_message(okra: Running, slack: SlackFake) -> None:
    await slack.share_file("okrs.md", SET)
    await okra.settled()

    def bodies(session: Session) -> list[m.Inbox]:
        return list(session.exec(select(m.Inbox)))

    (kept,) = okra.house.db.read_now(bodies)
    assert [one["name"] for one in kept.body["what"]["files"]] == ["okrs.md"]
    assert "files" not in without_words(kept.body)["what"]
    assert isinstance(from_json(without_words(kept.body)).what, Typed)


def test_what_is_said_of_a_whole_file_is_what_the_importer_says() -> None:
    of_workbooks = {xlsx_files.NOT_XLSX, xlsx_files.PROTECTED, xlsx_files.DAMAGED, xlsx_files.TOO_LARGE}
    of_texts = {csv_files.NOT_TEXT, reading.NOT_KEYS, markdown_files.NO_OKRS}

    assert set(WHOLE) == of_workbooks | of_texts


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/okrs.md", True),
        ("https://slack.com/files-pri/T1-F1/okrs.md", True),
        ("http://files.slack.com/okrs.md", False),
        ("https://files.slack.com:8443/okrs.md", False),
        ("https://files.slack.com.elsewhere.example/okrs.md", False),
        ("https://files.slack.com@elsewhere.example/okrs.md", False),
        ("https://notslack.com/okrs.md", False),
        ("https://[nonsense/okrs.md", False),
        ("", False),
    ],
)
def test_the_token_goes_to_slacks_own_hosts_alone(url: str, ours: bool) -> None:
    assert SlackApi("xoxb-pretend")._is_slacks(url) is ours
