"""How far a queue of workers goes, on paper: a simulation of 1 to 1,000 workers against limits, with time and cost.

    python benchmarks/simulate.py [--markdown]

Nothing is measured here: figures that were stand in `Assumptions`, with where they come from, and docs/scale.md repeats
them. Shots go event by event through first-come-first-served stations: Redis (one core), a worker's threads, cores and
link, the provider's limit for any 60 seconds, the call itself (a seeded log-normal time), the bucket's request rates,
and the link of the one who runs, who fetches every picture. The throughput of the middle of a simulated run is taken,
and long runs are that throughput times their length: `check` simulates a longer one and says how far off that is. The
same seed gives the same tables, byte for byte.
"""

from __future__ import annotations

import argparse
import dataclasses
import heapq
import random
import sys
from collections import deque
from collections.abc import Callable, Iterator

from locstore.prompt import estimate

# Images and tokens a minute by tier (OpenAI's rate-limit tables, 2026-11; see docs/images-api.md).
TIERS = {1: (5, 100_000), 2: (20, 250_000), 3: (50, 800_000), 4: (150, 3_000_000), 5: (250, 8_000_000)}
WORKERS = (1, 10, 100, 1000)
COUNTS = (1_000, 100_000, 1_000_000, 15_000_000)


@dataclasses.dataclass(frozen=True)
class Assumptions:
    """Seconds, bytes and US dollars. Measured: on this project's two-core machine, by the benchmark named."""

    threads: int = 4  # of a worker process; a worker has one process for each core
    cores: int = 2  # of a worker
    paint: float = 0.047  # one core, a picture of 1320x2868 (benchmarks/paint.py)
    finish: float = 0.060  # one core: decode, conform, encode, check a paid picture (benchmarks/images.py)
    prepare: float = 0.010  # one core: compose and write the prompt
    redis_local: float = 0.0007  # Redis's core for a shot (INFO commandstats and its processor time, busy machine)
    redis_paid: float = 0.00165  # the same with book, purse and gate
    redis_idle: float = 0.0003  # Redis's core a second for a process that only asks: 4 looks and 0.2 beats of 65 us
    picture: int = 2_000_000  # bytes of a finished PNG of 1320x2868
    paid_picture: int = 3_500_000  # bytes of what the model sends
    link: float = 125e6  # bytes a second of a worker, and of the one who runs (1 Gbit/s)
    trip: float = 0.030  # seconds for a request to the bucket
    fetchers: int = 8  # pictures that the one who runs fetches at a time
    puts: float = 3500.0  # a second, a prefix of S3 (AWS, "Optimizing Amazon S3 performance", 2026)
    gets: float = 5500.0
    instant: tuple[float, float] = (6.0, 0.35)  # median and sigma of a call; the provider says "up to two minutes"
    thinking: tuple[float, float] = (30.0, 0.35)
    put_price: float = 5e-6  # S3 standard, us-east-1; GET and egress to the internet below
    get_price: float = 4e-7
    egress_price: float = 0.09e-9  # a byte; 0 on R2, and inside the region
    core_price: float = 0.04 / 3600  # a second of a core
    prompt: int = 3000  # characters
    size: tuple[int, int] = (1328, 2880)  # asked for, where 1320x2868 is wanted


@dataclasses.dataclass(frozen=True)
class Case:
    """`mode` is local, instant or thinking; `tier` 0 is none; `runners` run at once, each with an own link."""

    workers: int
    mode: str
    tier: int = 0
    runners: int = 1
    shots: int = 0


@dataclasses.dataclass(frozen=True)
class Result:
    """Shots a second, and how busy each station was (1 is its limit), by name."""

    rate: float
    busy: dict[str, float]

    @property
    def limit(self) -> str:
        return max(self.busy, key=lambda name: (round(self.busy[name], 3), name))


class Station:
    """`servers` that serve first come, first served; counts the seconds that they were busy."""

    def __init__(self, servers: int) -> None:
        self._free = [0.0] * servers
        self.servers = servers
        self.work = 0.0

    def serve(self, now: float, seconds: float) -> float:
        """When somebody who comes now is done."""
        done = max(now, heapq.heappop(self._free)) + seconds
        heapq.heappush(self._free, done)
        self.work += seconds
        return done


class Window:
    """At most so many images and tokens in any 60 seconds."""

    def __init__(self, images: int, tokens: int, each: int) -> None:
        self._most = max(1, min(images, tokens // each))
        self._passed: deque[float] = deque(maxlen=self._most)

    @property
    def rate(self) -> float:
        return self._most / 60

    def enter(self, now: float) -> float:
        """When somebody who comes now may go."""
        full = len(self._passed) == self._most
        go = max(now, self._passed[0] + 60, self._passed[-1]) if full else max(now, *self._passed, now)
        self._passed.append(go)
        return go


def tokens_of(a: Assumptions, mode: str) -> tuple[int, float]:
    """Tokens and dollars of a call: instant asks for medium quality, thinking for high."""
    cost = estimate(a.size, "high" if mode == "thinking" else "medium", "gpt-image-2", a.prompt)
    return cost.input_tokens + (cost.output_tokens or 0), cost.dollars or 0.0


class Simulation:
    """One case, event by event."""

    def __init__(self, case: Case, a: Assumptions, seed: int = 1) -> None:
        self._case, self._a = case, a
        self._chance = random.Random(seed)
        self._redis = Station(1)
        self._cores = [Station(a.cores) for _ in range(case.workers)]
        self._links = [Station(1) for _ in range(case.workers)]
        self._puts, self._gets = Station(1), Station(1)
        self._runner, self._fetch = Station(case.runners), Station(a.fetchers * case.runners)
        self._window: Window | None = None
        if case.tier:
            self._window = Window(*TIERS[case.tier], tokens_of(a, case.mode)[0])
        self._stages = list(self._local() if case.mode == "local" else self._paid())

    def _local(self) -> Iterator[Callable[[float, int], float]]:
        a = self._a
        yield lambda now, _: self._redis.serve(now, a.redis_local / 2)
        yield lambda now, worker: self._cores[worker].serve(now, a.paint)
        yield lambda now, worker: self._send(now, worker, a.picture)
        yield lambda now, _: self._redis.serve(now, a.redis_local / 2)

    def _paid(self) -> Iterator[Callable[[float, int], float]]:
        a = self._a
        yield lambda now, _: self._redis.serve(now, a.redis_paid / 3)
        yield lambda now, worker: self._cores[worker].serve(now, a.prepare)
        yield lambda now, _: self._window.enter(now) if self._window else now
        yield lambda now, _: now + self._call()
        yield lambda now, worker: self._links[worker].serve(now, a.paid_picture / a.link)
        yield lambda now, worker: self._send(now, worker, a.paid_picture)
        yield lambda now, _: self._redis.serve(now, a.redis_paid / 3)
        yield lambda now, worker: self._cores[worker].serve(now, a.finish)
        yield lambda now, worker: self._send(now, worker, a.picture)
        yield lambda now, _: self._redis.serve(now, a.redis_paid / 3)

    def _call(self) -> float:
        median, sigma = self._a.thinking if self._case.mode == "thinking" else self._a.instant
        return median * self._chance.lognormvariate(0.0, sigma)

    def _send(self, now: float, worker: int, size: int) -> float:
        """A content and its side file, or its look-up, to the bucket."""
        done = self._links[worker].serve(now, size / self._a.link)
        for _ in range(2):
            done = self._puts.serve(done, 1 / self._a.puts)
        return done + self._a.trip

    def _arrive(self, now: float) -> float:
        """The one who runs fetches the picture."""
        a = self._a
        done = self._gets.serve(self._fetch.serve(now, a.trip + a.picture / a.link), 1 / a.gets)
        return self._runner.serve(done, a.picture / a.link)

    def run(self) -> Result:
        case, a = self._case, self._a
        slots = case.workers * a.cores * a.threads
        shots = case.shots or max(2000, min(40_000, slots * 5))
        events: list[tuple[float, int, int, int]] = []
        waiting = shots
        for number in range(min(slots, shots)):
            events.append((0.0, number, number % case.workers, 0))
            waiting -= 1
        heapq.heapify(events)
        number, ends, last = len(events), [], 0.0
        while events:
            now, key, worker, stage = heapq.heappop(events)
            if stage < len(self._stages):
                heapq.heappush(events, (self._stages[stage](now, worker), key, worker, stage + 1))
                continue
            if stage == len(self._stages):
                heapq.heappush(events, (self._arrive(now), key, worker, stage + 1))
                if waiting:
                    heapq.heappush(events, (now, number, worker, 0))
                    number, waiting = number + 1, waiting - 1
                continue
            ends.append(now)
            last = now
        low, high = len(ends) // 4, len(ends) * 3 // 4
        rate = (high - low) / (ends[high] - ends[low]) if ends[high] > ends[low] else len(ends) / last
        return Result(rate, self._busy(rate, shots, last))

    def _busy(self, rate: float, shots: int, last: float) -> dict[str, float]:
        """How busy the stations are at the throughput of the middle."""
        a = self._a
        middle = rate * last / shots  # the run's ends are idler than its middle

        def share(*stations: Station) -> float:
            return sum(s.work / s.servers for s in stations) / len(stations) / last * middle

        idle = a.redis_idle * self._case.workers * a.cores
        paid = self._case.mode != "local"
        busy = {
            "Redis": share(self._redis) + idle,
            "workers' cores": share(*self._cores),
            "workers' links": share(*self._links),
            "bucket's PUTs": share(self._puts),
            "bucket's GETs": share(self._gets),
            "links of those who run": max(share(self._runner), share(self._fetch)),
        }
        if paid:
            median, sigma = a.thinking if self._case.mode == "thinking" else a.instant
            mean = median * 2.718281828459045 ** (sigma * sigma / 2)
            busy["threads"] = min(
                1.0, rate * (mean + a.finish + a.prepare) / (self._case.workers * a.cores * a.threads)
            )
            if self._window is not None:
                busy["rate limit"] = rate / self._window.rate
        return busy


def dollars(a: Assumptions, case: Case, result: Result, count: int) -> dict[str, float]:
    """What `count` shots cost: the API, the bucket's requests and egress, the machines."""
    paid = case.mode != "local"
    puts, gets = (4, 3) if paid else (2, 2)
    return {
        "API": tokens_of(a, case.mode)[1] * count if paid else 0.0,
        "requests": (puts * a.put_price + gets * a.get_price) * count,
        "egress": a.picture * a.egress_price * count,
        "cores": count / result.rate * case.workers * a.cores * a.core_price,
    }


def duration(seconds: float) -> str:
    for unit, factor in (("years", 365.25 * 86400), ("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= factor * 2:
            return f"{seconds / factor:,.1f} {unit}"
    return f"{seconds:.0f} s"


def money(amount: float) -> str:
    return f"${amount:,.0f}" if amount >= 10 else f"${amount:.2f}"


def table(columns: list[str], rows: list[list[str]], *, markdown: bool) -> None:
    if markdown:
        print("| " + " | ".join(columns) + " |")
        print("| " + " | ".join("---" for _ in columns) + " |")
        for row in rows:
            print("| " + " | ".join(row) + " |")
    else:
        widths = [max(len(row[i]) for row in [columns, *rows]) for i in range(len(columns))]
        for row in [columns, *rows]:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print()


def cases() -> Iterator[Case]:
    for runners in (1, 50):
        for workers in WORKERS:
            yield Case(workers, "local", runners=runners)
    for mode in ("instant", "thinking"):
        for tier in (*TIERS, 0):
            for workers in WORKERS:
                yield Case(workers, mode, tier)


def show(a: Assumptions, *, markdown: bool) -> None:
    found = {case: Simulation(case, a).run() for case in cases()}
    for mode in ("local", "instant", "thinking"):
        print(f"{'### ' if markdown else ''}{mode}\n")
        rows = []
        for case, result in found.items():
            if case.mode == mode:
                times = [duration(count / result.rate) for count in COUNTS]
                tier = [str(case.tier) if case.tier else "no limit"] if case.mode != "local" else [str(case.runners)]
                busy = f"{result.limit} ({min(1.0, result.busy[result.limit]):.0%})"
                rows.append([*tier, f"{case.workers:,}", f"{result.rate:,.2f}", *times, busy])
        tier = ["who run at once"] if mode == "local" else ["tier"]
        counts = [f"{count:,}" for count in COUNTS]
        table([*tier, "workers", "shots/s", *counts, "limit"], rows, markdown=markdown)
    print(f"{'### ' if markdown else ''}cost of 1,000,000 shots\n")
    rows = []
    for case in (Case(10, "local"), Case(10, "instant", 5), Case(10, "thinking", 5), Case(100, "thinking", 5)):
        parts = dollars(a, case, found[case], 1_000_000)
        rows.append(
            [case.mode, f"{case.workers}", *(money(part) for part in parts.values()), money(sum(parts.values()))]
        )
    table(["painter", "workers", "API", "bucket requests", "egress", "cores", "sum"], rows, markdown=markdown)
    print(f"{'### ' if markdown else ''}where each part becomes the limit\n")
    table(["part", "shots/s", "that is"], ceilings(a), markdown=markdown)


def ceilings(a: Assumptions) -> list[list[str]]:
    """How many shots a second each part alone can bear, and how many workers or calls that is."""
    tokens = {mode: tokens_of(a, mode)[0] for mode in ("instant", "thinking")}
    rows = []
    for tier in (1, 5):
        for mode, (median, _) in (("instant", a.instant), ("thinking", a.thinking)):
            rate = Window(*TIERS[tier], tokens[mode]).rate
            rows.append(
                [
                    f"rate limit, tier {tier}, {mode}",
                    f"{rate:.2f}",
                    f"{rate * median:.1f} calls in flight, those of {rate * median / a.threads / a.cores:.1f} workers",
                ]
            )
    runner = a.link / a.picture
    rows += [
        ["link of one who runs", f"{runner:.0f}", f"{runner * a.paint / a.cores:.1f} workers that paint locally"],
        ["one worker, local painter", f"{a.cores / a.paint:.0f}", f"{a.cores} cores"],
        ["Redis, paid", f"{1 / a.redis_paid:.0f}", f"{1 / a.redis_paid * 60 / 250:.0f} keys of tier 5"],
        ["Redis, local", f"{1 / a.redis_local:.0f}", f"{1 / a.redis_local * a.paint / a.cores:.0f} workers"],
        ["Redis, idle processes", "0", f"{1 / a.redis_idle:,.0f} processes only ask"],
        ["PUTs of one prefix, local", f"{a.puts / 2:.0f}", f"{a.puts / 2 * a.paint / a.cores:.0f} workers"],
        ["PUTs of one prefix, paid", f"{a.puts / 4:.0f}", f"{a.puts / 4 * 60 / 250:.0f} keys of tier 5"],
    ]
    return rows


def check(a: Assumptions) -> bool:
    """A run 10 times as long has the throughput that the tables take for it."""
    good = True
    for case in (Case(10, "local"), Case(10, "thinking", 5), Case(100, "instant", 0)):
        short = Simulation(case, a).run()
        slots = case.workers * a.cores * a.threads
        long = Simulation(dataclasses.replace(case, shots=max(20_000, slots * 50)), a, seed=2).run()
        off = long.rate / short.rate - 1
        good &= abs(off) < 0.05
        print(f"{case.mode}, {case.workers} workers: {short.rate:.2f} and {long.rate:.2f} shots/s, {off:+.1%}")
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("tables", "check"), default="tables")
    parser.add_argument("--markdown", action="store_true", help="as docs/scale.md has them")
    given = parser.parse_args()
    assumed = Assumptions()
    if given.what == "check":
        return 0 if check(assumed) else 1
    show(assumed, markdown=given.markdown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
