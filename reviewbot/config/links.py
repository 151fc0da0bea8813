"""Recognises pasted links and makes targets of them, each with its source's checked options."""

import dataclasses
import logging
import re
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, reduce
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from pydantic import TypeAdapter, ValidationError

from reviewbot import registry
from reviewbot.config import durations, link_advice
from reviewbot.config.durations import Mistake
from reviewbot.config.problems import Problems, unknown
from reviewbot.core.contract import Source, TargetHint, recognised, said_by
from reviewbot.core.errors import CollectError, PluginError, TooHeavy
from reviewbot.words.operator_text import say

log = logging.getLogger(__name__)

_NAMED = re.compile(r"([a-z][a-z0-9_]*):(?!//)(.+)", re.DOTALL)
_BARE = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?:[/?]\S*)?", re.IGNORECASE)
_WEB = re.compile(r"https?://(?:(?![,;]https?://)[^\s<>\"'«»“”])+", re.IGNORECASE)
_BARE_INSIDE = re.compile(
    r"(?<![\w@./-])(?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,20}/[^\s<>\"'«»“”]+", re.IGNORECASE
)
_MARKS = ".,;:!?…"
_LEADS_ON = re.compile(
    r"^(?:google(?:\.com?)?\.[a-z]{2,3}/url|vk\.(?:com|ru)/away\.php|l\.(?:instagram|facebook)\.com/"
    r"|yandex\.[a-z]{2,3}/clck/|(?:[\w-]+\.)?(?:onelink\.me|app\.goo\.gl)/)"
)
_ONWARD = ("q", "url", "u", "to", "link", "af_web_dp")
_ALONE = re.compile(r"\s*https?://\S+\s*", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")


@dataclass(frozen=True, slots=True)
class Links:
    """The sources as links see them: those that load, and why the others do not. One that is too
    slow when it is asked is a failure from then on, and not asked again."""

    modules: Mapping[str, Source]
    failures: dict[str, str]
    calls: registry.SourceCalls = field(default_factory=registry.SourceCalls)

    def recognise(self, link: str) -> TargetHint:
        """Return what a pasted link or `source:ref` points at. Raises Mistake with what to do."""
        if several := self._of_several(link):
            return several
        text = _link_in(link)
        try:
            urlsplit(text)
        except ValueError as error:
            raise Mistake(
                say('"{text}" is no address: {error}.', text=text, error=error)
            ) from None
        name, colon, ref = text.partition(":")
        if colon and name.lower() in self.modules:
            text = f"{name.lower()}:{ref}"
        named = _NAMED.fullmatch(text)
        if named and named[1] in self.failures:
            raise Mistake(self.failures[named[1]])
        if named and named[1] in self.modules:
            return self._of_source(named[1], named[2].strip())
        if named and not urlsplit(text).netloc:
            names = list(self.modules)
            raise Mistake(*unknown("source", named[1], names))
        url = f"https://{text}" if _BARE.fullmatch(text) else text
        url = _plain_host(url)
        hint = self._ask(url)
        if hint is None:
            raise self._unrecognised(url)
        return hint

    def _of_several(self, pasted: str) -> TargetHint | None:
        """Of a text with several links the one place they lead to; None where there is one link,
        or none of them is known. Raises Mistake where they lead to several."""
        links = list(dict.fromkeys(_end(link) for link in _WEB.findall(_mended(pasted.strip()))))
        if len(links) < 2:
            return None
        found = [hint for link in links if (hint := self._ask(_plain_host(link)))]
        places = {(hint.source, hint.ref): hint for hint in found}
        name = pasted.strip().partition(":")[0].lower()
        if len(places) > 1 or name in self.modules:
            sentence = say('"{text}" holds several links.', text=pasted.strip())
            raise Mistake(sentence, say("Give each of them by itself."))
        return next(iter(places.values()), None)

    def _ask(self, url: str) -> TargetHint | None:
        """Ask every source, those of one site before those that read any page."""
        for module in sorted(self.modules.values(), key=lambda module: not module.HOSTS):
            hint = self._recognised(module, url)
            if hint is not None:
                return hint
        return None

    def _recognised(self, module: Source, url: str) -> TargetHint | None:
        """Ask one source. One that fails says nothing about the link."""
        if module.NAME in self.failures:
            return None
        try:
            return self.calls.of(module, recognised, url)
        except TooHeavy as error:
            log.error("%s", error)
            self.failures[module.NAME] = f"{error}."
        except (CollectError, RuntimeError):
            log.exception("source %s failed at a link", module.NAME)
        return None

    def _of_source(self, name: str, ref: str) -> TargetHint:
        module = self.modules[name]
        if not module.HOSTS and "/" in ref and _BARE.fullmatch(ref):
            ref = f"https://{ref}"  # who reads any page is given its address
        hint = self._recognised(module, f"{name}:{ref}") or self._recognised(module, ref)
        if hint is not None:
            return hint
        if name in self.failures:
            raise Mistake(self.failures[name])
        if "://" in ref:
            raise Mistake(
                say('{name} does not know the address "{ref}".', name=name, ref=ref),
                link_advice.of_source(name),
            )
        return TargetHint(name, ref)

    def _unrecognised(self, url: str) -> Mistake:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        if not host:
            return Mistake(
                say('"{url}" is neither a link nor "source:ref".', url=url),
                say(
                    "Paste the address of the place's page. Sources: {names}.",
                    names=", ".join(self.modules),
                ),
            )
        if known := link_advice.advice(url, self.modules):
            return known
        if slow := [self.failures[name] for name in self.modules if name in self.failures]:
            return Mistake(say("No source reads {host}.", host=host), " ".join(slow))
        ways = [
            f'"{name}:…"' if name != "json_ld" else f'"json_ld:{_in_ascii(url)}" (schema.org)'
            for name in ("json_ld", "feed", "table")
            if name in self.modules
        ]
        also = say(" Or say how to read it: {ways}.", ways=", ".join(ways)) if ways else ""
        return Mistake(
            say("No source reads {host}.", host=host),
            say("Sources: {names}.{also}", names=", ".join(self.modules), also=also),
        )


def _link_in(pasted: str) -> str:
    """The link of what people paste: without blanks and quotes around it, out of the name before
    it. A text with several different links stays as it is."""
    text = _mended(_INVISIBLE.sub("", pasted).strip())
    if text.startswith(("<", "(", "[", "«", "“", "„", '"', "'", "`", "*")):
        text = text.strip("<>\"'«»“”„`*()[],. \t\r\n") or text
    _, _, ref = text.partition(":")
    if _NAMED.fullmatch(text) and (_ALONE.fullmatch(ref) or not _WEB.search(ref)):
        return text
    found = list(dict.fromkeys(_end(link) for link in _WEB.findall(text)))
    if not found:  # without https://, in a sentence
        found = list(dict.fromkeys(_end(link) for link in _BARE_INSIDE.findall(text)))
    return found[0] if len(found) == 1 else text


def _end(link: str) -> str:
    """A link without the marks of the sentence behind it; a bracket that it opened stays."""
    link = link.rstrip(_MARKS)
    while link[-1:] in ")]" and link.count("(["[")]".index(link[-1])]) < link.count(link[-1]):
        link = link[:-1].rstrip(_MARKS)
    return link


def _mended(text: str) -> str:
    """A link whose beginning was typed wrongly, and what leads through a site to another."""
    text = re.sub(r"^(?:https?://)+(?=https?://)|^(?:https?)(?::/|//|:)(?=[\w.-]+\.)", "", text)
    if not _WEB.fullmatch(text):
        return text
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
        if not _LEADS_ON.search(f"{host}{parts.path}"):
            return text
        told = parse_qs(parts.query)
    except ValueError:
        return text
    onward = (link for name in _ONWARD for link in told.get(name, []) if _WEB.match(link))
    return next(onward, text)


def _plain_host(url: str) -> str:
    """The link with scheme and host in small letters, the host without a dot behind it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return url
    there = parts.netloc.lower().replace(host, host.rstrip("."), 1) if host else parts.netloc
    return urlunsplit(parts._replace(netloc=there)) if host and there != parts.netloc else url


def _in_ascii(url: str) -> str:
    """A link with its Cyrillic host as the network knows it (xn--…)."""
    host = urlsplit(url).hostname or ""
    try:
        return url if host.isascii() else url.replace(host, host.encode("idna").decode(), 1)
    except UnicodeError:
        return url


def installed() -> Links:
    """Load every installed source; one that does not load is told only where it is used."""
    modules: dict[str, Source] = {}
    failures: dict[str, str] = {}
    for name in registry.installed():
        try:
            modules[name] = registry.load(name)
        except PluginError as error:
            failures[name] = f"{error}."
    return Links(modules, failures)


Layers = Sequence[tuple[str, Mapping[str, Any]]]
"""Where values stand and what they are, the later ones stronger."""


def options(module: Source, given: Layers, problems: Problems, calls: registry.SourceCalls) -> Any:
    """Return the source's Options from layers.

    Notes unknown keys, with the nearest, and values of a wrong kind. What a plugin does in making
    its Options ends elsewhere before it is done here.
    """
    paths = [path for path, layer in given if layer] or [path for path, _ in given]
    try:
        calls.of(module, _tried, given)
    except TooHeavy as error:
        problems.add(paths[-1], f"{error}.")
        return None
    except RuntimeError as error:
        problems.add(paths[-1], _do_not_fit(module, error))
        return None
    return _options(module, given, problems)


def _tried(module: Source, given: Layers) -> None:
    _options(module, given, Problems())


def _options(module: Source, given: Layers, problems: Problems) -> Any:
    hints = _fields(module)
    values: dict[str, Any] = {}
    for path, layer in given:
        refuse_unknown(module, path, layer, problems)
        for key, value in layer.items():
            if key not in hints:
                continue
            try:
                values[key] = _option(hints[key], value)
            except Mistake as mistake:
                problems.add(f"{path}.{key}", mistake.sentence, mistake.hint)
    try:
        return said_by(_made, module, values)
    except (TypeError, ValueError, RuntimeError) as error:
        paths = [path for path, layer in given if layer] or [path for path, _ in given]
        problems.add(paths[-1], _do_not_fit(module, error))
        return None


def _made(module: Source, values: Mapping[str, Any]) -> Any:
    return module.Options(**values)


def _do_not_fit(module: Source, error: Exception) -> str:
    return say("the settings of {source} do not fit: {error}.", source=module.NAME, error=error)


def refuse_unknown(module: Source, path: str, keys: Iterable[str], problems: Problems) -> None:
    """Note keys that are no option of the source, also where nothing of it is read yet."""
    hints = _fields(module)
    for key in keys:
        if key not in hints:
            problems.add(f"{path}.{key}", *unknown("key", key, [*GENERIC, *sorted(hints)]))


def _fields(module: Source) -> dict[str, Any]:
    kind: Any = module.Options
    return _hints(kind)


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    """The types of a source's options, by name: read once, not for each of its targets."""
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


GENERIC = ("every", "every_max", "credentials_file", "token_file")


def _option(kind: Any, value: Any) -> Any:
    if timedelta in (kind, *typing.get_args(kind)) and isinstance(value, str):
        return durations.duration(value)
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    if isinstance(value, bool) and bool not in (kind, *typing.get_args(kind)):
        raise Mistake(say("cannot be true or false."), say("It takes {kind}.", kind=_kind(kind)))
    try:
        return adapter.validate_python(value)
    except ValidationError:
        raise Mistake(
            say("does not take {value}.", value=f"{value!r}"),
            say("It takes {kind}.", kind=_kind(kind)),
        ) from None


def _kind(kind: Any) -> str:
    """Name a type as the file's author sees it."""
    if typing.get_origin(kind) is typing.Literal:
        words = [f'"{word}"' for word in typing.get_args(kind)]
        return reduce(lambda some, word: say("{some} or {word}", some=some, word=word), words)
    names = {
        str: say("a text"),
        int: say("a whole number"),
        float: say("a number"),
        bool: say("true or false"),
    }
    if kind in names:
        return names[kind]
    if typing.get_origin(kind) in (tuple, list, frozenset, set):
        return say("a list")
    return say("a table") if typing.get_origin(kind) in (dict, Mapping) else str(kind)
