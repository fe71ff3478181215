"""A yes or a no to a request is read as a whole message, and nothing else is one."""

import pytest

from bot.okr.request_words import is_to_a_request, read_said


@pytest.mark.parametrize("text", ["approve", "Approved!", "批准", "我批准。"])
def test_a_plain_yes(text: str) -> None:
    found = read_said(text)
    assert found is not None
    assert (found.yes, found.plain) == (True, True)


@pytest.mark.parametrize("text", ["ok", "Yes.", "同意", "可以", "好的", "👍", "looks good"])
def test_a_yes_that_needs_its_place(text: str) -> None:
    found = read_said(text)
    assert found is not None
    assert (found.yes, found.plain) == (True, False)


@pytest.mark.parametrize(
    ("text", "plain", "reason"),
    [
        ("reject because two would be enough", True, "two would be enough"),
        ("Rejected: two would be enough", True, "two would be enough"),
        ("reject", True, ""),
        ("Reject it!", True, ""),
        ("rejected - two would be enough", True, "two would be enough"),
        ("退回，因为太多了", True, "太多了"),
        ("不同意，因为太多了", False, "太多了"),
        ("不同意因为太多了", False, "太多了"),
        ("no, because it is too much", False, "it is too much"),
        ("no", False, ""),
    ],
)
def test_a_no_with_its_reason(text: str, plain: bool, reason: str) -> None:
    found = read_said(text)
    assert found is not None
    assert (found.yes, found.plain, found.reason) == (False, plain, reason)


@pytest.mark.parametrize(
    "text",
    [
        "approve, but change KR7",
        "ok 45k",
        "yes KR2 31%",
        "no change",
        "可以吗",
        "nobody answered",
        "rejection rate 5%",
        "Reject rate 3%",
        "rejected orders 12",
        "Rejected: 12",
        "退回率 3%",
        "no, 45k",
        "declined, 45k",
        "同意之前要改一改",
        "KR2 ok",
    ],
)
def test_what_is_neither(text: str) -> None:
    assert read_said(text) is None


@pytest.mark.parametrize(
    "text", ["agreed with legal on the contract", "approved 12 invoices", "通过率 80%", "接受 12 单"]
)
def test_how_something_went_is_said_to_no_request(text: str) -> None:
    assert read_said(text) is None
    assert not is_to_a_request(text)


@pytest.mark.parametrize("text", ["approve, but change KR7", "接受 27 Nov", "同意，但是晚一点", "declined, 45k"])
def test_what_is_said_to_a_request_though_not_how(text: str) -> None:
    assert read_said(text) is None
    assert is_to_a_request(text)
