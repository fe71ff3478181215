"""The messages that show an objective from its draft on: what they are called, and that they show the newest."""

from sqlmodel import Session, col

from storage import deliveries
from storage import models as m

REVIEW = "draft_review"
"""In the channel: the draft, for the team to comment on."""
APPROVAL = "draft_approval"
REMINDER = "approval_reminder"
LAPSED = "approval_lapsed"
SENT_BACK = "draft_sent_back"
POST = "published"
"""In the channel: what is published. The row also keeps what taking it back needs."""
TOLD = "published_told"
"""To the approver, where nobody has to say yes."""
SHOWING = (REVIEW, APPROVAL, REMINDER, LAPSED, POST, TOLD)


def show_draft(session: Session, objective_id: int) -> None:
    """What shows an objective on its way shows the newest: called after every edit of it or of its key results."""
    deliveries.want_newest(
        session, col(m.Delivery.kind).in_(SHOWING), col(m.Delivery.subject) == f"objective:{objective_id}"
    )
