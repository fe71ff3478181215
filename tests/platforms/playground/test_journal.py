"""What happened in the room is there after a crash, and a disk that is full loses nothing that was told as done."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.platforms.playground.journal import Journal, JournalProblem, NotKept
from tests.platforms.playground.rooms import full_disk


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "room.jsonl"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal(path)
    yield journal
    journal.close()


def texts(path: Path) -> list[object]:
    with closing(Journal(path)) as journal:
        return [line["text"] for line in journal.lines()]


def test_a_line_is_there_before_anything_is_closed(journal: Journal, path: Path) -> None:
    journal.write({"text": "你好"})
    journal.write({"text": "half a character: \ud800"})

    assert texts(path) == ["你好", "half a character: \ud800"]


@pytest.mark.parametrize("torn", [b"{", b'{"text":"tw', '{"text":"你'.encode()[:-1], b'{"text":"two"}', b"\x00\x00"])
def test_a_line_that_was_cut_off_never_happened_and_the_next_stands_on_its_own(path: Path, torn: bytes) -> None:
    path.write_bytes(b'{"text":"one"}\n' + torn)

    journal = Journal(path)
    journal.write({"text": "three"})
    journal.close()

    assert texts(path) == ["one", "three"]


@pytest.mark.parametrize("left", [0, 1, 9, 14])
def test_what_a_full_disk_does_not_take_is_said_and_leaves_no_half_line(
    journal: Journal, path: Path, left: int
) -> None:
    journal.write({"text": "one"})
    with full_disk(path, left), pytest.raises(NotKept, match="The room cannot be kept: "):
        journal.write({"text": "two"})
    journal.write({"text": "three"})

    assert texts(path) == ["one", "three"]


@pytest.mark.parametrize("broken", [b"tea\n", b"[1]\n", b"3\n", b'{"~":"Tea"}\n', b"\xff\xfe\n", b"\n"])
def test_a_file_that_is_no_journal_is_named_with_its_line_and_a_way_out(path: Path, broken: bytes) -> None:
    path.write_bytes(b'{"text":"one"}\n' + broken + b'{"text":"three"}\n')

    with pytest.raises(JournalProblem) as raised:
        texts(path)

    assert str(raised.value) == "Line 2 of room.jsonl cannot be read. Start over with --fresh."
