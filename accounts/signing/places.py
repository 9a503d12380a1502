"""What somebody is at a desk."""

from collections.abc import Mapping
from typing import Literal

Place = Literal["officer", "head"]
"""Officer (cán bộ đầu mối) or head of the unit (thủ trưởng đơn vị)."""

PLACES: Mapping[str, str] = {"officer": "cán bộ đầu mối", "head": "thủ trưởng đơn vị"}
"""Each place and what it is called."""
