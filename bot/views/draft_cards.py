"""The cards of a set of OKRs from its draft on: to its team, its approver, and the channel (spec/09 §15.1)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.access import Sight, may_draft, may_publish, sees_drafts, sight_of
from bot.okr.agreements import Side
from bot.views.agreements import name_of
from bot.views.asked_next import asked_next
from bot.views.publishing import advice_shown, gap_words, set_view, who_publishes
from bot.views.rights import actor_of
from bot.views.shapes import Data, Prepare, View
from storage import agreements, draft_messages, drafts, publishing
from storage import models as m
from storage.drafts import BEING_WRITTEN
from storage.seals import as_one, seals_of
from storage.settings import is_archived
from storage.teams import people_by_id

GONE = N_("That draft is gone, so nothing was changed.")
ARCHIVED = N_("{team} is archived, so nothing is needed.")
HANDED_ON = N_("This is with somebody else now.")
MOST_ASKED = 20
"""So many fields stand in one form."""
MOST_TICKED = 10
"""So many boxes stand in one field, on the platform that takes fewest."""


def draft_card(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """The draft for those of its team: the set, what is missing, what was said about it, and what can be done."""
    lang: Lang = person.lang.value
    objective = session.get(m.Objective, data["objective"])
    actor = actor_of(session, person)
    if objective is None or not sees_drafts(actor, objective.team_id):
        return cards.card("notice", lang, text=cards.text(GONE, lang))
    team = session.get_one(m.Team, objective.team_id)
    it = set_view(session, cards, objective, lang, now)
    may, written = may_publish(actor, team.id), objective.state in BEING_WRITTEN
    may_write = may_draft(actor, team.id)
    told, more = advice_shown(session, cards, objective, lang, now, may_write=may_write) if written else ([], 0)
    return cards.card(
        "draft",
        lang,
        it=it,
        how=_how_it_stands(session, cards, objective, lang),
        written=written,
        advice=told,
        more_advice=more,
        who="" if may else who_publishes(session, cards, team, lang),
        may_comment=may_write,
        may_ask=may and objective.state is m.ObjectiveState.DRAFT and bool(it.lines) and team.channel_ref is not None,
        may_publish=may
        and objective.state in (m.ObjectiveState.DRAFT, m.ObjectiveState.TEAM_REVIEW)
        and not it.missing,
    )


def _how_it_stands(session: Session, cards: Cards, objective: m.Objective, lang: Lang) -> str:
    approval = publishing.newest_approval(session, objective.id)
    approver = None if approval is None else session.get_one(m.Person, approval.approver_id).short_name
    match objective.state:
        case m.ObjectiveState.DRAFT if approval is not None and approval.state is m.ApprovalState.SENT_BACK:
            if approval.note:
                return cards.text(N_("{name} sent it back: '{note}'"), lang, name=approver or "", note=approval.note)
            return cards.text(N_("It came back unpublished, and is a draft again."), lang)
        case m.ObjectiveState.DRAFT:
            return cards.text(N_("A draft: only the team sees it, and nobody is asked about it."), lang)
        case m.ObjectiveState.TEAM_REVIEW:
            return cards.text(N_("The team is asked to comment on it."), lang)
        case m.ObjectiveState.APPROVAL:
            return cards.text(N_("{name} is asked to approve it."), lang, name=approver or "")
        case m.ObjectiveState.ACTIVE:
            return cards.text(N_("It is published."), lang)
        case _:
            return cards.text(N_("It is not worked on any more."), lang)


def _drafts(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """Several drafts: which one?"""
    team = session.get_one(m.Team, data["team"])
    rows = [
        {"label": f"O{one.number}", "title": one.title, "token": drafts.token_of(session, one)}
        for one in publishing.drafts_in(session, team.id)
    ]
    return cards.card("which_draft", person.lang.value, team=team.name, rows=rows)


def review_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """In the channel: the draft as it stands, with what was said about it."""
    team = session.get_one(m.Team, row.team_id)
    objective = session.get_one(m.Objective, row.data["objective"])
    it = set_view(session, cards, objective, team.lang.value, now)
    by = session.get_one(m.Person, row.data["by"])
    return cards.card(
        "draft_review", team.lang.value, it=it, by=by.short_name, is_open=objective.state in BEING_WRITTEN
    )


def published_post(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """In the channel: what is published, in a few lines; once it was taken back, it says so."""
    team = session.get_one(m.Team, row.team_id)
    lang: Lang = team.lang.value
    objective = session.get_one(m.Objective, row.data["objective"])
    it = set_view(session, cards, objective, lang, now)
    by = None if row.data["by"] is None else session.get_one(m.Person, row.data["by"])
    return cards.card(
        "published",
        lang,
        it=it,
        by="Okra" if by is None else by.short_name,
        word=_word_of_approver(session, cards, row, lang),
        undone=bool(row.data.get("undone")),
    )


def _word_of_approver(session: Session, cards: Cards, post: m.Delivery, lang: Lang) -> str:
    approval = None if post.data["approval"] is None else session.get_one(m.Approval, post.data["approval"])
    if approval is None:
        return ""
    name = session.get_one(m.Person, approval.approver_id).short_name
    if approval.state is m.ApprovalState.APPROVED:
        return cards.text(N_("Approved by {name}."), lang, name=name)
    return cards.text(N_("Approval open: {name} has not answered yet."), lang, name=name)


def approval_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """To the approver: the set, who wrote it, what was said and agreed; with the two ways to answer."""
    reader = session.get_one(m.Person, row.person_id)
    return _for_approval(session, cards, reader, row.data["approval"], now, again=row.kind == draft_messages.REMINDER)


def _approval_anew(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """The same, to somebody who said yes to what was changed since: what is different comes first."""
    return _for_approval(session, cards, person, data["approval"], now, since=data["since"])


def _for_approval(
    session: Session,
    cards: Cards,
    reader: m.Person,
    approval_id: int,
    now: datetime,
    *,
    again: bool = False,
    since: Mapping[str, list[str]] | None = None,
) -> Card:
    approval = session.get_one(m.Approval, approval_id)
    lang: Lang = reader.lang.value
    objective = session.get_one(m.Objective, approval.objective_id)
    team = session.get_one(m.Team, objective.team_id)
    if is_archived(team):
        return cards.card("notice", lang, text=cards.text(ARCHIVED, lang, team=team.name))
    may = publishing.may_approve(session, objective, approval)
    sight = sight_of(actor_of(session, reader), objective.visibility, objective.team_id)
    if not may and sight is not Sight.ALL:
        return cards.card("notice", lang, text=cards.text(HANDED_ON, lang))
    it = set_view(session, cards, objective, lang, now)
    told, _more = advice_shown(session, cards, objective, lang, now, may_write=False)
    return cards.card(
        "draft_approval",
        lang,
        it=it,
        advice=told,
        by=_name(session, approval.asked_by_id),
        again=again,
        since=since,
        state=approval.state.value,
        note=approval.note or "",
        token=approval.token if may and _can_answer(session, objective, approval) else "",
        seal=as_one(seals_of(session, objective)),
        anew=_is_asked_anew(session, approval),
        handed_on=not may,
        may_send_back=objective.state is m.ObjectiveState.APPROVAL,
        taken_back=_is_taken_back(objective, approval),
    )


def _which_approval(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """Requests to approve, or of other teams, wait for one person: which one is meant?"""
    rows = []
    for approval_id in data["approvals"]:
        approval = session.get_one(m.Approval, approval_id)
        objective = session.get_one(m.Objective, approval.objective_id)
        team = session.get_one(m.Team, objective.team_id).name
        label = f"O{objective.number}"
        rows.append({"team": team, "label": label, "title": objective.title, "token": approval.token, "value": ""})
    for alignment_id, side in data.get("agreements", ()):
        ends = agreements.ends_of(session, alignment_id)
        if ends is not None:
            value = f"{agreements.token_of(session, ends.row)}:{ends.row.rev or 0}:{side}"
            name = name_of(ends, Side.FROM, actor_of(session, person), title=False)
            rows.append({"team": ends.from_team.name, "label": name, "title": ends.row.text, "value": value})
    return cards.card("which_approval", person.lang.value, rows=rows[:MOST_ASKED])


def _is_asked_anew(session: Session, approval: m.Approval) -> bool:
    newest = publishing.newest_approval(session, approval.objective_id)
    return newest is not None and newest.id != approval.id and newest.approver_id == approval.approver_id


def _can_answer(session: Session, objective: m.Objective, approval: m.Approval) -> bool:
    if approval.state is m.ApprovalState.ASKED:
        return objective.state is m.ObjectiveState.APPROVAL
    return publishing.is_late(session, objective, approval)


def _is_taken_back(objective: m.Objective, approval: m.Approval) -> bool:
    answered = approval.state in (m.ApprovalState.APPROVED, m.ApprovalState.LAPSED)
    return answered and objective.state in BEING_WRITTEN


def told_card(session: Session, cards: Cards, row: m.Delivery, _now: datetime) -> Card:
    """To the approver, where nobody has to say yes: it is published. What they may not see is not named."""
    reader = session.get_one(m.Person, row.person_id)
    lang: Lang = reader.lang.value
    objective = session.get_one(m.Objective, row.data["objective"])
    team = session.get_one(m.Team, objective.team_id)
    sight = sight_of(actor_of(session, reader), objective.visibility, team.id)
    post = session.get_one(m.Delivery, row.data["post"])
    name, count = _name(session, row.data["by"]), len(post.data["krs"])
    if post.data.get("undone"):
        text = cards.text(
            N_("{name} of {team} took back what was published; it is a draft again."), lang, name=name, team=team.name
        )
    elif sight is Sight.NOTHING:
        text = cards.text(
            N_("{name} published an objective of {team}; only that team sees it."), lang, name=name, team=team.name
        )
    else:
        msgid = N_("{name} published '{title}' for {team}; key results: {n}. You need not do anything.")
        text = cards.text(msgid, lang, name=name, title=objective.title, team=team.name, n=count)
    seen = sight is not Sight.NOTHING and not post.data.get("undone")
    return cards.card("published_told", lang, text=text, key=team.key if seen else "")


def lapsed_card(session: Session, cards: Cards, row: m.Delivery, _now: datetime) -> Card:
    """To whoever published it: nobody answered, so it is active."""
    lang: Lang = session.get_one(m.Person, row.person_id).lang.value
    objective = session.get_one(m.Objective, row.data["objective"])
    approval = session.get_one(m.Approval, row.data["approval"])
    name = _name(session, approval.approver_id)
    msgid = N_("{name} has not answered in five working days, so '{title}' is published now, with its approval open.")
    if approval.state is m.ApprovalState.APPROVED:
        msgid = N_("'{title}' is published; {name} has approved it by now.")
    return cards.card("notice", lang, text=cards.text(msgid, lang, name=name, title=objective.title))


def sent_back_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """To those who wrote it: it is a draft again, and why."""
    reader = session.get_one(m.Person, row.person_id)
    lang: Lang = reader.lang.value
    objective = session.get_one(m.Objective, row.data["objective"])
    approval = session.get_one(m.Approval, row.data["approval"])
    it = set_view(session, cards, objective, lang, now)
    named = {"name": _name(session, approval.approver_id), "title": objective.title}
    if approval.note:
        text = cards.text(N_("{name} sent '{title}' back: '{note}'"), lang, note=approval.note, **named)
    else:
        text = cards.text(N_("'{title}' could not be published, and is a draft again."), lang, title=objective.title)
    missing = it.missing if objective.state is m.ObjectiveState.DRAFT and not approval.note else ()
    without_owner = it.without_owner if missing and may_draft(actor_of(session, reader), objective.team_id) else ()
    return cards.card("draft_sent_back", lang, text=text, missing=missing, without_owner=without_owner, token=it.token)


def _cannot_publish(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """What stands in the way at this moment; after it was seen to, the way to the draft is left."""
    objective = session.get_one(m.Objective, data["objective"])
    lang: Lang = person.lang.value
    it = set_view(session, cards, objective, lang, now)
    title, missing, without_owner = it.title, it.missing, it.without_owner
    if "kr" in data:  # one that was left as a draft below what is published
        row = session.get_one(m.KeyResult, data["kr"])
        title, found = row.short_title, publishing.gaps(session, [row])
        missing = gap_words(cards, lang, found)
        without_owner = tuple((f"KR{one.row.number}", one.row.token) for one in found)
    return cards.card(
        "cannot_publish",
        lang,
        title=title,
        missing=missing,
        without_owner=without_owner,
        token=it.token,
    )


def _published(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """To whoever published it: what holds from now on, and the way back for a day."""
    lang: Lang = person.lang.value
    post = session.get_one(m.Delivery, data["post"])
    objective = session.get_one(m.Objective, post.data["objective"])
    team = session.get_one(m.Team, objective.team_id)
    return cards.card(
        "published_done",
        lang,
        label=f"O{objective.number}",
        title=objective.title,
        count=len(post.data["krs"]),
        posted=team.channel_ref is not None,
        asked=asked_next(session, cards, lang, team, post.data["krs"], now),
        told=_name(session, data.get("told")),
        unsure=data.get("unsure", []),
        undone=bool(post.data.get("undone")),
        active=objective.state is m.ObjectiveState.ACTIVE,
        token=post.token if publishing.is_open_for_undo(session, post, now) else "",
    )


def _name(session: Session, person_id: int | None) -> str:
    return "" if person_id is None else people_by_id(session, [person_id])[person_id].short_name


# --- forms ------------------------------------------------------------------------------------------------


def _publish_form(session: Session, _person: m.Person, data: Data, _now: datetime) -> dict[str, Any]:
    objective = session.get_one(m.Objective, data["objective"])
    rows = publishing.to_publish(session, objective)[:MOST_ASKED]
    return {
        "token": drafts.token_of(session, objective),
        "title": objective.title,
        "sufficiency": objective.sufficiency or "",
        "doubts": len(rows) <= MOST_TICKED,
        "rows": [
            {
                "name": row.token,
                "label": f"KR{row.number}",
                "title": row.short_title,
                "sure": "" if row.initial_confidence is None else f"{row.initial_confidence.normalize():f}",
            }
            for row in rows
        ],
    }


def _comment_form(session: Session, _person: m.Person, data: Data, _now: datetime) -> dict[str, Any]:
    objective = session.get_one(m.Objective, data["objective"])
    rows = drafts.key_results_of(session, objective.id)
    return {
        "token": drafts.token_of(session, objective),
        "title": objective.title,
        "krs": [{"value": row.token, "label": f"KR{row.number} {row.short_title}"} for row in rows],
    }


def _send_back_form(session: Session, _person: m.Person, data: Data, _now: datetime) -> dict[str, Any]:
    approval = session.get_one(m.Approval, data["approval"])
    return {"token": approval.token, "title": session.get_one(m.Objective, approval.objective_id).title}


ANSWERS: Mapping[str, View] = {
    "approval": _approval_anew,
    "cannot_publish": _cannot_publish,
    "draft": draft_card,
    "drafts": _drafts,
    "published": _published,
    "which_approval": _which_approval,
}
FORMS: Mapping[str, Prepare] = {
    "publish_form": _publish_form,
    "comment_form": _comment_form,
    "send_back_form": _send_back_form,
}
