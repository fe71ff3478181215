"""What a meeting that begins means for the board that waits for it."""

from datetime import datetime

from sqlmodel import Session

from storage import models as m


def meeting_began(session: Session, place: m.Installation, chat: str, at: datetime, now: datetime) -> None:
    """Nothing yet."""
