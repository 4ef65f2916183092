#!/usr/bin/env python3
# time-limit: 300
"""Many names from a file, through kill -9 of the command and of the registrar at moments drawn by chance.

FLOW_SEED=N repeats a run's moments; each run prints its seed.
"""
import collections
import csv
import os
import pathlib
import random
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from epp import Epp  # noqa: E402
from flow import *  # noqa: E402,F403
from flow import case, copy, done, domains_at_registry, local, wait_until  # noqa: E402

ROWS = 300
KILLS, REGISTRAR_KILLS = 6, 2
SETTINGS = {"registrar": {"lease-s": 5, "epp-timeout-ms": 5000}}
COLUMNS = ["name", "years", "registrant", "org", "street", "city", "postal_code", "country", "phone", "email"]
BAD_NAMES = [("two..dots.test", "label-empty"), ("-hyphen.test", "label-hyphen"), ("under_score.test",
             "label-bad-character"), ("x" * 64 + ".test", "label-too-long"), ("name.com", "tld-not-sold"),
             ("test", "name-is-tld"), ("a.b.test", "name-too-deep"), ("192.0.2.1", "tld-not-sold"),
             ("\u0440aypal.test", "name-confusable"), ("", "name-empty")]
PERSONS = [("Ann Example", "", "DE"), ("Bob Example", "Example Ltd", "NL"), ("Jos\u00e9 \"Pepe\" Example", "", "ES"),
           ("Eve, Example", "", "FR")]


class Row:
    """A line of the file and what must come of it."""

    def __init__(self, i, name, result="done", code="", country=None):
        person = PERSONS[i % len(PERSONS)]
        self.name, self.result, self.code, self.years = name, result, code, 1 + i % 2
        self.fields = [name, self.years, person[0], person[1], f"{i} Example Street", "Exampleton", "10115",
                       country or person[2], "+49.301234567", f"owner-{i}@example.com"]

    @property
    def price(self):
        """cents"""
        return int(float(local.PRICES[self.name.rsplit(".", 1)[1]][0]) * 100) * self.years


def rows_make(dice):
    rows = []
    bad = [(lambda i, b=b: Row(i, b[0], "refused", b[1])) for b in BAD_NAMES]
    bad += [lambda i: Row(i, f"bad-country-{i}.test", "refused", "contact-country", country="D1")] * 4
    bad += [lambda i, n=n: Row(i, f"rival-{n}.test", "failed", "not-available") for n in range(5)]
    bad += [lambda i, n=n: Row(i, f"neighbour-{n}.test", "refused", "domain-taken") for n in range(5)]
    again = {dice.randrange(100, ROWS): n for n in range(8)}
    places = dict(zip(dice.sample([i for i in range(ROWS) if i not in again], len(bad)), bad))
    for i in range(ROWS):
        if i in places:
            rows.append(places[i](i))
        elif i in again:
            first = next(r for r in rows[again[i]:] if r.result == "done")
            rows.append(Row(i, first.name.upper(), "refused", "domain-taken"))
        else:
            rows.append(Row(i, f"batch-{i}.{local.TLDS[i % 4]}"))
    return rows


class Batch:
    """The command on one file: started, watched, killed, started again."""

    def __init__(self, c, path):
        self.c, self.path, self.result = c, path, pathlib.Path(f"{path}.result.csv")

    def start(self):
        argv = [self.c.bin("fourways"), "--config", str(self.c.path("etc", "fourways.conf")), "batch", "register",
                str(self.path)]
        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, preexec_fn=local.dying_with_parent())

    def finish(self):
        """(exit status, standard output, standard error)"""
        p = self.start()
        out, err = p.communicate(timeout=120)
        return p.returncode, out, err

    def results(self):
        with open(self.result, newline="") as f:
            return list(csv.DictReader(f))


def orders(c, where="1"):
    return int(c.sql(f"SELECT COUNT(*) FROM orders WHERE kind = 'register' AND {where}", "fourways")[0][0])


def state(c):
    """Everything that a repetition must leave as it is."""
    counts = {}
    for schema, tables in [("fourways", ["orders", "idempotency", "domain", "zone", "rrset", "zone_change",
                                         "ledger_transfer", "contact", "order_step", "registry_command"]),
                           ("fourways_sandbox", ["domain", "contact", "host", "posting"])]:
        for t in tables:
            counts[schema, t] = c.sql(f"SELECT COUNT(*) FROM {t}", schema)
    counts["versions"] = c.sql("SELECT id, version, serial FROM zone ORDER BY id", "fourways")
    return counts


def prepare(c):
    """Money for it, names that others have, and a file."""
    c.cli("account", "deposit", "9000.00", "--key", "batch")
    with Epp(c, "rival") as rival:
        rival.logged_in()
        rival.create_contact("rival-1")
        for n in range(5):
            rival.create_domain(f"rival-{n}.test", "rival-1")
    c.cli("account", "create", "neighbour")
    c.cli("--account", "neighbour", "account", "deposit", "100.00", "--key", "n")
    for n in range(5):
        c.cli("--account", "neighbour", "domain", "register", f"neighbour-{n}.test",
              *[x for field in local.DEMO_CONTACT for x in ("--contact", field)])


def file_write(path, rows):
    with open(path, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(COLUMNS)
        w.writerows(r.fields for r in rows)


def interrupted_runs(c, batch, dice, base):
    """Kills the command whenever the file has got so many orders, and the registrar beside it."""
    moments = sorted(dice.sample(range(3, ROWS - 60), KILLS))
    with_registrar = set(dice.sample(moments, REGISTRAR_KILLS))
    print(f"     kills after {moments} orders, the registrar's after {sorted(with_registrar)}", flush=True)
    for moment in moments:
        p = batch.start()
        wait_until(f"{moment} orders", lambda: orders(c) - base >= moment or p.poll() is not None, 60, pause=0)
        time.sleep(dice.random() * 0.05)  # so that it is not always just behind an order
        if moment in with_registrar:
            c.procs["registrar"].kill()
            c.start_program("registrar")
        p.kill()
        assert p.wait() == -9, (p.returncode, p.stderr.read())
        p.stdout.close()
        p.stderr.close()
        if batch.result.exists():
            assert len(batch.results()) == ROWS, "a result file that is not whole"


def results_right(rows, results):
    assert [(int(r["row"]), r["name"]) for r in results] == [(i + 1, row.name) for i, row in enumerate(rows)]
    wrong = [(i + 1, row.name, r) for i, (row, r) in enumerate(zip(rows, results))
             if (r["result"], r["code"]) != (row.result, row.code)]
    assert not wrong, (len(wrong), wrong[:5])
    for row, r in zip(rows, results):
        assert bool(r["order"]) == (row.result != "refused"), r
        assert bool(r["text"]) == (row.result != "done"), r
    ids = [r["order"] for r in results if r["order"]]
    assert len(ids) == len(set(ids)), [i for i, n in collections.Counter(ids).items() if n > 1]


def charged_once(c, rows):
    good = {r.name: r.price for r in rows if r.result == "done"}
    posted = c.sql("SELECT o.name, o.state, COUNT(t.id), SUM(t.amount) FROM orders o JOIN ledger_transfer t"
                   " ON t.pending_id = o.hold_id AND t.kind = 'post' WHERE o.kind = 'register'"
                   " AND o.name NOT LIKE 'neighbour-%' GROUP BY o.id", "fourways")
    assert len(posted) == len(good), (len(posted), len(good))
    assert {n: int(a) for n, s, k, a in posted if s == "done" and k == "1"} == good
    voided = c.sql("SELECT COUNT(*) FROM orders o JOIN ledger_transfer t ON t.pending_id = o.hold_id"
                   " AND t.kind = 'void' WHERE o.state = 'failed'", "fourways")
    assert voided == [[str(sum(r.result == "failed" for r in rows))]], voided
    paid = c.sql("SELECT SUBSTRING_INDEX(what, ' ', -1), COUNT(*) FROM posting WHERE registrar = 'fourways' AND"
                 " amount < 0 AND what LIKE '%batch-%' GROUP BY what", "fourways_sandbox")
    assert {n for _, n in paid} <= {"1"} and len(paid) == len(good), (len(paid), paid[:5])
    assert "balance" in c.cli("ledger", "audit").stdout


def owners_right(c, rows):
    """Each order has its own row's person: also the empty fields of it, whoever was latest when it was gone on with."""
    kept = c.sql("SELECT o.name, k.name, k.org, k.street, k.email FROM orders o JOIN contact k ON k.id = o.contact_id"
                 " WHERE o.kind = 'register' AND o.name NOT LIKE 'neighbour-%'", "fourways")
    given = {r.name: [r.fields[2], r.fields[3], r.fields[4], r.fields[9]] for r in rows if r.result != "refused"}
    assert len(kept) == len(given)
    wrong = [(n, f, given[n]) for n, *f in kept if f != given[n]]
    assert not wrong, (len(wrong), wrong[:3])


def main():
    seed = int(os.environ.get("FLOW_SEED") or random.SystemRandom().randrange(1 << 32))
    dice = random.Random(seed)
    print(f"     FLOW_SEED={seed}", flush=True)
    with copy(settings=SETTINGS) as c:
        rows = rows_make(dice)
        batch = Batch(c, c.path("names.csv"))
        prepare(c)
        base = orders(c)
        file_write(batch.path, rows)

        @case(f"a file of {ROWS} rows, bad ones among them, is done through {KILLS} kills, and tells each row's end")
        def _():
            began = time.monotonic()
            interrupted_runs(c, batch, dice, base)
            status, out, err = batch.finish()
            took = time.monotonic() - began
            good = sum(r.result == "done" for r in rows)
            assert status == 6, (status, out, err[-500:])
            assert f"{ROWS} rows: {good} done, {ROWS - good} failed" in out, out
            assert re.search(rf"\] {ROWS}/{ROWS}  {ROWS - good} failed  [\d.]+/s", err), err[-500:]
            results_right(rows, batch.results())
            print(f"     {ROWS} rows in {took:.1f} s, kills included: {ROWS / took:.1f} a second", flush=True)

        @case("no row was done twice: one order, one domain at the registry, one charge for each good row")
        def _():
            good = {r.name for r in rows if r.result == "done"}
            names = c.sql("SELECT name, COUNT(*) FROM orders WHERE kind = 'register' AND name NOT LIKE 'neighbour-%'"
                          " GROUP BY name", "fourways")
            twice = [n for n, k in names if k != "1"]
            assert not twice, twice
            assert {n for n, _ in names} == good | {r.name for r in rows if r.result == "failed"}
            assert {n for n in domains_at_registry(c) if n.startswith("batch-")} == good
            charged_once(c, rows)

        @case("each domain's registrant is the one of its row")
        def _():
            owners_right(c, rows)

        @case("the finished file once more changes nothing and says the same")
        def _():
            before, file = state(c), batch.result.read_bytes()
            status, out, _ = batch.finish()
            assert status == 6 and "had been ordered before" in out, (status, out)
            assert state(c) == before
            assert batch.result.read_bytes() == file

        @case("a file that cannot be read as a whole is refused before anything is ordered")
        def _():
            before = state(c)
            for text, words in [("", "is empty"), ("nme\nx.test\n", "unknown column 'nme'"), ("years\n1\n", "'name'"),
                                ("name,years\nx1.test,1\nx2.test,0\n", "line 3: years '0'"),
                                ("name,years\nx1.test,1\nx2.test\n", "line 3: 1 fields"),
                                ('name\n"x1.test\n', "line 2: a quoted field"),
                                ("name\n" + "x" * 70000 + "\n", "line 2: a field is longer")]:
                path = c.path("bad.csv")
                path.write_text(text)
                r = c.cli("batch", "register", path, check=False)
                assert r.returncode == 2 and words in r.stderr, (text[:40], r.returncode, r.stderr)
            assert state(c) == before

        @case("an uninterrupted file, for its rate")
        def _():
            more = [Row(i, f"batch-quick-{i}.test") for i in range(60)]
            quick = Batch(c, c.path("quick.csv"))
            file_write(quick.path, more)
            began = time.monotonic()
            status, out, err = quick.finish()
            took = time.monotonic() - began
            assert status == 0 and "60 rows: 60 done" in out, (status, out, err[-500:])
            print(f"     60 rows in {took:.1f} s: {60 / took:.1f} a second", flush=True)
    done()


if __name__ == "__main__":
    main()
