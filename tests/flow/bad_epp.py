#!/usr/bin/env python3
# time-limit: 180
"""What hostile, broken and ignorant EPP clients can do to the running registry: nothing but lose their connection.

Everything goes through real sockets with real certificates. Each answer is a result code that fits, or the end of the
connection; meanwhile others are served, and no row of the database changes.
"""
import contextlib
import os
import pathlib
import random
import socket
import ssl
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from epp import EPP_NS, OBJECTS, Epp, code_of, command, login  # noqa: E402
from flow import *  # noqa: E402,F403
from flow import case, copy, done, nothing_changes, wait_until  # noqa: E402

DOMAIN = OBJECTS["domain"]
FRAME_MAX = 262144
HEAD = f'<epp xmlns="{EPP_NS}">'
LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "lol"}">' for i in range(10))
MALFORMED = {
    "no XML": "x", "blank": " ", "half an element": "<epp", "no root": '<?xml version="1.0"?>',
    "ends that do not match": HEAD + "<command></epp>", "bytes that are no UTF-8": HEAD.encode() + b"\xff\xfe</epp>",
    "a NUL": HEAD.encode() + b"<command>\0</command></epp>", "a control character": HEAD + "\x01</epp>",
    "another encoding": '<?xml version="1.0" encoding="UTF-16"?>' + HEAD + "<hello/></epp>",
    "two roots": HEAD + "<hello/></epp>" + HEAD + "<hello/></epp>", "another root": "<epq/>",
    "a DOCTYPE": "<!DOCTYPE epp>" + HEAD + "<hello/></epp>",
    "an entity for a file": f'<!DOCTYPE epp [<!ENTITY x SYSTEM "file:///etc/passwd">]>{HEAD}<command>'
                            "<poll op=\"req\"/><clTRID>&x;</clTRID></command></epp>",
    "an entity for a URL": '<!DOCTYPE epp SYSTEM "http://127.0.0.1:1/x.dtd">' + HEAD + "<hello/></epp>",
    "a billion laughs": f"<!DOCTYPE epp [{LAUGHS}]>{HEAD}<command><poll op=\"req\"/><clTRID>&l9;</clTRID>"
                        "</command></epp>",
    "an unknown entity": HEAD + "<command><poll op=\"req\"/><clTRID>&who;</clTRID></command></epp>",
    "ten thousand levels": HEAD + "<a>" * 10000 + "</a>" * 10000 + "</epp>",
    "no namespace": command('<poll op="req"/>').replace(f' xmlns="{EPP_NS}"', ""),
    "another namespace": command('<poll op="req"/>').replace(EPP_NS, "urn:ietf:params:xml:ns:epp-2.0"),
    "a thousand attributes": HEAD + "<command " + " ".join(f'a{i}="1"' for i in range(1000)) + "/></epp>",
    "nothing in a command": command(""),
    "two verbs in a command": command('<poll op="req"/><logout/>'),
}


def check_of(name, ns=DOMAIN):
    return command(f'<check><domain:check xmlns:domain="{ns}"><domain:name>{name}</domain:name></domain:check></check>')


def create_of(name, period="1", extra=""):
    return command(f'<create><domain:create xmlns:domain="{DOMAIN}"><domain:name>{name}</domain:name>'
                   f'<domain:period unit="y">{period}</domain:period>{extra}<domain:authInfo><domain:pw>2fooBAR-long'
                   "</domain:pw></domain:authInfo></domain:create></create>")


REFUSED = {  # what is XML, and wrong for all that: (document, codes that fit)
    "a command nobody knows": (command("<frobnicate/>"), {2000}),
    "a clTRID too long": (HEAD + f'<command><poll op="req"/><clTRID>{"t" * 65}</clTRID></command></epp>', {2005}),
    "no name in a check": (command(f'<check><domain:check xmlns:domain="{DOMAIN}"/></check>'), {2003}),
    "an object namespace nobody knows": (check_of("a.test", "urn:ietf:params:xml:ns:domain-9.9"), {2001, 2307}),
    "a name of 10,000 bytes": (create_of("a" * 10000 + ".test"), {2001, 2004, 2005}),
    "a label of 64": (create_of("a" * 64 + ".test"), {2005}),
    "an empty label": (create_of("a..test"), {2005}),
    "a hyphen in front": (create_of("-a.test"), {2005}),
    "an underscore": (create_of("a_b.test"), {2005}),
    "U-labels": (create_of("b\u00fccher.test"), {2001, 2005}),
    "mixed scripts as A-label": (create_of("xn--pypal-4ve.test"), {2005, 2306}),
    "a bad A-label": (create_of("xn--\u0061.test"), {2005, 2306}),
    "a TLD of somebody else": (create_of("a.com"), {2005, 2306, 2307}),
    "an address": (create_of("192.0.2.1"), {2005, 2306, 2307}),
    "the TLD itself": (create_of("test"), {2005, 2306}),
    "no years": (create_of("years.test", "0"), {2001, 2004}),
    "a hundred years": (create_of("years.test", "100"), {2001, 2004}),
    "years in words": (create_of("years.test", "one"), {2001, 2005}),
    "a contact nobody has": (create_of("a.test", extra="<domain:registrant>nobody</domain:registrant>"), {2303}),
    "a host nobody has": (create_of("a.test", extra="<domain:ns><domain:hostObj>ns1.nowhere.test</domain:hostObj>"
                                    "<domain:hostObj>ns2.nowhere.test</domain:hostObj></domain:ns>"
                                    "<domain:registrant>person-1</domain:registrant>"), {2303}),
}


@contextlib.contextmanager
def harmless(c, witness):
    """Bad input that changes nothing, while a session opened before and one opened now are served."""
    with nothing_changes(c, ["fourways_sandbox"]):
        yield
        assert witness.check("never-registered.test")
        with Epp(c) as other:
            other.logged_in()
            assert other.check("never-registered.test")


def malformed(c, e):
    for what, document in MALFORMED.items():
        @case(f"2001 for {what}, and the session goes on")
        def _():
            began = time.monotonic()
            code, response = e.ask(document)
            assert time.monotonic() - began < 2, "that took too long"
            assert code == 2001, (code, response)
            assert "root:" not in response and "lollol" not in response, response
            assert e.check("never-registered.test")


def refused(c, e):
    for what, (document, codes) in REFUSED.items():
        @case(f"{' or '.join(map(str, sorted(codes)))} for {what}")
        def _():
            code, response = e.ask(document)
            assert code in codes, (code, response)
            assert "<reason" in response or "<msg" in response, response
            assert e.check("never-registered.test")


def documents(c, witness):
    """All in one session, which none of them ends."""
    @case("none of these documents changed anything, and others were served")
    def _():
        with harmless(c, witness), Epp(c) as e:
            e.logged_in()
            malformed(c, e)
            refused(c, e)


def frames(c, witness):
    for length in [0, 1, 4, FRAME_MAX + 1, 1 << 31, (1 << 32) - 1]:
        @case(f"a frame that says {length} bytes ends its session with 2500")
        def _():
            with harmless(c, witness), Epp(c) as e:
                e.logged_in().send_raw(struct.pack(">I", length))
                assert code_of(e.receive()) == 2500
                assert e.is_closed()

    @case("a frame of 5 bytes is one byte that is no XML: 2001, and the session goes on")
    def _():
        with harmless(c, witness), Epp(c) as e:
            assert e.logged_in().ask("x")[0] == 2001
            assert e.check("never-registered.test")

    @case("a frame as long as can be is read; one byte more is not")
    def _():
        with harmless(c, witness), Epp(c) as e:
            document = check_of("never-registered.test").encode()
            padded = document + b" " * (FRAME_MAX - 4 - len(document))
            assert e.logged_in().ask(padded)[0] in (1000, 2001)
            e.send_raw(struct.pack(">I", FRAME_MAX + 1))
            assert code_of(e.receive()) == 2500 and e.is_closed()

    @case("a connection that ends at any byte of a frame harms nobody")
    def _():
        document = create_of("half-sent.test").encode()
        frame = struct.pack(">I", len(document) + 4) + document
        with harmless(c, witness):
            for cut in [1, 3, 4, 5, len(frame) // 2, len(frame) - 1]:
                with Epp(c) as e:
                    e.logged_in().send_raw(frame[:cut])

    @case("a command in single bytes is understood, and two in one write get two answers")
    def _():
        document = check_of("never-registered.test").encode()
        frame = struct.pack(">I", len(document) + 4) + document
        with harmless(c, witness), Epp(c) as e:
            e.logged_in()
            for i in range(len(frame)):
                e.send_raw(frame[i:i + 1])
            assert code_of(e.receive()) == 1000
            e.send_raw(frame + frame)
            assert [code_of(e.receive()), code_of(e.receive())] == [1000, 1000]


def strangers(c, witness):
    @case("2002 for commands before login")
    def _():
        with harmless(c, witness), Epp(c) as e:
            for document in [check_of("a.test"), create_of("early.test"), command('<poll op="req"/>'),
                             command("<logout/>")]:
                assert e.ask(document)[0] == 2002, document
            e.logged_in()

    @case("2002 for a second login, and the session goes on")
    def _():
        with harmless(c, witness), Epp(c) as e:
            assert e.logged_in().login()[0] == 2002
            assert e.check("never-registered.test")

    @case("a wrong password is 2200 twice and 2501 the third time; the right one is too late then")
    def _():
        with harmless(c, witness), Epp(c) as e:
            assert [e.login("wrong-password")[0] for _ in range(3)] == [2200, 2200, 2501]
            assert e.is_closed()

    @case("the right password with another registrar's certificate, or of an unknown registrar, is 2200")
    def _():
        with harmless(c, witness), Epp(c, "fourways", cert="rival") as e:
            assert e.login()[0] == 2200
            assert e.command(login("nobody", e.password))[0] == 2200
            # counted by the id that was given, whoever has it; nobody logs in to end that count
            count = "SELECT failures FROM login_failure WHERE clid = 'nobody'"
            assert c.sql(count, "fourways_sandbox") == [["1"]]
            c.sql("DELETE FROM login_failure WHERE clid = 'nobody'", "fourways_sandbox")

    @case("a login that wants another version, language or object is refused with the code for it")
    def _():
        with harmless(c, witness), Epp(c) as e:
            good = login("fourways", e.password)
            for old, new, codes in [("<version>1.0", "<version>9.9", {2100, 2001}), ("<lang>en", "<lang>xx", {2102}),
                                    (DOMAIN, "urn:example:thing-1.0", {2307})]:
                code, response = e.command(good.replace(old, new))
                assert code in codes, (new, code, response)

    @case("no session without a certificate of the registry's CA, nor without TLS")
    def _():
        host, port = c.addr("epp").rsplit(":", 1)
        with harmless(c, witness):
            context = ssl.create_default_context(cafile=str(c.path("pki", "ca.pem")))
            with socket.create_connection((host, int(port)), timeout=15) as raw:
                with context.wrap_socket(raw, server_hostname="localhost") as s:
                    try:
                        assert s.recv(1) == b"", "a greeting for somebody without a certificate"
                    except (ssl.SSLError, ConnectionError):
                        pass  # refused, as it should be
            for data in [b"\0\0\0\x05x", b"GET / HTTP/1.0\r\n\r\n", bytes(200)]:
                with socket.create_connection((host, int(port)), timeout=15) as raw:
                    raw.sendall(data)
                    with contextlib.suppress(ConnectionError):
                        while part := raw.recv(4096):
                            assert b"greeting" not in part


def crowds(c, witness, dice):
    @case("frames of random bytes, seeded, get 2001 each")
    def _():
        with harmless(c, witness), Epp(c) as e:
            e.logged_in()
            for _ in range(200):
                code, response = e.ask(dice.randbytes(dice.randrange(1, 2000)))
                assert code == 2001, response

    @case("commands with random bytes changed, seeded, are answered or refused, and nothing breaks")
    def _():
        with nothing_changes(c, ["fourways_sandbox"]):
            e = Epp(c).logged_in()
            for _ in range(300):
                document = bytearray(check_of("never-registered.test").encode())
                for _ in range(dice.randrange(1, 4)):
                    document[dice.randrange(len(document))] = dice.randrange(256)
                code, response = e.ask(bytes(document))
                assert code == 1000 or 2000 <= code < 2400, response
            e.close()

    @case("clients that connect and say nothing do not keep others out")
    def _():
        host, port = c.addr("epp").rsplit(":", 1)
        idle = [socket.create_connection((host, int(port)), timeout=15) for _ in range(60)]
        with harmless(c, witness):
            pass
        for s in idle:
            s.close()


def main():
    seed = int(os.environ.get("FLOW_SEED") or random.SystemRandom().randrange(1 << 32))
    dice = random.Random(seed)
    print(f"     FLOW_SEED={seed}", flush=True)
    with copy() as c:
        wait_until("the name servers' domains are registered", lambda: c.sql(
            "SELECT COUNT(*) FROM orders WHERE kind = 'infra' AND state = 'done'", "fourways") == [["4"]], 60)
        with Epp(c) as witness:
            witness.logged_in().create_contact("person-1")
            for part in [documents, frames, strangers]:
                part(c, witness)
            crowds(c, witness, dice)
    done()


if __name__ == "__main__":
    main()
