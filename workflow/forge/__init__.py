"""Forges: plain Git on one machine, and GitHub, behind one interface."""

from .interface import Act, Entry, Event, Forge, ForgeError, Stage, TamperedError

__all__ = ["Act", "Entry", "Event", "Forge", "ForgeError", "Stage", "TamperedError"]
