"""Importing: what becomes of rows, twice as once, in halves as whole, all or nothing, and nothing is ever deleted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session, SQLModel, select

from bot.clock import MovableClock
from bot.okr import model as okr
from storage import check_ins, okrs
from storage import models as m
from storage.check_ins import Origin, Said
from storage.okr_files import Effect, Kind, OkrFile, Preview, apply
from storage.okr_files.notes import notes_on
from storage.okr_files.stored import Stored
from storage.okr_files.zones import Zones
from storage.session import Database
from tests.storage.okr_files.files import (
    HEAD,
    NOW,
    currents,
    example,
    importing,
    key_result,
    previewing,
    problems,
    read,
    with_history,
    with_krs,
)

HISTORY = """
- {at: 2026-10-08, value: 1}
- {at: 2026-10-15 10:00, value: 2, self_score: 0.7}
- {at: 2026-10-22, value: 3, blocker: The form}
- {at: 2026-10-29, value: 4, by: jack, note: Two deals close on Friday}
- {at: 2026-11-05, kind: confirm, value: 4, self_score: 0.7, blocked: no}
"""


def rows(db: Database, table: type[m.Row]) -> list[m.Row]:
    def load(session: Session) -> list[m.Row]:
        return list(session.exec(select(table).order_by(table.id)).all())  # type: ignore[arg-type]  # a column here

    return db.read_now(load)


def everything(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, for comparing."""

    def load(session: Session) -> dict[str, list[tuple[object, ...]]]:
        tables = SQLModel.metadata.sorted_tables
        return {table.name: [tuple(row) for row in session.execute(table.select())] for table in tables}

    return db.read_now(load)


def changed(preview: Preview) -> list[str]:
    return [row.sentence for row in preview.changed]


def test_a_preview_writes_nothing_and_says_what_the_import_then_does(db: Database) -> None:
    text = with_history(HISTORY)
    before = everything(db)

    told = previewing(db, text)

    assert everything(db) == before
    assert importing(db, text) == told
    assert told.count(Effect.NEW, Kind.CHECK_IN) == 4
    assert told.count(Effect.NEW, Kind.READING) == 1
    assert "New person: mei Mei." in [row.sentence for row in told.new]


@pytest.mark.parametrize("name", ["small.yaml", "teebee.yaml", "nodejs-commcomm-2020.yaml"])
def test_importing_twice_is_the_same_as_once(db: Database, name: str) -> None:
    importing(db, example(name))
    once = everything(db)

    assert previewing(db, example(name)).is_empty
    assert importing(db, example(name)).is_empty
    assert everything(db) == once


@pytest.mark.parametrize("name", ["small.yaml", "teebee.yaml", "nodejs-commcomm-2020.yaml"])
def test_what_stands_on_a_key_result_equals_a_replay_of_its_rows(db: Database, name: str) -> None:
    importing(db, example(name))

    found = currents(db, read(example(name)).workspace.name)
    assert found
    assert all(stands == replayed for stands, replayed in found.values())


@pytest.mark.parametrize("first", [slice(0, 2), slice(3, None), slice(1, 4)])
def test_in_two_halves_is_the_same_as_at_once(
    db: Database, tmp_path_factory: pytest.TempPathFactory, first: slice
) -> None:
    entries = HISTORY.strip().split("\n")
    importing(db, with_history("\n".join(entries[first])))
    importing(db, with_history(HISTORY))

    (stands, replayed) = currents(db)["GRO-1"]
    assert stands == replayed
    assert len(rows(db, m.CheckIn)) == 4
    assert len(rows(db, m.Reading)) == 5
    assert comparable(stands) == comparable(at_once(HISTORY, tmp_path_factory))


def comparable(current: okr.Current) -> okr.Current:
    """Without the keys of rows, which follow the order of writing."""
    return replace(current, band_check_in_id=None, last_check_in_id=None)


def at_once(history: str, folders: pytest.TempPathFactory) -> okr.Current:
    whole = Database(f"sqlite:///{folders.mktemp('whole') / 'okra.db'}", MovableClock(NOW))
    try:
        SQLModel.metadata.create_all(whole.engine)
        importing(whole, with_history(history))
        return currents(whole)["GRO-1"][0]
    finally:
        whole.close()


def test_the_newest_of_the_history_stands_on_the_key_result(db: Database) -> None:
    importing(db, with_history(HISTORY))

    current = currents(db)["GRO-1"][0]
    assert (current.value, current.self_score, current.blocked) == (Decimal(4), Decimal("0.7"), False)
    assert (current.measured_on, current.updated_on) == (date(2026, 11, 5), date(2026, 11, 5))
    assert current.note == "Two deals close on Friday"


def test_wall_times_are_the_owners(db: Database) -> None:
    importing(db, with_history("- {at: 2026-11-05 10:00, self_score: 0.7}").replace("owner: mei", "owner: ana"))

    (row,) = rows(db, m.CheckIn)
    assert isinstance(row, m.CheckIn)
    assert row.at == datetime(2026, 11, 4, 21, 0, tzinfo=UTC)
    assert row.day == date(2026, 11, 5)
    assert row.source is okr.CheckInSource.API


def test_nothing_is_written_when_the_last_line_is_bad(db: Database) -> None:
    found = problems(example("teebee.yaml") + "  - {key_result: GRO-99, to: SUP, text: Nothing, asked: 2026-11-04}\n")

    assert len(found) == 1
    assert found[0].sentence.startswith("There is no key result 'GRO-99' in this file")
    assert found[0].line == len(example("teebee.yaml").splitlines()) + 1
    assert rows(db, m.Workspace) == []


def test_nothing_is_written_when_the_database_refuses_the_last_row(db: Database) -> None:
    class Refused(Exception):
        pass

    def fails_at_the_end(session: Session, file: OkrFile, now: datetime) -> None:
        apply(session, file, now)
        raise Refused

    before = everything(db)
    with pytest.raises(Refused):
        db.write_now(fails_at_the_end, read(example("teebee.yaml")), NOW)

    assert everything(db) == before


def test_a_changed_definition_is_written_with_what_it_was_and_why(db: Database) -> None:
    importing(db, with_krs("- {title: Enterprise MRR, from: 30k, to: 60k, owner: mei}"))
    later = with_krs("- {title: Enterprise MRR, from: 30k, to: 55k, owner: jack, weight: 2}")

    told = importing(db, later)

    assert changed(told) == [
        "Changed key result: GRO-1 (2026 Q4) Enterprise MRR: to 60000 → 55000, weight 1 → 2, owner mei → jack."
    ]
    changes = [row for row in rows(db, m.Change) if isinstance(row, m.Change)]
    assert [(one.entity, one.field, one.old, one.new, one.reason) for one in changes[:2]] == [
        ("key_result", "target", "60000", "55000", "import"),
        ("key_result", "weight", "1", "2", "import"),
    ]
    assert all(one.at == NOW for one in changes)
    assert previewing(db, later).is_empty


def test_a_drop_keeps_its_own_reason(db: Database) -> None:
    importing(db, with_krs("- {title: Tasting room, owner: mei}"))
    importing(db, with_krs("- {title: Tasting room, owner: mei, state: dropped, reason: The lease fell through}"))

    (state, because) = [row for row in rows(db, m.Change) if isinstance(row, m.Change)]
    assert (state.field, state.old, state.new, state.reason) == ("state", "active", "dropped", "The lease fell through")
    assert because.field == "dropped_because"


def test_a_key_result_that_arrives_dropped_has_its_reason_in_the_history(db: Database) -> None:
    importing(db, with_krs("- {title: A, state: paused, paused_from: 2026-11-01, reason: Waiting for the fair}"))

    (change,) = [row for row in rows(db, m.Change) if isinstance(row, m.Change)]
    assert (change.old, change.new, change.reason) == ("active", "paused", "Waiting for the fair")


def test_what_the_file_leaves_out_is_left_alone_and_said(db: Database) -> None:
    importing(db, with_krs("- {title: A, from: 1, to: 2, owner: mei, weight: 3, tag: team}\n- {title: B}"))
    less = (
        with_krs("- {title: A, from: 1, to: 2}")
        .replace("  - {handle: jack, name: Jack}\n", "")
        .replace(", members: [jack]", "")
    )

    told = importing(db, less)

    assert told.is_empty
    assert [row.sentence for row in told.only_stored] == [
        "Left alone, not in the file: person jack.",
        "Left alone, not in the file: membership jack in GRO.",
        "Left alone, not in the file: key result GRO-2 (2026 Q4).",
    ]
    assert len(rows(db, m.KeyResult)) == 2

    def first(session: Session) -> m.KeyResult:
        return key_result(session, "GRO", 1)

    kept = db.read_now(first)
    assert (kept.weight, kept.tag) == (Decimal(3), "team")
    assert kept.lead_owner_id is not None


def test_null_empties_a_field_and_a_blank_leaves_it(db: Database) -> None:
    text = "workspace: {name: T}\npeople:\n  - handle: mei\n    timezone: ZONE\n"
    importing(db, text.replace("ZONE", "Asia/Tokyo"))

    assert previewing(db, text.replace("ZONE", "")).is_empty
    assert changed(importing(db, text.replace("ZONE", "null"))) == [
        "Changed person: mei: timezone Asia/Tokyo → nothing."
    ]


def test_a_new_lead_follows_the_old_one_who_stays_a_member(db: Database) -> None:
    importing(db, HEAD)
    told = importing(db, HEAD.replace("lead: mei, members: [jack]", "lead: jack"))

    assert sorted(changed(told)) == [
        "Changed membership: jack in GRO lead: role member → lead.",
        "Changed membership: mei in GRO member: role lead → member.",
    ]
    roles = {row.role for row in rows(db, m.Membership) if isinstance(row, m.Membership) and row.team_id == 1}
    assert roles == {m.TeamRole.LEAD, m.TeamRole.MEMBER}


def test_a_file_that_names_no_lead_takes_none_away(db: Database) -> None:
    importing(db, HEAD)

    assert previewing(db, HEAD.replace("lead: mei, members: [jack]", "members: [mei, jack]")).is_empty


def test_a_corrected_entry_supersedes_the_one_before(db: Database) -> None:
    importing(db, with_history("- {at: 2026-11-05, value: 4, self_score: 0.7}"))
    told = importing(db, with_history("- {at: 2026-11-05, value: 5, self_score: 0.7}"))

    assert changed(told) == ["Changed check-in: GRO-1 on 2026-11-05 by mei: value 4 → 5."]
    first, second = (row for row in rows(db, m.CheckIn) if isinstance(row, m.CheckIn))
    assert second.supersedes_id == first.id
    stands, replayed = currents(db)["GRO-1"]
    assert stands.value == Decimal(5)
    assert stands == replayed
    assert previewing(db, with_history("- {at: 2026-11-05, value: 5, self_score: 0.7}")).is_empty


def test_a_reading_is_never_rewritten(db: Database) -> None:
    importing(db, with_history("- {at: 2026-11-05, value: 4}"))

    told = importing(db, with_history("- {at: 2026-11-05, value: 5}"))

    assert told.is_empty
    assert [note.sentence for note in told.notes if note.sentence.startswith("GRO-1")] == [
        "GRO-1 reads 4 on 2026-11-05 in storage and 5 in the file. What was read is never rewritten, so it stays; "
        "to correct it, check in again."
    ]


def test_what_a_person_took_back_does_not_come_again(db: Database) -> None:
    text = with_history("- {at: 2026-11-05, value: 4, self_score: 0.7}")
    importing(db, text)

    def undo(session: Session) -> None:
        row = key_result(session, "GRO", 1)
        team = session.get_one(m.Team, row.team_id)
        said = session.exec(select(m.CheckIn)).all()
        definition = okrs.definition(row, team, okrs.parts_of(session, [row.id]))
        check_ins.take_back(session, said, {row.id: definition}, NOW)

    db.write_now(undo)

    assert previewing(db, text).is_empty
    assert previewing(db, text.replace("value: 4", "value: 5")).is_empty


def test_what_was_said_in_the_meantime_stays_the_newest(db: Database) -> None:
    importing(db, with_history(HISTORY))

    def says(session: Session) -> None:
        row = key_result(session, "GRO", 1)
        team = session.get_one(m.Team, row.team_id)
        definition = okrs.definition(row, team, okrs.parts_of(session, [row.id]))
        origin = Origin(by_id=1, at=NOW, source=okr.CheckInSource.DM)
        check_ins.record(session, row, definition, Said(value=Decimal(6)), origin, date(2026, 11, 12))

    db.write_now(says)
    importing(db, with_history(HISTORY + "- {at: 2026-11-10, value: 5, self_score: 0.5}\n"))

    stands, replayed = currents(db)["GRO-1"]
    assert (stands.value, stands.previous_value) == (Decimal(6), Decimal(5))
    assert stands == replayed


def test_someone_who_moves_or_hands_over_does_not_double_the_history(db: Database) -> None:
    entries = "- {at: 2026-11-05, value: 3}\n- {at: 2026-11-06 10:00, value: 4, self_score: 0.7}"
    text = with_history(entries)
    importing(db, text)

    moved = text.replace("{handle: mei, name: Mei}", "{handle: mei, name: Mei, timezone: Asia/Tokyo}")
    importing(db, moved)
    handed_over = moved.replace("        owner: mei", "        owner: ana")
    told = importing(db, handed_over)

    assert told.count(Effect.NEW) == 0
    assert len(rows(db, m.Reading)) == 2
    assert len(rows(db, m.CheckIn)) == 1


def test_a_platform_that_learns_where_someone_lives_does_not_double_the_history(db: Database) -> None:
    text = with_history("- {at: 2026-11-06 10:00, value: 4, self_score: 0.7}")
    importing(db, text)

    def learn(session: Session) -> None:
        mei = session.exec(select(m.Person).where(m.Person.handle == "mei")).one()
        mei.timezone = "America/New_York"
        session.add(mei)

    db.write_now(learn)

    assert previewing(db, text).is_empty


def test_a_range_is_folded_anew_when_its_bounds_change(db: Database) -> None:
    entries = "- {at: 2026-10-08, value: 76}\n- {at: 2026-10-22, value: 79}\n- {at: 2026-11-05, value: 75}"
    importing(db, with_history(entries, "{at_least: 70, from: 76}"))
    before = currents(db)["GRO-1"][0]
    importing(db, with_history(entries, "{at_least: 78, from: 80}"))

    stands, replayed = currents(db)["GRO-1"]
    assert stands == replayed
    assert stands.in_range_days != before.in_range_days


def test_an_import_is_in_the_audit_log_and_one_that_changes_nothing_is_not(db: Database) -> None:
    importing(db, HEAD)
    importing(db, HEAD)

    (event,) = [row for row in rows(db, m.AuditEvent) if isinstance(row, m.AuditEvent)]
    assert (event.what, event.at, event.workspace_id) == ("import", NOW, 1)
    assert event.after["file"] == "okrs.yaml"
    assert event.after["new"]["person"] == 3


def test_every_team_is_planned_anew(db: Database) -> None:
    importing(db, HEAD)

    agendas = [row for row in rows(db, m.Agenda) if isinstance(row, m.Agenda)]
    assert {(row.team_id, row.kind) for row in agendas} == {(team, kind) for team in (1, 2) for kind in m.RitualKind}
    assert {row.next_due_at for row in agendas} == {NOW}


def test_the_console_is_connected_by_the_import_and_slack_is_not(db: Database) -> None:
    text = (
        "workspace: {name: T}\npeople:\n  - {handle: mei, address: {console: mei, slack: U1}}\n"
        "teams:\n  - {key: GRO, channel: {slack: C1}}\n"
    )

    told = importing(db, text)

    (address,) = (row for row in rows(db, m.Address) if isinstance(row, m.Address))
    (team,) = (row for row in rows(db, m.Team) if isinstance(row, m.Team))
    assert address.external_id == "mei"
    assert (team.installation_id, team.channel_ref) == (None, None)
    assert sum("There is no connection to Slack yet" in note.sentence for note in told.notes) == 2

    def connect(session: Session) -> None:
        slack = m.Installation(workspace_id=1, platform=m.Platform.SLACK, external_id="E1", installed_at=NOW)
        session.add(slack)

    db.write_now(connect)
    importing(db, text)

    assert [row.external_id for row in rows(db, m.Address) if isinstance(row, m.Address)] == ["mei", "U1"]
    (team,) = (row for row in rows(db, m.Team) if isinstance(row, m.Team))
    assert team.channel_ref == {"channel": "C1"}


def test_what_is_missing_and_allowed_is_noted() -> None:
    file = read(with_krs("- {title: A}\n- {title: B, owner: jack, from: 1, to: 2, due: 2027-01-15}"))
    stored = Stored()

    notes = {note.sentence for note in notes_on(file, stored, Zones(file, stored), ())}
    assert notes == {
        "Mei has no time zone, so the workspace's is used: Europe/Madrid.",
        "Jack has no time zone, so the workspace's is used: Europe/Madrid.",
        "Jack owns a key result and has no address, so nothing can be asked yet.",
        "Growth has no channel, so its digest cannot be posted.",
        "Growth has no meeting: it is asked on Mondays at 10:00, and its digest is due on Tuesdays.",
        "Support has no channel, so its digest cannot be posted.",
        "Support has no meeting: it is asked on Mondays at 10:00, and its digest is due on Tuesdays.",
        "GRO-1 has no owner, so nobody is asked. Who answers for this one?",
        "GRO-2 is due on 2027-01-15, outside its cycle 2026 Q4.",
    }


def test_whoever_has_an_e_mail_is_looked_for_in_slack(db: Database) -> None:
    text = with_krs("- {title: B, owner: jack, from: 1, to: 2}").replace(
        "name: Jack", "name: Jack, e_mail: jack@acme.com"
    )

    told = importing(db, text)

    (note,) = [one.sentence for one in told.notes if one.sentence.startswith("Jack owns")]
    assert note == (
        "Jack owns a key result and has no address, so Okra looks for jack@acme.com in Slack or Teams when it runs "
        "there."
    )


def test_a_team_without_lead_or_cycle_is_noted(db: Database) -> None:
    told = importing(db, "workspace: {name: T}\nteams: [{key: GRO, name: Growth}]\n")

    assert {note.sentence for note in told.notes} >= {
        "Growth has no lead, so nobody is told when a key result goes dark.",
        "Growth has no cycle, so nothing is asked and no digest is posted.",
    }


def test_two_workspaces_do_not_see_each_other(db: Database) -> None:
    importing(db, HEAD)
    told = importing(db, HEAD.replace("name: TeeBee", "name: Bluebird"))

    assert told.count(Effect.NEW, Kind.PERSON) == 3
    assert told.only_stored == ()


def test_all_that_goes_with_key_results_arrives_once(db: Database) -> None:
    text = with_krs("- {title: A, from: 0, to: 1, owner: mei, co_owners: [jack]}\n- {title: B, parent: GRO-1}") + (
        "next_steps:\n  - {key_result: GRO-1, text: Call, owner: jack, due: 2026-11-13, at: 2026-11-06}\n"
        "wins:\n  - {key_result: GRO-1, text: Won, by: mei, thanks: SUP, at: 2026-11-05}\n"
        "health:\n  - {team: GRO, name: Hours, owner: jack, status: yellow, at: 2026-11-05}\n"
        "agreements:\n  - {key_result: GRO-1, to: SUP, text: Script, needed_by: 2026-11-20, asked: 2026-11-04}\n"
    )
    importing(db, text)

    (step,) = (row for row in rows(db, m.NextStep) if isinstance(row, m.NextStep))
    (agreement,) = (row for row in rows(db, m.Alignment) if isinstance(row, m.Alignment))
    (win,) = (row for row in rows(db, m.Win) if isinstance(row, m.Win))
    sprint = db.read_now(lambda session: key_result(session, "GRO", 2))
    assert (step.text, step.due, step.state) == ("Call", date(2026, 11, 13), m.NextStepState.OPEN)
    assert (agreement.kind, agreement.state) == (m.AlignmentKind.DEPENDS_ON, m.AlignmentState.PROPOSED)
    assert agreement.to_team_id == win.thanks_team_id == 2
    assert sprint.parent_kr_id == 1
    assert changed(importing(db, text.replace("status: yellow", "status: red"))) == [
        "Changed health metric: GRO Hours: status yellow → red."
    ]
    assert len(rows(db, m.HealthMetric)) == 1


def test_a_sprint_result_may_stand_before_the_one_it_serves(db: Database) -> None:
    importing(db, with_krs("- {title: B, number: 2, parent: GRO-1}\n- {title: A, number: 1}"))

    serving = db.read_now(lambda session: key_result(session, "GRO", 2))
    served = db.read_now(lambda session: key_result(session, "GRO", 1))
    assert serving.parent_kr_id == served.id


def test_hostile_texts_arrive_as_they_are(db: Database) -> None:
    name = "'; DROP TABLE person; -- <b>{{ 7*7 }}"
    text = f'workspace: {{name: T}}\npeople: [{{handle: mei, name: "{name}", short_name: M}}]\n'
    importing(db, text)

    (person,) = (row for row in rows(db, m.Person) if isinstance(row, m.Person))
    assert person.display_name == name
    assert previewing(db, text).is_empty


def test_a_hundred_key_results_with_history_go_in_at_once(db: Database) -> None:
    first = date(2026, 10, 2)
    history = "".join(
        f"    - {{at: {first + timedelta(weeks=week)}, value: {week}, self_score: 0.7}}\n" for week in range(3)
    )
    krs = "".join(f"- title: KR {n}\n  from: 0\n  to: 10\n  owner: mei\n  history:\n{history}" for n in range(100))

    told = importing(db, with_krs(krs))

    assert (told.count(Effect.NEW, Kind.KEY_RESULT), told.count(Effect.NEW, Kind.CHECK_IN)) == (100, 300)
    assert previewing(db, with_krs(krs)).is_empty
    assert all(stands == replayed and stands.value == 2 for stands, replayed in currents(db).values())
