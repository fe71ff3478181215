"""Sample data for exports."""

from typing import Any

_URL = "https://okra.example/files/Zm9v"

_ASKED = {"command": "python app.py export --format csv", "file": "7 csv 3"}

CARDS: dict[str, list[dict[str, Any]]] = {
    "export": [
        {"objectives": 1, "key_results": 1, "url": _URL, **_ASKED},
        {"objectives": 3, "key_results": 12, "url": _URL, **_ASKED},
        {"objectives": 0, "key_results": 0, "url": f"{_URL}{'x' * 200}", **_ASKED},
        {"objectives": 3, "key_results": 12, "url": "", **_ASKED},
    ],
}
