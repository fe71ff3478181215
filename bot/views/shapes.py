"""The shapes of what views give to others: an answer by name, a form made ready."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from storage import models as m

Data = Mapping[str, Any]
View = Callable[[Session, Cards, m.Person, Data, datetime], Card]
"""(session, cards, reader, data of the answer, now) -> card"""
Prepare = Callable[[Session, m.Person, Data, datetime], dict[str, Any]]
"""(session, reader, data of the form, now) -> what its template is filled with"""
