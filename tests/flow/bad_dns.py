#!/usr/bin/env python3
# time-limit: 180
"""What garbage, liars and dawdlers can do to the running name servers: nothing; they answer all others as before.

FLOW_SEED=N repeats a run's garbage; each run prints its seed.
"""
import contextlib
import os
import pathlib
import random
import select
import socket
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from flow import *  # noqa: E402,F403
from flow import case, copy, done, local, nothing_changes, servers, wait_until  # noqa: E402

NAME, ADDR = "www.steady.test", "192.0.2.7"
NOERROR, FORMERR, NXDOMAIN, NOTIMP, REFUSED, BADVERS = 0, 1, 3, 4, 5, 16
A, OPT, AXFR, IXFR, ANY, IN, CH = 1, 41, 252, 251, 255, 1, 3


# ---- messages ---------------------------------------------------------------------------------------------------------
def wire(name):
    return b"".join(bytes([len(p)]) + p.encode() for p in name.rstrip(".").split(".") if p) + b"\0"


def query(name=NAME, qtype=A, qclass=IN, ident=0x1234, flags=0, counts=(1, 0, 0, 0), more=b""):
    return struct.pack(">HH4H", ident, flags, *counts) + wire(name) + struct.pack(">HH", qtype, qclass) + more


def opt(version=0, size=1232, options=b""):
    return b"\0" + struct.pack(">HHBBHH", OPT, size, 0, version, 0, len(options)) + options


def rcode(reply):
    """RFC 6891: the upper bits stand in the OPT record, which is last here."""
    low, additional = reply[3] & 15, struct.unpack(">H", reply[10:12])[0]
    return low | (reply[-6] << 4 if additional and reply[-11:-8] == struct.pack(">BH", 0, OPT) else 0)


# ---- sockets ------------------------------------------------------------------------------------------------------------
def address(addr):
    host, port = addr.rsplit(":", 1)
    return (socket.AF_INET6 if "[" in host else socket.AF_INET), (host.strip("[]"), int(port))


def udp(addr, timeout=3):
    family, place = address(addr)
    s = socket.socket(family, socket.SOCK_DGRAM)
    s.settimeout(timeout)
    s.connect(place)
    return s


def tcp(addr, source=None, timeout=5):
    family, place = address(addr)
    s = socket.socket(family, socket.SOCK_STREAM)
    s.settimeout(timeout)
    if source:
        s.bind((source, 0))
    s.connect(place)
    return s


def ask(addr, message):
    """One question over UDP; None where there is no answer."""
    with udp(addr, 0.3) as s:
        s.send(message)
        try:
            return s.recv(65535)
        except TimeoutError:
            return None


def exactly(s, n):
    data = b""
    while len(data) < n:
        part = s.recv(n - len(data))
        if not part:
            raise ConnectionError(f"closed after {len(data)} of {n} bytes")
        data += part
    return data


def tcp_answer(s):
    return exactly(s, struct.unpack(">H", exactly(s, 2))[0])


def framed(message):
    return struct.pack(">H", len(message)) + message


def served(c):
    """All four, over both transports and both versions of IP."""
    for addr in servers(c):
        with udp(addr) as s:
            s.send(query())
            reply = s.recv(4096)
        assert rcode(reply) == NOERROR and socket.inet_aton(ADDR) in reply, (addr, reply)
        with tcp(addr) as s:
            s.sendall(framed(query(ident=7)))
            reply = tcp_answer(s)
        assert reply[:2] == b"\0\7" and socket.inet_aton(ADDR) in reply, (addr, reply)


@contextlib.contextmanager
def unharmed(c, before):
    with nothing_changes(c):
        yield
        served(c)
        now = [c.procs[f"dns-{i}"].popen.pid for i in range(4) if c.procs[f"dns-{i}"].alive()]
        assert now == before, "a name server is another process than at the start"


def drain(s, limit=1.0):
    """What has come back by the time the server answers a question of ours behind it."""
    replies = []
    s.send(query(ident=0xBEEF))
    end = time.monotonic() + limit
    while time.monotonic() < end:
        ready, _, _ = select.select([s], [], [], end - time.monotonic())
        if not ready:
            break
        reply = s.recv(65535)
        if reply[:2] == b"\xbe\xef" and socket.inet_aton(ADDR) in reply:
            return replies
        replies.append(reply)
    return replies


# ---- cases --------------------------------------------------------------------------------------------------------------
def datagrams(c, pids, dice):
    @case("random datagrams, seeded: answers only to what could be a question, and none longer than one may be")
    def _():
        with unharmed(c, pids):
            for addr in servers(c):
                with udp(addr) as s:
                    for _ in range(10):
                        sent = set()
                        for _ in range(100):
                            data = dice.randbytes(dice.choice([0, 1, 11, 12, 13, 17, 40, 512, 1400]))
                            sent.add(data[:2])
                            s.send(data)
                        for reply in drain(s):
                            assert len(reply) >= 12 and reply[2] & 0x80 and reply[:2] in sent, reply
                            assert len(reply) <= 1232, len(reply)

    @case("a question with random bits changed, seeded, is answered or refused or dropped")
    def _():
        with unharmed(c, pids):
            for addr in servers(c):
                with udp(addr) as s:
                    for _ in range(10):
                        for _ in range(100):
                            data = bytearray(query(flags=0x0100, counts=(1, 0, 0, 1), more=opt()))
                            for _ in range(dice.randrange(1, 6)):
                                data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
                            s.send(data)
                        for reply in drain(s):
                            assert len(reply) >= 12 and reply[2] & 0x80, reply

    @case("a question that ends at any byte before its end is FORMERR or not answered")
    def _():
        whole = query(counts=(1, 0, 0, 1), more=opt())
        with unharmed(c, pids):
            for addr in servers(c)[:2]:
                for n in range(len(whole)):
                    reply = ask(addr, whole[:n]) if n % 5 == 0 or n in (11, 12, 13) else None
                    assert reply is None or rcode(reply) == FORMERR, (n, reply)

    @case("an answer is not answered: two servers cannot be set on each other")
    def _():
        with unharmed(c, pids):
            for addr in servers(c)[:2]:
                assert ask(addr, query(flags=0x8000)) is None
                assert ask(addr, query(flags=0x8403)) is None


def odd_questions(c, pids):
    loop = struct.pack(">HH4H", 1, 0, 1, 0, 0, 0) + b"\xc0\x0c" + struct.pack(">HH", A, IN)
    ahead = struct.pack(">HH4H", 1, 0, 1, 0, 0, 0) + b"\xc0\xff" + struct.pack(">HH", A, IN)
    long_name = struct.pack(">HH4H", 1, 0, 1, 0, 0, 0) + (b"\x3f" + b"a" * 63) * 5 + b"\0" + struct.pack(">HH", A, IN)
    odd = {
        "a name that points at itself": (loop, {FORMERR}), "a name that points beyond": (ahead, {FORMERR}),
        "a name of 321 bytes": (long_name, {FORMERR}),
        "no question": (query(counts=(0, 0, 0, 0)), {FORMERR}), "two questions": (query(counts=(2, 0, 0, 0)), {FORMERR}),
        "a count of 65535 additional records": (query(counts=(1, 0, 0, 65535)), {FORMERR}),
        "an answer in a question": (query(counts=(1, 1, 0, 0)), {FORMERR}),
        "two OPT records": (query(counts=(1, 0, 0, 2), more=opt() + opt()), {FORMERR}),
        "EDNS version 1": (query(counts=(1, 0, 0, 1), more=opt(version=1)), {BADVERS}),
        "an EDNS option that says it is longer": (
            query(counts=(1, 0, 0, 1), more=opt(options=struct.pack(">HH", 10, 500))), {FORMERR}),
        "the class of another world": (query(qclass=CH), {REFUSED, NOTIMP}),
        "a name we do not host": (query("www.example.com"), {REFUSED}),
        "AXFR": (query("steady.test", AXFR), {REFUSED, NOTIMP, FORMERR}),
        "IXFR": (query("steady.test", IXFR), {REFUSED, NOTIMP, FORMERR}),
        "OPT as a type": (query(qtype=OPT), {FORMERR, NOTIMP, REFUSED}),
        "an UPDATE": (query("steady.test", 6, flags=5 << 11), {NOTIMP, REFUSED}),
        "a NOTIFY": (query("steady.test", 6, flags=4 << 11), {NOTIMP, REFUSED}),
        "opcode 15": (query(flags=15 << 11), {NOTIMP}),
    }
    for what, (message, codes) in odd.items():
        @case(f"{what}: rcode {' or '.join(map(str, sorted(codes)))}, on all four")
        def _():
            for addr in servers(c)[::2]:
                reply = ask(addr, message)
                assert reply is not None and rcode(reply) in codes, (addr, reply)
            served(c)

    @case("ANY is answered with less than would help to flood somebody")
    def _():
        for addr in servers(c)[::2]:
            reply = ask(addr, query("steady.test", ANY))
            assert reply is not None and rcode(reply) in (NOERROR, REFUSED, NOTIMP) and len(reply) <= 512, len(reply)


def streams(c, pids, dice):
    @case("random bytes over TCP, seeded, and lengths that lie: nothing but that connection ends")
    def _():
        with unharmed(c, pids):
            for addr in servers(c):
                lies = [b"\0\0", b"\0\0" * 100, b"\xff\xff" + b"x" * 10, b"\0\x0b" + b"y" * 11, b"\0", b"",
                        struct.pack(">H", 20) + query(), struct.pack(">H", 4000) + query()]
                for data in lies + [dice.randbytes(dice.randrange(1, 4000)) for _ in range(10)]:
                    with tcp(addr) as s, contextlib.suppress(ConnectionError, TimeoutError):
                        s.sendall(data)
                        s.shutdown(socket.SHUT_WR)
                        while s.recv(65535):
                            pass

    @case("a hundred questions in one write get a hundred answers, whatever their order")
    def _():
        for addr in servers(c):
            with tcp(addr) as s:
                s.sendall(b"".join(framed(query(ident=i)) for i in range(100)))
                seen = {struct.unpack(">H", tcp_answer(s)[:2])[0] for _ in range(100)}
                assert seen == set(range(100)), seen

    @case("a question in single bytes is answered, and others are not kept waiting by it")
    def _():
        with unharmed(c, pids):
            for addr in servers(c)[::4]:
                with tcp(addr) as s:
                    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    slowest = 0.0
                    for b in framed(query()):
                        s.sendall(bytes([b]))
                        began = time.monotonic()
                        assert ask(addr, query()) is not None
                        slowest = max(slowest, time.monotonic() - began)
                    assert socket.inet_aton(ADDR) in tcp_answer(s)
                    assert slowest < 0.25, slowest

    @case("a client that asks and never reads does not keep others waiting, and its connection ends")
    def _():
        addr = servers(c)[0]
        with unharmed(c, pids), tcp(addr, "127.0.0.2") as s:
            s.setblocking(False)
            with contextlib.suppress(BlockingIOError, ConnectionError):
                for _ in range(20000):
                    s.send(framed(query("steady.test", ANY)) * 50)
            served(c)


def crowds(c, pids):
    @case("hundreds of connections that say nothing: others get in, and the idle ones are closed")
    def _():
        with unharmed(c, pids):
            addr = servers(c)[0]
            held = []
            for n in range(2, 7):
                held += [tcp(addr, f"127.0.0.{n}") for _ in range(60)]
            served(c)
            for s in held[:5] + held[-5:]:
                s.settimeout(15)
                with contextlib.suppress(ConnectionError):
                    assert s.recv(1) == b""
            for s in held:
                s.close()

    @case("one address cannot take all connections: what is over its share is closed, others are served")
    def _():
        with unharmed(c, pids):
            addr = servers(c)[0]
            held = [tcp(addr, "127.0.0.9") for _ in range(100)]
            closed = 0
            for s in held:
                s.settimeout(0.02)
                try:
                    closed += s.recv(1) == b""
                except ConnectionError:
                    closed += 1
                except TimeoutError:
                    pass
            assert closed >= 100 - 64, closed
            served(c)
            for s in held:
                s.close()


def main():
    seed = int(os.environ.get("FLOW_SEED") or random.SystemRandom().randrange(1 << 32))
    dice = random.Random(seed)
    print(f"     FLOW_SEED={seed}", flush=True)
    with copy(settings={"dns": {"tcp-idle-s": 3}}) as c:
        wait_until("the name servers' domains are registered", lambda: c.sql(
            "SELECT COUNT(*) FROM orders WHERE kind = 'infra' AND state = 'done'", "fourways") == [["4"]], 60)
        c.cli("domain", "register", "steady.test", *[x for field in local.DEMO_CONTACT for x in ("--contact", field)])
        c.cli("record", "set", "steady.test", "www", "A", 300, ADDR)
        c.cli("record", "set", "steady.test", "@", "TXT", 300, *[f'"{i}{"x" * 200}"' for i in range(20)])
        pids = [c.procs[f"dns-{i}"].popen.pid for i in range(4)]
        datagrams(c, pids, dice)
        odd_questions(c, pids)
        streams(c, pids, dice)
        crowds(c, pids)
    done()


if __name__ == "__main__":
    main()
