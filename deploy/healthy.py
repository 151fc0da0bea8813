"""Exit code 0 while `/healthz` on this machine says that every part of the bot moves.

usage: healthy.py PORT [SECONDS]: how long is waited for a loop that stands still.
"""

import sys
from http.client import HTTPConnection

try:
    patience = float(sys.argv[2]) if len(sys.argv) > 2 else 8
    asked = HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=patience)
    asked.request("GET", "/healthz")
    answer = asked.getresponse()
    sys.stdout.write(answer.read(500).decode() + "\n")
    sys.exit(answer.status != 200)
except OSError as error:
    sys.exit(f"no answer: {error}")
