#!/usr/bin/env python3
# time-limit: 120
"""The corpus of records (tests/dns/rdata_corpus.tsv) put before BIND and Knot: each takes and refuses what the corpus
says, BIND with the same wire. tests/dns/test_rdata_corpus.c holds our own code to the same file, so the three are
compared without asking us here. The last column names who decides otherwise than we do, and must be right too.
"""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from flow import ROOT, case, done, skip_all  # noqa: E402

CORPUS = ROOT / "tests" / "dns" / "rdata_corpus.tsv"
ZONE = "test. 60 IN SOA ns.test. host.test. 1 2 3 4 5\ntest. 60 IN NS ns.test.\nns.test. 60 IN A 192.0.2.1\n"
LIMIT_S = 20  # for one call


def corpus():
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        good, rtype, text, result, *others = line.split("\t")
        yield good == "ok", rtype, text, result, others[0].split(",") if others else []


def bind(rtype, text):
    """The wire in hexadecimal, or None."""
    p = subprocess.run(["named-rrchecker", "-u"], input=f"IN {rtype} {text}\n".encode(), capture_output=True,
                       timeout=LIMIT_S)
    if p.returncode != 0:
        return None
    _class, _type, mark, _length, *digits = p.stdout.decode().split()
    assert mark == "\\#", p.stdout
    return "".join(digits).upper()


def knot(rtype, text, path):
    record = f"{'test.' if rtype == 'SOA' else 'x.test.'} 60 IN {rtype} {text}\n"
    around = ZONE if rtype != "SOA" else ZONE.split("\n", 1)[1]
    path.write_text(around + record, encoding="utf-8")
    p = subprocess.run(["kzonecheck", "-o", "test", str(path)], capture_output=True, timeout=LIMIT_S)
    return p.returncode == 0


def wrong(entry, path):
    """What is not as the corpus says, or None."""
    good, rtype, text, result, others = entry
    wire, taken = bind(rtype, text), knot(rtype, text, path)
    if good and wire not in (None, result):
        return f"{rtype} {text}: BIND's wire is {wire}, ours {result}"
    for name, theirs in (("bind", wire is not None), ("knot", taken)):
        if (theirs != good) != (name in others):
            return f"{rtype} {text}: {name} {'takes' if theirs else 'refuses'} it, the corpus has {others or 'no mark'}"
    return None


def main():
    missing = [tool for tool in ("named-rrchecker", "kzonecheck") if shutil.which(tool) is None]
    if missing:
        skip_all(f"{' and '.join(missing)} not installed (ops/packages run test)")
    entries = list(corpus())
    with tempfile.TemporaryDirectory(prefix="fw-rdata-") as d, \
            concurrent.futures.ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as pool:
        paths = [pathlib.Path(d) / f"{i}.zone" for i in range(len(entries))]
        found = dict(zip(range(len(entries)), pool.map(wrong, entries, paths)))
    for rtype in sorted({e[1] for e in entries}):
        mine = [i for i, e in enumerate(entries) if e[1] == rtype]

        @case(f"{rtype}: {len(mine)} records as BIND and Knot have them, or as the corpus knows")
        def _():
            bad = [found[i] for i in mine if found[i] is not None]
            assert not bad, "\n".join(bad)
    done()


if __name__ == "__main__":
    main()
