"""Quality checks: what a good coach says about an objective, a key result and a team; pure (spec/04 §9)."""

from bot.okr.quality.facts import (
    Amount,
    Clash,
    Earlier,
    Finding,
    Item,
    KRFacts,
    Moment,
    ObjectiveFacts,
    OtherKR,
    OtherTeam,
    Param,
    Severity,
    TeamFacts,
    Waiting,
)
from bot.okr.quality.key_results import check_key_result
from bot.okr.quality.objectives import check_objective
from bot.okr.quality.table import CHECKS, Check, is_looked_for, severity_of, told_once
from bot.okr.quality.teams import check_team

__all__ = [
    "CHECKS",
    "Amount",
    "Check",
    "Clash",
    "Earlier",
    "Finding",
    "Item",
    "KRFacts",
    "Moment",
    "ObjectiveFacts",
    "OtherKR",
    "OtherTeam",
    "Param",
    "Severity",
    "TeamFacts",
    "Waiting",
    "check_key_result",
    "check_objective",
    "check_team",
    "is_looked_for",
    "severity_of",
    "told_once",
]
