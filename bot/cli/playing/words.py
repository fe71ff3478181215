"""Words of the playground's world, in both languages side by side."""

from bot.cli.words import Both

# --- time -----------------------------------------------------------------------------------------------

PAST = Both(
    "That is in the past: it is {now} here already, and time runs forwards only. Start over to go back.",
    "那是过去：这里已经是 {now}，时间只会向前走。想回到从前，请重新开始。",
)
TOO_FAR = Both(
    "That is more than a year ahead; choose a day up to {latest}.", "超过一年以后了，请选择 {latest} 之前的日子。"
)
NO_DATE = Both("“{text}” is no date; write it like {example}.", "“{text}”不是日期，请写成 {example} 这样。")
NO_HOURS = Both("Choose a number of hours from 1 to {most}.", "请选择 1 到 {most} 之间的小时数。")
NO_CHECK_IN = Both(
    "No weekly question is ahead: the cycle is over, or nobody owns a key result in it. Start over to see one.",
    "接下来没有每周提问：周期已经结束，或者没有人负责关键结果。重新开始就能看到。",
)
NO_MEETING = Both(
    "No board is ahead: the cycle is over, or no team has a meeting and a channel. Start over to see it.",
    "接下来没有带看板的会议：周期已经结束，或者没有既开例会又有频道的小组。重新开始就能看到。",
)

NOT_KEPT = Both(
    "What happens cannot be kept any more ({why}), so time stands still. Make room on the disk, then go on.",
    "无法再保存发生的事（{why}），所以时间停在这里。腾出磁盘空间后可以继续。",
)

# --- companies ------------------------------------------------------------------------------------------

NO_SUCH_COMPANY = Both("There is no such company here any more.", "这里已经没有这家公司。")
NOT_READ = Both("{file} cannot be used as it is. {problem}", "{file} 还不能用。{problem}")
MORE_PROBLEMS = Both("There are {count} more problems like this.", "类似的问题还有 {count} 个。")
TOO_LARGE = Both("{file} is larger than 20 MB; a list of OKRs is far smaller.", "{file} 超过 20 MB，OKR 清单要小得多。")
NOT_WRITTEN = Both(
    "The company could not be set up ({why}); everything is as it was before.",
    "没能建好这家公司（{why}），一切保持原样。",
)
OWN_ABOUT = Both("Your own file: {file}", "你自己的文件：{file}")
TEEBEE_ABOUT = Both(
    "A pretend supplier of tea: four teams in Madrid, Shanghai and Wellington, in the middle of a quarter",
    "虚构的茶叶供应商：马德里、上海、惠灵顿的四个小组，季度过半",
)
SMALL_ABOUT = Both("Two people and two key results, at the very beginning", "两个人、两个关键结果，刚刚开始")
EMPTY_ABOUT = Both(
    "Four people and nothing set up: write /okr, and have a team in five minutes",
    "四个人，什么都还没有设置：输入 /okr，五分钟建好一个团队",
)
CHINESE_ABOUT = Both("A pretend bakery in Hangzhou, all in Chinese: two teams", "虚构的杭州面包坊，全程中文：两个小组")
LARGE_ABOUT = Both(
    "{teams} made-up teams all over the world, in English and Chinese", "{teams} 个虚构小组，遍布世界各地，中英文都有"
)

# --- people ---------------------------------------------------------------------------------------------

LEADS = Both("Leads {teams}", "{teams}组长")
ONE_KEY_RESULT = Both("1 key result", "1 个关键结果")
KEY_RESULTS = Both("{count} key results", "{count} 个关键结果")
AWAY_UNTIL = Both("away until {day}", "请假到{day}")
NO_TEAM = Both("In no team", "不在任何小组")
COMMA = Both(", ", "、")
