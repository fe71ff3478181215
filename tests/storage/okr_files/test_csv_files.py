"""CSV files of every make: encodings, delimiters, quotes, and what is no table at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.okr_files.csv_files import AS_WINDOWS, EMPTY, NOT_TEXT, CsvRows, read_csv
from storage.okr_files.drafts import Draft
from storage.okr_files.schema import Problem
from storage.okr_files.table_headings import MOST_ROWS, NO_ROWS, TOO_MANY, no_heading
from storage.okr_files.tables import read_table

PLAIN = "Objective,Key result,Owner,Start,Target\nWin Spain,NPS,Mei,20,50\n,Café visits,Jack,1,2\n"


def rows(data: str | bytes) -> CsvRows:
    found = read_csv(data.encode() if isinstance(data, str) else data)
    assert not isinstance(found, Problem), found
    return found


def draft(data: str | bytes) -> Draft:
    found = rows(data)
    return read_table(found.rows, "okrs.csv", found.heading, comma_is_likely=found.comma_is_likely).draft


def problem(data: str | bytes) -> str:
    found = read_csv(data.encode() if isinstance(data, str) else data)
    assert isinstance(found, Problem)
    return found.sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_with_its_mark_is_read(encoding: str) -> None:
    assert [one.title for one in draft(PLAIN.encode(encoding)).key_results] == ["NPS", "Café visits"]


def test_windows_1252_is_read_and_told() -> None:
    found = rows(PLAIN.encode("cp1252"))

    assert [(one.line, one.why) for one in found.notes] == [(3, AS_WINDOWS)]
    assert found.rows[2].cells[1] == "Café visits"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiter_and_line_ends_are_found_out(delimiter: str, end: str) -> None:
    found = draft(PLAIN.replace(",", delimiter).replace("\n", end))

    assert [(one.title, one.fields) for one in found.key_results] == [
        ("NPS", {"from": "20", "to": "50"}),
        ("Café visits", {"from": "1", "to": "2"}),
    ]


def test_a_first_line_that_names_the_delimiter_is_no_row() -> None:
    assert [one.line for one in draft("sep=;\nObjective;Key result\nWin;NPS from 1 to 2\n").key_results] == [3]


def test_quotes_and_line_ends_inside_cells() -> None:
    found = draft('Objective,Key result,Note\n"Win\nSpain","NPS, the ""real"" one","a\nb"\n,Second,\n')

    first, second = found.key_results
    assert (found.objectives[0].title, first.title, first.note) == ("Win Spain", 'NPS, the "real" one', "a b")
    assert (first.line, second.line) == (2, 5)


def test_a_cell_that_begins_like_a_formula_is_text() -> None:
    found = draft("Objective,Key result,Note\nWin,=1+1,@SUM(A1)\n,-cmd,+x\n")

    assert [(one.title, one.note) for one in found.key_results] == [("=1+1", "@SUM(A1)"), ("-cmd", "+x")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", EMPTY),
        (b"\n \n,,,\n", EMPTY),
        (b"\xef\xbb\xbf", EMPTY),
        (b"Objective,Key result\n", NO_ROWS),
        (b"Objective,Key result\n,\n , \n", NO_ROWS),
        (b"a,b,c\n1,2,3\n", no_heading()),
        (b"Objective,Key result\nWin,N\x00PS\n", NOT_TEXT),
        ("Objective,Key result\nWin,N\x00PS\n".encode("utf-16"), NOT_TEXT),
        (b"\xff\xfe\x00", NOT_TEXT),
        (b"\x89PNG\r\n\x1a\n\x00\x00", NOT_TEXT),
        (
            b"Objective,Key result\nWin,\x81\x8d\n",
            "This line is neither UTF-8 nor Windows-1252; save the file as UTF-8.",
        ),
    ],
)
def test_what_is_no_table_is_said_in_one_sentence(data: bytes, sentence: str) -> None:
    assert problem(data) == sentence


def test_the_known_headings_are_named_where_none_is_known() -> None:
    assert "objective, key result, title, type" in problem("x,y\n1,2\n")


def test_a_quote_that_is_never_closed_names_its_line() -> None:
    found = read_csv(b'Objective,Key result\nWin,"' + b"x" * 300_000)

    assert isinstance(found, Problem)
    assert found.line == 2
    assert "perhaps a quote is opened and never closed" in found.sentence


def test_a_long_cell_is_read() -> None:
    (only,) = draft("Objective,Key result\nWin," + "x" * 90_000).key_results

    assert 1_000 <= len(only.title) <= 5_000


def test_too_many_rows_are_refused() -> None:
    assert problem(PLAIN + "Win,NPS,Mei,1,2\n" * 50_000) == TOO_MANY


def test_as_many_rows_as_are_allowed_are_read() -> None:
    found = draft("Objective,Key result,Target\n" + "".join(f"O{n // 5},Key {n},{n}\n" for n in range(MOST_ROWS - 1)))

    assert len(found.key_results) == MOST_ROWS - 1


def test_twenty_megabytes_without_a_row_end() -> None:
    assert isinstance(read_csv(b"Objective,Key result\n" + b"x" * (20 * 1024 * 1024)), Problem)
    assert isinstance(read_csv(b"," * (4 * 1024 * 1024)), Problem)


def test_decimal_commas_are_told_by_the_numbers_themselves() -> None:
    found = draft("Objective;Key result;From;To;Score\nWin;A;1.250,5;2.000;0,7\n;B;7,5%;9,5%;\n")

    assert [one.fields for one in found.key_results] == [
        {"from": "1250.5", "to": "2000"},
        {"from": "7.5%", "to": "9.5%"},
    ]
    assert found.key_results[0].score == Decimal("0.7")


@given(st.binary(max_size=300))
def test_no_bytes_are_too_odd(data: bytes) -> None:
    assert read_csv(data) is not None


@given(st.text(alphabet=',;\t"\n\r=O1%.-/5 目标Qk$(', max_size=200))
def test_no_cells_are_too_odd(text: str) -> None:
    heading = "Objective,Key result,Owner,Start,Target,Current,Score,Due,Type,Unit,Weight,Status,Note\n"
    found = read_csv((heading + text).encode())
    if not isinstance(found, Problem):
        told = read_table(found.rows, "okrs.csv", found.heading).draft
        assert all(one.line >= 1 and one.why for one in told.unread)
