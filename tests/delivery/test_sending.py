"""How a message leaves: claimed first, sent once, and whatever goes wrong is visible."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.cards.model import Card
from bot.delivery.backoff import NOT_DELIVERED_WAITS
from bot.delivery.kinds import Later, MessageKind, Skip
from bot.delivery.outcomes import ATTEMPTS_LIMIT
from bot.delivery.port import Address, NotDelivered, OutcomeUnknown, RateLimited, Rejected, Unreachable
from storage import models as m
from storage.session import DatabaseBusy
from tests.delivery.office import Office, card, text_of
from tests.fakes.port import Accepted
from tests.storage.databases import MORNING, blocker, held, url_of

NOT_DELIVERED_LIMIT = len(NOT_DELIVERED_WAITS) + 1


async def test_what_is_due_is_sent_once_and_what_is_not_stays(office: Office) -> None:
    office.plan("now")
    office.plan("tomorrow", due=MORNING + timedelta(days=1))

    assert await office.pump.run_once() == 1
    assert await office.pump.run_once() == 0

    assert office.states() == {"now": "sent", "tomorrow": "planned"}
    (posted,) = office.console.posted
    row = office.row("now")
    assert (posted.key, text_of(posted.card)) == (row.token, "hello")
    assert row.message is not None
    assert row.message_id == posted.ref.message_id == row.message["message_id"]
    assert (row.sent_at, row.attempts, row.reason) == (MORNING, 1, None)


async def test_a_message_becomes_due_at_its_very_moment(office: Office) -> None:
    office.plan("later", due=MORNING + timedelta(minutes=1))

    office.clock.move_to(MORNING + timedelta(seconds=59))
    assert await office.pump.run_once() == 0
    office.clock.move_to(MORNING + timedelta(minutes=1))
    assert await office.pump.run_once() == 1


async def test_the_claim_is_on_disk_before_the_platform_is_asked(office: Office) -> None:
    office.plan("now")
    seen: list[tuple[Any, ...]] = []

    def look(_address: Address, _card: Card, key: str) -> None:
        with blocker(url_of(office.db)) as other:
            (row,) = other.sees(f"SELECT state, fence, lease_owner FROM delivery WHERE token = '{key}'")  # noqa: S608
            seen.append(row)

    office.console.on_send = look
    await office.pump.run_once()

    ((state, fence, owner),) = seen
    assert (state, fence) == ("sending", 1)
    assert owner


async def test_two_pumps_on_one_database_send_nothing_twice(office: Office) -> None:
    subjects = [office.plan(f"s{number}") for number in range(30)]
    other = office.new_pump()
    office.console.on_send = lambda *_: asyncio.sleep(0)

    while "planned" in office.states().values():
        await asyncio.gather(office.pump.run_once(), other.run_once())
        office.later(seconds=1)

    assert len(office.console.keys()) == len(set(office.console.keys())) == 30
    assert office.states() == dict.fromkeys(subjects, "sent")
    # On PostgreSQL a transaction that met another one is run again: what it did before is undone, not unheard.
    assert set(office.outcomes) == {(subject, "sent") for subject in subjects}


async def test_it_is_composed_from_what_is_true_when_it_leaves(office: Office) -> None:
    office.plan("now")
    office.words = "since then it changed"

    await office.pump.run_once()

    assert text_of(office.console.posted[0].card) == "since then it changed"


async def test_a_skip_keeps_its_reason_and_sends_nothing(office: Office) -> None:
    office.plan("now")
    office.verdict = lambda *_: Skip("answered")

    await office.pump.run_once()

    assert (office.state("now"), office.row("now").reason) == ("skipped", "answered")
    assert office.console.attempts == []
    assert office.outcomes == {("now", "skipped"): 1}


async def test_later_moves_a_message_and_it_is_asked_again_then(office: Office) -> None:
    office.plan("now")
    nine = MORNING + timedelta(hours=15)

    def quiet_hours(_session: Session, _row: m.Delivery, now: datetime) -> Later | None:
        return Later(nine) if now < nine else None

    office.verdict = quiet_hours
    await office.until_quiet()
    assert (office.state("now"), office.row("now").due_at, office.row("now").attempts) == ("planned", nine, 0)

    office.clock.move_to(nine)
    await office.until_quiet()
    assert office.state("now") == "sent"


async def test_a_message_that_cannot_be_composed_fails_visibly_and_alone(office: Office) -> None:
    for subject in ("good", "bad", "fine"):
        office.plan(subject)
    office.unfit = {"bad"}

    await office.pump.run_once()

    assert office.states() == {"good": "sent", "bad": "failed", "fine": "sent"}
    reason = str(office.row("bad").reason)
    assert reason.startswith("it could not be composed: LookupError at "), "its own words may quote somebody"
    assert office.outcomes["bad", "failed"] == 1


async def test_a_kind_that_nobody_knows_fails_visibly_and_alone(office: Office) -> None:
    office.plan("old", kind="renamed_since")
    office.plan("good")

    await office.pump.run_once()

    assert office.states() == {"old": "failed", "good": "sent"}
    assert "renamed_since" in str(office.row("old").reason)


async def test_a_rate_limit_holds_back_one_installation_and_not_another(office: Office) -> None:
    office.answers_from(office.company.playground, office.company.ana)
    for subject in ("a", "b", "c"):
        office.plan(subject)
    office.plan("elsewhere", person=office.company.ana)
    office.console.play(RateLimited(30))

    await office.until_quiet()

    assert office.states() == {"a": "planned", "b": "planned", "c": "planned", "elsewhere": "sent"}
    assert len(office.console.attempts) == 1
    office.later(seconds=28)
    await office.until_quiet()
    assert len(office.console.attempts) == 1
    office.later(seconds=2)
    await office.until_quiet()
    assert set(office.states().values()) == {"sent"}


async def test_many_that_wait_do_not_starve_another_installation(office: Office) -> None:
    office.answers_from(office.company.playground, office.company.ana)
    for number in range(30):
        office.plan(f"s{number}", due=MORNING - timedelta(minutes=1))
    office.plan("elsewhere", person=office.company.ana)
    office.console.play(RateLimited(30))

    await office.pump.run_once()

    assert office.state("elsewhere") == "sent"
    assert len(office.console.attempts) == 1


async def test_one_slow_installation_does_not_hold_up_another(office: Office) -> None:
    office.answers_from(office.company.playground, office.company.ana)
    office.plan("slow")
    office.plan("elsewhere", person=office.company.ana)
    reached, elsewhere = asyncio.Event(), asyncio.Event()

    async def hang(*_: object) -> None:
        reached.set()
        await elsewhere.wait()

    async def pass_on(*_: object) -> None:
        await reached.wait()
        elsewhere.set()

    office.console.on_send = hang
    office.playground.on_send = pass_on

    await asyncio.wait_for(office.pump.run_once(), 5)

    assert office.states() == {"slow": "sent", "elsewhere": "sent"}


async def test_an_answer_goes_before_what_is_merely_due(office: Office) -> None:
    for number in range(40):
        office.plan(f"s{number}", due=MORNING - timedelta(minutes=1))

    def say_something(_address: Address, _card: Card, _key: str) -> None:
        if len(office.console.attempts) == 5:
            office.plan("echo", kind="answer")

    office.console.on_send = say_something
    await office.pump.run_once()

    assert len(office.console.posted) == 41
    assert office.row("echo").token in office.console.keys()[:25]


@pytest.mark.parametrize("error", [Rejected("too long"), Unreachable("archived")])
async def test_a_definite_refusal_fails_at_once(office: Office, error: Exception) -> None:
    office.plan("board", team=office.company.team)
    office.console.play(error)

    await office.until_quiet()

    assert (office.state("board"), office.row("board").reason) == ("failed", str(error))
    assert office.outcomes == {("board", "failed"): 1}
    assert len(office.console.attempts) == 1


async def test_someone_unreachable_is_written_to_at_their_other_address(office: Office) -> None:
    ana = office.company.ana
    office.answers_from(office.company.console, ana)
    office.plan("now", person=ana)
    office.console.play(Unreachable("blocked"))

    await office.until_quiet()

    assert office.state("now") == "sent"
    assert (len(office.console.posted), len(office.playground.posted)) == (0, 1)
    assert not office.address(office.company.console, ana).reachable
    assert office.outcomes == {("now", "sent"): 1}


async def test_a_late_refusal_says_nothing_of_somebody_who_was_heard_from_since(office: Office) -> None:
    """They let Okra in again and said something while the message before that was on its way."""
    mei, console = office.company.mei, office.company.console
    office.plan("now")

    async def they_answer(*_: object) -> None:
        office.later(seconds=1)
        await asyncio.to_thread(office.answers_from, console, mei)

    office.console.on_send = they_answer
    office.console.play(Unreachable("blocked"))
    await office.until_quiet()
    assert (office.state("now"), office.address(console, mei).reachable) == ("failed", True)

    office.console.on_send = None
    office.plan("next")
    await office.until_quiet()
    assert office.state("next") == "sent"


async def test_someone_unreachable_everywhere_fails_once_and_visibly(office: Office) -> None:
    office.plan("now", person=office.company.ana)
    office.plan("next", person=office.company.ana, due=MORNING + timedelta(days=7))
    office.console.play(Unreachable("blocked"))
    office.playground.play(Unreachable("not installed"))

    await office.until_quiet()
    assert (office.state("now"), office.row("now").reason) == ("failed", "not installed")
    assert office.outcomes == {("now", "failed"): 1}

    office.later(days=7)
    await office.until_quiet()
    assert office.state("next") == "failed"
    assert "no way to reach" in str(office.row("next").reason)


async def test_an_hour_without_network_loses_nothing(office: Office) -> None:
    subjects = [office.plan(f"s{number}") for number in range(3)]

    def down(*_: object) -> None:
        if office.clock.now() < MORNING + timedelta(hours=1):
            raise NotDelivered("no connection")

    office.console.on_send = down
    for _ in range(60):
        await office.pump.run_once()
        office.later(minutes=3)

    assert office.states() == dict.fromkeys(subjects, "sent")


async def test_tries_are_bounded_and_the_last_one_fails_visibly(office: Office) -> None:
    office.plan("now")
    office.console.play(*[NotDelivered("refused")] * (NOT_DELIVERED_LIMIT + 5))

    for wait in (*NOT_DELIVERED_WAITS, 0, 0):
        await office.until_quiet()
        office.later(seconds=wait + 1)
    await office.until_quiet()

    assert len(office.console.attempts) == NOT_DELIVERED_LIMIT
    assert (office.state("now"), office.row("now").reason) == ("failed", "refused")
    assert office.outcomes == {("now", "failed"): 1}


async def test_a_try_that_failed_does_not_hold_up_the_others(office: Office) -> None:
    office.plan("first", due=MORNING - timedelta(minutes=1))
    office.plan("second")
    office.console.play(NotDelivered("412"))

    await office.pump.run_once()

    assert office.states() == {"first": "planned", "second": "sent"}


async def test_rate_limits_are_bounded_too(office: Office) -> None:
    office.plan("now")
    office.console.play(*[RateLimited(5)] * (ATTEMPTS_LIMIT + 5))

    for _ in range(ATTEMPTS_LIMIT + 5):
        await office.pump.run_once()
        office.later(seconds=5)

    assert len(office.console.attempts) == ATTEMPTS_LIMIT
    assert office.state("now") == "failed"


async def test_rate_limits_do_not_use_up_the_tries_of_a_refused_connection(office: Office) -> None:
    office.plan("now")
    office.console.play(*[RateLimited(5)] * NOT_DELIVERED_LIMIT, NotDelivered("refused"))

    for _ in range(NOT_DELIVERED_LIMIT + 1):
        await office.until_quiet()
        office.later(seconds=5)

    assert office.state("now") == "sent"


async def test_without_a_connection_to_its_platform_a_message_waits_and_says_so(office: Office) -> None:
    office.plan("now")

    await office.new_pump(platforms=("playground",)).run_once()
    assert (office.state("now"), office.row("now").reason) == ("planned", "this platform is not connected here")

    await office.new_pump().run_once()
    assert (office.state("now"), office.row("now").reason) == ("sent", None)


async def test_an_installation_that_was_taken_away_sends_nothing(office: Office) -> None:
    def revoke(session: Session) -> None:
        session.get_one(m.Installation, office.company.console).state = m.InstallationState.REVOKED

    office.plan("person")
    office.plan("channel", team=office.company.team)
    office.db.write_now(revoke)

    await office.until_quiet()

    assert office.states() == {"person": "planned", "channel": "planned"}
    assert office.console.attempts == []


async def test_the_channel_of_a_team_gets_what_the_team_is_told(office: Office) -> None:
    office.plan("board", team=office.company.team)

    await office.pump.run_once()

    (posted,) = office.console.posted
    assert (posted.address.external_id, posted.address.is_person) == ("growth", False)


async def test_what_sending_taught_about_a_direct_message_is_kept(office: Office) -> None:
    office.plan("now")

    await office.pump.run_once()

    assert office.address(office.company.console, office.company.mei).dm_ref == {"channel": "D-mei"}


async def test_a_follow_up_that_breaks_does_not_undo_the_outcome(office: Office) -> None:
    office.plan("now")
    office.plan("next")
    office.settled_breaks = True

    await office.pump.run_once()

    assert office.states() == {"now": "sent", "next": "sent"}
    assert office.db.read_now(lambda session: len(session.exec(select(m.AuditEvent)).all())) == 0


async def test_a_mistake_in_the_platform_leaves_the_outcome_unknown(office: Office) -> None:
    office.plan("now")
    office.plan("next")
    office.console.play(Accepted(KeyError("channel")))

    await office.pump.run_once()

    assert office.states() == {"now": "unknown", "next": "sent"}
    assert len(office.console.posted) == 2


async def test_an_outcome_that_the_database_did_not_take_is_written_later(office: Office) -> None:
    office.plan("now")
    with blocker(url_of(office.db)) as other:
        office.console.on_send = lambda *_: other.lock()
        with pytest.raises(DatabaseBusy):
            await office.pump.run_once()
        assert office.state("now") == "sending"
        with pytest.raises(DatabaseBusy):
            await office.pump.run_once()
    await office.pump.run_once()

    assert office.state("now") == "sent"
    assert len(office.console.attempts) == 1
    assert office.outcomes == {("now", "sent"): 1}


async def test_a_locked_database_leaves_everything_planned(office: Office) -> None:
    office.plan("now")
    with held(url_of(office.db)), pytest.raises(DatabaseBusy):
        await office.pump.run_once()

    assert office.state("now") == "planned"
    assert office.console.attempts == []
    await office.pump.run_once()
    assert office.state("now") == "sent"


async def test_a_stopped_pump_ends_after_the_message_that_is_leaving(office: Office) -> None:
    for number in range(5):
        office.plan(f"s{number}")
    office.console.on_send = lambda *_: office.pump.stop()

    await office.pump.run_once()

    assert sorted(office.states().values()) == ["planned"] * 4 + ["sent"]


async def test_messages_leave_no_faster_than_the_platform_allows(office: Office) -> None:
    office.pump = office.new_pump(rate=4)
    for number in range(9):
        office.plan(f"s{number}")
    began = office.time()

    await office.pump.run_once()

    assert office.time() - began == pytest.approx(2.0, rel=0.05)


async def test_a_card_that_is_composed_may_write_to_its_own_row(office: Office) -> None:
    def compose(session: Session, row: m.Delivery, now: datetime) -> Card:
        row.data = {**row.data, "hash": "abc"}
        session.add(row)
        return card("x")

    office.registry["prompt"] = MessageKind(compose=compose)
    office.plan("now")

    await office.pump.run_once()

    assert (office.state("now"), office.row("now").data) == ("sent", {"hash": "abc"})


async def test_someone_who_moved_to_another_platform_meanwhile_is_written_to_there(office: Office) -> None:
    ana = office.company.ana
    office.answers_from(office.company.console, ana)
    office.plan("first", person=ana, due=MORNING - timedelta(minutes=1))
    office.plan("now", person=ana)

    def move(*_: object) -> None:
        office.clock.move_to(MORNING + timedelta(seconds=1))
        office.answers_from(office.company.playground, ana)
        office.console.on_send = None

    office.console.on_send = move
    await office.until_quiet()

    assert office.state("now") == "sent"
    assert [posted.address.external_id for posted in office.playground.posted] == ["ana"]


async def test_an_unknown_outcome_is_never_sent_again_blindly(office: Office) -> None:
    office.plan("now")
    office.console.play(OutcomeUnknown("time-out"))

    for _ in range(5):
        await office.until_quiet()
        office.later(hours=1)

    assert (office.state("now"), office.row("now").reason) == ("unknown", "time-out")
    assert len(office.console.attempts) == 1
    assert office.outcomes == {("now", "unknown"): 1}
