"""The clarifying questions as data (spec/05 §10.10): their English text, their buttons, what answers them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.okr.replies.codes import Code
from bot.okr.replies.wording import ParamKind

VALUE, PLAIN, TEXT, STATUS, DAY, DUE = (
    ParamKind.VALUE,
    ParamKind.PLAIN,
    ParamKind.TEXT,
    ParamKind.STATUS,
    ParamKind.DAY,
    ParamKind.DUE,
)
Places = Mapping[str, ParamKind]


@dataclass(frozen=True, slots=True)
class Option:
    """One ready button. `said`: what people type instead of pressing it, both languages, separated by `|`.

    `needs`: the fact without which there is no such button · `known`: its label where the reason is given already.
    """

    id: str
    msgid: str
    places: Places = field(default_factory=dict)
    said: str = ""
    needs: Literal["last", "name", "a", "mid"] | None = None
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `variants` are other wordings of it, by the name of their occasion.

    `per_kr`: after the options, one button for each KR of the ask · `per_number`: one for each number ·
    `per_clash`: one for each of the words that contradict each other, instead of the options ·
    `yes`, `no`: the options those words choose · `by_number`: a typed 2 chooses the second option, as no
    number could be a value or score in answer · `open_ended`: an unlabelled reply with a reading answers it ·
    `kept_whole`: an unlabelled reply in words is kept as it is.
    """

    msgid: str
    places: Places = field(default_factory=dict)
    variants: Mapping[str, str] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    per_kr: bool = False
    per_number: bool = False
    per_clash: bool = False
    yes: str | None = None
    no: str | None = None
    by_number: bool = False
    open_ended: bool = False
    kept_whole: bool = False


PER_KR_MSGID = "%(label)s %(title)s"
PER_NUMBER_MSGID = "%(v)s"
PER_CLASH_MSGID = "%(words)s"

_STILL = Option(
    "still", "Still %(last)s", {"last": VALUE}, "still | same | no change | 还是 | 没变 | 不变", needs="last"
)
_SKIP = Option("skip", "Skip", said="skip | pass | 跳过 | 略过")
_YES = Option("yes", "Yes")
_NO = Option("no", "No")

QUESTIONS: Mapping[Code, Question] = {
    Code.Q_WHICH_KR: Question("Which one is '%(text)s' for?", {"text": TEXT}, per_kr=True, by_number=True),
    Code.Q_LIST_ORDER: Question(
        "In this order? %(list)s", {"list": TEXT}, options=(_YES, _NO), yes="yes", no="no", by_number=True
    ),
    Code.Q_SAME_ALL: Question(
        "No change for all %(n)s?",
        {"n": PLAIN},
        variants={"both": "No change for both?"},
        options=(Option("all", "All", said="all | all of them | everything | both | 全部 | 都是 | 都没变 | 全都"),),
        per_kr=True,
        yes="all",
    ),
    Code.Q_DONE_ALL: Question(
        "Finished updating, or is a KR done?",
        options=(
            Option(
                "finished", "Just finished", said="finished | just finished | finished updating | 填完了 | 只是填完了"
            ),
        ),
        per_kr=True,
        by_number=True,
    ),
    Code.Q_NO_SUCH_KR: Question(
        "I don't have %(label)s for you. Yours: %(list)s", {"label": TEXT, "list": TEXT}, per_kr=True, by_number=True
    ),
    Code.Q_SCORE_OR_VALUE: Question(
        "Is %(v)s the number itself, or your score (where it lands)?",
        {"v": PLAIN},
        variants={"progress": "Is %(v)s the number itself, or your score (how much is done)?"},
        options=(
            Option(
                "value", "Value %(a)s", {"a": VALUE}, "value | the value | number | the number | 数值 | 指标 | 指标数值"
            ),
            Option("score", "Score %(v)s", {"v": PLAIN}, "score | self-score | my score | 自评 | 得分 | 打分"),
        ),
    ),
    Code.Q_PERCENT_MEANS: Question(
        "%(p)s%%: now %(p)s%% of the target (%(a)s), now %(p)s%% of the way from %(baseline)s (%(b)s), "
        "or where you expect to land? I'll remember.",
        {"p": PLAIN, "a": VALUE, "baseline": VALUE, "b": VALUE},
        variants={"merged": "%(p)s%%: now %(p)s%% of the target (%(a)s), or where you expect to land? I'll remember."},
        options=(
            Option("target", "Of target", said="of target | of the target | target | 目标 | 目标的"),
            Option("way", "Of the way", said="of the way | the way | way | 走了 | 路程"),
            Option(
                "landing", "Landing", said="landing | land | where i land | expect to land | 预计 | 预计最后 | 最后"
            ),
        ),
    ),
    Code.Q_PCT_VALUE: Question(
        "%(p)s%% %(metric)s now, or %(p)s%% of the way?",
        {"p": PLAIN, "metric": TEXT},
        options=(
            Option("value", "Value", said="value | now | the value | 数值 | 现在"),
            Option("way", "Of the way", said="of the way | way | 完成了"),
        ),
    ),
    Code.Q_RATIO: Question(
        "That makes %(pct)s%%. Record %(pct)s%%?", {"pct": PLAIN}, options=(_YES, _NO), yes="yes", no="no"
    ),
    Code.Q_CONF_OR_VALUE: Question(
        "%(a)s %(metric)s so far, or %(a)s/10 sure?",
        {"a": PLAIN, "metric": TEXT},
        options=(
            Option("so_far", "So far", said="so far | value | 已有 | 数值"),
            Option("sure", "Sure", said="sure | confidence | 把握 | 信心"),
        ),
    ),
    Code.Q_TARGET_MISMATCH: Question(
        "The target here is %(target)s, you wrote %(b)s. Record %(a)s?",
        {"target": VALUE, "b": VALUE, "a": VALUE},
        options=(
            Option("record", "Record %(a)s", {"a": VALUE}, "record | 记录"),
            Option("change_target", "Change target", said="change target | change the target | 改目标 | 修改目标"),
            _NO,
        ),
        yes="record",
        no="no",
    ),
    Code.Q_DELTA: Question(
        "%(last)s %(sign)s%(d)s = %(sum)s. Is %(sum)s the new total?",
        {"last": VALUE, "sign": TEXT, "d": VALUE, "sum": VALUE},
        options=(
            Option("yes", "Yes, %(sum)s", {"sum": VALUE}),
            Option(
                "total",
                "No, %(d)s is the total",
                {"d": VALUE},
                "total | the total | no is the total | 总数 | 是总数 | 不 就是总数 | 不 是总数 | 就是总数",
            ),
        ),
        yes="yes",
        no="total",
    ),
    Code.Q_RANGE: Question(
        "One number, please: %(a)s, %(mid)s or %(b)s?",
        {"a": VALUE, "mid": VALUE, "b": VALUE},
        variants={"no_middle": "One number, please: %(a)s or %(b)s?"},
        options=(
            Option("a", "%(a)s", {"a": VALUE}),
            Option(
                "mid", "%(mid)s", {"mid": VALUE}, "middle | the middle | mid | the mid | in between | 中间", needs="mid"
            ),
            Option("b", "%(b)s", {"b": VALUE}),
        ),
        open_ended=True,
    ),
    Code.Q_SEPARATOR: Question(
        "%(raw)s: %(a)s or %(b)s? I'll remember how you write numbers.",
        {"raw": TEXT, "a": VALUE, "b": VALUE},
        options=(Option("a", "%(a)s", {"a": VALUE}), Option("b", "%(b)s", {"b": VALUE})),
    ),
    Code.Q_UNIT: Question("Does 'w' mean ten thousand (万)?", options=(_YES, _NO), yes="yes", no="no"),
    Code.Q_UNIT_TIME: Question(
        "This one is in %(unit)s. How many %(unit)s is %(raw)s?", {"unit": TEXT, "raw": TEXT}, open_ended=True
    ),
    Code.Q_CURRENCY: Question("This one is in %(unit)s. What is it in %(unit)s?", {"unit": TEXT}, open_ended=True),
    Code.Q_OUTLIER: Question(
        "%(v)s is far from %(last)s. Sure?",
        {"v": VALUE, "last": VALUE},
        variants={"no_last": "%(v)s is far from what this one starts and ends at. Sure?"},
        options=(
            Option("yes", "Yes, %(v)s", {"v": VALUE}, "sure | i'm sure | really | 确定"),
            # A multiplier that was left out: `$45` where $45k are near.
            Option("meant", "%(a)s", {"a": VALUE}, needs="a"),
            Option("fix", "Fix it", said="fix it | fix | change it | 改一下 | 修改"),
        ),
        yes="yes",
        no="fix",
    ),
    Code.Q_TWO_NUMBERS: Question(
        "I see more than one number. Which is today's %(metric)s?",
        {"metric": TEXT},
        variants={
            "self_score": "I see more than one number. Which is your self-score?",
            "confidence": "I see more than one number. How sure are you of it now?",
        },
        per_number=True,
        open_ended=True,
    ),
    Code.Q_OUT_OF_RANGE: Question(
        "%(raw)s is outside 0-10 (or 0-100%%).",
        {"raw": TEXT},
        variants={"score": "%(raw)s is outside 0-1.", "too_large": "%(raw)s is too large a number for me."},
        open_ended=True,
    ),
    Code.Q_DONE_METRIC: Question(
        "Has it reached %(target)s? Last I have is %(last)s.",
        {"target": VALUE, "last": VALUE},
        variants={"no_last": "Has it reached %(target)s?"},
        options=(
            Option("yes", "Yes, %(target)s", {"target": VALUE}),
            Option(
                "other",
                "Other number",
                said="other number | another number | other | not yet | 其他数字 | 不是 | 还没 | 还没有",
            ),
            Option("part", "My part is done", said="my part is done | my part | 我的部分完成了 | 我这部分完成了"),
        ),
        yes="yes",
        no="other",
        open_ended=True,
    ),
    Code.Q_BASELINE_VALUE: Question("Great. What is the starting number?", open_ended=True),
    Code.Q_BINARY_ONE: Question(
        "Is %(title)s done?",
        {"title": TEXT},
        options=(
            Option("done", "Done", said="done | it is done | 完成了 | 已完成 | 完成"),
            Option("not_yet", "Not yet", said="not yet | not done | 还没 | 没完成 | 还没完成"),
        ),
        yes="done",
        no="not_yet",
    ),
    Code.Q_DONE_OR_LIKELY: Question(
        "Done, or %(c)s/10 likely?",
        {"c": PLAIN},
        options=(
            Option("done", "Done", said="done | it is done | 完成了 | 已完成 | 完成"),
            Option("likely", "%(c)s/10", {"c": PLAIN}, "likely | 可能"),
        ),
    ),
    Code.Q_STEPS: Question(
        "Which steps are done?", options=(Option("steps", "Tick the steps", said="steps | open steps | 步骤"),)
    ),
    Code.Q_ALMOST: Question("Close. What is the number now (or how likely, n/10)?", open_ended=True),
    Code.Q_NUMBER: Question(
        "What is %(metric)s now? Last: %(last)s.",
        {"metric": TEXT, "last": VALUE},
        variants={
            "steps": "How far is %(title)s?",
            "no_last": "What is %(metric)s now?",
            "binary": "How likely by %(due)s?",
        },
        options=(_STILL, _SKIP),
        yes="still",
        open_ended=True,
    ),
    Code.Q_NO_UPDATE: Question(
        "Still %(last)s, or not checked yet?",
        {"last": VALUE},
        variants={
            "nothing_shown": "Not checked yet? If you have, tell me how it stands: a number, 0.7, or 7/10.",
        },
        options=(
            _STILL,
            Option(
                "not_checked",
                "Not checked",
                said="not checked | not checked yet | haven't checked | haven't checked yet | have not checked "
                "| didn't check | did not check | 没来得及看 | 还没看 | 没看",
            ),
        ),
        yes="still",
    ),
    Code.Q_WHEN: Question(
        "'%(raw)s': remind you then, or is that when it lands?",
        {"raw": TEXT},
        options=(
            Option("remind", "Remind me", said="remind me | remind | 提醒我 | 提醒"),
            Option("lands", "It lands then", said="it lands then | lands then | 那时完成 | 预计那时完成"),
            _SKIP,
        ),
        by_number=True,
    ),
    Code.Q_CONTRADICT: Question(
        "%(score)s and '%(status)s' don't agree. Which one?",
        {"score": PLAIN, "status": STATUS},
        variants={"clash": "'%(one)s' and '%(two)s' don't agree. Which one?"},
        options=(
            Option("score", "Score", said="score | self-score | 自评 | 得分"),
            Option("status", "Status", said="status | 状态"),
        ),
        per_clash=True,
    ),
    Code.Q_CONF_WORD: Question(
        "As a number: how sure, 0-10?",
        options=tuple(Option(n, "%(c)s", {"c": PLAIN}) for n in ("3", "5", "7", "9")),
    ),
    Code.Q_FUTURE: Question(
        "Is that today's number or where you expect to land?",
        options=(
            Option("today", "Today", said="today | now | today's | 现在"),
            Option("expected", "Expected", said="expected | expect | landing | 预计"),
        ),
    ),
    Code.Q_CONFIRM: Question("Record %(raw)s?", {"raw": TEXT}, options=(_YES, _NO), yes="yes", no="no"),
    Code.Q_NOTE_ONLY: Question(
        "Noted. What is %(metric)s now?",
        {"metric": TEXT},
        variants={"steps": "Noted. How far is %(title)s?", "binary": "Noted. How likely by %(due)s?"},
        options=(_STILL, _SKIP),
        yes="still",
        open_ended=True,
    ),
    Code.Q_NEW_VALUE: Question("What should it be?", open_ended=True),
    Code.Q_DROP: Question(
        "Drop %(label)s? Tell me why and it leaves the board's average; the history stays.",
        {"label": TEXT},
        variants={"reason": "Drop %(label)s because “%(raw)s”? It leaves the board's average; the history stays."},
        options=(
            Option("drop", "Drop…", said="drop | drop it | 放弃", known="Drop"),
            Option("pause", "Pause…", said="pause | pause it | 暂停"),
            _NO,
        ),
        yes="drop",
        no="no",
        by_number=True,
    ),
    Code.Q_OWNER: Question(
        "Who owns %(label)s?",
        {"label": TEXT},
        options=(
            Option("pick", "Choose a person", said="choose | choose a person | pick | 选人"),
            Option("ask_lead", "Ask the lead", said="ask the lead | ask lead | the lead | 问负责人 | 请负责人决定"),
        ),
        by_number=True,
    ),
    Code.Q_AWAY: Question(
        "Pause your questions until %(until)s?",
        {"until": DAY},
        variants={
            "one_day": "Pause your questions on %(until)s?",
            "from": "Pause your questions from %(first)s to %(until)s?",
        },
        options=(
            _YES,
            Option(
                "with_stand_in",
                "Yes, and %(name)s answers",
                {"name": TEXT},
                "yes, and they answer | 是，由他人回答",
                needs="name",
            ),
            _NO,
        ),
        yes="yes",
        no="no",
        by_number=True,
    ),
    Code.Q_UNKNOWN: Question(
        "I didn't get that. Try '45k', '0.7', '7/10', 'no change' or 'blocked on …'.",
        options=(Option("form", "Update form", said="update form | form | 更新表单 | 表单"), _SKIP),
    ),
    Code.Q_LANDS: Question(
        "And where will it land by %(due)s?",
        {"due": DUE},
        variants={"progress": "And how much of it is done, 0 to 1?"},
        options=tuple(Option(score, "%(score)s", {"score": PLAIN}) for score in ("0.3", "0.5", "0.7", "1.0")),
    ),
    Code.Q_HOPEFUL: Question(
        "The pace says %(a)s, you say %(score)s. What makes you more hopeful? (a line is enough)",
        {"a": PLAIN, "score": PLAIN},
        kept_whole=True,
    ),
    Code.Q_HELP: Question(
        "Thanks for saying so early. What would help?",
        options=(
            Option("ask_team", "Ask the team", said="ask the team | 请团队帮忙"),
            Option("nothing", "Nothing now", said="nothing now | nothing | no | 暂时不用 | 不用 | 没有"),
        ),
        kept_whole=True,
    ),
    Code.Q_MOVE: Question(
        "Third week at %(v)s. What would move it?",
        {"v": VALUE},
        options=(
            Option("next_step", "Next step", said="next step | 下一步"),
            Option("wrong_measure", "Wrong measure", said="wrong measure | wrong metric | 指标不对"),
            Option("slow", "Just slow", said="just slow | slow | 只是慢 | 就是慢"),
        ),
        kept_whole=True,
    ),
    Code.Q_SLOW_START: Question(
        "Three weeks above the pace's forecast with a reason each time. This one starts slowly?",
        variants={"just_slow": "This one starts slowly?"},
        options=(
            Option(
                "use",
                "Use a slow-start pace",
                said="slow-start pace | slow start | use it | 慢启动 | 先慢后快 | 改用先慢后快的节奏",
            ),
            _NO,
        ),
        yes="use",
        no="no",
        by_number=True,
    ),
}
"""Every question. Where spec/05 gives two sentences for one code, `variants` holds the other."""
