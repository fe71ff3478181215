"""What holds for everybody: time, scores and rules of the workspace, in three forms for admins (spec/10 §18)."""

import re
from collections.abc import Callable, Sequence
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation

from sqlmodel import col, select

from bot.handlers.form_values import Fields, one_line
from bot.handlers.order import Topic
from bot.handlers.saying import N_, notice, sentence
from bot.handlers.showing import show_on_board
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from bot.okr.access import may_set_workspace
from bot.okr.clock_words import read_time
from bot.okr.days import read_period
from bot.okr.localtime import local_day
from bot.okr.model import ScoreMode
from bot.views.rights import actor_of
from storage import agendas, homes, installations, settings
from storage import models as m

STALE = N_("Somebody changed these settings while your form was open, so nothing of it was saved. They stand so now:")
LONGEST_FREEZE = timedelta(days=92)
MOST_FREEZES = 12
MOST_NAME = 80
LEAST_KEPT, MOST_KEPT = 30, 36500
"""Days."""
_LINES = re.compile(r"[\n;；]+")
_DASH = re.compile(r"\s*(?:-|–|—|~|至|到|to)\s*", re.IGNORECASE)
NO_QUIET = ("none", "off", "-", "无")


def asked(_turn: Turn) -> Reply:
    """What holds now; for admins with a button to each form, for all others with who may change it."""
    return Answer("workspace_settings", {"said": None})


def refused(turn: Turn) -> Reply | None:
    """Who may, for those who may not."""
    if may_set_workspace(actor_of(turn.session, turn.person)):
        return None
    return asked(turn)


def _form(name: str) -> Callable[[Turn, str], Reply]:
    def opened(turn: Turn, _value: str) -> Reply:
        return refused(turn) or FormRequest(f"{name}_form", {}, action=name, value="mine")

    return opened


def _submitted(
    part: Sequence[str], reads: Callable[[Turn, Fields, Submitted, m.Workspace], None]
) -> Callable[[Turn, Submitted], Reply]:
    """A form about these settings: all is saved or nothing, and nothing over what somebody else saved meanwhile."""

    def submitted(turn: Turn, what: Submitted) -> Reply:
        no = refused(turn)
        if no is not None:
            return no
        workspace = _held(turn)
        before = settings.of_workspace(workspace)
        if what.token != settings.fingerprint(before, part):
            return Answer("workspace_settings", {"said": sentence(STALE), "inbox_id": turn.inbox.id})
        fields = Fields(turn, what.values)
        reads(turn, fields, what, workspace)
        if fields.problems:
            return FormErrors(fields.problems)
        turn.session.add(workspace)
        turn.session.flush()
        return _saved(turn, workspace, before)

    return submitted


def _held(turn: Turn) -> m.Workspace:
    """The workspace's row, for this transaction alone: two admins who save at once do so one after the other."""
    return turn.session.exec(
        select(m.Workspace)
        .where(m.Workspace.id == turn.person.workspace_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _saved(turn: Turn, workspace: m.Workspace, before: settings.Values) -> Reply:
    """File it, plan every team anew, and show the new colours wherever a board stands."""
    after = settings.of_workspace(workspace)
    changes = settings.changed(before, after)
    if not changes:
        return notice(N_("Nothing was changed."))
    settings.note(turn.session, workspace.id, turn.person.id, "settings of the workspace", before, after, turn.now)
    ids = turn.session.exec(select(m.Team.id).where(m.Team.workspace_id == workspace.id).order_by(col(m.Team.id))).all()
    agendas.look_again(turn.session, ids, turn.now)
    for team_id in ids:
        show_on_board(turn, team_id)
    homes.show_everybody(turn.session, workspace.id, turn.now)
    return Answer("workspace_saved", {"changes": changes, "inbox_id": turn.inbox.id})


# --- time ---------------------------------------------------------------------------------------------


def _read_time(turn: Turn, fields: Fields, what: Submitted, workspace: m.Workspace) -> None:
    name = _read_name(turn, fields, workspace)
    zone, holidays = fields.zone("timezone"), fields.holidays("holidays")
    lang = fields.choice("lang", m.Language, workspace.default_lang)
    quiet = _read_quiet(fields)
    freeze = _read_freeze(turn, fields, what, workspace)
    if fields.problems:
        return
    workspace.name = name
    workspace.timezone, workspace.default_lang, workspace.holiday_calendar = zone or "UTC", lang, holidays
    workspace.quiet_from, workspace.quiet_to = quiet
    workspace.freeze = freeze


def _read_name(turn: Turn, fields: Fields, workspace: m.Workspace) -> str:
    """What the organisation is called; a file that is imported finds it by this name."""
    name = fields.text("name", MOST_NAME)
    other = installations.workspace_named(turn.session, name) if name else None
    if not name:
        fields.problem("name", N_("What is it called?"))
    elif other is not None and other.id != workspace.id:
        fields.problem("name", N_("That name is taken; please choose another."))
    return name


def _read_quiet(fields: Fields) -> tuple[time, time]:
    text = fields.text("quiet", 40)
    if text.casefold() in NO_QUIET:
        return time(0), time(0)
    ends = [read_time(one) for one in _DASH.split(text)] if text else [time(18), time(9)]
    first, last = (ends[0], ends[-1]) if len(ends) == 2 else (None, None)
    if first is None or last is None:
        fields.problem("quiet", N_("Please write it as 18:00-09:00, or none."))
        return time(18), time(9)
    if first == last:
        fields.problem("quiet", N_("From when to when? Both ends are the same; write none for no quiet hours."))
    return first, last


def _read_freeze(turn: Turn, fields: Fields, what: Submitted, workspace: m.Workspace) -> list[list[str]]:
    """The company's shutdowns, one in each line; those that are over may stay."""
    text = what.values.get("freeze")
    lines = [one_line(one) for one in _LINES.split(text if isinstance(text, str) else "")]
    found: list[tuple[date, date]] = []
    for line in filter(None, lines):
        period = _period(line, local_day(turn.now, workspace.timezone))
        if period is None:
            fields.problem(
                "freeze", N_("I cannot read {line}; write it as 24 Dec - 31 Dec, one in a line."), line=line[:40]
            )
            return []
        first, last = period
        if last < first:
            fields.problem("freeze", N_("{line} ends before it begins."), line=line[:40])
        elif last - first > LONGEST_FREEZE:
            fields.problem("freeze", N_("{line} is longer than three months."), line=line[:40])
        found.append(period)
    if len(found) > MOST_FREEZES:
        fields.problem("freeze", N_("At most {most} at a time, please."), most=MOST_FREEZES)
    return [[first.isoformat(), last.isoformat()] for first, last in sorted(set(found))]


def _period(line: str, today: date) -> tuple[date, date] | None:
    ends = line.split(" – ")
    try:
        if len(ends) == 2:  # as the form shows it itself
            return date.fromisoformat(ends[0]), date.fromisoformat(ends[1])
    except ValueError:
        pass
    return read_period(line, today)


# --- scores -------------------------------------------------------------------------------------------


def _read_scores(_turn: Turn, fields: Fields, _what: Submitted, workspace: m.Workspace) -> None:
    mode = fields.choice("score_mode", ScoreMode, workspace.score_mode)
    read = {
        "stretch": _bands(fields, "stretch"),
        "committed": _bands(fields, "committed"),
        "outcome": _outcome(fields),
        "early_pace": _early(fields),
    }
    if fields.problems:
        return
    workspace.score_mode, workspace.score_objectives = mode, "yes" in fields.ticked("score_objectives")
    workspace.thresholds = settings.with_thresholds(workspace.thresholds, read)


def _bands(fields: Fields, name: str) -> str:
    """Three lines between colours, the highest first."""
    found = _numbers(fields, name)
    if found is None or len(found) != 3 or not Decimal(2) >= found[0] > found[1] > found[2] > 0:
        fields.problem(name, N_("Three numbers from 0 to 2, the highest first: 1.00/0.60/0.40."))
        return ""
    return "/".join(format(one, "f") for one in found)


def _outcome(fields: Fields) -> str:
    found = _numbers(fields, "outcome")
    if found is None or len(found) != 2 or not 0 < found[0] < found[1] <= 1:
        fields.problem("outcome", N_("Two numbers up to 1, the lower first: 0.60/0.80."))
        return ""
    return "/".join(format(one, "f") for one in found)


def _early(fields: Fields) -> str:
    found = _numbers(fields, "early_pace")
    if found is None or len(found) != 1 or not 0 <= found[0] <= Decimal("0.3"):
        fields.problem("early_pace", N_("A number from 0 to 0.3, such as 0.15."))
        return ""
    return format(found[0], "f")


def _numbers(fields: Fields, name: str) -> list[Decimal] | None:
    """`1.00/0.60/0.40`, also with a decimal comma; None for anything else."""
    try:
        found = [Decimal(one.strip().replace(",", ".")) for one in fields.text(name, 40).split("/")]
    except InvalidOperation:
        return None
    return found if all(one.is_finite() and abs(one) <= 100 for one in found) else None


# --- rules --------------------------------------------------------------------------------------------


def _read_rules(_turn: Turn, fields: Fields, _what: Submitted, workspace: m.Workspace) -> None:
    now = settings.of_workspace(workspace)
    approval = fields.choice("approval", m.ApprovalRule, workspace.approval or m.ApprovalRule.NOTIFY)
    grace = fields.whole("grace", 0, 5, int(now["grace"]))
    dark = fields.whole("dark_factor", 2, 4, int(now["dark_factor"]))
    kept = _read_retention(fields, workspace)
    if fields.problems:
        return
    workspace.approval, workspace.retention_days = approval, kept
    workspace.personal_okrs = "yes" in fields.ticked("personal_okrs")
    read = {"grace_days": f"{grace}", "dark_factor": f"{dark}"}
    workspace.thresholds = settings.with_thresholds(workspace.thresholds, read)


def _read_retention(fields: Fields, workspace: m.Workspace) -> int | None:
    """For how many days words are kept; None: always. To keep them for a shorter time needs a second yes."""
    if not fields.text("retention", 40):
        return None
    days = fields.whole("retention", LEAST_KEPT, MOST_KEPT, LEAST_KEPT)
    is_shorter = workspace.retention_days is None or days < workspace.retention_days
    if is_shorter and "yes" not in fields.ticked("forget"):
        msgid = N_("What people typed more than {days} days ago is deleted for good then. If so, please tick this.")
        fields.problem("forget", msgid, days=days)
    return days


TOPIC = Topic(
    buttons={
        "workspace_settings": lambda turn, _value: asked(turn),
        "workspace_time": _form("workspace_time"),
        "workspace_scores": _form("workspace_scores"),
        "workspace_rules": _form("workspace_rules"),
    },
    forms={
        "workspace_time": _submitted(settings.OF_TIME, _read_time),
        "workspace_scores": _submitted(settings.OF_SCORES, _read_scores),
        "workspace_rules": _submitted(settings.OF_RULES, _read_rules),
    },
)
