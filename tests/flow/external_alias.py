#!/usr/bin/env python3
# time-limit: 120
"""Aliases to names elsewhere: from the command line and the API to the answers, through a resolver that changes its mind,
fails, dies, and comes back."""
import pathlib
import re
import sys
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from flow import *  # noqa: E402,F403
from flow import Api, COLUMNS, case, copy, dig, done, servers, wait_until  # noqa: E402
from upstream import Upstream  # noqa: E402

ZONE = "shop.test"
SERVFAIL = ("SERVFAIL", [])


def answer(addr, name, rtype="A"):
    """(rcode, values) and, where there is data, one TTL for all of it."""
    status, _, sections = dig(addr, name, rtype)
    rows = [line.split() for line in sections["ANSWER"]]
    assert all(r[0] == f"{name}." and r[3] == rtype for r in rows), rows
    assert all(5 <= int(r[1]) <= 60 for r in rows), rows
    return status, sorted(r[4] for r in rows)


def all_answer(c, name, rtype, rcode, *values):
    want = (rcode, sorted(values))
    return [a for a in servers(c) if answer(a, name, rtype) != want] == []


def soon(c, what, name, rtype, rcode, *values, timeout=5):
    wait_until(f"{what}: {name} {rtype} is {rcode} {values}", lambda: all_answer(c, name, rtype, rcode, *values), timeout)


def metric(c, i, name):
    text = urllib.request.urlopen(f"http://{c.addr('dns_metrics', i)}/metrics", timeout=5).read().decode()
    found = re.search(rf"^fourways_dns_external_{re.escape(name)} (\S+)", text, re.M)
    assert found, f"no metric {name}"
    return int(float(found.group(1)))


def resolving(c, up):
    @case("an alias at the apex to a load balancer elsewhere answers with its addresses, at all four servers")
    def _():
        up.addresses("lb.far.net", "A", 300, "192.0.2.2", "192.0.2.1")
        up.addresses("lb.far.net", "AAAA", 20, "2001:db8::1")
        c.cli("record", "alias", ZONE, "@", "A", "lb.far.net")
        c.cli("record", "alias", ZONE, "@", "AAAA", "lb.far.net")
        soon(c, "resolved", ZONE, "A", "NOERROR", "192.0.2.1", "192.0.2.2")
        soon(c, "resolved", ZONE, "AAAA", "NOERROR", "2001:db8::1")
        assert "alias of lb.far.net (elsewhere)" in c.cli("zone", "show", ZONE).stdout

    @case("the API takes and shows one, and several aliases of one target share one resolution")
    def _():
        up.addresses("shared.far.net", "A", 300, "192.0.2.9")
        changes = [{"action": "create", "name": n, "type": "A", "alias": {"target": "shared.far.net"}}
                   for n in ("a", "b", "*.c")]
        status, body, _ = Api(c).call("POST", f"/v1/zones/{ZONE}/changes", {"changes": changes})
        assert status == 202, body
        for name in ("a", "b", "any.c"):
            soon(c, "resolved", f"{name}.{ZONE}", "A", "NOERROR", "192.0.2.9")
        assert up.asked["shared.far.net", "A"] == COLUMNS, up.asked
        records = Api(c).call("GET", f"/v1/zones/{ZONE}/records")[1]["records"]
        assert {"name": f"b.{ZONE}", "type": "A", "alias": {"target": "shared.far.net", "external": True}} in records

    @case("the CNAMEs of the target are followed and not shown")
    def _():
        up.cname("cdn.far.net", 60, "edge.cdn.example")
        up.cname("edge.cdn.example", 60, "pop7.cdn.example")
        up.addresses("pop7.cdn.example", "A", 60, "192.0.2.77")
        c.cli("record", "alias", ZONE, "www", "A", "cdn.far.net")
        soon(c, "resolved", f"www.{ZONE}", "A", "NOERROR", "192.0.2.77")

    @case("a target that does not exist is no data, with the zone's SOA")
    def _():
        up.says("gone.far.net", "A", "nxdomain")
        c.cli("record", "alias", ZONE, "gone", "A", "gone.far.net")
        soon(c, "resolved", f"gone.{ZONE}", "A", "NOERROR")
        status, flags, sections = dig(servers(c)[0], f"gone.{ZONE}", "A")
        assert "aa" in flags and sections["AUTHORITY"][0].split()[3] == "SOA", sections

    @case("what was never resolved is SERVFAIL, told by the log once and by the metrics")
    def _():
        up.says("broken.far.net", "A", "servfail")
        up.says("mute.far.net", "A", "silence")
        c.cli("record", "alias", ZONE, "broken", "A", "broken.far.net")
        c.cli("record", "alias", ZONE, "mute", "A", "mute.far.net")
        assert all_answer(c, f"broken.{ZONE}", "A", "SERVFAIL") and all_answer(c, f"mute.{ZONE}", "A", "SERVFAIL")
        for i in range(COLUMNS):
            wait_until("both have failed", lambda i=i: metric(c, i, "failing") == 2, 12)
            assert metric(c, i, "unresolved") == 2 and metric(c, i, "refreshes_total{result=\"failed\"}") >= 2
            assert c.log_path(f"dns-{i}").read_text().count("broken.far.net A: ") == 1


def changing(c, up):
    @case("a change of the target's addresses is followed before its TTL has passed twice")
    def _():
        up.addresses("moves.far.net", "A", 1, "192.0.2.10")
        c.cli("record", "alias", ZONE, "moves", "A", "moves.far.net")
        soon(c, "resolved", f"moves.{ZONE}", "A", "NOERROR", "192.0.2.10")
        up.addresses("moves.far.net", "A", 1, "192.0.2.11", "192.0.2.12")
        soon(c, "followed", f"moves.{ZONE}", "A", "NOERROR", "192.0.2.11", "192.0.2.12", timeout=7)
        # a TTL of one second is no reason to ask every second
        assert up.asked["moves.far.net", "A"] <= 3 * COLUMNS, up.asked


def outage(c, up):
    @case("with the resolver dead the last good answers stay")
    def _():
        up.stop()
        for i in range(COLUMNS):  # broken and mute fail already
            wait_until("a refresh fails", lambda i=i: metric(c, i, "failing") >= 3, 12)
            wait_until("its age shows", lambda i=i: metric(c, i, "stale_seconds") >= 1, 3)
        assert all_answer(c, f"moves.{ZONE}", "A", "NOERROR", "192.0.2.11", "192.0.2.12")
        assert all_answer(c, ZONE, "AAAA", "NOERROR", "2001:db8::1")

    @case("name servers killed with the resolver and MariaDB gone come back with all of them at once")
    def _():
        c.procs["mariadbd"].kill()
        for i in range(COLUMNS):
            c.procs[f"dns-{i}"].kill()
            c.start_program(f"dns-{i}")
        assert all_answer(c, ZONE, "A", "NOERROR", "192.0.2.1", "192.0.2.2")
        assert all_answer(c, ZONE, "AAAA", "NOERROR", "2001:db8::1")
        assert all_answer(c, f"any.c.{ZONE}", "A", "NOERROR", "192.0.2.9")
        assert all_answer(c, f"gone.{ZONE}", "A", "NOERROR")
        assert all_answer(c, f"moves.{ZONE}", "A", "NOERROR", "192.0.2.11", "192.0.2.12")
        assert all_answer(c, f"broken.{ZONE}", "A", "SERVFAIL")

    @case("when the resolver is back its news is answered, MariaDB or not")
    def _():
        up.addresses("moves.far.net", "A", 1, "192.0.2.13")
        up.addresses("broken.far.net", "A", 1, "192.0.2.66")
        up.start()
        soon(c, "followed", f"moves.{ZONE}", "A", "NOERROR", "192.0.2.13", timeout=15)
        soon(c, "resolved at last", f"broken.{ZONE}", "A", "NOERROR", "192.0.2.66", timeout=15)


def main():
    up = Upstream()
    with copy(start=False, settings={"dns": {"resolver": up.addr, "poll-ms": 100}}) as c:
        c.start()
        c.cli("zone", "create", ZONE)
        began = time.monotonic()
        for part in [resolving, changing, outage]:
            part(c, up)
        print(f"{time.monotonic() - began:.1f} s")
    up.stop()
    done()


if __name__ == "__main__":
    main()
