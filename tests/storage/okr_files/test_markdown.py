"""OKRs are read from Markdown in the shapes in which people write it. All people and companies are pretend."""

from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.okr_files.drafts import Draft, DraftKeyResult
from storage.okr_files.markdown_blocks import MOST_ENTRIES, MOST_LINES
from storage.okr_files.markdown_files import NO_OKRS, read_markdown
from storage.okr_files.markdown_parts import EMPTY, MASKED, NO_STEP, STRUCK


def draft(text: str, name: str = "okrs.md") -> Draft:
    found = read_markdown(dedent(text).encode(), name)
    assert isinstance(found, Draft), found
    return found


def refusal(data: bytes) -> str:
    found = read_markdown(data, "okrs.md")
    assert isinstance(found, list)
    assert len(found) == 1
    return str(found[0])


def titles(found: Draft) -> list[tuple[str, list[str]]]:
    return [(one.title, [kr.title for kr in one.key_results]) for one in found.objectives]


def only(text: str) -> DraftKeyResult:
    """The one key result of an objective."""
    (kr,) = draft(f"## Objective: Serve better tea\n\n{text}").key_results
    return kr


TEA = [("Serve better tea", ["Regulars from 5% to 15%", "Wait from 9 to 4 min"])]


@pytest.mark.parametrize(
    "text",
    [
        """
        # OKRs
        ## Objective 1: Serve better tea
        - KR1: Regulars from 5% to 15%
        - KR2: Wait from 9 to 4 min
        """,
        """
        ## O1. Serve better tea
        ### Key results
        1. Regulars from 5% to 15%
        2. Wait from 9 to 4 min
        """,
        """
        ## OKRs (2026 Set 1):
        * **Objective:** Serve better tea
            * **Key Result:** Regulars from 5% to 15%
            * **Key Result:** Wait from 9 to 4 min
        """,
        """
        ## 2026 Q4
        **Serve better tea**
        - Regulars from 5% to 15%
        - Wait from 9 to 4 min
        """,
        """
        # OKRs
        1. **Serve better tea**
           1. Regulars from 5% to 15%
           1. Wait from 9 to 4 min
        """,
        """
        - O1: Serve better tea
        - KR1: Regulars from 5% to 15%
        - KR2: Wait from 9 to 4 min
        """,
        """
        Objective 1: Serve better tea
        KR 1.1: Regulars from 5% to 15%
        KR 1.2: Wait from 9 to 4 min
        """,
        """
        # Objective 1: Serve better tea
        ## Key Result 1: Regulars from 5% to 15%
        ## Key Result 2: Wait from 9 to 4 min
        """,
        """
        # Objective 1
        Serve better tea
        ## KR 1
        Regulars from 5% to 15%
        ## KR 2
        Wait from 9 to 4 min
        """,
        """
        # Our OKRs
        ## Serve better tea
        - [ ] Regulars from 5% to 15%
        - [ ] Wait from 9 to 4 min
        """,
        """
        | Objective | Key result |
        |---|---|
        | Serve better tea | Regulars from 5% to 15% |
        | | Wait from 9 to 4 min |
        """,
        """
        ## Objective: Serve better tea
        | KR | Owner |
        |----|-------|
        | Regulars from 5% to 15% | mei |
        | Wait from 9 to 4 min | |
        """,
        """
        # OKRs
        ## 1. Serve better tea
        - Regulars from 5% to 15%
        - Wait from 9 to 4 min
        """,
        """
        ## 🎯 Objective 1: Serve better tea
        - 📈 KR1: Regulars from 5% to 15%
        - 📈 KR2: Wait from 9 to 4 min
        """,
        """
        - Objective: Serve better tea
          - Why: guests leave
          - Owner: mei
          - Key results:
            - Regulars from 5% to 15%
            - Wait from 9 to 4 min
        """,
    ],
)
def test_objectives_and_key_results_are_found_in_every_common_shape(text: str) -> None:
    found = [(one, [kr.removeprefix("📈 ") for kr in krs]) for one, krs in titles(draft(text))]
    assert [(one.removeprefix("🎯 "), krs) for one, krs in found] == TEA


def test_chinese_labels_are_read() -> None:
    found = draft(
        """
        # 2026年第四季度 OKR
        ## 目标一：让老客户带来朋友
        - 关键结果1：将重复购买率从 5% 提高到 15%（负责人：苏安）（0.4）
        - KR2：上线单点登录
        """
    )
    assert titles(found) == [("让老客户带来朋友", ["将重复购买率从 5% 提高到 15%", "上线单点登录"])]
    assert found.objectives[0].cycle == "2026年第四季度"
    assert (found.key_results[0].owner, str(found.key_results[0].score)) == ("苏安", "0.4")


def test_lines_are_those_of_the_file_even_below_front_matter() -> None:
    found = draft("---\nteam: Growth\ncycle: 2026 Q4\n---\n# OKRs\n\n## O1: Tea\n\n- KR1: Wait from 9 to 4\n")
    assert [(one.line, one.team, one.cycle) for one in found.objectives] == [(7, "Growth", "2026 Q4")]
    assert found.key_results[0].line == 9


def test_headings_above_lists_name_the_team() -> None:
    found = draft(
        """
        # FY26-Q3 OKRs
        ## Kitchen
        1. **Serve better tea** ==> Done
           - Regulars come back => Three did
        ## Garden
        1. **Grow better leaves**
           - Two harvests
        """
    )
    assert [(one.title, one.team, one.cycle) for one in found.objectives] == [
        ("Serve better tea", "Kitchen", "FY26-Q3"),
        ("Grow better leaves", "Garden", "FY26-Q3"),
    ]
    assert [one.text for one in found.unread] == ["Done"]


def test_headings_with_checkboxes_are_objectives_and_tell_what_they_are_part_of() -> None:
    found = draft(
        """
        # OKRs 2026 Q3
        - [OKRs](#okrs)
          - [Tea](#tea)

        ## Tea for everybody
        ### Open the shop
        - [x] Find a house
          - [ ] Sign the lease
        #### Announce it
        - [ ] Print 20 posters
        """
    )
    assert titles(found) == [("Open the shop", ["Find a house"]), ("Announce it", ["Print 20 posters"])]
    assert [one.why for one in found.objectives] == [
        "Part of: Tea for everybody",
        "Part of: Tea for everybody › Open the shop",
    ]
    assert found.objectives[0].team is None
    house = found.key_results[0]
    assert (house.done, [(one.title, one.done) for one in house.steps]) == (True, [("Sign the lease", False)])
    assert [one.why for one in found.unread] == ["It is a table of contents."]


def test_a_note_after_an_arrow_is_what_came_of_a_key_result() -> None:
    assert only("- KR: Hire two cooks =>. One started in May").note == "One started in May"
    rated = only("- KR: Hire two cooks => 20%: One started\n  in May")
    assert (str(rated.score), rated.note) == ("0.2", "One started in May")


@pytest.mark.parametrize(
    ("line", "score"),
    [
        ("KR1: Hire two cooks (0.7)", "0.7"),
        ("KR1: Hire two cooks [0.7]", "0.7"),
        ("KR1: (0.7) Hire two cooks", "0.7"),
        ("KR1: Hire two cooks - 0.7", "0.7"),
        ("KR1: Hire two cooks (Score: 70%)", "0.7"),
        ("KR1: Hire two cooks, score 7/10", "0.7"),
        ("KR1: Hire two cooks — 7/10", "0.7"),
        ("KR1: Hire two cooks\n  - Score: 0.7", "0.7"),
        ("KR1: Hire 2 cooks from 3 towns (70%)", "0.7"),
        ("KR1: Raise the share of regulars to (70%)", "None"),
        ("KR1: Share of regulars (70%)", "None"),
        ("KR1: Lower the refund rate from 0.9 to 0.7", "None"),
        ("KR1: Hire two cooks [1.7]", "None"),
    ],
)
def test_scores_are_told_from_measures(line: str, score: str) -> None:
    assert str(only(f"- {line}").score) == score


@pytest.mark.parametrize(
    ("line", "owner"),
    [
        ("@mei - Hire two cooks", "mei"),
        ("Hire two cooks @mei", "mei"),
        ("Hire two cooks (@mei)", "mei"),
        ("Hire two cooks (owner: Mei Lin)", "Mei Lin"),
        ("Hire two cooks - DRI: mei", "mei"),
        ("Hire two cooks — Owner: Mei Lin — 0.4", "Mei Lin"),
        ("Hire two cooks\n  Owner: Mei Lin", "Mei Lin"),
        ("Hire two cooks\n  - DRI: @mei", "mei"),
        ("`PX` @mei - Hire two cooks", "mei"),
    ],
)
def test_owners_are_taken_out_of_the_text(line: str, owner: str) -> None:
    kr = only(f"- KR1: {line}")
    assert (kr.title, kr.owner) == ("Hire two cooks", owner)


def test_further_owners_are_co_owners() -> None:
    kr = only("- KR: Hire two cooks @mei @jack")
    assert (kr.owner, kr.fields["co_owners"]) == ("mei", "jack")


def test_somebody_in_the_middle_of_a_sentence_owns_nothing() -> None:
    kr = only("- KR: Ask @mei for a cook")
    assert (kr.title, kr.owner) == ("Ask @mei for a cook", None)


def test_tags_may_stand_before_the_label() -> None:
    kr = only("- [ ] [P1] KR3: Interview 20 guests")
    assert (kr.title, kr.tag, kr.done) == ("Interview 20 guests", "P1", False)


def test_the_example_of_the_documentation_is_read_as_it_says() -> None:
    docs = (Path(__file__).resolve().parents[3] / "docs" / "import.md").read_text(encoding="utf-8")
    found = draft(docs.partition("```markdown\n")[2].partition("```")[0])
    assert [(kr.title, kr.owner, kr.note, kr.tag, len(kr.steps)) for kr in found.key_results] == [
        ("Regulars who bring a friend from 5% to 15%", "mei", None, None, 0),
        ("Open the garden", "Jack", "The lease is signed", None, 2),
        ("Interview 20 guests", None, None, "P1", 0),
    ]
    assert [(one.team, one.cycle, one.why) for one in found.objectives] == [
        ("Growth", "2026 Q4", "They are our best advertising.")
    ]
    assert found.unread == ()


def test_tags_are_taken_and_a_priority_that_nobody_set_is_none() -> None:
    assert only("- [DP][LA] Hire two cooks").tag == "DP LA"
    assert only("- `P0` - Hire two cooks").tag == "P0"
    assert only("- `PX` - Hire two cooks").tag is None


def test_named_lines_below_a_key_result_are_its_columns() -> None:
    kr = only("- KR: Wait\n  - Baseline: 9 min\n  - Target: 4 min\n  - Due: 31 Dec 2026\n  - Weight: 2\n  - Note: slow")
    assert kr.fields == {"from": "9", "to": "4", "unit": "min", "due": "2026-12-31", "weight": "2"}
    assert kr.note == "slow"


def test_a_key_result_without_text_is_told_with_its_line() -> None:
    found = draft("## 2026 Q4\n**Serve better tea**\n- `PX` -\n- KR2:\n- `P1` - Hire two cooks\n")
    assert [kr.title for kr in found.key_results] == ["Hire two cooks"]
    assert [(one.line, one.why) for one in found.unread] == [(3, EMPTY), (4, EMPTY)]


@pytest.mark.parametrize(
    "line",
    [
        "$N in new sales",
        "Raise hashtags by X% (tbd)",
        "[_N<sub>0</sub>_][n0] orders",
        "Deliver [P][p] leads",
        "XX leads",
    ],
)
def test_masked_numbers_are_text(line: str) -> None:
    found = draft(f"## Objective: Tea\n\n- KR: {line}\n\n[n0]: https://example.org/n\n[p]: https://example.org/p\n")
    assert found.key_results[0].fields == {"type": "milestone"}
    assert [one.why for one in found.unread] == [MASKED]


def test_what_is_struck_through_is_dropped() -> None:
    found = draft(
        """
        ## O1: Tea
        - ~~KR1: Open at dawn~~
        - KR2: Serve ~~50~~ 60 guests
        ## ~~O2: Coffee~~
        - KR1: Roast
        """
    )
    assert titles(found) == [("Tea", ["Open at dawn", "Serve 60 guests"])]
    assert found.key_results[0].fields == {"state": "dropped", "reason": STRUCK}
    assert [one.why for one in found.unread] == ["The objective is struck through, with 1 key result."]


def test_marks_of_markdown_are_not_part_of_a_title() -> None:
    kr = only("- KR: _Ship_ the `menu` to [the web](https://example.org) <b>now</b> <!-- hush --> \\*")
    assert kr.title == "Ship the menu to the web now *"


def test_only_sub_tasks_with_boxes_are_steps() -> None:
    found = draft("## O: Tea\n- KR: Open\n  - [x] Sign\n  - [ ] Paint\n- KR: Close\n  - remember the lights\n")
    assert [len(kr.steps) for kr in found.key_results] == [2, 0]
    assert [one.why for one in found.unread] == [NO_STEP]


def test_prose_and_other_sections_are_told_and_never_taken() -> None:
    found = draft(
        """
        # OKRs
        We met in May.
        ## O1: Tea
        - KR1: Hire two cooks
        - KR2: Hire a host
        ## Notes
        - Bring cake
        ## Garden
        - Water the leaves
        """
    )
    assert titles(found) == [("Tea", ["Hire two cooks", "Hire a host"])]
    assert [one.text for one in found.unread] == ["We met in May.", "Bring cake", "Water the leaves"]


def test_a_reason_in_a_paragraph_is_the_why() -> None:
    found = draft("1. **OBJECTIVE: Tea**\n\n   **WHY:** Guests leave.\n\n   - KR: Hire two cooks\n")
    assert found.objectives[0].why == "Guests leave."


# --- what is no list of OKRs --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "# Shopping\n\n- milk\n- tea\n",
        "just words\n",
        "# Read me\n\n1. Install\n   - pip\n2. Run\n   - now\n",
        "<!-- -->\n",
    ],
)
def test_a_file_without_okrs_is_refused_in_one_sentence(text: str) -> None:
    found = read_markdown(text.encode(), "readme.md")
    assert isinstance(found, list)
    assert [one.sentence for one in found] == [NO_OKRS]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\xff\xfe#\x00", "UTF-16"),
        (b"# OKRs\n\n- \xc3\x28\n", "Line 3"),
        (b"# O\x00", "not a text file"),
        (b"a" * (5 * 1024 * 1024 + 1), "5 MB"),
        (b"- a\n" * (MOST_LINES + 1), "lines"),
        (b"- a\n" * (MOST_ENTRIES + 1), "bullets"),
        (b"word " * 50 + b"\n\n" + (b"word " * 1990 + b"\n\n") * 110, "more text"),
    ],
)
def test_what_is_too_much_or_no_text_is_refused_in_one_sentence(data: bytes, words: str) -> None:
    assert words in refusal(data)


@pytest.mark.parametrize(
    "text",
    [
        "".join("  " * depth + f"- KR{depth}: deep\n" for depth in range(200)),
        ">" * 3000 + " KR: deep\n",
        "- KR: " + "[" * 9000 + "\n",
        "- KR: " + "*a " * 3000 + "\n",
        "- KR: " + "@a" * 4000 + "\n- KR: a" + " - " * 3000 + "b\n",
        "- KR: " + "=> " * 3000 + "\n- KR: " + "(" * 4000 + "WIP\n",
    ],
)
def test_depth_and_repetition_cost_nothing(text: str) -> None:
    found = draft(f"## O1: Tea\n\n{text}")
    assert len(found.objectives) == 1


FRAGMENTS = (
    *("# ", "## ", "- ", "* ", "1. ", "  - ", "    - ", "[ ] ", "[x] ", "O1: ", "Objective: ", "KR1: ", "Key results"),
    *("**", "~~", "`", "[a](b)", "=> ", "(0.7)", "70%", "Score: ", "Owner: ", "@mei ", "\n", "\n\n", "from 5% to 15% "),
    *(
        "| a | b |",
        "|---|---|",
        "| Objective | Key Result |",
        "目标一：",
        "> ",
        "---\n",
        "<!-- x -->",
        "<b>",
        "$N",
        "Why: ",
    ),
    *("2026 Q4", "Due: ", "Current: ", "5", "Weight: 0", "[P0]", "(WIP)", "\u202e", "\u2028", "x" * 50, "null", " "),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40))
def test_nothing_that_people_can_write_breaks_the_reader(parts: list[str]) -> None:
    text = "# OKRs\n" + "".join(parts)
    found = read_markdown(text.encode(), "x.md")
    if isinstance(found, Draft):
        last = text.count("\n") + 1
        lines = [one.line for one in found.key_results] + [one.line for one in found.unread]
        assert all(1 <= line <= last for line in lines + [one.line for one in found.objectives])
        assert all(kr.title for kr in found.key_results)
