"""Words of the command line and the demo, in both languages side by side."""

from dataclasses import dataclass

from bot.cards.i18n import Lang


@dataclass(frozen=True, slots=True)
class Both:
    """One thing said in both languages; `{name}` stands for what is filled in."""

    en: str
    zh: str

    def say(self, lang: Lang, **given: object) -> str:
        """In one language, filled in."""
        text = self.zh if lang == "zh" else self.en
        return text.format(**given) if given else text


KINDS = {
    "welcome": Both("welcome", "欢迎"),
    "check_in": Both("weekly check-in", "每周更新"),
    "reminder_1": Both("reminder 1", "提醒 1"),
    "reminder_2": Both("reminder 2", "提醒 2"),
    "snooze": Both("asked again", "稍后再问"),
    "stale": Both("stale notice", "待更新提示"),
    "dark": Both("dark notice to the lead", "久未更新提示（给组长）"),
    "nudge": Both("the lead asks", "组长询问"),
    "not_mine": Both("not theirs, to the lead", "不归其负责（给组长）"),
    "lead_notice": Both("a word to the lead", "给组长的提示"),
    "handed_over": Both("a key result handed over", "更换负责人"),
    "health": Both("health check", "健康检查"),
    "team_merged": Both("two teams made one, to the channels", "团队合并（发到频道）"),
    "change_post": Both("a change, to the channel", "变更（发到频道）"),
    "ask_owner": Both("somebody asks the owner", "有人询问负责人"),
    "answer": Both("answer", "回复"),
    "digest": Both("digest", "简报"),
    "next_steps": Both("next steps after the meeting", "会后下一步"),
    "wins": Both("wins of the week", "本周亮点"),
    "win_thanks": Both("thanks to a team", "感谢其他小组"),
    "bad_time": Both("another time of week?", "换个时间？"),
    "team_quiet": Both("a quiet team, to the lead", "小组久无更新（给组长）"),
    "participation": Both("few answers, to the lead", "更新偏少（给组长）"),
    "feed_quiet": Both("quiet feed", "数据源静默"),
    "company_digest": Both("company digest", "公司简报"),
    "standing_board": Both("standing board", "常驻看板"),
    "home": Both("home page", "主页"),
    "away_asked": Both("away, as the status says?", "状态显示外出，是否请假？"),
    "setup": Both("set-up of a team", "团队设置"),
    "setup_hello": Both("first word to whoever brought Okra", "给安装者的第一句话"),
    "changed_since": Both("another changed it meanwhile", "期间有人改过"),
    "draft_review": Both("a draft, to the channel", "草稿（发到频道）"),
    "draft_approval": Both("a draft to approve", "请批准草稿"),
    "approval_reminder": Both("approval, asked once more", "再次请求批准"),
    "approval_lapsed": Both("published without an approval", "未获批准即发布"),
    "draft_sent_back": Both("a draft sent back", "草稿被退回"),
    "published": Both("published OKRs, to the channel", "已发布的 OKR（发到频道）"),
    "published_told": Both("published, to the approver", "已发布（告知批准人）"),
    "kr_question": Both("a question about a key result", "关于 KR 的提问"),
    "kr_answered": Both("the answer to a question", "对提问的回答"),
    "agreement": Both("an agreement asked of a team", "请求约定"),
    "agreement_told": Both("what became of an agreement", "约定的进展"),
    "agreement_open": Both("an open agreement", "未确认的约定"),
    "agreement_near": Both("an agreement that is due soon", "即将到期的约定"),
    "agreement_due": Both("an agreement that is due", "到期的约定"),
    "board_shared": Both("board shared in the channel", "分享到频道的看板"),
}
"""The kinds of message."""

REASONS = {
    "answered already": Both("answered already", "已经回答"),
    "a team was set up meanwhile": Both("a team was set up meanwhile", "期间已有团队设置好"),
    "it is not a draft any more": Both("it is not a draft any more", "已不再是草稿"),
    "it waits for a tap": Both("it waits for a tap", "等待点击确认"),
    "its reader does not see it any more": Both("its reader does not see it any more", "收信人已看不到它"),
    "the agreement is gone": Both("the agreement is gone", "约定已不存在"),
    "its key result is not worked on any more": Both(
        "its key result is not worked on any more", "相关关键结果已不再进行"
    ),
    "the wording was changed since": Both("the wording was changed since", "其间措辞已改"),
    "somebody else answers for it by now": Both("somebody else answers for it by now", "已由别人负责"),
    "it was handed on since": Both("it was handed on since", "其间又换了负责人"),
    "whoever did it was told at once": Both("they did it themselves and saw it at once", "操作者当场已知"),
    "none of its health metrics is theirs any more": Both(
        "none of its health metrics is theirs any more", "这些健康指标已不归其负责"
    ),
    "away": Both("away", "请假"),
    "the account is off": Both("their account is switched off", "账号已停用"),
    "muted": Both("they muted Okra", "已静音"),
    "its digest has passed": Both("its digest has passed", "简报已经发出"),
    "its time is long over": Both("its time is long over", "时间早已过去"),
    "away until after the digest": Both("away until after the digest", "请假到简报之后"),
    "the person asked to be asked later": Both("they asked to be asked later", "本人要求稍后再问"),
    "the question itself was not sent": Both("the question itself was not sent", "问题本身没有发出"),
    "none of its key results is in force any more": Both(
        "none of its key results is in force any more", "相关关键结果都已停用"
    ),
    "a newer question was asked meanwhile": Both("a newer question was asked meanwhile", "其间已有更新的问题"),
    "part of today's question": Both("part of today's question", "已包含在今天的问题里"),
    "the team has no channel": Both("the team has no channel", "小组没有频道"),
    "the team is archived": Both("the team is archived", "小组已归档"),
    "the team has no lead": Both("the team has no lead", "小组没有组长"),
    "its meeting is gone": Both("its meeting is gone", "会议已取消"),
    "the meeting had begun": Both("the meeting had begun", "会议已经开始"),
    "its day is over": Both("its day is over", "当天已过"),
    "taken back": Both("it was taken back", "已撤回"),
    "no active cycle on that day": Both("no active cycle on that day", "当天没有进行中的周期"),
    "no working day is left before the digest": Both(
        "no working day is left before the digest", "简报之前没有工作日了"
    ),
    "asked this week already": Both("they were asked this week already", "这周已经问过"),
    "everything was updated in the last two working days": Both(
        "everything was updated in the last two working days", "最近两个工作日内都已更新"
    ),
    "asked two working days ago or less": Both("they were asked two working days ago or less", "两个工作日内刚问过"),
    "more than a day after its time": Both("its time was more than a day ago", "晚了超过一天"),
    "its moment has passed": Both("its moment has passed", "时机已过"),
    "holiday or company shutdown on the meeting day": Both(
        "holiday or company shutdown on the meeting day", "会议日放假或公司停工"
    ),
    "no digest opened that meeting": Both("no digest opened that meeting", "那次会议没有发简报"),
    "there is nothing to tell": Both("there is nothing to tell", "没有可说的"),
    "the team switched it off": Both("the team switched it off", "小组已关闭"),
    "it was taken back": Both("it was taken back", "已被撤回"),
    "asked in the last weeks already": Both("they were asked in the last weeks already", "最近几周已经问过"),
    "somebody else leads the team by now": Both("somebody else leads the team by now", "组长已换人"),
    "something was updated meanwhile": Both("something was updated meanwhile", "其间已有更新"),
    "the company digest takes its place": Both("the company digest takes its place", "由公司简报代替"),
    "the standing board is off or its cycle is over": Both(
        "the standing board is off or its cycle is over", "常驻看板已关闭，或其周期已结束"
    ),
    "the status is gone": Both("the status is gone", "状态已不在"),
    "the person does not want this question": Both("the person does not want this question", "本人不想被这样问"),
    "noted as away already": Both("noted as away already", "已经登记请假"),
    "a backup was brought back, and it may have been sent before": Both(
        "a backup was brought back, and it may have been sent before", "从备份恢复，之前可能已经发过"
    ),
    "reminded twice this week already": Both("they were reminded twice this week already", "这周已经提醒过两次"),
    "what it is about is gone": Both("what it is about is gone", "所说的内容已不在"),
    "this person was erased": Both("this person was erased", "此人的资料已删除"),
    "discarded by an operator": Both("discarded by an operator", "管理员放弃了这条消息"),
    "this platform shows no page of a person's own": Both(
        "this platform shows no page of a person's own", "这个平台没有个人主页"
    ),
}
"""Why something was not sent: as the planner, the rituals and the outbox write it down, and as people read it."""

OTHERWISE = Both("it was decided against", "决定不发")
NO_ADDRESS = Both("no address", "没有地址")
NO_ADDRESS_YET = Both("no address: nobody with {e_mail} is known yet", "没有地址：还没有人用 {e_mail} 登记")
NOT_ADDED = Both("Okra was not added for them in {place} yet", "{place} 里还没有为其添加 Okra")
NOT_LET_IN = Both("Okra was not let into it in {place} yet", "{place} 里还没有让 Okra 进入")
DELETED = Both("it was deleted", "已被删除")
TAKEN_OUT = Both("Okra was taken out of it in {place}", "{place} 里已把 Okra 移出")
TAKEN_AWAY = Both("they took Okra away in {place}", "本人在 {place} 里移除了 Okra")
REMOVED = Both("Okra was removed from {place}", "Okra 已从 {place} 移除")
AND = Both(" and ", "、")
HAS_NO_CHANNEL = Both("{name} (no channel)", "{name}（没有频道）")
CANNOT_BE_PLANNED = Both("{name} ({key}) cannot be planned: {reason}", "{name}（{key}）无法安排：{reason}")


def reason(text: str, lang: Lang) -> str:
    """Why something was not sent, in words."""
    known = REASONS.get(text)
    if known is None:  # whatever else wrote it down did so in English
        return text if lang == "en" else OTHERWISE.say(lang)
    return known.say(lang)


TAPS = Both("{name} taps [{label}]", "{name} 点了 [{label}]")
TAPS_ABOUT = Both("{name} taps [{label}] of {about}", "{name} 在 {about} 点了 [{label}]")
TYPES = Both("{name} types: {text}", "{name} 输入：{text}")
TYPES_IN = Both("{name} types in {channel}: {text}", "{name} 在 {channel} 输入：{text}")
FILLS_IN = Both("{name} fills in “{title}” and sends it: {values}", "{name} 填写“{title}”并提交：{values}")
DM = Both("{name} (DM)", "{name}（私信）")
IN_THREAD = Both("{place}, under “{under}”", "{place}，在“{under}”之下")
ONLY_SEEN_BY = Both("{place}, only {name} sees it", "{place}，只有 {name} 看得到")
CHANGED = Both("the same message now says", "同一条消息现在显示")
FORM = Both("{name} sees a form", "{name} 看到表单")
FORM_STAYS = Both("the form stays open", "表单保持打开")
GONE = Both("a message is taken away", "一条消息被收回")

NOT_SENT = Both("What Okra decided not to send, and why", "Okra 决定不发的消息，以及原因")
NOTHING_UNSENT = Both("Nothing: everything that was due was sent.", "没有：该发的都发了。")
NOT_SENT_LINE = Both("{what} to {names}: {why}", "{what} → {names}：{why}")
COUNTS_TITLE = Both("In numbers", "数字")
COUNTS = Both(
    "{sent} messages sent, {skipped} decided against, {answers} answers recorded, {open} in doubt.",
    "发出 {sent} 条，决定不发 {skipped} 条，记录回答 {answers} 个，状态不明 {open} 条。",
)
WHERE_NEXT = Both("Where to go next", "接下来")
NEXT = (
    Both(
        "make play                        be everyone in this company yourself, in your browser",
        "make play                        在浏览器里亲自扮演这家公司的每个人",
    ),
    Both(
        "make demo OKRS=my-okrs.md        the same with your own OKRs (.csv, .xlsx, .yaml, .json too)",
        "make demo OKRS=my-okrs.md        用你自己的 OKR 再看一遍（也可以是 .csv、.xlsx、.yaml、.json）",
    ),
    Both(
        ".venv/bin/python app.py plan --days 14   what will be sent to whom, and when",
        ".venv/bin/python app.py plan --days 14   接下来会发什么、发给谁、何时发",
    ),
    Both(
        "README.md                        Slack, Microsoft Teams, and everything else",
        "README.md                        Slack、Microsoft Teams 以及其他内容",
    ),
)
NOTHING_KEPT = Both(
    "All of it happened in a temporary database; nothing is kept.", "以上都发生在临时数据库里，什么都不会留下。"
)
TITLE = Both("A week with Okra at {name}", "{name} 与 Okra 的一周")
NOBODY_TO_ASK = Both(
    "{name} has no key result in a running cycle that anybody owns, so there is nobody to ask and no week to tell.",
    "{name} 没有进行中且有负责人的关键结果，没有人可问，也就没有可讲的一周。",
)

NO_OKRS = Both("{name}: There are no key results in this file.", "{name}：文件里没有关键结果。")
SOURCE_READ = Both(
    "Read from {file}: {objectives} of {all} objectives and {krs} of {all_krs} key results. "
    "Channel, meeting and dates are made up where it names none.",
    "从 {file} 读到目标 {objectives}/{all}、关键结果 {krs}/{all_krs}。文件没写的频道、会议和日期由演示补上。",
)
SOURCE_LEFT = Both(
    "Not taken over: {count}, the first in line {first}.",
    "没有采用的有 {count} 处，第一处在行 {first}。",
)
SOURCE_CYCLE = Both("Of its cycles only {cycle} is told.", "文件里有多个周期，这里只讲 {cycle}。")
SOURCE_FEW = Both(
    "The file is large, so {told} of its {all} objectives are told.",
    "文件较大，这里只讲 {all} 个目标中的 {told} 个。",
)
SOURCE_STAND_INS = Both(
    "It names no owners, so these stand in for them: {names}.", "文件没有写负责人，由这几位代演：{names}。"
)

OWN_BEGINS = Both(
    "Your own OKRs. How people answer is made up: the first taps, the second types, the third waits for a reminder.",
    "你自己的 OKR。谁怎么回答是虚构的：第一位点按钮，第二位打字，第三位等到提醒才答。",
)
OWN_TAPS = Both("{name} answers by a tap each.", "{name} 每项点一下。")
OWN_TYPES = Both("{name} answers in words.", "{name} 用文字回答。")
OWN_WAITS = Both("{name} answers when reminded.", "{name} 收到提醒后才回答。")
OWN_LOOKS = Both("Anybody can look, at any time.", "任何人随时都能查看。")
OWN_CORRECTS = Both(
    "The meeting has not begun. {name} has a newer number, and the same message in the channel follows.",
    "会议还没开始。{name} 有了更新的数字，频道里的同一条消息随之更新。",
)
NO_CHANGE = Both("no change", "没有变化")
REASON = Both("Two more are about to sign", "还有两家快签了")
BLOCKED = Both("blocked on a delivery", "卡在一批货上")
NO_CHANNEL = Both(
    "{team} has no channel, so its digest cannot be posted; everyone is asked all the same.",
    "{team} 没有频道，简报发不出去，但每个人照样会被问到。",
)
NO_MEETING = Both(
    "{team} has no meeting, so it is asked on Mondays at 10:00 and its digest is due on Tuesdays at 10:00.",
    "{team} 没有例会，所以周一 10:00 提问，周二 10:00 发简报。",
)
NO_PEOPLE = Both("{team} has no people, so nobody in it is asked.", "{team} 没有成员，没有人会被问到。")
FIRST_TEAMS = Both(
    "The file is large, so the first {told} of its {all} teams are told.",
    "文件较大，这里只讲 {all} 个小组中的前 {told} 个。",
)
