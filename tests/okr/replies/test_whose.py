"""Whose key results are named to somebody who named none of theirs: their own, also to a lead (spec/05 §10.10)."""

from decimal import Decimal

from bot.okr.model import KRType
from bot.okr.replies import Code, ReplyContext, ReplyKR, read_reply


def _kr(number: int, *, own: bool) -> ReplyKR:
    label = f"KR{number}"
    return ReplyKR(label, f"GRO-{number}", label, label, (), KRType.INCREASE, baseline=Decimal(0), own=own)


def _offered(context: ReplyContext) -> tuple[str, ...]:
    (segment,) = read_reply("KR9 3", context).segments
    assert segment.ask is not None
    assert segment.ask.code is Code.Q_NO_SUCH_KR
    return segment.ask.facts.labels


def test_a_lead_is_told_what_is_their_own() -> None:
    krs = (_kr(1, own=True), _kr(5, own=True), _kr(2, own=False), _kr(3, own=False))

    assert _offered(ReplyContext(known=krs)) == ("KR1", "KR5")


def test_who_owns_nothing_is_told_what_they_may_name() -> None:
    assert _offered(ReplyContext(known=(_kr(2, own=False), _kr(3, own=False)))) == ("KR2", "KR3")
