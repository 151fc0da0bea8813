"""`python -m reliability.tried_by_tests TEST…`: runs tests; the last line of its output is JSON,
{name: [seconds, what is wrong]}. One that is skipped (no server to ask) is left out."""

import json
import sys

import pytest


class Outcomes:
    """Hears from pytest how each test ended."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[float, str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        seconds, problem = self.found.get(report.nodeid, (0.0, ""))
        if report.failed:
            problem = f"{report.when}: {report.longreprtext[-300:]}"
        if report.when == "call" and not report.skipped:
            seconds += report.duration
        if report.when == "call" or report.failed:
            self.found[report.nodeid] = (seconds, problem)
        if report.skipped:
            self.found.pop(report.nodeid, None)


def main() -> None:
    outcomes = Outcomes()
    options = ("-q", "-p", "no:cacheprovider", "-m", "", "-k", "not postgresql")
    pytest.main([*options, *sys.argv[1:]], plugins=[outcomes])
    sys.stdout.write(f"\n{json.dumps(outcomes.found)}\n")


if __name__ == "__main__":
    main()
