"""docs/import.md names headings that are known, and every kind of column."""

import re
from pathlib import Path

from storage.okr_files.table_columns import Column, column_of

DOCS = (Path(__file__).resolve().parents[3] / "docs" / "import.md").read_text(encoding="utf-8")


def test_every_heading_that_is_named_is_known_and_every_column_is_named() -> None:
    section = DOCS.partition("| What it holds |")[2].partition("\n\n")[0]
    cells = [line.split("|")[2] for line in section.splitlines()[2:]]
    named = [name.strip() for cell in cells for name in re.split(", together| \\(", cell)[0].split(",")]

    assert [name for name in named if column_of(name) is None] == []
    assert {column_of(name) for name in named} == set(Column)
