"""ZIP containers, read within bounds: office documents are folders in a ZIP file."""

import io
import zipfile
import zlib
from collections.abc import Mapping

MAX_ENTRIES = 5_000
MAX_TOTAL = 300_000_000
MAX_RATIO = 200
"""What unpacks to more than this many times its size is a bomb, once it is big."""

_FREE = 10_000_000
_PART = 1 << 20
_END = b"PK\x05\x06"
_END_SIZE = 22


class ZipError(Exception):
    """A container that cannot be read within bounds.

    The text says why: ``broken``, ``bomb``, ``locked`` or ``tail``.
    """


def is_zip(data: bytes) -> bool:
    """Whether a program would find a ZIP file in these bytes, wherever it begins."""
    try:
        return zipfile.is_zipfile(io.BytesIO(data))
    except (OSError, ValueError):
        return False


class Container:
    """A ZIP file whose list of entries has been read and found sane."""

    def __init__(self, data: bytes) -> None:
        """Reads the list of entries.

        Raises:
            ZipError: It is broken, or unpacks to too much.
        """
        end = data.rfind(_END)
        # Counted before it is read: each entry of the list becomes an object.
        if data.count(b"PK\x01\x02") > MAX_ENTRIES:
            raise ZipError("bomb")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise ZipError("broken") from error
        except Exception as error:  # a third party's reader of what somebody proposes
            raise ZipError("broken") from error
        self.entries: Mapping[str, zipfile.ZipInfo] = {
            info.filename: info for info in self._zip.infolist()
        }
        self.names = tuple(self.entries)
        self.trailing = len(data) - end - _END_SIZE
        infos = self._zip.infolist()
        total = sum(info.file_size for info in infos)
        if len(infos) > MAX_ENTRIES or total > MAX_TOTAL:
            raise ZipError("bomb")
        if total > _FREE and total > MAX_RATIO * len(data):
            raise ZipError("bomb")
        self.locked = any(info.flag_bits & 1 for info in infos)

    def read(self, name: str, limit: int = 20_000_000) -> bytes:
        """At most ``limit`` bytes of an entry; nothing when it is not there.

        Raises:
            ZipError: It cannot be unpacked.
        """
        info = self.entries.get(name)
        if info is None:
            return b""
        try:
            with self._zip.open(info) as part:
                return part.read(limit)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            RuntimeError,
            NotImplementedError,
        ) as error:
            raise ZipError("locked" if info.flag_bits & 1 else "broken") from error
        except Exception as error:  # as above
            raise ZipError("broken") from error

    def unpack(self) -> None:
        """Unpacks every entry and keeps nothing: a file cut off, or one that lies, is found.

        An entry yields no more than the size that the list gives it, so this is bounded.

        Raises:
            ZipError: Some entry cannot be unpacked.
        """
        for info in self._zip.infolist():
            try:
                with self._zip.open(info) as part:
                    while part.read(_PART):
                        pass
            except Exception as error:  # as above
                raise ZipError("locked" if info.flag_bits & 1 else "broken") from error
