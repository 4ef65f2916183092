#!/usr/bin/env python3
# time-limit: 300
"""Many names from a file: planned, then applied through kill -9 of the command and of the registrar at moments drawn by
chance; all that a row can ask for; and plans that no longer hold.

FLOW_SEED=N repeats a run's moments; each run prints its seed.
"""
import collections
import csv
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from epp import Epp  # noqa: E402
from flow import *  # noqa: E402,F403
from flow import case, copy, done, domains_at_registry, local, wait_until  # noqa: E402

ROWS = 300
KILLS, REGISTRAR_KILLS = 6, 2
ORDERS_AT_ONCE = 16  # threads of the registrar
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
    bad += [lambda i, n=n: Row(i, f"rival-{n}.test", "refused", "not-available") for n in range(5)]
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
    """A file: planned, then its plan applied: started, watched, killed, started again."""

    def __init__(self, c, path):
        self.c, self.path = c, path
        self.plan_path = pathlib.Path(f"{path}.plan")
        self.result = pathlib.Path(f"{self.plan_path}.result.csv")

    def argv(self, *words):
        return [self.c.bin("fourways"), "--config", str(self.c.path("etc", "fourways.conf")), *map(str, words)]

    def run(self, *words):
        """(exit status, standard output, standard error)"""
        p = subprocess.run(self.argv(*words), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        return p.returncode, p.stdout, p.stderr

    def plan(self, *more):
        return self.run("batch", "plan", self.path, "-o", self.plan_path, *more)

    def start(self, *more):
        return subprocess.Popen(self.argv("batch", "apply", self.plan_path, *more), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                preexec_fn=local.dying_with_parent())

    def apply(self, *more):
        return self.run("batch", "apply", self.plan_path, *more)

    def results(self):
        with open(self.result, newline="") as f:
            return list(csv.DictReader(f))


def table_write(path, columns, rows):
    with open(path, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(columns)
        w.writerows(rows)


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
    assert [[r[k] for k in COLUMNS] for r in results] == [[str(f) for f in row.fields] for row in rows]
    wrong = [(i + 1, row.name, r) for i, (row, r) in enumerate(zip(rows, results))
             if (r["result"], r["code"]) != (row.result, row.code or "1000")]
    assert not wrong, (len(wrong), wrong[:5])
    for row, r in zip(rows, results):
        assert bool(r["reason"]) == (row.result != "done"), r
        assert bool(r["cltrid"]) == (row.result == "done"), r
    # without one: the registrar was killed while the answer came, and what had become of the command was asked
    unanswered = sum(row.result == "done" and not r["svtrid"] for row, r in zip(rows, results))
    assert unanswered <= REGISTRAR_KILLS * ORDERS_AT_ONCE, unanswered
    ids = [r["cltrid"] for r in results if r["cltrid"]]
    assert len(ids) == len(set(ids)), [i for i, n in collections.Counter(ids).items() if n > 1]


def charged_once(c, rows):
    good = {r.name: r.price for r in rows if r.result == "done"}
    posted = c.sql("SELECT o.name, o.state, COUNT(t.id), SUM(t.amount) FROM orders o JOIN ledger_transfer t"
                   " ON t.pending_id = o.hold_id AND t.kind = 'post' WHERE o.kind = 'register'"
                   " AND o.name NOT LIKE 'neighbour-%' GROUP BY o.id", "fourways")
    assert len(posted) == len(good), (len(posted), len(good))
    assert {n: int(a) for n, s, k, a in posted if s == "done" and k == "1"} == good
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


def bad_files(c, batch):
    for text, words in [("", "is empty"), ("nme\nx.test\n", "unknown column 'nme'"), ("years\n1\n", "'name'"),
                        ("name,years\nx1.test,1\nx2.test,0\n", "line 3: years '0'"),
                        ("name,years\nx1.test,1\nx2.test\n", "line 3: 1 fields"),
                        ('name\n"x1.test\n', "line 2: a quoted field"), ("name,name\na,b\n", "there twice"),
                        ("op,name\nsteal,x.test\n", "line 2: op 'steal' is none of register,"),
                        ("op,name,ns\nrenew,x.test,ns1.x.test\n", "line 2: ns says nothing to 'renew'"),
                        ("op,name,ds\nrenew,x.test,1 13 2 AB\n", "line 2: ds says nothing to 'renew'"),
                        ("op,name,token\nrenew,x.test,T\n", "line 2: token says nothing to 'renew'"),
                        ("name\n" + "x" * 70000 + "\n", "line 2: a field is longer")]:
        batch.path.write_text(text)
        status, _, err = batch.plan()
        assert status == 2 and words in err, (text[:40], status, err)
        assert not batch.plan_path.exists()


def bad_plans(c, batch):
    """Whatever is changed of a plan, it is no plan any more."""
    table_write(batch.path, ["name"], [["bad-plan.test"]])
    assert batch.plan()[0] == 0
    whole = batch.plan_path.read_text()
    for text in ["", whole[:-2], whole.replace('"price_minor":900', '"price_minor":1'), "\n".join(whole.split("\n")[1:]),
                 whole + whole]:
        assert text != whole
        batch.plan_path.write_text(text)
        status, _, err = batch.apply()
        assert status == 2 and "plan-damaged" in err, (text[-80:], status, err)
    batch.plan_path.write_text(whole)
    status, _, err = batch.run("--account", "neighbour", "batch", "apply", batch.plan_path)
    assert status == 2 and "plan-account" in err, (status, err)


def outdated_plans(c, batch):
    """Another price, expiry, or file: refused as a whole, and nothing is ordered."""
    table_write(batch.path, ["op", "name"], [["register", "later.test"], ["renew", "neighbour-9.test"]])
    planned = batch.plan()
    assert planned[0] == 0, planned
    before = state(c)
    admin = ["price", "set", "test", "register"]
    c.cli(*admin, "9.01", "EUR")
    status, _, err = batch.apply()
    assert status == 1 and "plan-outdated" in err and "cost 9.00 EUR when" in err and "9.01" in err, (status, err)
    c.cli(*admin, "9.00", "EUR")
    c.sql("UPDATE domain SET expires = expires + 86400000000 WHERE name = 'neighbour-9.test'", "fourways")
    status, _, err = batch.apply()
    assert status == 1 and "plan-outdated" in err and "neighbour-9.test was to expire" in err, (status, err)
    c.sql("UPDATE domain SET expires = expires - 86400000000 WHERE name = 'neighbour-9.test'", "fourways")
    text = batch.path.read_bytes()
    batch.path.write_bytes(text.replace(b"later", b"other"))
    status, _, err = batch.apply()
    assert status == 1 and "file-changed" in err, (status, err)
    assert state(c) == before, "something was ordered"
    batch.path.write_bytes(text)
    done = batch.apply()
    assert done[0] == 0, done


def spend_limited(c, batch):
    """Rows that would cost more stay for another time; a plan can be gone on with under another limit."""
    table_write(batch.path, ["name"], [[f"spend-{i}.test"] for i in range(6)])
    assert batch.plan()[0] == 0
    status, out, _ = batch.run("--json", "batch", "apply", batch.plan_path, "--max-spend", "30.00")
    said = json.loads(out)
    assert status == 6 and (said["done"], said["waiting"], said["spent"]) == (3, 3, "27.00 EUR"), said
    left = [r for r in batch.results() if r["result"] == "waiting"]
    assert len(left) == 3 and {r["code"] for r in left} == {"max-spend"}, left
    status, out, _ = batch.run("--json", "batch", "apply", batch.plan_path, "--max-spend", "30.00")
    assert status == 6 and json.loads(out)["ordered_before"] == 3, out
    status, out, _ = batch.run("--json", "batch", "apply", batch.plan_path)
    said = json.loads(out)
    assert status == 0 and (said["done"], said["spent"], said["rows"]) == (6, "54.00 EUR", 6), said


def outdated_when_begun(c, batch):
    """A plan that holds no more for its last rows says what came of the first, and that they are not to be planned again."""
    table_write(batch.path, ["name"], [[f"begun-{i}.test"] for i in range(4)])
    assert batch.plan()[0] == 0
    assert batch.apply("--max-spend", "20.00")[0] == 6
    before = state(c)
    batch.result.unlink()
    c.cli("price", "set", "test", "register", "9.01", "EUR")
    status, _, err = batch.apply()
    assert status == 1 and "plan-outdated" in err and "without the 2 rows that have been ordered" in err, (status, err)
    assert [r["result"] for r in batch.results()] == ["done", "done", "waiting", "waiting"], batch.results()
    assert state(c) == before, "something was ordered"
    c.cli("price", "set", "test", "register", "9.00", "EUR")
    assert batch.apply()[0] == 0


def spend_limited_through_kills(c, batch):
    """What a killed run has spent counts in the next."""
    table_write(batch.path, ["name"], [[f"limit-{i}.test"] for i in range(6)])
    assert batch.plan()[0] == 0
    limit, base = ("--jobs", "1", "--max-spend", "30.00"), orders(c)
    for n in (1, 2):
        p = batch.start(*limit)
        wait_until(f"{n} orders", lambda: orders(c) - base >= n or p.poll() is not None, 60, pause=0)
        p.kill()
        p.communicate()
    status, out, _ = batch.run("--json", "batch", "apply", batch.plan_path, *limit)
    said = json.loads(out)
    assert status == 6 and (said["done"], said["waiting"], said["spent"]) == (3, 3, "27.00 EUR"), said
    assert orders(c) - base == 3


def spend_limited_below_what_is_spent(c, batch):
    """Another limit, below what an earlier run has spent, holds back what costs something, and nothing else."""
    rows = [["register", f"less-{i}.test"] for i in range(80)] + [["lock", "spend-0.test"]]
    table_write(batch.path, ["op", "name"], rows)
    assert batch.plan()[0] == 0
    base = orders(c)
    p = batch.start("--jobs", "1")
    wait_until("an order", lambda: orders(c) > base or p.poll() is not None, 60, pause=0)
    p.kill()
    p.communicate()
    assert 0 < orders(c) - base < len(rows), "killed too late to show anything"
    status, _, _ = batch.run("--json", "batch", "apply", batch.plan_path, "--max-spend", "1.00")
    results = batch.results()
    assert status == 6 and results[-1]["result"] == "done", (status, results[-1])
    assert "max-spend" in {r["code"] for r in results[:-1]}, [r["code"] for r in results]


def registry_fees(c, batch):
    """What the registry will charge is in the plan; a name for which it wants more than our price is not ordered."""
    table_write(batch.path, ["op", "name", "years"], [["register", "plain.test", "2"], ["register", "gold.test", "1"],
                                                      ["renew", "op-a.test", "1"], ["lock", "op-a.test", ""]])
    status, out, err = batch.run("--json", "batch", "plan", batch.path, "-o", batch.plan_path)
    said = json.loads(out)
    (ours, [gold]) = (said["registry_fees"], said["premium_first"])
    assert status == 6 and said["possible"] == 3 and said["premium"] == 1, said
    assert gold["name"] == "gold.test" and gold["registry_fee"] == "500.00 EUR", said
    assert gold["code"] == "registry-price-above" and "a premium name" in gold["reason"], said
    per_year = c.sql("SELECT create_price, renew_price, currency FROM tld WHERE name = 'test'", "fourways_sandbox")[0]
    cents = int(per_year[0]) + 2 * int(per_year[1])
    assert ours == [f"{cents / 100:.2f} {per_year[2]}"], (ours, per_year)
    status, out, err = batch.plan()
    assert "premium names, with the registry's price:\n  line 3 " in out and "500.00 EUR" in out, out
    assert f"the registries charge us {ours[0]} for 2 of them" in out, out


def persons_called(c, batch):
    """Orders that need a person are shown and counted, not waited for; when that is mended the plan is gone on with."""
    table_write(batch.path, ["op", "name"], [["register", f"stuck-{i}.test"] for i in range(3)] +
                [["check", "stuck-9.test"]])
    assert batch.plan()[0] == 0
    [[money]] = c.sql("SELECT balance FROM registrar WHERE id = 'fourways'", "fourways_sandbox")
    c.sql("UPDATE registrar SET balance = 0 WHERE id = 'fourways'", "fourways_sandbox")
    try:
        status, out, err = batch.apply()
    finally:
        c.sql(f"UPDATE registrar SET balance = {money} WHERE id = 'fourways'", "fourways_sandbox")
    assert status == 6 and "1 done, 0 failed, 0 refused, 3 need a person" in out, (status, out, err)
    assert "stuck-0.test: order " in out and "run the same again" in out, out
    assert [r["result"] for r in batch.results()] == ["needs_person"] * 3 + ["done"], batch.results()
    assert all(r["code"] == "needs-person" and "2104" in r["reason"] for r in batch.results()[:3]), batch.results()
    c.sql("UPDATE orders SET next_run = 0 WHERE live = 1 AND lease_token = 0 AND name LIKE 'stuck-%'", "fourways")
    wait_until("the orders went on", lambda: orders(c, "name LIKE 'stuck-%' AND state = 'done'") == 3, 30)
    status, out, err = batch.apply()
    assert status == 0 and "4 rows: 4 done" in out, (status, out, err)


def person_beside(c, batch):
    """A person's registration passes those of a batch."""
    n = 150
    table_write(batch.path, ["name"], [[f"beside-{i}.test"] for i in range(n)])
    assert batch.plan()[0] == 0
    base, p = orders(c), batch.start()
    wait_until("the batch is at it", lambda: orders(c) - base >= n // 3 or p.poll() is not None, 60, pause=0)
    began = time.monotonic()
    c.cli("domain", "register", "person.test", *[x for f in local.DEMO_CONTACT for x in ("--contact", f)])
    took = time.monotonic() - began
    [[behind]] = c.sql("SELECT COUNT(*) FROM orders WHERE batch = 1 AND name LIKE 'beside-%' AND (live = 1 OR finished >"
                       " (SELECT finished FROM orders WHERE name = 'person.test'))", "fourways")
    out, err = p.communicate(timeout=120)
    assert p.returncode == 0, (p.returncode, out, err)
    [[placed]] = c.sql("SELECT COUNT(*) FROM orders b JOIN orders o ON o.name = 'person.test' WHERE b.name LIKE 'beside-%'"
                       " AND b.created < o.created AND b.finished > o.finished", "fourways")
    print(f"     {took:.2f} s beside a batch; {placed} rows that came before it ended after it", flush=True)
    assert int(placed) > 0 and int(behind) > 0, (placed, behind)
    assert c.sql("SELECT COUNT(*) FROM orders WHERE batch = 1 AND name = 'person.test'", "fourways") == [["0"]]


def interrupted_by_hand(c, batch):
    """Ctrl-C: what is under way goes on by itself, the rest is there for the next run."""
    table_write(batch.path, ["name"], [[f"hand-{i}.test"] for i in range(60)])
    assert batch.plan()[0] == 0
    base, p = orders(c), batch.start("--jobs", "1")
    wait_until("some orders", lambda: orders(c) - base >= 5 or p.poll() is not None, 60, pause=0)
    p.send_signal(signal.SIGINT)
    out, err = p.communicate(timeout=60)
    assert p.returncode == 6 and "run the same again for the rest" in out, (p.returncode, out, err)
    placed = orders(c) - base
    assert 5 <= placed < 60, placed
    assert collections.Counter(r["result"] for r in batch.results())["waiting"] == 60 - placed
    status, out, err = batch.apply()
    assert status == 0 and f"{placed} had been ordered before" in out, (status, out, err)
    assert orders(c) - base == 60


def two_at_once(c, batch):
    table_write(batch.path, ["name"], [[f"twice-{i}.test"] for i in range(40)])
    assert batch.plan()[0] == 0
    p = batch.start()
    wait_until("the first holds the plan", lambda: batch.result.exists() or p.poll() is not None, 60, pause=0)
    status, _, err = batch.apply()
    out, first = p.communicate(timeout=60)
    assert p.returncode == 0, (out, first)
    assert status == 0 or "plan-in-use" in err, (status, err)


def at_registry(c, name, table="domain"):
    return c.sql(f"SELECT * FROM {table} WHERE name = '{name}'", "fourways_sandbox")


EVERYTHING = ["op", "name", "years", "ns", "lock", "authinfo", "registrant", "ds"]
DS = "12345 13 2 2bb183af5f22588179a53b0a98631fad1a292118b83c0c1e4e2a6a1d9c4f7e10"


def every_op(c, batch):
    """One row of each kind, in the order of the file where two are about one name."""
    with Epp(c, "rival") as rival:
        rival.logged_in()
        rival.create_domain("moving.test", "rival-1", authinfo="Moving-Auth-1")
        rows = [
            ["register", "op-new.test", "2", "", "", "", "Somebody New"], ["renew", "op-a.test", "3", "", "", "", ""],
            ["ns", "op-a.test", "", "ns1.example.net ns2.example.net", "", "", ""],
            ["lock", "op-b.test", "", "", "transfer delete", "", ""],
            ["authinfo", "op-c.test", "", "", "", "New-Auth-77-of-theirs", ""],
            ["contacts", "op-d.test", "", "", "", "", "Other Person"], ["delete", "op-e.test", "", "", "", "", ""],
            ["check", "op-free.test", "", "", "", "", ""], ["check", "rival-1.test", "", "", "", "", ""],
            ["transfer", "moving.test", "", "", "", "Moving-Auth-1", ""]]
        table_write(batch.path, EVERYTHING, [r + [""] for r in rows] + [["ds", "op-d.test"] + [""] * 5 + [DS]])
        status, out, _ = batch.run("--json", "batch", "plan", batch.path, "-o", batch.plan_path)
        said = json.loads(out)
        assert status == 0 and said["possible"] == 11 and said["spend"] == "54.00 EUR" and said["enough"], said
        assert "Moving-Auth" not in batch.plan_path.read_text()
        p = batch.start()
        wait_until("the transfer is pending", lambda: rival.transfer("moving.test", "query")[0] == 1000, 30)
        code, text = rival.transfer("moving.test", "approve")
        assert code == 1000, text
        out, err = p.communicate(timeout=60)
    results = {(r["op"], r["name"]): r for r in batch.results()}
    assert p.returncode == 0, (p.returncode, out, err, [r for r in results.values() if r["result"] != "done"])
    assert results["check", "op-free.test"]["code"] == "available", results
    assert results["check", "rival-1.test"]["code"] == "not-available", results
    assert batch.result.stat().st_mode & 0o077 == 0
    assert "Moving-Auth" not in batch.result.read_text() and "New-Auth" not in batch.result.read_text()


def restored(c, batch):
    """Deleted behind its first days, asked back: with a zone of its own again, paid, and only by who had it."""
    for schema, column in [("fourways_sandbox", "created")]:
        c.sql(f"UPDATE domain SET {column} = {column} - 864000000000 WHERE name = 'op-b.test'", schema)
    table_write(batch.path, ["op", "name", "lock"], [["unlock", "op-b.test", "transfer delete"],
                                                     ["delete", "op-b.test", ""]])
    assert batch.plan()[0] == 0
    status, out, err = batch.apply()
    assert status == 0, (out, err, batch.results())
    table_write(batch.path, ["op", "name"], [["restore", "op-b.test"]])
    status, _, err = batch.run("--account", "neighbour", "batch", "plan", batch.path, "-o", batch.plan_path)
    assert status == 6 and "not-restorable" in batch.plan_path.read_text(), (status, err)
    status, out, err = batch.plan()
    assert status == 0 and "60.00 EUR" in out, (status, out, err)
    status, out, err = batch.apply()
    assert status == 0, (out, err, batch.results())
    info = json.loads(c.cli("--json", "domain", "info", "op-b.test").stdout)
    assert info["state"] == "active" and len(info["ns"]) == 4 and "pendingDelete" not in info["statuses"], info


def everything_there(c):
    info = {n: json.loads(c.cli("--json", "domain", "info", n).stdout)
            for n in ("op-new.test", "op-a.test", "op-b.test", "op-d.test", "moving.test")}
    years = {n: int(i["expires"][:4]) - int(i["created"][:4]) for n, i in info.items()}
    assert (years["op-new.test"], years["op-a.test"]) == (2, 4), years
    assert sorted(info["op-a.test"]["ns"]) == ["ns1.example.net", "ns2.example.net"], info["op-a.test"]
    assert {"clientTransferProhibited", "clientDeleteProhibited"} <= set(info["op-b.test"]["statuses"]), info
    assert info["moving.test"]["sponsor"] == "fourways"
    with Epp(c) as us:
        us.logged_in()
        assert "<domain:pw>New-Auth-77-of-theirs</domain:pw>" in us.command(
            '<info><domain:info xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"><domain:name>op-c.test</domain:name>'
            "</domain:info></info>")[1]
    people = dict(c.sql("SELECT d.name, k.name FROM domain d JOIN contact k ON k.id = d.contact_id"
                        " WHERE d.name LIKE 'op-%'", "fourways"))
    assert people["op-d.test"] == "Other Person" and people["op-new.test"] == "Somebody New", people
    ds = c.sql("SELECT d.name, s.key_tag, s.alg, s.digest_type, LOWER(HEX(s.digest)) FROM domain_ds s JOIN domain d"
               " ON d.id = s.domain_id", "fourways_sandbox")
    assert ds == [["op-d.test"] + DS.split()], ds
    gone = c.sql("SELECT state FROM domain WHERE name = 'op-e.test'", "fourways")
    assert gone == [["released"]], gone
    secrets = c.sql("SELECT COUNT(*) FROM orders WHERE secret IS NOT NULL", "fourways")
    assert secrets == [["0"]], secrets


def main():
    seed = int(os.environ.get("FLOW_SEED") or random.SystemRandom().randrange(1 << 32))
    dice = random.Random(seed)
    print(f"     FLOW_SEED={seed}", flush=True)
    with copy(settings=SETTINGS) as c:
        rows = rows_make(dice)
        batch = Batch(c, c.path("names.csv"))
        prepare(c)
        base = orders(c)
        table_write(batch.path, COLUMNS, [r.fields for r in rows])

        @case(f"a file of {ROWS} rows is planned: totals, the worst rows, what would be spent; nothing is ordered")
        def _():
            good = [r for r in rows if r.result == "done"]
            status, out, err = batch.plan()
            assert status == 6 and orders(c) == base, (status, err)
            assert f"{ROWS} rows, {len(good)} can be done, {ROWS - len(good)} cannot" in out, out
            assert f"{sum(r.price for r in good) / 100:.2f} EUR" in out and "cannot be done:\n  line " in out, out

        @case(f"the plan is applied through {KILLS} kills, and tells each row's end")
        def _():
            began = time.monotonic()
            interrupted_runs(c, batch, dice, base)
            status, out, err = batch.apply()
            took = time.monotonic() - began
            good = sum(r.result == "done" for r in rows)
            assert status == 6, (status, out, err[-500:])
            assert f"{ROWS} rows: {good} done, 0 failed, {ROWS - good} refused" in out, out
            assert re.search(rf"\] {ROWS}/{ROWS}  [\d.]+ rows/s\n$", err) and "\r" not in err, err[-500:]
            results_right(rows, batch.results())
            print(f"     {ROWS} rows in {took:.1f} s, kills included: {ROWS / took:.1f} a second", flush=True)

        @case("no row was done twice: one order, one domain at the registry, one charge for each good row")
        def _():
            good = {r.name for r in rows if r.result == "done"}
            names = c.sql("SELECT name, COUNT(*) FROM orders WHERE kind = 'register' AND name NOT LIKE 'neighbour-%'"
                          " GROUP BY name", "fourways")
            twice = [n for n, k in names if k != "1"]
            assert not twice, twice
            assert {n for n, _ in names} == good
            assert {n for n in domains_at_registry(c) if n.startswith("batch-")} == good
            charged_once(c, rows)

        @case("each domain's registrant is the one of its row")
        def _():
            owners_right(c, rows)

        @case("the finished plan once more changes nothing and says the same")
        def _():
            before, file = state(c), batch.result.read_bytes()
            status, out, _ = batch.apply()
            assert status == 6 and "had been ordered before" in out, (status, out)
            assert state(c) == before
            assert batch.result.read_bytes() == file

        @case("a file that cannot be read as a whole is refused")
        def _():
            bad_files(c, Batch(c, c.path("bad.csv")))

        @case("a plan that was changed, cut or is another's is refused")
        def _():
            bad_plans(c, Batch(c, c.path("bad-plan.csv")))

        first = Batch(c, c.path("first.csv"))
        table_write(first.path, ["name"], [[f"op-{x}.test"] for x in "abcde"] + [["neighbour-9.test"]])
        assert first.plan()[0] == 0
        assert first.apply()[0] == 0

        @case("a plan whose prices, expiry dates or file have changed is refused as a whole")
        def _():
            outdated_plans(c, Batch(c, c.path("outdated.csv")))

        @case("no more is spent than --max-spend allows, and the rest can be done later")
        def _():
            spend_limited(c, Batch(c, c.path("spend.csv")))

        @case("a plan that was begun and holds no more says what it has done")
        def _():
            outdated_when_begun(c, Batch(c, c.path("begun.csv")))

        @case("what a killed run has spent counts in the next")
        def _():
            spend_limited_through_kills(c, Batch(c, c.path("limit.csv")))

        @case("a limit below what is spent holds back only what costs something")
        def _():
            spend_limited_below_what_is_spent(c, Batch(c, c.path("less.csv")))

        @case("what the registry charges is in the plan, and premium names stand out")
        def _():
            registry_fees(c, Batch(c, c.path("fees.csv")))

        @case("orders that need a person are shown and not waited for, and gone on with when that is mended")
        def _():
            persons_called(c, Batch(c, c.path("stuck.csv")))

        @case("a person's registration passes the rows of a batch that runs")
        def _():
            person_beside(c, Batch(c, c.path("beside.csv")))

        @case("Ctrl-C leaves a plan that can be gone on with")
        def _():
            interrupted_by_hand(c, Batch(c, c.path("hand.csv")))

        @case("a plan is applied by one process at a time")
        def _():
            two_at_once(c, Batch(c, c.path("twice.csv")))

        @case("a row of each kind is done")
        def _():
            every_op(c, Batch(c, c.path("ops.csv")))

        @case("and registry and database show it")
        def _():
            everything_there(c)

        @case("a deleted domain is restored, and only for who had it")
        def _():
            restored(c, Batch(c, c.path("restore.csv")))

        @case("the books balance, and nothing needs a person")
        def _():
            assert "balance" in c.cli("ledger", "audit").stdout
            assert c.sql("SELECT COUNT(*) FROM orders WHERE live = 1 OR needs_person = 1", "fourways") == [["0"]]
    done()


if __name__ == "__main__":
    main()
