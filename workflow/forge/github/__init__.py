"""GitHub as a forge: proposals are pull requests, and the rest of Cổng does not notice."""

from .api import Api
from .forge import CONTEXT, GitHubForge
from .mirror import Mirror

__all__ = ["CONTEXT", "Api", "GitHubForge", "Mirror"]
