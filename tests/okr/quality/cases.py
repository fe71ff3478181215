"""What each quality check must flag and must not flag, as tables of data, in English and Chinese (spec/04 §9)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.okr.drafts import KRDraft, StepDraft, kr_draft_of
from bot.okr.kr_lines import read_kr_line
from bot.okr.model import Commitment, KRState, KRType
from bot.okr.quality import (
    Clash,
    Earlier,
    Finding,
    KRFacts,
    Moment,
    ObjectiveFacts,
    OtherKR,
    OtherTeam,
    TeamFacts,
    Waiting,
    check_key_result,
    check_objective,
    check_team,
)

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)
MEI = 1


@dataclass(frozen=True)
class Case:
    """One thing to be looked at; `found` are the checks that strike."""

    name: str
    look: Callable[[], tuple[Finding, ...]]

    @property
    def found(self) -> list[str]:
        return [one.check for one in self.look()]


def draft(text: str, **changes: Any) -> KRDraft:
    """What a line becomes, with Mei as its owner and the cycle's days."""
    made = kr_draft_of(read_kr_line(text), start=FIRST, due=LAST, lead_owner=MEI)
    return replace(made, **{"start": FIRST, "due": LAST, **changes})


def facts(text: str, number: int = 0, **changes: Any) -> KRFacts:
    """The same as facts; what is no part of a draft is one of `FACTS`."""
    beside = {name: changes.pop(name) for name in _FACTS if name in changes}
    return KRFacts(draft(text, **changes), **{"number": number, "id": number, "cycle": (FIRST, LAST), **beside})


_FACTS = ("state", "cycle", "owner_active", "only_at_end", "drafted_by", "id")


def kr(text: str, moment: Moment = Moment.DRAFT, beside: Sequence[KRFacts] = (), **changes: Any) -> Case:
    return Case(text, lambda: check_key_result(facts(text, len(beside) + 1, **changes), beside, moment))


def krs(*texts: str, **changes: Any) -> tuple[KRFacts, ...]:
    return tuple(facts(text, number, **changes) for number, text in enumerate(texts, 1))


NUMBERS = ("NPS from 20 to 50", "Churn from 5% to 3%", "Margin from 30% to 35%")


def objective(text: str, moment: Moment = Moment.DRAFT, **changes: Any) -> Case:
    made = ObjectiveFacts(**{"title": text, "due": LAST, "why": "They wait too long.", **changes})
    return Case(text, lambda: check_objective(made, moment))


def team(name: str, moment: Moment = Moment.CHECK, **changes: Any) -> Case:
    made = TeamFacts(**{"key": "GRO", "key_results": krs(*NUMBERS), **changes})
    return Case(name, lambda: check_team(made, moment))


def lines(*texts: str, moment: Moment = Moment.DRAFT) -> tuple[Case, ...]:
    return tuple(kr(text, moment) for text in texts)


def titles(*texts: str) -> tuple[Case, ...]:
    return tuple(objective(text) for text in texts)


@dataclass(frozen=True)
class Both:
    """What must be flagged, and what must not."""

    must: tuple[Case, ...]
    must_not: tuple[Case, ...]


PUBLISH, CHECK = Moment.PUBLISH, Moment.CHECK
SUPPORT, ORCHARD = OtherTeam("Support", "SUP"), OtherTeam("Orchard", "ORC")
OWN_CHURN = facts("Churn of new accounts from 5% to 3%", 2)
THEIR_CHURN = OtherKR("SAL-3", "Sales", draft("Churn of new accounts from 3% to 6%"))
ANCHORS = (Decimal(30), Decimal(40), Decimal(50))

OBJECTIVES: Mapping[str, Both] = {
    "O01": Both(
        titles(
            "Win 30 new customers", "Grow revenue by 20%", "Reach $2m in sales", "让 20% 的客户续约", "拿下3家大客户"
        ),
        titles(
            "Become the first choice in Q4 2026",
            "Be there for our B2B customers 24/7",
            "Pass ISO 27001 with ease",
            "Win the 2026 season",
            "让 B2B 客户第4季度就用起来",
            "2026年下半年成为首选",
        ),
    ),
    "O02": Both(titles("", "   ", "Win " * 40, "赢" * 141), titles("Win back our first customers", "赢回老客户")),
    "O03": Both(
        (
            objective("Win back customers", PUBLISH),
            objective("Win back customers", CHECK, working_days=5),
            objective("赢回老客户", PUBLISH),
        ),
        (
            objective("Win back customers", CHECK, working_days=4),
            objective("Win back customers", PUBLISH, key_results=krs(*NUMBERS)),
            objective("赢回老客户", key_results=krs("复购率从 5% 提高到 15%"), working_days=9),
        ),
    ),
    "O04": Both(
        titles("Customers that love us", "A better onboarding", "The best place to buy tea", "客户满意", "更好的体验"),
        titles(
            "Become the tea shop people tell friends about",
            "We win back trust",
            "Winning in Spain",
            "成为首选",
            "让客户省心",
        ),
    ),
    "O05": Both(
        titles(
            "Maintain our service level",
            "Keep customers happy",
            "Continue business as usual",
            "保持服务水平",
            "继续做好服务",
        ),
        titles("Win customers who keep coming back", "Become easy to reach", "让客户愿意回来", "赢得新客户的信任"),
    ),
    "O06": Both(
        titles(
            "become the market leader in Spain",
            "Be #1 in tea",
            "Build a world-class team",
            "Eventually own the market",
            "成为西班牙市场领导者",
            "做到行业第一",
            "最终覆盖全国",
        ),
        titles(
            "learn whether we could viably enter the market in Spain",
            "Learn what makes a world-class tea shop",
            "Win our first customers in Spain",
            "弄清我们能否进入西班牙市场",
            "赢得第一批西班牙客户",
        ),
    ),
    "O07": Both(
        titles(
            "narrow the gap between our feature set and a competitor's product",
            "Reach feature parity",
            "Catch up with them",
            "缩小与竞争对手的功能差距",
            "追赶竞品",
            "对标头部产品",
        ),
        titles("Make ordering as easy as calling a friend", "Become competitive in price for cafés", "让下单更省心"),
    ),
    "O08": Both(
        titles(
            "sunset the least-used features of our product",
            "Launch the new app",
            "Ship and migrate to the cloud",
            "Build a data platform",
            "淘汰最少使用的功能",
            "上线新版应用",
            "完成核心系统重构",
        ),
        titles(
            "Build trust with our first customers",
            "Build a strong team culture",
            "Make the first order easy",
            "让新客户当天就能上线",
            "建立客户的信任",
        ),
    ),
    "O09": Both(
        titles("Stop losing customers", "Never miss a delivery", "Avoid outages", "不要再丢单", "避免延误", "杜绝错发"),
        titles(
            "Become the non-stop tea bar", "A one-stop shop for cafés", "Serve tea like never before", "让每一单都准时"
        ),
    ),
    "O10": Both(
        titles(
            "Become the tea shop that everybody in the whole city and all its suburbs thinks of first on every morning",
            "让全市和周边所有区县的新老客户每天早上醒来第一个想到的都是我们家的茶和我们家的服务以及我们家的人",
        ),
        titles("Become the tea shop everybody thinks of first", "让新老客户第一个想到我们"),
    ),
    "O11": Both(
        (objective("Win back customers", PUBLISH, why=None), objective("赢回老客户", PUBLISH, why=" ")),
        (
            objective("Win back customers", PUBLISH),
            objective("Win back customers", why=None),
            objective("赢回老客户", PUBLISH),
        ),
    ),
    "K06b": Both(
        (
            objective("Win back customers", PUBLISH, key_results=krs(*NUMBERS[:2])),
            objective("赢回老客户", PUBLISH, key_results=krs("复购率从 5% 提高到 15%")),
        ),
        (
            objective("Win back customers", PUBLISH, key_results=krs(*NUMBERS)),
            objective("Win back customers", PUBLISH),
            objective("赢回老客户", key_results=krs("复购率从 5% 提高到 15%")),
        ),
    ),
    "K07": Both(
        (
            objective("Win back customers", key_results=krs(*NUMBERS, *NUMBERS)),
            objective("赢回老客户", CHECK, key_results=krs(*NUMBERS, *NUMBERS), is_draft=False),
        ),
        (
            objective("Win back customers", key_results=krs(*NUMBERS, *NUMBERS[:2])),
            objective(
                "赢回老客户", key_results=(*krs(*NUMBERS, *NUMBERS[:2]), facts("One more", 6, state=KRState.PAUSED))
            ),
        ),
    ),
    "C02": Both(
        (
            objective("Win new customers", CHECK, was="Win back customers", is_draft=False),
            objective("赢得新客户", CHECK, was="赢回老客户", is_draft=False),
        ),
        (
            objective("Win back customers", CHECK, is_draft=False),
            objective("Win new customers", CHECK, was="Win back customers", reason="The market moved", is_draft=False),
            objective("Win back customers", CHECK, was="win  back customers", is_draft=False),
            objective("赢回老客户", CHECK, was="赢回老客户", is_draft=False),
        ),
    ),
}

KEY_RESULTS: Mapping[str, Both] = {
    "K01": Both(
        lines(
            "total number of views",
            "total number of user accounts",
            "email the client",
            "meet with the VP",
            "make gmail a success",
            "浏览总量",
            "注册用户总数",
            "给客户发邮件",
            "与副总裁见面",
            "把邮箱做成功",
        ),
        (
            *lines(
                "Churn from 5% to 3%",
                "publish push notification function",
                "Obtain baseline data of e-coupon redemption rate",
                "Revenue per email increased by 10%",
                "复购率从 5% 提高到 15%",
                "上线单点登录",
                "摸底优惠券核销率基线",
            ),
            kr("SSO live", type=KRType.MILESTONE),
            kr("Make gmail a success", CHECK, type=KRType.MILESTONE, state=KRState.ACTIVE),
        ),
    ),
    "K02": Both(
        lines(
            "The renewal rate of customers reaches 70%",
            "NPS of 50",
            "Contribute to 10 pre-sales technical discussions",
            "续约率达到 70%",
            "参与 10 次售前技术讨论",
        ),
        (
            *lines("Interview 20 customers", "Renewals from 50% to 70%", "访谈 20 位客户", "续约率从 50% 提高到 70%"),
            kr("The renewal rate reaches 70%", baseline=Decimal(50)),
        ),
    ),
    "K03": Both(
        (
            kr("NPS", type=KRType.INCREASE, baseline=Decimal(20)),
            kr("退款率", type=KRType.DECREASE, baseline=Decimal(5)),
            kr("Revenue per email increased by 10%", CHECK, state=KRState.ACTIVE),
        ),
        (
            *lines("NPS from 20 to 50", "Revenue per email increased by 10%", "退款率从 5% 降到 2%"),
            kr("NPS", type=KRType.INCREASE, baseline=Decimal(20), anchors=ANCHORS),
        ),
    ),
    "K04": Both(
        lines(
            "email the client",
            "meet with the VP",
            "Attend the trade fair",
            "Follow up with legal",
            "Draft the strategy",
            "Contribute to 10 pre-sales technical discussions",
            "Organise 5 meetups",
            "给客户发邮件",
            "与副总裁见面",
            "跟进合同",
            "组织 5 场沙龙",
            "参与 10 次售前技术讨论",
            "推进数据治理",
        ),
        lines(
            "Interview 20 customers",
            "Meet 10 customers",
            "Support tickets from 40 to 20",
            "Contact rate from 5% to 8%",
            "Report load time from 8 s to 3 s",
            "Maintain support backlog below 20",
            "访谈 20 位客户",
            "拜访 20 位客户",
            "支持工单从 40 降到 20",
            "上线单点登录",
        ),
    ),
    "K05": Both(
        lines(
            "total number of views",
            "total number of user accounts",
            "Logins per week from 100 to 200",
            "Downloads from 5k to 20k",
            "10,000 followers",
            "浏览总量",
            "注册用户总数",
            "每周登录次数从 100 提高到 200",
            "粉丝从 1万 到 3万",
        ),
        lines(
            "percentage of active user accounts from 40% to 55%",
            "Failed logins from 500 to 100",
            "Share of visitors who order from 2% to 4%",
            "Orders per customer from 2 to 3",
            "Bounce rate of page views from 60% to 40%",
            "活跃账户占比从 40% 提高到 55%",
            "登录失败次数从 500 降到 100",
            "每位客户的订单数从 2 提高到 3",
        ),
    ),
    "K06": Both(
        lines(
            "Number of signed contracts from 20 to 40",
            "Total revenue from $1m to $2m",
            "累计签约客户从 20 家增加到 40 家",
        ),
        lines(
            "Average number of contracts per customer from 2 to 3",
            "Number of active contracts from 20 to 40",
            "Total cost from $2m to $1m",
            "Share of the total from 20% to 40%",
            "人均签约总数从 2 提高到 3",
            "投诉总量从 40 降到 20",
        ),
    ),
    "K08": Both(
        lines(
            "improve onboarding",
            "better support for cafés",
            "As many reviews as possible",
            "优化注册流程",
            "大幅改善体验",
        ),
        lines(
            "Improve onboarding from 5 days to 2 days",
            "Obtain a baseline for better support",
            "Improve NPS by 10%",
            "将注册流程从 5 步优化到 2 步",
            "上线单点登录",
        ),
    ),
    "K09": Both(
        (
            kr("NPS from 20 to 50", lead_owner=None),
            kr("NPS from 20 to 50", owner_active=False),
            kr("续约率从 5% 提高到 9%", PUBLISH, lead_owner=None),
        ),
        lines("NPS from 20 to 50", "续约率从 5% 提高到 9%"),
    ),
    "K10": Both(
        lines(
            "Revenue per email increased by 10%",
            "Cut support costs by 15%",
            "Grow revenue 20%",
            "转化率提高 10%",
            "成本降低 15%",
        ),
        (
            *lines("Revenue from $1m to $2m", "Churn reaches 3%", "转化率从 5% 提高到 10%"),
            kr("Revenue increased by 10%", baseline=Decimal(100), target=Decimal(110)),
        ),
    ),
    "K11": Both(
        lines(
            "Reduce churn from 5% to 3% and keep NPS above 50",
            "NPS from 30 to 50, churn from 5% to 3%",
            "Win 10 customers and 3 partners",
            "复购率从 5% 提高到 15%，并且退款率从 3% 降到 1%",
            "签约 10 家客户和 3 家渠道",
        ),
        lines(
            "Maintain consultant utilization between 70% and 80%",
            "Research and development spend from $2m to $1m",
            "Response time from 5 to 2 days by 1 December",
            "利用率保持在 70% 到 80% 之间",
            "研发和测试周期从 30 天缩短到 20 天",
        ),
    ),
    "K12": Both(
        (
            kr("NPS from 20 to 50", due=LAST + timedelta(days=1)),
            kr("NPS from 20 to 50", due=FIRST - timedelta(days=1)),
            kr("SSO launched asap"),
            kr("Eventually NPS of 50"),
            kr("尽快上线单点登录"),
            kr("最终续约率达到 70%"),
        ),
        (
            kr("NPS from 20 to 50", due=FIRST),
            kr("NPS from 20 to 50"),
            kr("续约率从 5% 提高到 9%"),
            kr("NPS from 20 to 50", due=LAST + timedelta(days=9), cycle=None),
        ),
    ),
    "K13": Both(
        (kr("NPS from 20 to 50", co_owners=(2, 3, 4)), kr("续约率从 5% 提高到 9%", co_owners=(2, 3, 4, 5))),
        (
            kr("NPS from 20 to 50", co_owners=(2, 3)),
            kr("NPS from 20 to 50", co_owners=(1, 2, 3)),
            kr("续约率从 5% 提高到 9%", co_owners=(2, 3, 4), due=FIRST + timedelta(days=28)),
        ),
    ),
    "K14": Both(
        lines("publish push notification function", "Launch the shop in Spain", "上线推送通知功能", "上线单点登录"),
        (
            *lines("NPS from 20 to 50", "续约率从 5% 提高到 9%"),
            kr("publish push notification function", steps=(StepDraft("Design"), StepDraft("Release"))),
            kr("Launch the shop", CHECK, state=KRState.ACTIVE),
        ),
    ),
    "K15": Both(
        (
            kr("Renewal rate of cafés from 50% to 70%", beside=krs("Renewal rate for cafés from 50% to 60%")),
            kr("Sales of tea from 5 to 9", beside=krs("Turnover from 1 to 2", metric="Sales"), metric="sales"),
            kr("老客户续约率从 50% 提高到 70%", beside=krs("老客户的续约率达到 65%")),
        ),
        (
            kr("Renewal rate of cafés from 50% to 70%", beside=krs("Complaints of cafés from 50 to 20")),
            kr("Refunds in Spain from 5% to 3%", beside=krs("Refunds in France from 5% to 3%")),
            kr("Sales from $5 to $9", beside=krs("Turnover from 1 to 2", metric="Sales"), metric="sales"),
            kr("老客户续约率从 50% 提高到 70%", beside=krs("新客户投诉从 50 降到 20")),
            kr("NPS from 20 to 50"),
        ),
    ),
    "K16": Both(
        (
            kr("Increase response time from 5 h to 2 h"),
            kr("Reduce NPS from 20 to 50"),
            kr("Lower the share of repairs from 5% to 9%"),
            kr("NPS from 20 to 50", type=KRType.DECREASE),
            kr("提升留存率从 40% 到 30%"),
            kr("将退款率从 5% 降低到 9%"),
        ),
        lines(
            "Improve latency from 5 s to 2 s",
            "Increase NPS from 20 to 50",
            "Raise our rank from 10 to 3",
            "Increase the speed of delivery from 5 days to 2 days",
            "Accelerate onboarding from 9 days to 4 days",
            "提高响应速度从 5 天到 2 天",
            "排名从第 10 提升到第 3",
            "将退款率从 9% 降低到 5%",
        ),
    ),
    "K17": Both(
        lines(
            "Maintain consultant utilization between 70% and 80%", "Keep churn below 2%", "利用率保持在 70% 到 80% 之间"
        ),
        (
            *lines("Churn from 5% to 2%", "退款率从 5% 降到 2%"),
            kr("Keep churn below 2%", baseline=Decimal(5)),
            kr("Keep churn below 2%", CHECK, state=KRState.ACTIVE),
        ),
    ),
    "K18": Both(
        lines(
            "MAU from 10k to 20k", "Active users from 500 to 900", "月活从 10 万提升到 20 万", "日活从 1 万提升到 2 万"
        ),
        lines(
            "percentage of active user accounts from 40% to 55%",
            "Orders per customer from 2 to 3",
            "活跃用户占比从 40% 提高到 55%",
            "Obtain the baseline of daily active users",
        ),
    ),
    "K19": Both(
        (
            kr("NPS from 20 to 50", initial_confidence=Decimal(9)),
            kr("续约率从 5% 提高到 9%", initial_confidence=Decimal(10)),
        ),
        (
            kr("NPS from 20 to 50", initial_confidence=Decimal(8)),
            kr("NPS from 20 to 50"),
            kr("续约率从 5% 提高到 9%", initial_confidence=Decimal(10), stretch=Commitment.COMMITTED),
        ),
    ),
    "K20": Both(
        (
            kr("NPS from 20 to 50", initial_confidence=Decimal(2)),
            kr("续约率从 5% 提高到 9%", initial_confidence=Decimal(0)),
        ),
        (
            kr("NPS from 20 to 50", initial_confidence=Decimal(3)),
            kr("NPS from 20 to 50"),
            kr("续约率从 5% 提高到 9%", initial_confidence=Decimal(5)),
        ),
    ),
    "K21": Both(
        (
            kr("NPS from 20 to 50 in the annual survey"),
            kr("Audit score from 3 to 4 at year-end"),
            kr("NPS from 20 to 50", only_at_end=True),
            kr("员工满意度从 60 提高到 70（年度调查）"),
        ),
        lines(
            "NPS from 20 to 50",
            "Year-end bookings from $1m to $2m",
            "续约率从 5% 提高到 9%",
            "Obtain the baseline of the annual survey",
        ),
    ),
    "K22": Both(
        (kr("NPS from 20 to 50", PUBLISH), kr("续约率从 5% 提高到 9%", PUBLISH)),
        (
            kr("NPS from 20 to 50"),
            kr("NPS from 20 to 50", CHECK),
            kr("续约率从 5% 提高到 9%", PUBLISH, state=KRState.ACTIVE),
        ),
    ),
    "K23": Both(
        (
            kr("NPS", type=KRType.INCREASE, baseline=Decimal(20), target=Decimal(20)),
            kr("续约率", type=KRType.DECREASE, baseline=Decimal("5.0"), target=Decimal(5)),
        ),
        lines("NPS from 20 to 50", "续约率从 5% 提高到 9%", "Keep NPS above 50"),
    ),
    "K24": Both(
        (
            kr("NPS", type=KRType.INCREASE, baseline=Decimal(20), anchors=(Decimal(40), Decimal(30), Decimal(50))),
            kr("退款率", type=KRType.DECREASE, baseline=Decimal(20), anchors=ANCHORS),
            kr("NPS", type=KRType.INCREASE, baseline=Decimal(35), anchors=ANCHORS),
        ),
        (
            kr("NPS", type=KRType.INCREASE, baseline=Decimal(20), anchors=ANCHORS),
            kr("退款率", type=KRType.DECREASE, baseline=Decimal(60), anchors=ANCHORS[::-1]),
            kr("NPS from 20 to 50"),
        ),
    ),
    "K25": Both(
        (
            kr("NPS from 20 to 50", parent_kr_id=7),
            kr("续约率从 5% 提高到 9%", parent_kr_id=7, due=FIRST + timedelta(days=22)),
        ),
        (kr("NPS from 20 to 50"), kr("续约率从 5% 提高到 9%", parent_kr_id=7, due=FIRST + timedelta(days=21))),
    ),
    "P01": Both(
        (
            *lines(
                "Share of salary reviews on time from 60% to 90%",
                "Bonus paid to all who reach 1.0",
                "绩效考核完成率从 60% 提高到 90%",
                "奖金发放到位",
            ),
            objective("Make everyone earn their bonus"),
            objective("Reward engineers with a promotion"),
            objective("提高团队绩效"),
            objective("Win back customers", why="It counts for the appraisal"),
        ),
        (
            *lines(
                "Sales promotions per month from 2 to 4",
                "Promotion codes redeemed from 5% to 9%",
                "Share of sign-up bonuses used from 5% to 9%",
                "促销活动核销率从 5% 提高到 9%",
            ),
            objective("Win back customers"),
            objective("Make our summer promotion the talk of the town"),
            objective("赢回老客户"),
        ),
    ),
}

MILESTONES = krs("Launch the shop in Spain", "上线单点登录")
TEAMS: Mapping[str, Both] = {
    "T01": Both((team("two", objectives=2), team("three", objectives=3)), (team("one"),)),
    "T02": Both((team("four", objectives=4),), (team("three", objectives=3), team("one"))),
    "T03": Both(
        (
            team("milestones", key_results=MILESTONES),
            team(
                "a number that is paused", key_results=(*MILESTONES, facts("NPS from 2 to 5", 3, state=KRState.PAUSED))
            ),
        ),
        (
            team("numbers"),
            team("one number", key_results=(*MILESTONES, facts("NPS from 2 to 5", 3))),
            team("nothing", key_results=()),
        ),
    ),
    "T04": Both(
        (team("no link", is_draft=True, may_link=True),),
        (
            team("linked", is_draft=True, may_link=True, is_linked=True),
            team("nothing above", is_draft=True),
            team("published", may_link=True),
        ),
    ),
    "T05": Both(
        (team("two full cycles", is_draft=True, stretch_scores=((Decimal("0.9"), Decimal(1)), (Decimal("0.95"),))),),
        (
            team("one cycle", is_draft=True, stretch_scores=((Decimal(1),),)),
            team("one lower", is_draft=True, stretch_scores=((Decimal(1),), (Decimal(1), Decimal("0.89")))),
            team("no stretch key results", is_draft=True, stretch_scores=((), (Decimal(1),))),
        ),
    ),
    "T06": Both(
        (
            team(
                "the Support team",
                key_results=krs("Tickets that the Support team solves from 5% to 9%"),
                others=(SUPPORT,),
            ),
            team("@sup", key_results=krs("Scripts written with @SUP from 0 to 9"), others=(SUPPORT,)),
            team("Orchard", key_results=krs("Orders through Orchard from 5 to 9"), others=(ORCHARD,)),
            team("not agreed", waiting=(Waiting(4, "Support", 2),), cycle_day=5),
            team("客服团队", key_results=krs("客服团队解决率从 5% 提高到 9%"), others=(OtherTeam("客服", "SUP"),)),
        ),
        (
            team("support as a word", key_results=krs("Support tickets from 40 to 20"), others=(SUPPORT,)),
            team("part of a word", key_results=krs("Orchards from 5 to 9"), others=(ORCHARD,)),
            team(
                "asked already",
                key_results=krs("Orders through Orchard from 5 to 9"),
                others=(ORCHARD,),
                asked=frozenset({(1, "Orchard")}),
            ),
            team("early", waiting=(Waiting(4, "Support", 2),), cycle_day=4),
            team("产品 as a word", key_results=krs("产品退货率从 9% 降到 5%"), others=(OtherTeam("产品", "PRD"),)),
        ),
    ),
    "T07": Both(
        (team("written by Li", is_draft=True, key_results=krs(*NUMBERS, drafted_by=2)),),
        (
            team("written by Mei", is_draft=True, key_results=krs(*NUMBERS, drafted_by=MEI)),
            team(
                "by two",
                is_draft=True,
                key_results=(facts("NPS from 2 to 5", 1, drafted_by=2), facts("Churn from 5 to 2", 2, drafted_by=3)),
            ),
            team("nobody knows", is_draft=True),
            team("only one", is_draft=True, key_results=krs(NUMBERS[0], drafted_by=2)),
            team("nobody owns them", is_draft=True, key_results=krs(*NUMBERS, drafted_by=2, lead_owner=None)),
        ),
    ),
    "T08": Both(
        (
            team("opposite", key_results=(OWN_CHURN,), elsewhere=(THEIR_CHURN,)),
            team("a conflict", clashes=(Clash(3, "GRO-2", "SAL-3", "churn", "Sales"),)),
            team(
                "相反",
                key_results=krs("新客户流失率从 5% 降到 3%"),
                elsewhere=(OtherKR("SAL-3", "销售", draft("新客户流失率从 3% 提高到 6%")),),
            ),
        ),
        (
            team("the same way", key_results=(OWN_CHURN,), elsewhere=(replace(THEIR_CHURN, draft=OWN_CHURN.draft),)),
            team(
                "another metric",
                key_results=(OWN_CHURN,),
                elsewhere=(replace(THEIR_CHURN, draft=draft("Price of tea from 3% to 6%")),),
            ),
            team(
                "another unit",
                key_results=(OWN_CHURN,),
                elsewhere=(replace(THEIR_CHURN, draft=draft("Churn of new accounts from 3 to 6")),),
            ),
            team("nobody else"),
        ),
    ),
    "T09": Both(
        (
            team("the same", is_draft=True, earlier=(Earlier("nps from 20 to 50", Decimal(50)),)),
            team(
                "一样",
                is_draft=True,
                key_results=krs("续约率从 5% 提高到 9%"),
                earlier=(Earlier("续约率从 5% 提高到 9%", Decimal("9.0")),),
            ),
        ),
        (
            team("another target", is_draft=True, earlier=(Earlier("NPS from 20 to 50", Decimal(40)),)),
            team("nothing before", is_draft=True),
            team("published", earlier=(Earlier("NPS from 20 to 50", Decimal(50)),)),
        ),
    ),
}

ALL: Mapping[str, Both] = {**OBJECTIVES, **KEY_RESULTS, **TEAMS}
