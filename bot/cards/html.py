"""Safe HTML of a card or a form: semantic elements, everything escaped, no script or style inside.

A button is a `<button name="press" value="action value">`; a menu is a `<details>` with buttons in it. The page
around it puts a card into a form of its own, so that it works without a script.
"""

from html import escape

from bot.cards.chart_svg import chart_svg
from bot.cards.model import (
    Actions,
    Block,
    Button,
    Card,
    Chart,
    Checkboxes,
    Choice,
    Control,
    Divider,
    Explain,
    Field,
    Form,
    Header,
    Image,
    Inline,
    Line,
    Link,
    ListBlock,
    Mention,
    Menu,
    Note,
    PersonField,
    Run,
    Style,
    Table,
    Text,
    TextField,
)

_TAGS = {Style.BOLD: "b", Style.ITALIC: "i", Style.CODE: "code"}
_LOCALE = {"en": "en", "zh": "zh-Hans"}


def card_html(card: Card) -> str:
    """The card as an `<article>`."""
    body = "".join(_block(block) for block in card.blocks)
    return f'<article class="card" lang="{_LOCALE[card.lang]}">{body}</article>'


def form_html(form: Form, *, action: str = "", errors: dict[str, str] | None = None) -> str:
    """The form as a `<form method="post">`; `errors` (field -> sentence) stand beside their fields."""
    parts = "".join(
        f'<p class="explain">{_lines(part.lines)}</p>'
        if isinstance(part, Explain)
        else _field(part, (errors or {}).get(part.name, ""))
        for part in form.parts
    )
    return (
        f'<form class="form" method="post" action="{escape(action)}" lang="{_LOCALE[form.lang]}">'
        f"<h2>{escape(form.title)}</h2>"
        f'<input type="hidden" name="form" value="{escape(form.name)}">'
        f'<input type="hidden" name="token" value="{escape(form.token)}">{parts}'
        f'<p class="actions"><button type="submit" class="primary">{escape(form.submit)}</button> '
        f'<button type="submit" name="cancel" value="{escape(form.name)}" formnovalidate>{escape(form.cancel)}</button>'
        "</p></form>"
    )


def lines_html(lines: tuple[Line, ...]) -> str:
    """Lines of text, for a page that puts them into an element of its own."""
    return _lines(lines)


def _block(block: Block) -> str:
    match block:
        case Header(text):
            return f"<h2>{escape(text)}</h2>"
        case Text(lines, None):
            return f"<p>{_lines(lines)}</p>"
        case Text(lines, Button() | Menu() as control):  # a menu cannot stand in a <p>
            return f'<div class="text">{_lines(lines)} {_control(control)}</div>'
        case Note(lines):
            return f'<p class="note"><small>{_lines(lines)}</small></p>'
        case ListBlock(items):
            return f"<ul>{''.join(f'<li>{_line(item)}</li>' for item in items)}</ul>"
        case Table(columns, rows):
            head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
            body = "".join(f"<tr>{''.join(f'<td>{_line(cell)}</td>' for cell in row)}</tr>" for row in rows)
            return f"<table>{f'<thead><tr>{head}</tr></thead>' if any(columns) else ''}<tbody>{body}</tbody></table>"
        case Divider():
            return "<hr>"
        case Image(url, alt):
            return f'<p><img src="{_address(url)}" alt="{escape(alt)}"></p>'
        case Chart(caption=caption):
            return f'<figure class="chart">{chart_svg(block)}<figcaption>{escape(caption)}</figcaption></figure>'
        case Actions(controls):
            return f'<div class="actions">{" ".join(_control(control) for control in controls)}</div>'
    raise AssertionError(block)


def _lines(lines: tuple[Line, ...]) -> str:
    return "<br>".join(_line(line) for line in lines)


def _line(line: Line) -> str:
    return "".join(_inline(inline) for inline in line)


def _inline(inline: Inline) -> str:
    match inline:
        case Run(text, Style.PLAIN):
            return escape(text)
        case Run(text, style):
            return f"<{_TAGS[style]}>{escape(text)}</{_TAGS[style]}>"
        case Link(text, url):
            return f'<a href="{_address(url)}" rel="noopener noreferrer">{escape(text)}</a>'
        case Mention(name):
            return f'<span class="person">{escape(name)}</span>'


def _address(url: str) -> str:
    """A web address; anything else, such as `javascript:`, leads nowhere."""
    return escape(url) if url.startswith(("https://", "http://", "/")) else "#"


def _control(control: Control) -> str:
    if isinstance(control, Button):
        return _button(control.label, control.action, control.value, control.style.value, control.hint)
    options = "".join(f"<li>{_button(option.label, option.action, option.value)}</li>" for option in control.options)
    return (
        f'<details class="menu"><summary{_says(control)}>{escape(control.label)}</summary><ul>{options}</ul></details>'
    )


def _says(menu: Menu) -> str:
    return f' aria-label="{escape(menu.hint)}"' if menu.hint else ""


def _button(label: str, action: str, value: str, style: str = "default", hint: str = "") -> str:
    says = f' aria-label="{escape(hint)}"' if hint else ""
    press = escape(f"{action} {value}".strip())
    return f'<button type="submit" name="press" value="{press}" class="{style}"{says}>{escape(label)}</button>'


def _field(field: Field, error: str) -> str:
    name, needed = escape(field.name), "" if field.optional else " required"
    notes = {"hint": field.hint, "error": error}
    described = " ".join(f"{field.name}-{kind}" for kind, words in notes.items() if words)
    says = f' aria-describedby="{escape(described)}"' if described else ""
    says += ' aria-invalid="true"' if error else ""
    below = "".join(
        f'<small class="{kind}" id="{name}-{kind}">{escape(words)}</small>' for kind, words in notes.items() if words
    )
    match field:
        case Checkboxes(options=options):
            boxes = "".join(
                f'<label><input type="checkbox" name="{name}" value="{escape(value)}"'
                f"{' checked' if value in field.initial else ''}> {escape(label)}</label>"
                for label, value in options
            )
            return f'<fieldset class="field"{says}><legend>{escape(field.label)}</legend>{boxes}{below}</fieldset>'
        case Choice(options=options):
            empty = '<option value=""></option>' if field.optional or not field.initial else ""
            choices = "".join(
                f'<option value="{escape(value)}"{" selected" if value == field.initial else ""}>'
                f"{escape(label)}</option>"
                for label, value in options
            )
            element = f'<select id="{name}" name="{name}"{needed}{says}>{empty}{choices}</select>'
        case TextField(multiline=True):
            # The line end after the tag is HTML's own and is not shown: a text may begin with one.
            element = (
                f'<textarea id="{name}" name="{name}" maxlength="{field.max_length}" rows="4"'
                f"{_placeholder(field)}{needed}{says}>\n{escape(field.initial)}</textarea>"
            )
        case TextField():
            element = (
                f'<input type="text" id="{name}" name="{name}" maxlength="{field.max_length}" '
                f'value="{escape(field.initial)}"{_placeholder(field)}{needed}{says}>'
            )
        case PersonField():
            element = f'<input type="text" id="{name}" name="{name}" value="{escape(field.initial)}"{needed}{says}>'
    return f'<p class="field"><label for="{name}">{escape(field.label)}</label> {element}{below}</p>'


def _placeholder(field: TextField) -> str:
    return f' placeholder="{escape(field.placeholder)}"' if field.placeholder else ""
