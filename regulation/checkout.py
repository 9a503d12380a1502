"""Where the checkout is, and where its files are: every command starts from its root."""

from pathlib import Path

from regulation.findings import Finding, Refused


def shown_path(path: Path, root: Path) -> str:
    """A file as findings name it: from the root of the checkout, with forward slashes."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def within(path: Path, folder: Path) -> bool:
    """Whether a path leads to a place in the folder, links followed."""
    return path.resolve().is_relative_to(folder.resolve())


def find_root(start: Path) -> Path:
    """The root of the checkout: the nearest folder upward with ``content/`` and pyproject.toml.

    Args:
        start: The folder to begin in, usually the current one.

    Raises:
        Refused: No folder on the way up is one.
    """
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / "content").is_dir() and (folder / "pyproject.toml").is_file():
            return folder
    message = (
        "Không tìm thấy thư mục gốc của Cổng (nơi có content/ và pyproject.toml); "
        "hãy chạy lệnh trong thư mục đã tải về."
    )
    raise Refused([Finding(str(start), message)])
