"""When to ask, remind, flag and post: the planner (spec/10 §17)."""

from bot.okr.planning.facts import (
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
)
from bot.okr.planning.plan import next_allowed, plan, prompt_due_at

__all__ = [
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
    "next_allowed",
    "plan",
    "prompt_due_at",
]
