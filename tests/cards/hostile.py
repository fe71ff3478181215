"""Text that people might type, or paste, or try: none of it may become anything but text."""

FAMILY = "👨‍👩‍👧‍👦"
HEBREW = "שלום 12"

HOSTILE: dict[str, str] = {
    "xml": """& < > " ' </text></card> <button action="evil">x</button> <!-- <![CDATA[ ]]> &amp; &#0; &evil;""",
    "doctype": "<!DOCTYPE card [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1)",
    "quotes": """\" onclick="x' `' """,
    "slack formatting": "*bold* _italic_ ~gone~ `code` ```block``` > quote | bar \\ back",
    "slack quote": "> said by nobody",
    "slack mentions": "<!here> <!channel|x> <@U0EVIL> <#C1|x> <https://evil.example|ok> @channel @here @everyone",
    "slack escaped": "&lt;!here&gt; &lt;@U0EVIL&gt; :tada: :+1:",
    "markdown": "**b** __b__ *i* [a](https://evil.example) [a][b] ![i](x) # h",
    "markdown list": "- one",
    "markdown numbers": "1. one",
    "teams": "<at>Mei</at> {{DATE(2026-11-12T06:00:00Z, SHORT)}} ${name}",
    "jinja": "{{ 7 * 7 }} {% for x in y %} {# c #} {{ cards }}",
    "gettext": "%(text)s %s %d %% {name} {0} {",
    "controls": "a\x00b\x07c\x1b[31md\x7fe\x85f\x9bg\ufffeh\uffffi\ufdd0j",
    "surrogates": "a\ud800b\udfffc",
    "bidi": "abc\u202edef\u2066ghi\u2069\u2069\u202c",
    "hebrew": HEBREW,
    "arabic": "مرحبا 2026",
    "newlines": "one\ntwo\r\nthree\u2028four\u2029five\n\n\nsix",
    "family": FAMILY * 5,
    "accents": "e" + "\u0301" * 50 + " n\u0303",
    "chinese": "按节奏约 0.42，你自评 0.7。",
    "long": "word " * 800,
    "long word": "x" * 4000,
    "long emoji": FAMILY * 600,
    "long hostile": "*_<&>`|\\@here " * 300,
}
