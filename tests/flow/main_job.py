#!/usr/bin/env python3
"""The main job: names registered through each of the three ways answer on all four name servers, alias included."""
import pathlib
import re
import sys
import threading
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from browser import Browser  # noqa: E402
from flow import *  # noqa: E402,F403
from flow import REGISTRANT, Api, case, copy, dig, done, domains_at_registry, local, servers, wait_until  # noqa: E402


def answers_everywhere(c, name, rtype, expected):
    def look():
        seen = {a: sorted(line.split()[-1] for line in dig(a, name, rtype)[2]["ANSWER"]) for a in servers(c)}
        return all(v == sorted(expected) for v in seen.values())
    wait_until(f"all servers answer {name} {rtype} with {expected}", look, 10)


def main():
    with copy() as c:
        api = Api(c)
        password = c.path("secrets", "demo.password").read_text().strip()

        @case("the command line registers a domain, and all four servers answer with authority on IPv4 and IPv6")
        def _():
            r = c.cli("domain", "register", "cli-way.test",
                      *[x for field in local.DEMO_CONTACT for x in ("--contact", field)])
            assert "done" in r.stdout, r.stdout
            for addr in servers(c):
                status, flags, sections = dig(addr, "cli-way.test", "NS")
                assert status == "NOERROR" and "aa" in flags and len(sections["ANSWER"]) == 4, (addr, sections)

        @case("the four name servers of a domain are in four different TLDs")
        def _():
            hosts = [line.split()[-1] for line in dig(servers(c)[0], "cli-way.test", "NS")[2]["ANSWER"]]
            assert {h.rstrip(".").split(".")[-1] for h in hosts} == set(local.TLDS), hosts

        @case("the API registers a domain: 202, an order, then done")
        def _():
            status, order, head = api.register("api-way.example", key="api-1", years=2)
            assert status == 202, (status, order)
            assert head["Location"] == f"/v1/orders/{order['id']}", head["Location"]
            ended = api.wait_order(order["id"])
            assert ended["state"] == "done", ended
            status, domain, _ = api.call("GET", "/v1/domains/api-way.example")
            assert status == 200 and domain["state"] == "active", domain
            for addr in servers(c):
                assert dig(addr, "api-way.example", "SOA")[0] == "NOERROR"

        @case("the same idempotency key gives the same order, and one domain, for ever and concurrently")
        def _():
            replies = []
            threads = [threading.Thread(target=lambda: replies.append(api.register("once.test", key="once")))
                       for _ in range(8)]
            [t.start() for t in threads]
            [t.join() for t in threads]
            assert {r[0] for r in replies} == {202}, [(r[0], r[1]) for r in replies]
            assert len({r[1]["id"] for r in replies}) == 1
            api.wait_order(replies[0][1]["id"])
            status, again, _ = api.register("once.test", key="once")
            assert status == 202 and again["id"] == replies[0][1]["id"]
            assert c.sql("SELECT COUNT(*) FROM orders WHERE name = 'once.test'", "fourways") == [["1"]]

        @case("the same idempotency key with another request is refused")
        def _():
            status, problem, head = api.register("twice.test", key="once")
            assert status == 409 and problem["code"] == "idempotency-key-reused", problem
            assert head["Content-Type"].startswith("application/problem+json")

        @case("the web form registers a domain without JavaScript")
        def _():
            b = Browser(c)
            b.get("/login")
            b.submit('name="password"', name="demo", password=password)
            b.get("/?name=web-way.test")
            assert "web-way.test" in b.page and "9.00" in b.page, b.page[:800]
            b.get(re.search(r'href="(/register\?[^"]*web-way\.test[^"]*)"', b.page).group(1).replace("&amp;", "&"))
            b.submit('name="email"', years="1", **REGISTRANT)
            b.submit('name="price"')
            assert re.search(r"/orders/\d+", b.at), (b.at, b.page[:2000])
            oid = re.search(r"/orders/(\d+)", b.at).group(1)
            ended = api.wait_order(oid)
            assert ended["state"] == "done", ended
            b.get(f"/orders/{oid}")
            for word in ["fourways-dns.test", "fourways-dns.example", "fourways-dns.invalid", "fourways-dns.alt"]:
                assert word in b.page, word

        @case("an alias at the apex answers as A and AAAA on all four servers, and follows its target")
        def _():
            c.cli("record", "set", "cli-way.test", "www", "A", 300, "192.0.2.1", "192.0.2.2")
            c.cli("record", "set", "cli-way.test", "www", "AAAA", 300, "2001:db8::1")
            c.cli("record", "alias", "cli-way.test", "@", "A", "www")
            c.cli("record", "alias", "cli-way.test", "@", "AAAA", "www")
            answers_everywhere(c, "cli-way.test", "A", ["192.0.2.1", "192.0.2.2"])
            answers_everywhere(c, "cli-way.test", "AAAA", ["2001:db8::1"])
            c.cli("record", "set", "cli-way.test", "www", "A", 300, "192.0.2.3")
            answers_everywhere(c, "cli-way.test", "A", ["192.0.2.3"])
            assert not any("CNAME" in line for line in dig(servers(c)[0], "cli-way.test", "A")[2]["ANSWER"])

        @case("an alias into another zone works, and its target's change shows through")
        def _():
            status, change, _ = api.call("POST", "/v1/zones/api-way.example/changes", {"changes": [
                {"action": "upsert", "name": "api-way.example", "type": "A",
                 "alias": {"target": "www.cli-way.test"}}]})
            assert status in (200, 201, 202), change
            answers_everywhere(c, "api-way.example", "A", ["192.0.2.3"])
            c.cli("record", "set", "cli-way.test", "www", "A", 300, "192.0.2.4")
            answers_everywhere(c, "api-way.example", "A", ["192.0.2.4"])

        @case("a change through the API is atomic and becomes INSYNC")
        def _():
            status, change, _ = api.call("POST", "/v1/zones/api-way.example/changes", {"comment": "mail", "changes": [
                {"action": "create", "name": "api-way.example", "type": "MX", "ttl": 300,
                 "values": ["10 mail.api-way.example."]},
                {"action": "create", "name": "mail.api-way.example", "type": "A", "ttl": 300,
                 "values": ["192.0.2.25"]},
                {"action": "create", "name": "txt.api-way.example", "type": "TXT", "ttl": 300,
                 "values": ['"hello \\"world\\""']}]})
            assert status in (201, 202), change
            wait_until("the change is in sync", lambda: api.call(
                "GET", f"/v1/changes/{change['id']}")[1]["status"] == "INSYNC")
            answers_everywhere(c, "mail.api-way.example", "A", ["192.0.2.25"])
            status, problem, _ = api.call("POST", "/v1/zones/api-way.example/changes", {"changes": [
                {"action": "create", "name": "fine.api-way.example", "type": "A", "ttl": 300,
                 "values": ["192.0.2.26"]},
                {"action": "create", "name": "mail.api-way.example", "type": "CNAME", "ttl": 300,
                 "values": ["elsewhere.test."]}]})
            assert status in (400, 422) and "cname" in problem["code"], problem
            assert dig(servers(c)[0], "fine.api-way.example", "A")[0] == "NXDOMAIN"

        @case("renewing adds a year at the registry and charges once")
        def _():
            before = c.sql("SELECT expires FROM domain WHERE name = 'cli-way.test'", "fourways")[0][0]
            c.cli("domain", "renew", "cli-way.test", "--years", 1, "--key", "renew-1")
            c.cli("domain", "renew", "cli-way.test", "--years", 1, "--key", "renew-1")
            after = c.sql("SELECT expires FROM domain WHERE name = 'cli-way.test'", "fourways")[0][0]
            days = (int(after) - int(before)) / 86400e6
            assert 365 <= days <= 366, days

        @case("a domain somebody else registered is refused and costs nothing")
        def _():
            before = c.cli("account", "show").stdout.splitlines()[:3]
            status, problem, _ = api.register("once.test", key="other")
            assert status == 409 and problem["code"] == "domain-taken", problem
            assert c.cli("account", "show").stdout.splitlines()[:3] == before

        @case("an order that the balance does not cover is refused before anything is sent")
        def _():
            c.cli("account", "create", "poor")
            c.cli("--account", "poor", "account", "deposit", "5.00", "--key", "p1")
            r = c.cli("--account", "poor", "domain", "register", "too-dear.test", *[
                x for field in local.DEMO_CONTACT for x in ("--contact", field)], check=False)
            assert r.returncode == 1 and "9.00 EUR" in r.stderr and "5.00 EUR" in r.stderr, r
            assert c.sql("SELECT COUNT(*) FROM orders WHERE name = 'too-dear.test'", "fourways") == [["0"]]
            assert "too-dear.test" not in domains_at_registry(c)

        @case("deleting a domain removes it at the registry, and its zone")
        def _():
            c.cli("domain", "register", "short-lived.test")
            c.cli("domain", "delete", "short-lived.test")
            wait_until("no server answers for it", lambda: all(
                dig(a, "short-lived.test", "SOA")[0] == "REFUSED" for a in servers(c)))
            assert c.cli("domain", "info", "short-lived.test", check=False).returncode != 0

        @case("two domains on one reusable delegation set have the same four name servers, other domains do not")
        def _():
            number, hosts = re.match(r"set (\d+): (.*)", c.cli("set", "create").stdout).groups()
            for name in ["set-one.test", "set-two.alt"]:
                c.cli("zone", "create", name, "--set", number)
                c.cli("domain", "register", name)
                ns = {line.split()[-1].rstrip(".") for line in dig(servers(c)[0], name, "NS")[2]["ANSWER"]}
                assert ns == set(hosts.split()), (name, ns, hosts)
            other = {line.split()[-1].rstrip(".") for line in dig(servers(c)[0], "cli-way.test", "NS")[2]["ANSWER"]}
            assert len(other & set(hosts.split())) <= 2, (other, hosts)
            assert number in c.cli("set", "list").stdout

        @case("export gives a master file that names the alias")
        def _():
            text = c.cli("zone", "export", "cli-way.test").stdout
            assert "SOA" in text and "192.0.2.4" in text and "alias" in text, text

        @case("no secret is in any log")
        def _():
            secrets = [p.read_text().strip() for p in c.path("secrets").iterdir()]
            secrets += [line.split("=")[1] for s in secrets if "API_SECRET=" in s for line in s.splitlines()
                        if "SECRET" in line]
            for log in c.path("log").glob("*.log"):
                text = log.read_text(errors="replace")
                assert not [s for s in secrets if len(s) > 8 and s in text], log

        @case("every daemon has metrics and is healthy")
        def _():
            addrs = [c.addr("web_metrics"), c.addr("registrar_metrics"), c.addr("sandbox_metrics")]
            addrs += [c.addr("dns_metrics", i) for i in range(4)]
            for a in addrs:
                text = urllib.request.urlopen(f"http://{a}/metrics", timeout=5).read().decode()
                assert "# TYPE fourways_" in text, (a, text[:200])
                assert urllib.request.urlopen(f"http://{a}/healthz", timeout=5).status == 200

        @case("the books balance")
        def _():
            assert "balance" in c.cli("ledger", "audit").stdout
    done()


if __name__ == "__main__":
    main()
