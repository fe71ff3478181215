"""Who answers for a key result, published or still a draft: named in words, in a form, or by a tap (spec/06 §11.1)."""

import re
from collections.abc import Sequence

from bot.handlers.draft_names import key_result_or_draft
from bot.handlers.handing_over import GONE, LEFT, Owned, hand_over, owned, undo_handover
from bot.handlers.members import add_people
from bot.handlers.naming import NotOneError, called, mentions, people_meant, the_person
from bot.handlers.order import Order, Topic
from bot.handlers.saying import N_, notice
from bot.handlers.verbs import ME_WORDS, Verb, folded, label_at_start, without_people
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from storage import conversations, owning
from storage import models as m
from storage.teams import people_by_id, roles_of
from storage.undoing import handover_by_token

MOST_OWNERS = 10
MOST_OFFERED = 10
_BEFORE_NAMES = re.compile(
    r"(?:(?:to|with|by|is|for|now)(?![^\s:])|→|->|=|:|(?:交给|转给|给|由|归))[\s:]*", re.IGNORECASE
)
_BETWEEN_NAMES = re.compile(r"\s*(?:[,，、;；/+&]|\band\b|和|与)\s*", re.IGNORECASE)


def own(order: Order) -> Reply:
    """`/okr own KR2 @mei [@li …]`: the first leads, the others share it; without a name the form asks for one."""
    turn = order.turn
    words = without_people(folded(order.raw)).split(" ")
    named = mentions(order.raw)
    mine = words[-1].casefold() in ME_WORDS
    name = " ".join(words[:-1] if mine else words)
    label = label_at_start(name)  # `own KR2 to @mei`
    one = owned(turn, key_result_or_draft(turn, order.view, label or name, "change_owner"))
    if label is not None and not named and not mine:
        named = _names(name[len(label) :])
    if not named and not mine:
        return _form(one)
    people = [turn.person] if mine else []
    for each in named:
        found = people_meant(turn, each)
        if len(found) != 1:
            return _who(turn, one, each, found)
        people += found
    if len(people) > MOST_OWNERS:
        return notice(N_("That is more than ten people, so nothing was changed."))
    return hand_over(turn, one, people)


def _names(behind: str) -> list[str]:
    """People who are named without a mention: `to bob and li`, `交给李`."""
    words = " ".join(behind.split()).strip(" ,，.。!！")
    found = _BEFORE_NAMES.match(words)
    words = words if found is None else words[found.end() :]
    return [one for one in _BETWEEN_NAMES.split(words) if one]


def _who(turn: Turn, one: Owned, name: str, found: Sequence[m.Person]) -> Reply:
    """The name means nobody, or several: those it may mean, else the people of the team, a button each."""
    people = [each for each in found if each.active]
    if not people:
        roles = roles_of(turn.session, [one.row.team_id]).get(one.row.team_id, {})
        working = [person for person, role in roles.items() if role is not m.TeamRole.VIEWER]
        members = people_by_id(turn.session, working).values()
        people = sorted((each for each in members if each.active), key=lambda each: each.id)
    shown = [each.id for each in people[:MOST_OFFERED]]
    return Answer(
        "which_owner",
        {"kr": one.row.id, "name": called(name)[:40], "several": bool(found), "people": shown},
    )


def _chosen(turn: Turn, value: str) -> Reply:
    """A name's button below the question whom was meant; who shares it goes on sharing it."""
    token, _, handle = value.partition(":")
    row = _of_token(turn, token)
    if row is None:
        return notice(GONE)
    one = owned(turn, row)
    person = the_person(turn, handle)
    return hand_over(turn, one, [person, *(owner for owner in one.owners[1:] if owner.id != person.id)])


def change_owner(turn: Turn, token: str) -> Reply:
    """The form that asks who answers for it from now on."""
    row = _of_token(turn, token)
    return notice(GONE) if row is None else _form(owned(turn, row))


def submitted(turn: Turn, what: Submitted) -> Reply:
    """The form names who leads; those who share it go on sharing it."""
    row = _of_token(turn, what.token)
    if row is None:
        return notice(GONE)
    one = owned(turn, row)
    name = what.values.get("owner")
    if not isinstance(name, str) or not name.strip():
        return FormErrors({"owner": turn.say(N_("Please say who answers for it."))})
    try:
        person = the_person(turn, name.strip())
    except NotOneError:
        return FormErrors({"owner": turn.say(N_("I don't know {name} here."), name=name.strip()[:41])})
    if not person.active:
        return FormErrors({"owner": turn.say(LEFT, name=person.short_name)})
    return hand_over(turn, one, [person, *(owner for owner in one.owners[1:] if owner.id != person.id)])


def _of_token(turn: Turn, token: str) -> m.KeyResult | None:
    row = conversations.key_result_by_token(turn.session, token)
    return row if row is not None and row.workspace_id == turn.person.workspace_id else None


def _form(one: Owned) -> FormRequest:
    return FormRequest(
        "own_form",
        {
            "token": one.row.token,
            "label": one.key,
            "title": one.row.title,
            "owners": [owner.short_name for owner in one.owners],
        },
        action="change_owner",
        value=one.row.token,
    )


def _add_them(turn: Turn, token: str) -> Reply:
    """[Add them] below a handover: whoever answers for it now and is not in its team comes into it."""
    record = handover_by_token(turn.session, token)
    row = None if record is None else turn.session.get(m.KeyResult, int(record.data["kr"]))
    if record is None or row is None or row.workspace_id != turn.person.workspace_id:
        return notice(GONE)
    roles = roles_of(turn.session, [row.team_id]).get(row.team_id, {})
    outside = [one for one in owning.owners_now(turn.session, row) if roles.get(one) in (None, m.TeamRole.VIEWER)]
    people = list(people_by_id(turn.session, outside).values())
    team = turn.session.get_one(m.Team, row.team_id)
    return (
        add_people(turn, team, people)
        if people
        else notice(N_("Everybody who answers for it is in {team}."), team=team.name)
    )


TOPIC = Topic(
    verbs={Verb.OWN: own},
    buttons={
        "change_owner": change_owner,
        "undo_handover": undo_handover,
        "choose_owner": _chosen,
        "add_owners": _add_them,
    },
    forms={"own": submitted},
)
