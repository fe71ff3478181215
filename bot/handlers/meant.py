"""Whether a line in a DM is a command although no slash says so, by the names of this workspace (spec/06 §11.5).

What could be an answer to a check-in is one. `verbs.is_plain` tells what is a command for everybody.
"""

import re
from collections.abc import Collection

from bot.handlers.naming import begins_with_name, is_named, visible_teams
from bot.handlers.verbs import (
    COMPANY_WORDS,
    LIST_WORDS,
    NOW_WORDS,
    PREVIEW_WORDS,
    REPORT_WORDS,
    TEAM_WORDS,
    Spoken,
    Verb,
    begins_with_label,
    folded,
    is_plain,
    split,
    without_filler,
    without_prefix,
)
from bot.intake.conversation import Turn
from bot.okr.noted import read_noted
from bot.okr.replies import Code, Intent, read_reply
from bot.views.person import PersonView, reply_context
from storage import models as m

_FILES = ("csv", "json")
_OTHER_FILES = ("pdf", "xls", "xlsx", "excel")
_BESIDE: dict[Verb, Collection[str]] = {
    Verb.BOARD: TEAM_WORDS,
    Verb.DIGEST: (*PREVIEW_WORDS, *NOW_WORDS, *TEAM_WORDS),
    Verb.REPORT: REPORT_WORDS,
    Verb.EXPORT: (*_FILES, *TEAM_WORDS, *COMPANY_WORDS, "all", "全部"),
    Verb.SETTINGS: TEAM_WORDS,
    Verb.NEXT: TEAM_WORDS,
}
"""What may stand with a team's name behind these verbs."""
_NOT_YET = frozenset(
    (
        "edit", "replace", "check", "publish", "align", "depends", "conflict", "review", "close",
        "discuss", "talk",
        "修改", "替换", "检查", "发布", "对齐", "依赖", "冲突", "复盘", "收尾", "讨论",
    )
)  # fmt: skip
"""Verbs that people try and that do not exist: they are told so, and what does."""
_CHANGES = frozenset(("edit", "replace", "align", "depends", "conflict"))
_CHANGES_ZH = frozenset(("修改", "替换", "对齐", "依赖", "冲突"))
_OF_ANSWERS = (Verb.AWAY, Verb.BACK, Verb.UNDO, Verb.UPDATE, Verb.SNOOZE, Verb.PAUSE, Verb.RESUME, Verb.DROP)
"""Verbs that answers begin with as well: `okr back on track`."""
_NEW_THING = re.compile(r"(?:kr|objective|sprint|目标|冲刺)(?![a-z])", re.IGNORECASE)
_TELLS = frozenset(
    (
        "is", "are", "was", "were", "isn't", "has", "had", "have", "will", "would", "can", "could", "should",
        "must", "may", "might", "does", "did", "not", "still",
        "looks", "feels", "seems", "went", "goes", "going", "or", "and", "of", "so", "but", "in", "on", "at",
        "as", "ok", "okay", "yes", "no", "done", "是", "的", "都", "很", "还", "已",
    )
)  # fmt: skip
"""Behind a verb they make it the subject of a sentence: `OKR is blocked`, `board must approve`."""
_NEXT_WHAT = frozenset(
    (
        "week", "weeks", "month", "months", "quarter", "year", "time", "day", "days", "sprint", "meeting",
        "one", "up", "step", "steps", "to", "we", "i",
        "monday", "tuesday", "wednesday", "thursday", "friday", "mon", "tue", "wed", "thu", "fri", "q1", "q2",
        "q3", "q4", "release", "version",
    )
)  # fmt: skip
_WIN_WHAT = frozenset(("rate", "rates", "ratio", "back", "some", "lose", "win", "against", "over", "by"))
_FREE = (Code.Q_HOPEFUL, Code.Q_HELP, Code.Q_MOVE, Code.Q_SLOW_START)
"""Questions that are answered in words: what could be their answer is."""
_OF_WORDS = (Code.Q_UNKNOWN, Code.Q_NOTE_ONLY, Code.Q_NUMBER)
"""What is asked about words that say nothing, with or without a label."""
_NAME = re.compile(r"[A-Z][\w-]*|[a-z]+/[\w/-]+", re.IGNORECASE)
_MOST_LANGUAGE = 20


def is_command(turn: Turn, view: PersonView, text: str, question: m.Clarification | None) -> bool:
    """True for a command typed without a slash; `question` is the one that the line could answer instead."""
    if is_plain(text):
        return True
    words = without_prefix(text)
    spoken = split(words)
    if words != text.strip():
        return _is_order(turn, view, words, spoken)
    if spoken.verb is None:
        return _tries(turn, view, words, spoken)
    if not spoken.rest or begins_with_name(view, words, spoken):
        return False
    if _names(turn, view, spoken.verb, spoken.rest):
        return True
    if spoken.verb in (Verb.NEXT, Verb.WIN):
        waits = question is not None and Code(question.code) in _FREE
        return not waits and _is_noted(turn, view, words, spoken)
    apart = len(words) > len(spoken.first) and words[len(spoken.first)].isspace()
    return apart and _is_tried(spoken.verb, spoken.rest) and tells_nothing(turn, view, words)


def _is_order(turn: Turn, view: PersonView, words: str, spoken: Spoken) -> bool:
    """What follows `okr`: a command, be it an unknown one, unless it says something of how the OKRs stand."""
    if spoken.first in _NOT_YET:
        return True
    if spoken.first in _TELLS or words[0] in _TELLS or spoken.verb in _OF_ANSWERS:
        return False
    noted = spoken.verb in (Verb.NEXT, Verb.WIN)
    return tells_nothing(turn, view, read_noted(spoken.rest, turn.now.date(), ()).text if noted else words)


def _tries(turn: Turn, view: PersonView, words: str, spoken: Spoken) -> bool:
    """A verb that does not exist, with what it would be about: `discuss KR4`."""
    chinese = next((one for one in _NOT_YET if not one.isascii() and words.startswith(one)), None)
    first, rest = (spoken.first, spoken.rest) if chinese is None else (chinese, words[len(chinese) :].strip())
    if first not in _NOT_YET or not (begins_with_label(rest) or _NEW_THING.match(folded(rest))):
        return False
    return first in _CHANGES | _CHANGES_ZH or tells_nothing(turn, view, words)


def _names(turn: Turn, view: PersonView, verb: Verb, rest: str) -> bool:
    """Whether `rest` is just what the verb is about, by its name."""
    words = without_filler(folded(rest))
    if verb in (Verb.SHOW, Verb.WHY):
        return not words.isdecimal() and (is_named(view, words) or bool(visible_teams(turn, view, words)))
    if verb is Verb.OWN:
        return begins_with_label(words)
    if verb not in _BESIDE:
        return False
    if verb is Verb.NEXT and words.casefold() in LIST_WORDS:
        return True
    name = _without(words, _BESIDE[verb])
    return bool(visible_teams(turn, view, name)) if name else verb is not Verb.NEXT


def _without(words: str, beside: Collection[str]) -> str:
    return " ".join(one for one in words.split() if one.casefold() not in beside)


def _is_tried(verb: Verb, rest: str) -> bool:
    """Whether `rest` can only be a team, a language or a zone, if one that nobody knows here: `lang fr`."""
    words = folded(rest)
    if words.casefold() in _TELLS:
        return False
    if verb is Verb.LANG:
        return " " not in words and len(words) <= _MOST_LANGUAGE and words.isalpha()
    if verb is Verb.TIMEZONE:
        return " " not in words and (not words.isascii() or _NAME.fullmatch(words) is not None)
    if verb is Verb.EXPORT and words.casefold() in _OTHER_FILES:
        return True
    if verb in _BESIDE and verb is not Verb.NEXT:
        name = _without(words, _BESIDE[verb])
        said_team = name != words and any(one in TEAM_WORDS for one in words.casefold().split())
    elif verb in (Verb.SHOW, Verb.WHY):
        name, said_team = words, False
    else:
        return False
    one_word = bool(name) and " " not in name and name.casefold() not in _TELLS and not name.isdecimal()
    return one_word and (name[0].isupper() or (said_team and not name.isascii()))


def _is_noted(turn: Turn, view: PersonView, words: str, spoken: Spoken) -> bool:
    """Whether `win We got biscuits` notes a win, and `next call GC by Fri` a step."""
    after = words[len(spoken.first) :]
    if not after[:1].isspace():
        return False  # with a colon it is told with a reply; 亮点是… is a sentence
    rest = folded(spoken.rest).casefold()
    first = rest.split()[0].rstrip(",.:;!?")
    elsewhere = _NEXT_WHAT if spoken.verb is Verb.NEXT else _WIN_WHAT
    if first in _TELLS or first in elsewhere or rest[0] in _TELLS or not first[:1].isalpha():
        return False
    return tells_nothing(turn, view, read_noted(spoken.rest, turn.now.date(), ()).text)


def tells_nothing(turn: Turn, view: PersonView, words: str) -> bool:
    """True where the reader of replies finds words alone: no wish, and nothing to store of any key result."""
    reading = read_reply(words, reply_context(view, turn.standing.open_ids))
    if reading.intent not in (None, Intent.UPDATE):
        return False
    asks = [one.ask for one in reading.segments]
    if any(ask is None or ask.code not in _OF_WORDS for ask in asks):
        return False
    if reading.ask is None or not view.own:
        return True
    if reading.ask.code is not Code.Q_WHICH_KR:
        return False
    # It has no label; whether it is more than words shows where it is read as being about one.
    one = view.own[0].row.id
    asks = [each.ask for each in read_reply(words, reply_context(view, [one], one)).segments]
    return all(ask is not None and ask.code in _OF_WORDS for ask in asks)
