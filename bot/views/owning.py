"""Who answers for a key result now: what both sides are told."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.views.prompt import kr_view
from bot.views.shapes import Data, View
from bot.views.team import KRView
from storage import models as m
from storage.teams import people_by_id

NOW_WITH = N_("{kr} {title} is with {names} now.")
TELL = N_("I tell {names}.")
YOURS = N_("{by} handed {kr} {title} to you; it was with {before}. From now on I ask you about it.")
YOURS_FIRST = N_("{by} asks you to answer for {kr} {title}. From now on I ask you about it.")
SHARED = N_("{by} asks you to answer for {kr} {title} together with {names}.")
NOT_YOURS_ANY_MORE = N_("{kr} {title} is with {names} now ({by} changed it). I do not ask you about it any more.")


def handed_card(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """To whoever changed it: who has it now, and who is told."""
    lang: Lang = person.lang.value
    one = kr_view(session, data["kr"], now)
    people = people_by_id(session, {*data["owners"], *data["told"]})
    text = cards.text(NOW_WITH, lang, kr=one.kr.key, title=one.kr.short_title, names=_names(people, data["owners"]))
    if data["told"]:
        between = "" if lang == "zh" else " "
        text = f"{text}{between}{cards.text(TELL, lang, names=_names(people, data['told']))}"
    return cards.card("notice", lang, text=text)


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
    }
    msgid = _said_to(one, person, before)
    return cards.card(
        "handed_over",
        lang,
        text=cards.text(msgid, lang, **said),
        label=one.kr.key,
        kr_token=one.row.token if one.owned_by(person.id) else "",
    )


def _said_to(one: KRView, person: m.Person, before: Sequence[int]) -> str:
    if not one.owned_by(person.id):
        return NOT_YOURS_ANY_MORE
    if one.owners[0].id != person.id:
        return SHARED
    return YOURS if before and before != [person.id] else YOURS_FIRST


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


def _names(people: Mapping[int, m.Person], ids: Sequence[int]) -> str:
    return " / ".join(people[one].short_name for one in ids if one in people)


ANSWERS: Mapping[str, View] = {"handed": handed_card}
