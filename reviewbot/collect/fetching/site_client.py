"""Sends one request over connections that are checked, and hands on what comes back unread.

In place of httpx's client, whose ways for what no site gets from us (redirects it follows, hooks,
decoding) took as long as the sending. Its cookies stay: some sites show nothing without them.
"""

from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any

import httpx

from reviewbot.collect.fetching.egress import CheckedTransport


class SiteAnswer:
    """An answer whose body is still to be read; close it. `headers` have names in lower case."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status = answer.status_code
        self.headers = {name.lower(): value for name, value in answer.headers.items()}
        self._answer = answer

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives, packed as it is. Raises httpx's errors."""
        assert isinstance(self._answer.stream, httpx.AsyncByteStream)
        async for piece in self._answer.stream:
            yield piece

    async def aclose(self) -> None:
        await self._answer.aclose()


class SiteClient:
    """`timeout` is in seconds, of each read and write; `headers` go with every request."""

    def __init__(
        self, allowed: Collection[str], timeout: float, headers: Mapping[str, str]
    ) -> None:
        self._transport = CheckedTransport(allowed)
        self._extensions = {"timeout": httpx.Timeout(timeout).as_dict()}
        self._headers = headers
        self._cookies = httpx.Cookies()
        self._has_cookies = False

    async def send(
        self,
        method: str,
        url: httpx.URL,
        headers: Mapping[str, str],
        json: Any = None,
        form: dict[str, str] | None = None,
    ) -> SiteAnswer:
        """Raises httpx's errors; ValueError where an address or a header cannot be sent."""
        given = {name.lower() for name in headers}
        ours = {name: value for name, value in self._headers.items() if name.lower() not in given}
        request = httpx.Request(
            method,
            url,
            headers={**ours, **headers},
            json=json,
            data=form,
            extensions=self._extensions,
        )
        if url.userinfo:
            next(httpx.BasicAuth(url.username, url.password).auth_flow(request))
        if self._has_cookies:
            self._cookies.set_cookie_header(request)
        answer = await self._transport.handle_async_request(request)
        if "set-cookie" in answer.headers:
            answer.request = request
            self._cookies.extract_cookies(answer)
            self._has_cookies = True
        return SiteAnswer(answer)

    async def aclose(self) -> None:
        await self._transport.aclose()
