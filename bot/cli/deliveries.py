"""`deliveries`: messages that did not get where they should, and what whoever runs Okra does with them."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.cli.output import CommandProblem, say
from bot.cli.words import KINDS
from bot.clock import SystemClock
from bot.okr.localtime import local
from bot.settings import Settings
from storage import dead_letters, directory
from storage import models as m
from storage.dead_letters import Refused, Why
from storage.deliveries import tries_of
from storage.real_time import real_now, seconds_until
from storage.session import Database, bring_up_to_date
from storage.zones import known_zone

NOTHING = "There is nothing to look after: every message arrived, or waits for its time."
NONE_FAILED = "No message has failed."
NONE_OF_LATE = "No message of the last seven days has failed."
LEFT_OUT = "{count} left out, older than seven days: whoever reads them now would be surprised. Name them to send them."
NONE_NAMED = "Name the messages by their numbers, or give --all-failed; `deliveries list` shows the numbers there are."
BOTH_NAMED = "Give either numbers or --all-failed, not both."
NOT_A_NUMBER = "'{given}' is no number of a message; `deliveries list` shows the numbers there are."
NO_KIND = "There is no kind of message called '{given}'; there are: {known}."
GOES_OUT = "What is still wanted goes out as soon as Okra runs."
MOST_AT_ONCE = 500
"""Messages that `--all-failed` plans in one transaction."""
REFUSED = {
    Why.NOT_THERE: "There is no message {number}; `deliveries list` shows the numbers there are.",
    Why.SENT: "Message {number} was sent; there is nothing left to do.",
    Why.SKIPPED: "Message {number} was decided against and is over; `deliveries show {number}` says why.",
    Why.SENDING: "Message {number} is being sent at this moment; look again in two minutes.",
    Why.MAY_STAND: (
        "Message {number} may have arrived. Look there first; --even-if-it-arrived sends it in any case, and perhaps "
        "twice."
    ),
    Why.TO_COME: "Message {number} waits for its time; there is nothing to retry.",
}
_STATES = {
    m.DeliveryState.PLANNED: "planned",
    m.DeliveryState.SENDING: "being sent",
    m.DeliveryState.SENT: "sent",
    m.DeliveryState.FAILED: "failed: refused for good, or tried too often",
    m.DeliveryState.UNKNOWN: "unknown: it left, and nobody can say whether it arrived",
    m.DeliveryState.SKIPPED: "skipped: decided against",
}


def show_list(settings: Settings, state: m.DeliveryState | None, kind: str | None, most: int) -> None:
    """Print what must be seen, a line each, newest first. Raises `CommandProblem`, `StorageProblem`."""
    if kind is not None and kind not in KINDS:
        raise CommandProblem(NO_KIND.format(given=kind, known=", ".join(sorted(KINDS))))
    db, clock = _open(settings)
    try:
        lines, number = db.read_now(_lines, clock.now(), most, state, kind)
    finally:
        db.close()
    for line in lines or [NOTHING if state is None and kind is None else "There are none."]:
        say(line)
    if number > len(lines):
        say(f"{number - len(lines)} more are not shown (--most).")
    if lines:
        say("One in full: .venv/bin/python app.py deliveries show ID (docs/operate.md)")


def show_one(settings: Settings, given: str) -> None:
    """Print all that is known of one, and what may be done. Raises `CommandProblem` where there is none."""
    number = _number(given)
    db, clock = _open(settings)
    try:
        lines = db.read_now(_in_full, number, clock.now())
    finally:
        db.close()
    for line in lines:
        say(line)


def retry(settings: Settings, given: Sequence[str], *, all_failed: bool, even_if_it_arrived: bool) -> None:
    """Plan messages anew. Raises `CommandProblem`; then none of them was."""
    numbers = _numbers(given)
    if all_failed and numbers:
        raise CommandProblem(BOTH_NAMED)
    if not all_failed and not numbers:
        raise CommandProblem(NONE_NAMED)
    db, clock = _open(settings)
    left_out = 0
    try:
        if all_failed:
            now = clock.now()
            left_out = db.read_now(dead_letters.count_failed_long_ago, now)
            done = _retry_all_failed(db, now)
        else:
            done = len(
                db.write_now(dead_letters.retry, numbers, now=clock.now(), even_if_it_arrived=even_if_it_arrived)
            )
    except Refused as refused:
        raise _problem(refused, len(numbers)) from refused
    finally:
        db.close()
    none = NONE_OF_LATE if left_out else NONE_FAILED
    say(none if not done else f"{_count(done)} planned anew. {GOES_OUT}")
    if left_out:
        say(LEFT_OUT.format(count=_count(left_out)))


def discard(settings: Settings, given: Sequence[str]) -> None:
    """Let messages be. Raises `CommandProblem`; then all of them stay as they were."""
    numbers = _numbers(given)
    if not numbers:
        raise CommandProblem(NONE_NAMED)
    db, clock = _open(settings)
    try:
        db.write_now(dead_letters.discard, numbers, now=clock.now())
    except Refused as refused:
        raise _problem(refused, len(numbers)) from refused
    finally:
        db.close()
    say(f"{_count(len(numbers))} discarded; nothing more is sent.")


def _retry_all_failed(db: Database, now: datetime) -> int:
    done = after = 0
    while numbers := db.read_now(dead_letters.failed_ids, now=now, after=after, limit=MOST_AT_ONCE):
        after = numbers[-1]
        done += len(db.write_now(dead_letters.retry, numbers, now=now, still_failed=True))
    return done


def _open(settings: Settings) -> tuple[Database, SystemClock]:
    bring_up_to_date(settings.database_url)
    clock = SystemClock()
    return Database(settings.database_url, clock), clock


def _numbers(given: Sequence[str]) -> list[int]:
    return list(dict.fromkeys(_number(one) for one in given))


def _number(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) < 18):
        raise CommandProblem(NOT_A_NUMBER.format(given=given))
    return int(given)


def _problem(refused: Refused, asked: int) -> CommandProblem:
    sentence = REFUSED[refused.why].format(number=refused.number)
    return CommandProblem(sentence if asked == 1 else f"{sentence} Nothing was changed.")


def _count(number: int) -> str:
    return "1 message is" if number == 1 else f"{number} messages are"


def _lines(
    session: Session, now: datetime, most: int, state: m.DeliveryState | None, kind: str | None
) -> tuple[list[str], int]:
    rows = dead_letters.stuck(session, now=now, most=most, state=state, kind=kind)
    number = len(rows)
    if number == most:
        number = dead_letters.count_stuck(session, now=now, state=state, kind=kind)
    return [_line(session, row) for row in rows], number


def _line(session: Session, row: m.Delivery) -> str:
    return (
        f"{row.id}  {_when(session, row, _since(row))}  {row.kind} to {_whom(session, row)}: {row.state.value}, "
        f"{_times(row.attempts)}: {row.reason or 'no reason known'}"
    )


def _in_full(session: Session, number: int, now: datetime) -> list[str]:
    row = session.get(m.Delivery, number)
    if row is None:
        raise CommandProblem(REFUSED[Why.NOT_THERE].format(number=number))
    rests = seconds_until(row.not_before, real_now(session)) > 0
    in_doubt = row.state is m.DeliveryState.UNKNOWN
    known = {
        "Number": str(row.id),
        "Kind": f"{row.kind} ({KINDS[row.kind].en})" if row.kind in KINDS else row.kind,
        "To": _whom(session, row),
        "About": f"{row.subject}, {row.period}",
        "State": _STATES[row.state],
        "Reason": row.reason,
        "Due": _when(session, row, row.due_at),
        "Tried": _times(row.attempts),
        "Wrong in a row": _times(tries_of(row)) if tries_of(row) else None,
        "Rests until": _when(session, row, row.not_before) if rests else None,
        "In doubt since": _when(session, row, row.doubtful_since) if in_doubt else None,
        "Left at": _when(session, row, row.sending_at),
        "Arrived at": _when(session, row, row.sent_at),
        "Stands as": row.message_id,
        "Shows version": f"{row.shown_rev} of {row.wanted_rev}" if row.message is not None else None,
        "Answers": f"number {row.data['inbox_id']} of the inbox" if row.data.get("inbox_id") is not None else None,
    }
    lines = [f"{name}: {value}" for name, value in known.items() if value]
    return [*lines, f"What may be done: {_may_be_done(session, row, now, rests=rests)}"]


def _may_be_done(session: Session, row: m.Delivery, now: datetime, *, rests: bool) -> str:
    match row.state:
        case m.DeliveryState.SENT | m.DeliveryState.SKIPPED:
            return "nothing; it is over."
        case m.DeliveryState.SENDING if dead_letters.is_being_sent(session, row):
            return "nothing just now; look again in two minutes."
        case m.DeliveryState.SENDING | m.DeliveryState.UNKNOWN:
            return (
                "look whether it stands there. If it does: discard. If not: retry --even-if-it-arrived. Where the "
                "platform can be searched, Okra looks by itself."
            )
        case m.DeliveryState.FAILED if row.message is not None:
            return "it stands there, and could not be brought up to date: retry shows the newest, discard lets it be."
        case m.DeliveryState.FAILED:
            return "mend what the reason says, then retry; or discard."
        case m.DeliveryState.PLANNED if rests:
            return "nothing; it is tried again after its rest. Or retry at once, or discard."
        case m.DeliveryState.PLANNED if row.due_at > now:
            return "nothing; it waits for its time. Or discard."
        case _:
            return "nothing, if its platform is connected (/readyz); it goes out by itself. Or discard."


def _whom(session: Session, row: m.Delivery) -> str:
    if row.person_id is not None:
        return session.get_one(m.Person, row.person_id).display_name
    team = session.get_one(m.Team, row.team_id)
    if not team.channel_ref:
        return f"{team.name} (no channel)"
    return directory.name_of_channel(session, team.installation_id, str(team.channel_ref["channel"]))


def _since(row: m.Delivery) -> datetime:
    if row.state is m.DeliveryState.UNKNOWN and row.doubtful_since is not None:
        return row.doubtful_since
    over = row.state in (m.DeliveryState.FAILED, m.DeliveryState.SKIPPED, m.DeliveryState.UNKNOWN)
    return (row.updated_at or row.due_at) if over else row.due_at


def _when(session: Session, row: m.Delivery, at: datetime | None) -> str:
    if at is None:
        return ""
    there = known_zone(session.get_one(m.Workspace, row.workspace_id).timezone)
    return f"{local(at, there):%d %b %Y %H:%M}"


def _times(number: int) -> str:
    return {0: "never", 1: "once"}.get(number, f"{number} times")
