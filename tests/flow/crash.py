#!/usr/bin/env python3
# time-limit: 1500
"""The crash matrix: each process is killed (-9) before and after every step of a registration, and at every point of
each EPP command; afterwards there is one domain at the registry, one posted charge, and the zone is in sync.

The registrar kills itself at the point (FOURWAYS_BREAK=…=KILL). For the other processes it stops itself there
(=STOP); the victim is killed, started again, and the registrar goes on.

With FOURWAYS_CRASH=sample in the environment every fourth pair of point and other victim is taken, each victim at
other points; the registrar is killed at every point all the same. For the slow builds of .ci/run.
"""
import itertools
import os
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from flow import *  # noqa: E402,F403
from flow import Trouble, case, copy, dig, done, servers, wait_until  # noqa: E402

STEPS = ["check", "contacts", "zone", "publish", "in-sync", "create", "verify", "capture"]
POINTS = [f"step:{s}:{when}" for s in STEPS for when in ("before", "after")]
EPP_POINTS = [f"epp:{verb}:{when}" for verb in ("contact-create", "host-create", "domain-create")
              for when in ("intent", "sent", "answered")]
VICTIMS = ["registrar", "sandbox", "mariadbd", "dns-0", "web"]
SETTINGS = {"registrar": {"order-threads": 2, "idle-ms": 50, "epp-timeout-ms": 5000, "lease-s": 5},
            "dns": {}}
number = itertools.count(1)


def restart(c, name, env=None):
    if name == "mariadbd":
        c.start_mariadb()
    else:
        c.start_program(name, env=env)


def stopped(pid):
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "T"


def registrar_with(c, break_at):
    c.procs["registrar"].stop()
    restart(c, "registrar", env={"FOURWAYS_BREAK": break_at})


def outcome(c, name):
    """What the promise is about, in one look."""
    orders = c.sql(f"SELECT id, state, error_code, error_text, zone_id FROM orders WHERE name = '{name}'", "fourways")
    assert len(orders) == 1, orders
    oid, state, code, text, zone = orders[0]
    assert state == "done", (state, code, text)
    assert c.sql(f"SELECT COUNT(*) FROM domain WHERE name = '{name}'", "fourways_sandbox") == [["1"]]
    posted = c.sql(f"SELECT COUNT(*), SUM(t.amount) FROM ledger_transfer t JOIN orders o ON o.hold_id = t.pending_id"
                   f" WHERE o.id = {oid} AND t.kind = 'post'", "fourways")
    assert posted == [["1", "900"]], posted
    voided = c.sql(f"SELECT COUNT(*) FROM ledger_transfer t JOIN orders o ON o.hold_id = t.pending_id"
                   f" WHERE o.id = {oid} AND t.kind = 'void'", "fourways")
    assert voided == [["0"]], voided
    late = c.sql(f"SELECT COUNT(*) FROM dns_server d JOIN zone z ON z.id = {zone} LEFT JOIN zone_served s"
                 f" ON s.server_id = d.id AND s.zone_id = z.id WHERE COALESCE(s.version, 0) < z.version", "fourways")
    assert late == [["0"]], late


def answers(c, name):
    for addr in servers(c):
        status, flags, sections = dig(addr, name, "SOA")
        assert status == "NOERROR" and "aa" in flags and sections["ANSWER"], (addr, status, flags)


def ended(c, name):
    try:
        rows = c.sql(f"SELECT state FROM orders WHERE name = '{name}'", "fourways")
    except Trouble:
        return False
    return rows and rows[0][0] in ("done", "failed")


def place(c, name):
    c.cli("domain", "register", name, "--no-wait", "--key", f"crash-{name}",
          *[x for field in local.DEMO_CONTACT for x in ("--contact", field.replace("Demo", name))])


def kill_itself(c, point):
    """The registrar dies at the point and comes back."""
    name = f"crash-{next(number)}.test"
    registrar_with(c, f"{point}=KILL")
    place(c, name)
    wait_until(f"the registrar died at {point}", lambda: not c.procs["registrar"].alive(), 30)
    assert c.procs["registrar"].popen.returncode == -signal.SIGKILL
    restart(c, "registrar")
    wait_until(f"{name} ended", lambda: ended(c, name), 60)
    outcome(c, name)
    answers(c, name)


def kill_other(c, point, victim):
    """The registrar stops at the point; the victim dies and comes back; the registrar goes on."""
    name = f"crash-{next(number)}.test"
    registrar_with(c, f"{point}=STOP")
    registrar = c.procs["registrar"]
    place(c, name)
    wait_until(f"the registrar stopped at {point}", lambda: stopped(registrar.popen.pid), 30)
    c.procs[victim].kill()
    if victim == "mariadbd":
        registrar.signal(signal.SIGCONT)  # it must bear MariaDB's absence, not only its return
        restart(c, victim)
    else:
        restart(c, victim)
        registrar.signal(signal.SIGCONT)
    wait_until(f"{name} ended", lambda: ended(c, name), 60)
    outcome(c, name)
    answers(c, name)


def main():
    with copy(settings=SETTINGS) as c:
        wait_until("the name servers' domains are registered", lambda: c.sql(
            "SELECT COUNT(*) FROM orders WHERE kind = 'infra' AND state = 'done'", "fourways") == [["4"]], 60)
        for point in POINTS + EPP_POINTS:
            case(f"registrar killed at {point}")(lambda: kill_itself(c, point))
        every = 4 if os.environ.get("FOURWAYS_CRASH") == "sample" else 1
        for i, point in enumerate(POINTS):
            for victim in [v for j, v in enumerate(VICTIMS[1:]) if (i + i // 4 + j) % every == 0]:
                case(f"{victim} killed while the registrar is at {point}")(lambda: kill_other(c, point, victim))

        @case("the books balance after all of it, and every domain has one finished order")
        def _():
            c.cli("ledger", "audit")
            theirs = {r[0] for r in c.sql("SELECT name FROM domain WHERE name LIKE 'crash-%'", "fourways_sandbox")}
            ours = {r[0] for r in c.sql("SELECT name FROM domain WHERE state = 'active' AND name LIKE 'crash-%'",
                                        "fourways")}
            orders = {r[0] for r in c.sql("SELECT name FROM orders WHERE state = 'done' AND name LIKE 'crash-%'",
                                          "fourways")}
            assert theirs == ours == orders, (theirs ^ ours, ours ^ orders)
    done()


if __name__ == "__main__":
    main()
