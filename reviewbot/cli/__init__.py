"""The door: every command an operator has. Only this package and the demo print."""

# Each module registers its commands on `app` when imported.
import reviewbot.cli.backtest
import reviewbot.cli.cards
import reviewbot.cli.check
import reviewbot.cli.classify
import reviewbot.cli.demo
import reviewbot.cli.digest
import reviewbot.cli.doctor
import reviewbot.cli.import_page
import reviewbot.cli.init
import reviewbot.cli.migrate
import reviewbot.cli.parse
import reviewbot.cli.poll
import reviewbot.cli.record
import reviewbot.cli.report
import reviewbot.cli.run  # noqa: F401
from reviewbot.cli.door import app, main

__all__ = ["app", "main"]
