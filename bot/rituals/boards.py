"""The boards of a channel that is open again: what was refused there happens after all."""

from datetime import datetime

from sqlmodel import Session

from bot.delivery.channels import send_after_all
from bot.delivery.port import Why
from storage import boards, directory
from storage import models as m


def channel_opened(
    session: Session, place: m.Installation, channel: str, reasons: tuple[Why, ...], now: datetime
) -> None:
    """Post what was refused for these reasons and whose meeting has not begun; the others show the newest."""
    team_ids = [team.id for team in directory.teams_with_channel(session, place.id, channel)]
    send_after_all(session, boards.refused(session, team_ids, now), reasons, now)
    boards.bring_up_to_date(session, team_ids, channel, now)
