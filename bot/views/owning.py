"""Who answers for a key result now: what both sides are told."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.cards.words import join_names
from bot.okr.access import may_set_team
from bot.okr.model import KRState
from bot.views.asked_next import asked_next
from bot.views.prompt import kr_view
from bot.views.rights import actor_of
from bot.views.shapes import Data, View
from bot.views.team import KRView
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.owning import owners_now
from storage.teams import people_by_id, roles_of
from storage.undoing import newest_word

_AND_IN_CHINESE = re.compile(r"(?<=[^\x00-\x7f]) 和 (?=[^\x00-\x7f])")
A_DRAFT = N_("It is a draft, so I ask nobody about it yet.")
GONE = N_("That key result is gone; nothing was recorded.")
UNKNOWN = N_("I don't know {name} here, so nothing was changed. Who answers for {kr}?")
SEVERAL = N_("More than one person is called {name}, so nothing was changed. Who answers for {kr}?")
NOBODY = N_("{kr} {title} has no owner now.")
NOT_A_MEMBER = N_("{name} is not a member of {team}, and answers for {kr} all the same.")
NOW_WITH = N_("{kr} {title} is with {names} now.")
TELL = N_("I'll let {names} know.")
YOURS = N_("{by} handed {kr} {title} to you; it was with {before}. {asked}")
YOURS_NOW = N_("{by} handed {kr} {title} to you. {asked}")
YOURS_FIRST = N_("{by} asks you to answer for {kr} {title}. {asked}")
CHANGED_AGAIN = N_("{kr} {title} has changed hands again since; the newest word is below.")
SHARED = N_("{by} asks you to answer for {kr} {title} together with {names}.")
NOT_YOURS_ANY_MORE = N_("{kr} {title} is with {names} now ({by} changed it). I do not ask you about it any more.")


def handed_card(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """To whoever changed it: who has it now, and who is told; of a draft that nobody is asked yet."""
    lang: Lang = person.lang.value
    row = session.get(m.KeyResult, data["kr"])
    if row is None:
        return cards.card("notice", lang, text=cards.text(GONE, lang))
    key = f"{session.get_one(m.Team, row.team_id).key}-{row.number}"
    people = people_by_id(session, {*data["owners"], *data["told"]})
    with_whom = NOW_WITH if data["owners"] else NOBODY
    said = [cards.text(with_whom, lang, kr=key, title=row.short_title, names=_names(people, data["owners"]))]
    outside = _outside(session, row, data.get("came", ()))
    if outside:
        team = session.get_one(m.Team, row.team_id).name
        said.append(cards.text(NOT_A_MEMBER, lang, name=_names(people, outside), team=team, kr=key))
    if row.state is KRState.DRAFT:
        said.append(cards.text(A_DRAFT, lang))
    if data["told"]:
        said.append(cards.text(TELL, lang, names=_in_words(people, data["told"], lang)))
    token = _undo_token(session, data.get("record"), now)
    adds = outside and may_set_team(actor_of(session, person), row.team_id)
    text = ("" if lang == "zh" else " ").join(said)
    return cards.card("handed", lang, text=text, label=key, token=token, add=token if adds else "")


def _which_owner(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """A name that means nobody, or several people: whom it may mean, with a button each."""
    lang: Lang = person.lang.value
    row = session.get_one(m.KeyResult, data["kr"])
    key = f"{session.get_one(m.Team, row.team_id).key}-{row.number}"
    found = people_by_id(session, data["people"])
    people = [found[one] for one in data["people"] if one in found]
    names = [one.short_name for one in people]
    choices = [
        {
            "name": one.short_name if names.count(one.short_name) == 1 else f"@{one.handle}",
            "value": f"{row.token}:{one.handle}",
        }
        for one in people
    ]
    text = cards.text(SEVERAL if data["several"] else UNKNOWN, lang, name=data["name"], kr=key)
    return cards.card("which_owner", lang, text=text, label=key, people=choices, token=row.token)


def _outside(session: Session, row: m.KeyResult, owners: Sequence[int]) -> list[int]:
    """Those of its owners who only read in its team, or are not in it."""
    roles = roles_of(session, [row.team_id]).get(row.team_id, {})
    return [owner for owner in owners if roles.get(owner, m.TeamRole.VIEWER) is m.TeamRole.VIEWER]


def _undo_token(session: Session, record_id: int | None, now: datetime) -> str:
    """What [Undo] carries; empty once it is taken back, changed again, or a day old."""
    record = None if record_id is None else session.get(m.Delivery, record_id)
    if record is None or record.data["undone"] or (record.created_at or now) <= now - UNDO_WITHIN:
        return ""
    row = session.get(m.KeyResult, int(record.data["kr"]))
    if row is None:
        return ""
    return record.token if list(owners_now(session, row)) == record.data["after"] else ""


def handed_over_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """To somebody who answers for it from now on, or does not any more: as it is when they read it."""
    person = session.get_one(m.Person, row.person_id)
    lang: Lang = person.lang.value
    one = kr_view(session, int(row.data["kr"]), now)
    before = [int(one) for one in row.data["before"]]
    people = people_by_id(session, {int(row.data["by"]), *before})
    others = [owner.short_name for owner in one.owners if owner.id != person.id]
    said: dict[str, str | int] = {
        "kr": one.kr.key,
        "title": one.kr.short_title,
        "by": _names(people, [int(row.data["by"])]),
        "names": " / ".join(others) or "–",
        "before": _names(people, before),
        "asked": asked_next(session, cards, lang, session.get_one(m.Team, one.row.team_id), [one.row.id], now),
    }
    newest = newest_word(session, row)
    msgid = _said_to(one, person, before, int(row.data["by"])) if newest else CHANGED_AGAIN
    return cards.card(
        "handed_over",
        lang,
        text=cards.text(msgid, lang, **said).strip(),
        label=one.kr.key,
        kr_token=one.row.token if newest and one.owned_by(person.id) else "",
    )


def _said_to(one: KRView, person: m.Person, before: Sequence[int], by: int) -> str:
    if not one.owned_by(person.id):
        return NOT_YOURS_ANY_MORE
    if one.owners[0].id != person.id:
        return SHARED
    if not before or before == [person.id]:
        return YOURS_FIRST
    return YOURS_NOW if before == [by] else YOURS  # whoever hands over their own need not be named twice


def not_mine_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """To the lead: somebody says that a key result is not theirs; the button gives it to somebody else."""
    lead = session.get_one(m.Person, row.person_id)
    lang: Lang = lead.lang.value
    by = session.get_one(m.Person, int(row.data["by"]))
    one = kr_view(session, int(row.data["kr"]), now)
    still = one.owned_by(by.id)
    msgid = N_("{name} says that {kr} {title} is not theirs. Who owns it?")
    text = cards.text(msgid, lang, name=by.short_name, kr=one.kr.key, title=one.kr.short_title)
    if not still:
        names = " / ".join(owner.short_name for owner in one.owners) or "–"
        text = cards.text(NOW_WITH, lang, kr=one.kr.key, title=one.kr.short_title, names=names)
    return cards.card("not_mine", lang, text=text, label=one.kr.key, kr_token=one.row.token if still else "")


def _in_words(people: Mapping[int, m.Person], ids: Sequence[int], lang: Lang) -> str:
    """`Jack and Li`, `杰和李`: people, as a sentence names them."""
    names = join_names([people[one].short_name for one in ids if one in people], lang)
    return names if lang == "en" else _AND_IN_CHINESE.sub("和", names)


def _names(people: Mapping[int, m.Person], ids: Sequence[int]) -> str:
    return " / ".join(people[one].short_name for one in ids if one in people)


ANSWERS: Mapping[str, View] = {"handed": handed_card, "which_owner": _which_owner}
