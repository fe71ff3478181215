"""Every quality check strikes where it must, and only there (spec/04 §9.2-9.5)."""

import re

import pytest

from bot.okr.quality import CHECKS, Moment, Severity, check_key_result, is_looked_for, severity_of, told_once
from tests.okr.quality.cases import ALL, Case, facts, kr, objective


def _cases(*, must: bool) -> list[object]:
    return [
        pytest.param(check, case, id=f"{check}-{number}")
        for check, both in ALL.items()
        for number, case in enumerate(both.must if must else both.must_not)
    ]


@pytest.mark.parametrize(("check", "case"), _cases(must=True))
def test_what_must_be_flagged(check: str, case: Case) -> None:
    assert check in case.found, case.name


@pytest.mark.parametrize(("check", "case"), _cases(must=False))
def test_what_must_not_be_flagged(check: str, case: Case) -> None:
    assert check not in case.found, case.name


def test_every_check_is_tested_both_ways() -> None:
    assert set(ALL) == set(CHECKS)
    assert [check for check, both in ALL.items() if not both.must or not both.must_not] == []


def test_every_check_of_words_is_tried_in_both_languages() -> None:
    def in_chinese(cases: tuple[Case, ...]) -> bool:
        return any(re.search(r"[\u4e00-\u9fff]", case.name) for case in cases)

    of_words = [check for check in ALL if check[0] in "OKPC" and check not in ("K24",)]
    assert [check for check in of_words if not in_chinese(ALL[check].must) or not in_chinese(ALL[check].must_not)] == []


FROM_TO = (
    "Lower refund rates from 0.5% to 0.2%",
    "Repeat purchase rate from 5% to 15%",
    "Reduce invoice processing time from 5 weeks to 2 weeks",
    "Raise ARR from $30k to $60k in Q4",
    "Self-serve renewals from 20% to 50%",
    "Week 4 retention from 20% to 30%",
    "p95 latency of search from 1.2s to 300ms",
    "percentage of active user accounts from 40% to 55%",
    "将退款率从 0.5% 降到 0.2%",
    "将重复购买率从 5% 提高到 15%",
    "发票处理时间从 5 周缩短到 2 周",
    "活跃账户占比从 40% 提高到 55%",
)


@pytest.mark.parametrize("text", FROM_TO)
def test_a_line_from_where_to_where_raises_nothing(text: str) -> None:
    assert kr(text).found == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("total number of views", "K01 K05"),
        ("total number of user accounts", "K01 K05"),
        ("Logins per week from 100 to 200", "K05"),
        ("email the client", "K01 K04"),
        ("meet with the VP", "K01 K04"),
        ("make gmail a success", "K01"),
        ("publish push notification function", "K14"),
        ("Contribute to 10 pre-sales technical discussions with customers' engineers", "K02"),
        ("Contribute to 10 pre-sales technical discussions", "K02 K04"),
        ("Interview 20 customers", ""),
        ("Obtain baseline data of e-coupon redemption rate", ""),
        ("Revenue per email increased by 10%", "K10"),
        ("The renewal rate of customers reaches 70%", "K02"),
        ("浏览总量", "K01 K05"),
        ("注册用户总数", "K01 K05"),
        ("每周登录次数从 100 提高到 200", "K05"),
        ("给客户发邮件", "K01 K04"),
        ("与副总裁见面", "K01 K04"),
        ("把邮箱做成功", "K01"),
        ("上线推送通知功能", "K14"),
        ("参与 10 次售前技术讨论", "K02 K04"),
        ("访谈 20 位客户", ""),
    ],
)
def test_the_real_lines_of_the_specification(text: str, found: str) -> None:
    assert " ".join(kr(text).found) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("become the market leader in Spain", "O06"),
        ("sunset the least-used features of our product", "O08"),
        ("narrow the gap between our feature set and a competitor's product", "O07"),
        ("learn whether we could viably enter the market in Spain", ""),
        ("成为西班牙市场领导者", "O06"),
        ("淘汰最少使用的功能", "O08"),
        ("弄清我们能否进入西班牙市场", ""),
    ],
)
def test_the_real_objectives_of_the_specification(text: str, found: str) -> None:
    assert " ".join(objective(text).found) == found


def test_only_impossible_data_is_refused_and_a_missing_owner_holds_a_publishing() -> None:
    refused = {check for check in CHECKS if severity_of(check, Moment.DRAFT) is Severity.E}

    assert refused == {"O02", "K03", "K16", "K23", "K24"}
    assert severity_of("K09", Moment.DRAFT) is Severity.W
    assert severity_of("K09", Moment.PUBLISH) is Severity.E


def test_hints_are_given_for_drafts_only() -> None:
    hints = [check for check, one in CHECKS.items() if one.severity is Severity.I]

    assert [check for check in hints if is_looked_for(check, Moment.CHECK, is_draft=False)] == []


def test_what_two_checks_say_is_told_once() -> None:
    found = check_key_result(facts("improve onboarding"), (), Moment.DRAFT)

    assert [one.check for one in found] == ["K01", "K08"]
    assert [one.check for one in told_once(found)] == ["K08"]
