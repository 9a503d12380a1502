"""What Typer says of itself, in Vietnamese: headings of the help, and what was typed wrong.

Typer speaks English and has no place for another language, so its few sentences are put here.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
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
    """The command itself, which joins the verbs."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The verb that was typed; an unknown one is named, with the nearest there is."""
        if args[0].startswith("-") or self.get_command(ctx, args[0]) is not None:
            return super().resolve_command(ctx, args)
        known = self.list_commands(ctx)
        near = difflib.get_close_matches(args[0], known, n=1)
        ctx.fail(f"Không có lệnh “{args[0]}”; {_advice(near, 'các lệnh', known)}")


class Command(typer.Typer):
    """A Typer whose verbs are Vietnamese, whichever room adds them."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(cls=Verbs, **settings)

    def command(self, name: str | None = None, **settings: Any) -> Any:
        """Adds a verb; see Typer."""
        return super().command(name, **{"cls": Verb, **settings})

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
