#!/usr/bin/env python3
"""A file of many rows through the sandbox registry in one run: planned, applied, and afterwards registry, orders,
charges, zones and transcript are held against each other.

    many.py OUTDIR [--rows N] [--op register|renew|lock|check|delete] [--kill N] [--jobs N] [--where]

--kill N: the command and, every other time, the registrar are killed (-9) N times on the way, at moments drawn by
chance (FLOW_SEED=N repeats them). --op other than register: the names are registered first, which is not in the figure.
--where: the processor time of each process, and MariaDB's statements, per row.
"""
import argparse
import os
import pathlib
import random
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "flow" / "lib"))
from flow import *  # noqa: E402,F403
from flow import case, copy, done, local, wait_until  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")
COUNTERS = ["Queries", "Com_stmt_execute", "Com_commit", "Com_select", "Com_insert", "Com_update", "Innodb_os_log_fsyncs",
            "Innodb_os_log_written", "Innodb_row_lock_waits", "Innodb_row_lock_time", "Innodb_deadlocks"]


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("out")
    p.add_argument("--rows", type=int, default=1000)
    p.add_argument("--op", default="register", choices=["register", "renew", "lock", "check", "delete"])
    p.add_argument("--kill", type=int, default=0)
    p.add_argument("--jobs", type=int)
    p.add_argument("--before", type=int, default=0, help="names registered first, not in the figure: with them the name"
                   " servers' hosts, of which the first thousands of names make most, are at the registry")
    p.add_argument("--disk", action="store_true", help="MariaDB waits for the disk, as it does in earnest")
    p.add_argument("--where", action="store_true")
    p.add_argument("--statements", action="store_true", help="count MariaDB's statements per row (slow)")
    return p.parse_args()


def cpu(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


class Meter:
    """What each process and MariaDB did between two moments."""

    def __init__(self, c):
        self.c, self.before = c, self.look(c)

    @staticmethod
    def look(c):
        names = ",".join(f"'{n}'" for n in COUNTERS)
        counts = dict(c.sql(f"SHOW GLOBAL STATUS WHERE Variable_name IN ({names})"))
        seen = {k: int(v) for k, v in counts.items()}
        seen.update({f"cpu {name}": cpu(pid) for name, pid in c.running().items()})
        return seen

    def say(self, rows):
        after = self.look(self.c)
        for k in sorted(after):
            d = after[k] - self.before.get(k, 0)
            print(f"     {k:28} {d * 1000 / rows:9.2f} ms a row" if k.startswith("cpu") else
                  f"     {k:28} {d / rows:9.2f} a row", flush=True)


class Statements:
    """MariaDB's statements between two moments, the dearest first: how often, and how long they took. Those of processes
    that have ended meanwhile (the command's) are missing, but for BEGIN and COMMIT."""

    def __init__(self, c):
        self.c, self.before = c, self.look(c)

    @staticmethod
    def look(c):
        rows = c.sql("SELECT OWNER_THREAD_ID, SQL_TEXT, COUNT_EXECUTE, SUM_TIMER_EXECUTE / 1e9 FROM"
                     " performance_schema.prepared_statements_instances UNION ALL SELECT 0, CONCAT(COALESCE(SCHEMA_NAME,"
                     " ''), ' ', DIGEST_TEXT), COUNT_STAR, SUM_TIMER_WAIT / 1e9 FROM"
                     " performance_schema.events_statements_summary_by_digest WHERE DIGEST_TEXT NOT LIKE 'SHOW%'")
        seen = {}
        for _, text, n, ms in rows:
            text = re.sub(r"\s+", " ", text)
            was = seen.get(text, (0, 0.0))
            seen[text] = (was[0] + int(n), was[1] + float(ms))
        return seen

    def say(self, rows, shown=100):
        after = self.look(self.c)
        found = [(ms - self.before.get(t, (0, 0))[1], n - self.before.get(t, (0, 0))[0], t)
                 for t, (n, ms) in after.items()]
        for ms, n, text in sorted(found, reverse=True)[:shown]:
            print(f"     {n / rows:7.2f} a row {ms / rows:7.3f} ms {text[:130]}", flush=True)


def names_of(n):
    return [f"many-{i}.{local.TLDS[i % len(local.TLDS)]}" for i in range(n)]


def file_write(path, op, names):
    with open(path, "w") as f:
        f.write("op,name\n")
        f.writelines(f"{op},{n}\n" for n in names)


class Job:
    def __init__(self, c, op, names, jobs=None):
        self.c, self.rows = c, len(names)
        self.path = c.path(f"{op}.csv")
        self.plan_path = f"{self.path}.plan"
        self.jobs = ["--jobs", str(jobs)] if jobs else []
        file_write(self.path, op, names)

    def argv(self, *words):
        return [self.c.bin("fourways"), "--config", str(self.c.path("etc", "fourways.conf")), "batch", *map(str, words)]

    def plan(self):
        contact = [x for field in local.DEMO_CONTACT for x in ("--contact", field)]
        p = subprocess.run(self.argv("plan", self.path, "-o", self.plan_path, *contact), capture_output=True, text=True)
        assert p.returncode == 0, (p.returncode, p.stdout[-1000:], p.stderr[-1000:])

    def all(self):
        self.plan()
        return self.apply()

    def start(self):
        return subprocess.Popen(self.argv("apply", self.plan_path, *self.jobs), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                preexec_fn=local.dying_with_parent())

    def apply(self):
        p = self.start()
        out, err = p.communicate()
        assert p.returncode == 0 and f"{self.rows} rows: {self.rows} done" in out, (p.returncode, out, err[-1000:])
        return re.search(r"([\d.]+) rows/s\n$", err).group(1)


def ended(c):
    return int(c.sql("SELECT COUNT(*) FROM orders WHERE name LIKE 'many-%' AND live = 0", "fourways")[0][0])


def kills(c, job, n, dice):
    """Each time that so many orders have ended; the registrar every other time."""
    base = ended(c)
    for i, moment in enumerate(sorted(dice.sample(range(job.rows // 20, job.rows * 9 // 10), n))):
        p = job.start()
        wait_until(f"{moment} orders", lambda: ended(c) - base >= moment or p.poll() is not None, 7200, pause=0.1)
        assert p.poll() is None, p.communicate()
        if i % 2:
            c.procs["registrar"].kill()
            c.start_program("registrar")
        p.kill()
        p.communicate()
        print(f"     killed after {moment} orders{' with the registrar' if i % 2 else ''}", flush=True)


def agree(c, rows):
    """One order, one domain here and there, one charge here and there, one zone in sync, for each row."""
    ours = int(c.sql("SELECT COUNT(DISTINCT name) FROM orders WHERE kind = 'register' AND state = 'done' AND name LIKE"
                     " 'many-%'", "fourways")[0][0])
    assert ours == rows, ours
    for what, schema, query in [
            ("orders", "fourways", "SELECT COUNT(*) FROM orders WHERE kind = 'register' AND name LIKE 'many-%'"),
            ("domains", "fourways", "SELECT COUNT(*) FROM domain WHERE state = 'active' AND name LIKE 'many-%'"),
            ("posts", "fourways", "SELECT COUNT(*) FROM ledger_transfer t JOIN orders o ON o.hold_id = t.pending_id"
             " WHERE t.kind = 'post' AND o.kind = 'register' AND o.name LIKE 'many-%' AND t.amount = o.price"),
            ("domains at the registry", "fourways_sandbox", "SELECT COUNT(*) FROM domain WHERE name LIKE 'many-%'"),
            ("charges of the registry", "fourways_sandbox", "SELECT COUNT(*) FROM posting WHERE registrar = 'fourways'"
             " AND amount < 0 AND what LIKE '%create many-%'"),
            ("creates in the journal", "fourways", "SELECT COUNT(*) FROM registry_command WHERE verb = 'domain-create'"
             " AND state = 'done' AND object LIKE 'many-%'")]:
        n = int(c.sql(query, schema)[0][0])
        assert n == rows, (what, n, rows)
    left = c.sql("SELECT COUNT(*) FROM orders WHERE live = 1 OR needs_person = 1 OR state = 'failed'", "fourways")
    assert left == [["0"]], left
    late = c.sql("SELECT COUNT(*) FROM zone z JOIN zone_served s ON s.zone_id = z.id AND s.version >= z.version"
                 " WHERE z.name LIKE 'many-%' AND z.deleted = 0", "fourways")
    assert late == [[str(rows * local.COLUMNS)]], late
    assert "balance" in c.cli("ledger", "audit").stdout
    assert "BROKEN" not in c.cli("epp", "verify").stdout


def fund(c, cents):
    """The registrar's money at the registry: a million was given, which is 80,000 registrations."""
    c.sql(f"UPDATE registrar SET balance = balance + {cents} WHERE id = 'fourways'", "fourways_sandbox")


def run(c, a, names, dice):
    fund(c, (a.rows + a.before) * 6000)
    c.cli("account", "deposit", f"{(a.rows + a.before) * 60}.00", "--key", "many")
    if a.before:
        Job(c, "register", [f"before-{n}" for n in names_of(a.before)]).all()
    if a.op not in ("register", "check"):
        Job(c, "register", names).all()
    job = Job(c, a.op, names, a.jobs)
    began = time.monotonic()
    job.plan()
    planned = time.monotonic()
    print(f"     planned in {planned - began:.1f} s: {a.rows / (planned - began):.0f} rows a second", flush=True)
    statements = Statements(c) if a.statements else None
    meter = Meter(c)
    began = time.monotonic()
    kills(c, job, a.kill, dice)
    rate = job.apply()
    took = time.monotonic() - began
    print(f"     {a.op}: {a.rows} rows in {took:.1f} s: {a.rows / took:.1f} a second"
          f" (the last run said {rate})", flush=True)
    if statements:
        statements.say(a.rows)
    if a.where:
        meter.say(a.rows)


def main():
    a = arguments()
    seed = int(os.environ.get("FLOW_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"     FLOW_SEED={seed}", flush=True)
    names = names_of(a.rows)
    with copy(start=False) as c:
        if a.disk:
            c.mariadb_env = {}
        if a.statements:
            argv = c.mariadb_argv()
            c.mariadb_argv = lambda: argv + ["--performance-schema=ON", "--performance-schema-instrument=statement/%=ON"]
        c.start()

        @case(f"{a.rows} rows are done")
        def _():
            run(c, a, names, random.Random(seed))

        if a.op in ("register", "renew", "lock"):
            @case("registry, orders, charges, zones and transcript agree")
            def _():
                agree(c, a.rows)
    done()


if __name__ == "__main__":
    main()
