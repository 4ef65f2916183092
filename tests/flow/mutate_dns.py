#!/usr/bin/env python3
# time-limit: 120
"""Messages that are nearly right, over UDP and TCP, against a running name server with every feature on.

Each is made from a good one: bits turned, bytes cut out, doubled, replaced by telling ones, lengths and counts changed,
two messages spliced. The server must live, must answer no message that is a reply, must answer with well-formed replies to
the question asked, and afterwards everything as before. FLOW_SEED=N repeats a run, FLOW_SECONDS=N makes it longer.
"""
import contextlib
import os
import pathlib
import random
import select
import shutil
import socket
import struct
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "lib")]
from flow import *  # noqa: E402,F403
from flow import case, done  # noqa: E402
from alone import Alone  # noqa: E402
from dnsclient import Malformed, parse  # noqa: E402
import edns_conformance as shapes  # noqa: E402

ZONE = shapes.ZONE
TEXT = shapes.TEXT + "*.wild A 192.0.2.9\nc1 CNAME c2\nc2 CNAME www\nd DNAME www.elsewhere.invalid.\nda DNAME wild\n"
TELLING = [0, 1, 0x0c, 0x29, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xfa, 0xff]
SECONDS = float(os.environ.get("FLOW_SECONDS") or 8)
UDP_MAX = 1232


def seeds():
    good = list({**shapes.UDP_CASES, **shapes.TCP_CASES}.values())
    for name in ("www", "x.wild", "c1", "a.d", "a.b.da", "www.sub", "no.such.name", "big"):
        for rtype in (1, 16, 255, 43):
            good.append(shapes.ask(f"{name}.{ZONE}", rtype, more=shapes.opt(size=UDP_MAX)))
    return good


def mutate(dice, pool):
    m = bytearray(dice.choice(pool))
    for _ in range(dice.choice((1, 1, 1, 2, 3, 8))):
        at = dice.randrange(len(m)) if m else 0
        how = dice.randrange(8)
        if not m or how == 0:
            m += dice.randbytes(dice.randrange(1, 20))
        elif how == 1:
            m[at] ^= 1 << dice.randrange(8)
        elif how == 2:
            m[at] = dice.choice(TELLING)
        elif how == 3:
            del m[at:at + dice.randrange(1, 9)]
        elif how == 4:
            m[at:at] = m[at:at + dice.randrange(1, 40)]
        elif how == 5:
            m = m[:at] + dice.choice(pool)[dice.randrange(12):]
        elif how == 6 and len(m) >= 12:
            count = dice.choice((4, 6, 8, 10))
            m[count:count + 2] = struct.pack(">H", dice.choice((0, 1, 2, 3, 255, 65535)))
        else:
            m = m[:at]
    return m[:4000]


class Sent:
    """Mutated messages, each with an id of its own."""

    def __init__(self, dice, pool):
        self.dice, self.pool, self.number, self.by_id = dice, pool, 0, {}

    def next(self):
        self.number += 1
        m = mutate(self.dice, self.pool)
        m[:2] = struct.pack(">H", self.number & 0xffff)[:len(m)]
        self.by_id[self.number & 0xffff] = bytes(m)
        return bytes(m)


def check(sent, reply, limit):
    """What any reply must be."""
    assert 12 <= len(reply) <= limit, f"a reply of {len(reply)} bytes"
    ident, flags, qd = struct.unpack_from(">3H", reply)
    asked = sent.by_id.get(ident)
    assert asked is not None and len(asked) >= 12, f"a reply to nothing that was asked: {reply[:12].hex()}"
    pair = f"{reply.hex()} to {asked.hex()}"
    assert flags & 0x8000 and not asked[2] & 0x80, f"a reply was answered: {pair}"
    try:
        answer = parse(reply)
    except (Malformed, IndexError, struct.error) as e:
        raise AssertionError(f"malformed reply ({e}): {pair}") from None
    assert qd == 0 or asked[12:12 + len(answer.question)] == answer.question, f"another question than was asked: {pair}"


def over_udp(ours, dice, pool, until):
    host, port = ours.addr.rsplit(":", 1)
    sent, answered = Sent(dice, pool), 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect((host, int(port)))
        while time.monotonic() < until:
            for _ in range(200):
                s.send(sent.next())
            while select.select([s], [], [], 0.01)[0]:
                check(sent, s.recv(65535), UDP_MAX)
                answered += 1
    return sent.number, answered


def whole_replies(data):
    while len(data) >= 2 and len(data) - 2 >= struct.unpack(">H", data[:2])[0]:
        n = struct.unpack(">H", data[:2])[0]
        yield data[2:2 + n]
        data = data[2 + n:]


def over_tcp(ours, dice, pool, until):
    host, port = ours.addr.rsplit(":", 1)
    sent, answered = Sent(dice, pool), 0
    while time.monotonic() < until:
        stream = bytearray(b"".join(struct.pack(">H", len(m)) + m for m in (sent.next() for _ in range(dice.randrange(1, 12)))))
        lies = dice.random() < 0.2  # the lengths too
        if lies:
            stream[dice.randrange(len(stream))] ^= 1 << dice.randrange(8)
        data = b""
        with socket.create_connection((host, int(port)), 5) as s, contextlib.suppress(OSError):
            while stream:
                n = dice.choice((1, 2, 3, 100, 4000))
                s.sendall(stream[:n])
                stream = stream[n:]
            s.shutdown(socket.SHUT_WR)
            while chunk := s.recv(65535):
                data += chunk
        for reply in whole_replies(data):
            answered += 1
            if not lies:
                check(sent, reply, 65535)
    return sent.number, answered


def main():
    seed = int(os.environ.get("FLOW_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"     FLOW_SEED={seed}", flush=True)
    dice, pool = random.Random(seed), seeds()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="fw-mutate-"))
    settings = {"nsid": "witness", "version-answer": "nine", "identity-answer": "witness", "rrl-rate": 100000}
    good = {**{f"u {k}": (shapes.udp, v) for k, v in shapes.UDP_CASES.items() if v not in (
        shapes.UDP_CASES["eleven bytes"], shapes.UDP_CASES["a reply"])}, **{f"t {k}": (shapes.tcp, v) for k, v in
                                                                          shapes.TCP_CASES.items()}}
    try:
        with Alone(directory / "ours", ZONE, TEXT, settings) as ours:
            def state():
                return {k: shapes.fields(send(ours.addr, m)) for k, (send, m) in good.items()}
            before = state()

            @case("over UDP")
            def _():
                asked, answered = over_udp(ours, dice, pool, time.monotonic() + SECONDS / 2)
                ours.alive()
                print(f"     {asked} messages, {answered} replies", flush=True)
                assert answered > asked / 4 > 100, (asked, answered)

            @case("over TCP")
            def _():
                asked, answered = over_tcp(ours, dice, pool, time.monotonic() + SECONDS / 2)
                ours.alive()
                print(f"     {asked} messages, {answered} replies", flush=True)
                assert answered > asked / 4 > 25, (asked, answered)

            @case("afterwards every answer is as it was before")
            def _():
                after = state()
                changed = [k for k in before if before[k] != after[k]]
                assert not changed, changed
                assert all(f["reply"] for f in before.values())
                assert before["u big, no edns"]["tc"] and len(before["t big over TCP"]["answer"]) == 20
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    done()


if __name__ == "__main__":
    main()
