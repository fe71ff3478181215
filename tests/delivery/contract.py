"""What every `ChatPort` does, whatever the platform: one suite that each platform runs against its own fake."""

import abc
from datetime import UTC, datetime

import pytest

from bot.cards.model import Card, Run, Text
from bot.delivery.port import (
    Address,
    ChatPort,
    Fence,
    FencePassed,
    ListsCopies,
    MessageRef,
    NotDelivered,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unreachable,
)
from tests.fakes.http import Broken, Dropped, Slow, TooMany, Trouble

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def card(text: str) -> Card:
    """A message of one line."""
    return Card((Text(((Run(text),),)),))


class World(abc.ABC):
    """A platform's port, the fake it talks to, and what the fake saw."""

    port: ChatPort
    person: Address
    channel: Address
    nowhere: Address
    """A conversation that does not exist."""
    reads_back: bool
    """Whether the platform can be asked what it shows."""

    @abc.abstractmethod
    def play(self, *troubles: Trouble) -> None:
        """Let the next posts of messages go wrong."""

    @abc.abstractmethod
    def play_too_big(self) -> None:
        """Let the next post be refused because of what it holds."""

    @abc.abstractmethod
    def posts(self) -> int:
        """How many requests to post a message have reached the platform."""

    @abc.abstractmethod
    def shown(self, where: Address) -> list[str]:
        """The texts that stand in a conversation."""

    @abc.abstractmethod
    async def stop(self) -> None:
        """Take the platform off the network."""


class ChatPortContract:
    """Subclass as `Test...` beside a fixture `world`."""

    async def test_a_message_is_shown_and_named(self, world: World) -> None:
        ref = await world.port.send(world.person, card("Where will it land?"), "key-1")
        assert world.shown(world.person) == ["Where will it land?"]
        assert ref.installation_id == world.person.installation_id
        assert ref.channel
        assert ref.message_id

    async def test_a_message_to_a_channel_is_shown_there(self, world: World) -> None:
        await world.port.send(world.channel, card("The board"), "key-1")
        assert world.shown(world.channel) == ["The board"]
        assert world.shown(world.person) == []

    async def test_two_messages_have_two_names(self, world: World) -> None:
        first = await world.port.send(world.person, card("One"), "key-1")
        second = await world.port.send(world.person, card("Two"), "key-2")
        assert first != second

    async def test_an_update_replaces_the_message_and_twice_is_the_same_as_once(self, world: World) -> None:
        ref = await world.port.send(world.channel, card("Old"), "key-1")
        await world.port.update(ref, card("New"), "key-1")
        await world.port.update(ref, card("New"), "key-1")
        assert world.shown(world.channel) == ["New"]

    async def test_a_reference_still_serves_after_it_was_kept_as_data(self, world: World) -> None:
        ref = await world.port.send(world.channel, card("Old"), "key-1")
        kept = MessageRef(ref.installation_id, ref.channel, ref.message_id, dict(ref.ref))
        await world.port.update(kept, card("New"), "key-1")
        await world.port.delete(kept)
        assert world.shown(world.channel) == []

    async def test_a_deleted_message_is_gone_and_deleting_it_again_is_no_error(self, world: World) -> None:
        ref = await world.port.send(world.person, card("Oops"), "key-1")
        await world.port.delete(ref)
        await world.port.delete(ref)
        assert world.shown(world.person) == []

    async def test_updating_a_message_that_is_gone_is_refused(self, world: World) -> None:
        ref = await world.port.send(world.person, card("Oops"), "key-1")
        await world.port.delete(ref)
        with pytest.raises(Rejected):
            await world.port.update(ref, card("New"), "key-1")

    @pytest.mark.parametrize("where", ["person", "channel"])
    async def test_a_message_is_found_by_its_key_and_by_no_other(self, world: World, where: str) -> None:
        address: Address = getattr(world, where)
        ref = await world.port.send(address, card("Where will it land?"), "key-1")
        if not world.reads_back:
            with pytest.raises(OutcomeUnknown):
                await world.port.find(address, "key-1", LONG_AGO)
            return
        assert await world.port.find(address, "key-1", LONG_AGO) == ref
        assert await world.port.find(address, "key-2", LONG_AGO) is None

    @pytest.mark.parametrize("where", ["person", "channel"])
    async def test_all_messages_that_carry_a_key_are_told_oldest_first(self, world: World, where: str) -> None:
        address: Address = getattr(world, where)
        if not isinstance(world.port, ListsCopies):
            assert not world.reads_back
            return
        assert await world.port.copies(address, "key-1", LONG_AGO) == []
        first = await world.port.send(address, card("Where will it land?"), "key-1")
        await world.port.send(address, card("Something else"), "key-2")
        second = await world.port.send(address, card("Where will it land?"), "key-1")
        assert await world.port.copies(address, "key-1", LONG_AGO) == [first, second]
        await world.port.delete(second)
        assert await world.port.copies(address, "key-1", LONG_AGO) == [first]

    @pytest.mark.parametrize("where", ["person", "channel"])
    async def test_a_message_leaves_before_its_fence_and_not_behind_it(self, world: World, where: str) -> None:
        address: Address = getattr(world, where)
        await world.port.send(address, card("In time"), "key-1", Fence(10.0, lambda: 9.9))
        with pytest.raises(FencePassed):
            await world.port.send(address, card("Too late"), "key-2", Fence(10.0, lambda: 10.0))
        assert (world.shown(address), world.posts()) == (["In time"], 1)
        await world.port.send(address, card("Anew"), "key-2", Fence(20.0, lambda: 10.0))
        assert (world.shown(address), world.posts()) == (["In time", "Anew"], 2)

    async def test_a_platform_that_is_busy_says_how_long_to_wait(self, world: World) -> None:
        world.play(TooMany(7))
        with pytest.raises(RateLimited) as raised:
            await world.port.send(world.person, card("Hello"), "key-1")
        assert raised.value.retry_after == 7
        assert (world.shown(world.person), world.posts()) == ([], 1)

    async def test_no_connection_means_not_delivered(self, world: World) -> None:
        await world.stop()
        with pytest.raises(NotDelivered):
            await world.port.send(world.person, card("Hello"), "key-1")

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    @pytest.mark.parametrize("stored", [True, False])
    async def test_after_a_5xx_nobody_knows_and_nothing_is_posted_again(
        self, world: World, status: int, stored: bool
    ) -> None:
        world.play(Broken(status, stored))
        with pytest.raises(OutcomeUnknown):
            await world.port.send(world.person, card("Hello"), "key-1")
        assert world.posts() == 1
        assert world.shown(world.person) == (["Hello"] if stored else [])

    @pytest.mark.parametrize("stored", [True, False])
    async def test_after_a_lost_connection_nobody_knows_and_nothing_is_posted_again(
        self, world: World, stored: bool
    ) -> None:
        await world.port.send(world.channel, card("Warms up the connection"), "key-0")
        world.play(Dropped(stored))
        with pytest.raises(OutcomeUnknown):
            await world.port.send(world.person, card("Hello"), "key-1")
        assert world.posts() == 2
        assert world.shown(world.person) == (["Hello"] if stored else [])

    async def test_after_a_time_out_nobody_knows_and_nothing_is_posted_again(self, world: World) -> None:
        world.play(Slow(1.5))
        with pytest.raises(OutcomeUnknown):
            await world.port.send(world.person, card("Hello"), "key-1")
        assert (world.posts(), world.shown(world.person)) == (1, ["Hello"])

    async def test_what_cannot_be_written_to_is_unreachable(self, world: World) -> None:
        with pytest.raises(Unreachable):
            await world.port.send(world.nowhere, card("Hello"), "key-1")

    async def test_a_message_that_is_too_big_is_refused_for_good(self, world: World) -> None:
        world.play_too_big()
        with pytest.raises(Rejected):
            await world.port.send(world.person, card("Hello"), "key-1")
        assert world.posts() == 1

    async def test_a_person_is_known_by_name_and_a_stranger_is_none(self, world: World) -> None:
        found = await world.port.person(world.person.installation_id, world.person.external_id)
        assert found is not None
        assert (found.external_id, found.display_name, found.short_name) == (
            world.person.external_id,
            "Mei Lin",
            "Mei",
        )
        assert found.active
        assert not found.is_guest
        assert await world.port.person(world.person.installation_id, "nobody-we-know") is None

    async def test_the_members_of_a_channel_are_all_its_people(self, world: World) -> None:
        members = await world.port.members(world.channel)
        assert sorted(member.short_name for member in members) == ["Jack", "Mei"]
        assert [member.is_guest for member in sorted(members, key=lambda each: each.short_name)] == [True, False]
