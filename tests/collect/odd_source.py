"""The small site, with pages that are read as the hostile source reads them."""

from tests.collect import hostile_source
from tests.collect.small_site import *  # noqa: F403

parse = hostile_source.parse
