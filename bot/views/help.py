"""`/okr help [topic]`: eight lines at most, naming only what exists (spec/06 §11.1, §11.4)."""

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards

TOPICS: dict[str, tuple[str, ...]] = {
    "start": (
        N_("Once a week I ask what each of your key results will land at. One tap is enough; plain words work too."),
        N_("Before your team's meeting I post the board, with what people said."),
        N_("/okr: what you answer for · /okr board: your team's board."),
        N_("To write OKRs: /okr help write. For a new team: /okr help setup."),
        N_("What a command does, with an example: /okr help add, /okr help edit, and so on for each."),
    ),
    "setup": (
        N_("/okr setup: a new team in four steps, in one message: channel, meeting, language and cycle, OKRs."),
        N_("It says when the first question and the first board go out, and sends you a test."),
        N_("/okr members: who is in the team; the lead adds and removes people there."),
        N_(
            "/okr settings team: its meeting and rhythm. /okr settings workspace: what holds for everybody, for admins."
        ),
    ),
    "write": (
        N_('1. /okr add objective "Be the place where plants get well": where you are going, without a number.'),
        N_('2. /okr add kr "Lower refund rate from 0.5% to 0.2%": from what to what; I show how I read it.'),
        N_("A whole set at once: paste it into the direct message, or /okr import."),
        N_('A result of two weeks below one: /okr add sprint KR2 "Interview 20 customers".'),
        N_("3. /okr check: what a good coach would say. It only advises; you may set it aside."),
        N_("4. /okr publish: ask the team, then publish. Until then only your team sees it."),
    ),
    "publish": (
        N_("/okr publish shows your team's drafts as they will stand."),
        N_("Ask the team posts them in the channel for comments; Publish makes them count from the next question on."),
        N_("Where the workspace wants it, somebody above is told, or asked first."),
        N_("For a day, while nobody has answered, it can be taken back."),
    ),
    "change": (
        N_("/okr edit KR2 target 55k because the largest deal moved: also start, due, title, owner, weight, type."),
        N_('/okr own KR2 @mei · /okr replace KR3 with "…" because … · /okr drop KR3 because …'),
        N_("/okr pause KR3 until 1 Dec because … · /okr resume KR3"),
        N_("What is published is changed with a reason; the channel reads one line, and for a day it can be undone."),
        N_("What was measured and said stays as it was."),
    ),
    "agree": (
        N_('/okr depends KR2 on @SUP "Phone script" by 20 Nov: asks that team\'s lead, word for word.'),
        N_("/okr align KR2 supports CO-1: says what it helps."),
        N_('/okr conflict KR2 with SAL-3 "why": brings both leads together. More: /okr help conflicts'),
        N_("Agreed is what both teams tapped Agree on, word for word; other words or another day open it again."),
    ),
    "reply": (
        N_("45k or 31% is the number now · 0.7 is where you think it lands, 0 to 1 · 7/10 is how sure you are."),
        N_("no change · done · blocked on legal · skip · later"),
        N_("Several at once: KR2 31%, KR5 7/10. Anything else you write stays as a note."),
        N_("next: call Acme adds a next step. undo takes back what you said last, for 24 hours."),
        N_("If I can read it in two ways I ask once, and store nothing until you answer."),
    ),
    "scores": (
        N_("The value is what the metric reads. The score, 0 to 1, is how far from start to target; I compute it."),
        N_(
            "The self-score is where you think it lands: 0.3 we'd get there anyway, 0.7 what we hope for, "
            "1.0 beyond what we dared. n/10 is how sure you are of the target."
        ),
        N_("0.6-0.8 on a stretch KR is success. Committed KRs need 1.0."),
    ),
    "types": (
        N_("Increase and decrease: a number from a start to a target."),
        N_("Range: a number to keep, or to bring, between two limits."),
        N_("Milestone: done or not; with steps the score is the part that is done."),
        N_("Baseline: the first number is still to be found."),
    ),
    "status": (
        N_("🔵 ahead · 🟢 on track · 🟡 at risk · 🔴 off track · ✅ done · ⚪ no signal: nothing recent to go by."),
        N_("The colour comes from where the number is heading; if you are gloomier, you are believed."),
        N_("If you are more hopeful than the pace, a line why is enough, and your colour counts."),
        N_("⏰ stale after 8 working days without a word, grey after 11. No change is a word, skip is not."),
        N_("/okr why KR2 shows the arithmetic."),
    ),
    "digest": (
        N_("The board goes to the team's channel some minutes before the meeting and follows answers until it starts."),
        N_("It tells what is ahead, what is short, what to improve, and the next steps. It mentions nobody with @."),
        N_("/okr digest preview shows it to you alone; the lead can post it early with /okr digest now."),
    ),
    "review": (
        N_("A talk every four to six weeks, with the board open: /okr board. Before it: /okr report team quarter."),
        N_("5 minutes numbers: what moved, and what did not."),
        N_("7-8 minutes for each KR that is 🔴, 🟡 or questioned: what did we learn, what do we try next?"),
        N_(
            "10 minutes decisions, each with its reason: "
            "/okr edit KR2 · /okr replace KR3 · /okr pause KR3 · /okr drop KR3"
        ),
        N_('End with next steps: /okr next "…" @who by Fri.'),
    ),
    "workshop": (
        N_("Before: the last board and what you learned from it. Two hours are enough."),
        N_("What gets better, and for whom? One objective in words that everybody remembers, without a number."),
        N_("How would we notice? First everyone alone, then together; keep two to four of the answers."),
        N_("For each: a number from where to where, by when, and one owner. Is it in the team's hands?"),
        N_("Aim so that 0.7 would be good; what has to be 1.0 is a committed one."),
        N_("If all of them hit 1.0, is it done? And what must not get worse meanwhile?"),
        N_("Then write them: /okr add objective · /okr add kr · /okr import for a whole set · /okr check for advice."),
        N_("/okr publish shows what is written: ask the team, then publish. For a day it can be taken back."),
    ),
    "conflicts": (
        N_("Two owners who differ: both views are kept, and the newer one stands on the board."),
        N_("Owner and pace differ: a more hopeful word counts once it has a reason. /okr why KR2 shows which counts."),
        N_(
            '/okr depends KR2 on @SUP "what" by 20 Nov · '
            '/okr align KR2 supports CO-1 · /okr conflict KR2 with SAL-3 "why"'
        ),
        N_("Agreed is what both teams tapped Agree on, word for word; other words or another day open it again."),
        N_("An agreement that is still open stands under Improve on the board."),
        N_("Settle it in 15 minutes together rather than by messages; /okr own KR2 @mei when the owner changes."),
    ),
    "settings": (
        N_("/okr settings: your language, time zone, day and time of your question, working days, holidays, numbers."),
        N_("/okr settings team: its meeting, rhythm, reminders, and what I do for the team. For the lead."),
        N_("/okr settings meetings: every meeting of the team. Each gets a board; the main one has the question."),
        N_("At once: /okr lang zh · /okr timezone Madrid · /okr away 3-14 Dec · /okr snooze 2h"),
        N_("/okr settings workspace: what holds for everybody, such as quiet hours and colours. For admins."),
    ),
    "privacy": (
        N_("Everyone in the workspace can read OKRs, notes and self-scores. They are not for appraisal or pay."),
        N_("What you type is kept as you typed it; others see what I read from it, and your note."),
        N_("From your account I know name, e-mail, language and time zone; its status only if you allow me to ask."),
        N_("Nobody is ranked, and nothing is averaged per person. Ask whoever runs Okra to delete what is yours."),
    ),
    "commands": (
        N_(
            "See: /okr · /okr board · /okr board company · /okr board attention · /okr show KR2 · /okr why KR2 · "
            "/okr digest preview · /okr report · /okr export"
        ),
        N_("Say: /okr update · /okr next · /okr win · /okr health · /okr undo"),
        N_("Write: /okr add · /okr import · /okr check · /okr publish"),
        N_("Change: /okr edit · /okr own · /okr replace · /okr pause · /okr resume · /okr drop"),
        N_("Agree: /okr depends · /okr align · /okr conflict"),
        N_("You: /okr away · /okr back · /okr snooze · /okr settings · /okr timezone · /okr lang"),
        N_("Team: /okr setup · /okr members · /okr settings team"),
        N_("One of them with an example: /okr help edit"),
    ),
}

NAMES_ZH = {
    "开始": "start",
    "建团队": "setup",
    "写作": "write",
    "发布": "publish",
    "变更": "change",
    "商定": "agree",
    "回复": "reply",
    "得分": "scores",
    "类型": "types",
    "状态": "status",
    "简报": "digest",
    "复盘": "review",
    "工作坊": "workshop",
    "冲突": "conflicts",
    "设置": "settings",
    "隐私": "privacy",
    "命令": "commands",
}


_ALSO = {"writing": "write", "draft": "write", "okr": "write", "okrs": "write", "撰写": "write", "写": "write"}
"""Other words under which somebody new looks for a topic."""


def topic_named(words: str) -> str:
    """The English name of a topic; the words themselves where they name none."""
    return NAMES_ZH.get(words) or _ALSO.get(words) or words


def name_of(topic: str, lang: Lang) -> str:
    """What a topic is called in a language."""
    return next(word for word, name in NAMES_ZH.items() if name == topic) if lang == "zh" else topic


def is_about_replies(topic: str) -> bool:
    """True for the topic that shows by example what works; with somebody's own key results it is told better."""
    return topic_named(topic) == "reply"


def help_card(cards: Cards, topic: str, lang: Lang) -> Card:
    """The short help, or a topic's lines; for what is no topic, one line with those there are."""
    lines = TOPICS.get(topic_named(topic))
    topics = " | ".join(NAMES_ZH if lang == "zh" else TOPICS)
    if lines is None and topic:
        unknown = cards.text(
            N_("I have no help on '{topic}'. There is: {topics}"), lang, topic=topic[:40], topics=topics
        )
        return cards.card("notice", lang, text=unknown)
    if lines is None:
        return cards.card("help", lang, topics=topics)
    return cards.card("help_topic", lang, lines=[cards.text(line, lang) for line in lines])
