"""Sealed messages (niêm phong): encrypted with age to the unit's key before they touch a disk."""
