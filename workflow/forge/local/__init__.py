"""The local forge: proposals in one plain Git repository, without a server."""

from .forge import LocalForge
from .records import REFSPEC
from .store import Keys

__all__ = ["REFSPEC", "Keys", "LocalForge"]
