"""Settings of the site that citizens see: no sample, no draft.

CONG_ALLOW_SAMPLES stays false; only ``cong build --production --allow-samples`` sets it, for a
demonstration.
"""

from pelicanconf import *  # noqa: F403

CONG_PRODUCTION = True
