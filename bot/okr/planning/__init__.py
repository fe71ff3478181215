"""When to ask, remind, flag and post: the planner (spec/10 §17)."""

from bot.okr.planning.allowed import next_allowed
from bot.okr.planning.check_ins import prompt_due_at
from bot.okr.planning.facts import (
    ON_BY_DEFAULT,
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
from bot.okr.planning.merging import asked_together
from bot.okr.planning.plan import plan

__all__ = [
    "ON_BY_DEFAULT",
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
    "asked_together",
    "next_allowed",
    "plan",
    "prompt_due_at",
]
