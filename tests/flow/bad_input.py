#!/usr/bin/env python3
# time-limit: 300
"""Bad input by the command line, the HTTP API and the web forms: each has its status, a code, and a text that says
what is wrong and where; and nothing changes, neither a row nor a zone's version.
"""
import contextlib
import html
import json
import pathlib
import socket
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from browser import Browser  # noqa: E402
from flow import *  # noqa: E402,F403
from flow import REGISTRANT, Api, Trouble, case, copy, done, local, nothing_changes, wait_until  # noqa: E402

LONG = "x" * 10000
CONTACT = [x for field in local.DEMO_CONTACT for x in ("--contact", field)]
ZONES = ["one.test", "two.test", "three.test"]
NAMES = {  # what is typed: (code, what the text must show)
    "": ("name-empty", "no name"), "   ": ("name-empty", "no name"),
    "x" * 64 + ".test": ("label-too-long", "63"), LONG + ".test": ("name-too-long", "253"),
    ".".join(["a" * 60] * 5) + ".test": ("name-too-long", "253"),
    "a..test": ("label-empty", "a..test"), ".test": ("label-empty", ".test"), "..": ("label-empty", "two dots"),
    "-a.test": ("label-hyphen", "-a"), "a-.test": ("label-hyphen", "a-"), "ab--c.test": ("label-hyphen", "ab--c"),
    "a_b.test": ("label-bad-character", "_"), "a b.test": ("label-bad-character", "a b"),
    "a@b.test": ("label-bad-character", "@"), "http://a.test": ("label-bad-character", ":"),
    "a/b.test": ("label-bad-character", "/"), "<script>.test": ("label-bad-character", "<"),
    "a\x01b.test": ("name-not-text", "control"), "a\nb.test": ("name-not-text", "control"),
    "p\u0430ypal.test": ("name-confusable", ""), "\u0440\u0430ypal.alt": ("name-confusable", ""),
    "xn--pypal-4ve.test": ("name-confusable", ""), "xn--a.test": ("name-idn-invalid", ""),
    "\U0001f4a9.test": ("name-idn-invalid", ""), "b\u00fccher.invalid": ("name-idn-refused", "b\u00fccher"),
    "192.0.2.1": ("tld-not-sold", ".1"), "[2001:db8::1]": ("label-bad-character", "["),
    "2001:db8::1": ("label-bad-character", ":"), "example.com": ("tld-not-sold", ".com"),
    "test": ("name-is-tld", "test"), "localhost": ("name-no-tld", "localhost"), "a.b.test": ("name-too-deep", "a.b.test"),
    "nic.test": ("name-reserved", "nic"), "a.invalid": ("label-too-short", "2"),
}
PERSONS = {  # field: value: what the text must show
    "name": {"": "Full name is missing", "x" * 256: "256 bytes", LONG: "10000 bytes", "a\tb\x1f": "control"},
    "street": {LONG: "10000 bytes", "": "is missing"}, "postal_code": {"1" * 17: "17 bytes"},
    "country": {"D1": "two letters", "DEU": "at most 2", "": "is missing"},
    "phone": {"12": "+CC.NUMBER", "+49": "+CC.NUMBER", "+49.": "+CC.NUMBER", "+4999.1": "+CC.NUMBER", LONG: "10000"},
    "email": {"nobody": "not an address", "a@b": "not an address", "@b.test": "not an address",
              "a b@c.test": "not an address", LONG + "@b.test": "10007 bytes"},
}
RECORDS = {  # what: ((name, type, ttl, values…), code, what the text must show)
    "CNAME beside an address": (("www", "CNAME", 300, "a.example."), "cname-beside", "www.one.test"),
    "an address beside a CNAME": (("other", "A", 300, "192.0.2.1"), "cname-beside", "other.one.test"),
    "CNAME at the apex": (("@", "CNAME", 300, "a.example."), "cname-apex", "alias"),
    "CNAME to itself": (("self", "CNAME", 300, "self.one.test."), "cname-self", "self.one.test"),
    "two CNAMEs": (("c", "CNAME", 300, "a.example.", "b.example."), "rrset-single", "c.one.test"),
    "a TTL below 0": (("t", "A", -1, "192.0.2.1"), "record-ttl", "-1"),
    "a TTL over 2^31-1": (("t", "A", 2147483648, "192.0.2.1"), "record-ttl", "2147483648"),
    "an IPv6 address as A": (("t", "A", 300, "2001:db8::1"), "rdata", "2001:db8::1"),
    "an address with 256": (("t", "A", 300, "192.0.2.256"), "rdata", "192.0.2.256"),
    "an IPv4 address as AAAA": (("t", "AAAA", 300, "192.0.2.1"), "rdata", "192.0.2.1"),
    "MX without preference": (("t", "MX", 300, "mail.one.test."), "rdata", "t.one.test MX"),
    "MX with preference 65536": (("t", "MX", 300, "65536 mail.one.test."), "rdata", "65536"),
    "SRV with too few fields": (("_s._tcp", "SRV", 300, "1 2 a.test."), "rdata", "_s._tcp.one.test SRV"),
    "CAA with a bad tag": (("t", "CAA", 300, '0 is-sue "x"'), "rdata", "t.one.test CAA"),
    "TXT without quotation marks": (("t", "TXT", 300, "two words"), "", "t.one.test TXT"),
    "TXT of 256 in one string": (("t", "TXT", 300, '"' + "x" * 256 + '"'), "", "255"),
    "TXT of 10,000 bytes in one string": (("t", "TXT", 300, '"' + LONG + '"'), "", "255"),
    "an unknown type": (("t", "FOO", 300, "x"), "record-type", "FOO"),
    "a type of the system": (("t", "OPT", 300, "x"), "record-type", "OPT"),
    "SOA below the apex": (("t", "SOA", 300, "a. b. 1 2 3 4 5"), "soa-not-apex", "t.one.test"),
    "a name outside": (("www.two.test.", "A", 300, "192.0.2.1"), "record-outside", "www.two.test"),
    "a label of 64": (("x" * 64, "A", 300, "192.0.2.1"), "", "63"),
    "a name of 10,000": ((LONG, "A", 300, "192.0.2.1"), "", "63"),
    "an empty label": (("a..b", "A", 300, "192.0.2.1"), "", "a..b"),
    "the same value twice": (("t", "A", 300, "192.0.2.1", "192.0.2.1"), "record-duplicate", "t.one.test"),
    "101 values": (("t", "A", 300, *[f"192.0.2.{i}" for i in range(101)]), "record-values", "100"),
    "a wildcard that is delegated": (("*.t", "NS", 300, "ns.example."), "ns-wildcard", "*.t.one.test"),
    "an NS that is an address": (("t", "NS", 300, "192.0.2.1"), "", "192.0.2.1"),
}
ALIASES = {  # (zone, name, target): code
    "an alias to a name that is not there": (("one.test", "a", "nothing.one.test"), "alias-target-missing"),
    "an alias elsewhere that is no host name": (("one.test", "a", "not_a_host.nowhere.test"), "alias-target-host"),
    "an alias to an address": (("one.test", "a", "192.0.2.1"), "alias-target-host"),
    "an alias to itself": (("one.test", "a", "a.one.test"), "alias-loop"),
    "an alias loop of two zones": (("one.test", "loop", "pair.two.test"), "alias-loop"),
    "an alias loop of three zones": (("one.test", "ring", "ring.three.test"), "alias-loop"),
    "an alias to a CNAME": (("one.test", "a", "other.one.test"), "alias-target-missing"),
    "an alias beside a CNAME": (("one.test", "other", "www.one.test"), "cname-beside"),
}


def shows(text, what):
    assert text and len(text) < 1500, f"a text of {len(text)} characters"
    assert what.lower() in text.lower(), (what, text)


# ---- the command line ---------------------------------------------------------------------------------------------------
def refused(c, code, what, *args):
    """The command ends with 2 or 1, and says `fourways: TEXT [CODE]`."""
    r = c.cli(*args, check=False)
    assert r.returncode in (1, 2), (r.returncode, r.stdout[:300], r.stderr[:300])
    assert code in r.stderr.rsplit("[", 1)[-1], (code, r.stderr[:500])
    shows(r.stderr, what)


def command_line(c):
    @case(f"the command line refuses {len(NAMES)} bad names, each with its code and what is wrong")
    def _():
        with nothing_changes(c):
            for name, (code, what) in NAMES.items():
                refused(c, f"{code}]", what, "domain", "register", name, *CONTACT)
            refused(c, "name-not-text]", "UTF-8", "domain", "register", "a\udcff.test", *CONTACT)

    @case("the command line refuses bad contacts, years, keys and options")
    def _():
        with nothing_changes(c):
            for field, values in PERSONS.items():
                for value, what in values.items():
                    refused(c, f"contact-{field}]", what, "domain", "register", "fine.test", *CONTACT, "--contact",
                            f"{field}={value}")
            refused(c, "contact-city]", "UTF-8", "domain", "register", "fine.test", *CONTACT, "--contact", "city=\udcff")
            refused(c, "contact-option]", "FIELD=VALUE", "domain", "register", "fine.test", "--contact", "nothing")
            refused(c, "contact-option]", "shoe_size", "domain", "register", "fine.test", "--contact", "shoe_size=42")
            for years in ["0", "11", "-1", "1x", "", "9" * 30]:
                refused(c, "]", "years", "domain", "register", "fine.test", *CONTACT, "--years", years)
            refused(c, "years-out-of-range]", "5 years", "domain", "register", "fine.alt", *CONTACT, "--years", "6")
            for key in ["", "k" * 256, LONG]:
                refused(c, "idempotency-key]", "255", "domain", "register", "fine.test", *CONTACT, "--key", key)
            refused(c, "", "--sideways", "domain", "register", "fine.test", "--sideways")
            refused(c, "", "arguments", "domain", "register")
            refused(c, "order-id]", "12x", "order", "show", "12x")
            refused(c, "no-domain]", "not-ours.test", "domain", "renew", "not-ours.test")

    @case(f"the command line refuses {len(RECORDS)} bad record sets, each with the record's name")
    def _():
        with nothing_changes(c):
            for what, (args, code, words) in RECORDS.items():
                try:
                    refused(c, code, words, "record", "set", "--no-wait", "--", "one.test", *args)
                except AssertionError as e:
                    raise AssertionError(f"{what}: {e}") from None
            refused(c, "zone]", "not-ours.test", "record", "set", "not-ours.test", "www", "A", 300, "192.0.2.1")
            refused(c, "apex-required]", "one.test", "record", "delete", "one.test", "@", "NS")
            refused(c, "record]", "never.one.test", "record", "delete", "one.test", "never", "A")

    @case("the command line refuses alias loops of one, two and three zones, and aliases to nothing")
    def _():
        with nothing_changes(c):
            for what, ((zone, name, target), code) in ALIASES.items():
                try:
                    refused(c, f"{code}]", f"{name}.{zone}", "record", "alias", zone, name, "A", target)
                except AssertionError as e:
                    raise AssertionError(f"{what}: {e}") from None


# ---- the API --------------------------------------------------------------------------------------------------------------
def problem(status, answer, statuses, code, what, field=None):
    assert status in statuses, (status, answer)
    assert isinstance(answer, dict) and answer["status"] == status and answer["title"], answer
    assert code in answer["code"], (code, answer)
    shows(answer["detail"], what)
    if field is not None:
        assert field in answer.get("field", ""), (field, answer)


def registering(api, name="fine.test", changed=()):
    return api.call("POST", "/v1/domains", {"name": name, "registrant": {**REGISTRANT, **dict(changed)}})[:2]


def changing(api, *changes):
    return api.call("POST", "/v1/zones/one.test/changes", {"changes": list(changes)})[:2]


def api_values(c, api):
    @case(f"the API refuses {len(NAMES)} bad names")
    def _():
        with nothing_changes(c):
            for name, (code, what) in NAMES.items():
                problem(*registering(api, name), (400, 422), code, what, "name")
            problem(*registering(api, "a\0b.test"), (400, 422), "", "")

    @case("the API refuses bad registrants, and names the field")
    def _():
        with nothing_changes(c):
            for field, values in PERSONS.items():
                for value, what in values.items():
                    problem(*registering(api, changed={field: value}), (400, 422), f"contact-{field}", what,
                            f"registrant.{field}")

    @case(f"the API refuses {len(RECORDS)} bad record sets")
    def _():
        with nothing_changes(c):
            for what, ((name, rtype, ttl, *values), code, words) in RECORDS.items():
                full = name if name.endswith(".") else "one.test" if name == "@" else f"{name}.one.test"
                try:
                    words = "TTL" if "TTL" in what else words
                    status, answer = changing(api, {"action": "upsert", "name": full, "type": rtype, "ttl": ttl,
                                                    "values": values})
                    if "TTL" in what:
                        problem(status, answer, (400, 422), code, "2147483647", "ttl")
                    else:
                        problem(status, answer, (400, 409, 422), code, words, "changes")
                except AssertionError as e:
                    raise AssertionError(f"{what}: {e}") from None

    @case("the API refuses alias loops, also those that one change set would make")
    def _():
        def alias(name, target):
            return {"action": "upsert", "name": name, "type": "A", "alias": {"target": target}}
        with nothing_changes(c):
            for what, ((zone, name, target), code) in ALIASES.items():
                if zone == "one.test":
                    problem(*changing(api, alias(f"{name}.{zone}", target)), (400, 409, 422), code, f"{name}.{zone}")
            problem(*changing(api, alias("l1.one.test", "l2.one.test"), alias("l2.one.test", "l1.one.test")),
                    (400, 422), "alias-loop", "one.test")

    @case("a change set is all or nothing: one bad record among good ones, and none is there")
    def _():
        good = [{"action": "create", "name": f"n{i}.one.test", "type": "A", "ttl": 300, "values": ["192.0.2.1"]}
                for i in range(1000)]
        with nothing_changes(c):
            problem(*changing(api, *good[:50], {**good[0], "name": "bad.one.test", "values": ["x"]}), (400, 422),
                    "rdata", "bad.one.test", "changes[50]")
            problem(*changing(api, *good, {**good[0], "name": "more.one.test"}), (400, 413, 422), "change-too-many",
                    "1000", "changes")
            problem(*changing(api), (400, 422), "change-empty", "", "changes")


def api_documents(c, api):
    def send(body, path="/v1/domains", method="POST", **headers):
        return api.call(method, path, body if isinstance(body, bytes) else body.encode(), headers)[:2]
    fine = json.dumps({"name": "fine.test", "registrant": REGISTRANT})

    @case("the API refuses JSON that is broken, twice the same, unknown or of another type, and says where")
    def _():
        with nothing_changes(c):
            for body, code, what in [
                    ("", "", ""), ("{", "json-malformed", "line 1"), ("[]", "json-not-object", "object"),
                    ("null", "", ""), ('"x"', "", ""), (fine + "x", "json-malformed", "line 1"),
                    (fine[:-1] + ',"name":"other.test"}', "json-duplicate-key", "name"),
                    (fine[:-1] + ',"nmae":"x"}', "member-unknown", "known are"),
                    (fine.replace('"DE"', '"DE","shoe":1'), "member-unknown", "known are"),
                    (fine.replace('"fine.test"', "7"), "member-type", "string"),
                    (fine[:-1] + ',"years":"2"}', "member-type", "number"),
                    (fine[:-1] + ',"years":1.5}', "member-type", "number"),
                    (fine[:-1] + ',"years":0}', "years", "1 to 10"), (fine[:-1] + ',"years":11}', "years", "1 to 10"),
                    (fine[:-1] + ',"years":99999999999999999999}', "", ""),
                    (fine[:-1] + ',"max_price":"cheap"}', "", ""),
                    (fine[:-1] + ',"max_price":"0.01 EUR"}', "", ""),
                    ('{"name":"fine.test"}', "member-missing", "registrant"),
                    ("[" * 100000 + "]" * 100000, "json-too-deep", "nested"),
                    (fine.encode().replace(b"Demo", b"\xff\xfe"), "json-malformed", "line 1"),
                    (fine.replace("Demo", "\\ud800"), "", ""), (fine.replace("Demo", "a\\u0000b"), "", "")]:
                try:
                    problem(*send(body), (400, 422), code, what)
                except AssertionError as e:
                    raise AssertionError(f"{body[:60]!r}…: {e}") from None

    @case("the API refuses another content type, a body of 2 MiB, and idempotency keys that are none")
    def _():
        with nothing_changes(c):
            for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "", "x" * 5000]:
                problem(*send(fine, **{"Content-Type": kind}), (415,), "content-type", "application/json")
            problem(*send(b'{"name":"' + b"x" * (2 << 20) + b'"}'), (413,), "", "larger")
            for key in ["", "k" * 256, "k" * 8000]:
                problem(*send(fine, **{"Idempotency-Key": key}), (400, 422), "idempotency-key", "255",
                        "Idempotency-Key")

    @case("the API refuses wrong methods with 405 and what is possible, wrong paths with 404, wrong keys with 401")
    def _():
        with nothing_changes(c):
            for method, path, allow in [("PUT", "/v1/domains", "POST"), ("DELETE", "/v1/domains", "GET"),
                                        ("PATCH", "/v1/domains/x.test", "DELETE"), ("POST", "/v1/orders/1", "GET"),
                                        ("BREW", "/v1/domains", "GET")]:
                status, answer, head = api.call(method, path)
                assert status in (405, 501) and (status == 501 or allow in head["Allow"]), (method, path, status, answer)
            for path in ["/v1", "/v1/", "/v1/nothing", "/v1/domains/", "/v1/domains/never.test", "/v1/orders/0",
                         "/v1/orders/-1", "/v1/orders/1x", "/v1/orders/99999999999999999999", "/v1/changes/999999",
                         "/v1/zones/never.test", "/v1/../v1/account", "/v1/domains/%2e%2e/x"]:
                status, answer, _ = api.call("GET", path)
                assert status in (400, 404) and answer["code"], (path, status, answer)
            for key in ["", "Basic", "Basic !!!", "Basic " + "QQ" * 5000, "Bearer x", "Basic Og==", api.auth[:-6] + "QUFB"]:
                status, answer, head = api.call("GET", "/v1/account", headers={"Authorization": key}, auth=False)
                assert status == 401 and answer["code"] == "bad-api-key" and "Basic" in head["WWW-Authenticate"], (
                    key[:40], status, answer)

    @case("the API gives nobody what is another account's")
    def _():
        c.cli("account", "create", "stranger")
        pair = dict(line.split("=", 1) for line in c.cli("--account", "stranger", "key", "create").stdout.split())
        other = Api(c)
        other.sign(pair["API_KEY"], pair["API_SECRET"])
        order = c.sql("SELECT MAX(id) FROM orders WHERE name = 'one.test'", "fourways")[0][0]
        change = c.sql("SELECT MAX(id) FROM zone_change", "fourways")[0][0]
        with nothing_changes(c):
            for path in ["/v1/domains/one.test", f"/v1/orders/{order}", "/v1/zones/one.test",
                         "/v1/zones/one.test/records", f"/v1/changes/{change}"]:
                assert api.call("GET", path)[0] == 200, path
                assert other.call("GET", path)[0] == 404, path
            status, answer, _ = other.call("POST", "/v1/zones/one.test/changes", {"changes": [
                {"action": "upsert", "name": "www.one.test", "type": "A", "ttl": 300, "values": ["192.0.2.66"]}]})
            assert status == 404, answer
            assert other.call("DELETE", "/v1/domains/one.test")[0] == 404
            assert other.call("POST", "/v1/domains/one.test/renew", {"years": 1})[0] == 404


# ---- HTTP itself, and the forms ------------------------------------------------------------------------------------------
def raw(c, data, timeout=10):
    """The reply to bytes that no library would send, up to the end of the stream or a pause."""
    host, port = c.addr("web").rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=timeout) as s:
        reply = b""
        with contextlib.suppress(ConnectionError, TimeoutError):
            s.sendall(data)
            while part := s.recv(65536):
                reply += part
    return reply


def http_itself(c, api):
    @case("requests that are no HTTP, or too much of it, are refused or closed, and others are served")
    def _():
        auth = f"Authorization: {api.auth}\r\nConnection: close\r\n"
        with nothing_changes(c):
            for what, data, statuses in [
                    ("garbage", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64) + b"\r\n\r\n", {400, 505, 0}),
                    ("a long address", f"GET /{LONG} HTTP/1.1\r\nHost: x\r\n{auth}\r\n", {414, 431}),
                    ("a NUL in the address", f"GET /v1/zones/a%00b HTTP/1.1\r\nHost: x\r\n{auth}\r\n", {400}),
                    ("half an escape", f"GET /v1/zones/a%2 HTTP/1.1\r\nHost: x\r\n{auth}\r\n", {400}),
                    ("bytes that are no UTF-8", f"GET /v1/zones/%ff HTTP/1.1\r\nHost: x\r\n{auth}\r\n", {400}),
                    ("200 headers", "GET /v1/account HTTP/1.1\r\nHost: x\r\n" + "".join(
                        f"X-{i}: y\r\n" for i in range(200)) + auth + "\r\n", {431}),
                    ("a header of 60,000 bytes", f"GET /v1/account HTTP/1.1\r\nX: {'y' * 60000}\r\n{auth}\r\n", {431, 400}),
                    ("two lengths", f"POST /v1/domains HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n"
                                    f"{auth}\r\n{{}}x", {400}),
                    ("a length and chunks", "POST /v1/domains HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                                            f"Transfer-Encoding: chunked\r\n{auth}\r\n0\r\n\r\n", {400}),
                    ("a length below 0", f"POST /v1/domains HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n{auth}\r\n", {400}),
                    ("chunks that are none", "POST /v1/domains HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                                             f"{auth}\r\nzz\r\n", {400, 0})]:
                reply = raw(c, data if isinstance(data, bytes) else data.encode())
                status = int(reply.split()[1]) if reply.startswith(b"HTTP/") else 0
                assert status in statuses, (what, status, reply[:300])
                assert api.call("GET", "/v1/account")[0] == 200, what

    @case("clients that stop in the middle do not keep others out")
    def _():
        host, port = c.addr("web").rsplit(":", 1)
        held = [socket.create_connection((host, int(port)), timeout=10) for _ in range(100)]
        for i, s in enumerate(held):
            s.sendall([b"", b"GET", b"POST /v1/domains HTTP/1.1\r\nContent-Length: 100\r\n\r\n{"][i % 3])
        assert api.call("GET", "/v1/account")[0] == 200
        for s in held:
            s.close()


def signed_in(c):
    b = Browser(c, expected=(400, 403, 404, 409, 413, 414, 415, 422))
    b.get("/login")
    b.submit('name="password"', name="demo", password=c.path("secrets", "demo.password").read_text().strip())
    return b


def form_refused(b, statuses, what):
    assert b.status in statuses, (b.status, b.at, b.page[:500])
    text = html.unescape(b.page.partition("<main")[2])
    assert what.lower() in text.lower(), (what, b.status, text[:2000])
    assert "<script>." not in b.page, "what was typed stands in the page as it was"


def forms(c):
    @case(f"the web form refuses {len(NAMES)} bad names in words")
    def _():
        b = signed_in(c)
        with nothing_changes(c):
            for name, (code, what) in NAMES.items():
                if name.strip():
                    b.get("/register?" + urllib.parse.urlencode({"domain": name}))
                    form_refused(b, (400, 414), "" if b.status == 414 else what)

    @case("the web form refuses bad registrants beside their fields, 10,000 bytes and more included")
    def _():
        b = signed_in(c)
        with nothing_changes(c):
            for field, values in PERSONS.items():
                for value, what in values.items():
                    b.get("/register?domain=fine.test")
                    b.submit('name="email"', **{**REGISTRANT, field: value})
                    form_refused(b, (422,), what)
            b.get("/register?domain=fine.test")
            b.submit('name="email"', **{**REGISTRANT, "street": "x" * 70000})
            form_refused(b, (413, 422), "street")

    @case("the web form refuses bad record sets in words, and shows again what was typed")
    def _():
        b = signed_in(c)
        with nothing_changes(c):
            for what, ((name, rtype, ttl, *values), code, words) in RECORDS.items():
                if rtype not in ("A", "AAAA", "CNAME", "MX", "TXT", "NS", "SRV", "CAA") or "outside" in what:
                    continue
                b.get(f"/zones/one.test/records/new?kind={rtype}")
                b.submit('name="values"', name=name, ttl=ttl, values="\n".join(values))
                shown = {"record-ttl": "2147483647", "record-values": "100"}.get(code, "")
                try:
                    form_refused(b, (422,), shown)
                    assert 'class="error' in b.page, b.page[:2000]
                except AssertionError as e:
                    raise AssertionError(f"{what}: {e}") from None
            for what, ((zone, name, target), code) in ALIASES.items():
                b.get(f"/zones/{zone}/records/new?kind=alias-A")
                b.submit('name="target"', name=name, target=target)
                form_refused(b, (422,), "alias")

    @case("a form without its token, with another's, or of another type does nothing")
    def _():
        b = signed_in(c)
        with nothing_changes(c):
            b.get("/zones/one.test/records/new?kind=A")
            for token in ["", "x", "0" * 64, LONG]:
                b.get("/zones/one.test/records/new?kind=A")
                b.submit('name="values"', name="csrf", values="192.0.2.1", csrf=token)
                form_refused(b, (403,), "nothing was done")
            b.open("/zones/one.test/records/new", b'{"kind":"A"}', {"Content-Type": "application/json"})
            form_refused(b, (415,), "form")
            b.open("/zones/one.test/records/new", b"kind=A&name=%ff&csrf=x")
            form_refused(b, (400,), "name")
            b.open("/zones/one.test/records/new", b"kind=A&name=%00&csrf=x")
            form_refused(b, (400,), "name")
            b.open("/zones/one.test/records/new", b"kind=A&name=" + b"x" * (2 << 20))
            form_refused(b, (413,), "")


def furnish(c):
    """Zones with records that bad ones can collide with, and chains that one alias more would close."""
    for zone in ZONES:
        c.cli("domain", "register", zone, *CONTACT)
    c.cli("record", "set", "one.test", "www", "A", 300, "192.0.2.1")
    c.cli("record", "set", "one.test", "other", "CNAME", 300, "www.one.test.")
    c.cli("record", "set", "one.test", "loop", "A", 300, "192.0.2.1")
    c.cli("record", "alias", "two.test", "pair", "A", "loop.one.test")
    c.cli("record", "set", "one.test", "ring", "A", 300, "192.0.2.1")
    c.cli("record", "alias", "two.test", "ring", "A", "ring.one.test")
    c.cli("record", "alias", "three.test", "ring", "A", "ring.two.test")


def main():
    with copy() as c:
        wait_until("the name servers' domains are registered", lambda: c.sql(
            "SELECT COUNT(*) FROM orders WHERE kind = 'infra' AND state = 'done'", "fourways") == [["4"]], 60)
        furnish(c)
        command_line(c)
        api = Api(c)
        api_values(c, api)
        api_documents(c, api)
        http_itself(c, api)
        forms(c)

        @case("after all of it the books balance, and the zones answer as before")
        def _():
            assert "balance" in c.cli("ledger", "audit").stdout
            assert "in sync" in c.cli("zone", "show", "one.test").stdout
    done()


if __name__ == "__main__":
    main()
