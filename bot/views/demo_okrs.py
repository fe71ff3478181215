"""TeeBee's objective as drafts: something to try Okra with before one's own OKRs are written (spec/07 §12.7)."""

from decimal import Decimal

from bot.cards.i18n import Lang
from bot.okr.drafts import KRDraft
from bot.okr.model import KRType
from storage import models as m

_TITLES: dict[Lang, str] = {
    "en": "Demo: be the trusted supplier of tea for fine restaurants",
    "zh": "演示：成为高档餐厅信赖的茶叶供应商",
}
_WHY: dict[Lang, str] = {
    "en": "TeeBee is a pretend company; drop this objective when you have seen enough",
    "zh": "TeeBee 是虚构的公司，看够了就放弃这个目标",
}
_REVENUE: dict[Lang, tuple[str, str]] = {
    "en": ("Grow enterprise MRR from $30k to $60k", "Enterprise MRR"),
    "zh": ("将企业客户月收入从 $30k 提高到 $60k", "企业月收入"),
}
_RENEWALS: dict[Lang, tuple[str, str]] = {
    "en": ("Raise self-serve renewals from 20% to 50%", "Self-serve renewals"),
    "zh": ("将自助续费率从 20% 提高到 50%", "自助续费率"),
}
_SIGN_ON: dict[Lang, tuple[str, str]] = {
    "en": ("Single sign-on live for all customers", "SSO live"),
    "zh": ("单点登录对所有客户上线", "单点登录上线"),
}


def demo_drafts(team: m.Team, cycle: m.Cycle, owner: m.Person) -> tuple[str, str, tuple[KRDraft, ...]]:
    """Its title, why, and three key results for this cycle that `owner` answers for, in the team's language."""
    lang: Lang = team.lang.value
    first, last = cycle.first_day, cycle.last_day
    revenue, renewals, sign_on = _REVENUE[lang], _RENEWALS[lang], _SIGN_ON[lang]
    return (
        _TITLES[lang],
        _WHY[lang],
        (
            KRDraft(*revenue, KRType.INCREASE, first, last, unit="$", baseline=Decimal(30000), target=Decimal(60000),
                    lead_owner=owner.id),
            KRDraft(*renewals, KRType.INCREASE, first, last, unit="%", baseline=Decimal(20), target=Decimal(50),
                    lead_owner=owner.id),
            KRDraft(*sign_on, KRType.MILESTONE, first, last, lead_owner=owner.id),
        ),
    )  # fmt: skip
