#!/usr/bin/env python3
# time-limit: 400
"""The same zones in BIND, NSD, Knot and here, the same questions, the same answers (tests/differential/).

First many zones, which our name server takes from a snapshot that is made of the master files; then some with aliases that
went the whole way, through import, MariaDB and the feed, and that the others have as they were exported.

    differential.py OUTDIR [--seed N|random] [--questions N] [--keep DIR]

Seeds and questions are fixed, so that a run can be repeated; FOURWAYS_SEED=random or a number, and FOURWAYS_QUESTIONS
change them. Prints what was asked and answered, by kind, and fails where a kind that it is there to ask was not met.
--keep leaves the zones and questions in DIR.
"""
import argparse
import collections
import contextlib
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "lib"), str(HERE.parent / "differential")]
from flow import *  # noqa: E402,F403
from flow import OUT, case, copy, done, on_signal, skip_all  # noqa: E402
from alone import Served  # noqa: E402
from others import Other, program  # noqa: E402
import world  # noqa: E402

SEEDS, QUESTIONS = [20261122], 100000
SANITIZED, IMPORTED = 20000, 15000  # questions for the sanitizer build, for imported zones
PROGRAMS = ("named", "nsd", "knotd")

# What must have been met: a test that no longer asks these would pass in vain.
MUST = {
    "kind": ["data", "no data", "NXDOMAIN", "referral with glue", "referral without glue", "truncated", "refused", "ANY",
             "chain to data", "chain to data, through DNAME", "chain to NXDOMAIN", "chain to no data",
             "chain to a delegation", "chain to elsewhere", "DNAME: name too long (YXDOMAIN)"],
    "rcode": ["NOERROR", "NXDOMAIN", "REFUSED", "YXDOMAIN"],
    "transport": ["UDP, EDNS", "UDP, no EDNS", "TCP"],
    "tag": world.TAGS,
    "answered": [*world.DATA, "CNAME", "DNAME", "NS", "SOA", "DS"],
    "asked": [*world.DATA, "CNAME", "DNAME", "NS", "SOA", "DS", "ANY", "RRSIG", "DNSKEY"],
    "agreement": ["all four"],
}
MUST_IMPORTED = {k: v for k, v in MUST.items() if k in ("kind", "rcode", "transport", "agreement")}


def settings():
    p = argparse.ArgumentParser()
    p.add_argument("out", type=pathlib.Path)
    p.add_argument("--seed", default=os.environ.get("FOURWAYS_SEED"))
    p.add_argument("--questions", type=int, default=int(os.environ.get("FOURWAYS_QUESTIONS") or 0))
    p.add_argument("--keep", type=pathlib.Path)
    a = p.parse_args()
    a.out = a.out.resolve()
    if a.out != OUT.resolve():
        p.error("OUTDIR comes first")
    a.questions = a.questions or (SANITIZED if a.out.name == "san" else QUESTIONS)
    a.seeds = SEEDS if a.seed is None else [random.SystemRandom().randrange(1 << 32) if a.seed == "random" else int(a.seed)]
    return a


class There:
    """One that was started elsewhere."""

    def __init__(self, c):
        self.name, self.addr, self.popen = "fourways-dns", c.dns_listen(0)[0], self
        self.copy = c

    wait = Other.wait

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def poll(self):
        return None if "dns-0" in self.copy.running() else "gone"

    def log_tail(self):
        return self.copy.log_tail("dns-0", 25)


@contextlib.contextmanager
def servers(ours, directory, zones):
    """ours: makes the one that is compared with the others."""
    files = [(world.text_of(z.name)[:-1], str(path)) for z, path in zones]
    with contextlib.ExitStack() as ending:
        started = [ending.enter_context(ours())]
        for name in PROGRAMS:
            started.append(Other(name, directory / name, files))
            ending.callback(started[-1].stop)
        for s in started:
            s.wait([z.name for z, _ in zones])
        yield started


def zones_write(directory, zones):
    directory.mkdir(parents=True)
    out = []
    for i, z in enumerate(zones):
        path = directory / f"{i}.zone"
        path.write_text(z.text())
        out.append((z, path))
    manifest = directory / "manifest"
    manifest.write_text("".join(f"{world.text_of(z.name)}\t{path}\n" for z, path in out))
    return out, manifest


def zone_lines(zones, block):
    """What the zones say of the names in a difference."""
    wanted = set(re.findall(r"(?:[^\s\\]|\\.)+\.(?=\s)", block.lower()))
    shown = []
    for z in zones:
        for (key, rtype), (owner, ttl, values) in z.sets.items():
            names = {world.text_of(key[i:]) for i in range(len(key) - len(z.name) + 1)}
            under = key[0] == b"*" and any(w.endswith("." + world.text_of(key[1:])) for w in wanted)
            if world.text_of(key) in wanted or under and names:
                shown += [f"  zone  {world.text_of(owner)} {ttl} {rtype} {v[:100]}" for v in values[:4]]
    return "\n".join(shown[:30])


def report(text, zones, quiet=False):
    """Prints what the program found; counts by kind."""
    counts, blocks, plain = collections.defaultdict(dict), [], []
    for line in text.splitlines():
        if line.startswith("count\t"):
            _, kind, name, n = line.split("\t")
            counts[kind][name] = int(n)
        elif line.startswith("difference "):
            blocks.append([line])
        elif line.startswith("  ") and blocks:
            blocks[-1].append(line)
        else:
            plain.append(line)
    for b in blocks if not quiet else []:
        print("\n".join(["---", *b, zone_lines(zones, "\n".join(b) + "\n")]), flush=True)
    for kind, names in counts.items() if not quiet else []:
        print(f"     {kind}: " + ", ".join(f"{n} {name}" for name, n in sorted(names.items(), key=lambda x: -x[1])))
    print("\n".join(f"     {x}" for x in plain), flush=True)
    return counts


def ask(out, directory, started, zones, quiet=False):
    """Counts, of what the program found."""
    r = subprocess.run([out / "tests/differential/differential", directory / "questions", *(s.addr for s in started)],
                       capture_output=True, text=True, errors="replace")
    counts = report(r.stdout, zones, quiet)
    for s in started:
        assert s.popen.poll() is None, f"{s.name} ended: {s.log_tail()}"
    assert r.returncode in (0, 1), f"the program ended with {r.returncode}: {r.stderr}"
    return counts


def judge(counts, seed, must):
    missing = [f"{kind}: {name}" for kind, names in must.items() for name in names if not counts[kind].get(name)]
    found = sum(counts["difference"].values())
    assert not found, f"{found} questions of seed {seed} are answered otherwise"
    assert not missing, f"never met: {'; '.join(missing)}"


def world_make(directory, seed, questions, tame=False):
    zones, asked = world.world(seed, questions, tame)
    files, manifest = zones_write(directory / "zones", zones)
    (directory / "questions").write_bytes(asked)
    print(f"     seed {seed}: {len(zones)} zones, {sum(len(z.sets) for z in zones)} RRsets, {questions} questions",
          flush=True)
    return zones, files, manifest


def compare(out, directory, seed, questions):
    zones, files, manifest = world_make(directory, seed, questions)
    with servers(lambda: Served(directory / "ours", manifest), directory, files) as started:
        judge(ask(out, directory, started, zones), seed, MUST)


def compare_imported(out, directory, seed, questions):
    zones, files, manifest = world_make(directory, seed, questions, tame=True)
    with copy() as c:
        c.cli("zone", "import", "--manifest", manifest, "--jobs", "1")
        for z, path in files:
            path.write_text(c.cli("zone", "export", world.text_of(z.name), "--flatten").stdout)
        with servers(lambda: There(c), directory, files) as started:
            judge(ask(out, directory, started, zones), seed, MUST_IMPORTED)


def compare_damaged(out, directory, seed):
    """One record is another one here: that must be found, or nothing would be."""
    zones, files, manifest = world_make(directory, seed, 3000)
    path = directory / "zones/damaged"
    path.write_text(re.sub(r"^((?:www|ns1)\.\S+\t\d+\tIN\tA\t)\S+$", r"\g<1>203.0.113.99", files[0][1].read_text(),
                           flags=re.M))
    manifest.write_text(manifest.read_text().replace(str(files[0][1]), str(path), 1))
    with servers(lambda: Served(directory / "ours", manifest), directory, files) as started:
        counts = ask(out, directory, started, zones, quiet=True)
    assert counts["difference"], "nobody noticed"


def main():
    a = settings()
    absent = [p for p in PROGRAMS if not program(p)]
    if absent:
        skip_all(f"{', '.join(absent)}: not installed (ops/packages test installs them)")
    signal.signal(signal.SIGTERM, on_signal)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="fw-diff-"))
    try:
        for seed in a.seeds:
            @case(f"BIND, NSD and Knot give the same answers from the zones of seed {seed}")
            def _():
                compare(a.out, directory / str(seed), seed, a.questions)

            @case(f"and from those that were imported with aliases, and exported, of seed {seed}")
            def _():
                compare_imported(a.out, directory / f"{seed}-imported", seed, min(a.questions, IMPORTED))

            @case("a zone that is another one here is noticed")
            def _():
                compare_damaged(a.out, directory / f"{seed}-damaged", seed)
    finally:
        if a.keep:
            shutil.copytree(directory, a.keep, dirs_exist_ok=True)
        shutil.rmtree(directory, ignore_errors=True)
    done()


if __name__ == "__main__":
    main()
