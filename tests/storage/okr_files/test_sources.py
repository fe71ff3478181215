"""Which kind of file somebody gives, by its name or by what it holds."""

import pytest

from storage.okr_files import csv_files, sources
from storage.okr_files.drafting_frame import Frame, FrameCycle, FramePerson, FrameTeam
from storage.okr_files.drafts import Draft, DraftKeyResult, DraftObjective
from storage.okr_files.schema import OkrFile, Problem
from storage.okr_files.sources import Found, SourceKind, kind_of, read_source, with_frame
from tests.storage.okr_files.files import HEAD, NOW

TABLE = b"Objective,Key result\nWin,NPS from 20 to 50\n"


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.yaml", b"", SourceKind.OKR_FILE),
        ("a.JSON", b"", SourceKind.OKR_FILE),
        ("a.csv", b"", SourceKind.CSV),
        ("a.tsv", b"", SourceKind.CSV),
        ("a.xlsx", TABLE, SourceKind.XLSX),
        ("a.xls", b"", SourceKind.XLSX),
        ("a.md", b"", SourceKind.MARKDOWN),
        ("a", b"PK\x03\x04", SourceKind.XLSX),
        ("a", HEAD.encode(), SourceKind.OKR_FILE),
        ("a.txt", b"# ours\nokra: 1\n", SourceKind.OKR_FILE),
        ("a.txt", b'{"workspace": {}}', SourceKind.OKR_FILE),
        ("a.txt", TABLE, SourceKind.CSV),
        ("a.txt", b"# Objective: Win\n- NPS\n", SourceKind.MARKDOWN),
        ("a.docx", b"\x00", None),
        ("a.pdf", b"%PDF-1.7", None),
    ],
)
def test_the_kind_of_a_file(name: str, data: bytes, kind: SourceKind | None) -> None:
    assert kind_of(data, name) is kind


def test_an_okr_file_is_read_as_it_is_and_a_table_drafted() -> None:
    assert isinstance(read_source(HEAD.encode(), "a.yaml"), OkrFile)
    found = read_source(TABLE, "a.csv")

    assert isinstance(found, Found)
    assert (found.objectives, found.key_results) == (1, 1)


def test_key_results_that_belong_nowhere_are_counted_as_found() -> None:
    found = read_source(b"Objective,Key result\n,Lost\nWin,NPS\n", "a.csv")

    assert isinstance(found, Found)
    assert (len(found.draft.key_results), found.key_results) == (1, 2)


def test_an_export_is_no_table_to_be_drafted() -> None:
    found = read_source("\ufeffrecord,name\nworkspace,Bluebird\n".encode(), "export.csv")

    assert isinstance(found, OkrFile)
    assert found.workspace.name == "Bluebird"


def test_too_large_a_file_is_not_looked_at() -> None:
    assert read_source(bytes(sources.MOST_BYTES + 1), "a.csv") == [Problem(1, "", sources.TOO_LARGE)]
    assert read_source(b"", "a.csv") == [Problem(1, "", csv_files.EMPTY)]


@pytest.mark.parametrize(
    ("owner", "handle"),
    [
        ("Mei <mei@example.org>", "mei"),
        ("Mei <other@example.org>", "mei"),
        ("M. <mei@example.org>", "mei"),
        ("Mei", "mei"),
    ],
)
def test_an_owner_is_known_by_name_or_address(owner: str, handle: str) -> None:
    key_result = DraftKeyResult(3, "NPS from 20 to 50", owner=owner)
    draft = Draft("a.csv", (DraftObjective(2, "Win", key_results=(key_result,)),))
    today = NOW.date()
    frame = Frame(
        "Bluebird",
        today,
        (FramePerson("mei", "Mei", "mei@example.org"),),
        (FrameTeam("GRO"),),
        (FrameCycle("2026 Q4", today.replace(month=10, day=1), today.replace(month=12, day=31)),),
    )

    file = with_frame(Found(draft, 1, 1), frame)

    assert isinstance(file, OkrFile)
    assert [one.owner for one in file.key_results] == [handle]
    assert file.unread == ()
