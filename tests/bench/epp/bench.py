#!/usr/bin/python3
"""The EPP client's speed: make bench-epp

    tests/bench/epp/bench.py OUT [--rounds N] [--seconds N] [--memory] [--only WORD]

Against a canned responder that only parses frames (main_responder.c), on the other core: our client (epp/session.h) and a
bare loop of OpenSSL and libxml2 (main_bare.c), in turn, with one command in flight and with 32; then threads over the
whole adapter, and domain creates with the journal in a real MariaDB, which waits for the disk at each commit. Last the
sandbox, which keeps everything in that MariaDB. Each figure is the median over the rounds, with least and greatest;
ratios are taken round by round. --memory: a million commands, and what the client then holds.
"""
import argparse
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
CLIENT_CPU, SERVER_CPU = "0", "1"
THREADS = 32


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
                   f"--user={os.environ.get('USER') or 'root'}", f"--pid-file={data}/pid", "--skip-log-bin",
                   "--innodb-buffer-pool-size=256M", "--innodb-log-file-size=256M",
                   "--innodb-flush-log-at-trx-commit=1", "--character-set-server=utf8mb4",
                   "--collation-server=utf8mb4_unicode_ci", stderr=subprocess.DEVNULL)
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

    def connection(self, port, ca):
        """A connection file: one session, the profile's depth."""
        conf = self.work / f"connection-{port}.conf"
        profile = self.work / f"profile-{port}.conf"
        password = self.work / "password"
        text = (ROOT / "registry/profiles/sandbox.conf").read_text()
        profile.write_text(text.replace("\npipeline = 16\n", f"\npipeline = {THREADS}\n"))
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

    def row(self, what, values, target, ratio=None):
        figure = lambda v, form: f"{statistics.median(v):{form}} ({min(v):{form}} to {max(v):{form}})"
        reached = statistics.median(ratio or values) >= target if target else True
        line = f"{what:44} {figure(values, ',.0f'):34}"
        if ratio:
            line += f" ratio {figure(ratio, '.2f')}"
        if target:
            line += f", to reach {target:,} " + ("yes" if reached else "NO")
        print(line, flush=True)
        return reached

    def wanted(self, word):
        return self.o.only in ("", word)

    def checks(self, port):
        for depth in (1, 32):
            s = self.rounds(
                ("ours", lambda: self.program("epp-client", "session", self.certificates, port, depth, self.o.seconds)),
                ("bare", lambda: self.program("epp-bare", self.certificates, port, depth, self.o.seconds)))
            self.row(f"bare loop, checks/s, depth {depth}", s["bare"], None)
            self.row(f"our client, checks/s, depth {depth}", s["ours"], 0.7, [a / b for a, b in zip(s["ours"], s["bare"])])

    def whole(self, port):
        conf = self.connection(port, self.certificates)
        s = self.rounds(("checks", lambda: self.program("epp-client", "threads", conf, THREADS, self.o.seconds, cpu=None)))
        self.row(f"{THREADS} threads over the adapter, checks/s", s["checks"], None)

    def transforms(self, port):
        conf = self.connection(port, self.certificates)
        together = []

        def once():
            out = self.program("epp-client", "transforms", conf, self.socket, THREADS, self.o.seconds, cpu=None)
            together.append(float(out[1]))
            return out
        s = self.rounds(("creates", once))
        self.row(f"creates/s with the journal, depth {THREADS}", s["creates"], 3000)
        print(f"    {statistics.median(together):.1f} intents and results in a commit")

    def against_sandbox(self):
        port, ca = self.sandbox()
        for depth in (1, 32):
            s = self.rounds(("checks", lambda: self.program("epp-client", "session", ca, port, depth, self.o.seconds)))
            self.row(f"sandbox, checks/s on one session, depth {depth}", s["checks"], 5000 if depth > 1 else None)

    def memory(self, port):
        out = self.program("epp-client", "memory", self.certificates, port, 32)
        early, late = int(out[1]), int(out[3])
        print(f"resident after 100,000 checks {early:,} KiB, after 1,000,000 {late:,} KiB"
              + (" (flat)" if late <= early + 256 else " (GROWS)"))

    def run(self):
        port = self.responder()
        if self.wanted("checks"):
            self.checks(port)
        if self.wanted("threads"):
            self.whole(port)
        if self.o.memory:
            self.memory(port)
        if self.wanted("transforms") or self.wanted("sandbox"):
            self.database()
        if self.wanted("transforms"):
            self.transforms(port)
        if self.wanted("sandbox"):
            self.against_sandbox()


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("out", type=lambda p: pathlib.Path(p).resolve())
    a.add_argument("--rounds", type=int, default=5)
    a.add_argument("--seconds", type=int, default=1)
    a.add_argument("--memory", action="store_true")
    a.add_argument("--only", default="", choices=["", "checks", "threads", "transforms", "sandbox", "none"])
    options = a.parse_args()
    with tempfile.TemporaryDirectory(prefix="fw-bench-epp-") as work:
        bench = Bench(options, work)
        try:
            bench.run()
        finally:
            bench.close()


main()
