"""What is tapped on an agreement: yes, no, other words, talk first, on track, slipping, done (spec/09 §15.3)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.handlers.form_values import Fields, one_line
from bot.handlers.order import Topic
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.showing import stands_on, touched
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Nothing, Submitted
from bot.okr import agreements as rules
from bot.okr.agreements import MOST_NOTE, MOST_TEXT, Agreement, Outcome, Refusal, Side, State
from bot.okr.days import read_day
from bot.okr.localtime import local_day
from bot.views import agreement_news as news
from bot.views.agreements import may_speak, speaker
from storage import agreements
from storage import models as m
from storage.agreements import Ends
from storage.teams import person_zone

GONE = N_("That is gone, so nothing was recorded.")
OVER = N_("That is done, so nothing was changed.")
NOT_AGREED = N_("That is not agreed yet, so nothing was changed.")
DAY_OVER = N_("That day is over; please give one to come.")
NO_SUCH_DAY = N_("I cannot read that day; try Fri, 20 Nov or 2026-11-20.")
TOO_FAR = N_("That is more than a year away; please give a nearer day.")
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Tap:
    """Somebody who may speak for a side, and the wording that stood before them."""

    turn: Turn
    ends: Ends
    side: Side
    rev: int
    more: str = ""

    @property
    def one(self) -> Agreement:
        """How it stands."""
        return agreements.value_of(self.ends.row)

    @property
    def value(self) -> str:
        """What its buttons carry."""
        return f"{self.ends.row.token}:{self.rev}:{self.side.value}"


def today_of(turn: Turn) -> date:
    """The calendar day of whoever speaks."""
    workspace = turn.session.get_one(m.Workspace, turn.person.workspace_id)
    return local_day(turn.now, person_zone(turn.person, workspace))


def read_by(turn: Turn, text: str) -> tuple[date | None, str | None]:
    """A day to come, or the sentence that says what is wrong with it."""
    today = today_of(turn)
    day = read_day(text, today)
    if day is None:
        return None, NO_SUCH_DAY
    if day < today:
        return None, DAY_OVER
    return (None, TOO_FAR) if day > today + LONGEST else (day, None)


def shown(ends: Ends, side: Side, what: str = "", **data: object) -> Answer:
    """The agreement as it stands, to whoever did something about it."""
    return Answer("agreement", {"alignment": ends.row.id, "side": side.value, "what": what, **data})


# --- what every tap goes through ------------------------------------------------------------------------


def _tapped(turn: Turn, value: str) -> Tap | Reply:
    """Who may tap, on what; else the sentence that says why nothing was recorded."""
    token, rev, side, more = (*value.split(":", 3), "", "", "")[:4]
    ends = agreements.held_by_token(turn.session, token) if token else None
    if (
        ends is None
        or ends.row.workspace_id != turn.person.workspace_id
        or not rev.isdecimal()
        or side not in tuple(Side)
    ):
        return notice(GONE)
    if not may_speak(turn.session, turn.person, ends, Side(side), turn.now):
        return Answer("agreement_not_yours", {"alignment": ends.row.id, "side": side})
    if not agreements.is_in_force(ends):
        news.follow(turn.session, ends.row.id)
        return shown(ends, Side(side))
    return Tap(turn, ends, Side(side), int(rev), more)


Does = Callable[[Tap], Reply]


def _on(does: Does) -> Callable[[Turn, str], Reply]:
    def pressed(turn: Turn, value: str) -> Reply:
        tap = _tapped(turn, value)
        return does(tap) if isinstance(tap, Tap) else tap

    return pressed


def _settle(
    tap: Tap, outcome: Outcome, what: str, *, more: str = "", day: date | None = None, both: bool = False
) -> Reply:
    """Keep what a tap made of it, tell the other side, and show it; or say why it changed nothing."""
    if isinstance(outcome, Refusal):
        return _refused(tap, outcome)
    turn, ends = tap.turn, tap.ends
    if ends.row.kind is m.AlignmentKind.CONFLICTS and outcome.state is State.AGREED:
        settled = rules.finish(outcome)
        outcome = outcome if isinstance(settled, Refusal) else settled
    agreements.keep(turn.session, ends.row, outcome, turn.person.id, turn.now)
    if what == "reworded" or (what == "agreed" and outcome.waits_for is not None):
        waits = outcome.waits_for or tap.side.other
        news.ask(turn.session, ends, waits, turn.now, by=turn.person)
    else:
        cause = more or str(turn.inbox.id)
        news.tell(turn.session, ends, what, turn.person, tap.side, turn.now, more=cause, day=day, both=both)
    return _told(tap)


def _told(tap: Tap) -> Reply:
    """Boards and every message about it follow; whoever tapped a message of it sees it there."""
    turn, ends = tap.turn, tap.ends
    news.follow(turn.session, ends.row.id)
    touched(turn, {ends.from_team.id, ends.to_team.id}, ends.kr_ids)
    standing = stands_on(turn)
    if standing is not None and standing.subject.startswith(f"agreement:{ends.row.id}:"):
        return Nothing()
    return shown(ends, tap.side)


def _refused(tap: Tap, refusal: Refusal) -> Reply:
    news.follow(tap.turn.session, tap.ends.row.id)
    match refusal:
        case Refusal.OVERTAKEN:
            return shown(tap.ends, tap.side, "overtaken")
        case Refusal.OVER:
            return notice(OVER)
        case Refusal.OPEN:
            return notice(NOT_AGREED)
        case Refusal.ALREADY:
            return _told(tap)


# --- taps -----------------------------------------------------------------------------------------------


def _yes(tap: Tap) -> Reply:
    conflict = tap.ends.row.kind is m.AlignmentKind.CONFLICTS
    return _settle(tap, rules.agree(tap.one, tap.side, tap.rev), "settled" if conflict else "agreed")


def _talk(tap: Tap) -> Reply:
    """Both sides read once that they should talk; nothing else changes."""
    if tap.one.state is State.DONE:
        return notice(OVER)
    if tap.rev != tap.one.rev:
        return _refused(tap, Refusal.OVERTAKEN)
    news.tell(tap.turn.session, tap.ends, "talk", tap.turn.person, tap.side, tap.turn.now, both=True)
    return shown(tap.ends, tap.side, "talk", by=tap.turn.person.id, by_side=tap.side.value)


def _drop(tap: Tap) -> Reply:
    """Who asked needs it no more."""
    if tap.side is not Side.FROM:
        return notice(GONE)
    return _settle(tap, rules.decline(tap.one, tap.side, tap.rev, ""), "not_needed", both=True)


def _on_track(tap: Tap) -> Reply:
    if tap.side is not Side.TO:
        return notice(GONE)
    day = tap.one.needed_by
    if tap.rev != tap.one.rev:
        return _refused(tap, Refusal.OVERTAKEN)
    return _settle(tap, rules.on_track(tap.one), "on_track", more=f"{day}", day=day)


def _new_day(tap: Tap) -> Reply:
    try:
        day = date.fromisoformat(tap.more)
    except ValueError:
        return notice(GONE)
    if tap.side is not Side.FROM:
        return notice(GONE)
    return _settle(tap, rules.take_new_day(tap.one, day), "new_day", day=day)


def _done(tap: Tap) -> Reply:
    if tap.side is not Side.FROM:
        return notice(N_("Only who asked for it can say that it is there; nothing was recorded."))
    return _settle(tap, rules.finish(tap.one), "done")


def _again(tap: Tap) -> Reply:
    """[Ask them now]: the same words once more, once a day."""
    if tap.rev != tap.one.rev:
        return _refused(tap, Refusal.OVERTAKEN)
    if tap.one.waits_for is not tap.side.other:
        return _told(tap)
    if not news.ask(tap.turn.session, tap.ends, tap.side.other, tap.turn.now, again=today_of(tap.turn).isoformat()):
        return notice(N_("They were asked today already, or nobody leads {team} yet."), team=_other_team(tap))
    return shown(tap.ends, tap.side, "asked_again")


def _other_team(tap: Tap) -> str:
    return tap.ends.team(tap.side.other).name


def _show(tap: Tap) -> Reply:
    return shown(tap.ends, tap.side)


# --- said -----------------------------------------------------------------------------------------------


def waiting_for(turn: Turn) -> list[tuple[Ends, Side]]:
    """What waits for this person's word, as the side that is asked; the oldest first."""
    teams = [one.team.id for one in fresh_view(turn).teams]
    found = [(one, agreements.value_of(one.row).waits_for) for one in agreements.followed(turn.session, teams)]
    asked = [(ends, side) for ends, side in found if side is not None]
    return [(ends, side) for ends, side in asked if _is_asked(turn, ends, side)]


def _is_asked(turn: Turn, ends: Ends, side: Side) -> bool:
    person = speaker(turn.session, ends, side)
    return person is not None and person.id == turn.person.id


def settled(turn: Turn, value: str, *, yes: bool, reason: str) -> Reply:
    """A yes or no in words to the wording of a button. What is in conflict is neither: its card tells what can be."""
    tap = _tapped(turn, value)
    if not isinstance(tap, Tap):
        return tap
    if tap.ends.row.kind is m.AlignmentKind.CONFLICTS:
        return shown(tap.ends, tap.side)
    if yes:
        return _yes(tap)
    if reason and len(reason) <= MOST_NOTE:
        return _settle(tap, rules.decline(tap.one, tap.side, tap.rev, one_line(reason)), "declined", both=True)
    return _form("agreement_no_form", "agreement_no")(tap)


# --- forms ----------------------------------------------------------------------------------------------


def _form(name: str, action: str) -> Does:
    def opened(tap: Tap) -> Reply:
        if tap.one.state is State.DONE:
            return notice(OVER)
        if tap.rev != tap.one.rev:
            return _refused(tap, Refusal.OVERTAKEN)
        return FormRequest(name, {"token": tap.value}, action=action, value=tap.value)

    return opened


def _words_sent(turn: Turn, what: Submitted) -> Reply:
    tap = _tapped(turn, what.token)
    if not isinstance(tap, Tap):
        return tap
    fields = Fields(turn, what.values)
    text = fields.text("text", MOST_TEXT)
    if not text:
        fields.problem("text", N_("Please say in a few words what is agreed."))
    day = tap.one.needed_by
    if tap.ends.row.kind is m.AlignmentKind.DEPENDS_ON:
        day, problem = read_by(turn, one_line(what.values.get("by")))
        if problem is not None:
            fields.problem("by", problem)
    if fields.problems:
        return FormErrors(fields.problems)
    return _settle(tap, rules.reword(tap.one, tap.side, tap.rev, text, day), "reworded")


def _no_sent(turn: Turn, what: Submitted) -> Reply:
    tap = _tapped(turn, what.token)
    if not isinstance(tap, Tap):
        return tap
    fields = Fields(turn, what.values)
    why = fields.text("why", MOST_NOTE)
    if not why:
        fields.problem("why", N_("Please say why in one line; both leads read it."))
    if fields.problems:
        return FormErrors(fields.problems)
    return _settle(tap, rules.decline(tap.one, tap.side, tap.rev, why), "declined", both=True)


def _slip_sent(turn: Turn, what: Submitted) -> Reply:
    tap = _tapped(turn, what.token)
    if not isinstance(tap, Tap):
        return tap
    if tap.side is not Side.TO:
        return notice(GONE)
    day, problem = read_by(turn, one_line(what.values.get("by")))
    if day is None:
        return FormErrors({"by": turn.say(problem or NO_SUCH_DAY)})
    if tap.rev != tap.one.rev:
        return _refused(tap, Refusal.OVERTAKEN)
    if day == tap.one.needed_by:
        return _on_track(tap)
    return _settle(tap, rules.slip(tap.one, day), "slips", day=day)


TOPIC = Topic(
    buttons={
        "agreement_yes": _on(_yes),
        "agreement_talk": _on(_talk),
        "agreement_drop": _on(_drop),
        "agreement_on_track": _on(_on_track),
        "agreement_new_day": _on(_new_day),
        "agreement_done": _on(_done),
        "agreement_again": _on(_again),
        "agreement_show": _on(_show),
        "agreement_words": _on(_form("agreement_words_form", "agreement_words")),
        "agreement_no": _on(_form("agreement_no_form", "agreement_no")),
        "agreement_slip": _on(_form("agreement_slip_form", "agreement_slip")),
    },
    forms={"agreement_words": _words_sent, "agreement_no": _no_sent, "agreement_slip": _slip_sent},
)
