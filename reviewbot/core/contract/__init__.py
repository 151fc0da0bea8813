"""What a source module is: the only thing of reviewbot that a source imports.

A source is data and pure functions. It says where to look (`pages`), reads what came (`parse`) and
names pages (`review_url`, `reply_url`, `recognise_url`); it never opens a socket, sees a secret,
asks the time or rolls dice. Generators are sans-IO: they yield a Request and are sent a Payload.
"""

from reviewbot.core.contract.auths import (
    ApiKey,
    Auth,
    Bearer,
    OAuthClient,
    OAuthRefresh,
    ServiceAccount,
    SignedJwt,
)
from reviewbot.core.contract.exchange import NotModified, Payload, Request, raise_for_status
from reviewbot.core.contract.page import (
    Counters,
    Item,
    Memory,
    Page,
    Unreadable,
    content_id,
    derived_id,
)
from reviewbot.core.contract.source import (
    Fetched,
    Limit,
    Pages,
    Receipt,
    Source,
    Steps,
    Target,
    TargetHint,
    Traits,
    first_request,
    public_links,
    publishes,
    recognised,
    said_by,
)
from reviewbot.core.errors import (
    Blocked,
    CollectError,
    Denied,
    LayoutChanged,
    RateLimited,
    TargetGone,
    Unreachable,
)
from reviewbot.core.model import Kind, Precision
from reviewbot.core.parse_time import instant
from reviewbot.core.text import encoding_of, folded, is_same_text

__all__ = [
    "ApiKey",
    "Auth",
    "Bearer",
    "Blocked",
    "CollectError",
    "Counters",
    "Denied",
    "Fetched",
    "Item",
    "Kind",
    "LayoutChanged",
    "Limit",
    "Memory",
    "NotModified",
    "OAuthClient",
    "OAuthRefresh",
    "Page",
    "Pages",
    "Payload",
    "Precision",
    "RateLimited",
    "Receipt",
    "Request",
    "ServiceAccount",
    "SignedJwt",
    "Source",
    "Steps",
    "Target",
    "TargetGone",
    "TargetHint",
    "Traits",
    "Unreachable",
    "Unreadable",
    "content_id",
    "derived_id",
    "encoding_of",
    "first_request",
    "folded",
    "instant",
    "is_same_text",
    "public_links",
    "publishes",
    "raise_for_status",
    "recognised",
    "said_by",
]
