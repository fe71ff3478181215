"""Which token speaks where: the newest that is stored, none that was withdrawn, at once here and soon elsewhere."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.clock import MovableClock
from bot.delivery.port import ChatError, NotDelivered
from bot.platforms.slack.grants import NOT_ACCEPTED, Apis, CannotSpeak, Grant, OneGrant
from bot.platforms.slack.stored_grants import HOLD_SECONDS, StoredGrants
from bot.platforms.slack.tokens import Tokens
from storage import installations
from storage import models as m
from storage.installations import Granted
from storage.problems import StorageProblem
from storage.session import Database
from tests.fakes.slack import SlackFake
from tests.storage.databases import MORNING, new_file

TOKENS = Tokens("a secret of thirty-two characters")
SLACK = m.Platform.SLACK
ONE = "xoxb-one"


class Store:
    """A database, and two processes that work with it."""

    def __init__(self, folder: Path) -> None:
        self.seconds = 100.0
        self.url = new_file(folder)
        self.clock = MovableClock(MORNING)
        self.db = Database(self.url, self.clock)
        self.here = self.process()
        self.elsewhere = self.process()

    def process(self, tokens: Tokens = TOKENS) -> StoredGrants:
        return StoredGrants(self.db, tokens, self.clock, lambda: self.seconds)

    def install(self, team: str = "T1", token: str = ONE) -> int:
        granted = Granted(SLACK, team, team, TOKENS.seal(team, token), "UBOT", frozenset({"chat:write"}), "E1")
        self.db.write_now(installations.install, granted, self.clock.now())
        return self.row(team).id

    def row(self, team: str = "T1") -> m.Installation:
        found = self.db.read_now(installations.installation, SLACK, team)
        assert found is not None
        return found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    one = Store(tmp_path)
    yield one
    one.db.close()


async def test_a_workspace_speaks_with_its_own_token(store: Store) -> None:
    first, second = store.install("T1", "xoxb-one"), store.install("T2", "xoxb-two")

    grant = await store.here.of_team("T1")
    assert grant == Grant("T1", "xoxb-one", "UBOT", "E1", frozenset({"chat:write"}), first)
    assert await store.here.of_installation(first) == grant
    other = await store.here.of_installation(second)
    assert other is not None
    assert other.bot_token == "xoxb-two"
    assert await store.here.of_team("T9") is None
    assert await store.here.of_installation(99) is None


async def test_a_new_workspace_is_known_in_every_process_at_once(store: Store) -> None:
    assert await store.here.of_team("T1") is None
    store.install()

    assert await store.here.of_team("T1") is not None


async def test_a_lost_token_is_gone_here_at_once_and_elsewhere_within_seconds(store: Store) -> None:
    row = store.install()
    grant = await store.here.of_team("T1")
    assert grant is not None
    assert await store.elsewhere.of_installation(row) == grant

    await store.here.lost(grant)

    assert await store.here.of_team("T1") is None
    assert await store.here.of_installation(row) is None
    assert (store.row().state, store.row().tokens) == (m.InstallationState.REVOKED, None)
    assert store.row().removed_at == MORNING
    store.seconds += HOLD_SECONDS
    assert await store.elsewhere.of_installation(row) is None


async def test_installed_again_it_is_the_new_token_that_speaks(store: Store) -> None:
    store.install()
    old = await store.here.of_team("T1")
    assert old is not None
    store.install(token="xoxb-new")
    assert await store.here.of_team("T1") == old
    store.here.forget()

    grant = await store.here.of_team("T1")
    assert grant is not None
    assert grant.bot_token == "xoxb-new"
    await store.here.lost(old)
    assert await store.here.of_team("T1") == grant


async def test_one_workspace_that_leaves_does_not_touch_another(store: Store) -> None:
    store.install("T1", "xoxb-one")
    store.install("T2", "xoxb-two")
    grant = await store.here.of_team("T1")
    assert grant is not None

    await store.here.lost(grant)

    assert await store.here.of_team("T2") is not None
    assert store.row("T2").state is m.InstallationState.ACTIVE


async def test_it_is_told_once(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    store.install()
    grant = await store.here.of_team("T1")
    assert grant is not None

    for _ in range(3):
        await store.here.lost(grant)

    (said,) = [record.getMessage() for record in caplog.records]
    assert said == (
        "Okra was removed from the Slack workspace T1, or its token was withdrawn; nothing is sent there until it is "
        "installed again."
    )


async def test_a_token_of_another_secret_key_serves_nothing_and_is_told_once(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    row = store.install()
    changed = store.process(Tokens("another secret of the same length"))

    with pytest.raises(CannotSpeak, match="SECRET_KEY"):
        await changed.of_team("T1")
    assert await changed.of_installation(row) is None
    assert not changed.can_speak(store.row())
    assert store.here.can_speak(store.row())
    (said,) = [record.getMessage() for record in caplog.records]
    assert "cannot be read with this SECRET_KEY" in said
    assert "xoxb" not in said
    assert store.row().tokens is not None


async def test_without_the_database_a_person_is_still_recognised_and_nothing_is_sent(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = store.install()
    grant = await store.here.of_team("T1")
    store.seconds += HOLD_SECONDS

    async def gone(*_: object) -> None:
        raise StorageProblem("The database cannot be reached.")

    with monkeypatch.context() as patch:
        patch.setattr(store.db, "read", gone)
        assert await store.here.of_team("T1") == grant
        with pytest.raises(NotDelivered, match="cannot be reached"):
            await store.here.of_installation(row)
        with pytest.raises(StorageProblem):
            await store.elsewhere.of_team("T1")


async def test_a_lost_token_that_could_not_be_written_down_is_written_later(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = store.install()
    grant = await store.here.of_team("T1")
    assert grant is not None

    async def gone(*_: object) -> None:
        raise StorageProblem("The database cannot be reached.")

    with monkeypatch.context() as patch:
        patch.setattr(store.db, "write", gone)
        await store.here.lost(grant)
        assert await store.here.of_installation(row) is None
    assert store.row().state is m.InstallationState.ACTIVE

    assert await store.here.of_installation(row) is None
    assert store.row().state is m.InstallationState.REVOKED


async def test_what_was_being_read_when_it_changed_is_read_again(store: Store) -> None:
    store.install()
    read = store.db.read
    asked = 0

    async def slow(*arguments: object) -> object:
        nonlocal asked
        asked += 1
        row: object = await read(*arguments)  # type: ignore[arg-type]
        if asked == 1:
            store.install(token="xoxb-new")
            store.here.forget()
        return row

    store.db.read = slow  # type: ignore[assignment]
    grant = await store.here.of_team("T1")

    assert grant is not None
    assert (grant.bot_token, asked) == ("xoxb-new", 2)


async def test_the_time_in_memory_begins_with_the_reading(store: Store) -> None:
    store.install()
    old = await store.here.of_team("T1")
    assert old is not None
    store.clock.move_to(MORNING + timedelta(hours=1))
    store.install(token="xoxb-new")

    store.seconds += HOLD_SECONDS - 0.1
    assert await store.here.of_team("T1") == old
    store.seconds += 0.1
    assert await store.here.of_team("T1") == replace(old, bot_token="xoxb-new")


# --- one token ----------------------------------------------------------------------------------------


async def test_the_only_token_serves_its_workspace_and_no_other() -> None:
    grants = OneGrant("xoxb-only")
    assert await grants.of_team("T9") is not None

    grants.learn("T1", "UBOT", "E1")

    assert await grants.of_team("T1") == Grant("T1", "xoxb-only", "UBOT", "E1")
    assert await grants.of_team("T9") is None
    assert "xoxb" not in repr(grants.grant)


async def test_the_only_token_is_dead_for_good_and_that_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    written = 0

    async def write_down() -> None:
        nonlocal written
        written += 1

    grants = OneGrant("xoxb-only", "T1", write_down)
    assert grants.problem() is None

    await grants.lost(grants.grant)
    await grants.lost(grants.grant)

    assert grants.problem() == NOT_ACCEPTED
    assert [record.getMessage() for record in caplog.records] == [NOT_ACCEPTED]
    with pytest.raises(CannotSpeak):
        await grants.of_team("T1")
    assert written == 1
    with pytest.raises(NotDelivered):
        await Apis(grants).of_installation(1)
    assert written == 2


async def test_many_workspaces_share_their_connections_and_no_token_is_kept(slack: SlackFake) -> None:
    apis = Apis(OneGrant("xoxb-only"), slack.api_url)
    before = _open_sessions()

    for number in range(20):
        with pytest.raises(ChatError):
            await apis.of(Grant("T1", f"xoxb-withdrawn-{number}")).call("auth.test")

    assert _open_sessions() == before + 1
    assert "xoxb-withdrawn" not in repr(vars(apis))
    await apis.close()
    assert _open_sessions() == before


def _open_sessions() -> int:
    return sum(isinstance(one, ClientSession) and not one.closed for one in gc.get_objects())
