"""`questions`: what people had to be asked back, and how it ended, for whoever has no Prometheus."""

import asyncio
import re
from pathlib import Path

import pytest

import app
from bot.cli.questions import NOBODY
from bot.clock import SystemClock
from bot.intake.inbound import Inbound, Place, Typed
from bot.settings import SettingsProblem, read_settings
from storage.session import Database
from tests.cli.conftest import EXAMPLES, Line


@pytest.fixture
def teebee(line: Line) -> Line:
    line.has(EXAMPLES / "teebee.yaml")
    return line


def say(folder: Path, *texts: str) -> None:
    """Mei says these, one after the other."""
    clock = SystemClock()
    db = Database(f"sqlite:///{folder}/okra.db", clock)
    intake = app.build_house(db, clock).intake
    for number, text in enumerate(texts):
        message = Inbound("console", "TeeBee", f"event:{number}", "mei", Place.DM, "D-mei", clock.now(), Typed(text))
        asyncio.run(intake.accept(message))
    db.close()


def test_nobody_was_asked_yet(teebee: Line) -> None:
    ended = teebee.run("questions")

    assert ended.code == 0
    assert ended.out.splitlines()[0] == NOBODY


def test_the_table_tells_what_was_asked_and_the_share_that_needed_no_question(teebee: Line, tmp_path: Path) -> None:
    say(tmp_path, "KR1 46k, 0.7", "KR1 +4k", "yes")

    ended = teebee.run("questions", "--days", "7")

    rows = [re.split(r"\s{2,}", row.strip()) for row in ended.out.splitlines()]
    assert rows[0] == ["Workspace", "Question", "button", "words", "overtaken", "expired", "open"]
    assert ["TeeBee", "Q_DELTA", "0", "1", "0", "0", "0"] in rows
    (share,) = [row for row in ended.out.splitlines() if row.endswith("were read without a question.")]
    assert re.match(r"TeeBee: \d+ of \d+ replies \(\d+%\)", share)


def test_a_token_that_could_be_guessed_is_refused(line: Line) -> None:
    line.set(METRICS_TOKEN="short")

    with pytest.raises(SettingsProblem, match="METRICS_TOKEN has fewer than 32 characters"):
        read_settings()
