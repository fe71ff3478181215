"""What each quality check says, and the buttons under it, as one table of data (spec/04 §9.2-9.4)."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.cards.i18n import N_
from bot.okr.quality import CHECKS, Item, Severity

DISMISS = N_("Dismiss")
KEEP = N_("Keep as it is")


@dataclass(frozen=True, slots=True)
class Ready:
    """A button that leads on; `{token}` in its value is the item's, `{team}` its team's key.

    `{objective}` is the token of the objective that a key result belongs to; without one the button is left out.
    """

    label: str
    action: str
    value: str = "{token}"
    item: Item | None = None
    """Where advice can be about several kinds of items: the one that it stands under."""
    needs: str = ""
    """What must be known for it to stand there: the name of one of the finding's values."""


def _edit(label: str, *fields: str) -> Ready:
    """The form of a key result with these fields; `baseline=0` has the value ready."""
    return Ready(label, "edit_kr", f"{{token}}:{','.join(fields)}", Item.KEY_RESULT)


@dataclass(frozen=True, slots=True)
class Advice:
    """The sentence of one check, with {named} places for what it found."""

    check: str
    msgid: str
    buttons: tuple[Ready, ...] = ()
    dismiss: str = DISMISS
    """What the button that sets it aside is called."""
    with_more: tuple[str, str] = ("", "")
    """What it says instead where one more thing is known: the name of that value, and the sentence."""

    @property
    def severity(self) -> Severity:
        return CHECKS[self.check].severity


_REWORD = _edit(N_("Change the wording"), "title")
_REPHRASE = Ready(N_("Change the wording"), "edit_objective", "{token}", Item.OBJECTIVE)
_ADD_KR = Ready(N_("Add a key result"), "add_kr", "{token}", Item.OBJECTIVE)
_TABLE = (
    Advice(
        "O01",
        N_(
            "An objective says where you are going; the numbers belong in the key results. "
            "Move '{number}' to a key result?"
        ),
        (
            _ADD_KR,
            _REPHRASE,
        ),
    ),
    Advice("O02", N_("Write the objective in one short sentence."), (_REPHRASE,)),
    Advice("O03", N_("This objective has no key results yet. How will you know you got there?"), (_ADD_KR,)),
    Advice("O04", N_("Try starting with a verb, for example 'Become…', 'Win…', 'Make…'."), (_REPHRASE,)),
    Advice("O05", N_("This keeps things as they are. What should be better by {due}?"), (_REPHRASE,)),
    Advice(
        "O06",
        N_(
            "This may take longer than one quarter. What could you learn or prove by {due}? "
            "For example: 'Learn whether we can enter Spain.'"
        ),
        (_REPHRASE,),
    ),
    Advice("O07", N_("This follows a competitor. Which customer problem is behind it?"), (_REPHRASE,)),
    Advice("O08", N_("This fixes the output in advance. What should change for the customer?"), (_REPHRASE,)),
    Advice("O09", N_("Can you say it positively: what do you want instead?"), (_REPHRASE,)),
    Advice("O10", N_("Shorter is easier to remember. Can you cut it to one line?"), (_REPHRASE,)),
    Advice(
        "O11",
        N_("One line on why this matters helps everyone choose."),
        (Ready(N_("Add why"), "edit_objective", "{token}", Item.OBJECTIVE),),
    ),
    Advice(
        "K01",
        N_("How will you measure this? A key result needs a number: from what to what?"),
        (_edit(N_("Enter the numbers"), "type", "baseline", "target"),),
    ),
    Advice(
        "K02",
        N_("Where is it today? Without a starting number progress can't be shown."),
        (
            Ready(N_("It's 0"), "edit_kr", "{token}:baseline=0", Item.KEY_RESULT, needs="zero"),
            _edit(N_("Enter number"), "baseline"),
            _edit(N_("Don't know: find it first"), "type=baseline"),
        ),
    ),
    Advice("K03", N_("What number would be full success by {due}?"), (_edit(N_("Enter the target"), "target"),)),
    Advice(
        "K04",
        N_("This reads like a task. What should be different once it's done? Keep the task as a next step."),
        (
            Ready(N_("Make it a next step"), "next_step", "team:{team}", Item.KEY_RESULT),
            _REWORD,
        ),
    ),
    Advice(
        "K05",
        N_(
            "'{word}' mostly goes up by itself. A rate or a completed action says more, for example "
            "'share of accounts active each week' or 'orders completed per customer'."
        ),
        (_REWORD,),
    ),
    Advice("K06", N_("Totals only grow. Would a percentage or an average show real change?"), (_REWORD,)),
    Advice("K06b", N_("Fewer than three key results may leave part of the objective unmeasured."), (_ADD_KR,)),
    Advice("K07", N_("{n} key results. More than five and focus is gone. Which would you drop first?")),
    Advice(
        "K08",
        N_("'{word}' can mean anything. From what to what?"),
        (_edit(N_("Enter the numbers"), "type", "baseline", "target"),),
    ),
    Advice(
        "K09",
        N_("Who answers for this one? One name; others can be co-owners."),
        (Ready(N_("Name an owner"), "change_owner", "{token}", Item.KEY_RESULT),),
    ),
    Advice(
        "K10",
        N_("Is {change} relative, or in percentage points? From what number to what number?"),
        (
            Ready(N_("Relative: ×{factor}"), "advice_relative", "{token}:relative", Item.KEY_RESULT, needs="factor"),
            Ready(N_("Percentage points: {n}"), "advice_relative", "{token}:points", Item.KEY_RESULT, needs="n"),
            _edit(N_("Enter the numbers"), "baseline", "target"),
        ),
    ),
    Advice(
        "K11",
        N_("This holds two measures. Split it into two key results?"),
        (_REWORD, Ready(N_("Add a key result"), "add_kr", "{objective}", Item.KEY_RESULT)),
    ),
    Advice(
        "K12",
        N_("By when? The cycle ends {end}."),
        (_edit(N_("Change the date"), "due"),),
        with_more=("due", N_("Due {due}, which is outside the cycle: it ends {end}. Is that the day you mean?")),
    ),
    Advice("K13", N_("Many owners for a long time often means nobody. Keep one lead.")),
    Advice(
        "K14",
        N_(
            "This is yes or no, so there is no score until it's done. I'll ask how likely it is each week. "
            "Or measure what it changes: 'after launch, {metric} from … to …'."
        ),
        (_edit(N_("Add steps"), "steps"),),
    ),
    Advice("K15", N_("KR{a} and KR{b} measure almost the same thing."), (_REWORD,)),
    Advice(
        "K16",
        N_("You wrote '{verb}', but it goes from {x} to {y}. Which is right?"),
        (
            _edit(N_("Change the numbers"), "baseline", "target"),
            _REWORD,
        ),
    ),
    Advice(
        "K17",
        N_("Holding a level is a guard rail. Keep it as a health metric instead?"),
        (Ready(N_("Health metric"), "advice_health", "{token}", Item.KEY_RESULT),),
        dismiss=N_("Keep as KR"),
    ),
    Advice("K18", N_("Active users is a process measure. What result for the customer does it lead to?"), (_REWORD,)),
    Advice(
        "K19",
        N_("9 out of 10 sure: could the target be bolder? If it must be met, mark it committed."),
        (_edit(N_("Change the target"), "target", "stretch"),),
    ),
    Advice("K20", N_("2 out of 10 sure: people may give up on it. What would make it five?")),
    Advice(
        "K21",
        N_("If the number only comes at the end, add an early sign you can read weekly."),
        (Ready(N_("Add an early sign"), "add_kr", "{objective}", Item.KEY_RESULT),),
    ),
    Advice(
        "K22",
        N_("If this one hits 1.0, is the objective clearly closer?"),
        (Ready(N_("Not sure"), "advice_not_sure", "K22:key_result:{token}", Item.KEY_RESULT),),
        dismiss=N_("Yes"),
    ),
    Advice(
        "K23",
        N_("Start and target are the same. To hold a level use 'keep above' or 'keep between'."),
        (_edit(N_("Change the numbers"), "type", "baseline", "target"),),
    ),
    Advice(
        "K24",
        N_("0.3, 0.7 and 1.0 must lie in order between start and best."),
        (_edit(N_("Change the numbers"), "anchors"),),
    ),
    Advice(
        "K25",
        N_("A sprint result is due within two weeks. Make it a normal key result?"),
        (_edit(N_("Change the date"), "due"),),
    ),
    Advice(
        "T01",
        N_("Your team already has an objective this cycle. Two priorities often become none."),
        (
            Ready(N_("Put it next cycle"), "advice_next_cycle", "{team}", Item.TEAM),
            Ready(N_("Give it its own team"), "advice_own_team", "{team}", Item.TEAM),
        ),
        dismiss=N_("Keep both"),
    ),
    Advice("T02", N_("Four objectives. Please pick the one that matters most now."), dismiss=KEEP),
    Advice(
        "T03",
        N_("Every key result here is a yes/no delivery. Add at least one that shows what changes."),
        (Ready(N_("Add a key result"), "add_kr", "mine", Item.TEAM),),
        dismiss=KEEP,
    ),
    Advice(
        "T04",
        N_("Which company objective does this help?"),
        (Ready(N_("Choose"), "advice_choose", "{team}", Item.TEAM),),
        dismiss=N_("None"),
    ),
    Advice("T05", N_("Two quarters of near-perfect scores. Are the targets too easy?")),
    Advice(
        "T06",
        N_("This needs {team}. Have you agreed on it together?"),
        (
            Ready(N_("Ask them now"), "depends_kr", "{token}", Item.KEY_RESULT),
            Ready(N_("Ask them now"), "advice_ask", "{token}", Item.ALIGNMENT),
        ),
        dismiss=N_("Not needed"),
    ),
    Advice("T07", N_("These were all written by one person who owns none. Let the team write their own wording.")),
    Advice(
        "T08", N_("{a} and {b} pull {metric} in opposite directions. Talk with {team} and narrow both."), dismiss=KEEP
    ),
    Advice(
        "T09",
        N_("Same as last quarter. Carry on, or has something been learned?"),
        (_edit(N_("Change the target"), "target"),),
        dismiss=N_("Carry on"),
    ),
    Advice("C02", N_("The direction itself is changing. Tell the team why: {reason}"), (_REPHRASE,)),
    Advice(
        "P01",
        N_("OKRs here are for focus and learning, not for appraisal or pay. Please keep them apart."),
        (_REWORD, _REPHRASE),
    ),
)
ADVICE: Mapping[str, Advice] = {one.check: one for one in _TABLE}
"""Every check by its id; a test holds that none is missing."""
