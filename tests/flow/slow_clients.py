#!/usr/bin/env python3
# time-limit: 180
# alone: it measures how soon a client is served
"""Thousands of TCP clients that say nothing, or a byte at a time: who comes new is served within a second all the while.

And what gives way when all places are taken: the connection that has been silent for longest, never the new client.
"""
import pathlib
import resource
import shutil
import socket
import struct
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "lib")]
from flow import *  # noqa: E402,F403
from flow import case, done, skip_all, wait_until  # noqa: E402
from alone import Alone  # noqa: E402
from dnsclient import TYPES, Question, labels_of, parse  # noqa: E402

ZONE = "slow.test"
TEXT = "$TTL 300\n@ SOA ns1 h 1 3600 600 86400 300\n@ NS ns1\nns1 A 192.0.2.53\nwww A 192.0.2.1\n"
IDLE, DRIPPING, PER_CLIENT = 5000, 300, 50
IDLE_S = 5
QUESTION = Question(tuple(labels_of("www." + ZONE)), TYPES["A"], edns=1232).wire(77)
FRAMED = struct.pack(">H", len(QUESTION)) + QUESTION
sources = iter(f"127.{a}.{b}.{c}" for a in range(1, 100) for b in range(1, 250) for c in range(1, 250))


def connect(addr, source, timeout=5):
    host, port = addr.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout, (source, 0))


def crowd(addr, n):
    """n connections, few enough from each address."""
    out = []
    for i in range(n):
        if i % PER_CLIENT == 0:
            source = next(sources)
        out.append(connect(addr, source))
    return out


def answer(s):
    with s.makefile("rb") as f:
        return parse(f.read(struct.unpack(">H", f.read(2))[0]))


def served_new(addr):
    """Seconds until a client that comes now has its answer."""
    began = time.monotonic()
    with connect(addr, next(sources)) as s:
        s.sendall(FRAMED)
        assert answer(s).sections[0]
    return time.monotonic() - began


def closed(s, timeout):
    s.settimeout(timeout)
    try:
        return s.recv(1) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


class Drips(threading.Thread):
    """A byte of a question to each, round and round; the last byte never comes."""

    def __init__(self, conns):
        super().__init__(daemon=True)
        self.conns, self.stop, self.bytes = conns, threading.Event(), 0

    def run(self):
        for at in range(10 ** 6):
            for s in self.conns:
                if self.stop.is_set():
                    return
                try:
                    s.send(FRAMED[at:at + 1] if at < len(FRAMED) - 1 else b"")
                    self.bytes += 1
                except OSError:
                    pass  # closed by the server: what this is about
            self.stop.wait(0.1)


def many(directory):
    with Alone(directory / "many", ZONE, TEXT, {"tcp-connections": IDLE + DRIPPING + 1000, "tcp-idle-s": IDLE_S}) as ours:
        def open_now():
            return ours.metrics()["fourways_dns_tcp_connections"]

        @case(f"{IDLE} idle and {DRIPPING} dripping clients keep nobody waiting for a second")
        def _():
            began = time.monotonic()
            dripping = crowd(ours.addr, DRIPPING)
            drips = Drips(dripping)
            drips.start()
            slowest, idle = 0.0, []
            try:
                while len(idle) < IDLE:
                    idle += crowd(ours.addr, 500)
                    slowest = max(slowest, served_new(ours.addr))
                most = open_now()
                for _ in range(50):
                    slowest = max(slowest, served_new(ours.addr))
                print(f"     {most} open after {time.monotonic() - began:.1f} s, {drips.bytes} single bytes, the slowest new "
                      f"client {slowest:.3f} s", flush=True)
                assert most >= IDLE and drips.bytes >= DRIPPING, (most, drips.bytes)
                assert slowest < 1, slowest
                wait_until("all of them are closed, the dripping ones too", lambda: open_now() == 0, 5 * IDLE_S)
            finally:
                drips.stop.set()
                drips.join()
            assert all(closed(s, 1) for s in dripping + idle)
            assert served_new(ours.addr) < 1
            for s in dripping + idle:
                s.close()

        @case("one that asks again and again stays, among those that do not")
        def _():
            silent = crowd(ours.addr, 20)
            with connect(ours.addr, next(sources)) as s:
                until = time.monotonic() + IDLE_S + 2
                while time.monotonic() < until:
                    s.sendall(FRAMED)
                    assert answer(s).sections[0]
                    time.sleep(0.2)
            assert all(closed(x, 1) for x in silent)
        ours.alive()


def full(directory):
    with Alone(directory / "full", ZONE, TEXT, {"tcp-idle-s": 60}) as ours:
        @case("where all 1,024 places are taken, the longest idle one gives way to who comes new")
        def _():
            held = crowd(ours.addr, 1024)
            wait_until("all are accepted", lambda: ours.metrics()["fourways_dns_tcp_connections"] == 1024)
            held[0].sendall(FRAMED)  # now it is the one that has been active last
            assert answer(held[0]).sections[0]
            slowest = max(served_new(ours.addr) for _ in range(5))
            assert slowest < 1, slowest
            gone = [i for i, s in enumerate(held[:40]) if closed(s, 0.05)]
            # each new client's place is free again when it has gone, so that one is enough for all of them, if they come in turn
            assert gone and gone == list(range(1, 1 + len(gone))) and len(gone) <= 5, gone
            assert ours.metrics()["fourways_dns_tcp_refused_total"] >= len(gone)
            held[0].sendall(FRAMED)
            assert answer(held[0]).sections[0]
            for s in held:
                s.close()

        @case("3,000 that come and stay are all let in, and one that asks is served among them")
        def _():
            held = []
            slowest = 0.0
            for _ in range(30):
                held += crowd(ours.addr, 100)
                slowest = max(slowest, served_new(ours.addr))
            assert slowest < 1, slowest
            wait_until("no more than the limit are open",
                       lambda: ours.metrics()["fourways_dns_tcp_connections"] <= 1024)
            for s in held:
                s.close()
        ours.alive()


def main():
    need = IDLE + DRIPPING + 500
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < need + 1000:
        skip_all(f"{need + 1000} open files are needed, the limit is {hard} (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, need + 1000), hard))
    directory = pathlib.Path(tempfile.mkdtemp(prefix="fw-slow-"))
    try:
        many(directory)
        full(directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    done()


if __name__ == "__main__":
    main()
