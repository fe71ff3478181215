"""What people write to Okra: a reply, a command in plain words, or something that only names it."""

from dataclasses import replace

from bot.handlers.answered import SEND_AGAIN
from bot.handlers.answering import PROMPT_STANDS
from bot.handlers.commands import MOST_TEXT, command
from bot.handlers.filed import say_besides, shown_files
from bot.handlers.meant import is_command
from bot.handlers.naming import NotOneError
from bot.handlers.order_meant import ordered
from bot.handlers.pasting import PASTED, pasted
from bot.handlers.plain_new import added
from bot.handlers.recording import fresh_view
from bot.handlers.requested import said_of_request
from bot.handlers.saying import ECHO, N_, notice, sentence
from bot.handlers.typed import focus_of, open_question, reply_to
from bot.handlers.verbs import Verb, begins_with_label, is_plain, split, without_prefix
from bot.intake.conversation import Answer, Reply, Turn
from bot.intake.inbound import Command, Nothing, Place, Typed
from bot.okr.pasted import Paste, may_be_pasted, paste_of
from bot.okr.pasted_heads import with_labels, with_titles
from bot.okr.replies import Intent, read_reply
from bot.views.person import reply_context
from storage import models as m
from storage import unanswered

KEPT_AS_NOTE = N_("Earlier you also wrote “{text}”. I could not record it, so it stands as a note on {kr}.")
WELCOME = N_("You're welcome.")
NO_WORDS = N_(
    "I find no words in that, so nothing was recorded. Tell me in a line, for example: KR2 31%; "
    "OKRs you can also send as a file (md, csv, xlsx, yaml)."
)


def typed(turn: Turn, what: Typed) -> Reply:
    """A message to Okra: its words are a reply as ever, and each file with it is shown as the OKRs that it holds."""
    if not what.text and not what.files:
        return notice(NO_WORDS)
    alone = not what.text or (bool(what.files) and _only_imports(what.text))
    shown = shown_files(turn, what.files, beside_words=not alone)
    if alone:
        say_besides(turn, shown[:-1])
        return shown[-1]
    say_besides(turn, shown)
    return _with_words_left(turn, read_words(turn, what.text, open_question(turn), what.reply_to))


def _only_imports(text: str) -> bool:
    """Whether the words beside a file say no more than what it is sent for."""
    spoken = split(without_prefix(text))
    return spoken.verb is Verb.IMPORT and not spoken.rest


def _with_words_left(turn: Turn, reply: Reply) -> Reply:
    """What expired since tells what became of the words it held, where no weekly question did (spec/05 §10.10)."""
    prompt = turn.standing.prompt
    asked_lately = prompt is not None and (prompt.created_at or turn.now) > turn.now - PROMPT_STANDS
    if asked_lately or not isinstance(reply, Answer) or reply.name != ECHO:
        return reply
    left = unanswered.expire_questions(turn.session, turn.person.id, turn.now, only_due=True)
    if not left:
        return reply
    by_id = fresh_view(turn).by_id
    told = [
        sentence(SEND_AGAIN, text=one.text)
        if one.kr_id not in by_id
        else sentence(KEPT_AS_NOTE, text=one.text, kr=by_id[one.kr_id].kr.key)
        for one in left
    ]
    return replace(reply, data={**reply.data, "extra": [*reply.data["extra"], *told]})


def mentioned(turn: Turn, what: Command) -> Reply:
    """What stands behind `/okr`, or beside a mention; a mention by the way is no order, and nobody is told so."""
    if what.aside and not is_order(what.text):
        return Nothing()
    if what.message_id is not None and _is_thanks(turn, what.text):
        return notice(WELCOME)
    return command(turn, what.text)


def read_words(turn: Turn, text: str, question: m.Clarification | None, reply_to_id: str | None) -> Reply:
    """What is typed in the DM is a reply, which may answer `question`, unless it is plainly a command."""
    if turn.inbound.place is not Place.DM:
        return command(turn, text) if is_order(text) else Nothing()
    said = said_of_request(turn, text, question, reply_to_id)
    if said is not None:
        return said
    shown = _set_of_okrs(turn, text, question)
    if shown is not None:
        return shown
    view = None if is_plain(text) else fresh_view(turn)
    if view is None or is_command(turn, view, text, question):
        return command(turn, text)
    order = ordered(turn, view, text, question)
    order = order or added(turn, view, text, question)
    if order is not None:
        return order
    return reply_to(turn, view, text, question, focus=focus_of(turn, reply_to_id))


def _set_of_okrs(turn: Turn, text: str, question: m.Clarification | None) -> Reply | None:
    """What a pasted set shows; None for what is none, and for what is refused where it may be an answer.

    Raises `NotOneError`."""
    waits = bool(turn.standing.open_ids) or question is not None
    labelled = with_labels(text)
    words = without_prefix(text)
    to_okra = is_plain(text) or words != text.strip() or split(words).verb is Verb.IMPORT
    text = labelled if waits or to_okra else with_titles(labelled)
    if not may_be_pasted(text):
        return None
    known = {one.kr.number for one in fresh_view(turn).by_id.values()}
    kind = paste_of(text, known, waits=waits)
    if kind is Paste.NONE:
        return None
    kind = kind if text == labelled else Paste.UNSURE
    may_be_answer = waits or kind is Paste.UNSURE
    try:
        reply = pasted(turn, text, unsure=kind is Paste.UNSURE)
    except NotOneError:
        if may_be_answer:
            return None
        raise
    refused = not isinstance(reply, Answer) or reply.name != PASTED
    return None if refused and may_be_answer and len(text) <= MOST_TEXT else reply


def is_order(text: str) -> bool:
    """True for what is surely meant for Okra: a key result's label first, a plain command, or a lone verb."""
    words = without_prefix(text)
    spoken = split(words)
    return begins_with_label(words) or is_plain(text) or (spoken.verb is not None and not spoken.rest)


def _is_thanks(turn: Turn, text: str) -> bool:
    if not text or is_order(text):
        return False
    return read_reply(text, reply_context(fresh_view(turn), [])).intent is Intent.THANKS
