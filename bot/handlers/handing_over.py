"""Letting somebody else answer for a key result: what moves with it, who is told, and the way back (spec/06 §11.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col

from bot.handlers.edit_reading import the_target
from bot.handlers.naming import NotOneError
from bot.handlers.recording import NotAllowedError
from bot.handlers.saying import N_, notice
from bot.handlers.showing import ITEMS_KNOWN, touched
from bot.intake.conversation import Answer, Reply, Turn
from bot.okr.access import may_update
from bot.okr.model import IN_FORCE, KRState
from bot.views.rights import actor_of
from bot.views.team import KRView, by_id, team_view
from storage import conversations, deliveries, homes, owning
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.owning import HandedOver
from storage.teams import people_by_id
from storage.undoing import HANDED_OVER, handover_by_token, keep

GONE = N_("That key result is gone; nothing was recorded.")
LEFT = N_("{name} is no longer here, so nothing was changed.")
ASKED_LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Owned:
    """A key result that this person may hand over, and who answers for it; `view` is None for a draft."""

    row: m.KeyResult
    key: str
    owners: tuple[m.Person, ...]
    view: KRView | None


def owned(turn: Turn, row: m.KeyResult) -> Owned:
    """The key result as it stands, for its owners, the team's lead and admins; whoever stands in hands nothing over.

    A draft is its team's to write. Raises `NotAllowedError` for others, and `NotOneError` for what is not worked on
    any more.
    """
    if row.state is KRState.DRAFT:
        target = the_target(turn, row)
        ids = owning.owners_now(turn.session, row)
        people = people_by_id(turn.session, ids)
        return Owned(row, target.kr.key, tuple(people[one] for one in ids), None)
    team = turn.session.get_one(m.Team, row.team_id)
    if row.state not in IN_FORCE:
        key = f"{team.key}-{row.number}"
        raise NotOneError(notice(N_("{kr} is not worked on any more, so nothing was recorded."), kr=key))
    one = _on_board(turn, row)
    if one is None or one.view is None:
        raise NotOneError(notice(GONE))  # of a cycle that is over
    if not may_update(actor_of(turn.session, turn.person), [owner.id for owner in one.owners], row.team_id):
        raise NotAllowedError(one.view)
    return one


def _on_board(turn: Turn, row: m.KeyResult) -> Owned | None:
    one = by_id(team_view(turn.session, turn.session.get_one(m.Team, row.team_id), turn.now)).get(row.id)
    return None if one is None else Owned(row, one.kr.key, tuple(one.owners), one)


def hand_over(turn: Turn, one: Owned, people: Sequence[m.Person]) -> Reply:
    people = list({person.id: person for person in people}.values())
    left = next((person for person in people if not person.active), None)
    if left is not None:
        return notice(LEFT, name=left.short_name)
    names = " / ".join(person.short_name for person in people)
    if [owner.id for owner in one.owners] == [person.id for person in people]:
        return notice(N_("{kr} is with {names} already."), kr=one.key, names=names)
    done = owning.hand_over(turn.session, one.row, [person.id for person in people], turn.person.id, turn.now)
    return _told(turn, one, done)


def _told(turn: Turn, one: Owned, done: HandedOver, *, back: bool = False) -> Answer:
    """Tell everybody concerned, and whoever did it; `back` for what took a handover back, which stays.

    Of a draft nobody else is told: nobody answers for it before it is published.
    """
    told: list[int] = []
    if one.view is not None:
        _move_questions(turn, one.row, done)
        told = _tell(turn, one.view, done)
    record = _keep(turn, one.row, done, back=back)
    if one.view is not None:
        touched(turn, {one.row.team_id}, {one.row.id})
        for left in sorted(set(done.before) - set(done.after)):
            homes.show_person(turn.session, left, turn.now)
        _show_newest(turn, one.row)
    came = [] if back else [owner for owner in done.after if owner not in done.before]
    shown = {"kr": one.row.id, "owners": list(done.after), "came": came, "told": told, "record": record}
    return Answer("handed", {**shown, "inbox_id": turn.inbox.id})


def _keep(turn: Turn, row: m.KeyResult, done: HandedOver, *, back: bool) -> int | None:
    """What taking it back needs, under a token of its own; a line of the outbox that is never sent."""
    data = {"kr": row.id, "before": list(done.before), "after": list(done.after), "undone": back}
    record = keep(turn.session, turn.person, HANDED_OVER, f"kr:{row.id}", turn.inbox.id, data, turn.now)
    return None if record is None else record.id


def undo_handover(turn: Turn, token: str) -> Reply:
    """[Undo] below a handover: for whoever did it, though the key result is not theirs any more."""
    record = handover_by_token(turn.session, token)
    if record is None or record.person_id != turn.person.id:
        return notice(GONE)
    if record.data["undone"]:
        return notice(N_("That is taken back already."))
    return take_back_handover(turn, record) or notice(
        N_("{kr} was changed again since, so that stays as it is."), kr=_key(turn, record)
    )


def take_back_handover(turn: Turn, record: m.Delivery) -> Reply | None:
    """Who answered for it before answers for it again; None for what has been changed since."""
    row = turn.session.get(m.KeyResult, int(record.data["kr"]))
    if row is None or list(owning.owners_now(turn.session, row)) != record.data["after"]:
        return None
    if row.state not in (*IN_FORCE, KRState.DRAFT):
        return None
    if (record.created_at or record.due_at) <= turn.now - UNDO_WITHIN:
        return notice(N_("That was more than 24 hours ago, so it stays."))
    one = owned(turn, row) if row.state is KRState.DRAFT else _on_board(turn, row)
    if one is None:
        return notice(GONE)  # of a cycle that is over
    before = [int(owner) for owner in record.data["before"]]
    left = next((person for person in people_by_id(turn.session, before).values() if not person.active), None)
    if left is not None:
        return notice(LEFT, name=left.short_name)
    record.data = {**record.data, "undone": True}
    turn.session.add(record)
    done = owning.hand_over(turn.session, row, before, turn.person.id, turn.now)
    return _told(turn, one, done, back=True)


def _key(turn: Turn, record: m.Delivery) -> str:
    row = turn.session.get(m.KeyResult, int(record.data["kr"]))
    return "–" if row is None else f"{turn.session.get_one(m.Team, row.team_id).key}-{row.number}"


def _move_questions(turn: Turn, row: m.KeyResult, done: HandedOver) -> None:
    """What those who went are asked is closed for them; who came is asked in the question that stands before them."""
    session = turn.session
    moved = owning.items_asked_of(session, row.id, done.gone, turn.now - ITEMS_KNOWN)
    for item in moved:
        item.state = m.ItemState.HANDED_OVER
        session.add(item)
    session.flush()
    for person_id in done.gone:
        conversations.close_questions_about(session, person_id, row.id, turn.now)
    open_now = next((item for item in reversed(moved) if _is_to_come(turn, item)), None)
    if open_now is None:
        return
    for person_id in done.after:
        prompt = owning.question_to(session, person_id, turn.now - ASKED_LATELY)
        if prompt is not None:
            owning.join_question(session, prompt, open_now)


def _is_to_come(turn: Turn, item: m.PromptItem) -> bool:
    """True while the digest is still to come that the answer is for."""
    run = turn.session.get_one(m.RitualRun, item.run_id)
    return run.digest_at is None or run.digest_at > turn.now


def _tell(turn: Turn, one: KRView, done: HandedOver) -> list[int]:
    """A private word to everybody for whom something is different, but to whoever did it. Returns whom."""
    told = [person_id for person_id in done.concerned if person_id != turn.person.id]
    for person_id in told:
        deliveries.plan_delivery(
            turn.session,
            workspace_id=one.row.workspace_id,
            kind=HANDED_OVER,
            subject=f"kr:{one.row.id}:person:{person_id}",
            period=f"by:{turn.inbox.id}",
            due_at=turn.now,
            now=turn.now,
            person_id=person_id,
            data={
                "kr": one.row.id,
                "krs": [one.row.id],
                "by": turn.person.id,
                "team": one.row.team_id,
                "owned": person_id in done.after,
                "before": list(done.before[:1]),
            },
        )
    return told


def _show_newest(turn: Turn, row: m.KeyResult) -> None:
    """The lead's messages about it show that it has changed hands."""
    deliveries.want_newest(
        turn.session,
        col(m.Delivery.kind).in_(("not_mine", "dark", HANDED_OVER)),
        col(m.Delivery.subject).like(f"kr:{row.id}:%") | (col(m.Delivery.subject) == f"kr:{row.id}"),
        col(m.Delivery.due_at) >= turn.now - ITEMS_KNOWN,
    )
