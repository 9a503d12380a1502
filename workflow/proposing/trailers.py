"""The trailers of commits, whatever else their messages hold."""

from collections.abc import Iterator, Mapping, Sequence

from workflow.git import Git


def shape_of(keys: Sequence[str]) -> str:
    """How ``git log`` writes trailers, NUL after each key's: no message can hold that character."""
    return "".join(f"%(trailers:key={key},valueonly,unfold,separator=%x0A)%x00" for key in keys)


def read(keys: Sequence[str], values: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """What was written so, by the keys; what cannot be printed is a blank."""
    return {
        key: tuple(filter(None, (_line(each) for each in value.split("\n"))))
        for key, value in zip(keys, values, strict=True)
    }


def trailers_of(
    git: Git, keys: Sequence[str], *span: str
) -> Iterator[Mapping[str, tuple[str, ...]]]:
    """The trailers of each commit, the latest first.

    Args:
        git: Git in the repository.
        keys: Which trailers.
        span: Which commits, as ``git log`` takes them.
    """
    words = ("log", "--no-color", "--no-show-signature", "--encoding=UTF-8")
    told = git.run(*words, f"--format=tformat:%x00{shape_of(keys)}", *span, "--")
    # Commits end with a line's end; a NUL stands before each, and one after every key's.
    parts = told.out.decode("utf-8", "replace").split("\0")
    step = len(keys) + 1
    for at in range(1, len(parts) - 1, step):
        yield read(keys, parts[at : at + len(keys)])


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
