"""`/okr help reply`: every example is for the reader's own key results, and is read as the help says."""

from decimal import Decimal

import pytest

from bot.okr.model import KRType
from bot.okr.replies import ReplyContext, ReplyKR, read_reply
from bot.views.help_reply import examples, is_read_as_told
from tests.okr.replies.contexts import NAMES, context


@pytest.mark.parametrize("name", NAMES)
def test_every_example_is_read_as_it_says(name: str) -> None:
    against = context(name)
    shown = [one for row in examples(against.key_results, against) for one in row if is_read_as_told(one, against)]

    for one in shown:
        assert read_reply(one.text, against).segments == one.read_as
    assert shown, "somebody who owns something is shown something"


def _kr(label: str, kind: KRType, unit: str = "", **more: Decimal) -> ReplyKR:
    return ReplyKR(label, f"GRO-{label[2:]}", f"Thing {label[2:]}x", "", (), kind, unit=unit, own=True, **more)  # type: ignore[arg-type]  # numbers alone


MIXED = (
    _kr("KR1", KRType.INCREASE, "$", baseline=Decimal(30_000), target=Decimal(60_000), last_value=Decimal(44_000)),
    _kr("KR2", KRType.INCREASE, "%", baseline=Decimal(20), target=Decimal(50)),
    _kr("KR3", KRType.MILESTONE),
)


@pytest.mark.parametrize(
    ("lang", "wanted"),
    [
        (
            "en",
            ["KR1 $44k", "KR1 0.7", "KR2 35%", "KR3 7/10", "KR3 done", "KR1 no change", "KR1 blocked on legal",
             "KR1 skip", "KR1 $44k, KR2 35%"],
        ),
        (
            "zh",
            ["KR1 $4.4万", "KR1 0.7", "KR2 35%", "KR3 7/10", "KR3 完成", "KR1 没有变化", "KR1 卡在法务", "KR1 跳过",
             "KR1 $4.4万，KR2 35%"],
        ),
    ],
)  # fmt: skip
def test_labels_and_units_are_ones_own(lang: str, wanted: list[str]) -> None:
    against = ReplyContext(lang="zh" if lang == "zh" else "en", key_results=MIXED, known=MIXED)

    rows = [one for row in examples(MIXED, against) for one in row]

    assert [one.text for one in rows] == wanted
    assert all(is_read_as_told(one, against) for one in rows)


def test_the_usual_examples_are_read_as_they_say() -> None:
    against = context("three")
    for said, name, value in (
        ("KR1 45k", "value", Decimal(45_000)),
        ("KR2 31%", "value", Decimal(31)),
        ("KR1 0.7", "self_score", Decimal("0.7")),
        ("KR3 7/10", "confidence", Decimal(7)),
        ("KR1 no change", "no_change", True),
        ("KR3 done", "done", True),
        ("KR1 blocked on legal", "blocker", "legal"),
        ("KR1 next: call Acme", "next_step", "call Acme"),
    ):
        (segment,) = read_reply(said, against).segments
        assert getattr(segment, name) == value, said
