"""What the reader says while it reads a reply, written down line by line for whoever runs Okra."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.cards.figures import digits
from bot.okr.replies.atoms import Atom
from bot.okr.replies.claim_model import Claim, Kind
from bot.okr.replies.context import ReplyKR
from bot.okr.replies.normalise import Plain
from bot.okr.replies.plausible import bounds
from bot.okr.replies.said import Fields, Phrase
from bot.okr.replies.shape_model import Form, Shape
from bot.okr.replies.trace import Trace
from bot.okr.replies.types import Segment
from bot.okr.replies.weigh import Numbers
from bot.okr.replies.words import is_filler

RULES = {
    "_nothing_there": "nothing but signs",
    "_whole_message": "one wish: help, undo, later, thanks, yes, no",
    "_question": "a question",
    "_segments": "what it says about each key result",
}
_FORMS = {
    Form.FRACTION: "a part of a whole",
    Form.MOVE: "from one number to another",
    Form.RANGE: "a range",
    Form.CHANGE: "a change",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line: what it is about, and what the reader found. `inner`: while reading one key result's text."""

    about: str
    found: str
    inner: bool = False


class Steps(Trace):
    """Every joint of the reading as a line."""

    def __init__(self) -> None:
        self.lines: list[Step] = []
        self._rule_at = 0
        self._kr: ReplyKR | None = None

    def normalised(self, plain: Plain) -> None:
        self._add("text", _quoted(plain.text) + (" (cut after 2,000 characters)" if plain.truncated else ""))
        self._rule_at = len(self.lines)

    def rule(self, name: str, *, answered: bool) -> None:
        line = Step("rule", f"{RULES.get(name, name)}: {'yes' if answered else 'no'}")
        # The rule is told first, and then what was found while it was tried.
        self.lines.insert(self._rule_at, line)
        self._rule_at = len(self.lines)
        self._kr = None

    def part(self, label: str | None, text: str) -> None:
        self._kr = None
        self._add("segment", f"{label or 'no key result named'}: {_quoted(text)}")

    def segment(self, kr: ReplyKR, text: str) -> None:
        self._kr = None
        self._add("read for", f"{kr.label or 'any key result'}: {_quoted(text)}")
        self._kr = kr

    def fields(self, fields: Fields) -> None:
        told = [("next step", fields.next_step), ("win", fields.win), ("help", fields.help_wanted)]
        told += [("note", note) for note in fields.notes]
        if fields.blocked is not None:
            told.append(("blocked", fields.blocker or ("yes" if fields.blocked else "no longer")))
        for name, text in told:
            if text:
                self._add("field", f"{name}: {text}")
        if fields.amend:
            self._add("field", "corrects the last entry")

    def numbers(self, text: str, found: Sequence[Atom], masked: Sequence[tuple[int, int]]) -> None:
        hidden = dict.fromkeys(text[start:end] for start, end in sorted(masked))
        if hidden:
            self._add("masked", ", ".join(_quoted(one) for one in hidden) + ": no metric number")
        for atom in found:
            self._add("number", f"{_quoted(atom.raw)} = {_readings(atom)}")

    def claim(self, claim: Claim) -> None:
        self._add("could be", f"{_quoted(claim.shape.raw)}: {_meaning(claim)}{_because(claim, self._kr)}")

    def weighed(self, numbers: Numbers) -> None:
        for shape in numbers.left:
            self._add("left", f"{_quoted(shape.raw)} stays in the note")
        for shape in numbers.used:
            self._add("taken", _quoted(shape.raw))

    def clause(self, text: str, found: Sequence[Phrase]) -> None:
        words = " ".join(text.split())
        if not words:
            return
        for phrase in found:
            self._add("word", f"{_quoted(phrase.text)}: {phrase.meaning.value.replace('_', ' ')}")
        if not found:
            why = "filler" if is_filler(text) else "no listed word alone in its clause, so at most a note"
            self._add("word", f"{_quoted(words)}: {why}")

    def read(self, segment: Segment) -> None:
        self._add("came to", said(segment))
        self._kr = None

    def _add(self, about: str, found: str) -> None:
        self.lines.append(Step(about, found, inner=self._kr is not None))


def said(segment: Segment) -> str:
    """A segment in the reader's own names: what a test of the reply table would hold."""
    if segment.ask is not None:
        kept = segment.ask.kept
        return segment.ask.code.value + (f", and keeps {said(kept)}" if kept is not None else "")
    parts = []
    for name in ("value", "self_score", "confidence", "status", "done", "baseline_set", "blocked", "blocker"):
        if (found := getattr(segment, name)) is not None:
            parts.append(f"{name} {digits(found) if isinstance(found, Decimal) else found}")
    for name in ("help_wanted", "next_step", "win", "skip_reason", "note"):
        if (words := getattr(segment, name)) is not None:
            parts.append(f"{name} {_quoted(words)}")
    parts += [name for name in ("no_change", "agree", "skip", "approx", "amend") if getattr(segment, name)]
    return ", ".join(parts) or "nothing"


def _meaning(claim: Claim) -> str:
    match claim.kind:
        case Kind.ASK if claim.ask is not None:
            return f"asks {claim.ask.value}"
        case Kind.NOTHING:
            return "no number of this key result"
        case Kind.NOT_DONE:
            return "not done"
        case Kind.VALUE if not claim.plausible and claim.ask is not None:
            return f"value {digits(claim.number)}, which would ask {claim.ask.value}"
        case _:
            return f"{claim.kind.value} {digits(claim.number)}"


def _because(claim: Claim, kr: ReplyKR | None) -> str:
    """Why one reading was taken and no other."""
    shape, why = claim.shape, []
    if claim.kind is Kind.VALUE and kr is not None and (known := bounds(kr)) is not None:
        near = "near" if claim.plausible else "far from"
        why.append(f"{near} what is known, {digits(known[0])} to {digits(known[1])}")
    why += _of_shape(shape)
    if claim.percent is not None:
        basis = f" of the {claim.basis}" if claim.basis is not None else ""
        why.append(f"from {digits(claim.percent)}%{basis}")
    if claim.strong:
        why.append("with the key result's own unit")
    if claim.prose:
        why.append("inside a sentence")
    if claim.weak:
        why.append("gives way to other numbers")
    return f" ({'; '.join(why)})" if why else ""


def _of_shape(shape: Shape) -> list[str]:
    why = [] if shape.form is Form.PLAIN else [_FORMS[shape.form]]
    if shape.label is not None:
        why.append(f"a word beside it says {shape.label.value.replace('_', ' ')}")
    if shape.form is Form.PLAIN and shape.a.is_score_form:
        why.append("0 to 1 with a decimal sign")
    if len(shape.a.readings) > 1:
        why.append("two readings by the number style")
    told = {
        "introduced as today's": shape.introduced,
        "about": shape.approx,
        "of the past, a target or missing": shape.past,
        "only a bound": shape.bound,
        f"of the future: {shape.future}": shape.future is not None,
    }
    return why + [words for words, is_so in told.items() if is_so]


def _readings(atom: Atom) -> str:
    """`45,000`, `1250 or 1.25`, with what was written beside it."""
    if not atom.readings:
        return "unreadable"
    read = " or ".join(atom.sign + digits(reading) for reading in atom.readings)
    beside = "%" if atom.percent else atom.currency or atom.time or ""
    return f"{read} {beside}".strip() if beside != "%" else f"{read}%"


def _quoted(text: str) -> str:
    return "'" + text.replace("\n", " ⏎ ") + "'"
