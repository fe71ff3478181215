"""Whom a file means among those whom a platform's directory told of: whichever came first, each human is one person."""

from collections.abc import Callable

import pytest
from sqlmodel import Session, col, select

from bot.delivery.directory import hear_people
from bot.delivery.news import Follows
from bot.delivery.port import Profile
from bot.rituals.absence import status_changed
from bot.rituals.boards import channel_opened
from bot.rituals.meeting import meeting_began
from storage import installations
from storage import models as m
from storage.okr_files import OkrFile, Preview, preview
from storage.session import Database
from tests.storage.okr_files.exports import exported, read_back
from tests.storage.okr_files.files import NOW, importing, previewing

FOLLOWS = Follows(status_changed, channel_opened, meeting_began)
WHO = """
workspace: {{name: TeeBee, timezone: Europe/Madrid}}
people:
{people}
teams:
  - {{key: GRO, name: Growth, lead: {lead}}}
cycles:
  - {{name: 2026 Q4, first_day: 2026-10-01, last_day: 2026-12-31}}
"""


def file(*people: str, lead: str = "null") -> str:
    """A file that names these people."""
    return WHO.format(people="\n".join(f"  - {{{one}}}" for one in people), lead=lead)


def in_slack(db: Database, workspace: str = "T1") -> None:
    """Okra is in Slack, and nobody is known yet."""
    importing(db, "workspace: {name: TeeBee, timezone: Europe/Madrid}")

    def connect(session: Session) -> None:
        ours = session.exec(select(m.Workspace)).one()
        installations.connect(session, ours.id, m.Platform.SLACK, workspace, NOW, "B1")

    db.write_now(connect)


def lists(db: Database, *profiles: Profile, workspace: str = "T1") -> None:
    """Slack's directory is read."""

    def hear(session: Session) -> None:
        place = session.exec(select(m.Installation).where(m.Installation.external_id == workspace)).one()
        hear_people(session, place, profiles, FOLLOWS, NOW)

    db.write_now(hear)


def member(external_id: str, handle: str, name: str, e_mail: str = "", **more: object) -> Profile:
    return Profile(external_id, name, name.split()[0], handle=handle, e_mail=e_mail, **more)  # type: ignore[arg-type]


def people(db: Database) -> dict[str, tuple[str, str | None, list[str]]]:
    """Everybody by handle: name, e-mail, and where they can be written to."""

    def look(session: Session) -> dict[str, tuple[str, str | None, list[str]]]:
        rows = session.exec(select(m.Address).order_by(col(m.Address.external_id))).all()
        return {
            one.handle: (one.display_name, one.e_mail, [row.external_id for row in rows if row.person_id == one.id])
            for one in session.exec(select(m.Person).order_by(col(m.Person.handle)))
        }

    return db.read_now(look)


def roles(db: Database) -> dict[str, m.TeamRole]:
    def look(session: Session) -> dict[str, m.TeamRole]:
        return {session.get_one(m.Person, one.person_id).handle: one.role for one in session.exec(select(m.Membership))}

    return db.read_now(look)


def notes(shown: Preview, about: str) -> list[str]:
    return [one.sentence for one in shown.notes if about in one.sentence]


def assert_nothing_more(db: Database, text: str) -> None:
    """Importing the file again changes nothing, and neither does the export."""
    again = previewing(db, text)
    assert [one.sentence for one in (*again.new, *again.changed)] == []
    assert notes(again, "member") == []
    for kind in ("json", "csv"):
        back = read_back(exported(db, kind), kind)
        assert _told(db, back) == []


def _told(db: Database, back: OkrFile) -> list[str]:
    shown = db.read_now(preview, back)
    return [one.sentence for one in (*shown.new, *shown.changed)]


TOM = "handle: tom, name: Tom Nguyen, e_mail: Tom@acme.example"
TOM_IN_SLACK = member("U5", "tnguyen", "Thomas Nguyen", "tom@Acme.example", timezone="Asia/Tokyo")


def _directory_first(db: Database) -> None:
    in_slack(db)
    lists(db, TOM_IN_SLACK)
    importing(db, file(TOM, lead="tom"))


def _file_first(db: Database) -> None:
    in_slack(db)
    importing(db, file(TOM, lead="tom"))
    lists(db, TOM_IN_SLACK)


def _file_without_e_mail_first(db: Database) -> None:
    in_slack(db)
    importing(db, file("handle: tom, name: Tom Nguyen", lead="tom"))
    lists(db, TOM_IN_SLACK)
    importing(db, file(TOM, lead="tom"))


def _slack_tells_the_e_mail_late(db: Database) -> None:
    in_slack(db)
    importing(db, file(TOM, lead="tom"))
    lists(db, member("U5", "tnguyen", "Thomas Nguyen"))
    lists(db, TOM_IN_SLACK)


@pytest.mark.parametrize(
    "lived", [_directory_first, _file_first, _file_without_e_mail_first, _slack_tells_the_e_mail_late]
)
def test_the_e_mail_tells_who_it_is_in_any_order(db: Database, lived: Callable[[Database], None]) -> None:
    lived(db)

    assert set(people(db)) == {"tom"}
    assert people(db)["tom"][0] == "Tom Nguyen"
    assert people(db)["tom"][2] == ["U5"]
    assert roles(db) == {"tom": m.TeamRole.LEAD}
    lists(db, TOM_IN_SLACK)
    assert set(people(db)) == {"tom"}
    assert_nothing_more(db, file(TOM, lead="tom"))


def test_the_preview_says_who_it_is(db: Database) -> None:
    in_slack(db)
    lists(db, TOM_IN_SLACK)

    shown = previewing(db, file(TOM))

    assert notes(shown, "member") == [
        "Tom Nguyen is the Slack member tnguyen (Thomas Nguyen, tom@Acme.example).",
    ]
    assert [one.label for one in shown.changed if one.kind == "person"] == ["tom Tom Nguyen"]
    assert set(people(db)) == {"tnguyen"}


def test_a_stranger_with_the_same_handle_stays_a_stranger(db: Database) -> None:
    in_slack(db)
    lists(db, member("U2", "mei", "Mei Wong", "mei.wong@acme.example"))
    text = file("handle: mei, name: Mei Tan, e_mail: mei.tan@acme.example", lead="mei")

    shown = importing(db, text)

    assert people(db) == {
        "mei": ("Mei Tan", "mei.tan@acme.example", []),
        "mei-2": ("Mei Wong", "mei.wong@acme.example", ["U2"]),
    }
    assert roles(db) == {"mei": m.TeamRole.LEAD}
    assert notes(shown, "somebody else") == [
        "'mei' was Mei Wong, mei.wong@acme.example, who is somebody else than the file's Mei Tan, and is called "
        "'mei-2' from now on."
    ]
    assert_nothing_more(db, text)
    lists(db, member("U1", "mtan", "Mei Tan", "mei.tan@acme.example"))
    assert people(db)["mei"][2] == ["U1"]


def test_another_address_tells_that_it_is_somebody_else(db: Database) -> None:
    in_slack(db)
    lists(db, member("U2", "mei", "Mei Wong"))
    text = file("handle: mei, name: Mei Tan, address: {slack: U1}")

    importing(db, text)

    assert people(db) == {"mei": ("Mei Tan", None, ["U1"]), "mei-2": ("Mei Wong", None, ["U2"])}
    assert_nothing_more(db, text)


def test_the_handle_alone_is_enough_where_nothing_speaks_against_it_and_it_is_said(db: Database) -> None:
    in_slack(db)
    lists(db, member("U2", "mei", "Mei Wong", "mei@acme.example"))

    shown = importing(db, file("handle: mei, name: Mei"))

    assert people(db) == {"mei": ("Mei", "mei@acme.example", ["U2"])}
    assert notes(shown, "member") == ["Mei is the Slack member mei (Mei Wong, mei@acme.example)."]
    changed = file("handle: mei, name: Mei, e_mail: mei.wong@acme.example")
    importing(db, changed)
    assert people(db) == {"mei": ("Mei", "mei.wong@acme.example", ["U2"])}, "a file has named her: she is known by it"


@pytest.mark.parametrize("known", [False, True])
def test_the_address_tells_who_it_is(db: Database, known: bool) -> None:
    in_slack(db)
    if known:
        importing(db, file("handle: tom, name: Tom", lead="tom"))
    lists(db, member("U5", "tnguyen", "Thomas Nguyen", "thomas@acme.example"))
    text = file("handle: tom, name: Tom, e_mail: tom@acme.example, address: {slack: U5}", lead="tom")

    importing(db, text)

    assert people(db) == {"tom": ("Tom", "tom@acme.example", ["U5"])}
    assert_nothing_more(db, text)


def test_two_who_have_each_others_handle_change_them(db: Database) -> None:
    in_slack(db)
    lists(db, member("U1", "ann", "Bob", "bob@acme.example"), member("U2", "bob", "Ann", "ann@acme.example"))
    text = file("handle: ann, name: Ann, e_mail: ann@acme.example", "handle: bob, name: Bob, e_mail: bob@acme.example")

    importing(db, text)

    assert people(db) == {"ann": ("Ann", "ann@acme.example", ["U2"]), "bob": ("Bob", "bob@acme.example", ["U1"])}
    assert_nothing_more(db, text)


@pytest.mark.parametrize(("handle", "owner"), [("office", "ann"), ("bob", "bob")])
def test_of_two_who_share_an_e_mail_one_has_the_account(db: Database, handle: str, owner: str) -> None:
    in_slack(db)
    lists(db, member("U1", handle, "Office", "office@acme.example"))
    text = file(*(f"handle: {one}, name: {one}, e_mail: office@acme.example" for one in ("ann", "bob")))

    importing(db, text)

    assert {one: found[2] for one, found in people(db).items()} == {
        "ann": ["U1"] if owner == "ann" else [],
        "bob": ["U1"] if owner == "bob" else [],
    }
    assert_nothing_more(db, text)


def test_what_a_member_did_before_the_file_named_them_stays_theirs(db: Database) -> None:
    in_slack(db)
    importing(db, file("handle: tom, name: Tom", lead="tom"))
    lists(db, TOM_IN_SLACK)

    def lives(session: Session) -> None:
        team = session.exec(select(m.Team)).one()
        double = session.exec(select(m.Person).where(m.Person.handle == "tnguyen")).one()
        tom = session.exec(select(m.Person).where(m.Person.handle == "tom")).one()
        ours = team.workspace_id
        session.add(m.Membership(workspace_id=ours, team_id=team.id, person_id=double.id, role=m.TeamRole.MEMBER))
        session.add(m.Win(workspace_id=ours, team_id=team.id, by_id=double.id, text="A new customer", at=NOW))
        for one in (double, tom):
            asked = m.RitualKind.WEEKLY_CHECK_IN
            session.add(m.Prompt(workspace_id=ours, person_id=one.id, kind=asked, period="2026-W46"))

    db.write_now(lives)
    importing(db, file(TOM, lead="tom"))

    assert set(people(db)) == {"tom"}
    assert people(db)["tom"][2] == ["U5"]
    assert roles(db) == {"tom": m.TeamRole.LEAD}
    by = db.read_now(
        lambda session: {session.get_one(m.Person, one.by_id).handle for one in session.exec(select(m.Win))}
    )
    assert by == {"tom"}
    assert_nothing_more(db, file(TOM, lead="tom"))


def test_who_has_an_account_of_their_own_does_not_become_one_with_another(db: Database) -> None:
    in_slack(db)
    importing(db, file("handle: tom, name: Tom, address: {slack: U1}"))
    lists(db, TOM_IN_SLACK)

    importing(db, file("handle: tom, name: Tom, e_mail: tom@acme.example"))

    assert {one: found[2] for one, found in people(db).items()} == {"tnguyen": ["U5"], "tom": ["U1"]}
