"""Questions (``runs/question.py``) as the arguments and options of commands."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Annotated, Any, get_args

import typer

SHOWN = {str: "WORD", float: "N", int: "N"}


def asking(question: type) -> Callable[[Callable[[Any], None]], Callable[..., None]]:
    """Makes a command of a function of one question: the fields of the question become its arguments and options."""

    def command(work: Callable[[Any], None]) -> Callable[..., None]:
        def run(**given: Any) -> None:
            work(
                question(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()})
            )

        parameters = sorted((_parameter(one) for one in fields(question)), key=_place)
        run.__name__, run.__doc__ = work.__name__, work.__doc__
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return run

    return command


def _parameter(one: "Field[Any]") -> inspect.Parameter:
    kind: Any = list[str] if get_args(one.type) else one.type
    meta = one.metadata
    info: Any
    if meta.get("argument"):
        info = typer.Argument(help=meta["help"], metavar=one.name.upper(), show_default=one.default is not MISSING)
    else:
        flag = f"--{meta['name'] or one.name.replace('_', '-')}"
        info = typer.Option(
            flag, help=meta["help"], metavar=meta["shown"] or SHOWN.get(kind), show_default=bool(one.default)
        )
    default: Any = inspect.Parameter.empty if one.default is MISSING else one.default
    default = list(default) if isinstance(default, tuple) else default
    return inspect.Parameter(
        one.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, info]
    )


def _place(parameter: inspect.Parameter) -> int:
    """Arguments come first, the forms of the answer last."""
    if isinstance(get_args(parameter.annotation)[1], type(typer.Argument())):
        return 0
    return 2 if parameter.name in ("json", "csv") else 1
