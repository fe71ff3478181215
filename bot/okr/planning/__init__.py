"""When to ask, remind, flag and post: the planner (spec/10 §17)."""

from bot.okr.planning.allowed import next_allowed
from bot.okr.planning.check_ins import MAY_PASS, as_asked_at, prompt_due_at
from bot.okr.planning.facts import (
    ON_BY_DEFAULT,
    AgreementFacts,
    Delegation,
    HealthFacts,
    KeyResultFacts,
    MeetingFacts,
    Message,
    OpenedRun,
    PersonFacts,
    Plan,
    Planned,
    Ritual,
    SentPrompt,
    SkipReason,
    TeamFacts,
    WeekCount,
)
from bot.okr.planning.merging import LOOK_AHEAD, asked_together, period_of
from bot.okr.planning.plan import plan
from bot.okr.planning.standing_in import answers_for
from bot.okr.planning.turns import next_turn

__all__ = [
    "LOOK_AHEAD",
    "MAY_PASS",
    "ON_BY_DEFAULT",
    "AgreementFacts",
    "Delegation",
    "HealthFacts",
    "KeyResultFacts",
    "MeetingFacts",
    "Message",
    "OpenedRun",
    "PersonFacts",
    "Plan",
    "Planned",
    "Ritual",
    "SentPrompt",
    "SkipReason",
    "TeamFacts",
    "WeekCount",
    "answers_for",
    "as_asked_at",
    "asked_together",
    "next_allowed",
    "next_turn",
    "period_of",
    "plan",
    "prompt_due_at",
]
