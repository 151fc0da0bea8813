"""reviewbot: no bad review stays unanswered."""

import sys

__version__ = "0.1.0"

# httpx brings a command line of its own where its packages happen to be there: nobody calls it
# here, and it takes four MiB and a tenth of a second of every process.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
