#!/usr/bin/env python3
# time-limit: 120
"""What a name server says to every shape of message: ours beside BIND, field by field; NSD and Knot as witnesses.

The cases are those of ISC's public EDNS compliance tests and of its "genreport" (header flags, opcodes, types, EDNS
versions, options and flags, cookies, signatures, TCP), and more of the same kind. Where we mean to differ from BIND,
DEVIATIONS says in which field, how, and why; a deviation that is not met is a failure too. --show prints every reply.
"""
import contextlib
import pathlib
import shutil
import socket
import struct
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "lib")]
from flow import *  # noqa: E402,F403
from flow import case, done, skip_all  # noqa: E402
import others  # noqa: E402
from alone import Alone  # noqa: E402
from dnsclient import labels_of, name_wire, read_name, read_rdata  # noqa: E402

ZONE = "conform.test"
KEY = "000102030405060708090a0b0c0d0e0f"
A, NS, SOA, TXT, OPT, TSIG, IXFR, AXFR, ANY, IN, CH = 1, 2, 6, 16, 41, 250, 251, 252, 255, 1, 3
AA, TC, RD, RA, Z, AD, CD, DO = 0x400, 0x200, 0x100, 0x80, 0x40, 0x20, 0x10, 0x8000
NSID, SUBNET, EXPIRE, COOKIE, KEEPALIVE, PADDING, EDE = 3, 8, 9, 10, 11, 12, 15
TEXT = """$TTL 300
@ SOA ns1 hostmaster 1 3600 600 86400 300
@ NS ns1
ns1 A 192.0.2.53
www A 192.0.2.1
big TXT %s
sub NS ns.sub
ns.sub A 192.0.2.60
""" % "\nbig TXT ".join(f'"{i:02d}{"x" * 190}"' for i in range(20))


# ---- messages -------------------------------------------------------------------------------------------------------
def option(code, data=b""):
    return struct.pack(">HH", code, len(data)) + data


def opt(version=0, size=4096, flags=0, options=b"", owner=b"\0"):
    return owner + struct.pack(">HHBBHH", OPT, size, 0, version, flags, len(options)) + options


def tsig(mac=b"\xaa" * 32, name="key.test", error=0):
    data = name_wire([b"hmac-sha256"]) + struct.pack(">HIHH", 0, 1559731985, 300, len(mac)) + mac + struct.pack(
        ">HHH", 4711, error, 0)
    return name_wire(labels_of(name)) + struct.pack(">HHIH", TSIG, 255, 0, len(data)) + data


def record(name=ZONE, rtype=SOA, data=b"\0\0" + bytes(20)):
    return name_wire(labels_of(name)) + struct.pack(">HHIH", rtype, IN, 0, len(data)) + data


def ask(name=ZONE, qtype=SOA, qclass=IN, flags=0, opcode=0, more=b"", ar=None, an=0, ns=0, qd=1):
    question = (name_wire(labels_of(name)) + struct.pack(">HH", qtype, qclass)) * qd
    return struct.pack(">6H", 4711, flags | opcode << 11, qd, an, ns, (1 if more else 0) if ar is None else ar) + (
        question + more)


CLIENT = bytes.fromhex("0102030405060708")
OPTLIST = (option(NSID) + option(SUBNET, bytes.fromhex("00010000")) + option(EXPIRE) + option(COOKIE, CLIENT))

UDP_CASES = {
    # the compliance tests
    "dns": ask(),
    "edns": ask(more=opt()),
    "edns1": ask(more=opt(version=1)),
    "edns@512": ask("big." + ZONE, TXT, more=opt(size=512)),
    "ednsopt": ask(more=opt(options=option(100))),
    "edns1opt": ask(more=opt(version=1, options=option(100))),
    "do": ask(more=opt(flags=DO)),
    "edns1do": ask(more=opt(version=1, flags=DO)),
    "ednsflags": ask(more=opt(flags=0x0080)),
    "ednsflags, all and DO": ask(more=opt(flags=0xffff)),
    "optlist": ask(more=opt(options=OPTLIST)),
    "ednsnsid": ask(more=opt(options=option(NSID))),
    "ednscookie": ask(more=opt(options=option(COOKIE, CLIENT))),
    "ednsexpire": ask(more=opt(options=option(EXPIRE))),
    "ednssubnet": ask(more=opt(options=option(SUBNET, bytes.fromhex("00010000")))),
    "ednssubnet, with an address": ask(more=opt(options=option(SUBNET, bytes.fromhex("00011800c00002")))),
    "bind11": ask(more=opt(flags=DO, options=option(COOKIE, CLIENT))),
    "dig11": ask(flags=RD | AD, more=opt(options=option(COOKIE, CLIENT))),
    "signed": ask("www." + ZONE, A, more=opt(flags=DO)),
    # header flags
    **{f"flag {n}": ask(flags=f) for n, f in
       {"aa": AA, "ad": AD, "cd": CD, "ra": RA, "rd": RD, "tc": TC, "z": Z, "all": AA | AD | CD | RA | RD | TC | Z}.items()},
    **{f"flag {n}, edns": ask(flags=f, more=opt()) for n, f in {"ad": AD, "cd": CD, "z": Z}.items()},
    # opcodes
    **{f"opcode {n}": ask(opcode=n) for n in range(1, 16)},
    **{f"opcode {n}, header only": ask(opcode=n, qd=0) for n in range(1, 16)},
    **{f"opcode {n}, edns": ask(opcode=n, more=opt()) for n in (1, 2, 3, 6, 15)},
    "opcode with all flags": ask(opcode=15, flags=AA | AD | CD | RA | RD | TC | Z),
    # types
    **{f"type {t}": ask(qtype=t) for t in (1, 2, 5, 6, 12, 13, 15, 16, 28, 29, 33, 35, 39, 43, 44, 48, 46, 47, 52, 64, 65,
                                           99, 257, 108, 249, 253, 254, 1000, 65280, 65535)},
    "type ANY": ask(qtype=ANY), "type 0": ask(qtype=0), "type OPT": ask(qtype=OPT), "type TSIG": ask(qtype=TSIG),
    "type A, no such name": ask("nothing." + ZONE, A), "type A, not our zone": ask("www.elsewhere.example", A),
    "not our zone, edns": ask("www.elsewhere.example", A, more=opt()),
    "referral": ask("www.sub." + ZONE, A), "referral, edns": ask("www.sub." + ZONE, A, more=opt()),
    "AXFR": ask(qtype=AXFR), "IXFR": ask(qtype=IXFR), "IXFR with SOA": ask(qtype=IXFR, ns=1, more=record(), ar=0),
    # classes
    "class CH": ask(qclass=CH, qtype=TXT), "class ANY": ask(qclass=255), "class NONE": ask(qclass=254),
    "class HS": ask(qclass=4), "class 0": ask(qclass=0), "class 65535": ask(qclass=65535),
    "version.bind": ask("version.bind", TXT, CH), "version.server": ask("version.server", TXT, CH),
    "id.server": ask("id.server", TXT, CH), "hostname.bind": ask("hostname.bind", TXT, CH),
    "version.bind, class IN": ask("version.bind", TXT), "version.bind, type A": ask("version.bind", A, CH),
    "authors.bind": ask("authors.bind", TXT, CH),
    # sizes
    "big, no edns": ask("big." + ZONE, TXT), "big, 4096": ask("big." + ZONE, TXT, more=opt()),
    "size 0": ask("big." + ZONE, TXT, more=opt(size=0)), "size 65535": ask("big." + ZONE, TXT, more=opt(size=65535)),
    # malformed
    "no question": ask(qd=0), "no question, edns": ask(qd=0, more=opt()), "two questions": ask(qd=2),
    "no question, client cookie": ask(qd=0, more=opt(options=option(COOKIE, CLIENT))),
    "no question, bad cookie": ask(qd=0, more=opt(options=option(COOKIE, CLIENT + b"\1\0\0\0" + bytes(12)))),
    "two OPT": ask(more=opt() + opt(), ar=2), "OPT in answer": ask(more=opt(), ar=0, an=1),
    "OPT in authority": ask(more=opt(), ar=0, ns=1), "OPT not at the root": ask(more=opt(owner=b"\1a\0")),
    "option too long": ask(more=opt(options=struct.pack(">HH", 100, 5))),
    "option cut off": ask(more=opt(options=b"\0")),
    "answer in a query": ask(more=record(), ar=0, an=1), "authority in a query": ask(more=record(), ar=0, ns=1),
    "additional in a query": ask(more=record("a.test", A, b"\1\2\3\4")),
    "bytes behind": ask() + b"x", "counts beyond the end": ask(ar=1), "question cut off": ask()[:-1],
    "header only": ask()[:12], "eleven bytes": ask()[:11], "a reply": ask(flags=0x8000), "a pointer as name": (
        ask()[:12] + b"\xc0\x0c\0\1\0\1"),
    "label type 0x40": ask()[:12] + b"\x41a\0\0\1\0\1",
    # cookies
    **{f"cookie of {n} bytes": ask(more=opt(options=option(COOKIE, bytes(n)))) for n in (0, 1, 7, 9, 15, 16, 24, 40, 41)},
    "bad cookie": ask(more=opt(options=option(COOKIE, CLIENT + b"\1\0\0\0" + bytes(12)))),
    "cookie and another version": ask(more=opt(version=1, options=option(COOKIE, CLIENT))),
    # signatures
    "tsig": ask(more=tsig()), "tsig, edns": ask(more=opt() + tsig(), ar=2), "tsig, not last": ask(more=tsig() + opt(), ar=2),
    "tsig twice": ask(more=tsig() + tsig(), ar=2), "tsig, malformed": ask(more=tsig()[:-2] + b"\0\1"),
    "tsig on AXFR": ask(qtype=AXFR, more=tsig()),
    # other options
    "padding": ask(more=opt(options=option(PADDING, bytes(8)))), "keepalive over UDP": ask(more=opt(options=option(KEEPALIVE))),
    "an error in a query": ask(more=opt(options=option(EDE, b"\0\x0f"))),
    "nsid, with data": ask(more=opt(options=option(NSID, b"abc"))),
}

TCP_CASES = {
    "dnstcp": ask(), "ednstcp": ask(more=opt(flags=DO)), "big over TCP": ask("big." + ZONE, TXT),
    "edns@512tcp": ask("big." + ZONE, TXT, more=opt(size=512)), "edns1 over TCP": ask(more=opt(version=1)),
    "keepalive over TCP": ask(more=opt(options=option(KEEPALIVE))),
    "cookie over TCP": ask(more=opt(options=option(COOKIE, CLIENT))), "AXFR over TCP": ask(qtype=AXFR),
    "IXFR over TCP": ask(qtype=IXFR, ns=1, more=record(), ar=0), "opcode 6 over TCP": ask(opcode=6),
    "tsig over TCP": ask(more=tsig()), "no question over TCP": ask(qd=0), "type ANY over TCP": ask(qtype=ANY),
}


# ---- replies ----------------------------------------------------------------------------------------------------------
def options_of(data):
    out = {}
    while data:
        code, n = struct.unpack_from(">HH", data)
        out[code] = data[4:4 + n]
        data = data[4 + n:]
    return out


def fields(reply):
    """The reply, taken apart; None: there was none."""
    if reply is None:
        return {"reply": None}
    ident, flags, qd, *counts = struct.unpack_from(">6H", reply)
    at = 12
    for _ in range(qd):
        at = read_name(reply, at)[1] + 4
    f = {"reply": True, "id": ident, "opcode": flags >> 11 & 15, "rcode": flags & 15, "question": reply[12:at],
         **{n: bool(flags & b) for n, b in
            {"aa": AA, "tc": TC, "rd": RD, "ra": RA, "z": Z, "ad": AD, "cd": CD}.items()},
         "edns": None, "options": None, "tsig": None}
    for section, count in zip(("answer", "authority", "additional"), counts):
        f[section] = set()
        for _ in range(count):
            owner, at = read_name(reply, at)
            rtype, rclass, ttl, n = struct.unpack_from(">HHIH", reply, at)
            at += 10 + n
            if rtype == OPT:
                f["rcode"] |= ttl >> 24 << 4
                f["edns"] = (ttl >> 16 & 255, ttl & 0xffff)
                f["options"] = options_of(reply[at - n:at])
            elif rtype == TSIG:
                f["tsig"] = struct.unpack(">H", reply[at - 4:at - 2])[0]
            else:
                f[section].add((owner, rtype, rclass, ttl, read_rdata(reply, rtype, at - n, n)))
    assert at == len(reply), f"{len(reply) - at} bytes behind the last record"
    if f["options"] and COOKIE in f["options"]:  # the second half is a time and a hash
        f["options"][COOKIE] = f["options"][COOKIE][:8], len(f["options"][COOKIE])
    f["options"] = None if f["options"] is None else sorted(f["options"].items())
    return f


def udp(addr, message, wait=1.0):
    host, port = addr.rsplit(":", 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(wait)
        s.connect((host, int(port)))
        s.send(message)
        try:
            return s.recv(65535)
        except TimeoutError:
            return None


def tcp(addr, message):
    host, port = addr.rsplit(":", 1)
    with socket.create_connection((host, int(port)), 3) as s, contextlib.suppress(ConnectionError, TimeoutError):
        s.sendall(struct.pack(">H", len(message)) + message)
        with s.makefile("rb") as f:
            head = f.read(2)
            return f.read(struct.unpack(">H", head)[0]) if len(head) == 2 else None
    return None


# ---- BIND beside us -------------------------------------------------------------------------------------------------
def named_conf(zones, required=False):
    argv, conf = others.named_conf(zones)
    conf = conf.replace("minimal-any no;", "minimal-any yes;").replace(
        "answer-cookie no;", f'answer-cookie yes; cookie-algorithm siphash24; cookie-secret "{KEY}"; '
        'server-id "witness"; version "nine"; hostname "witness"; tcp-idle-timeout 100; tcp-keepalive-timeout 100; '
        "tcp-advertised-timeout 100;" + (" require-server-cookie yes;" if required else ""))
    return argv, conf


# {case: ({field: ours}, why)}
EXPIRE_WHY = "EXPIRE (RFC 7314) is for secondaries, of which there are none; NSD leaves it out too"
SUBNET_WHY = "nothing here depends on a client's subnet (RFC 7871 §7.1.3); NSD and Knot leave it out too"
OPCODE_WHY = "there are no secondaries and no updates: not implemented, rather than a policy"
CLASS_WHY = "a class that is not served is REFUSED, as by NSD; and to Knot, but for ANY"
CHAOS_WHY = "there is nothing but the four texts, and no zone around them; NSD and Knot answer as we do"
STRICT_WHY = "the counts say what a query may not have"
SOA_ROW = (b"\x07conform\x04test\0", SOA, IN, 300, b"\x03ns1\x07conform\x04test\0\x0ahostmaster\x07conform\x04test\0"
           + struct.pack(">5I", 1, 3600, 600, 86400, 300))
NS_ROW = (b"\x07conform\x04test\0", NS, IN, 300, b"\x03ns1\x07conform\x04test\0")
CLIENT_HALF = (COOKIE, (CLIENT, 24))
FORMERR_EMPTY = {"rcode": 1, "aa": False, "answer": set()}
DEVIATIONS = {
    "optlist": ({"options": [(NSID, b"witness"), CLIENT_HALF]}, f"{SUBNET_WHY}; {EXPIRE_WHY}"),
    "ednsexpire": ({"options": []}, EXPIRE_WHY),
    "ednssubnet": ({"options": []}, SUBNET_WHY), "ednssubnet, with an address": ({"options": []}, SUBNET_WHY),
    "opcode 4": ({"rcode": 4, "aa": False}, OPCODE_WHY), "opcode 5": ({"rcode": 4}, OPCODE_WHY),
    "opcode 4, header only": ({"rcode": 4}, OPCODE_WHY), "opcode 5, header only": ({"rcode": 4}, OPCODE_WHY),
    "opcode with all flags": ({"rd": True, "cd": True}, "both are copied whatever the opcode, as by NSD"),
    "type 2": ({"additional": set()}, "minimal: who asks for NS has the addresses already, or asks for them"),
    "type ANY": ({"answer": {NS_ROW}}, "any one RRset of the name (RFC 8482 §4.1)"),
    "type ANY over TCP": ({"answer": {NS_ROW}}, "the same over TCP; BIND gives all there"),
    "not our zone, edns": ({"options": [(EDE, b"\0\x14")]}, "Not Authoritative (RFC 8914), as NSD and Knot say"),
    **{f"class {c}": ({"rcode": 5}, CLASS_WHY) for c in ("ANY", "NONE", "0", "65535")},
    "version.server": ({"rcode": 0, "aa": True, "answer": {(b"\7version\6server\0", TXT, CH, 0, b"\4nine")}},
                       "the same as version.bind, as in NSD and Knot"),
    "version.bind, type A": ({"rcode": 5, "aa": False, "authority": set()}, CHAOS_WHY),
    "authors.bind": ({"rcode": 5, "aa": False, "authority": set()}, CHAOS_WHY),
    "big, no edns": ({"answer": set()}, "what is cut is cut to nothing (RFC 2181 §9), as by NSD and Knot"),
    "no question, bad cookie": ({"rcode": 23}, "BADCOOKIE (RFC 7873 §5.4); BIND gives NOERROR"),
    "answer in a query": (FORMERR_EMPTY, f"{STRICT_WHY}, as to NSD"),
    "authority in a query": (FORMERR_EMPTY, f"{STRICT_WHY}, as to NSD"),
    "bytes behind": (FORMERR_EMPTY, "bytes that no count stands for are malformed, as to Knot"),
}

# Where cookies are required: what BIND does under require-server-cookie.
REQUIRED_CASES = {
    "cookie of the client only": UDP_CASES["ednscookie"], "a bad cookie": UDP_CASES["bad cookie"],
    "a malformed cookie": UDP_CASES["cookie of 9 bytes"], "no question": UDP_CASES["no question, client cookie"],
    "a bad cookie for nothing of ours": ask("www.elsewhere.example", A, more=opt(options=option(COOKIE, CLIENT))),
}


def differing(name, ours, theirs):
    return {k for k in ours.keys() | theirs.keys() if ours.get(k) != theirs.get(k)}


def shown(f, keys):
    return {k: f.get(k) for k in sorted(keys)}


def compare(ours, bind, witnesses, cases, send):
    wrong = []
    for name, message in cases.items():
        mine, its = fields(send(ours.addr, message)), fields(send(bind.addr, message))
        keys = differing(name, mine, its)
        expected = DEVIATIONS.get(name, ({}, ""))[0]
        if "--show" in sys.argv:
            print(f"{name}: {shown(mine, mine.keys() - {'question', 'id'})}")
        got = {k: mine.get(k) for k in keys}
        if got != expected:
            wrong.append(f"{name}: ours {shown(mine, keys | expected.keys())}, BIND's {shown(its, keys | expected.keys())}"
                         + "".join(f", {w.name}'s {shown(fields(send(w.addr, message)), keys)}" for w in witnesses))
    assert not wrong, f"{len(wrong)} of {len(cases)}:\n  " + "\n  ".join(wrong)


def cookies_agree(ours, bind):
    """What one has made, the other takes, under the same key; both want a good one for data."""
    for maker, taker in ((ours, bind), (bind, ours)):
        cookie = fields_raw_cookie(udp(maker.addr, ask(more=opt(options=option(COOKIE, CLIENT)))))
        assert cookie[:8] == CLIENT and len(cookie) == 24, cookie
        f = fields(udp(taker.addr, ask(more=opt(options=option(COOKIE, cookie)))))
        assert f["rcode"] == 0 and f["answer"], f"{taker.name} does not take {maker.name}'s cookie"
        for i in range(8, 24):
            spoiled = cookie[:i] + bytes([cookie[i] ^ 1]) + cookie[i + 1:]
            f = fields(udp(taker.addr, ask(more=opt(options=option(COOKIE, spoiled)))))
            assert f["rcode"] == 23 and not f["answer"], f"{taker.name} takes a cookie with byte {i} changed"


def fields_raw_cookie(reply):
    assert reply[-28:-24] == struct.pack(">HH", COOKIE, 24), reply
    return reply[-24:]


def main():
    absent = [p for p in ("named", "nsd", "knotd") if not others.program(p)]
    if absent:
        skip_all(f"{', '.join(absent)}: not installed (ops/packages run test installs them)")
    directory = pathlib.Path(tempfile.mkdtemp(prefix="fw-conform-"))
    others.CONFS.update({"named": named_conf})
    keys = directory / "keys"
    keys.write_text(KEY + "\n")
    keys.chmod(0o600)
    settings = {"nsid": "witness", "identity-answer": "witness", "version-answer": "nine", "cookie-keys": keys}
    started = []

    def start(name, number):
        started.append(others.Other(name, directory / f"{name}{number}", [(ZONE, str(directory / "ours/zone"))]))
        started[-1].wait([labels_of(ZONE)])
        return started[-1]

    try:
        with Alone(directory / "ours", ZONE, TEXT, settings) as ours:
            bind, *witnesses = [start(name, 1) for name in ("named", "nsd", "knotd")]

            @case(f"{len(UDP_CASES)} shapes of messages over UDP are answered as BIND answers them, or as said")
            def _():
                compare(ours, bind, witnesses, UDP_CASES, udp)

            @case(f"{len(TCP_CASES)} over TCP")
            def _():
                compare(ours, bind, witnesses, TCP_CASES, tcp)

            ours.alive()
        others.CONFS["named"] = lambda zones: named_conf(zones, required=True)
        with Alone(directory / "required", ZONE, TEXT, settings | {"cookies-required": "yes"}) as ours:
            bind = start("named", 2)

            @case(f"{len(REQUIRED_CASES)} where cookies are required")
            def _():
                compare(ours, bind, [], REQUIRED_CASES, udp)

            @case("a cookie of BIND's is good here, and one of ours there")
            def _():
                cookies_agree(ours, bind)

            @case("who brings no cookie where one is required is sent to TCP")
            def _():
                f = fields(udp(ours.addr, ask()))
                assert f["tc"] and f["rcode"] == 0 and not f["answer"], f
                assert fields(tcp(ours.addr, ask()))["answer"]

            ours.alive()
    finally:
        for s in started:
            s.stop()
        shutil.rmtree(directory, ignore_errors=True)
    done()


if __name__ == "__main__":
    main()
