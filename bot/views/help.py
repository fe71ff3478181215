"""`/okr help [topic]`: eight lines at most, naming only what exists (spec/06 §11.1, §11.4)."""

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards

TOPICS: dict[str, tuple[str, ...]] = {
    "start": (
        N_("Once a week I ask what each of your key results will land at. One tap is enough; plain words work too."),
        N_("Before your team's meeting I post the board, with what people said."),
        N_("/okr shows what you answer for, /okr board your team's board."),
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
    "privacy": (
        N_("Everyone in the workspace can read OKRs, notes and self-scores. They are not for appraisal or pay."),
        N_("What you type is kept as you typed it; others see what I read from it, and your note."),
        N_("Nobody is ranked, and nothing is averaged per person. Ask whoever runs Okra to delete what is yours."),
    ),
}

NAMES_ZH = {
    "开始": "start",
    "回复": "reply",
    "得分": "scores",
    "类型": "types",
    "状态": "status",
    "简报": "digest",
    "隐私": "privacy",
}


def help_card(cards: Cards, topic: str, lang: Lang) -> Card:
    """The short help, or a topic's lines."""
    lines = TOPICS.get(NAMES_ZH.get(topic, topic))
    if lines is None:
        return cards.card("help", lang, topics=" | ".join(NAMES_ZH if lang == "zh" else TOPICS))
    return cards.card("help_topic", lang, lines=[cards.text(line, lang) for line in lines])
