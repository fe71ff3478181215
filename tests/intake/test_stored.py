"""An `Inbound` survives being stored."""

import json
from dataclasses import replace
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from bot.cards.clean import clean
from bot.intake.inbound import Command, Inbound, Place, Pressed, Submitted, Typed
from bot.intake.stored import MAX_TEXT, fit, from_json, storage_key, to_json
from tests.intake.desk import inbound

anything = st.text(st.characters(codec=None), max_size=30)
ids = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=20)
whats = st.one_of(
    st.builds(Typed, anything, st.none() | anything),
    st.builds(Command, anything),
    st.builds(Pressed, anything, anything, st.none() | anything),
    st.builds(
        Submitted,
        anything,
        anything,
        st.dictionaries(anything, anything | st.lists(anything, max_size=3).map(tuple), max_size=3),
    ),
)
inbounds = st.builds(
    Inbound,
    platform=ids,
    installation=ids,
    key=anything,
    person=ids,
    place=st.sampled_from(Place),
    channel=ids,
    at=st.datetimes(timezones=st.just(UTC)),
    what=whats,
    trigger=st.none() | anything,
    locale=st.none() | ids,
    timezone=st.none() | ids,
)


@given(inbounds)
def test_it_comes_back_as_the_conversation_saw_it_without_the_trigger(message: Inbound) -> None:
    stored = json.loads(json.dumps(to_json(message)))

    back = from_json(stored)

    assert back == replace(fit(message), trigger=None)
    assert to_json(back) == stored, "storing it again says the same"
    assert storage_key(back) == storage_key(message), "and it is the same thing again"


@given(inbounds)
def test_everything_stored_can_be_shown(message: Inbound) -> None:
    def texts(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for key, one in value.items() for text in [*texts(key), *texts(one)]]
        if isinstance(value, list):
            return [text for one in value for text in texts(one)]
        return [value] if isinstance(value, str) else []

    for text in texts(to_json(message)["what"]):
        assert clean(text) == text


@given(inbounds)
def test_a_key_fits_its_column(message: Inbound) -> None:
    key = storage_key(message)
    assert len(key) <= 255
    key.encode("utf-8")
    assert "\x00" not in key


@given(anything, anything)
def test_different_keys_stay_different(one: str, other: str) -> None:
    assert (storage_key(inbound(key=one)) == storage_key(inbound(key=other))) == (one == other)


def test_a_form_is_known_by_what_was_typed_and_not_by_the_order_of_its_fields() -> None:
    def key(**values: str) -> str:
        return storage_key(inbound(Submitted("f", "t", values), key="view"))

    assert key(a="1", b="2") == key(b="2", a="1")
    assert key(a="1", b="2") != key(a="1", b="3")
    assert key(a="1", b="2") != key(a="1")


def test_a_text_is_cut_only_beyond_what_a_platform_lets_anyone_type() -> None:
    kept = from_json(to_json(inbound("x" * (MAX_TEXT + 1)))).what
    assert kept == Typed("x" * MAX_TEXT)
    assert MAX_TEXT >= 40_000, "Slack's longest message"
