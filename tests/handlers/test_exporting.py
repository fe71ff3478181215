"""`/okr export`: which team, which format, and never more than its reader may see."""

import json

import pytest
from sqlmodel import select

from bot.handlers.pressed import pressed
from bot.intake.conversation import Answer
from bot.intake.inbound import Pressed
from bot.views.exports import Asked, Format, file_of
from bot.views.file_links import FileLinks
from storage import models as m
from tests.handlers.talk import Talk
from tests.handlers.test_every_answer import RAW, SECRET, ana, company

__all__ = ["company"]

LINKS = FileLinks("https://okra.example/", "a secret of thirty-two characters")


@pytest.fixture(autouse=True)
def _served(company: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files can be fetched."""
    monkeypatch.setattr(company.office.cards, "address_of", LINKS.address)


def file(talk: Talk, person: m.Person, kind: str = "json", team: str | None = None) -> str:
    """What somebody would fetch."""
    rows = talk.office.session.exec(select(m.Team)).all()
    team_id = next((one.id for one in rows if one.key == team), None)
    found = file_of(talk.office.session, Asked(person.id, Format(kind), team_id))
    assert found is not None
    return found.data.decode()


def test_the_answer_says_how_much_it_is_and_links_to_it(company: Talk) -> None:
    told = company.says("export csv GRO", by=ana(company.office))

    assert told.startswith("1 objective and 3 key results, with their history: Download")
    word = told.partition("https://okra.example/files/")[2].split(")")[0].split()[0]
    opened = LINKS.open(word, company.now)
    assert opened is not None
    assert Asked.of(opened.text).format is Format.CSV


def test_without_a_team_named_it_is_ones_own(company: Talk) -> None:
    reply = company.reply("export", by=company.office.mei)

    assert isinstance(reply, Answer)
    assert reply.data == {"format": "csv", "team": company.office.team.id}


def test_who_is_in_several_teams_is_asked_which(company: Talk) -> None:
    office = company.office
    told = company.says("export json", by=office.li)

    assert told.startswith("Which team?")
    answer = pressed(company.turn(office.li), Pressed("export_json", "SUP"))
    assert isinstance(answer, Answer)
    assert answer.data["format"] == "json"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("export csv XYZ", "I don't know a team called XYZ. Try its key, such as GRO."),
        ("export nonsense", "I don't know a team called nonsense. Try its key, such as GRO."),
        ("导出 json 公司", "1 objective and 3 key results"),
        ("export company", "1 objective and 3 key results"),
        ("export team GRO", "1 objective and 3 key results"),
    ],
)
def test_words_are_read(company: Talk, words: str, told: str) -> None:
    assert told in company.says(words)


def test_without_a_place_to_fetch_files_it_says_how_else(company: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(company.office.cards, "address_of", None)

    told = company.says("export json")

    assert told == (
        "Files cannot be fetched from here yet. Whoever runs Okra can make one with: python app.py export --format json"
    )


@pytest.mark.parametrize("kind", Format)
@pytest.mark.parametrize("team", [None, "GRO", "SUP"])
def test_a_private_objective_stays_out_of_an_outsiders_file(company: Talk, kind: str, team: str | None) -> None:
    for outsider in (company.office.mei, ana(company.office)):
        found = file(company, outsider, kind, team)
        assert [word for word in SECRET if word in found] == []


@pytest.mark.parametrize("kind", Format)
def test_who_owns_a_part_of_it_has_it_in_the_file(company: Talk, kind: str) -> None:
    found = file(company, company.office.li, kind)

    assert [word for word in SECRET if word not in found] == []


def test_of_a_title_only_objective_an_outsider_has_the_title(company: Talk) -> None:
    office = company.office
    row = office.session.exec(select(m.Objective).where(m.Objective.title == "Zebra")).one()
    row.visibility = m.Visibility.TITLE_ONLY
    office.session.flush()

    found = file(company, office.mei)

    assert "Zebra" in found
    assert [word for word in SECRET[1:] if word in found] == []


@pytest.mark.parametrize("kind", Format)
def test_nobodys_very_words_are_in_any_file(company: Talk, kind: str) -> None:
    office = company.office
    office.mei.role = m.WorkspaceRole.ADMIN
    office.session.flush()

    assert RAW not in file(company, office.mei, kind)


def test_a_file_for_a_person_has_no_settings_of_others(company: Talk) -> None:
    office = company.office
    office.mei.role = m.WorkspaceRole.ADMIN
    office.session.flush()

    found = json.loads(file(company, office.mei))

    keys = {key for person in found["people"] for key in person}
    assert keys <= {"handle", "name", "short_name", "e_mail", "timezone"}
    assert set(found["workspace"]) <= {"name", "timezone", "language"}


def test_a_draft_is_its_teams_own(company: Talk) -> None:
    office = company.office
    row = office.session.exec(select(m.Objective).where(m.Objective.title == "Zebra")).one()
    row.visibility, row.state = m.Visibility.WORKSPACE, m.ObjectiveState.DRAFT
    office.session.flush()

    assert "Zebra" not in file(company, office.mei)
    assert "Zebra" in file(company, office.li)


def test_whoever_left_gets_nothing(company: Talk) -> None:
    office = company.office
    office.mei.active = False
    office.session.flush()

    assert file_of(office.session, Asked(office.mei.id, Format.CSV, None)) is None
    assert file_of(office.session, Asked(999_999, Format.CSV, None)) is None
    assert file_of(office.session, Asked(office.li.id, Format.CSV, 999_999)) is None
