"""How often each host will be asked, and how often it can be: figures for `check`."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from reviewbot import registry
from reviewbot.config import durations
from reviewbot.core.connections import TargetSettings
from reviewbot.core.errors import Problem
from reviewbot.core.settings import Settings
from reviewbot.words.operator_text import say

DAY = timedelta(days=1)
JITTER = 1.125
"""A gap is lengthened by up to a quarter at random, by an eighth on average."""


@dataclass(frozen=True, slots=True)
class HostTraffic:
    """`requests` a day, at least: a reading of one page each time, and one sweep a day.

    `attainable` is the shortest interval at which all targets can be read with `gap` between
    requests. `budget` is what the source is known to bear in a day, None if nothing is known.
    """

    host: str
    sources: tuple[str, ...]
    targets: int
    requests: int
    gap: timedelta
    every: timedelta
    attainable: timedelta
    budget: int | None

    @property
    def advised(self) -> timedelta | None:
        """The interval that would keep within the budget, in whole minutes; None where none would:
        each target is swept once a day beside its readings."""
        readings = (self.budget or 0) - self.targets
        if readings <= 0:
            return None
        return timedelta(minutes=ceil(self.targets * DAY / readings / timedelta(minutes=1)))


def traffic(settings: Settings) -> tuple[HostTraffic, ...]:
    """Return the figures per host, the busiest first. Targets without a host are files."""
    by_host: dict[str, list[TargetSettings]] = {}
    for target in settings.targets.values():
        if target.hosts:
            by_host.setdefault(target.hosts[0], []).append(target)
    found = [_of_host(host, targets, settings) for host, targets in by_host.items()]
    return tuple(sorted(found, key=lambda each: (-each.requests, each.host)))


def _of_host(host: str, targets: list[TargetSettings], settings: Settings) -> HostTraffic:
    names = tuple(dict.fromkeys(target.target.source for target in targets))
    gap = settings.fetching.gaps.get(host) or max(settings.sources[name].gap for name in names)
    # What a site bears says nothing of the operator's own stand-in for it.
    budgets = [
        budget
        for name in names
        if not settings.sources[name].base_url
        and (budget := registry.load(name).TRAITS.daily_budget) is not None
    ]
    return HostTraffic(
        host=host,
        sources=names,
        targets=len(targets),
        requests=ceil(sum(DAY / target.every + 1 for target in targets)),
        gap=gap,
        every=min(target.every for target in targets),
        attainable=gap * len(targets) * JITTER,
        budget=min(budgets, default=None),
    )


def warnings(hosts: tuple[HostTraffic, ...]) -> tuple[Problem, ...]:
    """Return what will not work as written: too many requests, or too long gaps."""
    found = []
    for host in hosts:
        path = f"sources.{host.sources[0]}.every"
        if host.budget is not None and host.requests > host.budget:
            found.append(
                Problem(
                    path,
                    say(
                        "About {requests} requests a day to {host}; above {budget} it is likely "
                        "to block us.",
                        requests=host.requests,
                        host=host.host,
                        budget=host.budget,
                    ),
                    _way_out(host),
                )
            )
        if host.attainable > host.every:
            found.append(
                Problem(
                    path,
                    say(
                        "{targets} pages of {host}, {gap} between requests, take {attainable}: "
                        "{every} cannot be kept.",
                        targets=host.targets,
                        host=host.host,
                        gap=durations.brief(host.gap),
                        attainable=durations.rounded(host.attainable),
                        every=durations.brief(host.every),
                    ),
                    say(
                        'Write every = "{attainable}" or more.',
                        attainable=durations.rounded(host.attainable),
                    ),
                )
            )
    return tuple(found)


def _way_out(host: HostTraffic) -> str:
    if host.advised is None:
        return say(
            "No interval keeps {targets} of its pages below that. Where the site has an official "
            "access, take that (`reviewbot sources`), or saved pages; else name fewer pages.",
            targets=host.targets,
        )
    return say(
        'With {targets} of its pages write every = "{advised}" or more.',
        targets=host.targets,
        advised=durations.brief(host.advised),
    )
