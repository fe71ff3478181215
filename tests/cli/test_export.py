"""`export`: a file that can be imported again, to stdout or where one says."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import EXAMPLES, Line

SMALL = str(EXAMPLES / "small.yaml")


@pytest.fixture
def filled(line: Line) -> Line:
    """A database with the tea house in it."""
    line.has(Path(SMALL))
    return line


def test_it_writes_an_okr_file_to_stdout(filled: Line) -> None:
    ended = filled.run("export")

    assert ended.code == 0
    assert json.loads(ended.out)["workspace"]["name"] == "Bluebird"


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_what_was_exported_can_be_imported_and_changes_nothing(filled: Line, tmp_path: Path, kind: str) -> None:
    written = filled.run("export", "--format", kind, "--output", f"okrs.{kind}")
    assert (written.code, written.out, written.complaint) == (0, "", f"Written to okrs.{kind}.")

    again = filled.run("import", f"okrs.{kind}", "--yes")

    assert (again.code, again.out.strip().split("\n")[-1]) == (0, "Nothing to change.")


def test_one_team_alone(filled: Line) -> None:
    ended = filled.run("export", "--team", "GRO", "--format", "csv")

    assert ended.out.startswith("\ufeffrecord,team,")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--team", "XYZ"), "There is no team 'XYZ' in Bluebird; name it by its key, such as GRO."),
        (("--workspace", "Elsewhere"), "There is no workspace 'Elsewhere' here; there is Bluebird."),
        (("--output", "no/where.json"), "no/where.json cannot be written: No such file or directory."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(filled: Line, arguments: tuple[str, ...], sentence: str) -> None:
    ended = filled.run("export", *arguments)

    assert (ended.code, ended.complaint) == (2, sentence)


def test_without_okrs_it_says_what_to_do(line: Line) -> None:
    ended = line.run("export")

    assert (ended.code, ended.complaint) == (
        2,
        "There are no OKRs yet; import a file first: .venv/bin/python app.py import FILE.",
    )


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"BASE_URL": "okra.example.com"}, "BASE_URL is an address such as https://okra.example.com"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY has fewer than 32 characters, so it could be guessed."),
    ],
)
def test_settings_that_cannot_be_are_told(line: Line, settings: dict[str, str], sentence: str) -> None:
    line.set(**settings)

    assert line.run("export").complaint.startswith(sentence)
