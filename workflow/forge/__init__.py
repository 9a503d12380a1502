"""Forges: plain Git on one machine, and GitHub, behind one interface."""

from .interface import (
    CORRECTS,
    REFUSED,
    TO_APPROVE,
    TO_REVIEW,
    Act,
    Entry,
    Event,
    Forge,
    ForgeError,
    Report,
    Stage,
    TamperedError,
)

__all__ = [
    "CORRECTS",
    "REFUSED",
    "TO_APPROVE",
    "TO_REVIEW",
    "Act",
    "Entry",
    "Event",
    "Forge",
    "ForgeError",
    "Report",
    "Stage",
    "TamperedError",
]
