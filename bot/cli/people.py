"""`people`: who is known here, and erasing somebody who left."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlmodel import Session

from bot.cli.output import CommandProblem, say
from bot.clock import SystemClock
from bot.rituals.lead import nobody_answers
from bot.settings import Settings
from storage import erasing, installations
from storage import models as m
from storage.session import Database, bring_up_to_date

NOBODY = "There is nobody called '{handle}' here; `people list` shows everybody."
ACTIVE = (
    "{name} is active, so Okra would know them again at their next word; switch their account off first, "
    "or add --although-active."
)
NOT_YET = "Nothing was changed. To do it: .venv/bin/python app.py people erase {handle} --yes{more}"


def show_list(settings: Settings, workspace: str | None) -> None:
    """Print everybody, a line each."""
    with _open(settings) as db:
        rows = db.read_now(lambda session: erasing.people(session, _workspace(session, workspace).id))
    for row in rows:
        say(f"{row.handle}  {row.display_name}{'' if row.active else '  (left)'}")


def erase(settings: Settings, handle: str, workspace: str | None, *, yes: bool, although_active: bool) -> None:
    """Erase somebody, or say what that would do. Raises `CommandProblem`."""

    def whom(session: Session) -> m.Person:
        person = erasing.person_by_handle(session, _workspace(session, workspace).id, handle)
        if person is None:
            raise CommandProblem(NOBODY.format(handle=handle))
        if person.active and not although_active:
            raise CommandProblem(ACTIVE.format(name=person.display_name))
        return person

    def work(session: Session) -> erasing.Erased:
        person = whom(session)
        outcome = erasing.erase(session, person, clock.now())
        nobody_answers(session, outcome.key_results, person.workspace_id, clock.now())
        return outcome

    clock = SystemClock()
    with _open(settings) as db:
        if yes:
            names = db.read_now(lambda session: erasing.names_of(session, whom(session)))
            outcome = db.write_now(work)
            outcome = replace(outcome, found=db.read_now(erasing.where_named, names))
        else:
            outcome = db.read_now(lambda session: erasing.would_erase(session, whom(session)))
    for line in _told(outcome):
        say(line)
    more = " --although-active" if although_active else ""
    say("Erased." if yes else NOT_YET.format(handle=handle, more=more))


def _told(outcome: erasing.Erased) -> Iterator[str]:
    yield f"Gone: name, handle, e-mail, settings, {outcome.addresses} accounts, {outcome.memberships} memberships."
    yield f"Gone: the words of {outcome.messages} messages to Okra."
    yield f"Left alone: {outcome.deliveries} messages to them; what stands on the platform stays there."
    yield f"Kept under 'former owner': {outcome.check_ins} check-ins with their numbers and notes."
    if outcome.key_results:
        yield f"Without an owner: {', '.join(outcome.key_results)}."
    if outcome.leads:
        yield f"Without a lead: {', '.join(outcome.leads)}; name one in an OKR file and import it."
    for place, number in outcome.found:
        yield f"Still named by others, {number} times in {place}; Okra cannot tell whether that is about them."


@contextmanager
def _open(settings: Settings) -> Iterator[Database]:
    bring_up_to_date(settings.database_url)
    db = Database(settings.database_url, SystemClock())
    try:
        yield db
    finally:
        db.close()


def _workspace(session: Session, name: str | None) -> m.Workspace:
    there = installations.workspaces(session)
    found = [one for one in there if name in (None, one.name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(one.name for one in there) or "none"
    raise CommandProblem(f"Say which workspace is meant with --workspace; there is: {names}.")
