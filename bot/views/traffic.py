"""How messages and replies flow, in numbers: for the metrics. Every label is one of a closed set."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.okr.planning import SkipReason
from storage import models as m
from storage import under_way
from storage.backup import MAYBE_SENT
from storage.dead_letters import DISCARDED
from storage.under_way import Lags, TeamWeek

OTHER = "other"
REASONS = {
    "answered": ("answered already", "something was updated meanwhile"),
    "asked_before": (
        SkipReason.ASKED_THIS_WEEK,
        SkipReason.ASKED_JUST_BEFORE,
        SkipReason.ASKED_TODAY,
        SkipReason.REMINDED_TWICE,
        "asked in the last weeks already",
        "a newer question was asked meanwhile",
    ),
    "account_off": (SkipReason.ACCOUNT_OFF,),
    "archived": ("the team is archived",),
    "away": (SkipReason.AWAY, "away until after the digest", "noted as away already"),
    "day_off": (SkipReason.DAY_OFF, SkipReason.HOLIDAY),
    "discarded": (DISCARDED,),
    "in_company_digest": (SkipReason.IN_COMPANY_DIGEST,),
    "later": ("the person asked to be asked later",),
    "muted": (SkipReason.MUTED,),
    "no_channel": (SkipReason.NO_CHANNEL,),
    "no_cycle": (SkipReason.NO_CYCLE,),
    "no_lead": (SkipReason.NO_LEAD,),
    "no_meeting": (SkipReason.NO_DIGEST, "its meeting is gone"),
    "nothing_to_ask": (
        "none of its key results is in force any more",
        "none of its health metrics is theirs any more",
        "the question itself was not sent",
        "it was handed on since",
        "whoever did it was told at once",
        "somebody else leads the team by now",
        "the status is gone",
        "a team was set up meanwhile",
        "it is not a draft any more",
        "its key result is not worked on any more",
        "its reader does not see it any more",
        "somebody else answers for it by now",
        "the agreement is gone",
        "the wording was changed since",
    ),
    "nothing_to_tell": (SkipReason.NOTHING_TO_TELL,),
    "no_page": ("this platform shows no page of a person's own",),
    "restored": (MAYBE_SENT,),
    "switched_off": (
        "the team switched it off",
        "the standing board is off or its cycle is over",
        "the person does not want this question",
    ),
    "taken_back": ("taken back", "it was taken back"),
    "too_late": (
        SkipReason.TOO_LATE,
        SkipReason.MOMENT_PASSED,
        SkipReason.DIGEST_PASSED,
        SkipReason.MEETING_BEGAN,
        "its time is long over",
        "its day is over",
    ),
    "updated_recently": (SkipReason.UPDATED_RECENTLY,),
}
"""By label, the reasons for which a message is left out, as they stand in its row."""
_LABELS = {str(reason): label for label, reasons in REASONS.items() for reason in reasons}


def label_of(reason: str) -> str:
    """The label of a reason; one that nobody foresaw, or that names somebody, is `other`."""
    return _LABELS.get(reason, OTHER)


@dataclass(frozen=True, slots=True)
class Traffic:
    """One look at everything under way."""

    messages: dict[tuple[str, str], int]
    """By state and kind."""
    skipped: dict[tuple[str, str], int]
    """By kind and label of the reason."""
    lags: Lags
    participation: tuple[TeamWeek, ...]


def traffic(session: Session, now: datetime) -> Traffic:
    """A dozen queries by index, however much was ever sent."""
    messages: Counter[tuple[str, str]] = Counter()
    skipped: Counter[tuple[str, str]] = Counter()
    for one in under_way.messages(session, now):
        messages[one.state.value, one.kind] += one.number
        if one.state is m.DeliveryState.SKIPPED:
            skipped[one.kind, label_of(one.reason or "")] += one.number
    week = tuple(under_way.participation(session, now))
    return Traffic(dict(messages), dict(skipped), under_way.lags(session, now), week)
