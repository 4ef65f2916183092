#!/usr/bin/env python3
# time-limit: 400
"""The same zones in BIND, NSD, Knot and here, the same questions, the same answers (tests/differential/).

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
from flow import case, done, local, on_signal, skip_all  # noqa: E402
from others import Other, free_port, program  # noqa: E402
import world  # noqa: E402

SEEDS, QUESTIONS = [20261122], 100000
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


def settings():
    p = argparse.ArgumentParser()
    p.add_argument("out", nargs="?", default="out/dev", type=pathlib.Path)
    p.add_argument("--seed", default=os.environ.get("FOURWAYS_SEED"))
    p.add_argument("--questions", type=int, default=int(os.environ.get("FOURWAYS_QUESTIONS") or QUESTIONS))
    p.add_argument("--keep", type=pathlib.Path)
    a = p.parse_args()
    a.out = a.out.resolve()
    a.seeds = SEEDS if a.seed is None else [random.SystemRandom().randrange(1 << 32) if a.seed == "random" else int(a.seed)]
    return a


class Ours:
    """fourways-dns on a snapshot of the zones; of the database it finds nothing."""

    def __init__(self, out, directory, manifest):
        self.dir, self.addr = directory, f"127.0.0.1:{free_port()}"
        directory.mkdir(parents=True)
        made = subprocess.run([out / "tests/differential/snapshot", manifest, directory / "snapshot"],
                              capture_output=True, text=True)
        assert made.returncode == 0, made.stderr
        conf = {"server-id": 1, "name": "dns-0", "listen": self.addr, "db-socket": directory / "no-database",
                "snapshot": directory / "snapshot", "threads": 1}
        (directory / "conf").write_text("".join(f"{k} = {v}\n" for k, v in conf.items()))
        self.log = open(directory / "log", "wb")
        self.popen = subprocess.Popen([out / "bin/fourways-dns", "--config", directory / "conf"], stdout=self.log,
                                      stderr=self.log, stdin=subprocess.DEVNULL, start_new_session=True,
                                      preexec_fn=local.dying_with_parent())

    wait, stop, log_tail, name = Other.wait, Other.stop, Other.log_tail, "fourways-dns"


@contextlib.contextmanager
def servers(out, directory, zones, manifest):
    started = []
    try:
        started.append(Ours(out, directory / "ours", manifest))
        files = [(world.text_of(z.name)[:-1], str(path)) for z, path in zones]
        for name in PROGRAMS:
            started.append(Other(name, directory / name, files))
        for s in started:
            s.wait([z.name for z, _ in zones])
        yield started
    finally:
        for s in started:
            s.stop()


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


def report(text, zones):
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
    for b in blocks:
        print("\n".join(["---", *b, zone_lines(zones, "\n".join(b) + "\n")]), flush=True)
    for kind, names in counts.items():
        print(f"     {kind}: " + ", ".join(f"{n} {name}" for name, n in sorted(names.items(), key=lambda x: -x[1])))
    print("\n".join(f"     {x}" for x in plain), flush=True)
    return counts


def compare(out, directory, seed, questions):
    zones, asked = world.world(seed, questions)
    files, manifest = zones_write(directory / "zones", zones)
    (directory / "questions").write_bytes(asked)
    print(f"     seed {seed}: {len(zones)} zones, {sum(len(z.sets) for z in zones)} RRsets, {questions} questions",
          flush=True)
    with servers(out, directory, files, manifest) as started:
        r = subprocess.run([out / "tests/differential/differential", directory / "questions",
                            *(s.addr for s in started)], capture_output=True, text=True, errors="replace")
        counts = report(r.stdout, zones)
        for s in started:
            assert s.popen.poll() is None, f"{s.name} ended: {s.log_tail()}"
    assert r.returncode in (0, 1), f"the program ended with {r.returncode}: {r.stderr}"
    missing = [f"{kind}: {name}" for kind, names in MUST.items() for name in names if not counts[kind].get(name)]
    found = sum(counts["difference"].values())
    assert not found, f"{found} of {questions} questions of seed {seed} are answered otherwise"
    assert not missing, f"never met: {'; '.join(missing)}"


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
    finally:
        if a.keep:
            shutil.copytree(directory, a.keep, dirs_exist_ok=True)
        shutil.rmtree(directory, ignore_errors=True)
    done()


if __name__ == "__main__":
    main()
