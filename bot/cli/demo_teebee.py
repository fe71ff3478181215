"""The week of TeeBee, written by hand: what a newcomer should have seen once (examples/teebee.yaml)."""

from datetime import datetime

from bot.cards.i18n import Lang
from bot.cli.acts import Act
from bot.cli.telling import Teller
from bot.cli.words import Both
from bot.okr.localtime import instant
from storage.okr_files import OkrFile

MADRID = "Europe/Madrid"
SHANGHAI = "Asia/Shanghai"
GROWTH = "#growth"
EAST = "#huadong"
SUPPORT = "#support"


def teebee_acts(file: OkrFile, lang: Lang) -> list[Act]:
    """In English one week from Thursday on; in Chinese the Chinese team comes first, then the week of the others."""
    if lang == "zh":
        return [
            Act(file, _at("2026-11-13 09:55", SHANGHAI), _east_alone),
            Act(file, _at("2026-11-12 09:55", MADRID), _the_others),
        ]
    return [Act(file, _at("2026-11-12 09:55", MADRID), _the_week)]


def _at(text: str, zone: str) -> datetime:
    wall = datetime.fromisoformat(text)
    return instant(wall.date(), wall.time(), zone)


async def _the_week(week: Teller) -> None:
    await growth_is_asked(week)
    await east_is_asked(week)
    await growth_meets(week)
    await east_meets(week)
    await the_lead_asks(week)
    await support_meets(week)


async def _east_alone(week: Teller) -> None:
    await east_is_asked(week)
    await east_meets(week)


async def _the_others(week: Teller) -> None:
    week.says(
        Both(
            "One day back, in Madrid: the Growth team.",
            "回到前一天，马德里的增长组。每个人收到自己语言的消息，这里是英文。",
        )
    )
    await growth_is_asked(week)
    await growth_meets(week)
    await the_lead_asks(week)
    await support_meets(week)


async def growth_is_asked(week: Teller) -> None:
    """Thursday: the question, one tap, plain words, a form, a shared key result, and somebody who says nothing."""
    week.zone = MADRID
    week.says(
        Both(
            "Thursday morning. The Growth team meets tomorrow at 10:00, so Okra asks today, once, in a direct message.",
            "周四上午。增长组明天 10:00 开会，所以 Okra 今天用私信问一次。",
        )
    )
    week.looks_at("mei")
    await week.until("2026-11-12 10:00")
    week.says(
        Both("One tap answers. The receipt stands in the same message.", "点一下就算回答，回执就在同一条消息里。")
    )
    await week.until("2026-11-12 10:04")
    await week.taps("mei", "0.7", "KR5")
    week.says(
        Both(
            "The number says less than Mei does, so Okra asks once why. A line is enough.",
            "数字没有 Mei 乐观，所以 Okra 问一次原因，一句话就行。",
        )
    )
    await week.until("2026-11-12 10:05")
    await week.types("mei", "Two hotel chains sign on Monday")
    week.says(
        Both(
            "Mei types her other number. Nothing is guessed: what can be read in two ways is asked about.",
            "Mei 输入另一个数字。有两种读法的就问，从不猜。",
        )
    )
    await week.until("2026-11-12 10:07")
    await week.types("mei", "KR1 46")
    await week.until("2026-11-12 10:08")
    await week.taps("mei", "Fix it")
    await week.types("mei", "46k")
    await week.taps("mei", "1.0")

    week.says(
        Both(
            "Jack answers for two teams: one question holds both, under full keys. He answers in his own words.",
            "Jack 同时负责两个组：一次问完，用完整编号。他用自己的话回答。",
        )
    )
    week.looks_at("jack")
    await week.until("2026-11-12 10:20")
    week.shows("jack")
    await week.types("jack", "GRO-4 372, blocked on the new order form, next: show it to two guests")

    week.says(
        Both(
            "Ana shares KR5 with Mei. Mei has answered it already, so Ana is not asked twice.",
            "Ana 与 Mei 共同负责 KR5。Mei 已经答过，Ana 不会再被问一遍。",
        )
    )
    week.looks_at("ana")
    await week.until("2026-11-12 11:30")
    week.shows("ana")
    await week.taps("ana", "Update…", "KR3")
    await week.fills_in("ana", value="six point nine", self_score="0.5")
    await week.fills_in("ana", value="6,9", note="Next survey on 18 November")

    week.says(
        Both(
            "Li has not answered. At 16:00 Okra reminds her, and only her.", "Li 没有回答。16:00 Okra 只提醒她一个人。"
        )
    )
    week.looks_at("li")
    await week.until("2026-11-12 16:00")


async def growth_meets(week: Teller) -> None:
    """Friday: the second reminder, the stale flag, the digest, an answer that updates it, an undo, the commands."""
    week.zone = MADRID
    week.says(
        Both("Friday. One hour before the board, a last line to Li.", "周五。看板发出前一小时，最后提醒 Li 一次。")
    )
    week.looks_at("li")
    await week.until("2026-11-13 09:00")
    week.says(Both("The digest opens the meeting with the OKRs.", "简报用 OKR 开场。"))
    week.looks_at(GROWTH)
    await week.until("2026-11-13 09:50")
    week.says(
        Both(
            "The meeting has not begun. Jack has a newer number. He answers for two teams, so “KR4” may mean two "
            "things and is asked about; then the same message in the channel follows.",
            "会议还没开始，Jack 有了更新的数字。他同时负责两个组，“KR4”有两种可能，所以先问清；"
            "随后频道里的同一条消息跟着更新。",
        )
    )
    week.looks_at(GROWTH, "jack")
    await week.until("2026-11-13 09:54")
    await week.types("jack", "KR4 350")
    await week.taps("jack", "GRO-4 Phone support calls")
    await week.until("2026-11-13 09:56")
    week.says(Both("That was the wrong sheet. One tap takes it back.", "看错表了，点一下就撤销。"))
    await week.taps("jack", "Undo")
    await week.until("2026-11-13 09:58")
    week.looks_at("bea", "mei")
    week.says(
        Both(
            "A key result of Support has had no update for eight working days. Its owner hears first, privately.",
            "10:00，支持组有一个关键结果已 8 个工作日没有更新。先私下告诉负责人。",
        )
    )
    await week.until("2026-11-13 10:00")
    week.says(
        Both(
            "Five minutes after the meeting Okra asks in the digest's thread what was agreed on.",
            "会后五分钟，Okra 在简报的讨论串里问定了哪些下一步。",
        )
    )
    week.looks_at(GROWTH, "mei")
    await week.until("2026-11-13 11:05")
    await week.types("mei", '/okr next "Ask two guests to try the new form" @jack by Thu GRO-4')
    week.looks_at("mei")
    week.says(Both("Everyone can look at any time, with /okr.", "任何人随时都能用 /okr 查看。"))
    await week.until("2026-11-13 11:10")
    await week.types("mei", "/okr")
    await week.types("mei", "/okr board company")
    await week.types("mei", "/okr why KR2")
    await week.types("mei", '/okr win "The Grand signed for three years" KR1 thanks @Support')
    week.says(
        Both(
            "Friday afternoon: what went well this week, for teams that like it. A team that is thanked hears it, too.",
            "周五下午：本周的亮点（小组自选）。被感谢的团队也会收到。",
        )
    )
    week.looks_at(GROWTH, SUPPORT)
    await week.until("2026-11-13 15:00")


async def east_is_asked(week: Teller) -> None:
    """Friday in Shanghai: the same question, in Chinese, at ten by their own clock."""
    week.zone = SHANGHAI
    week.says(
        Both(
            "In Shanghai it is Friday, ten o'clock. The team there meets on Monday and is asked in Chinese.",
            "上海，周五十点。华东组周一开会，所以今天用中文提问。",
        )
    )
    week.looks_at("linmei")
    await week.until("2026-11-13 10:00")
    await week.until("2026-11-13 10:06")
    await week.types("linmei", "2%，0.7，仓库换了新标签")
    week.says(
        Both(
            "An is away and Jie stands in, so An's KR4 is part of Jie's question. Nothing has changed: a tap each.",
            "安在休假，请杰代班，所以安的 KR4 也在杰的问题里。都没有变化：各点一下。",
        )
    )
    week.looks_at("wangjie")
    await week.until("2026-11-13 10:40")
    week.shows("wangjie")
    await week.taps("wangjie", "👍 不变，还是 17%", "KR2")
    await week.taps("wangjie", "还没有数据", "KR4")
    await week.taps("wangjie", "👍 还是 6", "KR3")


async def east_meets(week: Teller) -> None:
    """Monday in Shanghai: the digest in the team's language."""
    week.zone = SHANGHAI
    week.says(Both("Monday in Shanghai: the digest, in the team's language.", "上海，周一：简报，用小组的语言。"))
    week.looks_at(EAST)
    await week.until("2026-11-16 09:20")
    await week.until("2026-11-16 09:35")


async def the_lead_asks(week: Teller) -> None:
    """Monday: a key result goes dark, its lead hears of it once, asks, and gets an answer."""
    week.zone = MADRID
    week.says(
        Both(
            "Monday. KR2 has been silent for more than ten working days, so Mei, who leads the team, is told once.",
            "周一。KR2 已超过 10 个工作日没有更新，组长 Mei 得到一次提示。",
        )
    )
    week.looks_at("mei", "li")
    await week.until("2026-11-16 10:00")
    await week.until("2026-11-16 10:12")
    await week.taps("mei", "Ask Li")
    await week.until("2026-11-16 10:30")
    await week.types("li", "31%, the new reminder mail works")


async def support_meets(week: Teller) -> None:
    """Tuesday: the digest of a team with a number that nobody types."""
    week.zone = MADRID
    week.says(
        Both(
            "Tuesday: Support's board. One number comes from the help desk, one day is over, one promise waits.",
            "周二：支持组的看板。一个数字来自工单系统，一个已到期，一个承诺还差一点。",
        )
    )
    week.looks_at(SUPPORT)
    await week.until("2026-11-17 10:50")
    await week.until("2026-11-17 11:05")
