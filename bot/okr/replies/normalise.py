"""Makes one plain text of what a platform delivered (spec/05 §10.2)."""

import html
import re
from dataclasses import dataclass

MAX_CHARACTERS = 2_000
# Escapes only ever shrink; what is longer than this is cut before any work is done on it.
_MAX_RAW = 8 * MAX_CHARACTERS

_UNHOLDABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060\ufeff\ud800-\udfff\ufffe\uffff]"
    # Marks that only turn the direction of writing.
    r"|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
    # Joiners hold emoji together; within a word or a number they are nothing.
    r"|(?<=[0-9A-Za-z])[\u200c\u200d]|[\u200c\u200d](?=[0-9A-Za-z])"
    # Strokes drawn through a sign, and accents on a digit.
    r"|[\u0334-\u0338]|(?<=[0-9])[\u0300-\u036f]+"
)
_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
_BULLET = re.compile(r"^[ \t]*[•·▪◦‣●○■□◆▶►]\s*", re.MULTILINE)
_SLACK_GONE = re.compile(r"<[@!](?!date\^)[^<>|]*(?:\|[^<>]*)?>")
_SLACK_NAMED = re.compile(r"<[^<>|\s][^<>|]*\|([^<>]*)>")
_SLACK_BARE = re.compile(r"<((?:https?://|mailto:|tel:)[^<>|]*)>")
_TEAMS_MENTION = re.compile(r"<at\b[^<>]*>[^<>]*</at>", re.IGNORECASE)
_LINE_TAG = re.compile(r"<(?:br\s*/?|/p|/div|/li)>", re.IGNORECASE)
_PLAIN_TAG = re.compile(r"</?(?:p|div|span|b|i|strong|em|ul|ol|li)\b[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")

_SEPARATORS = {"，": ", ", "、": ", ", "；": "; ", "。": ". ", "：": ": "}
_SIGNS = {
    **dict.fromkeys("“”„«»「」『』", '"'),
    **dict.fromkeys("‘’‚`´′", "'"),
    **dict.fromkeys("→⇒➜➔⟶", "->"),
    **dict.fromkeys("‐‑‒–—−﹣", "-"),
    **dict.fromkeys("￥", "¥"),
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    ),
    **dict.fromkeys("\t\v\f", " "),
    **dict.fromkeys("\r\u0085\u2028\u2029", "\n"),
}
_FULL_WIDTH = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
# One pass. CJK separators come first: a full-width comma separates, it is never a thousands sign.
_TABLE = str.maketrans({**_FULL_WIDTH, **_SIGNS, **_SEPARATORS})

_SHORTCODE = re.compile(r":(?=[+0-9_'-]*[a-z]|[+-]1:)[a-z0-9_+'-]+:")
_EMOJI = {
    ":+1:": "👍",
    ":thumbsup:": "👍",
    ":white_check_mark:": "✅",
    ":heavy_check_mark:": "✅",
    ":ballot_box_with_check:": "✅",
    ":large_green_circle:": "🟢",
    ":large_yellow_circle:": "🟡",
    ":red_circle:": "🔴",
    ":large_red_circle:": "🔴",
    **{
        f":{word}:": f"{digit}\u20e3"
        for digit, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), start=1)
    },
}
_TONE = re.compile(r"👍[\U0001F3FB-\U0001F3FF]")
_TICK = re.compile("[✔☑]\ufe0f?")
_PAIRS = tuple(
    re.compile(rf"(?<![\w{mark}]){mark}(?=\S)([^{mark}\n]*[^\s{mark}]){mark}(?![\w{mark}])")
    for mark in (r"\*", "_", "~")
)
_CODE = re.compile(r"`+([^`\n]+)`+")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")


@dataclass(frozen=True, slots=True)
class Plain:
    """The text as it is read. `truncated` if what was delivered was longer."""

    text: str
    truncated: bool = False


def normalise(text: str) -> Plain:
    """One plain text: no platform escapes, ASCII digits and signs, single spaces, line breaks kept as `\\n`."""
    cut = len(text) > _MAX_RAW
    text = _UNHOLDABLE.sub("", text[:_MAX_RAW])
    if "<" in text:
        text = _SLACK_GONE.sub(" ", text)
        text = _TEAMS_MENTION.sub(" ", text)
        text = _SLACK_NAMED.sub(r"\1", text)
        text = _SLACK_BARE.sub(r"\1", text)
        text = _PLAIN_TAG.sub("", _LINE_TAG.sub("\n", text))
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
        # Entities may spell what the first line took out.
        text = _UNHOLDABLE.sub("", text)
    text = _CODE.sub(r"\1", text)
    text = _KEYCAP.sub("\\1\u20e3", _BULLET.sub("", text.translate(_TABLE)))
    text = _SHORTCODE.sub(lambda code: _EMOJI.get(code[0], " "), text)
    text = _TICK.sub("✅", _TONE.sub("👍", text)).replace("✅\ufe0f", "✅").replace("👍\ufe0f", "👍")
    for pair in _PAIRS:
        text = pair.sub(r"\1", text)
    # A pair that spans lines is none to a platform, and says nothing.
    text = _LINES.sub("\n", _BLANKS.sub(" ", text)).strip(" \n*_")
    cut = cut or len(text) > MAX_CHARACTERS
    return Plain(text[:MAX_CHARACTERS].strip(), cut)
