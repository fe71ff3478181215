"""What is said when a key result is paused, resumed or dropped: to whoever did it, and in the team's channel."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256

from sqlmodel import Session

from bot.cards import format as say
from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.localtime import local_day
from bot.okr.model import KRState
from bot.views.aims import aim_words
from bot.views.asked_next import asked_next
from bot.views.dropping import objective_line
from bot.views.person import person_view
from bot.views.prompt import kr_view
from bot.views.reasons import CATEGORIES
from bot.views.shapes import Data, View
from bot.views.show_changes import change_lines
from storage import models as m
from storage import okrs
from storage.changes import OBJECTIVE
from storage.check_ins import UNDO_WITHIN
from storage.teams import in_charge_of, person_zone, team_zone


def change_post_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """The one line in the team's channel (spec/09 §15.2); once it was taken back, it says so."""
    team = session.get_one(m.Team, row.team_id)
    zone = team_zone(team, session.get_one(m.Workspace, team.workspace_id))
    line = _line(session, cards, row, team.lang.value, local_day(now, zone))
    return cards.card("notice", team.lang.value, text=line)


def _line(session: Session, cards: Cards, row: m.Delivery, lang: Lang, today: date) -> str:
    change = session.get_one(m.Change, row.data["change"])
    if change.entity == OBJECTIVE and change.field == "state":
        text = objective_line(session, cards, row, change, lang)
        return f"{text} {cards.text(N_('(Taken back.)'), lang)}" if row.data.get("undone") else text
    if change.field != "state":
        text = _line_of_fields(session, cards, row, change, lang, today)
        return f"{text} {cards.text(N_('(Taken back.)'), lang)}" if row.data.get("undone") else text
    key_result = session.get_one(m.KeyResult, change.entity_id)
    person = None if change.by_id is None else session.get_one(m.Person, change.by_id)
    params = {
        "kr": f"KR{key_result.number}",
        "name": "Okra" if person is None else person.short_name,
        "reason": (change.reason or "").rstrip(" .。"),
    }
    until = row.data.get("until")
    new = session.get(m.KeyResult, row.data.get("new", 0))  # taken back, it was a draft again and may be gone
    match KRState(change.new):
        case KRState.PAUSED if until:
            day = say.day(date.fromisoformat(until), lang, today)
            text = cards.text(N_("{kr} paused by {name} until {day}. Because: {reason}."), lang, day=day, **params)
        case KRState.PAUSED:
            text = cards.text(N_("{kr} paused by {name}. Because: {reason}."), lang, **params)
        case KRState.DROPPED if new is not None:
            text = cards.text(
                N_("{kr} replaced by {name} with {new} {title}. Because: {reason}."),
                lang,
                new=f"KR{new.number}",
                title=new.short_title,
                **params,
            )
        case KRState.DROPPED:
            text = cards.text(N_("{kr} dropped by {name}. Because: {reason}."), lang, **params)
        case KRState.ACTIVE if change.old == KRState.DRAFT:
            text = _line_of_new(session, cards, key_result, lang, today, params)
        case _:
            text = cards.text(N_("{kr} resumed by {name}."), lang, **params)
    return f"{text} {cards.text(N_('(Taken back.)'), lang)}" if row.data.get("undone") else text


def _line_of_new(
    session: Session, cards: Cards, row: m.KeyResult, lang: Lang, today: date, params: Mapping[str, str]
) -> str:
    """`KR4 added by Bea: Refund rate, 0.5% → 0.2%, due 31 Dec. Because: …`; a sprint result says what it serves."""
    kr = okrs.definition(row, session.get_one(m.Team, row.team_id), okrs.parts_of(session, [row.id]))
    told = {"title": row.short_title, "aim": aim_words(cards, lang, kr), "due": say.day(row.due, lang, today)}
    said = {"kr": params["kr"], "name": params["name"], **told}
    parent = None if row.parent_kr_id is None else session.get_one(m.KeyResult, row.parent_kr_id)
    if parent is not None:
        msgid = N_("{kr} added by {name} as a sprint result for {parent}: {title}, {aim}, due {due}.")
        return cards.text(msgid, lang, parent=f"KR{parent.number}", **said)
    text = cards.text(N_("{kr} added by {name}: {title}, {aim}, due {due}."), lang, **said)
    if not params["reason"]:
        return text
    return f"{text} {cards.text(N_('Because: {reason}.'), lang, reason=params['reason'])}"


def _line_of_fields(session: Session, cards: Cards, row: m.Delivery, change: m.Change, lang: Lang, today: date) -> str:
    """`KR3 changed by Mei: target $60k → $55k. Because: …`, with all that was changed in one act."""
    made = [session.get_one(m.Change, one) for one in row.data.get("changes", [change.id])]
    person = None if change.by_id is None else session.get_one(m.Person, change.by_id)
    params = {
        "name": "Okra" if person is None else person.short_name,
        "reason": (change.reason or "").rstrip(" .。"),
    }
    if change.entity == OBJECTIVE:
        told = "; ".join(change_lines(session, cards, lang, None, made, today))
        return cards.text(
            N_("The objective was changed by {name}: {change}. Because: {reason}."), lang, change=told, **params
        )
    key_result = session.get_one(m.KeyResult, change.entity_id)
    team = session.get_one(m.Team, key_result.team_id)
    kr = okrs.definition(key_result, team, okrs.parts_of(session, [key_result.id]))
    told = "; ".join(change_lines(session, cards, lang, kr, made, today))
    text = cards.text(
        N_("{kr} changed by {name}: {change}. Because: {reason}."), lang, kr=kr.label, change=told, **params
    )
    late = N_("Near the end of the cycle; the retro will show both targets.")
    return f"{text} {cards.text(late, lang)}" if row.data.get("late") else text


def _changed(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """To whoever did it: what holds from now on, what kind of reason it was, and the way back for a day."""
    lang: Lang = person.lang.value
    row = session.get_one(m.Delivery, data["delivery"])
    change = session.get_one(m.Change, row.data["change"])
    added = session.get_one(m.KeyResult, change.entity_id)
    if added.state is KRState.DRAFT:  # an addition that was taken back
        key = f"{session.get_one(m.Team, added.team_id).key}-{added.number}"
        text = cards.text(N_("{kr} is taken back: it is a draft again, and nobody is asked about it."), lang, kr=key)
        return cards.card("notice", lang, text=text)
    view = person_view(session, person, now)
    one = view.by_id.get(change.entity_id) or kr_view(session, change.entity_id, now)
    label = view.label(one) if change.entity_id in view.by_id else one.kr.key
    workspace = session.get_one(m.Workspace, person.workspace_id)
    today = local_day(now, person_zone(person, workspace))
    team = session.get_one(m.Team, one.row.team_id)
    newest = one.row.state is KRState(change.new) and not row.data.get("undone")
    open_for_undo = newest and change.at > now - UNDO_WITHIN
    asks_why = open_for_undo and change.category is None and change.reason is not None
    return cards.card(
        "kr_changed",
        lang,
        label=label,
        title=one.kr.short_title,
        state=one.row.state.value,
        until=one.row.paused_until if one.row.state is KRState.PAUSED else None,
        before=_what_came_back(session, cards, lang, row, change),
        asked=asked_next(session, cards, lang, team, [one.row.id], now) if one.row.state is KRState.ACTIVE else "",
        today=today,
        posted=team.channel_ref is not None,
        categories=[(one_of.value, cards.text(text, lang)) for one_of, text in CATEGORIES.items()] if asks_why else [],
        token=row.token if open_for_undo else "",
    )


def _what_came_back(session: Session, cards: Cards, lang: Lang, post: m.Delivery, change: m.Change) -> list[str]:
    """A drop that was taken back is said to be, with what became of the key result that stood in for it."""
    if not post.data.get("undone") or change.new != KRState.DROPPED:
        return []
    said = [cards.text(N_("The drop is taken back."), lang)]
    other = session.get(m.KeyResult, post.data["new"]) if "new" in post.data else None
    if other is not None:
        stays = N_("{kr}, which stood in for it, stays: somebody has said how it stands.")
        again = N_("{kr}, which stood in for it, is a draft again.")
        msgid = again if other.state is KRState.DRAFT else stays
        said.append(cards.text(msgid, lang, kr=f"{session.get_one(m.Team, other.team_id).key}-{other.number}"))
    return said


def _drop_or_change(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """What can become of a key result that is not worked on: three buttons (spec/07 §12.1, [⋯])."""
    view = person_view(session, person, now)
    row = session.get_one(m.KeyResult, data["kr"])
    one = view.by_id.get(row.id) or kr_view(session, row.id, now)
    label = view.label(one) if row.id in view.by_id else one.kr.key
    return cards.card(
        "drop_or_change",
        person.lang.value,
        label=label,
        title=one.kr.short_title,
        token=row.token,
        paused=row.state is KRState.PAUSED,
    )


def _delete_draft(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """A draft leaves nothing behind, so it is asked once."""
    row = session.get_one(m.KeyResult, data["kr"])
    label = f"{session.get_one(m.Team, row.team_id).key}-{row.number}"
    return cards.card("delete_draft", person.lang.value, label=label, title=row.short_title, token=row.token)


def _not_allowed(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """Who may change it, by name, and a way to ask them (spec/07 §12.10)."""
    lang: Lang = person.lang.value
    row = session.get_one(m.KeyResult, data["kr"])
    team = session.get_one(m.Team, row.team_id)
    people = in_charge_of(session, row)
    names = [one.short_name for one in people]
    kr = f"{team.key}-{row.number}"
    if not names:
        text = cards.text(N_("Only the lead of its team can change {kr}. Nothing was recorded."), lang, kr=kr)
    else:
        who = cards.text(N_("{one} or {other}"), lang, one=", ".join(names[:-1]), other=names[-1])
        who = names[0] if len(names) == 1 else who
        text = cards.text(N_("Only {who} can change {kr}. Nothing was recorded."), lang, who=who, kr=kr)
    can_ask = any(one.id != person.id for one in people)
    inbox = session.get(m.Inbox, data["inbox"]) if "inbox" in data else None
    value = f"{row.token}:{'' if inbox is None else mark_of(inbox)}" if can_ask else ""
    return cards.card("not_allowed", lang, text=text, value=value)


def mark_of(inbox: m.Inbox) -> str:
    """What a button calls the reply that was refused: no key of ours."""
    return sha256(f"reply {inbox.installation_id} {inbox.key}".encode()).hexdigest()[:16]


def kr_asked_card(session: Session, cards: Cards, owner: m.Person, data: Data) -> Card:
    """To whoever may change it: somebody else asks about it, in their own words."""
    row = session.get_one(m.KeyResult, data["kr"])
    by = session.get_one(m.Person, data["by"])
    label = f"{session.get_one(m.Team, row.team_id).key}-{row.number}"
    return cards.card(
        "kr_asked",
        owner.lang.value,
        name=by.short_name,
        label=label,
        text=data.get("text", ""),
        wish=data.get("wish", ""),
        token=row.token,
    )


ANSWERS: Mapping[str, View] = {
    "kr_changed": _changed,
    "drop_or_change": _drop_or_change,
    "delete_draft": _delete_draft,
    "not_allowed": _not_allowed,
}
