"""Every sentence that tells why an OKR file cannot be read, with its line and its path."""

import pytest

from storage.okr_files.tree import MOST_PROBLEMS
from tests.storage.okr_files.files import HEAD, problems, with_history, with_krs

MARK = "# <--"


def the_problem(text: str) -> tuple[str, str]:
    """Path and sentence of the only problem, which is on the marked line."""
    (found,) = problems(text)
    (line,) = (number for number, content in enumerate(text.split("\n"), 1) if MARK in content)
    assert found.line == line, str(found)
    return found.path, found.sentence


@pytest.mark.parametrize(
    ("data", "line", "sentence"),
    [
        (b"", 1, "The file is empty."),
        (b" \n\n", 1, "The file is empty."),
        (b"# nothing but words\n", 1, "The file is empty."),
        (b"\x00\x01\x02", 1, "This is not a text file; an OKR file is YAML, written in UTF-8."),
        ("workspace:".encode("utf-16"), 1, "The file is UTF-16; save it as UTF-8."),
        (b"workspace:\n  name: Caf\xe9\n", 2, "This line is not UTF-8; save the file as UTF-8."),
        (b"#" * (5 * 1024 * 1024 + 1), 1, "The file is larger than 5 MB; an OKR file holds text, and far less of it."),
        (b"just words", 1, "An OKR file begins with keys such as 'workspace:', 'people:' and 'teams:'."),
        (b"- a\n- b\n", 1, "An OKR file begins with keys such as 'workspace:', 'people:' and 'teams:'."),
        (b"a: 1\nb: Tee\x1bBee\n", 2, "This line holds an invisible character (U+001B); take it out."),
        ("a: 1\nb: \u202eeeB\n".encode(), 2, "This line holds an invisible character (U+202E); take it out."),
        (b"a:\n\tb: 1\n", 2, "A tab stands where blanks are needed; indent with blanks."),
        (b"a: 1\nb: @mei\n", 2, "A text that begins with @ must stand in quotes."),
        (b"a: 1\nb: `x`\n", 2, "A text that begins with ` must stand in quotes."),
        (b"a: 1\nb: one: two\n", 2, "A text that holds ': ' must stand in quotes, or this line is indented too far."),
        (b'a: "open\n', 2, "A quote or a bracket is opened and never closed."),
        (
            b"- a\nb: 1\n",
            2,
            "This line does not go with those before it; check its indentation "
            "and that quotes and brackets are closed.",
        ),
        (b"a: 1\n---\nb: 2\n", 2, "A second document begins here; an OKR file is one document."),
        (b"workspace: " + b"[" * 40 + b"]" * 40, 1, "This is nested deeper than an OKR file ever is."),
    ],
)
def test_what_is_no_okr_file_is_one_sentence(data: bytes, line: int, sentence: str) -> None:
    assert [(one.line, one.sentence) for one in problems(data)] == [(line, sentence)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("&a TeeBee", "&a is an anchor; write things out, or put the text in quotes."),
        ("!!python/object:os.system x", "tag:yaml.org,2002:python/object:os.system is a tag; an OKR file has none."),
        ("!x TeeBee", "!x is a tag; an OKR file has none. A text that begins with ! needs quotes."),
        ("*a", "*a is an alias; write it out, or put the text in quotes."),
    ],
)
def test_what_yaml_can_do_and_an_okr_file_never_needs_is_refused(text: str, sentence: str) -> None:
    found = problems(f"\nworkspace:\n  name: {text}\n")

    assert found[0].line == 3
    assert found[0].sentence.startswith(sentence)


def test_an_alias_bomb_is_refused_without_being_blown_up() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [*{before},*{before},*{before},*{before},*{before},*{before},*{before},*{before}]\n"
        for before, name in zip("abcdefghijkl", "bcdefghijklm", strict=True)
    )

    assert any("is an alias" in one.sentence for one in problems(bomb))


def test_a_key_that_stands_twice_is_refused() -> None:
    found = problems("workspace:\n  name: One\n  name: Two\n")

    assert [(one.line, one.sentence) for one in found] == [
        (3, "'name' stands here a second time (first in line 2); keep one.")
    ]


def test_all_problems_come_at_once_in_the_order_of_lines() -> None:
    text = (
        HEAD.replace("Europe/Madrid", "Europe/Nowhere").replace("last_day: 2026-12-31", "last_day: 31.12.2026")
        + "objectives:\n  - {team: GROW, title: '', nonsense: 1}\n"
    )

    found = problems(text)
    assert [one.line for one in found] == sorted(one.line for one in found)
    assert [one.path for one in found] == [
        "workspace.timezone",
        "cycles[1].last_day",
        "objectives[1].team",
        "objectives[1].title",
        "objectives[1].nonsense",
    ]


def test_a_file_full_of_problems_tells_a_thousand_and_that_there_are_more() -> None:
    found = problems("workspace:\n" + "".join(f"  key{number}: 1\n" for number in range(2 * MOST_PROBLEMS)))

    assert len(found) == MOST_PROBLEMS + 1
    assert any(one.sentence == "There are more problems from here on; mend these first." for one in found)


def test_a_problem_reads_as_one_line() -> None:
    (found,) = problems("workspace: {name: TeeBee, language: fr}\n")

    assert str(found) == "Line 1, workspace.language: 'fr' is not one of en, zh."


@pytest.mark.parametrize(
    ("text", "path", "sentence"),
    [
        # --- keys and values
        (
            "people: [] # <--\n",
            "workspace",
            "The file does not say whose OKRs these are; begin with 'workspace: {name: ...}'.",
        ),
        ("workspace: {timezone: UTC} # <--\n", "workspace.name", "The workspace needs a name."),
        ("workspace: {name: null} # <--\n", "workspace.name", "'name' cannot be null."),
        ("workspace: {name: [a]} # <--\n", "workspace.name", "A single value is needed here, not a list."),
        ("workspace: {name: T, colour: red} # <--\n", "workspace.colour", "'colour' is not a key that belongs here."),
        (
            "workspace: {name: T, time_zone: UTC} # <--\n",
            "workspace.time_zone",
            "'time_zone' is not a key that belongs here; did you mean 'timezone'?",
        ),
        ("workspace: {name: T}\n[a]: b # <--\n", "", "A key is one word, not a list."),
        (
            "okra: 2 # <--\nworkspace: {name: T}\n",
            "okra",
            "This file is written in version 2 of the format, by a newer Okra, and this Okra reads version 1; "
            "bring this Okra up to date and import the file again.",
        ),
        (
            "workspace: {name: T}\npeople: mei # <--\n",
            "people",
            "A list is needed here: begin each entry with '- '.",
        ),
        (
            "workspace: {name: T}\npeople:\n  - mei # <--\n",
            "people[1]",
            "A person is written as keys and values, such as 'name: ...'.",
        ),
        ('workspace: {name: ""} # <--\n', "workspace.name", "It is empty."),
        (
            'workspace: {name: "Tee\\u0007Bee"} # <--\n',
            "workspace.name",
            "It holds an invisible character (U+0007); take it out.",
        ),
        (f"workspace: {{name: {'x' * 81}}} # <--\n", "workspace.name", "It has 81 characters; at most 80 fit."),
        # --- workspace
        (
            "workspace: {name: T, timezone: Madrid} # <--\n",
            "workspace.timezone",
            "'Madrid' is not a time zone; use an IANA name such as Europe/Madrid.",
        ),
        (
            "workspace: {name: T, holiday_calendar: XQ} # <--\n",
            "workspace.holiday_calendar",
            "'XQ' is not a holiday calendar; use a country code such as ES or ES-MD.",
        ),
        (
            "workspace: {name: T, quiet_hours: 18} # <--\n",
            "workspace.quiet_hours",
            "Quiet hours are written as 18:00-09:00, or 'none'.",
        ),
        (
            "workspace: {name: T, quiet_hours: 18:00-29:00} # <--\n",
            "workspace.quiet_hours",
            "'29:00' is not a time of day; write it as 10:00.",
        ),
        (
            "workspace: {name: T, thresholds: {stretch: 0.6/1/0.4}} # <--\n",
            "workspace.thresholds.stretch",
            "Three lines are needed, the highest first, such as 1.00/0.60/0.40.",
        ),
        (
            "workspace: {name: T, thresholds: {early_pace: 0.5}} # <--\n",
            "workspace.thresholds.early_pace",
            "It goes from 0 to 0.3.",
        ),
        (
            "workspace: {name: T, thresholds: {grace: 1}} # <--\n",
            "workspace.thresholds.grace",
            "'grace' is not a key that belongs here; did you mean 'grace_days'?",
        ),
        (
            "workspace:\n  name: T\n  freeze:\n    - {from: 2026-12-31, to: 2026-12-24} # <--\n",
            "workspace.freeze[1].to",
            "It ends on 2026-12-24, before it begins on 2026-12-31.",
        ),
        (
            "workspace:\n  name: T\n  holidays:\n    - {calendar: CN} # <--\n",
            "workspace.holidays[1].day",
            "Which day? Give 'day: 2026-10-10'.",
        ),
        (
            "workspace: {name: T, personal_okrs: perhaps} # <--\n",
            "workspace.personal_okrs",
            "'perhaps' is neither yes nor no.",
        ),
        # --- people
        (
            "workspace: {name: T}\npeople:\n  - {name: Mei} # <--\n",
            "people[1].handle",
            "A person needs a handle, such as 'mei'.",
        ),
        (
            "workspace: {name: T}\npeople:\n  - {handle: mei tan} # <--\n",
            "people[1].handle",
            "'mei tan' is not a handle; use up to 80 letters, digits, dots, dashes, no blanks.",
        ),
        (
            "workspace: {name: T}\npeople:\n  - {handle: mei}\n  - {handle: mei} # <--\n",
            "people[2].handle",
            "'mei' stands here a second time (first in line 3).",
        ),
        (
            f"workspace: {{name: T}}\npeople:\n  - {{handle: {'m' * 21}}} # <--\n",
            "people[1].name",
            "The name is long; give a 'short_name' of up to 20 characters for messages.",
        ),
        (
            "workspace: {name: T}\npeople:\n  - {handle: mei, e_mail: nowhere} # <--\n",
            "people[1].e_mail",
            "'nowhere' is not an e-mail address.",
        ),
        (
            "workspace: {name: T}\npeople:\n  - {handle: mei, working_days: mon-fry} # <--\n",
            "people[1].working_days[1]",
            "'fry' is not a weekday; write mon, tue, wed, thu, fri, sat or sun.",
        ),
        (
            "workspace: {name: T}\npeople:\n  - {handle: mei, working_days: [[mon]]} # <--\n",
            "people[1].working_days[1]",
            "A list of single values is needed here.",
        ),
        (
            "workspace: {name: T}\npeople:\n  - {handle: mei, address: mei} # <--\n",
            "people[1].address",
            "This is written as 'key: value'.",
        ),
        (
            "workspace: {name: T}\npeople:\n  - {handle: mei, address: {slack: [U1]}} # <--\n",
            "people[1].address.slack",
            "A single value is needed here.",
        ),
        (
            "workspace: {name: T}\npeople:\n  - {handle: mei, address: {slak: U1}} # <--\n",
            "people[1].address.slak",
            "'slak' is not one of slack, teams, console, playground; did you mean 'slack'?",
        ),
        (
            "workspace: {name: T}\npeople:\n  - {handle: mei, address: {slack: }} # <--\n",
            "people[1].address.slack",
            "The id is missing.",
        ),
        (
            "workspace: {name: T}\npeople:\n  - {handle: a, address: {slack: U1}}\n"
            "  - {handle: b, address: {slack: U1}} # <--\n",
            "people[2].address.slack",
            "slack U1 is somebody else's address already (line 3).",
        ),
        (
            "workspace: {name: T}\npeople:\n  - handle: mei\n    away:\n      - {from: 2026-11-02} # <--\n",
            "people[1].away[1].to",
            "Up to which day?",
        ),
        (
            "workspace: {name: T}\npeople:\n  - handle: mei\n    away:\n      - {to: 2026-11-02} # <--\n",
            "people[1].away[1].from",
            "From which day on?",
        ),
        (
            "workspace: {name: T}\npeople:\n  - handle: mei\n    away:\n"
            "      - {from: 2026-11-02, to: 2026-11-03, delegate: mei} # <--\n",
            "people[1].away[1].delegate",
            "Nobody stands in for themselves; name someone else, or leave it out.",
        ),
        (
            "workspace: {name: T}\npeople:\n  - handle: mei\n    away: # <--\n"
            "      - {from: 2026-11-02, to: 2026-11-03}\n      - {from: 2026-11-02, to: 2026-11-04}\n",
            "people[1].away",
            "Two times away begin on the same day; keep one.",
        ),
        # --- teams
        (
            "workspace: {name: T}\nteams:\n  - {name: Growth} # <--\n",
            "teams[1].key",
            "A team needs a key, such as GRO.",
        ),
        (
            "workspace: {name: T}\nteams:\n  - {key: growth} # <--\n",
            "teams[1].key",
            "'growth' is not a team key; use 2 to 5 capital letters or digits, such as GRO.",
        ),
        (
            HEAD.replace("lead: ana}", "lead: anna} # <--"),
            "teams[2].lead",
            "There is no person 'anna' in this file; did you mean 'ana'?",
        ),
        (
            HEAD.replace("members: [jack]}", "members: [bob]} # <--"),
            "teams[1].members",
            "There is no person 'bob' in this file.",
        ),
        (
            HEAD.replace("members: [jack]}", "members: [jack], viewers: [jack]} # <--"),
            "teams[1].viewers",
            "'jack' is a member already; a viewer only reads.",
        ),
        (
            HEAD.replace("lead: ana}", 'lead: ana, channel: {slack: C1, console: "#a"}} # <--'),
            "teams[2].channel",
            "A team has one channel; name one platform.",
        ),
        (
            "workspace: {name: T}\nteams:\n  - key: GRO\n    channel:\n      console: #growth # <--\n",
            "teams[1].channel.console",
            "The id is missing. An id that begins with # must stand in quotes.",
        ),
        (
            "workspace: {name: T}\nteams:\n  - {key: GRO, parent: SUP} # <--\n  - {key: SUP, parent: GRO}\n",
            "teams[1].parent",
            "GRO would be its own parent.",
        ),
        (
            HEAD.replace("lead: ana}", "lead: ana, parent: CEO} # <--"),
            "teams[2].parent",
            "There is no team 'CEO' in this file.",
        ),
        (
            HEAD.replace("lead: ana}", "lead: ana, rituals: {win: on}} # <--"),
            "teams[2].rituals",
            "'win' is not one of weekly_checkin, digest, next_steps, wins, care, company_digest, standing_board, "
            "review, close, pulse, health; did you mean 'wins'?",
        ),
        (
            "workspace: {name: T}\nteams:\n  - key: GRO\n    meetings:\n      - {time: 10:00} # <--\n",
            "teams[1].meetings[1].weekdays",
            "On which weekday? Give 'weekdays: fri'.",
        ),
        (
            "workspace: {name: T}\nteams:\n  - key: GRO\n    meetings:\n      - {weekdays: fri} # <--\n",
            "teams[1].meetings[1].time",
            "At what time? Give 'time: 10:00'.",
        ),
        (
            "workspace: {name: T}\nteams:\n  - key: GRO\n    meetings:\n      - {weekdays: fri, time: 10am} # <--\n",
            "teams[1].meetings[1].time",
            "'10am' is not a time of day; write it as 10:00.",
        ),
        (
            "workspace: {name: T}\nteams:\n  - key: GRO\n    meetings:\n"
            "      - {weekdays: fri, time: 10:00, every: 3} # <--\n",
            "teams[1].meetings[1].every",
            "A meeting is held every 1, 2 or 4 weeks.",
        ),
        (
            "workspace: {name: T}\nteams:\n  - key: GRO\n    meetings: # <--\n"
            "      - {title: A, weekdays: fri, time: 10:00}\n"
            "      - {title: B, weekdays: mon, time: 10:00, main: yes}\n",
            "teams[1].meetings",
            "GRO has one main meeting; say 'main: no' for the others.",
        ),
        # --- cycles
        (
            "workspace: {name: T}\ncycles:\n  - {first_day: 2026-10-01, last_day: 2026-12-31} # <--\n",
            "cycles[1].name",
            "A cycle needs a name, such as '2026 Q4'.",
        ),
        (
            "workspace: {name: T}\ncycles:\n  - {name: Q4, last_day: 2026-12-31} # <--\n",
            "cycles[1].first_day",
            "On which day does the cycle begin?",
        ),
        (
            "workspace: {name: T}\ncycles:\n  - {name: Q4, first_day: 2026-12-31} # <--\n",
            "cycles[1].last_day",
            "On which day does the cycle end?",
        ),
        (
            "workspace: {name: T}\ncycles:\n  - {name: Q4, first_day: 2026-12-31, last_day: 2026-10-01} # <--\n",
            "cycles[1].last_day",
            "It ends on 2026-10-01, before it begins on 2026-12-31.",
        ),
        (
            "workspace: {name: T}\ncycles:\n  - {name: 2026, first_day: 2026-01-01, last_day: 2026-12-31} # <--\n",
            "cycles[1].last_day",
            "It is 52 weeks long; a cycle has 4 to 26.",
        ),
        (
            "workspace: {name: T}\ncycles:\n  - {name: Q4, first_day: 2026-02-30, last_day: 2026-04-01} # <--\n",
            "cycles[1].first_day",
            "'2026-02-30' is not a day; write it as 2026-10-01.",
        ),
        (
            HEAD + "  - {name: 2026 H2, first_day: 2026-07-01, last_day: 2026-12-31} # <--\n",
            "cycles[2].first_day",
            "It overlaps with '2026 Q4' (line 11): one cycle is active at a time; give the older one 'state: closed'.",
        ),
        (
            HEAD + "  - {name: 2026 Q4, first_day: 2027-01-01, last_day: 2027-03-31} # <--\n",
            "cycles[2].name",
            "The cycle '2026 Q4' stands here a second time.",
        ),
        # --- objectives
        (
            HEAD + "objectives:\n  - {title: Win} # <--\n",
            "objectives[1].team",
            "Which team's objective is this? Give 'team: GRO'.",
        ),
        (
            HEAD + "objectives:\n  - {team: GRO} # <--\n",
            "objectives[1].title",
            "Write the objective in one short sentence.",
        ),
        (
            HEAD + f"objectives:\n  - {{team: GRO, title: {'x' * 141}}} # <--\n",
            "objectives[1].title",
            "Write the objective in one short sentence. It has 141 characters; at most 140 fit.",
        ),
        (
            HEAD + "objectives:\n  - {team: GRO, title: Win, cycle: 2026 Q3} # <--\n",
            "objectives[1].cycle",
            "There is no cycle '2026 Q3' in this file; did you mean '2026 Q4'?",
        ),
        (
            HEAD
            + "  - {name: 2027 Q1, first_day: 2027-01-01, last_day: 2027-03-31}\nobjectives:\n"
            + "  - {team: GRO, title: Win} # <--\n",
            "objectives[1].cycle",
            "For which cycle is this objective? Give 'cycle: 2026 Q4'.",
        ),
        (
            HEAD + "objectives:\n  - {team: GRO, title: Win}\n  - {team: GRO, title: Won, number: 1} # <--\n",
            "objectives[2].number",
            "There is objective 1 in this team and cycle already (line 13).",
        ),
        (
            HEAD + "objectives:\n  - {team: GRO, title: Win, state: running} # <--\n",
            "objectives[1].state",
            "'running' is not one of draft, team_review, approval, active, closed, dropped.",
        ),
    ],
)
def test_a_problem_has_its_line_its_path_and_a_sentence(text: str, path: str, sentence: str) -> None:
    assert the_problem(text) == (path, sentence)


SAME = (
    "Start and target are the same. To hold a level use 'keep above' or 'keep between': "
    "in a file 'at_least', 'at_most' or 'keep'."
)


@pytest.mark.parametrize(
    ("kr", "key", "sentence"),
    [
        ("- {from: 1, to: 2} # <--", "title", "A key result needs a title."),
        ("- {title: A, from: 30, to: 30} # <--", "to", SAME),  # K23
        (
            "- {title: A, from: 30, type: increase} # <--",
            "to",
            "What number would be full success by 2026-12-31?",
        ),  # K03
        ("- {title: A, from: 30, due: 2026-12-01} # <--", "to", "What number would be full success by 2026-12-01?"),
        ("- {title: A, to: 30} # <--", "from", "Where is it today? Without a starting number progress can't be shown"),
        (
            "- {title: A, type: increase, from: 30, to: 20} # <--",
            "type",
            "You wrote increase, but it goes from 30 to 20. Which is right?",  # K16
        ),
        (
            "- {title: A, type: decrease, from: 1.5k, to: 2k} # <--",
            "type",
            "You wrote decrease, but it goes from 1500 to 2000. Which is right?",
        ),
        (
            "- {title: A, from: 40, anchors: [50, 80, 60]} # <--",
            "anchors",
            "0.3, 0.7 and 1.0 must lie in order between start and best.",  # K24
        ),
        (
            "- {title: A, from: 50, anchors: [50, 60, 80]} # <--",
            "anchors",
            "0.3, 0.7 and 1.0 must lie in order between start and best.",
        ),
        (
            "- {title: A, from: 40, anchors: {0.3: 50, 0.7: 60, 1.0: 30}} # <--",
            "anchors",
            "0.3, 0.7 and 1.0 must lie in order between start and best.",
        ),
        (
            "- {title: A, type: decrease, from: 40, anchors: [50, 60, 80]} # <--",
            "type",
            "You wrote decrease, but it goes from 40 to 80. Which is right?",
        ),
        ("- {title: A, from: 40, anchors: [50, 60]} # <--", "anchors", "There are three anchors: the values for 0.3"),
        ("- {title: A, from: 40, anchors: {0.3: 5, 0.7: 6}} # <--", "anchors", "There are three anchors: the values"),
        ("- {title: A, from: 40, anchors: {0.5: 5}} # <--", "anchors", "Anchors are for 0.3, 0.7 and 1.0."),
        (
            "- {title: A, from: 40, to: 90, anchors: [50, 60, 80]} # <--",
            "to",
            "The target is the 1.0 anchor; leave 'to' out, or make the two the same.",
        ),
        (
            "- {title: A, type: range} # <--",
            "type",
            "A range needs at least one bound: 'keep: [low, high]', 'at_least' or 'at_most'.",
        ),
        ("- {title: A, keep: [80, 70]} # <--", "keep", "The lower bound 80 is above the upper bound 70."),
        (
            "- {title: A, at_least: 80, at_most: 70} # <--",
            "at_least",
            "The lower bound 80 is above the upper bound 70.",
        ),
        ("- {title: A, keep: [70]} # <--", "keep", "'keep' has two bounds: [low, high]. For one bound use 'at_least'"),
        (
            "- {title: A, keep: [70, 80], at_least: 3} # <--",
            "keep",
            "The bounds stand here twice; use 'keep', or 'at_least' and 'at_most'.",
        ),
        ("- {title: A, keep: [70, 80], to: 75} # <--", "to", "'to' does not belong to a range key result."),
        ("- {title: A, from: 1, to: 2, strict: yes} # <--", "strict", "'strict' does not belong to an increase key"),
        (
            "- {title: A, from: 2, to: 1, tolerance: 1, type: decrease} # <--",
            "tolerance",
            "'tolerance' does not belong",
        ),
        ("- {title: A, type: milestone, to: 3} # <--", "to", "'to' does not belong to a milestone key result."),
        ("- {title: A, type: baseline, from: 3} # <--", "from", "'from' does not belong to a baseline key result."),
        (
            "- {title: A, from: 1, to: 2, steps: [{title: B}]} # <--",
            "steps",
            "'steps' belong to a milestone, and this is an increase key result.",
        ),
        (
            "- {title: A, from: many, to: 2} # <--",
            "from",
            "'many' is not a number; write 31, 4.5, 45k, 1.2万, $46k or 31%.",
        ),
        ("- {title: A, from: 1e3, to: 2} # <--", "from", "'1e3' is not a number; write 31"),
        ("- {title: A, from: 1, to: .inf} # <--", "to", "'.inf' is not a number; write 31"),
        ("- {title: A, from: 1, to: 12345678901234567890} # <--", "to", "'12345678901234567890' has more digits than"),
        ("- {title: A, from: 1, to: $4¥} # <--", "to", "'$4¥' has two signs; keep one."),
        ("- {title: A, from: 1, to: 31%, unit: $} # <--", "unit", "A number is written with %, but the unit is '$'."),
        ("- {title: A, from: $1, to: 31%} # <--", "from", "The numbers carry different units: $ and %."),
        ("- {title: A, from: 1, to: 2, weight: 0} # <--", "weight", "'0' must be above 0."),
        ("- {title: A, from: 1, to: 2, weight: 2%} # <--", "weight", "'2%' has a unit; a bare number is needed here."),
        ("- {title: A, from: 1, to: 2, decimals: 5} # <--", "decimals", "'5' is not a whole number from 0 to 4."),
        (
            "- {title: A, from: 1, to: 2, initial_confidence: 11} # <--",
            "initial_confidence",
            "'11' is not a likelihood;",
        ),
        (
            "- {title: A, from: 1, to: 2, final_score: 1.2} # <--",
            "final_score",
            "'1.2' is not a score; scores go from 0",
        ),
        (
            "- {title: A, from: 1, to: 2, start: 2026-12-01, due: 2026-12-01} # <--",
            "due",
            "It is due on 2026-12-01, which is not after its start on 2026-12-01.",
        ),
        (
            "- {title: A, from: 1, to: 2, owner: meo} # <--",
            "owner",
            "There is no person 'meo' in this file; did you mean",
        ),
        (
            "- {title: A, from: 1, to: 2, co_owners: [mei]} # <--",
            "co_owners",
            "Who answers for this one? Name one 'owner'; others can be co-owners.",  # K09
        ),
        (
            "- {title: A, from: 1, to: 2, pace: steps} # <--",
            "pace",
            "A pace in steps needs 'checkpoints': days, and the score expected by each.",
        ),
        (
            "- {title: A, from: 1, to: 2, pace: linear, checkpoints: [{day: 2026-11-01, expected: 0.5}]} # <--",
            "checkpoints",
            "Checkpoints belong to 'pace: steps', and this says 'linear'.",
        ),
        ("- {title: A, from: 1, to: 2, checkpoints: [{expected: 0.5}]} # <--", "checkpoints[1].day", "On which day?"),
        (
            "- {title: A, from: 1, to: 2, checkpoints: [{day: 2026-11-01}]} # <--",
            "checkpoints[1].expected",
            "What score is expected by then?",
        ),
        (
            "- {title: A, from: 1, to: 2,\n"
            "   checkpoints: [{day: 2026-11-01, expected: 0.5},\n"
            "    {day: 2026-10-20, expected: 0.7}]} # <--",
            "checkpoints[2].day",
            "Checkpoints stand in the order of their days.",
        ),
        ("- {title: A, steps: [{weight: 2}]} # <--", "steps[1].title", "A step needs a title."),
        ("- {title: A, owner: mei, steps: [{title: B, done: yes}]} # <--", "steps[1].done", "'yes' is not a day or a"),
        (
            "- {title: A, steps: [{title: B, done: 2026-11-03}]} # <--",
            "steps",
            "Who said that steps are done? Give the key result an 'owner'.",
        ),
        (
            "- {title: A, state: dropped} # <--",
            "state",
            "Why was it dropped? Give a 'reason'; it stays on the board beside it.",
        ),
        ("- {title: A, state: paused} # <--", "state", "Since when is it paused? Give 'paused_from'."),
        (
            "- {title: A, reason: No money} # <--",
            "reason",
            "A reason belongs to a dropped or paused key result, and this is active.",
        ),
        (
            "- {title: A, paused_from: 2026-11-01} # <--",
            "paused_from",
            "Until when was it paused? Give 'paused_until', or 'state: paused'.",
        ),
        (
            "- {title: A, paused_from: 2026-11-05, paused_until: 2026-11-01} # <--",
            "paused_until",
            "A pause has a 'paused_from', and ends after it begins.",
        ),
        ("- {title: A, parent: GRO-1} # <--", "parent", "A key result cannot serve itself."),
        (
            "- {title: A, parent: GRO-9} # <--",
            "parent",
            "There is no key result 'GRO-9' in this file; did you mean 'GRO-1'?",
        ),
        ("- {title: A, parent: KR1} # <--", "parent", "'KR1' does not name a key result; write it as GRO-2."),
    ],
)
def test_what_a_key_result_cannot_be_is_refused(kr: str, key: str, sentence: str) -> None:
    path, said = the_problem(with_krs(kr))

    assert path == f"objectives[1].key_results[1].{key}"
    assert said.startswith(sentence)


def test_a_sprint_result_serves_one_that_serves_none() -> None:
    text = with_krs(
        """
        - {title: A}
        - {title: B, parent: GRO-1}
        - {title: C, parent: GRO-2} # <--
        """
    )

    assert the_problem(text) == (
        "objectives[1].key_results[3].parent",
        "GRO-2 serves a key result itself; name that one.",
    )


def test_a_number_of_a_key_result_stands_once_in_team_and_cycle() -> None:
    text = with_krs("- {title: A, number: 3}\n- {title: B, number: 3} # <--")

    path, sentence = the_problem(text)
    assert path.endswith("key_results[2].number")
    assert sentence == "There is key result 3 in this team and cycle already (line 17)."


def test_a_key_that_names_key_results_of_two_cycles_asks_which() -> None:
    text = (
        HEAD
        + "  - {name: 2027 Q1, first_day: 2027-01-01, last_day: 2027-03-31}\nobjectives:\n"
        + "".join(
            f"  - {{team: GRO, cycle: {cycle}, title: Win, key_results: [{{title: A}}]}}\n"
            for cycle in ("2026 Q4", "2027 Q1")
        )
        + "wins:\n  - {key_result: GRO-1, text: Won, at: 2026-11-05}"
    )

    assert the_problem(text + f" {MARK}\n") == (
        "wins[1].key_result",
        "GRO-1 is in more than one cycle; say which with 'cycle'.",
    )
    assert problems(text.replace("at: 2026", "cycle: 2027 Q1, at: 2026")) == []


@pytest.mark.parametrize(
    ("entry", "kr", "key", "sentence"),
    [
        ("- {value: 3} # <--", "{from: 0, to: 10}", "at", "When was that? Give 'at: 2026-11-05'."),
        ("- {at: yesterday, value: 3} # <--", "{from: 0, to: 10}", "at", "'yesterday' is not a day or a moment; write"),
        ("- {at: 2026-11-05 25:00, value: 3} # <--", "{from: 0, to: 10}", "at", "'25:00' is not a time of day;"),
        ("- {at: 2026-11-05 10:00+99:00, value: 3} # <--", "{from: 0, to: 10}", "at", "'+99:00' is not an offset from"),
        (
            "- {at: 2062-11-05, value: 3} # <--",
            "{from: 0, to: 10}",
            "at",
            "2062-11-05 is far from the key result's time.",
        ),
        ("- {at: 2026-11-05} # <--", "{from: 0, to: 10}", "", "This entry says nothing; give a 'value'"),
        ("- {at: 2026-11-05, value: x} # <--", "{from: 0, to: 10}", "value", "'x' is not a number"),
        ("- {at: 2026-11-05, self_score: 7} # <--", "{from: 0, to: 10}", "self_score", "'7' is not a score; scores go"),
        (
            "- {at: 2026-11-05, status: great} # <--",
            "{from: 0, to: 10}",
            "status",
            "'great' is not one of ahead, on_track",
        ),
        ("- {at: 2026-11-05, kind: auto} # <--", "{from: 0, to: 10}", "kind", "'auto' is not one of update, confirm"),
        (
            "- {at: 2026-11-05, kind: skip, value: 3} # <--",
            "{from: 0, to: 10}",
            "kind",
            "Who skips says nothing else; leave the rest out, or 'kind: skip'.",
        ),
        (
            "- {at: 2026-11-05, blocked: no, blocker: The form} # <--",
            "{from: 0, to: 10}",
            "blocker",
            "There is a blocker, and yet it says 'blocked: no'. Which is right?",
        ),
        (
            "- {at: 2026-11-05, done: yes} # <--",
            "{from: 0, to: 10}",
            "done",
            "Only a milestone is done; give the 'value' that was reached.",
        ),
        ("- {at: 2026-11-05, value: 3} # <--", "{}", "value", "A milestone has no value; say 'done: yes'"),
        ("- {at: 2026-11-05, self_score: 0.7} # <--", "{}", "self_score", "A yes/no key result has no self-score;"),
        ("- {at: 2026-11-05, steps_done: [1]} # <--", "{}", "steps_done", "There is no step 1."),
        (
            "- {at: 2026-11-05, value: 3, by: mei, source: auto} # <--",
            "{from: 0, to: 10}",
            "source",
            "'auto' is what nobody said; leave 'source' out, or what was said.",
        ),
        (
            "- {at: 2026-11-05, value: 3}\n- {at: 2026-11-05, value: 4} # <--",
            "{from: 0, to: 10}",
            "[2].at",
            "There is an entry of the same moment already (line 22).",
        ),
    ],
)
def test_an_entry_that_cannot_have_been_said_is_refused(entry: str, kr: str, key: str, sentence: str) -> None:
    path, said = the_problem(with_history(entry, kr))

    place = "" if key.startswith("[") else "[1]" + ("." if key else "")
    assert path == f"objectives[1].key_results[1].history{place}{key}"
    assert said.startswith(sentence)


def test_what_was_said_needs_somebody_who_said_it() -> None:
    text = with_history("- {at: 2026-11-05, self_score: 0.7} # <--").replace("        owner: mei\n", "")

    assert the_problem(text)[1] == "Who said this? Give 'by', or the key result an 'owner'."


def test_steps_are_marked_as_done_in_one_place() -> None:
    text = with_krs(
        """
        - title: A
          owner: mei
          steps:
            - {title: B, done: 2026-11-01}
          history: # <--
            - {at: 2026-11-03, steps_done: [1]}
        """
    )

    assert the_problem(text)[1] == "Steps are marked as done here and where they are defined; keep one of the two."


REST = with_krs("- {title: A, from: 0, to: 1, owner: mei}\n- {title: B, from: 0, to: 1}") + (
    "  - {team: SUP, title: Help, key_results: [{title: C}]}\n"
)


@pytest.mark.parametrize(
    ("text", "path", "sentence"),
    [
        (
            "next_steps:\n  - {text: Call, at: 2026-11-05} # <--",
            "next_steps[1].team",
            "Whose is this? Give 'team: GRO' or",
        ),
        (
            "next_steps:\n  - {team: GRO, at: 2026-11-05} # <--",
            "next_steps[1].text",
            "What is to be done? Give a 'text'.",
        ),
        ("next_steps:\n  - {team: GRO, text: Call} # <--", "next_steps[1].at", "When was it taken on? Give"),
        (
            "next_steps:\n  - {team: GRO, text: Call, at: 2026-11-05, done_at: 2026-11-06} # <--",
            "next_steps[1].done_at",
            "It has a day on which it was done; then say 'state: done'.",
        ),
        (
            "next_steps:\n  - {team: SUP, key_result: GRO-1, text: Call, at: 2026-11-05} # <--",
            "next_steps[1].team",
            "GRO-1 belongs to GRO, not to SUP.",
        ),
        ("wins:\n  - {team: GRO, at: 2026-11-05} # <--", "wins[1].text", "What went well? Give a 'text'."),
        ("wins:\n  - {team: GRO, text: Won} # <--", "wins[1].at", "When was that? Give 'at: 2026-11-05'."),
        ("health:\n  - {name: Hours} # <--", "health[1].team", "Whose is this? Give 'team: GRO'."),
        ("health:\n  - {team: GRO} # <--", "health[1].name", "A health metric needs a name."),
        (
            "health:\n  - {team: GRO, name: A}\n  - {team: GRO, name: A} # <--",
            "health[2].name",
            "GRO has a health metric 'A' already.",
        ),
        (
            "health:\n" + "".join(f"  - {{team: GRO, name: {n}}}\n" for n in "ABC") + "  - {team: GRO, name: D} # <--",
            "health[4]",
            "GRO has three health metrics already; three are the most.",
        ),
        (
            "agreements:\n  - {to: SUP, text: Script, asked: 2026-11-04} # <--",
            "agreements[1].key_result",
            "Which key result is it for? Give 'key_result: GRO-2'.",
        ),
        (
            "agreements:\n  - {key_result: GRO-1, text: Script, asked: 2026-11-04} # <--",
            "agreements[1].to",
            "With whom? Give 'to: SUP' or 'to: SUP-1'.",
        ),
        (
            "agreements:\n  - {key_result: GRO-1, to: GRO-2, text: Script, asked: 2026-11-04} # <--",
            "agreements[1].to",
            "An agreement is with another team, and GRO-1 is GRO's own.",
        ),
        (
            "agreements:\n  - {key_result: GRO-1, to: SUP, asked: 2026-11-04} # <--",
            "agreements[1].text",
            "What is agreed? Give a 'text'.",
        ),
        (
            "agreements:\n  - {key_result: GRO-1, to: SUP, text: Script} # <--",
            "agreements[1].asked",
            "When was it asked? Give 'asked: 2026-11-04'.",
        ),
        (
            "agreements:\n  - {key_result: GRO-1, to: SUP, text: S, asked: 2026-11-04, agreed_by: ana} # <--",
            "agreements[1].state",
            "It was agreed, and yet the state is 'proposed'. Which is right?",
        ),
    ],
)
def test_what_goes_with_key_results_has_its_sentences_too(text: str, path: str, sentence: str) -> None:
    where, said = the_problem(REST + text + "\n")

    assert where == path
    assert said.startswith(sentence)
