"""What a word of a reply can mean, and the shape of a language's table of words."""

from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    NO_CHANGE = "no_change"
    DONE = "done"
    NOT_DONE = "not_done"
    ALMOST = "almost"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    AHEAD = "ahead"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    SKIP = "skip"
    NO_DATA = "no_data"
    NO_UPDATE = "no_update"
    SNOOZE = "snooze"
    WHEN = "when"
    DROP = "drop"
    NOT_MINE = "not_mine"
    AWAY = "away"
    AGREE = "agree"
    YES = "yes"
    NO = "no"
    UNDO = "undo"
    THANKS = "thanks"
    STOP = "stop"
    HELP = "help"
    CONFIDENCE_WORD = "confidence_word"


SEGMENT_MEANINGS = frozenset(
    (
        Meaning.AHEAD,
        Meaning.ON_TRACK,
        Meaning.AT_RISK,
        Meaning.OFF_TRACK,
        Meaning.NO_CHANGE,
        Meaning.DONE,
        Meaning.NOT_DONE,
        Meaning.ALMOST,
        Meaning.BLOCKED,
        Meaning.UNBLOCKED,
        Meaning.SKIP,
        Meaning.NO_DATA,
        Meaning.NO_UPDATE,
        Meaning.SNOOZE,
        Meaning.WHEN,
        Meaning.DROP,
        Meaning.NOT_MINE,
        Meaning.AWAY,
        Meaning.AGREE,
        Meaning.THANKS,
        Meaning.CONFIDENCE_WORD,
    )
)
"""What may be said of one key result; the others are about the message as a whole."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language's words.

    `phrases`: what counts where it stands alone in a clause. `filler`: what may stand beside it. The
    rest are regular expressions: `*_prefix` ends right before a number, `*_suffix` begins right after
    one, whole patterns cover a clause or message.
    """

    phrases: dict[Meaning, str]
    filler: str
    others: str
    everyone: str
    leave_out: str
    amend: str
    fields: dict[str, str]
    nothing: str
    blocked_by: tuple[str, ...]
    snooze: tuple[str, ...]
    away: tuple[str, ...]
    question_start: str
    question_end: str
    because: str
    contrast: str
    joiner: str
    preposition: str
    approx_prefix: str
    approx_suffix: str
    introducer: str
    copula: str
    score_word: str
    value_word: str
    confidence_prefix: str
    confidence_suffix: str
    likely_suffix: str
    progress_prefix: str
    progress_suffix: str
    of_way_suffix: str
    of_target_suffix: str
    change_up: str
    change_down: str
    more_suffix: str
    less_suffix: str
    past: str
    missing_prefix: str
    missing_suffix: str
    bound_prefix: str
    bound_suffix: str
    doubt_suffix: str
    future: str
    chance_of: str
    missing_to: str
    moved_by: str
    counted: str
    perhaps: str
    heads: str
    this_week: str
    deed: str
    unit_suffix: str
    baseline_word: str
    time_to_come: str
    greeting: str
    signature: str
    record_verb: str
