"""How the id of an account is spelled, wherever it comes from."""

import re

_ENTRA = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)


def account_id(name: str) -> str:
    """An object id of Microsoft Entra in lower case: its capital letters mean nothing. Any other id as it is."""
    return name.lower() if _ENTRA.fullmatch(name) else name
