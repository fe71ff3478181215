"""What two teams agree on, as each side reads it: the words, how far it is, and the buttons (spec/09 §15.3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from bot.cards import format as say
from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.access import Actor, Sight, may_update, sight_of
from bot.okr.agreements import OPEN_STATES, Side, State
from bot.okr.localtime import local_day
from bot.views.rights import actor_of
from bot.views.shapes import Data, Prepare, View
from storage import agreements, okrs
from storage import models as m
from storage.agreements import Ends
from storage.settings import is_archived
from storage.teams import lead_of, people_by_id, person_zone, roles_of

K = m.AlignmentKind
ASKED_KIND, TOLD_KIND = "agreement", "agreement_told"
OPEN_KIND, NEAR_KIND, DUE_KIND = "agreement_open", "agreement_near", "agreement_due"


# --- who speaks -----------------------------------------------------------------------------------------


def may_speak(session: Session, person: m.Person, ends: Ends, side: Side, now: datetime | None = None) -> bool:
    """Whoever may change this side's key result, and the lead of its team; an admin may for any."""
    row = ends.key_result(side)
    owners = okrs.owners_of(row, okrs.parts_of(session, [row.id])) if row is not None else ()
    objective = ends.objective(side)
    if row is None and objective is not None and objective.owner_id is not None:
        owners = (objective.owner_id,)
    return may_update(actor_of(session, person, now), owners, ends.team(side).id)


def speaker(session: Session, ends: Ends, side: Side) -> m.Person | None:
    """Who is written to on this side: see `speaker_among`. None where nobody can be."""
    team = ends.team(side)
    row = ends.key_result(side)
    wanted = {one for one in (ends.row.asked_by_id, None if row is None else row.lead_owner_id) if one is not None}
    people = people_by_id(session, wanted)
    lead = lead_of(session, team.id)
    if lead is not None:
        people[lead.id] = lead
    members = set(roles_of(session, [team.id]).get(team.id, {}))
    if row is not None:
        members |= set(okrs.owners_of(row, okrs.parts_of(session, [row.id])))
    return speaker_among(ends, side, people, members, None if lead is None else lead.id)


def speaker_among(
    ends: Ends, side: Side, people: Mapping[int, m.Person], members: Collection[int], lead_id: int | None
) -> m.Person | None:
    """On the asking side who asked, while they belong to the team, then the owner, then the lead; on the other side
    the lead, then the owner. Nobody whose account is off."""
    row = ends.key_result(side)
    owner_id = None if row is None else row.lead_owner_id
    asked_by = ends.row.asked_by_id if ends.row.asked_by_id in members else None
    order = (asked_by, owner_id, lead_id) if side is Side.FROM else (lead_id, owner_id)
    found = (people.get(one) for one in order if one is not None)
    return next((one for one in found if one is not None and one.active), None)


def side_of(session: Session, person: m.Person, ends: Ends, now: datetime | None = None) -> Side:
    """The side on which somebody reads it who was not written to: their own team's, else the asking one."""
    actor = actor_of(session, person, now)
    for side in (Side.FROM, Side.TO):
        if ends.team(side).id in actor.sees:
            return side
    return Side.TO if may_speak(session, person, ends, Side.TO) and not actor.is_admin else Side.FROM


# --- names ----------------------------------------------------------------------------------------------


def name_of(ends: Ends, side: Side, actor: Actor, *, title: bool = True) -> str:
    """`GRO-2 Self-serve renewals`, `CO O1 …`; of what is kept within a team, or still a draft, no title is told."""
    team, objective, row = ends.team(side), ends.objective(side), ends.key_result(side)
    if objective is None:
        return team.name
    if sight_of(actor, objective.visibility.value, team.id) is not Sight.ALL:
        return team.name
    key = f"{team.key}-{row.number}" if row is not None else f"{team.key} O{objective.number}"
    drafted = objective.state not in okrs.ON_BOARDS and team.id not in actor.sees
    if not title or drafted:
        return key
    return f"{key} {row.short_title if row is not None else objective.title}"


# --- the card -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tap:
    """A button of the card."""

    action: str
    value: str
    label: str
    style: str = ""


NEWS: Mapping[str, str] = {
    "asked": N_("I've asked {name}."),
    "kept": N_("Nobody leads {other} yet. I keep it, and ask as soon as somebody does."),
    "asked_again": N_("I've asked {name} again."),
    "linked": N_("That stands from now on."),
    "was_asked": N_("That was asked already, and this is how it stands:"),
    "overtaken": N_("The wording was changed since, so your tap counts for nothing. This is the newest:"),
    "agreed": N_("{by} of {team} agrees."),
    "settled": N_("{by} of {team} says that it is settled."),
    "reworded": N_("{by} of {team} proposes these words:"),
    "declined": N_("{by} of {team} says no."),
    "not_needed": N_("{by} of {team} does not need it any more."),
    "on_track": N_("{by} of {team} is on track for {day}."),
    "slips": N_("{by} of {team} says it slips to {day}."),
    "new_day": N_("{by} of {team} takes {day}."),
    "done": N_("{by} of {team} has got it. Thank you."),
    "talk": N_(
        "{by} would like to talk first. Please take 15 minutes together, {name} and {other_name}: "
        "sending text back and forth is how this goes wrong."
    ),
    "merged": N_("Two teams were made one."),
    "moved": N_("{other} goes on with this: the team it was with is a part of {other} now."),
    "archived": N_("{other} has stopped working as a team."),
    "open": N_("This needs {other}. Have you agreed on it together?"),
    "near": N_("On track for {day}?"),
    "due": N_("{day} has come. Have you got it?"),
}
"""What happened, by name: the first line of the card."""

_ASKS = {
    True: N_("{team} asks: '{text}' by {day}, for their {kr}."),
    False: N_("{team} asks: '{text}', for their {kr}."),
}
_YOU_ASK = {
    True: N_("{kr} needs {other}: '{text}' by {day}."),
    False: N_("{kr} needs {other}: '{text}'."),
}
_SUPPORTS = N_("{kr} of {team} supports {target}.")
_SUPPORTS_BECAUSE = N_("{kr} of {team} supports {target}: '{text}'.")
_PULL = N_("{kr} and {target} pull {metric} in opposite directions. Talk with {other} and narrow both.")
_CONFLICT = N_("{kr} and {target} are in each other's way. Talk with {other} and narrow both.")
_WHY = N_("Because: '{text}'.")
_EXAMPLE = N_(
    "What helped others: one team counts only the churn of qualified customers, the other only talks with new "
    "qualified customers. Then both can win."
)
_WEEKEND = N_("{day} is a {weekday}.")


def agreement_card(
    session: Session,
    cards: Cards,
    person: m.Person,
    ends: Ends,
    side: Side,
    now: datetime,
    *,
    what: str = "",
    data: Data | None = None,
) -> Card:
    """The words as `person` reads them on this side, with `what` happened above them."""
    lines = _Lines(session, cards, person, ends, side, now)
    told = [lines.news(what, data or {})] if what else []
    taps = lines.taps(what) if may_speak(session, person, ends, side, now) else []
    return cards.card(
        "agreement", person.lang.value, lines=[*told, *lines.words(), *lines.state(what)], taps=taps, label=lines.key
    )


class _Lines:
    """The sentences of one agreement for one reader."""

    def __init__(self, session: Session, cards: Cards, person: m.Person, ends: Ends, side: Side, now: datetime) -> None:
        self._session, self._cards, self._ends, self._side = session, cards, ends, side
        self._lang: Lang = person.lang.value
        self._actor = actor_of(session, person)
        self._one = agreements.value_of(ends.row)
        workspace = session.get_one(m.Workspace, person.workspace_id)
        self._today = local_day(now, person_zone(person, workspace))
        self._zone = person_zone(person, workspace)
        self._token = agreements.token_of(session, ends.row)
        self.key = name_of(ends, Side.FROM, self._actor, title=False)

    def _say(self, msgid: str, **params: Any) -> str:
        return self._cards.text(msgid, self._lang, **params)

    def _day(self, day: date | None) -> str:
        return "" if day is None else say.day(day, self._lang, self._today)

    def _named(self, side: Side) -> str:
        found = speaker(self._session, self._ends, side)
        return self._ends.team(side).name if found is None else found.short_name

    def news(self, what: str, data: Data) -> str:
        by = self._session.get(m.Person, int(data["by"])) if data.get("by") else None
        told_by = Side(data["by_side"]) if data.get("by_side") else self._side.other
        day = date.fromisoformat(data["day"]) if data.get("day") else self._one.slips_to or self._one.needed_by
        return self._say(
            NEWS[what],
            name=self._named(self._side.other),
            other_name=self._named(self._side),
            other=self._ends.team(self._side.other).name,
            team=self._ends.team(told_by).name,
            by=self._ends.team(told_by).name if by is None else by.short_name,
            day=self._day(day),
        )

    def words(self) -> list[str]:
        """What is asked, supported, or in conflict, word for word."""
        ends, one = self._ends, self._one
        said = {
            "team": ends.from_team.name,
            "other": ends.team(self._side.other).name,
            "kr": name_of(ends, Side.FROM, self._actor),
            "target": name_of(ends, Side.TO, self._actor),
            "text": one.text,
            "day": self._day(one.needed_by),
        }
        match ends.row.kind:
            case K.DEPENDS_ON:
                table = _YOU_ASK if self._side is Side.FROM else _ASKS
                return [self._say(table[one.needed_by is not None], **said | {"other": ends.to_team.name})]
            case K.CONFLICTS:
                metric = self._metric()
                first = self._say(_PULL, metric=metric, **said) if metric else self._say(_CONFLICT, **said)
                why = [self._say(_WHY, **said)] if one.text else []
                return [first, *why, self._say(_EXAMPLE)]
            case _:
                return [self._say(_SUPPORTS_BECAUSE if one.text else _SUPPORTS, **said)]

    def _metric(self) -> str:
        """The metric that both move, where it is one and the same."""
        mine, theirs = self._ends.from_kr, self._ends.to_kr
        if mine is None or theirs is None or not mine.metric:
            return ""
        return mine.metric if mine.metric.casefold() == theirs.metric.casefold() else ""

    def state(self, what: str) -> list[str]:
        """How far it is; nothing where the buttons say it."""
        one, ends = self._one, self._ends
        found: list[str] = []
        archived = next((one for one in (ends.from_team, ends.to_team) if is_archived(one)), None)
        gone = ends.row.kind is K.DEPENDS_ON and self._side is Side.FROM and archived is ends.to_team
        if archived is not None and gone:
            msgid = N_("{team} is archived, so nobody there does this. Please ask another team.")
            return [self._say(msgid, team=archived.name)]
        if archived is not None:
            return [self._say(N_("{team} is archived, so nothing is needed."), team=archived.name)]
        if agreements.is_within(ends):
            return [
                self._say(N_("Both are one team now, {team}, so nothing is asked of another."), team=ends.to_team.name)
            ]
        if not agreements.is_in_force(ends):
            return [self._say(N_("{kr} is not worked on any more, so nothing is needed."), kr=self.key)]
        if one.needed_by is not None and what in ("asked", "kept", "reworded") and one.needed_by.weekday() > 4:
            weekday = say.weekday(one.needed_by, self._lang, long=True)
            found.append(self._say(_WEEKEND, day=self._day(one.needed_by), weekday=weekday))
        match one.state:
            case State.AGREED if ends.row.kind is K.DEPENDS_ON:
                found.append(self._say(N_("Agreed: both teams said yes to these words.")))
                if one.slips_to is not None and what != "slips":
                    slips = N_("{team} says it slips to {day}.")
                    found.append(self._say(slips, team=ends.to_team.name, day=self._day(one.slips_to)))
            case State.AGREED:
                within = ends.from_team.id == ends.to_team.id
                found.append(self._say(N_("It stands on both of them.") if within else N_("Both teams see it so.")))
            case State.DONE:
                found.append(self._say(N_("Done.")))
            case State.DECLINED if one.is_refused or ends.row.kind is K.CONFLICTS:
                team = ends.to_team.name
                note = N_("{team} said no: {note}") if one.note else N_("{team} said no.")
                found.append(self._say(note, team=team, note=one.note or ""))
            case State.DECLINED:
                found.append(self._say(N_("{team} does not need it any more."), team=ends.from_team.name))
            case _:
                found += self._waiting(what)
        return found

    def _waiting(self, what: str) -> list[str]:
        one, mine = self._one, self._side
        if self._ends.row.kind is K.CONFLICTS:
            team = self._ends.team(mine.other if one.said_yes(mine) else mine)
            if one.said_yes(mine) or one.said_yes(mine.other):
                return [self._say(N_("It is settled once {team} says so as well."), team=team.name)]
            return []
        if one.waits_for is not mine and what not in ("asked", "asked_again", "open"):
            return [self._say(N_("{team} has not said yes yet."), team=self._ends.team(mine.other).name)]
        if one.waits_for is mine and one.rev > 1 and what != "reworded":
            return [self._say(N_("{team} worded it so."), team=self._ends.team(mine.other).name)]
        return []

    # --- buttons ------------------------------------------------------------------------------------

    def _tap(self, action: str, label: str, *, style: str = "", more: str = "", **params: Any) -> Tap:
        value = f"{self._token}:{self._one.rev}:{self._side.value}"
        return Tap(f"agreement_{action}", f"{value}:{more}" if more else value, self._say(label, **params), style)

    def taps(self, what: str) -> list[Tap]:
        """What this side can do now."""
        ends, one = self._ends, self._one
        if not agreements.is_in_force(ends) or one.state is State.DONE:
            return []
        if ends.row.kind is K.CONFLICTS:
            return self._taps_of_conflict()
        talk = [self._tap("talk", N_("Talk first"))]
        words = [self._tap("words", N_("Change wording"))]
        match one.state:
            case State.AGREED if ends.row.kind is K.DEPENDS_ON:
                return self._taps_when_agreed(what) + words + talk
            case State.AGREED if self._side is Side.FROM:
                return [self._tap("drop", N_("Take back"))]
            case State.AGREED:
                return [self._tap("no", N_("Decline"))]
            case State.DECLINED if self._side is Side.TO and one.is_refused:
                return [self._tap("yes", N_("Agree after all")), *words]
            case State.DECLINED if self._side is Side.FROM and one.is_refused:
                return [*words, *talk, self._tap("drop", N_("Not needed"))]
            case State.DECLINED:
                return []
        drop = self._tap("drop", N_("Not needed")) if self._side is Side.FROM else self._tap("no", N_("Decline"))
        if one.waits_for is self._side:
            return [self._tap("yes", N_("Agree"), style="primary"), *words, *talk, drop]
        again = [self._tap("again", N_("Ask them now"))] if self._side is Side.FROM else []
        again = [] if what in ("asked", "asked_again", "kept") else again
        return [*again, *words, *talk, drop]

    def _taps_when_agreed(self, what: str) -> list[Tap]:
        one = self._one
        if self._side is Side.TO:
            yes = [self._tap("on_track", N_("Yes"), style="primary")] if what == "near" or one.slips_to else []
            no = [self._tap("no", N_("No"))] if what == "near" else []
            return [*yes, self._tap("slip", N_("Slipping to …")), *no]
        taps = [self._tap("done", N_("Done"), style="primary" if what == "due" else "")]
        if one.slips_to is not None:
            day = self._day(one.slips_to)
            iso = one.slips_to.isoformat()
            taps.insert(0, self._tap("new_day", N_("{day} is fine"), style="primary", more=iso, day=day))
        return taps

    def _taps_of_conflict(self) -> list[Tap]:
        one = self._one
        if one.state not in OPEN_STATES:
            return []
        settled = [] if one.said_yes(self._side) else [self._tap("yes", N_("It is settled"), style="primary")]
        return [*settled, self._tap("talk", N_("Talk first")), self._tap("no", N_("No conflict"))]


# --- answers --------------------------------------------------------------------------------------------


def _agreement(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """An agreement as it stands, to somebody who did something about it."""
    ends = agreements.ends_of(session, int(data["alignment"]))
    if ends is None:
        return cards.card("notice", person.lang.value, text=cards.text(GONE, person.lang.value))
    what = str(data.get("what", ""))
    return agreement_card(session, cards, person, ends, Side(data["side"]), now, what=what, data=data)


GONE = N_("That is gone, so nothing was recorded.")


def _not_yours(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """Who speaks for that side, by name."""
    lang: Lang = person.lang.value
    ends = agreements.ends_of(session, int(data["alignment"]))
    team = None if ends is None else ends.team(Side(data["side"]))
    found = None if ends is None else speaker(session, ends, Side(data["side"]))
    if team is None:
        text = cards.text(GONE, lang)
    elif found is None or found.id == person.id:
        text = cards.text(N_("Only the lead of {team} can answer that, and it has none yet."), lang, team=team.name)
    else:
        msgid = N_("Only {name} can answer that for {team}. Nothing was recorded.")
        text = cards.text(msgid, lang, name=found.short_name, team=team.name)
    return cards.card("notice", lang, text=text)


ANSWERS: Mapping[str, View] = {"agreement": _agreement, "agreement_not_yours": _not_yours}


# --- forms ----------------------------------------------------------------------------------------------


def _words_form(session: Session, _person: m.Person, data: Data, _now: datetime) -> dict[str, Any]:
    """The words and the day as they stand, to be changed."""
    row = session.exec(select(m.Alignment).where(m.Alignment.token == str(data["token"]).partition(":")[0])).one()
    return {
        "token": data["token"],
        "text": row.text,
        "by": "" if row.needed_by is None else row.needed_by.isoformat(),
        "has_day": row.kind is K.DEPENDS_ON,
    }


FORMS: Mapping[str, Prepare] = {"agreement_words_form": _words_form}
