"""Messages that are simply new, or simply there: they are entered on a sheet, many teams' at once.

Whatever takes a closer look (somebody whom several teams ask, a question that is back or grows, a new time) is left to
the planner, which enters it by itself.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import structlog
from sqlmodel import Session

from bot.okr import planning
from storage import models as m
from storage.deliveries import Key, Standing
from storage.sheets import Prompt, Run, RunKey, Sheet, open_sheet

log = structlog.get_logger()

TELLS_THE_LEAD = (planning.SkipReason.ACCOUNT_OFF, planning.SkipReason.NO_CHANNEL)
DIGESTS = (planning.Message.DIGEST, planning.Message.COMPANY_DIGEST)
REMINDERS = (planning.Message.REMINDER_1, planning.Message.REMINDER_2)
OfTeam = tuple[m.Team, planning.Planned]


def sheet_for(session: Session, planned: Iterable[OfTeam], now: datetime) -> Sheet:
    """A sheet on which these messages can be entered."""
    keys: list[Key] = []
    questions: set[tuple[int, str]] = set()
    runs: set[RunKey] = set()
    for team, one in planned:
        keys.append(_key(one))
        opens = _opens(one)
        if one.person_id is not None and (opens is not None or one.message in REMINDERS):
            questions.add((one.person_id, opens or one.period))
            keys.append(_welcome(one.person_id))
        runs.add(_run_key(team, one))
    return open_sheet(session, now, keys, questions, runs)


def enter_plain(
    sheet: Sheet, team: m.Team, planned: Sequence[planning.Planned], apart: Collection[int]
) -> tuple[int, list[planning.Planned]]:
    """Enter what is plain. Returns how much of it is new, and the rest.

    Of one reader it is all or nothing, and nothing of those who are to be kept `apart`.
    """
    questions = Counter((one.person_id, _opens(one)) for one in planned if _opens(one) is not None)
    unusual = {
        one.person_id
        for one in planned
        if one.person_id in apart or questions[one.person_id, _opens(one)] > 1 or not _is_plain(sheet, team, one)
    }
    new = sum(_enter(sheet, team, one) for one in planned if one.person_id not in unusual)
    return new, [one for one in planned if one.person_id in unusual]


def _is_plain(sheet: Sheet, team: m.Team, one: planning.Planned) -> bool:
    there = sheet.standing.get(_key(one))
    if one.skip in TELLS_THE_LEAD or _gets_a_new_time(one, there):
        return False
    if one.message is planning.Message.STANDING_BOARD:
        return there is None
    if one.message in DIGESTS and one.skip is None:
        return _fits(sheet.runs.get(_run_key(team, one)), one)
    if one.message is planning.Message.CHECK_IN and one.skip is None and there is not None and there.is_skipped:
        return False
    return _has_plain_question(sheet, team, one)


def _has_plain_question(sheet: Sheet, team: m.Team, one: planning.Planned) -> bool:
    """True where the question that a message opens is not there yet, or stays as it is."""
    opens, run = _opens(one), sheet.runs.get(_run_key(team, one))
    if opens is None or one.person_id is None:
        return True
    prompt = sheet.prompts.get((one.person_id, opens))
    if prompt is None:
        return _fits(run, one)
    if prompt.id is None:
        return False
    if _digest_is_out(sheet, one):
        return True
    if not prompt.kr_ids.issuperset((*one.kr_ids, *one.suppressed_kr_ids)) or not set(one.health_ids) <= set(
        prompt.health
    ):
        return False
    return not (one.kr_ids or one.suppressed_kr_ids) or (run is not None and _fits(run, one))


def _enter(sheet: Sheet, team: m.Team, one: planning.Planned) -> bool:
    """Put down a plain message with all that belongs to it. True if it is new."""
    prompt, opens = None, _opens(one)
    if opens is not None and one.person_id is not None:
        prompt = _question(sheet, team, one, (one.person_id, opens))
    elif one.message in REMINDERS and one.person_id is not None:
        prompt = sheet.prompts.get((one.person_id, one.period))
    elif one.message in DIGESTS and one.skip is None:
        _run(sheet, team, one)
    if _key(one) in sheet.standing:
        return False
    data: dict[str, object] = {"team": team.id}
    if one.kr_ids:
        data["krs"] = list(one.kr_ids)
    if one.health_ids:
        data["health"] = list(one.health_ids)
    if one.digest_at is not None:
        data["digest_at"] = one.digest_at.isoformat()
    sheet.plan(
        None if one.message is planning.Message.HEALTH else prompt,
        workspace_id=team.workspace_id,
        kind=one.message.value,
        subject=one.subject,
        period=one.period,
        person_id=one.person_id,
        team_id=one.team_id,
        data=data,
        state=m.DeliveryState.PLANNED if one.skip is None else m.DeliveryState.SKIPPED,
        reason=None if one.skip is None else one.skip.value,
        due_at=one.due_at,
    )
    log.info("planned", team=team.key, kind=one.message.value, subject=one.subject, period=one.period)
    return True


def _question(sheet: Sheet, team: m.Team, one: planning.Planned, key: tuple[int, str]) -> Prompt:
    """The question of a period, with its run, its items and (before the first one ever) a welcome."""
    prompt = sheet.prompts.get(key)
    if prompt is not None:
        return prompt
    is_greeted = _welcome(key[0]) in sheet.standing  # with the OKRs, when they were published
    if sheet.is_first(key[0]) and key[0] in sheet.owners and not is_greeted:
        sheet.plan(
            None,
            workspace_id=team.workspace_id,
            kind="welcome",
            subject=f"person:{one.person_id}",
            period="once",
            person_id=one.person_id,
            team_id=None,
            data={"team": team.id},
            state=m.DeliveryState.PLANNED,
            reason=None,
            due_at=one.due_at,
            created_at=one.due_at,
            updated_at=one.due_at,
        )
    prompt = sheet.open_prompt(key, team.workspace_id, sorted(set(one.health_ids)))
    if one.kr_ids or one.suppressed_kr_ids:
        run = _run(sheet, team, one)
        for kr_id in one.kr_ids:
            sheet.ask(prompt, run, team.workspace_id, kr_id, m.ItemState.OPEN)
        for kr_id in one.suppressed_kr_ids:
            sheet.ask(prompt, run, team.workspace_id, kr_id, m.ItemState.SUPPRESSED)
    return prompt


def _run(sheet: Sheet, team: m.Team, one: planning.Planned) -> Run:
    key = _run_key(team, one)
    run = sheet.runs.get(key)
    if run is None:
        run = sheet.open_run(key, team.workspace_id, Run(one.meeting_id, one.meeting_at, one.digest_at))
    return run


def _fits(run: Run | None, one: planning.Planned) -> bool:
    """True where opening a run would change nothing about the one that is there."""
    return run is None or (run.meeting_id, run.meeting_at, run.digest_at) == (
        one.meeting_id,
        one.meeting_at,
        one.digest_at,
    )


def _gets_a_new_time(one: planning.Planned, there: Standing | None) -> bool:
    return there is not None and one.skip is None and not there.keeps(one.due_at)


def _digest_is_out(sheet: Sheet, one: planning.Planned) -> bool:
    """Nothing is added to a question once the digest that shows its answers is out."""
    return one.digest_at is not None and sheet.now >= one.digest_at


def _opens(one: planning.Planned) -> str | None:
    """The period of the question that a message opens, or adds to; None where it is none."""
    asked = one.skip is None or one.skip is planning.SkipReason.UPDATED_RECENTLY or one.asked_in is not None
    match one.message:
        case planning.Message.CHECK_IN if asked and one.person_id is not None:
            return one.asked_in or one.period
        case planning.Message.HEALTH if one.person_id is not None:
            return one.asked_in
    return None


def _key(one: planning.Planned) -> Key:
    return one.message.value, one.subject, one.period


def _welcome(person_id: int) -> Key:
    return "welcome", f"person:{person_id}", "once"


def _run_key(team: m.Team, one: planning.Planned) -> RunKey:
    kind = m.RitualKind(one.message.value) if one.message in DIGESTS else m.RitualKind.WEEKLY_CHECK_IN
    return team.id, kind, one.period
