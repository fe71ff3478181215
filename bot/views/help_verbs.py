"""`/okr help add`: what each command does, in one line, and one example that works when it is typed (spec/06 §11.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.model import KRState
from bot.views.help import name_of
from bot.views.person import PersonView, person_view
from storage import advice
from storage import models as m
from storage.teams import people_by_id

MORE = N_("More: /okr help {topic}")


@dataclass(frozen=True, slots=True)
class VerbHelp:
    """What a command does; how it is typed, with places for what is the reader's own; the topic that tells more."""

    does: str
    example: str
    topic: str = ""


VERB_HELP: Mapping[str, VerbHelp] = {
    "board": VerbHelp(
        N_("Shows your team's board; a team's name, me, company or attention show others."), N_("/okr board"), "status"
    ),
    "update": VerbHelp(
        N_("Opens a form for all your key results; with words it records them."),
        N_("/okr update {kr} no change"),
        "reply",
    ),
    "show": VerbHelp(
        N_("Shows everything about one key result: readings, pace, words, links, changes."),
        N_("/okr show {kr}"),
        "status",
    ),
    "why": VerbHelp(
        N_("Shows the arithmetic behind the score and the colour of a key result."), N_("/okr why {kr}"), "scores"
    ),
    "digest": VerbHelp(
        N_("Shows you what the channel will read before the meeting."), N_("/okr digest preview"), "digest"
    ),
    "away": VerbHelp(
        N_("I ask nothing while you are away. Somebody you name is asked for you."),
        N_("/okr away next week"),
        "settings",
    ),
    "back": VerbHelp(N_("Ends your absence: I ask again."), N_("/okr back"), "settings"),
    "undo": VerbHelp(N_("Takes back what you said last, for 24 hours."), N_("/okr undo"), "reply"),
    "lang": VerbHelp(N_("Changes the language I write to you in: en or zh."), N_("/okr lang en"), "settings"),
    "help": VerbHelp(
        N_("Tells what you can say; with a topic or a command, more about that."), N_("/okr help start"), "start"
    ),
    "next": VerbHelp(
        N_("Adds a next step: what, who, by when. Without words it lists those there are."),
        N_('/okr next "Call the bank" by Fri'),
        "review",
    ),
    "win": VerbHelp(
        N_("Notes something that went well, for the board."), N_('/okr win "First customer went live"'), "digest"
    ),
    "health": VerbHelp(
        N_("Lists what must not get worse meanwhile, or says how one of it is."), N_("/okr health"), "workshop"
    ),
    "own": VerbHelp(
        N_("Says who answers for a key result: the lead owner first, then co-owners."),
        N_("/okr own {kr} {person}"),
        "change",
    ),
    "align": VerbHelp(
        N_("Links a key result to what it helps, of your company or another team."),
        N_("/okr align {kr} supports {their}"),
        "agree",
    ),
    "depends": VerbHelp(
        N_("Asks another team's lead for something you need, by a day."),
        N_('/okr depends {kr} on {team} "Phone script" by Fri'),
        "agree",
    ),
    "conflict": VerbHelp(
        N_("Tells both leads that two key results pull against each other."),
        N_('/okr conflict {kr} with {their} "Both need the same people"'),
        "agree",
    ),
    "pause": VerbHelp(
        N_("Stops the questions and the clock of a key result until a day, with a reason."),
        N_("/okr pause {kr} until next Fri because the supplier stopped"),
        "change",
    ),
    "resume": VerbHelp(N_("Goes on with a key result that is paused."), N_("/okr resume {kr}"), "change"),
    "drop": VerbHelp(
        N_("Gives up a key result, with a reason. It stays in the history."),
        N_("/okr drop {kr} because the customer left"),
        "change",
    ),
    "edit": VerbHelp(
        N_(
            "Changes a key result, with a reason: target, start, due, title, owner, weight, pace, type. "
            "An objective too: /okr edit objective"
        ),
        N_("/okr edit {kr} weight 2 because it matters most"),
        "change",
    ),
    "replace": VerbHelp(
        N_("Puts a new key result in the place of one, with a reason; both stay linked."),
        N_('/okr replace {kr} with "Raise renewals from 20% to 40%" because the market moved'),
        "change",
    ),
    "snooze": VerbHelp(N_("Puts off the question that is open."), N_("/okr snooze 2h"), "settings"),
    "report": VerbHelp(
        N_("Gives you text to paste: me or team, week or quarter."), N_("/okr report team week"), "review"
    ),
    "export": VerbHelp(
        N_("Gives you the OKRs as a file: csv or json, team or company."), N_("/okr export csv team"), "privacy"
    ),
    "settings": VerbHelp(
        N_("Shows your own settings; team and workspace show theirs."), N_("/okr settings"), "settings"
    ),
    "timezone": VerbHelp(
        N_("Tells me where you are, for the time of your question."), N_("/okr timezone Madrid"), "settings"
    ),
    "check": VerbHelp(
        N_("What a good coach would say about your team's OKRs, or one key result. It only advises."),
        N_("/okr check"),
        "write",
    ),
    "publish": VerbHelp(
        N_("Shows your team's drafts, and publishes them with one tap."), N_("/okr publish"), "publish"
    ),
    "add": VerbHelp(
        N_("Writes a draft that only your team sees: an objective, a kr, or a sprint result below a kr."),
        N_('/okr add kr "Lower refund rate from 0.5% to 0.2%"'),
        "write",
    ),
    "import": VerbHelp(
        N_("Takes a whole set at once: an objective on one line, its key results below it."), N_("/okr import"), "write"
    ),
    "setup": VerbHelp(N_("Makes a new team in four steps: channel, meeting, cycle, OKRs."), N_("/okr setup"), "setup"),
    "members": VerbHelp(
        N_("Shows who is in your team; the lead adds and removes people there."), N_("/okr members"), "setup"
    ),
}
"""By the English spelling of the command; a test holds that none is missing, and types every example."""


def verb_help_card(session: Session, cards: Cards, person: m.Person, verb: str, now: datetime) -> Card | None:
    """What a command does and an example with the reader's own key results and neighbours; None for no command."""
    found = VERB_HELP.get(verb)
    if found is None:
        return None
    lang: Lang = person.lang.value
    places = _places(session, person_view(session, person, now), lang)
    lines = [cards.text(found.does, lang), cards.text(found.example, lang, **places)]
    if found.topic:
        lines.append(cards.text(MORE, lang, topic=name_of(found.topic, lang)))
    return cards.card("help_topic", lang, lines=lines)


def _places(session: Session, view: PersonView, lang: Lang) -> dict[str, str]:
    """What stands in the examples: the reader's first key result, the lead, and a neighbour; else pretend ones."""
    own = next((one for one in view.own if one.kr.state is KRState.ACTIVE), None)
    places = {"kr": "KR2", "person": "@梅" if lang == "zh" else "@mei", "team": "@SUP", "their": "SAL-3"}
    if own is not None:
        places["kr"] = view.label(own)
    home = view.teams[0] if view.teams else None
    if home is None:
        return places
    lead = people_by_id(session, [home.rows.lead_id] if home.rows.lead_id else []).get(home.rows.lead_id or 0)
    if lead is not None:
        places["person"] = f"@{lead.short_name}"
    beside = advice.teams_beside(session, home.team)
    if beside:
        places["team"] = f"@{beside[0].key}"
    if home.rows.cycle is not None:
        theirs = advice.elsewhere(session, home.team, home.rows.cycle.first_day, home.rows.cycle.last_day)
        if theirs:
            places["their"] = f"{theirs[0].team.key}-{theirs[0].row.number}"
    return places
