#!/usr/bin/env python3
# time-limit: 300
"""The whole chain with other people's software.

Debian's NSD serves the root zone and the TLD zones that the sandbox registry publishes; Debian's Unbound resolves from
that root; and what was registered and written a moment ago comes back through it, over IPv4 and over IPv6.

DNS means port 53, so all of it runs in a network namespace of its own, with addresses from the ranges for
documentation (RFC 5737, RFC 3849) on its loopback interface. Nothing of the machine's own DNS is touched.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from flow import *  # noqa: E402,F403
from flow import COLUMNS, TLDS, case, copy, dig, done, failed, local, skip_all, wait_until  # noqa: E402

INSIDE = "FOURWAYS_FLOW_NETNS"
NS_ADDRS = [(f"198.51.100.{i + 1}", f"2001:db8:4::{i + 1}") for i in range(COLUMNS)]
TLD_SERVERS = [("a.nic", "192.0.2.1", "2001:db8:2::1"), ("b.nic", "192.0.2.2", "2001:db8:2::2")]
RESOLVERS = {"ip4": "192.0.2.53", "ip6": "2001:db8:2::53"}


# ---- the namespace --------------------------------------------------------------------------------------------------
def namespace_enter():
    """Starts this program again in a network namespace; comes back only inside it."""
    if os.environ.get(INSIDE):
        return
    unshare = ["unshare", "--net"] + ([] if os.getuid() == 0 else ["--map-root-user"])
    r = subprocess.run(unshare + ["true"], capture_output=True, text=True)
    if r.returncode != 0:
        skip_all(f"this machine allows no network namespace ({' '.join(unshare)}: {r.stderr.strip()})")
    os.environ[INSIDE] = "1"
    os.execvp(unshare[0], unshare + [sys.executable, os.path.abspath(__file__), *sys.argv[1:]])


def namespace_furnish():
    commands = ["link set lo up"]
    hosts = [a for pair in NS_ADDRS for a in pair] + [a for s in TLD_SERVERS for a in s[1:]] + list(RESOLVERS.values())
    for host in hosts:
        commands.append(f"addr add {host}/128 dev lo nodad" if ":" in host else f"addr add {host}/32 dev lo")
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    subprocess.run([shutil.which("ip", path=path) or "ip", "-batch", "-"], input="\n".join(commands) + "\n", text=True,
                   check=True)


# ---- other people's servers -------------------------------------------------------------------------------------------
def program(name):
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    assert found, f"{name} is not installed (ops/packages test installs it)"
    return found


class Server:
    """A server in the foreground, with a directory of its own, ended by its PID."""

    def __init__(self, c, name, argv, conf):
        self.dir = c.path("others", name)
        self.dir.mkdir(parents=True, exist_ok=True)
        self.conf, self.log = self.dir / f"{name}.conf", self.dir / "log"
        self.conf.write_text(conf.replace("@DIR@", str(self.dir)))
        with open(self.log, "ab") as log:
            self.popen = subprocess.Popen([program(argv[0]), *argv[1:], "-c", str(self.conf)], stdout=log, stderr=log,
                                          stdin=subprocess.DEVNULL, start_new_session=True, cwd=self.dir,
                                          preexec_fn=local.dying_with_parent())

    def wait_answering(self, addr, name, rtype):
        def look():
            assert self.popen.poll() is None, f"{self.conf.name}: ended at once: {self.tail()}"
            try:
                return dig(f"{addr}:53", name, rtype, "+tries=1", "+time=1")[0]
            except AssertionError:
                return None
        wait_until(f"{addr} answers", look, 20)

    def tail(self):
        return self.log.read_text(errors="replace")[-3000:]

    def stop(self):
        """Both end on SIGTERM; their session is theirs alone, so whatever they forked goes with them."""
        if self.popen.poll() is None:
            self.popen.terminate()
        try:
            self.popen.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.popen.pid, signal.SIGKILL)
            self.popen.wait()


def nsd_start(c):
    """Before the sandbox is: its first publication makes NSD load the zones, like every one after it."""
    zones = [(".", "root.zone")] + [(tld, f"{tld}.zone") for tld in TLDS]
    listen = "".join(f"  ip-address: {a}@53\n" for s in TLD_SERVERS for a in s[1:])
    return Server(c, "nsd", ["nsd", "-d"], f"""server:
{listen}  username: ""
  chroot: ""
  server-count: 1
  zonesdir: "{c.path('zones')}"
  pidfile: "@DIR@/pid"
  logfile: ""
  database: ""
  xfrdfile: "@DIR@/xfrd.state"
  xfrdir: "@DIR@"
  zonelistfile: "@DIR@/zone.list"
  hide-version: yes
  rrl-ratelimit: 0
remote-control:
  control-enable: yes
  control-interface: "{control_socket(c)}"
""" + "".join(f'zone:\n  name: "{name}"\n  zonefile: "{file}"\n' for name, file in zones))


def control_socket(c):
    return c.path("run", "nsd.ctl")


def unbound_start(c, family):
    """One that speaks a single version of IP, to its clients and to the servers, so that nothing falls back."""
    name = f"unbound-{family}"
    hints = "".join(f". 3600 IN NS {label}.test.\n{label}.test. 3600 IN {rtype} {addr}\n"
                    for label, v4, v6 in TLD_SERVERS for rtype, addr in [("A", v4), ("AAAA", v6)])
    c.path("others", name).mkdir(parents=True, exist_ok=True)
    c.path("others", name, "hints").write_text(hints)
    nodefault = "".join(f'  local-zone: "{tld}." nodefault\n' for tld in TLDS)
    return Server(c, name, ["unbound", "-d", "-p"], f"""server:
  interface: {RESOLVERS[family]}
  port: 53
  do-ip4: {"yes" if family == "ip4" else "no"}
  do-ip6: {"yes" if family == "ip6" else "no"}
  access-control: 0.0.0.0/0 allow
  access-control: ::0/0 allow
  num-threads: 1
  module-config: "iterator"
  root-hints: "@DIR@/hints"
  do-not-query-localhost: no
{nodefault}  username: ""
  chroot: ""
  directory: "@DIR@"
  pidfile: ""
  use-syslog: no
  logfile: ""
  verbosity: 1
  infra-host-ttl: 2
remote-control:
  control-enable: no
""")


# ---- asking -------------------------------------------------------------------------------------------------------------
def ask(family, name, rtype, *opts):
    """(rcode, flags, sections) through Unbound."""
    return dig(f"{RESOLVERS[family]}:53", name, rtype, "+rec", *opts)


def values(answer, rtype):
    return sorted(" ".join(line.split()[4:]) for line in answer[2]["ANSWER"] if line.split()[3] == rtype)


def comes_back(name, rtype, expected, owner=None):
    for family in RESOLVERS:
        answer = ask(family, name, rtype)
        assert answer[0] == "NOERROR" and "ra" in answer[1], (family, answer)
        assert values(answer, rtype) == sorted(expected), (family, name, rtype, answer)


def referral(name):
    """(rcode, name servers, glue as (host, type, address)) that NSD gives for a domain."""
    status, _, sections = dig(f"{TLD_SERVERS[0][1]}:53", name, "NS")
    rows = [line.split() for line in sections["AUTHORITY"]]
    hosts = {r[4].rstrip(".") for r in rows if r[3] == "NS" and r[0] == f"{name}."}
    return status, hosts, {(r[0].rstrip("."), r[3], r[4]) for r in map(str.split, sections["ADDITIONAL"])}


def register(c, name):
    c.cli("domain", "register", name, *[x for field in local.DEMO_CONTACT for x in ("--contact", field)])
    # NSD loads a TLD zone a moment later. A resolver that asks before would remember that the name is not there.
    wait_until(f"NSD delegates {name}", lambda: referral(name)[1], 10)


def delegation_set(c, name):
    """The four hosts of a zone with their addresses, as the product's own tables have them."""
    rows = c.sql("SELECT n.host, n.ipv4, n.ipv6 FROM zone z JOIN delegation_set d ON d.id = z.delegation_set_id"
                 " JOIN name_server n ON (n.col, n.row) IN ((0, d.r0), (1, d.r1), (2, d.r2), (3, d.r3))"
                 f" WHERE z.live_name = '{name}'", "fourways")
    assert len(rows) == COLUMNS, rows
    return {host: (v4, v6) for host, v4, v6 in rows}


def answers_given(c):
    """What each name server has answered since it started; None for one that is down."""
    counts = []
    for i in range(COLUMNS):
        text = ""
        if c.procs[f"dns-{i}"].alive():
            text = urllib.request.urlopen(f"http://{c.addr('dns_metrics', i)}/metrics", timeout=5).read().decode()
        found = re.findall(r"^fourways_dns_answers_total\{[^}]*\} (\S+)", text, re.M)
        counts.append(sum(int(float(n)) for n in found) if found else None)
    return counts


def many_names_resolve(zone, prefix, n=24):
    """Names never asked before, so that each is a question to one of the zone's servers."""
    for family in RESOLVERS:
        for i in range(n):
            answer = ask(family, f"{prefix}-{family}-{i}.any.{zone}", "A", "+time=5", "+tries=4")
            assert answer[0] == "NOERROR" and values(answer, "A") == ["192.0.2.99"], (family, i, answer)


def published(c):
    @case("a root and four TLD zones are published, and NSD serves them with authority")
    def _():
        for name in [""] + TLDS:
            for _, *addrs in TLD_SERVERS:
                for addr in addrs:
                    status, flags, sections = dig(f"{addr}:53", f"{name}.", "SOA")
                    assert status == "NOERROR" and "aa" in flags and sections["ANSWER"], (name, addr, status, flags)

    @case("a name that nobody registered is NXDOMAIN through Unbound")
    def _():
        for family in RESOLVERS:
            assert ask(family, "never-registered.test", "A")[0] == "NXDOMAIN"


def resolves(c):
    @case("registered names of all four TLDs resolve: A, AAAA, MX, TXT, CNAME, wildcard, alias at the apex")
    def _():
        for tld in TLDS:
            zone = f"chain.{tld}"
            register(c, zone)
            for args in [("www", "A", 300, "192.0.2.80", "192.0.2.81"), ("www", "AAAA", 300, "2001:db8::80"),
                         ("@", "MX", 300, f"10 mail.{zone}."), ("mail", "A", 300, "192.0.2.25"),
                         ("txt", "TXT", 300, '"one" "two"'), ("blog", "CNAME", 300, f"www.{zone}."),
                         ("*.any", "A", 300, "192.0.2.99")]:
                c.cli("record", "set", zone, *args)
            c.cli("record", "alias", zone, "@", "A", "www")
            c.cli("record", "alias", zone, "@", "AAAA", "www")
        for tld in TLDS:
            zone = f"chain.{tld}"
            comes_back(f"www.{zone}", "A", ["192.0.2.80", "192.0.2.81"])
            comes_back(f"www.{zone}", "AAAA", ["2001:db8::80"])
            comes_back(zone, "MX", [f"10 mail.{zone}."])
            comes_back(f"txt.{zone}", "TXT", ['"one" "two"'])
            comes_back(f"blog.{zone}", "CNAME", [f"www.{zone}."])
            comes_back(f"blog.{zone}", "A", ["192.0.2.80", "192.0.2.81"])
            comes_back(f"x.any.{zone}", "A", ["192.0.2.99"])
            comes_back(zone, "A", ["192.0.2.80", "192.0.2.81"])
            comes_back(zone, "AAAA", ["2001:db8::80"])

    @case("an alias shows as addresses alone, no CNAME")
    def _():
        for family in RESOLVERS:
            assert not values(ask(family, "chain.test", "A"), "CNAME")

    @case("a CNAME from one registered domain to another in another TLD is followed through both")
    def _():
        c.cli("record", "set", "chain.alt", "far", "CNAME", 300, "blog.chain.invalid.")
        comes_back("far.chain.alt", "A", ["192.0.2.80", "192.0.2.81"])

    @case("NXDOMAIN and no data come back with the zone's SOA")
    def _():
        for family in RESOLVERS:
            for name, rtype, status in [("nothing.chain.test", "A", "NXDOMAIN"), ("mail.chain.test", "AAAA", "NOERROR"),
                                        ("any.chain.test", "A", "NOERROR")]:
                answer = ask(family, name, rtype)
                assert answer[0] == status and not answer[2]["ANSWER"], (family, name, answer)
                assert [line.split()[0] for line in answer[2]["AUTHORITY"]] == ["chain.test."], (family, name, answer)

    @case("an answer too large for a datagram comes back whole, by TCP between the servers")
    def _():
        texts = [f'"{i:03d} {"x" * 240}"' for i in range(40)]
        c.cli("record", "set", "chain.test", "large", "TXT", 300, *texts)
        for family in RESOLVERS:
            assert values(ask(family, "large.chain.test", "TXT", "+tcp"), "TXT") == sorted(texts), family


def delegations(c):
    @case("a TLD zone holds a domain's four name servers, and glue for those below that TLD alone")
    def _():
        for tld in TLDS:
            for zone in [f"chain.{tld}", f"fourways-dns.{tld}"]:
                expected = delegation_set(c, zone)
                status, hosts, glue = referral(zone)
                assert status == "NOERROR" and hosts == set(expected), (zone, hosts, expected)
                below = {(h, rtype, addr) for h, pair in expected.items() if h.endswith(f".{tld}")
                         for rtype, addr in zip(["A", "AAAA"], pair)}
                assert glue == below and len(below) == 2, (zone, glue, below)
                for family in RESOLVERS:
                    through = {v.rstrip(".") for v in values(ask(family, zone, "NS"), "NS")}
                    assert through == set(expected), (family, zone, through, expected)


def changes(c):
    @case("a changed record shows through when its TTL has passed, and not before")
    def _():
        ttl = 3
        c.cli("record", "set", "chain.test", "short", "A", ttl, "192.0.2.1")
        began = time.monotonic()
        comes_back("short.chain.test", "A", ["192.0.2.1"])
        c.cli("record", "set", "chain.test", "short", "A", ttl, "192.0.2.2")
        seen = values(ask("ip4", "short.chain.test", "A"), "A")
        if time.monotonic() - began < ttl - 1:  # else the machine was too slow to tell
            assert seen == ["192.0.2.1"], seen
        for family in RESOLVERS:
            wait_until(f"the new address through {family}", lambda: values(
                ask(family, "short.chain.test", "A"), "A") == ["192.0.2.2"], ttl + 3, pause=0.1)

    @case("a change of what an alias points at shows through too")
    def _():
        c.cli("record", "set", "chain.test", "target", "A", 1, "192.0.2.1")
        c.cli("record", "alias", "chain.test", "pointer", "A", "target")
        comes_back("pointer.chain.test", "A", ["192.0.2.1"])
        c.cli("record", "set", "chain.test", "target", "A", 1, "192.0.2.2")
        for family in RESOLVERS:
            wait_until(f"the new address through {family}", lambda: values(
                ask(family, "pointer.chain.test", "A"), "A") == ["192.0.2.2"], 5, pause=0.1)


def outages(c):
    @case("Unbound asks all four name servers")
    def _():
        before = answers_given(c)
        many_names_resolve("chain.test", "all")
        after = answers_given(c)
        assert all(b > a for a, b in zip(before, after)), (before, after)

    @case("with any one of the four down, names still resolve, by the other three")
    def _():
        for i in range(COLUMNS):
            c.procs[f"dns-{i}"].kill()
            before = answers_given(c)
            assert before[i] is None
            many_names_resolve("chain.test", f"without-{i}", 8)
            after = answers_given(c)
            assert sum(filter(None, after)) >= sum(filter(None, before)) + 16, (i, before, after)
            c.start_program(f"dns-{i}")

    @case("with MariaDB, the registrar and the registry gone, names never asked before still resolve")
    def _():
        for name in ["registrar", "sandbox", "mariadbd"]:
            c.procs[name].kill()
        many_names_resolve("chain.alt", "alone", 8)
        comes_back("chain.alt", "A", ["192.0.2.80", "192.0.2.81"])
        for name in ["mariadbd", "sandbox", "registrar"]:
            c.start_mariadb() if name == "mariadbd" else c.start_program(name)

    @case("a domain that was deleted is NXDOMAIN")
    def _():
        register(c, "gone.test")
        assert referral("gone.test")[0] == "NOERROR"
        c.cli("domain", "delete", "gone.test")
        wait_until("NSD delegates it no longer", lambda: referral("gone.test")[0] == "NXDOMAIN", 10)
        for family in RESOLVERS:
            assert ask(family, "gone.test", "A")[0] == "NXDOMAIN"


def main():
    namespace_enter()
    namespace_furnish()
    servers = []
    with copy(start=False, ns_addrs=NS_ADDRS, dns_port=53) as c:
        c.settings["sandbox"] = {
            "zone-server": [" ".join(s) for s in TLD_SERVERS], "zone-ttl": 60, "publish-delay": 50,
            "publish-command": f"{program('nsd-control')} -c {c.path('others', 'nsd', 'nsd.conf')} reload"}
        c.configure()
        try:
            servers.append(nsd_start(c))
            servers[0].wait_answering(TLD_SERVERS[0][1], ".", "SOA")
            c.start()
            wait_until("NSD serves the root", lambda: dig(f"{TLD_SERVERS[0][1]}:53", ".", "SOA")[0] == "NOERROR")
            for family, addr in RESOLVERS.items():
                servers.append(unbound_start(c, family))
                servers[-1].wait_answering(addr, ".", "SOA")
            for part in [published, resolves, delegations, changes, outages]:
                part(c)
        finally:
            for s in reversed(servers):
                s.stop()
            if failed or sys.exc_info()[0]:
                for s in servers:
                    print(f"--- the end of {s.dir.name}'s log\n{s.tail()}")
    done()


if __name__ == "__main__":
    main()
