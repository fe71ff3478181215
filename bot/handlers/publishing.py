"""From draft to active: the draft's card, asking the team, publishing, approving, taking back (spec/09 §15.1)."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal

from sqlmodel import col

from bot.handlers.form_values import Fields, one_line
from bot.handlers.naming import visible_teams, which_team
from bot.handlers.order import MINE, Order, Topic
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.showing import ITEMS_KNOWN, shows_in_place
from bot.handlers.verbs import Verb, without_filler
from bot.handlers.writing_for import asks_whose, without_for
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Nothing, Submitted
from bot.okr.access import may_publish, sees_drafts
from bot.okr.approving import lapse_at, remind_at
from bot.views.draft_cards import GONE
from bot.views.facts import calendar_view, person_facts
from bot.views.publishing import NOTHING_YET, ONLY_ADMIN, ONLY_LEAD
from bot.views.rights import actor_of
from storage import agendas, conversations, deliveries, drafts, publishing, remarks
from storage import models as m
from storage.published_since import Done, Since, done_since
from storage.publishing import Moments
from storage.seals import as_one, seals_of
from storage.settings import is_archived
from storage.teams import lead_of

MOST_NOTE = 300
PUBLISHED = N_("{title} is published already.")
NOT_A_DRAFT = N_("{title} is not a draft any more, so nothing was changed.")
WAITS = N_("{title} waits for {name}'s approval, so nothing was changed.")
NOT_ASKED = N_("That is not yours to approve, so nothing was changed.")
PROVE_IT = N_("Not sure that it brings the objective closer. What would prove it better?")
NOT_YOURS_NOW = N_("That is somebody else's to approve by now, so nothing was changed.")
ARCHIVED = N_("{team} is archived, so nothing was changed.")
NOTHING_WRITTEN = N_("No team has anything written that is not published yet.")
TEN = N_("Please give a number from 0 to 10, such as 7/10.")
SINCE = {
    Done.ENDED: N_("Dropped: {krs}"),
    Done.ADDED: N_("Added: {krs}"),
    Done.CHANGED: N_("Changed: {krs}"),
    Done.LINKED: N_("Linked: {krs}"),
    Done.ANSWERED: N_("Answered: {krs}"),
}
"""What keeps a publication from being taken back."""
_SURE = re.compile(r"(\d{1,2}(?:[.,]\d{1,2})?)(?:/10)?")


# --- the draft ----------------------------------------------------------------------------------------------


def _publish(order: Order) -> Reply:
    """`/okr publish [team]`: what the team is writing; several of them are asked about."""
    turn = order.turn
    name = without_for(turn, without_filler(order.rest))
    every = () if name else asks_whose(turn, order.view)
    if every:
        writing = publishing.teams_writing(turn.session, turn.person.workspace_id)
        return _of_any(turn, [one for one in every if one.id in writing])
    led = [one.team for one in order.view.teams if one.rows.lead_id == turn.person.id]
    found = led if led and not name else visible_teams(turn, order.view, name)
    if len(found) != 1:
        return which_team(found, "drafts", N_("You are in no team yet, so there is nothing to publish."), name)
    return _drafts_of(turn, found[0])


def _of_any(turn: Turn, writing: Sequence[m.Team]) -> Reply:
    """Of an admin who is in no team: what the one team writes, or which of them."""
    return _drafts_of(turn, writing[0]) if len(writing) == 1 else which_team(writing, "drafts", NOTHING_WRITTEN)


def _drafts_of(turn: Turn, team: m.Team) -> Reply:
    rows = publishing.drafts_in(turn.session, team.id)
    if not sees_drafts(actor_of(turn.session, turn.person), team.id):
        return _who_may(turn, team)
    if not rows:
        return notice(N_("{team} has nothing written that is not published yet."), team=team.name)
    return Answer("draft", {"objective": rows[0].id}) if len(rows) == 1 else Answer("drafts", {"team": team.id})


def _drafts(turn: Turn, value: str) -> Reply:
    return _publish(Order(turn, fresh_view(turn), "" if value == MINE else value))


def _draft(turn: Turn, token: str) -> Reply:
    row = seen_draft(turn, token)
    return notice(GONE) if row is None else Answer("draft", {"objective": row.id})


def seen_draft(turn: Turn, token: str) -> m.Objective | None:
    """The objective of a button, for those who see its draft; None for all others, and for one that is gone."""
    row = drafts.objective_by_token(turn.session, token)
    if row is None or row.workspace_id != turn.person.workspace_id:
        return None
    return row if sees_drafts(actor_of(turn.session, turn.person), row.team_id) else None


def _for_lead(does: Callable[[Turn, m.Objective], Reply]) -> Callable[[Turn, str], Reply]:
    """A button on a draft for those who may publish it; all others are told who may."""

    def pressed(turn: Turn, token: str) -> Reply:
        row = seen_draft(turn, token)
        if row is None:
            return notice(GONE)
        return _refused(turn, row) or _archived(turn, row) or does(turn, publishing.hold(turn.session, row))

    return pressed


def _refused(turn: Turn, row: m.Objective) -> Reply | None:
    if may_publish(actor_of(turn.session, turn.person), row.team_id):
        return None
    return _who_may(turn, turn.session.get_one(m.Team, row.team_id))


def _who_may(turn: Turn, team: m.Team) -> Answer:
    lead = lead_of(turn.session, team.id)
    if lead is None:
        return notice(ONLY_ADMIN, team=team.name)
    return notice(ONLY_LEAD, lead=lead.short_name, team=team.name)


def _ask_team(turn: Turn, row: m.Objective) -> Reply:
    team = turn.session.get_one(m.Team, row.team_id)
    if row.state is m.ObjectiveState.TEAM_REVIEW:
        return notice(N_("The team is asked already; the message in its channel follows every change."))
    if row.state is not m.ObjectiveState.DRAFT:
        return _not_now(turn, row)
    if team.channel_ref is None:
        return notice(N_("{team} has no channel yet, so there is nowhere to ask. /okr settings team"), team=team.name)
    publishing.ask_team(turn.session, row, turn.person.id, turn.now)
    shows_in_place(turn)
    return notice(N_("I've asked the team in its channel; what they say stands on the draft: /okr publish."))


def _not_now(turn: Turn, row: m.Objective) -> Answer:
    """Why it can be neither reviewed nor published at this moment."""
    match row.state:
        case m.ObjectiveState.APPROVAL:
            approval = publishing.newest_approval(turn.session, row.id)
            name = "" if approval is None else turn.session.get_one(m.Person, approval.approver_id).short_name
            return notice(WAITS, title=row.title, name=name)
        case m.ObjectiveState.ACTIVE:
            return notice(PUBLISHED, title=row.title)
        case _:
            return notice(NOT_A_DRAFT, title=row.title)


# --- publishing ---------------------------------------------------------------------------------------------


def _publish_pressed(turn: Turn, row: m.Objective) -> Reply:
    refused = _cannot_publish(turn, row)
    form = FormRequest(
        "publish_form", {"objective": row.id}, action="publish", value=drafts.token_of(turn.session, row)
    )
    return refused or form


def _cannot_publish(turn: Turn, row: m.Objective) -> Answer | None:
    if row.state not in (m.ObjectiveState.DRAFT, m.ObjectiveState.TEAM_REVIEW):
        return _not_now(turn, row)
    rows = publishing.to_publish(turn.session, row)
    if not rows:
        return notice(NOTHING_YET)
    return Answer("cannot_publish", {"objective": row.id}) if publishing.gaps(turn.session, rows) else None


def _archived(turn: Turn, row: m.Objective) -> Answer | None:
    team = turn.session.get_one(m.Team, row.team_id)
    return notice(ARCHIVED, team=team.name) if is_archived(team) else None


def _publish_submitted(turn: Turn, what: Submitted) -> Reply:
    row = seen_draft(turn, what.token)
    if row is None:
        return notice(GONE)
    no = _refused(turn, row) or _archived(turn, row) or _cannot_publish(turn, publishing.hold(turn.session, row))
    if no is not None:
        return no
    rows = publishing.to_publish(turn.session, row)
    fields = Fields(turn, what.values)
    sure = {one.id: _sure(fields, one.token) for one in rows}
    enough = fields.text("sufficiency", MOST_NOTE)
    if fields.problems:
        return FormErrors(fields.problems)
    for one in rows:
        one.initial_confidence = sure[one.id] if sure[one.id] is not None else one.initial_confidence
        turn.session.add(one)
    row.sufficiency = enough or None
    turn.session.add(row)
    unsure = [one for one in rows if one.token in fields.ticked("unsure")]
    _keep_doubts(turn, row, unsure)
    turn.session.flush()
    return _on_its_way(turn, row, [f"KR{one.number}" for one in unsure])


def _sure(fields: Fields, name: str) -> Decimal | None:
    """A likelihood from 0 to 10; None where nothing was typed."""
    text = unicodedata.normalize("NFKC", fields.text(name, 20)).replace(" ", "")
    if not text:
        return None
    found = _SURE.fullmatch(text)
    number = None if found is None else Decimal(found[1].replace(",", "."))
    if number is None or number > 10:
        fields.problem(name, TEN)
        return None
    return number


def _keep_doubts(turn: Turn, row: m.Objective, unsure: Sequence[m.KeyResult]) -> None:
    """What the publisher is not sure about stands among the comments (spec/04 K22); once for each."""
    words = turn.say(PROVE_IT)
    known = {(one.kr_id, one.text) for one in remarks.comments_on(turn.session, row.id) if one.settled_at is None}
    for one in unsure:
        if (one.id, words) not in known:
            kind = m.RemarkKind.COMMENT
            remarks.add(turn.session, row, kind, words, turn.person.id, turn.now, kr_id=one.id)


def _on_its_way(turn: Turn, row: m.Objective, unsure: list[str]) -> Reply:
    """To the approver where the workspace requires it, else published at once; told to the approver by default."""
    team = turn.session.get_one(m.Team, row.team_id)
    rule = publishing.rule_of(turn.session, row.workspace_id)
    none = rule is m.ApprovalRule.NONE
    approver = None if none else publishing.approver_of(turn.session, team, turn.person.id)
    if rule is m.ApprovalRule.REQUIRED and approver is not None:
        moments = moments_for(turn, team, approver)
        publishing.ask_approver(turn.session, row, approver, turn.person.id, moments, turn.now)
        said = N_(
            "I've asked {name} to approve {title}. Without an answer in five working days it is published anyway."
        )
        return notice(said, name=approver.short_name, title=row.title)
    post = publishing.go_live(turn.session, row, turn.person.id, turn.now)
    post.data = {**post.data, "inbox": turn.inbox.id}
    turn.session.add(post)
    if approver is not None:
        publishing.tell(turn.session, row, approver, post, turn.now)
    told = None if approver is None else approver.id
    return Answer("published", {"post": post.id, "told": told, "unsure": unsure, "inbox_id": turn.inbox.id})


def moments_for(turn: Turn, team: m.Team, approver: m.Person) -> Moments:
    """When the approver is reminded and when it lapses, by their own days."""
    facts = person_facts(calendar_view(turn.session, team, approver, turn.now), approver)
    return Moments(remind_at(turn.now, facts.zone, facts.calendar), lapse_at(turn.now, facts.zone, facts.calendar))


# --- approving ----------------------------------------------------------------------------------------------


def asked_of(turn: Turn, token: str) -> tuple[m.Approval, m.Objective] | Answer:
    """The request of a button, held against others; a sentence for one that is not this person's to answer.

    Where they were asked and lead nothing above it any more, the clock asks whoever does (`Approvals`).
    """
    approval = publishing.approval_by_token(turn.session, token)
    if approval is None or approval.workspace_id != turn.person.workspace_id:
        return notice(NOT_ASKED)
    is_admin = turn.person.role is m.WorkspaceRole.ADMIN and turn.person.id != approval.asked_by_id
    if turn.person.id != approval.approver_id and not is_admin:
        return notice(NOT_ASKED)
    objective = publishing.hold(turn.session, turn.session.get_one(m.Objective, approval.objective_id))
    turn.session.refresh(approval)
    if not is_admin and not publishing.may_approve(turn.session, objective, approval):
        return notice(NOT_YOURS_NOW)
    return _archived(turn, objective) or (approval, objective)


def _approve(turn: Turn, value: str) -> Reply:
    token, _, seal = value.partition(":")
    found = asked_of(turn, token)
    return found if isinstance(found, Answer) else approved(turn, *found, seal=seal)


def approved(turn: Turn, approval: m.Approval, row: m.Objective, *, seal: str | None) -> Reply:
    """A yes to what stood on a card (`seal`), or to what was shown last (None); what was not seen is shown first."""
    is_late = publishing.is_late(turn.session, row, approval)
    is_open = approval.state is m.ApprovalState.ASKED and row.state is m.ObjectiveState.APPROVAL
    if not is_open and not is_late:
        return _answered(turn, approval, row)
    rows = publishing.to_publish(turn.session, row)
    if is_open and not rows:
        publishing.send_back(turn.session, row, approval, None, turn.now, None)
        return notice(N_("{title} has no key results any more, so it is a draft again."), title=row.title)
    if _was_changed(turn, approval, row, seal):
        return _show_anew(turn, approval, row)
    if is_late:
        publishing.answer(turn.session, approval, m.ApprovalState.APPROVED, turn.now)
        return notice(N_("Thank you; {title} is approved."), title=row.title)
    gap = next(iter(publishing.gaps(turn.session, rows)), None)
    if gap is not None:
        words = N_(
            "Nobody answers for {kr} any more, so it cannot be published. Please send it back, or name an owner."
        )
        return notice(words, kr=f"KR{gap.row.number}")
    publishing.answer(turn.session, approval, m.ApprovalState.APPROVED, turn.now)
    publishing.go_live(turn.session, row, approval.asked_by_id, turn.now, approval)
    return notice(N_("Thank you; {title} is approved, and published now."), title=row.title)


def _was_changed(turn: Turn, approval: m.Approval, row: m.Objective, seal: str | None) -> bool:
    if seal is None:
        return bool(publishing.changed_since_asked(turn.session, row, approval))
    return seal != as_one(seals_of(turn.session, row))


def _show_anew(turn: Turn, approval: m.Approval, row: m.Objective) -> Reply:
    """The set as it stands now, with what is different from what they saw."""
    found = publishing.changed_since_asked(turn.session, row, approval)
    publishing.ask_about_all(turn.session, row, approval)
    what = {"changed": list(found.changed), "added": list(found.added), "left_out": list(found.left_out)}
    return Answer("approval", {"approval": approval.id, "since": what})


def _answered(turn: Turn, approval: m.Approval, row: m.Objective) -> Reply:
    if approval.state is not m.ApprovalState.SENT_BACK and row.state is m.ObjectiveState.DRAFT:
        return notice(N_("{title} was taken back, and is a draft again."), title=row.title)
    match approval.state:
        case m.ApprovalState.APPROVED:
            return notice(N_("{title} is approved already."), title=row.title)
        case m.ApprovalState.SENT_BACK:
            return notice(N_("{title} was sent back already; it is a draft again."), title=row.title)
        case _:
            return _not_now(turn, row)


def _approval(turn: Turn, token: str) -> Reply:
    """One of several requests: its card."""
    found = asked_of(turn, token)
    return found if isinstance(found, Answer) else Answer("approval", {"approval": found[0].id, "since": None})


def _send_back(turn: Turn, token: str) -> Reply:
    found = asked_of(turn, token)
    if isinstance(found, Answer):
        return found
    approval, row = found
    form = FormRequest("send_back_form", {"approval": approval.id}, action="send_back", value=approval.token)
    return still_open(turn, approval, row) or form


def still_open(turn: Turn, approval: m.Approval, row: m.Objective) -> Reply | None:
    """None while it waits for an answer, else the sentence that says what became of it."""
    is_open = approval.state is m.ApprovalState.ASKED and row.state is m.ObjectiveState.APPROVAL
    return None if is_open else _answered(turn, approval, row)


def _sent_back(turn: Turn, what: Submitted) -> Reply:
    found = asked_of(turn, what.token)
    if isinstance(found, Answer):
        return found
    approval, row = found
    closed = still_open(turn, approval, row)
    if closed is not None:
        return closed
    note = one_line(what.values.get("note"))
    if not note:
        return FormErrors({"note": turn.say(N_("Please say in a line what they should look at again."))})
    if len(note) > MOST_NOTE:
        return FormErrors({"note": turn.say(N_("That is longer than {most} characters."), most=MOST_NOTE)})
    return refused_with(turn, approval, row, note)


def refused_with(turn: Turn, approval: m.Approval, row: m.Objective, note: str) -> Reply:
    """A no with its reason."""
    closed = still_open(turn, approval, row)
    if closed is not None:
        return closed
    publishing.send_back(turn.session, row, approval, turn.person.id, turn.now, note)
    return notice(N_("{title} is a draft again, and those who wrote it have your note."), title=row.title)


# --- taking back --------------------------------------------------------------------------------------------


def take_back_publication(turn: Turn, post: m.Delivery) -> Reply:
    """`undo`, said of what was published last."""
    return _undo(turn, post.token)


def _undo(turn: Turn, token: str) -> Reply:
    post = publishing.post_by_token(turn.session, token)
    row = None if post is None else turn.session.get(m.Objective, post.data["objective"])
    if post is None or row is None or row.workspace_id != turn.person.workspace_id:
        return notice(GONE)
    no = _refused(turn, row) or _archived(turn, row)
    if no is not None:
        return no
    publishing.hold(turn.session, row)
    turn.session.refresh(post)
    newest = publishing.newest_post(turn.session, row.id)
    if post.data.get("undone") or row.state is not m.ObjectiveState.ACTIVE or newest is None or newest.id != post.id:
        return notice(N_("That is taken back already."))
    if publishing.is_over_for_undo(post, turn.now):
        return notice(N_("That stays: it is more than a day old. /okr drop ends one."))
    since = done_since(turn.session, post)
    if since:
        words = N_("That stays, for others have worked with it since. {what}. Undo that first, or end one: /okr drop")
        return notice(words, what=_told(turn, since))
    publishing.take_back(turn.session, row, post, turn.person.id, turn.now)
    _close_questions(turn, post.data["krs"])
    if shows_in_place(turn):
        return Nothing()
    return Answer("published", {"post": post.id, "inbox_id": turn.inbox.id})


def _told(turn: Turn, since: Sequence[Since]) -> str:
    """What was done since, the same things together."""
    labels = {done: [one.label for one in since if one.done is done] for done in SINCE}
    told = [turn.say(SINCE[done], krs=" · ".join(krs)) for done, krs in labels.items() if krs]
    return "; ".join(told)


def _close_questions(turn: Turn, kr_ids: Sequence[int]) -> None:
    """Nobody is asked about them any more."""
    for kr_id in kr_ids:
        conversations.close_questions_of(turn.session, kr_id, turn.now)
    for item, prompt in agendas.items_about(turn.session, kr_ids, turn.now - ITEMS_KNOWN):
        if item.state is m.ItemState.OPEN:
            item.state = m.ItemState.SUPPRESSED
            turn.session.add(item)
            turn.session.flush()
            deliveries.want_newest(turn.session, col(m.Delivery.prompt_id) == prompt.id)


TOPIC = Topic(
    verbs={Verb.PUBLISH: _publish},
    buttons={
        "drafts": _drafts,
        "draft": _draft,
        "ask_team": _for_lead(_ask_team),
        "publish": _for_lead(_publish_pressed),
        "approval": _approval,
        "approve_draft": _approve,
        "send_back": _send_back,
        "undo_publish": _undo,
    },
    forms={"publish": _publish_submitted, "send_back": _sent_back},
)
