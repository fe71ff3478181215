"""The content of a file that was sent, as the readers of files take it."""

from storage.okr_files.sources import SourceKind, kind_of


def in_utf8(content: bytes, name: str) -> bytes:
    """Text as Windows and Excel save it in UTF-16 or in Chinese; anything else as it came."""
    if kind_of(content, name) is SourceKind.XLSX:
        return content
    for encoding in ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "gb18030" or any("\u4e00" <= sign <= "\u9fff" for sign in text):
            return text.removeprefix("\ufeff").encode()
    return content
