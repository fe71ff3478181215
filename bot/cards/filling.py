"""A form that holds what somebody typed into it before, so that a correction begins where they were."""

from collections.abc import Mapping
from dataclasses import replace

from bot.cards.model import Checkboxes, Choice, Explain, Field, FieldValue, Form, TextField


def filled(form: Form, values: Mapping[str, FieldValue]) -> Form:
    """The form with what was typed in its fields; a field that `values` does not name is empty.

    What no field of its kind can hold (an option that was not offered) is left out.
    """
    return replace(
        form, parts=tuple(part if isinstance(part, Explain) else _filled(part, values) for part in form.parts)
    )


def _filled(field: Field, values: Mapping[str, FieldValue]) -> Field:
    typed = values.get(field.name, "")
    if isinstance(field, Checkboxes):
        ticked = typed if isinstance(typed, tuple) else (typed,)
        offered = {value for _, value in field.options}
        return replace(field, initial=tuple(one for one in ticked if one in offered))
    text = typed if isinstance(typed, str) else ",".join(typed)
    if isinstance(field, TextField):
        return replace(field, initial=text[: field.max_length])
    if isinstance(field, Choice):
        return replace(field, initial=text if text in {value for _, value in field.options} else "")
    return replace(field, initial=text)
