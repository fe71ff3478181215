"""The books of a run: what was planned against what arrived, and every word against its row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from bot.delivery.addresses import address_from
from storage import models as m
from tests.crash.people import Said
from tests.crash.pretend import Ledger

HOME = "home"
"""A person's own page: it stands from the start and is only ever changed."""


@dataclass
class Books:
    """What was found. `wrong` is empty where the promises were kept."""

    planned: int = 0
    """Messages in the outbox whose time had come."""
    received: int = 0
    """Of those, how many stand once on their platform."""
    duplicates: int = 0
    lost: int = 0
    unknown: int = 0
    """On Teams, which cannot be read back: accounted for, and shown to operators."""
    swept: int = 0
    """Extra copies that got out and were taken away again."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Skipped and failed, by reason."""
    kinds: Counter[str] = field(default_factory=Counter)
    """What became of each kind of message."""
    replies: int = 0
    presses: int = 0
    pressed_again: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def balance(self) -> bool:
        return not self.wrong


def balance(session: Session, ledgers: Sequence[Ledger], said: Sequence[Said]) -> Books:
    """Hold the outbox against what the platforms received, and what people said against their check-ins."""
    books = Books()
    _messages(session, ledgers, books)
    _words(session, said, books)
    return books


def _messages(session: Session, ledgers: Sequence[Ledger], books: Books) -> None:
    readable = {one.id: one.platform is not m.Platform.TEAMS for one in session.exec(select(m.Installation)).all()}
    rows = [row for row in session.exec(select(m.Delivery).order_by(col(m.Delivery.id))) if row.kind != HOME]
    tokens = {row.token for row in rows}
    for ledger in ledgers:
        books.wrong += [f"{key} was received and stands in no outbox" for key in ledger.keys if key not in tokens]
    for row in rows:
        received = sum(ledger.received(row.token) for ledger in ledgers)
        standing = sum(ledger.standing(row.token) for ledger in ledgers)
        name = f"{row.kind} {row.subject} ({row.state}, {row.reason})"
        books.kinds[f"{row.kind} {row.state.value}"] += 1
        books.swept += received - standing
        if row.state is not m.DeliveryState.PLANNED:
            books.planned += 1
        if standing > 1:
            books.duplicates += 1
            books.wrong.append(f"{name} stands {standing} times")
        match row.state:
            case m.DeliveryState.SENT if standing == 0:
                books.lost += 1
                books.wrong.append(f"{name} was sent and is not there")
            case m.DeliveryState.SENT if standing == 1:
                books.received += 1
            case m.DeliveryState.UNKNOWN if row.address is None or readable[address_from(row.address).installation_id]:
                books.wrong.append(f"{name} could have been looked up")
            case m.DeliveryState.UNKNOWN:
                books.unknown += 1
            case m.DeliveryState.SKIPPED | m.DeliveryState.FAILED:
                books.left_out[f"{row.state.value}: {row.reason}"] += 1
                if standing or not row.reason:
                    books.wrong.append(f"{name} stands {standing} times")
            case m.DeliveryState.SENDING:
                books.wrong.append(f"{name} is still being sent")
            case m.DeliveryState.PLANNED if standing:
                books.wrong.append(f"{name} stands already")


def _words(session: Session, said: Sequence[Said], books: Books) -> None:
    inbox = session.exec(select(m.Inbox)).all()
    people = {one.handle: one.id for one in session.exec(select(m.Person)).all()}
    rows = session.exec(select(m.CheckIn).order_by(col(m.CheckIn.id))).all()
    answers = {
        row.subject for row in session.exec(select(m.Delivery).where(m.Delivery.kind == "answer")) if row.subject
    }
    values = Counter((row.by_id, f"{row.value:f}") for row in rows if row.value is not None and row.source != "button")
    scores = Counter((row.by_id, f"{row.self_score:.1f}") for row in rows if row.self_score is not None)
    brought = Counter((row.told_in_id, row.kr_id) for row in rows)
    books.wrong += [f"inbox row {key[0]} led to {count} check-ins" for key, count in brought.items() if count > 1]
    for one in said:
        person, what = people[one.who.handle], f"{one.who.handle}: {one.value or one.score}"
        if not one.acknowledged:
            books.wrong.append(f"{what} was never taken ({one.deliveries} deliveries)")
        if one.value:
            books.replies += 1
            count = values[person, one.value]
            if count != 1:
                books.wrong.append(f"{what} was said once and is {count} check-ins")
    for (person, score), pressed in Counter((people[one.who.handle], one.score) for one in said if one.score).items():
        books.presses += pressed
        books.pressed_again += max(0, scores[person, score] - pressed)
        if scores[person, score] == 0:
            books.wrong.append(f"{score} was pressed {pressed} times by person {person} and is no check-in")
    books.wrong += [f"inbox row {row.id} is {row.state}: {row.problem}" for row in inbox if row.state != "done"]
    typed = [row for row in rows if row.raw_text is not None and row.told_in_id is not None]
    books.wrong += [
        f"inbox row {row.told_in_id} was not answered" for row in typed if f"reply:{row.told_in_id}" not in answers
    ]
