"""The door: every command an operator has. Only this package and the demo print."""

# Each module registers its commands on `app` when imported.
import reviewbot.cli.cards
import reviewbot.cli.demo
import reviewbot.cli.digest
import reviewbot.cli.doctor
import reviewbot.cli.import_page
import reviewbot.cli.migrate
import reviewbot.cli.poll
import reviewbot.cli.report
import reviewbot.cli.rules.backtest
import reviewbot.cli.rules.classify
import reviewbot.cli.run
import reviewbot.cli.setup.check
import reviewbot.cli.setup.init
import reviewbot.cli.sources.parse
import reviewbot.cli.sources.record  # noqa: F401
from reviewbot.cli.app import app, main

__all__ = ["app", "main"]
