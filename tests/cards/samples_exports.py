"""Sample data for exports."""

from typing import Any

_URL = "https://okra.example/files/Zm9v"

CARDS: dict[str, list[dict[str, Any]]] = {
    "export": [
        {"objectives": 1, "key_results": 1, "url": _URL},
        {"objectives": 3, "key_results": 12, "url": _URL},
        {"objectives": 0, "key_results": 0, "url": f"{_URL}{'x' * 200}"},
    ],
}
