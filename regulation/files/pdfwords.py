"""Reads a PDF from its input and writes its words: run as a process of its own, within limits."""

import io
import logging
import resource
import sys
import warnings

MAX_PAGES = 500
MAX_CHARACTERS = 5_000_000
SECONDS = 15
MEMORY = 1_500_000_000


def main() -> None:
    """Writes the words page by page: those read before the time is up are kept."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from pypdf import PdfReader

    warnings.simplefilter("ignore")
    logging.disable()
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()), strict=False)
    most = int(sys.argv[1]) if len(sys.argv) > 1 else MAX_CHARACTERS
    written = 0
    for number, page in enumerate(reader.pages):
        if number >= MAX_PAGES or written >= most:
            break
        try:
            text = page.extract_text()
        except Exception:  # noqa: S112  a page that cannot be read; the next may be
            continue
        written += len(text)
        sys.stdout.write(text + "\n\f\n")
        sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except Exception:
        sys.exit(1)
