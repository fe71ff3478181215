"""Every answer by its name: what a handler asked to be said, rendered from what is true when it is shown."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.cards import format as say
from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.intake.conversation import (
    FORM_ERRORS_LATER,
    KEPT_FOR_LATER,
    NOT_ACTIVE,
    OPEN_FORM,
    READ_AGAIN,
    UNKNOWN_INSTALLATION,
    UNKNOWN_PERSON,
)
from bot.okr.access import Sight, sight_of
from bot.okr.localtime import zone
from bot.views import (
    adding,
    adding_forms,
    advice_list,
    agreements,
    asked_about,
    care,
    changing,
    company,
    draft_cards,
    dropping,
    exports,
    field_meant,
    health,
    importing,
    members,
    merging,
    next_steps,
    order_meant,
    owning,
    pasting,
    pausing,
    replacing,
    reports,
    setting_up,
    settings,
    starting,
    wins,
    workspace_settings,
)
from bot.views.away import away_card, back_card, not_away_card
from bot.views.board import attention_card, board_card, my_board_card
from bot.views.digest import digest_preview
from bot.views.echo import echo_card
from bot.views.help import help_card, is_about_replies
from bot.views.help_reply import reply_lines
from bot.views.help_verbs import verb_help_card
from bot.views.my_krs import my_krs_card
from bot.views.person import person_view
from bot.views.prompt import kr_view
from bot.views.rights import actor_of
from bot.views.shapes import Data, View
from bot.views.show import show_card
from bot.views.show_draft import ANSWERS as SHOW_DRAFT
from bot.views.show_objective import ANSWERS as SHOW_OBJECTIVE
from bot.views.visible import Audience
from bot.views.which_kr import ANSWERS as WHICH_KR
from bot.views.why import why_card
from bot.views.win_noted import ANSWERS as WIN_ANSWERS
from storage import agendas, conversations
from storage import models as m
from storage.teams import person_zone

SENTENCES = {
    UNKNOWN_INSTALLATION: N_("Okra is not connected to this workspace. Ask whoever runs it to set it up."),
    UNKNOWN_PERSON: N_("I don't know you yet. Ask whoever runs Okra to add you; nothing was recorded."),
    NOT_ACTIVE: N_("Your account is switched off in Okra, so nothing was recorded."),
    KEPT_FOR_LATER: N_("Something went wrong on my side. I kept what you sent and will read it again."),
}


def render_answer(session: Session, cards: Cards, person: m.Person, name: str, data: Data, now: datetime) -> Card:
    """The answer `name`, in the person's language. Raises `KeyError` for a name nobody registered."""
    card = ANSWERS[name](session, cards, person, data, now)
    again = data.get(READ_AGAIN)
    return card if again is None else _as_kept(session, cards, person, again, card)


def _as_kept(session: Session, cards: Cards, person: m.Person, again: Data, card: Card) -> Card:
    """What was said when something broke, above the answer that it gets at last."""
    lang: Lang = person.lang.value
    workspace = session.get_one(m.Workspace, person.workspace_id)
    at = datetime.fromisoformat(again["at"]).astimezone(zone(person_zone(person, workspace)))
    when = f"{say.day(at.date(), lang)} {say.clock_time(at)}"
    text = cards.text(N_("Now I could read what you wrote on {when}: '{text}'"), lang, when=when, text=again["text"])
    return replace(card, blocks=(*cards.card("notice", lang, text=text).blocks, *card.blocks))


def sentence_card(cards: Cards, lang: Lang, name: str) -> Card:
    """One of our few sentences for people we cannot converse with."""
    return cards.card("notice", lang, text=cards.text(SENTENCES[name], lang))


def kept_card(cards: Cards, lang: Lang, text: str) -> Card:
    """Something broke, the text is kept and will be read again (spec/07 §12.10)."""
    return cards.card("error", lang, text=text)


def _notice(_session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    lang: Lang = person.lang.value
    return cards.card("notice", lang, text=cards.text(data["msgid"], lang, **data.get("params", {})))


def _snoozed(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    lang: Lang = person.lang.value
    workspace = session.get_one(m.Workspace, person.workspace_id)
    at = datetime.fromisoformat(data["at"]).astimezone(zone(person_zone(person, workspace)))
    text = cards.text(N_("OK, I'll ask again {when}."), lang, when=say.weekday_time(at, lang))
    return cards.card("notice", lang, text=text)


def _open_form(_session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    return cards.card("open_form", person.lang.value, action=data["action"], value=data["value"] or "mine")


def _form_errors(_session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    lang: Lang = person.lang.value
    sentences = " ".join(str(one) for one in data["errors"].values())
    text = cards.text(N_("Your form could not be saved: {errors} Please send it again."), lang, errors=sentences)
    return cards.card("notice", lang, text=text)


def _board(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    team = session.get_one(m.Team, data["team"])
    return board_card(session, cards, team, person.lang.value, now, person)


def _person_board(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    about = session.get_one(m.Person, data["person"])
    return my_board_card(session, cards, about, person.lang.value, now, person)


def _attention(session: Session, cards: Cards, person: m.Person, _data: Data, now: datetime) -> Card:
    return attention_card(session, cards, agendas.teams_asking(session, person.id), person.lang.value, now, person)


def _preview(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """As the team's channel will see it, for those of the team; anyone else sees what the workspace may."""
    team = session.get_one(m.Team, data["team"])
    owned = {row.team_id for row in conversations.owned_key_results(session, person.id)}
    inside = team.id in owned or sight_of(actor_of(session, person), "team", team.id) is Sight.ALL
    audience = Audience.TEAM if inside else Audience.WORKSPACE
    return digest_preview(session, cards, team, person.lang.value, now, audience)


def _show(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    view = person_view(session, person, now)
    row = session.get_one(m.KeyResult, data["kr"])
    one = view.by_id.get(row.id) or kr_view(session, row.id, now)
    label = view.label(one) if row.id in view.by_id else one.kr.key
    return show_card(session, cards, one, label, person.lang.value, now, person)


def _why(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    view = person_view(session, person, now)
    row = session.get_one(m.KeyResult, data["kr"])
    one = view.by_id.get(row.id) or kr_view(session, row.id, now)
    label = view.label(one) if row.id in view.by_id else one.kr.key
    return why_card(session, cards, one, label, person.lang.value, now, person)


def _my_krs(session: Session, cards: Cards, person: m.Person, _data: Data, now: datetime) -> Card:
    return my_krs_card(session, cards, person, now)


def _help(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    lang: Lang = person.lang.value
    topic = data.get("topic", "")
    own = reply_lines(cards, person_view(session, person, now), lang) if is_about_replies(topic) else []
    if own:
        return cards.card("help_topic", lang, lines=own)
    verb = data.get("verb", "")
    return (verb and verb_help_card(session, cards, person, verb, now)) or help_card(cards, topic, lang)


def _which_team(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    teams = [session.get_one(m.Team, one) for one in data["teams"]]
    choices = [{"name": team.name, "key": team.key} for team in teams]
    return cards.card("which_team", person.lang.value, teams=choices, action=data["action"])


def _digest_posted(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    lang: Lang = person.lang.value
    workspace = session.get_one(m.Workspace, person.workspace_id)
    until = datetime.fromisoformat(data["until"]).astimezone(zone(person_zone(person, workspace)))
    msgid = N_("The board of {team} goes out now and follows every answer; no second one is posted {when}.")
    when = f"{say.weekday(until.date(), lang)} {say.day(until.date(), lang)}"
    text = cards.text(msgid, lang, team=data["team"], when=when)
    return cards.card("notice", lang, text=text)


ANSWERS: Mapping[str, View] = {
    "notice": _notice,
    "echo": echo_card,
    "snoozed": _snoozed,
    "my_krs": _my_krs,
    "board": _board,
    "person_board": _person_board,
    "attention": _attention,
    "digest_preview": _preview,
    "digest_posted": _digest_posted,
    "away": away_card,
    "not_away": not_away_card,
    "back": back_card,
    "show": _show,
    "why": _why,
    "help": _help,
    "which_team": _which_team,
    OPEN_FORM: _open_form,
    **adding.ANSWERS,
    **adding_forms.ANSWERS,
    FORM_ERRORS_LATER: _form_errors,
    **agreements.ANSWERS,
    **advice_list.ANSWERS,
    **asked_about.ANSWERS,
    **care.ANSWERS,
    **changing.ANSWERS,
    **company.ANSWERS,
    **draft_cards.ANSWERS,
    **dropping.ANSWERS,
    **exports.ANSWERS,
    **field_meant.ANSWERS,
    **health.ANSWERS,
    **importing.ANSWERS,
    **next_steps.ANSWERS,
    **order_meant.ANSWERS,
    **owning.ANSWERS,
    **pasting.ANSWERS,
    **pausing.ANSWERS,
    **replacing.ANSWERS,
    **reports.ANSWERS,
    **members.ANSWERS,
    **merging.ANSWERS,
    **setting_up.ANSWERS,
    **settings.ANSWERS,
    **workspace_settings.ANSWERS,
    **starting.ANSWERS,
    **wins.ANSWERS,
    **SHOW_DRAFT,
    **SHOW_OBJECTIVE,
    **WHICH_KR,
    **WIN_ANSWERS,
}
