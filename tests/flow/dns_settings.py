#!/usr/bin/env python3
# time-limit: 60
"""What an operator may choose about answers, on a running name server: cookie keys replaced under it, rates, and mistakes."""
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "lib")]
from flow import *  # noqa: E402,F403
from flow import OUT, case, done, wait_until  # noqa: E402
from alone import Alone  # noqa: E402
import edns_conformance as shapes  # noqa: E402

ZONE, TEXT = shapes.ZONE, shapes.TEXT
KEYS = ["000102030405060708090a0b0c0d0e0f", "e5e973e5a6b2a43f48e7dc849e37bfcf"]
REFUSED_SETTINGS = {
    "nsid": [("0x1", "hex digits"), ("0xzz", "hex digits"), ("x" * 65, "at most 64")],
    "identity-answer": [("x" * 256, "at most 255")], "udp-size": [("511", "512"), ("4097", "4096")],
    "rrl-exempt": [("192.0.2.1/24", "bits set"), ("somewhere", "not a network")], "rrl-rate": [("-1", "0")],
    "rrl-prefix-v6": [("65", "64")], "cookies": [("perhaps", "yes or no")], "cookie-keys": [("/no/such/file", "/no/such/file")],
    "cookies-required": [("yes\ncookies = no", "cookies = no")],
}


def put(path, text, mode=0o600):
    new = path.with_suffix(".new")
    new.write_text(text)
    new.chmod(mode)
    os.replace(new, path)


def cookie(addr, show=b""):
    """(rcode, the server's cookie) without a question; show: the one that was got before."""
    reply = shapes.udp(addr, shapes.ask(qd=0, more=shapes.opt(options=shapes.option(10, shapes.CLIENT + show))))
    return shapes.fields(reply)["rcode"], reply[-16:]


def keys_rotate(ours, keys):
    _, first = cookie(ours.addr)
    assert cookie(ours.addr, first)[0] == 0

    put(keys, f"{KEYS[0]}\n{KEYS[1]}\n")  # all servers learn the new key
    wait_until("the file is noticed", lambda: ours.log_tail().count("read again") == 1, 5)
    assert cookie(ours.addr, first) == (0, first)
    put(keys, f"{KEYS[1]}\n{KEYS[0]}\n")  # it makes cookies
    wait_until("new cookies are made with it", lambda: cookie(ours.addr, first)[1] != first, 5)
    rcode, second = cookie(ours.addr, first)
    assert rcode == 0 and cookie(ours.addr, second) == (0, second)
    put(keys, f"{KEYS[1]}\n")  # an hour later
    wait_until("the old key counts no more", lambda: cookie(ours.addr, first)[0] == 23, 5)
    assert cookie(ours.addr, second)[0] == 0

    put(keys, "junk\n")
    ours.log_says("line 1: a key is 32 hex digits")
    put(keys, KEYS[0] + "\n", 0o644)
    ours.log_says("has mode 0644")
    keys.unlink()
    ours.log_says("No such file")
    assert cookie(ours.addr, second)[0] == 0
    assert KEYS[0] not in ours.log_tail(100000) and KEYS[1] not in ours.log_tail(100000)


def limited(ours, source, n=200):
    """(whole, cut down to TC, none) of n questions at once."""
    host, port = ours.addr.rsplit(":", 1)
    whole = cut = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind((source, 0))
        s.connect((host, int(port)))
        s.settimeout(0.5)
        for i in range(n):
            s.send(struct.pack(">H", i) + shapes.ask("www." + ZONE, 1)[2:])
        try:
            while True:
                f = shapes.fields(s.recv(4096))
                whole, cut = whole + bool(f["answer"]), cut + f["tc"]
        except TimeoutError:
            return whole, cut, n - whole - cut


def main():
    directory = pathlib.Path(tempfile.mkdtemp(prefix="fw-settings-"))
    keys = directory / "keys"
    put(keys, KEYS[0] + "\n")
    try:
        with Alone(directory / "ours", ZONE, TEXT,
                   {"cookie-keys": keys, "rrl-rate": 10, "rrl-slip": 4, "rrl-exempt": "127.9.0.0/16"}) as ours:
            @case("one network gets so many of an answer; of the rest some are cut down, most are dropped, all are counted")
            def _():
                whole, cut, none = limited(ours, "127.0.5.1")
                assert 10 <= whole <= 30 and 10 <= cut <= 100 and none > 80, (whole, cut, none)
                m = ours.metrics()
                assert m['fourways_dns_rate_limited_total{result="dropped"}'] == none, (m, none)
                assert m['fourways_dns_rate_limited_total{result="truncated"}'] == cut, (m, cut)
                ours.log_says("answers were over the rate")
                assert limited(ours, "127.9.5.1") == (200, 0, 0)

            @case("cookie keys are replaced in three steps, and a file that is no good changes nothing")
            def _():
                keys_rotate(ours, keys)
                assert ours.metrics()['fourways_dns_cookies_total{cookie="good"}'] > 0
            ours.alive()

        @case("settings that cannot be are refused at the start, and the message names them")
        def _():
            for key, values in REFUSED_SETTINGS.items():
                for value, says in values:
                    conf = (directory / "ours/conf").read_text()
                    conf = "".join(f"{x}\n" for x in conf.splitlines() if not x.startswith((f"{key} =", "cookie-keys")))
                    (directory / "conf").write_text(f"{conf}{key} = {value}\n")
                    r = subprocess.run([OUT.resolve() / "bin/fourways-dns", "--config", directory / "conf"],
                                       capture_output=True, text=True, timeout=20)
                    assert r.returncode in (1, 2) and says in r.stderr, (key, value, r.returncode, r.stderr[-500:])
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    done()


if __name__ == "__main__":
    main()
