"""The same thing said another way is read the same; nobody's number is given to another (spec/05 §10.1)."""

import itertools
import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.okr.replies import Reply, ReplyContext, Segment, read_reply
from tests.okr.replies.composed import Composed, compose, written_for
from tests.okr.replies.contexts import context
from tests.okr.replies.told import Row, row_name, rows

_ROWS = [*rows("replies.jsonl"), *rows("replies_unseen.jsonl")]
_COMPOSED = 2_000
_FULL_WIDTH = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}
# Escapes, links, addresses and emoji names are written as they are written.
_ESCAPED = ("<", "&", "://", ":+1:", ":tada:", ":thumbsup:", ":one:", "`")

_SAID = {
    "KR1": ["45k", "$45,000", "no change", "0.7", "45k, 0.8, blocked on legal", "+4k", "€45k", "at risk", "450k"],
    "KR2": ["31%", "31", "same", "0.6", "28 -> 31%", "310/1000", "on track because Acme", "up 3 points", "75%"],
    "KR3": ["done", "8/10", "not done yet", "SSO shipped", "almost done", "waiting on Apple", "7 likely", "100%"],
}


def _gist(segment: Segment) -> tuple[object, ...]:
    """What a segment stores or asks, without words of the person."""
    ask = segment.ask
    return (
        segment.label,
        segment.value,
        segment.self_score,
        segment.confidence,
        segment.status,
        segment.done,
        segment.baseline_set,
        segment.no_change,
        segment.agree,
        segment.skip,
        segment.blocked,
        segment.amend,
        None if ask is None else ask.code,
    )


def _gists(reply: Reply) -> tuple[object, ...]:
    ask = None if reply.ask is None else reply.ask.code
    return (reply.intent, ask, *(_gist(segment) for segment in reply.segments))


def _composed(seed: int, count: int) -> list[Composed]:
    rng = random.Random(seed)  # noqa: S311 - the same replies every time
    return [compose(rng) for _ in range(count)]


# --- composed replies ---------------------------------------------------------------------------


def test_a_number_is_stored_only_for_whom_it_was_written_and_as_what_it_was() -> None:
    for one in _composed(1, _COMPOSED):
        reply = read_reply(one.text, one.against)
        assert reply.defect is None, one.text
        assert all(written_for(segment, one.said) for segment in reply.segments), one.text


def test_a_composed_reply_that_asks_stores_nothing_of_what_it_asks_about() -> None:
    for one in _composed(2, _COMPOSED):
        for segment in read_reply(one.text, one.against).segments:
            if segment.ask is not None:
                assert segment == Segment(segment.label, note=segment.note, ask=segment.ask), one.text


# --- the same, written another way --------------------------------------------------------------

_WAYS: dict[str, Callable[[str], str]] = {
    "more spaces": lambda text: "  " + text.replace(" ", "   ") + " ",
    "full-width digits": lambda text: text.translate(_FULL_WIDTH),
    "upper case": str.upper,
    "a full stop": lambda text: text + ".",
    "a Chinese full stop": lambda text: text + "。",
    "an exclamation mark": lambda text: text + "!",
    "marks nobody sees": lambda text: "\u200f\u202a" + text + "\u202c\u200b",
    "a greeting": lambda text: "Hi team, " + text,
    "a signature": lambda text: text + "\n\nSent from my iPhone",
}


def _may_change(text: str, way: str) -> bool:
    """A sign that carries meaning where it stands last, or an escape that is no text."""
    if any(mark in text for mark in _ESCAPED):
        return True
    if way in ("a full stop", "a Chinese full stop", "an exclamation mark", "a signature"):
        return text.rstrip()[-1:] in ("?", "？", "") or not any(sign.isalnum() for sign in text)
    if way == "a greeting":
        return not any(sign.isalnum() for sign in text) or text.startswith((">", "\u202e"))
    return False


@pytest.mark.parametrize("way", _WAYS)
def test_a_reply_is_read_the_same_with(way: str) -> None:
    differ = []
    for row in _ROWS:
        text = row["reply"]
        if _may_change(text, way):
            continue
        against = context(row["context"])
        if _gists(read_reply(text, against)) != _gists(read_reply(_WAYS[way](text), against)):
            differ.append((row["context"], text))
    assert differ == []


@pytest.mark.parametrize("row", _ROWS[::7], ids=row_name)
def test_the_same_text_is_read_the_same_twice(row: Row) -> None:
    against = context(row["context"])
    assert read_reply(row["reply"], against) == read_reply(row["reply"], against)


# --- several key results ------------------------------------------------------------------------


@settings(max_examples=100)
@given(
    said=st.fixed_dictionaries({label: st.sampled_from(texts) for label, texts in _SAID.items()}),
    between=st.sampled_from(["\n", "; ", "；", "\n- ", "\n\n"]),
    link=st.sampled_from([" ", ": ", "：", " - ", " is "]),
)
def test_the_order_of_the_labels_changes_nothing(said: dict[str, str], between: str, link: str) -> None:
    against = context("three")
    read = {
        order: {
            segment.label: _gist(segment)
            for segment in read_reply(between.join(f"{label}{link}{said[label]}" for label in order), against).segments
        }
        for order in itertools.permutations(said)
    }
    first, *others = read.values()
    assert set(first) == set(said)
    assert all(other == first for other in others)


@settings(max_examples=100)
@given(
    about=st.sampled_from(["KR1", "KR2", "KR3"]),
    which=st.integers(0, 7),
    link=st.sampled_from([" ", ": ", " is "]),
)
def test_more_key_results_get_nothing_from_what_is_said_of_one(about: str, which: int, link: str) -> None:
    text = f"{about}{link}{_SAID[about][which]}"
    every = context("three")
    alone = replace(every, key_results=(kr,), known=(kr,)) if (kr := every.find(about)) is not None else every
    gists = [_of(about, text, against) for against in (alone, every)]
    assert gists[0] == gists[1]


def _of(label: str, text: str, against: ReplyContext) -> list[tuple[object, ...]]:
    """What is read of the one; of all others nothing is stored."""
    segments = read_reply(text, against).segments
    assert not any(segment.stores_something for segment in segments if segment.label != label)
    return [_gist(segment) for segment in segments if segment.label == label]
