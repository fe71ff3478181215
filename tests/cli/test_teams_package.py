"""`teams-package`: the zip with the settings or options, and one sentence for each thing that is missing or wrong."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Line

APP = "1f2e3d4c-5b6a-4789-8abc-0123456789ab"
OTHER = "2f2e3d4c-5b6a-4789-8abc-0123456789ab"
GIVEN = ("--app-id", APP, "--host", "okra.example.com")


def test_the_settings_are_enough(line: Line, tmp_path: Path) -> None:
    line.set(
        TEAMS_APP_ID=APP, TEAMS_APP_PASSWORD="pretend", TEAMS_TENANT_ID=OTHER, BASE_URL="https://okra.example.com/"
    )

    ended = line.run("teams-package")

    assert (ended.code, ended.complaint) == (0, "")
    assert ended.out.splitlines() == [
        f"Written to okra-teams.zip: Okra 1.0.0 for the app id {APP}.",
        "The messaging endpoint of your Azure Bot: https://okra.example.com/api/messages",
        "What Teams shows as website, privacy and terms leads to https://okra.example.com; for pages of your own, say "
        "--website, --privacy and --terms.",
        "Upload it: Teams admin center, Teams apps, Manage apps, Upload new app (docs/teams.md).",
    ]
    with zipfile.ZipFile(tmp_path / "okra-teams.zip") as archive:
        assert json.loads(archive.read("manifest.json"))["id"] == APP


def test_options_go_before_settings(line: Line, tmp_path: Path) -> None:
    line.set(
        TEAMS_APP_ID=OTHER, TEAMS_APP_PASSWORD="pretend", TEAMS_TENANT_ID=OTHER, BASE_URL="https://elsewhere.example"
    )
    pages = ("--website", "https://a.example", "--privacy", "https://b.example", "--terms", "https://c.example")

    ended = line.run("teams-package", *GIVEN, *pages, "--version", "1.2.0", "--developer", "Bluebird", "--out", "a.zip")

    assert ended.code == 0
    assert "leads to" not in ended.out
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["id"], manifest["version"]) == (APP, "1.2.0")
    assert manifest["developer"] == {
        "name": "Bluebird",
        "websiteUrl": "https://a.example",
        "privacyUrl": "https://b.example",
        "termsOfUseUrl": "https://c.example",
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--host", "okra.example.com"), "There is no app id: set TEAMS_APP_ID, or say --app-id with the application "),
        (("--app-id", APP), "There is no host: set BASE_URL, or say --host with the public address of Okra"),
        (("--app-id", "okra", "--host", "okra.example.com"), "'okra' is no app id; it is the application (client) id"),
        (("--app-id", APP, "--host", "http://okra.example.com"), "The host (--host or BASE_URL) is 'http://okra"),
        ((*GIVEN, "--out", "nowhere/okra.zip"), "nowhere/okra.zip cannot be written: No such file or directory."),
        ((*GIVEN, "--out", "."), ". is there already; take it away, or name another file with --out."),
    ],
)
def test_one_sentence_says_what_is_wrong_and_nothing_is_written(
    line: Line, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    ended = line.run("teams-package", *arguments)

    assert ended.code == 2
    assert ended.complaint.startswith(sentence)
    assert len(ended.complaint.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_left_alone(line: Line, tmp_path: Path) -> None:
    (tmp_path / "okra-teams.zip").write_text("mine", encoding="utf-8")

    ended = line.run("teams-package", *GIVEN)

    assert ended.complaint == "okra-teams.zip is there already; take it away, or name another file with --out."
    assert (tmp_path / "okra-teams.zip").read_text(encoding="utf-8") == "mine"
