"""Comments on drafts, and questions about published key results with their answers (spec/09 §15.1, §15.2)."""

from bot.handlers.form_values import one_line
from bot.handlers.naming import NotOneError, the_key_result
from bot.handlers.order import Topic
from bot.handlers.publishing import seen_draft
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.showing import shows_in_place
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Nothing, Submitted
from bot.okr.access import may_draft
from bot.okr.model import IN_FORCE
from bot.views.draft_cards import GONE
from bot.views.rights import actor_of
from bot.views.team import team_shown
from bot.views.visible import seen_by
from storage import conversations, deliveries, draft_messages, drafts, okrs, remarks
from storage import models as m
from storage.drafts import BEING_WRITTEN
from storage.remarks import MOST_TEXT
from storage.settings import is_archived
from storage.teams import in_charge_of

READS = N_("You read what {team} writes; its members comment on it.")
OVER = N_("{title} is not a draft any more, so there is nothing to comment on. /okr show tells how it stands.")
NO_SUCH = N_("That key result is gone, so nobody was asked.")
NOBODY = N_("Nobody answers for {kr} just now, so your question waits on its list.")
ARCHIVED = N_("{team} is archived, so nothing was sent.")
LONG = N_("That is longer than {most} characters.")


# --- comments -----------------------------------------------------------------------------------------------


def _commentable(turn: Turn, token: str) -> m.Objective | Answer:
    """The draft of a button for somebody who may comment on it, or the sentence that says why not."""
    row = seen_draft(turn, token)
    if row is None:
        return notice(GONE)
    if not may_draft(actor_of(turn.session, turn.person), row.team_id):
        return notice(READS, team=turn.session.get_one(m.Team, row.team_id).name)
    if row.state not in BEING_WRITTEN:
        return notice(OVER, title=row.title)
    return _archived(turn, row.team_id) or row


def _archived(turn: Turn, team_id: int) -> Answer | None:
    """The sentence for a team that is not worked with any more."""
    team = turn.session.get_one(m.Team, team_id)
    return notice(ARCHIVED, team=team.name) if is_archived(team) else None


def _comment(turn: Turn, token: str) -> Reply:
    row = _commentable(turn, token)
    if isinstance(row, Answer):
        return row
    return FormRequest("comment_form", {"objective": row.id}, action="comment", value=token)


def _commented(turn: Turn, what: Submitted) -> Reply:
    row = _commentable(turn, what.token)
    if isinstance(row, Answer):
        return row
    text = one_line(what.values.get("text"))
    if not text:
        return FormErrors({"text": turn.say(N_("Please write a line; nothing was sent."))})
    if len(text) > MOST_TEXT:
        return FormErrors({"text": turn.say(LONG, most=MOST_TEXT)})
    chosen = conversations.key_result_by_token(turn.session, one_line(what.values.get("kr")))
    kr_id = chosen.id if chosen is not None and chosen.objective_id == row.id else None
    remarks.add(turn.session, row, m.RemarkKind.COMMENT, text, turn.person.id, turn.now, kr_id=kr_id)
    draft_messages.show_draft(turn.session, row.id)
    return notice(N_("Thank you; your comment stands on the draft."))


def _settle(turn: Turn, token: str) -> Reply:
    remark = remarks.by_token(turn.session, token)
    row = None if remark is None else turn.session.get_one(m.Objective, remark.objective_id)
    if remark is None or row is None or remark.kind is not m.RemarkKind.COMMENT:
        return notice(GONE)
    seen = _commentable(turn, drafts.token_of(turn.session, row))
    if isinstance(seen, Answer):
        return seen
    if remark.settled_at is None:
        remarks.settle(turn.session, remark, turn.person.id, turn.now)
        draft_messages.show_draft(turn.session, row.id)
    return Nothing() if shows_in_place(turn) else Answer("draft", {"objective": row.id})


# --- questions ----------------------------------------------------------------------------------------------


def _askable(turn: Turn, token: str) -> m.KeyResult | None:
    """The key result of a button, for those who see it. What may not be seen is as good as gone."""
    if conversations.key_result_by_token(turn.session, token) is None:
        return None
    try:
        return the_key_result(turn, fresh_view(turn), token)
    except NotOneError:
        return None


def _question(turn: Turn, token: str) -> Reply:
    row = _askable(turn, token)
    if row is None:
        return notice(NO_SUCH)
    form = FormRequest("question_form", {"kr": row.id}, action="kr_question", value=row.token)
    return _archived(turn, row.team_id) or form


def _on_board(turn: Turn, key: str) -> Reply:
    """[Question] below a board: about which of those that this person sees."""
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, key)
    if team is None:
        return notice(N_("That team is gone, so nobody was asked."))
    seen = seen_by(team_shown(turn.session, team, turn.now), turn.person)
    if not any(one.kr.state in IN_FORCE for part in seen for one in part.key_results):
        return notice(NO_SUCH)
    return FormRequest("board_question_form", {"team": team.id}, action="board_question", value=team.key)


def _asked_on_board(turn: Turn, what: Submitted) -> Reply:
    chosen = one_line(what.values.get("kr"))
    if not chosen:
        return FormErrors({"kr": turn.say(N_("Please choose the key result you ask about."))})
    return _asked(turn, Submitted(what.form, chosen, what.values, what.within))


def _asked(turn: Turn, what: Submitted) -> Reply:
    row = _askable(turn, what.token)
    if row is None:
        return notice(NO_SUCH)
    text = one_line(what.values.get("text"))
    if not text:
        return FormErrors({"text": turn.say(N_("Please ask in one line; nothing was sent."))})
    if len(text) > MOST_TEXT:
        return FormErrors({"text": turn.say(LONG, most=MOST_TEXT)})
    archived = _archived(turn, row.team_id)
    if archived is not None:
        return archived
    objective = turn.session.get_one(m.Objective, row.objective_id)
    remark = remarks.add(turn.session, objective, m.RemarkKind.QUESTION, text, turn.person.id, turn.now, kr_id=row.id)
    owner = next((one for one in in_charge_of(turn.session, row) if one.id != turn.person.id), None)
    key = f"{turn.session.get_one(m.Team, row.team_id).key}-{row.number}"
    if owner is None:
        return notice(NOBODY, kr=key)
    deliveries.plan_delivery(
        turn.session,
        workspace_id=row.workspace_id,
        kind=remarks.QUESTION,
        subject=f"remark:{remark.id}",
        period="asked",
        due_at=turn.now,
        now=turn.now,
        person_id=owner.id,
        data={"remark": remark.id, "kr": row.id, "team": row.team_id},
    )
    return notice(N_("I've asked {name} about {kr}; you get the answer from me."), name=owner.short_name, kr=key)


def _answerable(turn: Turn, token: str) -> m.Remark | Answer:
    """The question of a button for somebody who may answer it, or the sentence that says why not."""
    remark = remarks.by_token(turn.session, token)
    row = None if remark is None or remark.kr_id is None else turn.session.get(m.KeyResult, remark.kr_id)
    if remark is None or row is None or remark.workspace_id != turn.person.workspace_id:
        return notice(N_("That question is gone, so nothing was sent."))
    if turn.person.id not in [one.id for one in in_charge_of(turn.session, row)]:
        return notice(N_("That key result is with somebody else now, so nothing was sent."))
    if remark.settled_at is not None:
        return notice(N_("That question is answered already; nothing was sent."))
    return remark


def _answer(turn: Turn, token: str) -> Reply:
    remark = _answerable(turn, token)
    if isinstance(remark, Answer):
        return remark
    return FormRequest("answer_form", {"remark": remark.id}, action="answer_question", value=remark.token)


def _answered(turn: Turn, what: Submitted) -> Reply:
    remark = _answerable(turn, what.token)
    if isinstance(remark, Answer):
        return remark
    text = one_line(what.values.get("text"))
    if not text:
        return FormErrors({"text": turn.say(N_("Please write a line; nothing was sent."))})
    if len(text) > MOST_TEXT:
        return FormErrors({"text": turn.say(LONG, most=MOST_TEXT)})
    remarks.settle(turn.session, remark, turn.person.id, turn.now)
    asker = turn.session.get_one(m.Person, remark.by_id)
    row = turn.session.get_one(m.KeyResult, remark.kr_id)
    deliveries.plan_delivery(
        turn.session,
        workspace_id=remark.workspace_id,
        kind=remarks.ANSWERED,
        subject=f"remark:{remark.id}",
        period="answered",
        due_at=turn.now,
        now=turn.now,
        person_id=asker.id,
        data={"remark": remark.id, "kr": row.id, "by": turn.person.id, "text": text, "team": row.team_id},
    )
    remarks.show_question(turn.session, remark)
    return notice(N_("I'll let {names} know."), names=asker.short_name)


TOPIC = Topic(
    buttons={
        "comment": _comment,
        "settle_comment": _settle,
        "kr_question": _question,
        "board_question": _on_board,
        "answer_question": _answer,
    },
    forms={
        "comment": _commented,
        "kr_question": _asked,
        "board_question": _asked_on_board,
        "answer_question": _answered,
    },
)
