#!/usr/bin/env python3
# time-limit: 300
"""Orders whose EPP stream is cut, and orders during which the registrar or the registry is killed at a journal point: the
ledger, the orders and the registry agree exactly afterwards, and the transcript shows what was said.

    cut.py OUTDIR [--from BYTE] [--to BYTE] [--every N]    the whole stream of a registration, connecting included, is cut
                                                           at these bytes, in both directions (default: a few of them)

Every byte of a life of 200 commands is cut by tests/registry/test_cut.c.
"""
import argparse
import json
import pathlib
import selectors
import socket
import struct
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from flow import *  # noqa: E402,F403
from flow import case, copy, done, wait_until  # noqa: E402
import crash  # noqa: E402

UP, DOWN = 0, 1
SAN = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "out/dev").name == "san"
RENEW_AND_DELETE = [f"epp:{verb}:{when}" for verb in ("domain-renew", "domain-delete")
                    for when in ("intent", "sent", "answered")]
SANDBOX_AT = ["epp:domain-create:intent", "epp:domain-create:sent", "epp:domain-create:answered"]


class Relay:
    """Passes bytes between the registrar and the registry; when armed, resets a connection after so many bytes."""

    def __init__(self, target):
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.lock = threading.Lock()
        self.left, self.direction, self.fired = None, UP, False
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def addr(self):
        return "127.0.0.1:%d" % self.listener.getsockname()[1]

    def arm(self, direction, n):
        with self.lock:
            self.left, self.direction, self.fired = n, direction, False

    def disarm(self):
        with self.lock:
            self.left = None
            return self.fired

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            try:
                server = socket.create_connection(self.target)
            except OSError:
                client.close()
                continue
            threading.Thread(target=self.run, args=(client, server), daemon=True).start()

    def allowed(self, direction, n):
        """How many of n bytes may pass, and whether the connection ends behind them."""
        with self.lock:
            if self.left is None or self.direction != direction:
                return n, False
            if n < self.left:
                self.left -= n
                return n, False
            n, self.left, self.fired = self.left, None, True
            return n, True

    def run(self, client, server):
        ends = {client: (server, UP), server: (client, DOWN)}
        with selectors.DefaultSelector() as s, client, server:
            for fd in ends:
                s.register(fd, selectors.EVENT_READ)
            try:
                while True:
                    for key, _ in s.select():
                        other, direction = ends[key.fileobj]
                        data = key.fileobj.recv(65536)
                        n, cut = self.allowed(direction, len(data)) if data else (0, True)
                        other.sendall(data[:n])
                        if cut and data:  # the registrar sees a reset, the registry the end of what has come
                            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        if cut:
                            return
            except OSError:
                return


def relay_between(c):
    """The registrar's next start goes through it."""
    host, port = c.addr("epp").rsplit(":", 1)
    relay = Relay((host, int(port)))
    conf = next(p for p in c.path("etc").glob("*.conf") if f"addr = {host}:{port}" in p.read_text())
    conf.write_text(conf.read_text().replace(f"addr = {host}:{port}", f"addr = {relay.addr}"))
    return relay


def cut_order(c, relay, direction, at):
    """A registrar that connects anew, and whose stream ends behind that byte. True if it was so long."""
    name = f"crash-cut-{'up' if direction == UP else 'down'}-{at}.test"
    c.procs["registrar"].stop()
    relay.arm(direction, at)
    c.start_program("registrar")
    crash.place(c, name)
    wait_until(f"{name} ended", lambda: crash.ended(c, name), 60)
    fired = relay.disarm()
    crash.outcome(c, name)
    return fired


def journal_decided(c):
    open_rows = c.sql("SELECT ref, state FROM registry_command WHERE state IN ('intent', 'unknown')", "fourways")
    assert not open_rows, open_rows
    twice = c.sql("SELECT c.ref, COUNT(*) FROM fourways.registry_command c JOIN fourways_sandbox.command_done d"
                  " ON d.cltrid = c.cltrid WHERE c.verb NOT LIKE '%update' GROUP BY c.ref HAVING COUNT(*) > 1")
    assert not twice, twice


def killed(c, point, name):
    """An order on a registered name; the registrar dies at the point and comes back."""
    verb = point.split(":")[1].removeprefix("domain-")
    before = c.sql(f"SELECT expires FROM domain WHERE name = '{name}'", "fourways_sandbox")
    crash.registrar_with(c, f"{point}=KILL")
    c.cli("domain", verb, name, "--no-wait", "--key", f"{verb}-{name}")
    wait_until(f"the registrar died at {point}", lambda: not c.procs["registrar"].alive(), 30)
    c.start_program("registrar")
    where = f"FROM orders WHERE name = '{name}' AND kind = '{verb}'"
    wait_until(f"{verb} of {name} ended",
               lambda: c.sql(f"SELECT state {where}", "fourways")[0][0] in ("done", "failed"), 60)
    assert c.sql(f"SELECT state {where}", "fourways") == [["done"]], c.sql(f"SELECT state, error_text {where}", "fourways")
    after = c.sql(f"SELECT expires, deleted FROM domain WHERE name = '{name}'", "fourways_sandbox")
    if verb == "delete":
        assert not after or after[0][1] != "0", after
        return
    years = round((int(after[0][0]) - int(before[0][0])) / 31557600e6)
    assert years == 1, (before, after)
    posted = c.sql("SELECT COUNT(*) FROM ledger_transfer t JOIN orders o ON o.hold_id = t.pending_id WHERE t.kind ="
                   f" 'post' AND o.name = '{name}' AND o.kind = 'renew'", "fourways")
    assert posted == [["1"]], posted


def transcript(c, name):
    rows = json.loads(c.cli("--json", "epp", "log", name).stdout)["rows"]
    kinds = [(r["kind"], r["command"]) for r in rows]
    assert ("intent", "domain-create") in kinds and ("result", "domain-create") in kinds, kinds
    intent = next(r for r in rows if r["kind"] == "intent" and r["command"] == "domain-create")
    assert f"secret:domain/{name}" in intent["sent"] and intent["session"] and intent["cltrid"] in intent["sent"], intent
    result = next(r for r in rows if r["kind"] == "result" and r["code"] == 1000)
    assert result["svtrid"] and result["svtrid"] in result["received"], result
    text = c.cli("epp", "log", name).stdout
    assert "> <domain:name>" + name in text and "clTRID " + intent["cltrid"] in text, text[:2000]
    assert "<domain:pw>" not in text, text[:2000]


def chain(c):
    assert c.cli("epp", "verify").returncode == 0
    head = json.loads(c.cli("--json", "epp", "verify").stdout)["chains"][0]
    noted = f"{head['registry']}:{head['head_seq']}:{head['head_hash']}"
    assert c.cli("epp", "verify", "--head", noted).returncode == 0
    # The registrar's own database user cannot do what comes now.
    change = "UPDATE registry_transcript SET note = 'x' WHERE seq = 3"
    for user in ("fw_registrar", "fw_cli", "fw_web"):
        rights = c.sql(f"SHOW GRANTS FOR '{user}'@'localhost'")
        row = [r[0] for r in rights if "`registry_transcript`" in r[0]]
        assert not any("UPDATE" in r or "DELETE" in r for r in row), row
    c.sql(change, "fourways")
    r = c.cli("epp", "verify", check=False)
    assert r.returncode == 1 and "BROKEN at row 3:" in r.stdout, (r.returncode, r.stdout, r.stderr)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("out", nargs="?")
    for option, default in (("--from", 1), ("--to", 0), ("--every", 1)):
        ap.add_argument(option, type=int, default=default, dest=option[2:].replace("from", "begin"))
    opt = ap.parse_args()
    with copy(settings=crash.SETTINGS) as c:
        wait_until("the name servers' domains are registered", lambda: c.sql(
            "SELECT COUNT(*) FROM orders WHERE kind = 'infra' AND state = 'done'", "fourways") == [["4"]], 60)
        relay = relay_between(c)
        few = [17, 700, 1900, 3000] if not SAN else [1900]
        for direction in (UP, DOWN):
            for at in range(opt.begin, opt.to + 1, opt.every) if opt.to else few:
                word = "towards" if direction == UP else "from"
                case(f"the stream {word} the registry is cut behind byte {at}")(
                    lambda: cut_order(c, relay, direction, at))
        for i, point in enumerate(RENEW_AND_DELETE[:: 2 if SAN else 1]):
            name = f"crash-cut-{'up' if i % 2 == 0 else 'down'}-{opt.begin if opt.to else few[(i // 2) % len(few)]}.test"
            case(f"registrar killed at {point}")(lambda: killed(c, point, name))
        for point in SANDBOX_AT[:: 3 if SAN else 1]:
            case(f"the registry killed while the registrar is at {point}")(
                lambda: crash.kill_other(c, point, "sandbox"))

        @case("every command is decided, and carried out once; the books balance")
        def _():
            journal_decided(c)
            c.cli("ledger", "audit")

        @case("the transcript shows what was sent and answered, on which session, without secrets")
        def _():
            transcript(c, c.sql("SELECT name FROM orders WHERE state = 'done' AND kind = 'register' LIMIT 1",
                                "fourways")[0][0])

        @case("no message waits for a person; the chain is whole, and a changed row is named")
        def _():
            assert json.loads(c.cli("--json", "epp", "messages").stdout) == {"messages": []}
            chain(c)
    done()


if __name__ == "__main__":
    main()
