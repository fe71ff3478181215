"""What help says: every topic of the specification, short, in both languages, and nothing that does not exist."""

import re

import pytest

from bot.handlers.verbs import VERBS
from bot.views.help import NAMES_ZH, TOPICS
from tests.handlers.talk import Talk

MOST_LINES = 8
AFTER_NOTHING = ("my", "shows", "我的", "看你负责的")
"""What stands after `/okr` alone."""


def test_every_topic_of_the_specification_is_there_under_both_names() -> None:
    assert list(TOPICS) == [
        "start", "reply", "scores", "types", "status", "digest", "review", "workshop", "conflicts", "settings",
        "privacy",
    ]  # fmt: skip
    assert set(NAMES_ZH.values()) == set(TOPICS)


@pytest.mark.parametrize("topic", ["", *TOPICS])
def test_help_is_short_and_names_only_commands_that_exist(talk: Talk, topic: str) -> None:
    lines = talk.says(f"help {topic}").splitlines()

    assert 2 < len(lines) <= MOST_LINES
    for verb in re.findall(r"/okr ([a-z]+)", " ".join(lines)):
        assert verb in VERBS or verb in AFTER_NOTHING, verb


@pytest.mark.parametrize("topic", ["", *NAMES_ZH])
def test_help_in_chinese(talk_zh: Talk, topic: str) -> None:
    lines = talk_zh.says(f"帮助 {topic}").splitlines()

    assert 2 < len(lines) <= MOST_LINES
    for verb in re.findall(r"/okr ([\u4e00-\u9fff]+)", " ".join(lines)):
        assert verb in VERBS or verb in AFTER_NOTHING, verb
    assert not re.search(r"[A-Za-z]{4,} [A-Za-z]{3,} [A-Za-z]{3,}", " ".join(lines))


def test_the_short_help_names_the_topics(talk: Talk) -> None:
    last = talk.says("help").splitlines()[-2]

    assert last == f"• /okr help {' | '.join(TOPICS)}"
