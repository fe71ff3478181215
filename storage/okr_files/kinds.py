"""What an OKR file consists of."""

from enum import StrEnum


class Kind(StrEnum):
    """What a file consists of, in the order in which it is written."""

    WORKSPACE = "workspace"
    INSTALLATION = "installation"
    HOLIDAY = "holiday"
    PERSON = "person"
    ADDRESS = "address"
    AWAY = "away"
    TEAM = "team"
    MEMBERSHIP = "membership"
    MEETING = "meeting"
    CYCLE = "cycle"
    OBJECTIVE = "objective"
    KEY_RESULT = "key_result"
    STEP = "step"
    CHECKPOINT = "checkpoint"
    CO_OWNER = "co_owner"
    NEXT_STEP = "next_step"
    WIN = "win"
    HEALTH = "health"
    AGREEMENT = "agreement"
    READING = "reading"
    CHECK_IN = "check_in"
    CHANGE = "change"
