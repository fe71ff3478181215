"""`deliveries`: what did not arrive is listed without its text, planned anew, or discarded; never by mistake."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.cli.deliveries import LEFT_OUT, NONE_FAILED, NONE_NAMED, NONE_OF_LATE, NOTHING
from bot.clock import SystemClock
from storage import dead_letters
from storage import models as m
from storage.real_time import real_now
from storage.session import Database
from tests.cli.conftest import Ended, Line
from tests.storage.databases import Company, Kind, found_company, new_url

SECRET = "secret words that somebody typed"


class Post:
    """An outbox that the command line works on."""

    def __init__(self, line: Line, db: Database, company: Company) -> None:
        self.line = line
        self.db = db
        self.company = company

    def run(self, *arguments: str) -> Ended:
        return self.line.run("deliveries", *arguments)

    def add(self, subject: str, state: m.DeliveryState, *, team: bool = False, late: float = 3.0, **more: Any) -> str:
        """A message to Mei, or into the team's channel, that was due so many hours ago; its number."""
        now = SystemClock().now()
        values: dict[str, Any] = {
            "workspace_id": self.company.workspace,
            "kind": "check_in",
            "subject": subject,
            "period": "2026-W46",
            "person_id": None if team else self.company.mei,
            "team_id": self.company.team if team else None,
            "data": {"text": SECRET},
            "state": state,
            "due_at": now - timedelta(hours=late),
            "attempts": 3,
        }

        def write(session: Session) -> int:
            row = m.Delivery(**{**values, **more})
            session.add(row)
            session.flush()
            return row.id

        return str(self.db.write_now(write))

    def row(self, number: str) -> m.Delivery:
        return self.db.read_now(lambda session: session.get_one(m.Delivery, int(number)))

    def real(self) -> datetime:
        return self.db.read_now(real_now)

    def audit(self) -> list[m.AuditEvent]:
        return list(
            self.db.read_now(lambda session: session.exec(select(m.AuditEvent).order_by(col(m.AuditEvent.id))).all())
        )


@pytest.fixture
def post(line: Line, tmp_path: Path, each_database: Kind) -> Iterator[Post]:
    del each_database
    url = new_url(tmp_path)
    line.set(DATABASE_URL=url)
    db = Database(url, SystemClock())
    yield Post(line, db, db.write_now(found_company))
    db.close()


FAILED, UNKNOWN, PLANNED = m.DeliveryState.FAILED, m.DeliveryState.UNKNOWN, m.DeliveryState.PLANNED
SENDING, SENT, SKIPPED = m.DeliveryState.SENDING, m.DeliveryState.SENT, m.DeliveryState.SKIPPED


def test_what_must_be_seen_is_listed_newest_first_without_its_text(post: Post) -> None:
    failed = post.add("a", FAILED, late=2, reason="channel_not_found")
    unknown = post.add("b", UNKNOWN, late=3, team=True)
    stays = post.add("c", PLANNED, late=4, reason="this platform is not connected here")
    for number, state in enumerate((SENT, SKIPPED, SENDING)):
        post.add(f"fine {number}", state)
    post.add("soon", PLANNED, late=0.5)

    ended = post.run("list")

    assert [text.split()[0] for text in ended.out.splitlines()[:-1]] == [failed, unknown, stays]
    first, second, third, _ = ended.out.splitlines()
    assert first.endswith("check_in to Mei: failed, 3 times: channel_not_found")
    assert second.endswith("check_in to growth: unknown, 3 times: no reason known")
    assert third.endswith("planned, 3 times: this platform is not connected here")
    assert SECRET not in ended.out


def test_the_list_can_be_made_shorter(post: Post) -> None:
    numbers = [post.add(f"m{number}", FAILED, late=number + 1) for number in range(5)]
    other = post.add("d", UNKNOWN, kind="digest")
    left_out = post.add("s", SKIPPED, reason="answered already")

    assert post.run("list", "--most", "2").out.splitlines()[-2] == "4 more are not shown (--most)."
    assert [text.split()[0] for text in post.run("list", "--state", "failed").out.splitlines()[:-1]] == numbers
    assert [text.split()[0] for text in post.run("list", "--kind", "digest").out.splitlines()[:-1]] == [other]
    assert f"{left_out}  " in post.run("list", "--state", "skipped").out
    assert post.run("list", "--state", "sending").out.strip() == "There are none."


def test_nothing_to_look_after(post: Post) -> None:
    assert post.run("list").out.strip() == NOTHING
    assert post.run("retry", "--all-failed").out.strip() == NONE_FAILED


def test_one_is_shown_in_plain_words(post: Post) -> None:
    number = post.add("person:1", UNKNOWN, reason="timed out", doubtful_since=post.real())

    shown = post.run("show", number).out

    assert "Kind: check_in (weekly check-in)" in shown
    assert "State: unknown: it left, and nobody can say whether it arrived" in shown
    assert "Reason: timed out" in shown
    assert "retry --even-if-it-arrived" in shown
    assert SECRET not in shown


def test_what_failed_is_planned_as_if_for_the_first_time(post: Post) -> None:
    number = post.add("a", FAILED, reason="ratelimited", not_before=post.real() + timedelta(minutes=30))

    ended = post.run("retry", number)

    row = post.row(number)
    assert (ended.code, ended.out.strip()) == (
        0,
        "1 message is planned anew. What is still wanted goes out as soon as Okra runs.",
    )
    assert (row.state, row.attempts, row.not_before, row.reason) == (PLANNED, 0, None, None)
    (event,) = post.audit()
    assert event.what == dead_letters.RETRIED
    assert event.before == {"delivery": row.id, "state": "failed", "reason": "ratelimited", "attempts": 3}
    assert event.after["state"] == "planned"


def test_a_rest_is_ended(post: Post) -> None:
    number = post.add("a", PLANNED, not_before=post.real() + timedelta(minutes=30))

    assert post.run("retry", number).code == 0

    assert post.row(number).not_before is None


def test_what_is_unknown_is_sent_again_only_when_told_so(post: Post) -> None:
    number = post.add("a", UNKNOWN, doubtful_since=post.real())

    ended = post.run("retry", number)
    assert (ended.code, post.row(number).state) == (2, UNKNOWN)
    assert "may have arrived. Look there first; --even-if-it-arrived" in ended.complaint

    assert post.run("retry", number, "--even-if-it-arrived").code == 0
    row = post.row(number)
    assert (row.state, row.doubtful_since) == (PLANNED, None)
    assert row.sweep_at is not None, "a second copy is looked for"


def test_what_stands_there_is_shown_anew_and_not_sent(post: Post) -> None:
    number = post.add("a", FAILED, message={"message_id": "1.2"}, message_id="1.2", wanted_rev=2, shown_rev=1)

    assert post.run("retry", number).code == 0

    row = post.row(number)
    assert (row.state, row.wanted_rev, row.shown_rev) == (SENT, 3, 1)


def test_all_that_failed_is_planned_anew(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.deliveries.MOST_AT_ONCE", 2)
    numbers = [post.add(f"m{number}", FAILED) for number in range(5)]
    doubtful = post.add("b", UNKNOWN)

    assert post.run("retry", "--all-failed").out.startswith("5 messages are planned anew.")

    assert {post.row(number).state for number in numbers} == {PLANNED}
    assert post.row(doubtful).state is UNKNOWN


def test_what_failed_long_ago_is_planned_anew_only_by_its_number(post: Post) -> None:
    week = 7 * 24.0
    old, new = post.add("old", FAILED, late=week + 1), post.add("new", FAILED, late=week - 1)
    board = post.add("board", FAILED, late=week + 1, message={"message_id": "1.2"}, message_id="1.2")

    planned, left_out = post.run("retry", "--all-failed").out.splitlines()

    assert planned.startswith("2 messages are planned anew.")
    assert left_out == LEFT_OUT.format(count="1 message is")
    assert [post.row(one).state for one in (old, new, board)] == [FAILED, PLANNED, SENT]
    assert post.run("retry", "--all-failed").out.splitlines() == [NONE_OF_LATE, left_out]
    assert post.run("retry", old).code == 0
    assert post.row(old).state is PLANNED


@pytest.mark.parametrize("state", [FAILED, UNKNOWN, PLANNED])
def test_what_is_discarded_says_by_whom(post: Post, state: m.DeliveryState) -> None:
    number, other = post.add("a", state), post.add("b", state)

    assert post.run("discard", number, other, number).out.strip() == "2 messages are discarded; nothing more is sent."

    assert {(post.row(one).state, post.row(one).reason) for one in (number, other)} == {
        (SKIPPED, "discarded by an operator")
    }
    assert [event.what for event in post.audit()] == [dead_letters.LEFT] * 2


def test_a_sender_that_is_gone_leaves_a_doubt(post: Post) -> None:
    number = post.add("a", SENDING, fence=4, lease_until=post.real() - timedelta(minutes=5))

    assert post.run("retry", number).code == 2
    assert post.run("retry", number, "--even-if-it-arrived").code == 0
    assert post.row(number).fence == 5, "whoever had it may write nothing more"


def leased(post: Post) -> str:
    return post.add("a", SENDING, lease_until=post.real() + timedelta(minutes=1))


NO_SENSE: dict[str, tuple[Callable[[Post], str], str]] = {
    "sent": (lambda post: post.add("a", SENT), "was sent; there is nothing left to do."),
    "skipped": (lambda post: post.add("a", SKIPPED), "was decided against and is over"),
    "sending": (leased, "is being sent at this moment"),
    "no such number": (lambda _: "999", "There is no message 999; `deliveries list` shows the numbers there are."),
    "no number": (lambda _: "x1", "'x1' is no number of a message; `deliveries list`"),
    "far too large": (lambda _: "9" * 40, "is no number of a message"),
}


@pytest.mark.parametrize("command", ["retry", "discard"])
@pytest.mark.parametrize("why", NO_SENSE)
def test_what_makes_no_sense_is_one_sentence_and_changes_nothing(post: Post, command: str, why: str) -> None:
    make, sentence = NO_SENSE[why]
    good, bad = post.add("good", FAILED), make(post)

    ended = post.run(command, good, bad)

    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.complaint
    assert len(ended.complaint.splitlines()) == 1
    assert (post.row(good).state, post.audit()) == (FAILED, [])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("retry",), NONE_NAMED),
        (("discard",), NONE_NAMED),
        (("retry", "1", "--all-failed"), "Give either numbers or --all-failed, not both."),
        (("show", "999"), "There is no message 999; `deliveries list` shows the numbers there are."),
        (("list", "--kind", "nonsense"), "There is no kind of message called 'nonsense'; there are: "),
    ],
)
def test_bad_input_is_one_sentence(post: Post, arguments: tuple[str, ...], sentence: str) -> None:
    ended = post.run(*arguments)

    assert (ended.code, ended.out) == (2, "")
    assert ended.complaint.startswith(sentence)


def test_a_message_to_come_is_not_hurried(post: Post) -> None:
    number = post.add("a", PLANNED, late=-5)

    assert post.run("retry", number).complaint == f"Message {number} waits for its time; there is nothing to retry."
    assert "it waits for its time. Or discard." in post.run("show", number).out
