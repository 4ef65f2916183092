#!/usr/bin/python3
"""The name server beside Knot and NSD: make bench-dns

    tests/bench/dns/bench.py OUT [--zones N] [--rounds N] [--seconds N] [--write FILE]

All serve the same zones (mix.h) on one core, one UDP worker each; the generator (main_load.c) has the other core and
asks them in turn, round after round, and within a round in slices of half a second, so that whatever else the machine
does meets all alike. Each figure is the median over the rounds, with least and greatest. Ratios are taken round by
round. The floor (main_floor.c) is a responder that only receives and sends: what the kernel costs.
"""
import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time


from subjects import LOAD_CPU, ROOT, Floor, Fourways, Knot, Nsd, cpu_total, cpu_user, family, local, memory

CALLGRIND_ZONES = 10000
SLICES = 5  # of a round
CALLGRIND_QUERIES = 200000
CALM = 2000000  # instructions: ten for each of the queries
MILLION = 1000000


def say(text):
    print(text, file=sys.stderr, flush=True)


class Bench:
    def __init__(self, options, work):
        self.o, self.work, self.files = options, pathlib.Path(work), pathlib.Path(work) / "files"
        (self.files / "zones").mkdir(parents=True)
        self.rows = []  # (figure, ours, against, ratio, target)

    def load(self, kind, s, limit, zones=None):
        """Runs the generator; answers, seconds, and the processor seconds of the server meanwhile (all, user)."""
        all0, user0 = cpu_total(s.pid), cpu_user(s.pid)
        argv = ["taskset", "-c", LOAD_CPU, f"{self.o.out}/bench/dns-load", kind, "127.0.0.1", s.port,
                zones or s.zones or 1, limit] + (["any"] if s.name == "floor" else [])
        r = subprocess.run([str(a) for a in argv], capture_output=True, text=True)
        if r.returncode != 0:
            raise SystemExit(f"{s.name}: {r.stderr}")
        answers, lost, wrong, seconds, _ = (float(x) for x in r.stdout.split())
        if wrong or lost > answers / 1000:
            raise SystemExit(f"{s.name}: {wrong:.0f} wrong answers, {lost:.0f} lost of {answers:.0f}")
        return answers, seconds, cpu_total(s.pid) - all0, cpu_user(s.pid) - user0

    def one_round(self, kind, servers):
        """{server: what load gave, added up over the slices}. The machine's speed drifts within seconds, so that two servers
        asked one after the other for seconds each do not meet the same machine; they take turns every half second."""
        sums = {s: [0, 0, 0, 0] for s in servers}
        for _ in range(SLICES):
            for s in servers:
                sums[s] = [a + b for a, b in zip(sums[s], self.load(kind, s, self.o.seconds / SLICES))]
        return sums

    def rounds(self, kind, servers):
        """{(server, figure): [a value for each round]}: answers a second, and what each cost in microseconds (all, user)"""
        seen = {}
        for s in servers:
            self.load(kind, s, 0.5)  # caches and branch predictors as in the rounds
        for i in range(self.o.rounds):
            turned = servers[i % len(servers):] + servers[:i % len(servers)]
            for s, (answers, seconds, cpu, user) in self.one_round(kind, turned).items():
                for figure, v in (("rate", answers / seconds), ("cpu", cpu / answers * 1e6), ("user", user / answers * 1e6)):
                    seen.setdefault((s, figure), []).append(v)
            say(f"{kind} round {i + 1} of {self.o.rounds}")
        return seen

    # ---- the table ------------------------------------------------------------------------------------------
    def row(self, figure, ours, other, ratio, target):
        self.rows.append((figure, ours, other, ratio, target))
        say(" | ".join(self.rows[-1]))

    def ratio(self, figure, ours, name, other, unit, target, digits=2):
        """ours, other: values round by round."""
        each = [a / b for a, b in zip(ours, other)]
        self.row(figure, spread(ours, digits) + unit, f"{name} {spread(other, digits)}{unit}", spread(each, 2) + " ×", target)

    # ---- the measurements -----------------------------------------------------------------------------------
    def starts(self, fw, others):
        say("Fourways: from MariaDB, without a snapshot")
        fw.start()
        self.row(f"load from MariaDB, no snapshot, {fw.zones * 10:,} RRsets", f"{fw.ready_wall:.2f} s", "–", "–", "< 15 s")
        from_db = memory(fw.pid)
        fw.stop()
        say("Fourways: from the snapshot")
        fw.start()
        nsd = next(s for s in others if s.name == "NSD")
        for s in others:
            say(f"{s.name}: loading")
            s.start()
        self.row("first answer after restart", f"{fw.load_wall:.2f} s",
                 ", ".join(f"{s.name} {s.load_wall:.2f} s" for s in others), "–", "< 1 s")
        self.row("CPU until then", f"{fw.load_cpu:.2f} s", ", ".join(f"{s.name} {s.load_cpu:.2f} s" for s in others),
                 f"{fw.load_cpu / nsd.load_cpu:.3f} × NSD", "≤ 0.10 × NSD")
        per = (memory(fw.pid) - fw.empty_memory) / fw.zones
        self.row("memory for a zone", f"{per:.0f} B ({(from_db - fw.empty_memory) / fw.zones:.0f} B loaded from MariaDB)",
                 ", ".join(f"{s.name} {memory(s.pid) / s.zones:.0f} B" for s in others), "–", "≤ 2,500 B")

    def udp(self, floor, many, single):
        seen = self.rounds("udp", [floor, *many, *single])
        fw, knot, nsd = many
        cpu = {s: seen[s, "cpu"] for s in [floor, *many, *single]}
        self.ratio("CPU for an answer", cpu[fw], "Knot", cpu[knot], " µs", "≤ 0.60 × Knot")
        self.ratio("CPU for an answer", cpu[fw], "NSD", cpu[nsd], " µs", "≤ 0.55 × NSD")
        self.ratio("CPU for an answer", cpu[fw], "floor", cpu[floor], " µs", "≤ 1.15 × floor")
        self.ratio("user CPU for an answer", seen[fw, "user"], "Knot", seen[knot, "user"], " µs", "≤ 0.167 × Knot")
        for s, one in zip(many, single):
            self.ratio(f"{s.name}: {s.zones:,} zones beside 1, CPU for an answer", cpu[s], "1 zone", cpu[one], " µs",
                       "≤ 1.15 ×" if s is fw else "–")
        self.ratio("answers a second, UDP", seen[fw, "rate"], "Knot", seen[knot, "rate"], "", "–", 0)

    def tcp(self, many):
        seen = self.rounds("tcp", list(many))
        fw, knot, nsd = many
        for other in (knot, nsd):
            self.ratio("answers a second, TCP, 8 connections", seen[fw, "rate"], other.name, seen[other, "rate"], "",
                       "≥ 1.5 × Knot" if other is knot else "–", 0)
            self.ratio("CPU for an answer, TCP", seen[fw, "cpu"], other.name, seen[other, "cpu"], " µs", "–")

    def latencies(self, fw):
        """While the generator asks as fast as it is answered."""
        say("from a commit to its answer, under full load")
        fw.spread_out()
        load = subprocess.Popen([f"{self.o.out}/bench/dns-load", "udp", "127.0.0.1", str(fw.port), str(fw.zones), "86400"],
                                stdout=subprocess.DEVNULL, preexec_fn=local.dying_with_parent())
        try:
            for what, zones, kind in [("a changed address", f"1-{fw.zones}", "change"),
                                      ("a name just answered NXDOMAIN", f"1-{fw.zones}", "new")]:
                self.latency_row(what, fw.latency(self.o.out, zones, kind))
            fw.grow(fw.zones, MILLION)
            self.latency_row(f"one record in a zone of {MILLION:,}", fw.latency(self.o.out, str(fw.zones), "change"))
        finally:
            load.kill()
            load.wait()

    def latency_row(self, what, ms):
        self.row(f"commit to answer under full load, {what}", f"median {ms[0]:.1f} ms, p99 {ms[1]:.1f} ms, most {ms[2]:.1f} ms",
                 "–", "–", "median ≤ 5 ms, p99 ≤ 50 ms")

    def dump(self, s):
        """What each of its processes has counted since the last dump, added up."""
        for pid in family(s.pid):
            subprocess.run(["callgrind_control", "-d", str(pid)], check=True, capture_output=True)
        files = list(self.work.glob("callgrind.*"))
        total = sum(callgrind_total(f) for f in files)
        for f in files:
            f.unlink()
        return total

    def calm(self, s):
        """Until what it does by itself after its start is done: two seconds alike."""
        last = self.dump(s)
        for _ in range(60):
            time.sleep(1)
            now = self.dump(s)
            if abs(now - last) <= CALM:
                return
            last = now
        raise SystemExit(f"{s.name} does not come to rest")

    def instructions(self, s):
        """User-space instructions for a query: what a run of them takes, less what as long a time without them takes (a
        name server of ours goes on comparing its zones with the database)."""
        s.pause = 0.5  # callgrind makes it slow to come up
        out = self.work / "callgrind.%p"
        s.start(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "-q", "--trace-children=yes"])
        self.load("udp", s, f"{CALLGRIND_QUERIES // 4}q")
        self.calm(s)
        began = time.monotonic()
        self.load("udp", s, f"{CALLGRIND_QUERIES}q")
        total, took = self.dump(s), time.monotonic() - began
        time.sleep(took)
        total -= self.dump(s)
        s.stop(600)
        if isinstance(s, Fourways):
            s.copy.stop()
        return total / CALLGRIND_QUERIES

    def callgrind(self):
        say("instructions for a query (callgrind)")
        ours = self.instructions(Fourways(CALLGRIND_ZONES, self.work, self.files, self.o.out))
        nsd = self.instructions(Nsd(1, self.work, self.files))
        knot = self.instructions(Knot(1, self.work, self.files))
        self.row("user-space instructions for a query", f"{ours:.0f} ({CALLGRIND_ZONES:,} zones)",
                 f"NSD {nsd:.0f}, Knot {knot:.0f} (1 zone)", f"{ours / nsd:.3f} × NSD", "≤ 900, ≤ 0.25 × NSD")

    def run(self):
        zones = max(self.o.zones, CALLGRIND_ZONES)
        subprocess.run([f"{self.o.out}/bench/dns-zones", str(zones), str(self.files)], check=True)
        floor = Floor(self.o.out, self.work).start()
        single = [Fourways(1, self.work, self.files, self.o.out), Knot(1, self.work, self.files), Nsd(1, self.work, self.files)]
        many = [Fourways(self.o.zones, self.work, self.files, self.o.out), Knot(self.o.zones, self.work, self.files),
                Nsd(self.o.zones, self.work, self.files)]
        try:
            for s in single:
                s.start()
            self.starts(many[0], many[1:])
            self.udp(floor, many, single)
            self.tcp(many)
            self.latencies(many[0])
        finally:
            for s in [floor, *single, *many]:
                s.stop()
                if isinstance(s, Fourways):
                    s.copy.stop()
        if not self.o.no_callgrind:
            self.callgrind()

    def text(self):
        lines = [f"# The name server beside Knot and NSD\n\nWritten by `make bench-dns`. {machine()}\n\n{self.o.zones:,} zones of 10 "
                 f"RRsets; one core for the server, the generator on the other; {self.o.rounds} alternating rounds of "
                 f"{self.o.seconds:g} s. Median (least–greatest); ratios are taken round by round.\n",
                 "| figure | Fourways | beside | ratio | to reach |", "|---|---|---|---|---|"]
        return "\n".join(lines + ["| " + " | ".join(r) + " |" for r in self.rows]) + "\n"


def spread(values, digits):
    low, mid, high = (f"{v:,.{digits}f}" for v in (min(values), statistics.median(values), max(values)))
    return f"{mid} ({low}–{high})"


def callgrind_total(path):
    found = re.search(r"^(?:totals|summary): (\d+)", path.read_text(errors="replace"), re.M)
    return int(found.group(1)) if found else 0


def version(argv):
    r = subprocess.run(argv, capture_output=True, text=True)
    return (r.stdout + r.stderr).splitlines()[0].strip()


def machine():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text()).group(1)
    u = os.uname()
    return (f"Machine: {cpu}, {os.cpu_count()} cores, {u.sysname} {u.release.split('-')[0]}; {version(['knotd', '--version'])}; "
            f"{version(['nsd', '-v'])}.")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("out")
    p.add_argument("--zones", type=int, default=100000)
    p.add_argument("--rounds", type=int, default=11)
    p.add_argument("--seconds", type=float, default=2.5)
    p.add_argument("--no-callgrind", action="store_true")
    p.add_argument("--write", default=str(ROOT / "docs" / "bench-dns.md"))
    o = p.parse_args()
    if os.cpu_count() < 2:
        raise SystemExit("needs two cores: one for the server, one for who asks")
    with tempfile.TemporaryDirectory(prefix="fw-bench-") as work:
        bench = Bench(o, work)
        bench.run()
        text = bench.text()
    pathlib.Path(o.write).write_text(text)
    print(text)


if __name__ == "__main__":
    main()
