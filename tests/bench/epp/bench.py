#!/usr/bin/python3
"""The EPP client's speed: make bench-epp

    tests/bench/epp/bench.py OUT [--rounds N] [--seconds N] [--only WORD]

Against a canned responder that only parses frames (main_responder.c), on the other core: our client (epp/session.h) and a
bare loop of OpenSSL and libxml2 (main_bare.c), in turn, with one command in flight and with 32; then threads over the
whole adapter, and domain creates with the journal in a real MariaDB, which waits for the disk at each commit. Last the
sandbox, which keeps everything in that MariaDB, and a million commands, and what the client then holds. Each figure is
the median over the rounds, with least and greatest; ratios are taken round by round. A run of everything writes
docs/bench-epp.md.
"""
import argparse
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
CLIENT_CPU, SERVER_CPU = "0", "1"
THREADS = 32
TABLE = ROOT / "docs/bench-epp.md"
DATABASE = ["--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=256M", "--innodb-log-file-size=256M",
            "--skip-log-bin"]


def stop(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Bench:
    def __init__(self, options, work):
        self.o, self.work, self.running = options, pathlib.Path(work), []
        self.socket = self.work / "db" / "socket"
        self.certificates = self.work / "ca"
        self.rows = []

    # ---- the others

    def start(self, *argv, cpu=None, **more):
        argv = (["taskset", "-c", cpu] if cpu else []) + [str(a) for a in argv]
        p = subprocess.Popen(argv, stdin=subprocess.PIPE, cwd=ROOT, **more)
        self.running.append(p)
        return p

    def close(self):
        for p in reversed(self.running):
            stop(p)

    def program(self, name, *args, cpu=CLIENT_CPU):
        argv = (["taskset", "-c", cpu] if cpu else []) + [str(self.o.out / "bench" / name), *map(str, args)]
        r = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT)
        if r.returncode != 0:
            raise SystemExit(f"{name} {args}: {r.stderr}")
        return r.stdout.split()

    def responder(self):
        self.certificates.mkdir()
        self.program("epp-client", "ca", self.certificates)
        p = self.start(self.o.out / "bench" / "epp-responder", self.certificates, cpu=SERVER_CPU,
                       stdout=subprocess.PIPE, text=True)
        return int(p.stdout.readline())

    def database(self):
        """A private server like that of make run: one that waits for the disk."""
        self.socket.parent.mkdir()
        data = self.socket.parent / "data"
        subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-name-resolve", "--skip-test-db",
                        f"--user={os.environ.get('USER') or 'root'}", "--auth-root-authentication-method=normal"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.start("mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={self.socket}", "--skip-networking",
                   f"--user={os.environ.get('USER') or 'root'}", f"--pid-file={data}/pid", *DATABASE,
                   "--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci", stderr=subprocess.DEVNULL)
        self.await_(lambda: socket.socket(socket.AF_UNIX).connect(str(self.socket)))
        self.program("epp-client", "database", self.socket, ROOT / "sql", cpu=None)

    def sandbox(self):
        home = self.work / "sandbox"
        home.mkdir()
        (home / "bench.pw").write_text("bench-pw\n")
        (home / "bench.pw").chmod(0o600)
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        conf = home / "sandbox.conf"
        conf.write_text("".join(f"{k} = {v}\n" for k, v in [
            ("listen", f"127.0.0.1:{port}"), ("db-socket", self.socket), ("db-user", "root"), ("db-name", "bench_sandbox"),
            ("sql-dir", ROOT / "sql/sandbox"), ("key-file", home / "key"), ("ca-dir", home / "ca"),
            ("zone-dir", home / "zones"), ("zone-server", "ns1.nic 127.0.0.1"),
            ("registrar", f"bench {home}/bench.pw client 1000000"),
            ("commands-per-second", 1000000)]))
        self.start(self.o.out / "bin" / "fourways-sandbox", "--config", conf, cpu=SERVER_CPU, stderr=subprocess.DEVNULL)
        self.await_(lambda: (home / "ca" / "client.pem").stat())  # it listens before it serves
        self.await_(lambda: socket.create_connection(("127.0.0.1", port)).close())
        return port, home / "ca"

    def await_(self, ready):
        end = time.monotonic() + 60
        while True:
            try:
                return ready()
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def connection(self, port, ca, fees="premium"):
        """A connection file: one session, the depth of THREADS. fees: whether prices are asked for (fee-needed)."""
        conf = self.work / f"connection-{port}-{fees}.conf"
        profile = self.work / f"profile-{port}-{fees}.conf"
        password = self.work / "password"
        text = (ROOT / "registry/profiles/sandbox.conf").read_text()
        for line, other in (("pipeline = 16", f"pipeline = {THREADS}"), ("fee-needed = premium", f"fee-needed = {fees}")):
            if f"\n{line}\n" not in text:
                raise SystemExit(f"registry/profiles/sandbox.conf has no line \"{line}\"")
            text = text.replace(f"\n{line}\n", f"\n{other}\n")
        profile.write_text(text)
        password.write_text("bench-pw\n")
        password.chmod(0o600)
        conf.write_text("".join(f"{k} = {v}\n" for k, v in [
            ("id", "bench"), ("profile", profile), ("addr", f"127.0.0.1:{port}"), ("tls-name", "localhost"),
            ("clid", "bench"), ("password-file", password), ("ca-file", ca / "ca.pem"),
            ("cert-file", ca / "client.pem"), ("key-file", ca / "client.key"), ("sessions-max", 1)]))
        return conf

    # ---- measuring

    def rounds(self, *subjects):
        """{name: [a value for each round]}, in turn"""
        seen = {name: [] for name, _ in subjects}
        for i in range(self.o.rounds):
            for name, measure in subjects[i % len(subjects):] + subjects[:i % len(subjects)]:
                seen[name].append(float(measure()[0]))
        return seen

    def row(self, what, figure, ratio="–", target="–"):
        self.rows.append((what, figure, ratio, target))
        print(" | ".join(self.rows[-1]), flush=True)

    def rates(self, what, values, target=None):
        self.row(what, spread(values, 0), "–", f"≥ {target:,}" if target else "–")

    def wanted(self, word):
        return self.o.only in ("", word)

    def checks(self, port):
        for depth in (1, THREADS):
            s = self.rounds(
                ("ours", lambda: self.program("epp-client", "session", self.certificates, port, depth, self.o.seconds)),
                ("bare", lambda: self.program("epp-bare", self.certificates, port, depth, self.o.seconds)))
            self.rates(f"bare loop, checks/s, depth {depth}", s["bare"])
            self.row(f"our client, checks/s, depth {depth}", spread(s["ours"], 0),
                     spread([a / b for a, b in zip(s["ours"], s["bare"])], 2) + " × bare", "≥ 0.7 × bare")

    def whole(self, port):
        conf = self.connection(port, self.certificates)
        s = self.rounds(("checks", lambda: self.program("epp-client", "threads", conf, THREADS, self.o.seconds, cpu=None)))
        self.rates(f"{THREADS} threads over pool and adapter, one session, checks/s", s["checks"])

    def transforms(self, port):
        self.row("the disk: 16 KiB written and synced, times/s", spread([self.disk() for _ in range(self.o.rounds)], 0))
        together = {"never": [], "premium": []}

        def creates(fees):
            conf = self.connection(port, self.certificates, fees)
            out = self.program("epp-client", "transforms", conf, self.socket, THREADS, self.o.seconds, cpu=None)
            together[fees].append(float(out[1]))
            return out
        s = self.rounds(*[(fees, lambda fees=fees: creates(fees)) for fees in together])
        self.rates(f"domain creates with the journal, depth {THREADS}, creates/s", s["never"], 3000)
        self.row("… intents and results in a commit", spread(together["never"], 1))
        self.rates("the same with the price asked before each (two commands), creates/s", s["premium"])

    def disk(self):
        """What each commit waits for, on the disk that the database is on."""
        fd = os.open(self.work / "disk", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.pwrite(fd, bytes(1 << 24), 0)
            os.fsync(fd)
            n, began = 0, time.monotonic()
            while time.monotonic() - began < 0.5:
                os.pwrite(fd, bytes(16384), n * 16384 % (1 << 24))
                os.fdatasync(fd)
                n += 1
            return n / (time.monotonic() - began)
        finally:
            os.close(fd)

    def against_sandbox(self):
        port, ca = self.sandbox()
        for depth in (1, THREADS):
            s = self.rounds(("checks", lambda: self.program("epp-client", "session", ca, port, depth, self.o.seconds)))
            self.rates(f"sandbox, checks/s on one session, depth {depth}", s["checks"], 5000 if depth > 1 else None)

    def memory(self, port):
        out = self.program("epp-client", "memory", self.certificates, port, THREADS)
        early, late = int(out[1]), int(out[3])
        self.row("our client, resident after 100,000 and after 1,000,000 checks", f"{early:,} KiB, {late:,} KiB",
                 f"{late / early:.3f} ×", "flat")

    def text(self):
        lines = [f"# The EPP client, its journal, and the sandbox registry\n\nWritten by `make bench-epp`. {machine()}\n\n"
                 "The bare loop is what OpenSSL, libxml2 and snprintf can do without any of what a client is for "
                 "(`tests/bench/epp/main_bare.c`); both speak to a responder that only parses frames, over TLS on the "
                 "loopback interface, the client on one core and the responder on the other. Creates run on both cores, "
                 f"from {THREADS} threads over one session that has room for {THREADS} commands: each is looked up in the "
                 "journal, its intent committed, sent, answered, and its result committed. The database waits for the "
                 f"disk at each commit: MariaDB with `{' '.join(DATABASE)}`, empty at the start. "
                 f"{self.o.rounds} alternating rounds of {self.o.seconds:g} s. Median (least–greatest); ratios are taken "
                 "round by round.\n", "| figure | seen | ratio | to reach |", "|---|---|---|---|"]
        return "\n".join(lines + ["| " + " | ".join(r) + " |" for r in self.rows]) + "\n"

    def run(self):
        port = self.responder()
        if self.wanted("checks"):
            self.checks(port)
        if self.wanted("threads"):
            self.whole(port)
        if self.wanted("transforms") or self.wanted("sandbox"):
            self.database()
        if self.wanted("transforms"):
            self.transforms(port)
        if self.wanted("sandbox"):
            self.against_sandbox()
        if self.wanted("memory"):
            self.memory(port)


def spread(values, digits):
    low, mid, high = (f"{v:,.{digits}f}" for v in (min(values), statistics.median(values), max(values)))
    return f"{mid} ({low}–{high})"


def machine():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text()).group(1)
    said = subprocess.run(["mariadbd", "--version"], capture_output=True, text=True).stdout
    u = os.uname()
    return (f"Machine: {cpu}, {os.cpu_count()} cores, {u.sysname} {u.release.split('-')[0]}; "
            f"MariaDB {re.search(r'Ver ([0-9.]+)', said).group(1)}.")


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("out", type=lambda p: pathlib.Path(p).resolve())
    a.add_argument("--rounds", type=int, default=7)
    a.add_argument("--seconds", type=int, default=2)
    a.add_argument("--only", default="", choices=["", "checks", "threads", "transforms", "sandbox", "memory"])
    options = a.parse_args()
    with tempfile.TemporaryDirectory(prefix="fw-bench-epp-") as work:
        bench = Bench(options, work)
        try:
            bench.run()
        finally:
            bench.close()
        if options.only == "":
            TABLE.write_text(bench.text())


main()
