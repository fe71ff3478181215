"""Takes off what people write around a reading: a greeting, quoted lines, a signature (spec/05 §10.2)."""

import re

from bot.okr.replies.words import both

_I = re.IGNORECASE
# A greeting ends at a sign or a line break, or where a number or a label begins: `morning sync moved` greets nobody.
_GREETING = re.compile(rf"\s*{both('greeting')}(?:\s*[,.!:~\n-]+\s*|\s+(?=[$€£¥]?[0-9.]|kr ?[0-9]|#[0-9]))(?=\S)", _I)
_SIGNATURE = re.compile(rf"\n\s*{both('signature')}\s*(?:\n|$)", _I)
_QUOTED = re.compile(r">+\s")


def without_courtesies(text: str) -> str:
    """The reply itself: `hi! 45k` is `45k`. A text that is nothing else stays as it is."""
    lines = text.split("\n")
    own = [line for line in lines if not _QUOTED.match(line)]
    said = "\n".join(own) if any(_says_something(line) for line in own) else text
    if (signature := _SIGNATURE.search(said)) and _says_something(said[: signature.start()]):
        said = said[: signature.start()]
    greeting = _GREETING.match(said)
    if greeting and _says_something(said[greeting.end() :]):
        said = said[greeting.end() :]
    return said.strip()


def _says_something(text: str) -> bool:
    return any(sign.isalnum() or ord(sign) > 0x2000 for sign in text)
