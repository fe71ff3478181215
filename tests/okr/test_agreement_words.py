"""What stands behind `align`, `depends` and `conflict` is read in both languages (spec/06 §11.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.okr.agreement_words import Asked, read_align, read_conflict, read_depends


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('KR2 on @Support "Phone script" by 20 Nov', Asked("KR2", "Support", "Phone script", "20 Nov")),
        ('KR2 on @Customer Support "x y" 2026-11-20', Asked("KR2", "Customer Support", "x y", "2026-11-20")),
        ("KR2 on SUP phone script by 20 Nov", Asked("KR2", "SUP", "phone script", "20 Nov")),
        ('Self-serve renewals on @SUP "x" by Fri', Asked("Self-serve renewals", "SUP", "x", "Fri")),
        ('KR2 on <!subteam^S1|@support> "a" by fri', Asked("KR2", "support", "a", "fri")),
        ('KR2 on <at id="0">Support</at> "a" by fri', Asked("KR2", "Support", "a", "fri")),
        ("KR2 对 @支持组 “电话话术” 11月20日前", Asked("KR2", "支持组", "电话话术", "11月20日")),
        ("KR2 @支持组 电话话术 11月20日前", Asked("KR2", "支持组", "电话话术", "11月20日")),
        ("KR2 依赖 SUP 「话术」 到11月20日", Asked("KR2", "SUP", "话术", "11月20日")),
        ("KR2 on @SUP", Asked("KR2", "SUP", "", "")),
        ("KR2", Asked("KR2", "", "", "")),
    ],
)
def test_what_is_needed_of_whom_and_by_when(raw: str, expected: Asked) -> None:
    assert read_depends(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("KR2 supports CO-1", Asked("KR2", "CO-1", "")),
        ("objective supports CO", Asked("objective", "CO", "")),
        ("O1 supports CO O2 because it helps", Asked("O1", "CO O2", "it helps")),
        ("KR2 支持 CO-1 因为 更多客人", Asked("KR2", "CO-1", "更多客人")),
        ("目标支持CO", Asked("目标", "CO", "")),
        ("KR2 CO-1", Asked("KR2", "CO-1", "")),
        ("KR2", Asked("KR2", "", "")),
    ],
)
def test_what_supports_what(raw: str, expected: Asked) -> None:
    assert read_align(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('KR2 with SAL-3 "the same callers"', Asked("KR2", "SAL-3", "the same callers")),
        ("KR2 with SAL-3 because both call", Asked("KR2", "SAL-3", "both call")),
        ("KR2 与 SAL-3 因为 争流量", Asked("KR2", "SAL-3", "争流量")),
        ("KR2", Asked("KR2", "", "")),
    ],
)
def test_what_is_in_conflict_with_what(raw: str, expected: Asked) -> None:
    assert read_conflict(raw) == expected


@given(st.text(max_size=200))
def test_any_words_are_read_as_something(raw: str) -> None:
    for read in (read_depends, read_align, read_conflict):
        assert isinstance(read(raw), Asked)
