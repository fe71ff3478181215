"""For any small file: it is read or told why not, twice is once, in two parts is at once, and current is a replay."""

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from bot.clock import MovableClock
from bot.okr import model as okr
from storage.okr_files import OkrFile, read_okr_file
from storage.session import Database
from tests.storage.okr_files.files import HEAD, NOW, currents, importing, previewing, with_history, with_krs
from tests.storage.okr_files.test_import import comparable

FIRST = date(2026, 10, 1)

DAYS = st.integers(0, 41).map(lambda days: FIRST + timedelta(days=days))
VALUES = st.integers(-5, 15)


def entry(day: date, value: int | None, score: int | None, blocked: bool | None, by: str | None) -> str:
    parts = [f"at: {day.isoformat()}"]
    if value is not None:
        parts.append(f"value: {value}")
    if score is not None:
        parts.append(f"self_score: 0.{score}")
    if blocked is not None:
        parts.append(f"blocked: {'yes' if blocked else 'no'}")
    if by is not None:
        parts.append(f"by: {by}")
    return f"- {{{', '.join(parts)}}}"


ENTRIES = st.builds(
    entry,
    DAYS,
    st.none() | VALUES,
    st.none() | st.integers(0, 9),
    st.none() | st.booleans(),
    st.none() | st.sampled_from(["mei", "jack", "ana"]),
)
HISTORIES = st.lists(
    ENTRIES.filter(lambda line: ", " in line and not line.endswith(("by: mei}", "by: jack}", "by: ana}"))),
    min_size=1,
    max_size=6,
    unique_by=lambda line: line[:17],
)
MEASURES = st.sampled_from(
    ["{from: 0, to: 10}", "{from: 10, to: 0}", "{from: 3, keep: [2, 6]}", "{at_most: 4, strict: yes}"]
)


COUNT = itertools.count()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for all examples; each has a workspace of its own, and workspaces do not see each other."""
    db = Database(f"sqlite:///{tmp_path_factory.mktemp('properties') / 'okra.db'}", MovableClock(NOW))
    SQLModel.metadata.create_all(db.engine)
    yield db
    db.close()


def current_of(db: Database, *texts: str) -> okr.Current:
    """What stands on GRO-1 after these files, one after the other; it equals a replay."""
    name = f"Company {next(COUNT)}"
    for text in texts:
        named = text.replace("name: TeeBee", f"name: {name}")
        importing(db, named)
        assert previewing(db, named).is_empty
    stands, replayed = currents(db, name)["GRO-1"]
    assert stands == replayed
    return comparable(stands)


@settings(max_examples=25, deadline=None)
@given(HISTORIES, MEASURES, st.integers(0, 6))
def test_twice_is_once_and_two_parts_in_any_order_are_the_whole(
    shared: Database, history: list[str], measure: str, cut: int
) -> None:
    whole, some, rest = (
        with_history("\n".join(part), measure) for part in (history, history[:cut] or history, history[cut:] or history)
    )

    at_once = current_of(shared, whole)
    assert current_of(shared, some, rest) == at_once
    assert current_of(shared, rest, whole) == at_once


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_told_why_they_are_no_okr_file(data: bytes) -> None:
    found = read_okr_file(data, "x")

    assert isinstance(found, list)
    assert found
    assert all(one.line >= 1 and one.sentence for one in found)


WORDS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["mei", "GRO", "GRO-1", "2026-11-05", "10:00", "31%", "null", "yes", "[a]", "{a: b}", "- x", "1e9", "4.5k", "fri"]
)
KEYS = st.sampled_from(
    [
        "title",
        "from",
        "to",
        "anchors",
        "keep",
        "at_least",
        "type",
        "unit",
        "decimals",
        "weight",
        "start",
        "due",
        "pace",
        "owner",
        "co_owners",
        "state",
        "reason",
        "parent",
        "aliases",
        "steps",
        "history",
        "checkpoints",
        "paused_from",
        "final_score",
        "strict",
        "committed",
        "nonsense",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, WORDS, max_size=6))
def test_any_words_behind_any_keys_are_read_or_refused_on_a_line_of_the_file(given_keys: dict[str, str]) -> None:
    text = with_krs("- number: 1\n" + "".join(f"  {key}: {word}\n" for key, word in given_keys.items()))

    found = read_okr_file(text.encode("utf-8", "replace"), "x")

    if isinstance(found, OkrFile):
        assert all(kr.weight > Decimal(0) for kr in found.key_results)
    else:
        assert all(1 <= one.line <= text.count("\n") + 13 for one in found)


def test_the_head_that_these_files_share_is_sound() -> None:
    assert isinstance(read_okr_file(HEAD.encode(), "x"), OkrFile)
