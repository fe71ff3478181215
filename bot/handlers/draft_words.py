"""What is said of a key result that is still a draft: in words it is a comment on it, and a value waits."""

import re

from sqlmodel import col, select

from bot.handlers.form_values import one_line
from bot.handlers.saying import N_, notice
from bot.handlers.verbs import folded, labels_in
from bot.intake.conversation import Reply, Turn
from bot.okr.access import may_draft
from bot.okr.model import KRState
from bot.views.person import PersonView
from bot.views.rights import actor_of
from storage import draft_messages, remarks
from storage import models as m
from storage.drafts import BEING_WRITTEN
from storage.settings import is_archived

NO_VALUE_YET = N_("{kr} is a draft, so it takes no numbers yet and nothing was recorded. /okr publish starts it.")
COMMENT_WORDS = ("comment", "评论")
_OWN_LABEL = re.compile(r"(?:kr|#|关键结果)\s*(?P<number>\d{1,4})", re.IGNORECASE)
_VALUE = re.compile(r"[\s:：=]*[$€£¥]?\d")
_WORDS = re.compile(r"[^\W\d_]{2,}\W+[^\W\d_]{2,}|[\u4e00-\u9fff]{4,}")


def said_of_draft(turn: Turn, view: PersonView, text: str) -> Reply | None:
    """What becomes of words about the one draft that their label means; None for everything else."""
    labels = labels_in(folded(text))
    found = _OWN_LABEL.fullmatch(labels[0][0]) if len(labels) == 1 else None
    if found is None or "\n" in text.strip() or len(text) > remarks.MOST_TEXT:
        return None
    number = int(found["number"])
    if any(one.kr.number == number for one in view.by_id.values()):
        return None
    row = _draft(turn, view, number)
    if row is None:
        return None
    words = folded(text)
    is_value = labels[0].start() == 0 and _VALUE.match(words[labels[0].end() :]) is not None
    if is_value or _WORDS.search(words.replace(found[0], " ")) is None:
        return notice(NO_VALUE_YET, kr=f"KR{number}")
    objective = turn.session.get_one(m.Objective, row.objective_id)
    remarks.add(turn.session, objective, m.RemarkKind.COMMENT, one_line(text), turn.person.id, turn.now, kr_id=row.id)
    draft_messages.show_draft(turn.session, objective.id)
    return notice(N_("Thank you; your comment stands on the draft."))


def _draft(turn: Turn, view: PersonView, number: int) -> m.KeyResult | None:
    """The only draft of this number that the person may comment on."""
    actor = actor_of(turn.session, turn.person)
    teams = [one.team.id for one in view.teams if may_draft(actor, one.team.id) and not is_archived(one.team)]
    rows = turn.session.exec(
        select(m.KeyResult)
        .join(m.Objective, col(m.Objective.id) == col(m.KeyResult.objective_id))
        .where(col(m.KeyResult.team_id).in_(teams), m.KeyResult.number == number)
        .where(m.KeyResult.state == KRState.DRAFT, col(m.Objective.state).in_(BEING_WRITTEN))
    ).all()
    return rows[0] if len(rows) == 1 else None
