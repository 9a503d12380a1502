"""The gate: may this proposal be published as it stands? If not, what is missing and why.

Pure: it is given the regulations as on the base branch, the proposal, the staff and the moment, and
asks nobody else. What it cannot be sure of it refuses. The reasons stand in
docs/decisions/0009-the-gate.md.
"""

from .decision import Decision, Need, Objection, State, Uncounted
from .judge import MAX_FILES, decide

__all__ = ["MAX_FILES", "Decision", "Need", "Objection", "State", "Uncounted", "decide"]
