"""Where the checkout is: every command starts from its root."""

from pathlib import Path

from regulation.findings import Finding, Refused


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
