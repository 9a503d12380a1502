"""What Typer says of itself, in Vietnamese: headings of the help, and what was typed wrong.

Typer speaks English and has no place for another language, so its few sentences are put here.
"""

import difflib
import importlib
import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console
from typer import rich_utils
from typer.core import TyperArgument, TyperCommand, TyperGroup

from regulation.reading import explain as explain_value

_USAGE = {"[OPTIONS]": "[TÙY CHỌN]", "COMMAND [ARGS]...": "LỆNH"}
_STOPPED = 130  # what Typer makes of Ctrl+C
_SURPLUS = r"Got unexpected extra argument\(s\) \((.+)\)"
_SAID = (
    (r"Option '(.+)' requires an argument\.", "Tùy chọn {} phải có giá trị theo sau."),
    (r"Option '(.+)' does not take a value\.", "Tùy chọn {} không nhận giá trị."),
    (
        _SURPLUS,
        "Thừa “{}”: lệnh này chỉ nhận các tùy chọn bắt đầu bằng --.",
    ),
)


_SETTINGS = {"help_option_names": ["-h", "--help"]}


class _Spoken:
    """A command whose help is Vietnamese throughout."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Writes the line that says how the command is typed."""
        command: Any = self
        pieces = [
            _USAGE.get(piece, piece.strip("{}")) for piece in command.collect_usage_pieces(ctx)
        ]
        formatter.write_usage(ctx.command_path, " ".join(pieces), "Cách dùng: ")

    def get_help_option(self, ctx: Any) -> Any:
        """The option ``--help``, with its own help."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "Xem hướng dẫn này."
        return option

    def get_params(self, ctx: Any) -> list[Any]:
        """What may be typed; of an option that is on or off no value is shown, of none a type."""
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            if getattr(param, "is_flag", False) and param.metavar is None:
                param.metavar = ""
            if isinstance(param, TyperArgument):  # its name says it; "<str>" says nothing
                param.display_type_rich = _no_type  # type: ignore[method-assign]
        return params


def _no_type(ctx: Any) -> None:
    """The type of an argument, as the help shows it: not at all."""


class Verb(_Spoken, TyperCommand):
    """A verb of the command."""


class Verbs(_Spoken, TyperGroup):
    """The command itself, which joins the verbs. A verb's module is loaded when it is typed."""

    places: Mapping[str, "_Place"] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        """Every verb, in the order in which the rooms added them."""
        return [*self.places]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A verb as the help lists it: its name and one line."""
        place = self.places.get(cmd_name)
        return None if place is None else Verb(cmd_name, help=place.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The verb that was typed; an unknown one is named, with the nearest there is."""
        name, *rest = args
        if place := self.places.get(name):
            return name, place.load(name), rest
        if name.startswith("-"):
            return super().resolve_command(ctx, args)
        known = self.list_commands(ctx)
        near = difflib.get_close_matches(name, known, n=1)
        ctx.fail(f"Không có lệnh “{name}”; {_advice(near, 'các lệnh', known)}")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a verb is, or a group of verbs."""

    help: str
    at: "str | Command"

    def load(self, name: str) -> Any:
        """The verb itself."""
        if isinstance(self.at, Command):
            return typer.main.get_command(self.at)
        module, _, function = self.at.partition(":")
        alone = typer.Typer(
            add_completion=False, context_settings=_SETTINGS, pretty_exceptions_enable=False
        )
        verb = getattr(importlib.import_module(module), function)
        # A docstring that begins with the line is the same in more words; others are in English.
        said = inspect.getdoc(verb) or ""
        alone.command(name, cls=Verb, help=said if said.startswith(self.help) else self.help)(verb)
        return typer.main.get_command(alone)


class Command(typer.Typer):
    """A Typer whose verbs are Vietnamese, whichever room adds them (``regulation.command``)."""

    def __init__(self, **settings: Any) -> None:
        self._places: dict[str, _Place] = {}
        group = type("Group", (Verbs,), {"places": self._places})
        super().__init__(
            cls=group,
            no_args_is_help=True,
            add_completion=False,
            context_settings=_SETTINGS,
            pretty_exceptions_enable=False,
            **settings,
        )
        # Without a callback Typer takes a command that has no verb of its own for a mistake.
        self.callback()(lambda: None)

    def verb(self, name: str, *, help: str, at: str) -> None:
        """Adds a verb; see ``regulation.command.Command``."""
        self._places[name] = _Place(help, at)

    def verbs(self, name: str, *, help: str) -> "Command":
        """Adds a group of verbs, typed after its name."""
        group = Command(name=name, help=help)
        self._places[name] = _Place(help, group)
        return group

    def run(self, args: Sequence[str] | None = None) -> int:
        """Runs what was typed and gives the exit code: 2 when it was typed wrong.

        Raises:
            KeyboardInterrupt: Ctrl+C was pressed.
        """
        _translate_headings()
        try:
            code = int(self(args, prog_name="cong", standalone_mode=False) or 0)
        except typer.Abort:
            code = _STOPPED
        except Exception as error:
            if not hasattr(error, "format_message"):
                raise
            _complain(error)
            code = int(getattr(error, "exit_code", 1))
        if code == _STOPPED:
            raise KeyboardInterrupt
        return code


def _translate_headings() -> None:
    rich_utils.OPTIONS_PANEL_TITLE = "Tùy chọn"
    rich_utils.ARGUMENTS_PANEL_TITLE = "Tham số"
    rich_utils.COMMANDS_PANEL_TITLE = "Lệnh"
    rich_utils.DEFAULT_STRING = "[mặc định: {}]"
    rich_utils.REQUIRED_LONG_STRING = "[bắt buộc]"
    rich_utils.RANGE_STRING = ""
    # Typer colours whenever it runs in a GitHub workflow; colours are for terminals.
    rich_utils.FORCE_TERMINAL = None


def _complain(error: Any) -> None:
    if type(error).__name__ == "NoArgsIsHelpError":
        return  # the help has been printed
    err = Console(stderr=True)
    err.print(_explain(error), style="red", highlight=False, soft_wrap=True, markup=False)
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "cong"
    err.print(f"Xem cách dùng: {path} --help", highlight=False, soft_wrap=True, markup=False)


def _explain(error: Any) -> str:
    """What was typed wrong, as a Vietnamese sentence that says what to do."""
    message = str(error.format_message())
    if type(error).__name__ == "NoSuchOption":
        known = [name for param in error.ctx.command.get_params(error.ctx) for name in param.opts]
        advice = _advice(error.possibilities or (), "các tùy chọn", known)
        return f"Không có tùy chọn “{error.option_name}”; {advice}"
    if type(error).__name__ == "MissingParameter":
        return f"Thiếu {_name(error.param)}; hãy thêm vào."
    cause: Any = error.__cause__
    if cause is not None and hasattr(cause, "errors"):
        detail: Mapping[str, Any] = cause.errors()[0]
        low, high = getattr(error.param, "min", None), getattr(error.param, "max", None)
        if detail["type"] in ("greater_than_equal", "less_than_equal") and None not in (low, high):
            return f"{error.param.opts[0]}: “{detail['input']}” phải từ {low} đến {high}."
        return f"{error.param.opts[0]}: {explain_value(detail)}"
    surplus = re.fullmatch(_SURPLUS, message)
    if surplus and (wanted := _arguments(error.ctx)):
        return (
            f"Thừa “{surplus[1]}”: lệnh này chỉ nhận {', '.join(wanted)}; hãy đặt chữ có dấu cách "
            'trong dấu ngoặc kép, ví dụ "Nguyễn Văn A".'
        )
    for pattern, words in _SAID:
        if match := re.fullmatch(pattern, message):
            return words.format(match[1])
    return message


def _arguments(context: Any) -> list[str]:
    """What a command takes beside its options, as its help names it."""
    params = context.command.get_params(context)
    return [_name(param) for param in params if not param.opts[0].startswith("-")]


def _name(param: Any) -> str:
    """An option as it is typed, an argument as the help names it."""
    option: str = param.opts[0]
    return option if option.startswith("-") else str(param.metavar or option)


def _advice(near: Sequence[str], what: str, known: Sequence[str]) -> str:
    return f"có phải “{near[0]}” không?" if near else f"{what}: {', '.join(known)}."
