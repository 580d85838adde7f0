"""The service's door to the web: FastAPI, and the only place that knows it. Loaded when first used."""

from typing import Any

from karvan.errors import InputError
from karvan.lazy import lazy

_load = lazy(__name__, {"serve": "karvan.api.serve", "tend": "karvan.api.tend", "learning": "karvan.api.learning"})


def __getattr__(name: str) -> Any:
    try:
        return _load(name)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("karvan"):
            raise
        raise InputError(f"the service needs {error.name}", cure="pip install 'karvan[ops]'") from None
