"""No status of any site is ever an empty list, whatever stands in the body."""

from pathlib import Path

import pytest

from reviewbot import registry
from reviewbot.cli.sources.source_cases import read_cases
from reviewbot.core.contract import (
    Blocked,
    CollectError,
    Denied,
    LayoutChanged,
    Payload,
    RateLimited,
    TargetGone,
    Unreachable,
)

DATA = Path(__file__).parent / "data"
ENDS: dict[int, type[CollectError]] = {
    400: LayoutChanged,
    401: Denied,
    403: Denied,
    404: TargetGone,
    410: TargetGone,
    429: RateLimited,
    500: Unreachable,
    503: Unreachable,
    507: Blocked,
    521: Blocked,
}
BODIES = (b"", b"<html><body>Sorry</body></html>", b'{"error": "x"}')


@pytest.mark.parametrize("status", ENDS)
@pytest.mark.parametrize("name", registry.installed())
def test_a_status_ends_as_the_contract_says(name: str, status: int) -> None:
    module, case = registry.load(name), read_cases(DATA / name)[0]
    for body in BODIES:
        payload = Payload(status, case.url or "https://site.test/", body)
        with pytest.raises(CollectError) as ended:
            module.parse(payload, case.target(module))
        assert type(ended.value) is ENDS[status], body
        assert ended.value.reason
