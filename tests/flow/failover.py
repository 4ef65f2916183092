#!/usr/bin/env python3
"""MariaDB dies for good, and a second one takes its place: the name servers follow it by themselves."""
import json
import pathlib
import subprocess
import sys
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from flow import Trouble, case, copy, dig, done, local, servers, wait_until  # noqa: E402

CONTACT = [x for field in local.DEMO_CONTACT for x in ("--contact", field)]
NAME = "www.stay.test"


class Second(local.Copy):
    """A database beside another copy's, and the command line over it; no other process."""

    def __init__(self, first):
        super().__init__(first.path("second"), first.out, first.base, tied=True)
        self.first = first

    def fill(self, *databases):
        """With what is in the first one now."""
        argv = ["mariadb-dump", "--no-defaults", f"--socket={self.first.socket}", "-u", self.db_root(),
                "--single-transaction", "--hex-blob", "--routines", "--add-drop-database", "--databases", *databases]
        r = subprocess.run(argv, capture_output=True, text=True)
        if r.returncode != 0:
            raise Trouble(f"mariadb-dump: {r.stderr}")
        self.sql(r.stdout)

    def begin(self):
        self.prepare()
        for path in self.first.path("secrets").iterdir():
            self.path("secrets", path.name).write_bytes(path.read_bytes())
        self.configure()
        self.start_mariadb()
        self.sql("".join(f"CREATE USER '{user}'@'localhost' IDENTIFIED BY '{self.quoted(user)}';\n"
                         for user in local.USERS))
        self.fill("fourways", "fourways_sandbox")
        self.sql((local.ROOT / "sql" / "grants.sql").read_text(), "fourways")


def value(addr, name=NAME):
    return sorted(line.split()[-1] for line in dig(addr, name, "A")[2]["ANSWER"])


def all_answer(c, address, name=NAME):
    return all(value(a, name) == [address] for a in servers(c))


def metric(c, i, name):
    with urllib.request.urlopen(f"http://{c.addr('dns_metrics', i)}/metrics", timeout=5) as r:
        return int(next(line.split()[-1] for line in r.read().decode().splitlines() if line.startswith(name + " ")))


def synced(c, zone="stay.test"):
    """Servers that have told this database the zone's newest version."""
    return c.sql("SELECT COUNT(*) FROM zone_served v JOIN zone z ON z.id = v.zone_id AND z.version = v.version"
                 f" WHERE z.name = '{zone}'", "fourways")[0][0] == "4"


def main():
    with copy(start=False) as c:
        second = Second(c)
        c.settings = {"dns": {"db-standby": ["/nonexistent/socket", second.socket]}}
        try:
            run(c, second)
        finally:
            second.stop()
    done()


def run(c, second):
    c.start()
    c.cli("domain", "register", "stay.test", *CONTACT)
    c.cli("record", "set", "stay.test", "www", "A", 60, "192.0.2.1")
    second.begin()

    @case("the first database is killed: the second is followed within a second, by all four")
    def _():
        began = time.monotonic()
        c.procs["mariadbd"].kill()
        wait_until("all at the second", lambda: all(
            f"connected to the database at {second.socket}" in c.log_path(f"dns-{i}").read_text()
            for i in range(local.COLUMNS)), 10)
        took = time.monotonic() - began
        print(f"# the second is followed after {took:.2f} s")
        assert took < (1 if "san" not in str(c.out) else 5), took

    @case("a change made there is answered by all, and in sync")
    def _():
        second.cli("record", "set", "stay.test", "www", "A", 60, "192.0.2.2")  # waits until all have reported
        assert all_answer(c, "192.0.2.2")
        wait_until("all zones told", lambda: all(
            x["behind"] == 0 for x in json.loads(second.cli("--json", "server", "list").stdout)["servers"]))

    @case("when the first is back, older by that change, nobody goes back to it")
    def _():
        c.start_mariadb()
        c.cli("record", "set", "stay.test", "www", "A", 60, "192.0.2.99", "--no-wait")
        second.cli("record", "set", "stay.test", "www", "A", 60, "192.0.2.3")
        assert all_answer(c, "192.0.2.3")

    @case("the second dies, and the first is older: what is served stays, and the older version is not reported")
    def _():
        before = c.sql("SELECT version FROM zone WHERE name = 'stay.test'", "fourways")
        assert before < second.sql("SELECT version FROM zone WHERE name = 'stay.test'", "fourways")
        second.procs["mariadbd"].kill()
        wait_until("all at the first", lambda: all(metric(c, i, "fourways_dns_zones_stuck") == 1
                                                   for i in range(local.COLUMNS)), 10)
        assert all_answer(c, "192.0.2.3")
        assert not synced(c)
        assert "older than what is served" in c.log_path("dns-0").read_text()

    @case("its next change has the version that is served: it is followed for what it is, and in sync")
    def _():
        c.cli("record", "set", "stay.test", "other", "A", 60, "192.0.2.4")
        assert all_answer(c, "192.0.2.4", "other.stay.test")
        assert all_answer(c, "192.0.2.99"), [value(a) for a in servers(c)]
        assert all(metric(c, i, "fourways_dns_zones_stuck") == 0 for i in range(local.COLUMNS))

    @case("a name server that is killed has kept that without any database")
    def _():
        c.procs["mariadbd"].kill()
        c.procs["dns-1"].kill()
        c.start_program("dns-1")
        assert value(c.dns_listen(1)[0]) == ["192.0.2.99"]
        assert value(c.dns_listen(1)[0], "other.stay.test") == ["192.0.2.4"]

    @case("a db-standby that is no address is refused by name")
    def _():
        conf = c.path("etc", "wrong.conf")
        conf.write_text(c.path("etc", "dns-0.conf").read_text() + "db-standby = db2.example\n")
        r = subprocess.run([c.bin("fourways-dns"), "--config", str(conf)], capture_output=True, text=True, timeout=20)
        assert r.returncode != 0 and "db-standby" in r.stderr and "db2.example" in r.stderr, r


if __name__ == "__main__":
    main()
