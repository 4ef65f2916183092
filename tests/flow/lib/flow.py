"""What the flow tests share: a copy of Fourways in a private directory on free ports, cases, and asking it things.

A flow is a program that takes the build directory as its argument, runs cases, and ends with "N passed, N failed".
"""
import base64
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "ops"))
import local  # noqa: E402
from local import COLUMNS, Copy, DEMO_CONTACT, TLDS, Trouble, free_port_base  # noqa: E402,F401

REGISTRANT = dict(x.split("=", 1) for x in DEMO_CONTACT)
OUT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "out/dev")
passed, failed = 0, []


def case(name):
    """Runs the function at once and counts it; its AssertionError or Trouble is the failure."""
    def run(fn):
        global passed
        began = time.monotonic()
        try:
            fn()
        except Exception as e:  # every failure of a case is counted, whatever it is
            failed.append(name)
            print(f"FAIL {name}: {e if isinstance(e, (AssertionError, Trouble)) else traceback.format_exc()}",
                  flush=True)
        else:
            passed += 1
            print(f"ok   {name} ({time.monotonic() - began:.2f} s)", flush=True)
        return fn
    return run


def done():
    for name in failed:
        print(f"failed: {name}")
    print(f"{passed} passed, {len(failed)} failed", flush=True)
    sys.exit(1 if failed or not passed else 0)


def skip_all(why):
    """Ends a flow that this machine cannot run. Where CI=true that is a failure: there it must have been run."""
    if os.environ.get("CI") == "true":
        print(f"FAIL nothing could be run: {why}\n0 passed, 1 failed", flush=True)
        sys.exit(1)
    print(f"skipped: {why}\n0 passed, 0 failed, 1 skipped", flush=True)
    sys.exit(0)


def on_signal(number, _frame):
    raise SystemExit(128 + number)


SANITIZER = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:", "ThreadSanitizer")


def sanitizers_silent(c):
    """A program built with sanitizers says in its log what they found; that is a failure, whoever looked at it."""
    for path in sorted(c.path("log").glob("*.log")):
        text = path.read_text(errors="replace")
        at = min((text.index(s) for s in SANITIZER if s in text), default=None)
        if at is not None:
            failed.append(f"{path.stem} runs clean")
            print(f"FAIL {path.stem} runs clean: {text[max(0, at - 200):at + 6000]}", flush=True)


# What a process writes on its own time: heartbeats, questions and their answers, sessions, serials of publications.
VOLATILE = {"dns_server", "zone_served", "lookup", "web_session", "tld", "root_zone"}


SCHEMAS = ("fourways", "fourways_sandbox")


def fingerprint(c, schemas=SCHEMAS):
    """{table: its rows} of all that a refused request must leave as it is."""
    found = {}
    for schema in schemas:
        tables = [t for [t] in c.sql("SHOW TABLES", schema) if t not in VOLATILE]
        columns = dict(c.sql("SELECT TABLE_NAME, GROUP_CONCAT(CONCAT('QUOTE(`', COLUMN_NAME, '`)') ORDER BY"
                             f" ORDINAL_POSITION) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '{schema}'"
                             " GROUP BY TABLE_NAME"))
        rows = c.sql("".join(f"SELECT '{t}', CRC32(CONCAT({columns[t]})) FROM `{t}`;\n" for t in tables), schema)
        for table, digest in rows:
            found.setdefault(f"{schema}.{table}", []).append(digest)
    return {table: sorted(digests) for table, digests in found.items()}


@contextlib.contextmanager
def nothing_changes(c, schemas=SCHEMAS):
    """Around bad input: every table that matters is byte for byte as it was."""
    before = fingerprint(c, schemas)
    yield
    after = fingerprint(c, schemas)
    moved = sorted(t for t in before.keys() | after.keys() if before.get(t) != after.get(t))
    assert not moved, f"these tables changed: {', '.join(moved)}"


@contextlib.contextmanager
def copy(start=True, keep_logs_on_failure=True, **kw):
    """A copy that ends with the block, however it is left."""
    signal.signal(signal.SIGTERM, on_signal)
    var = tempfile.mkdtemp(prefix="fw-flow-")
    kw.setdefault("port_base", None)
    if kw["port_base"] is None:
        kw["port_base"] = free_port_base()
    c = Copy(var, OUT, tied=True, **kw)
    # Nothing of it is to outlive a loss of power, so MariaDB waits for no disk: that is most of what it does in a test.
    # A kill -9 loses nothing by it; what was written is the kernel's.
    c.mariadb_env = {"LD_PRELOAD": "libeatmydata.so"}
    try:
        if start:
            c.start()
        yield c
    finally:
        try:
            c.stop()
        finally:
            sanitizers_silent(c)
            before = len(failed)
            if (before or sys.exc_info()[0]) and keep_logs_on_failure:
                for name in c.names():
                    print(f"--- the end of {name}'s log\n{c.log_tail(name, 25)}")
            shutil.rmtree(var, ignore_errors=True)


def wait_until(what, fn, timeout=20, pause=0.03):
    """Polls, for what has no event to wait on: another process's state."""
    end = time.monotonic() + timeout
    last = None
    while time.monotonic() < end:
        last = fn()
        if last:
            return last
        time.sleep(pause)
    raise AssertionError(f"after {timeout} s still not: {what} (last: {last!r})")


class Api:
    """The HTTP API with the demo account's key."""

    def __init__(self, c):
        self.url = c.web_url
        self.sign(*c.demo_key())

    def sign(self, key, secret):
        self.auth = "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()

    def call(self, method, path, body=None, headers=None, auth=True):
        """(status, parsed body, headers)"""
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        req = urllib.request.Request(self.url + path, data=data, method=method)
        if data is not None:
            req.add_header("Content-Type", "application/json")
        if auth:
            req.add_header("Authorization", self.auth)
        for k, v in (headers or {}).items():
            req.add_header(k, v)
        try:
            with urllib.request.urlopen(req, timeout=30) as r:
                status, raw, head = r.status, r.read(), r.headers
        except urllib.error.HTTPError as e:
            status, raw, head = e.code, e.read(), e.headers
        try:
            return status, json.loads(raw) if raw else None, head
        except ValueError:
            return status, raw.decode(errors="replace"), head

    def register(self, name, key=None, years=1, registrant=REGISTRANT):
        headers = {"Idempotency-Key": key} if key else {}
        return self.call("POST", "/v1/domains", {"name": name, "years": years, "registrant": registrant}, headers)

    def wait_order(self, order_id, timeout=30):
        def look():
            status, o, _ = self.call("GET", f"/v1/orders/{order_id}")
            assert status == 200, (status, o)
            return o if o["state"] in ("done", "failed") else None
        return wait_until(f"order {order_id} ended", look, timeout)


def dig(addr, name, rtype, *opts):
    """(rcode, flags, answer lines) of one question to address:port."""
    host, port = addr.rsplit(":", 1)
    r = subprocess.run(["dig", f"@{host.strip('[]')}", "-p", port, "+time=2", "+tries=2", "+norec", name, rtype, *opts],
                       capture_output=True, text=True)
    status = flags = None
    sections, section = {"ANSWER": [], "AUTHORITY": [], "ADDITIONAL": []}, None
    for line in r.stdout.splitlines():
        if "status:" in line:
            status = line.split("status:")[1].split(",")[0].strip()
        elif line.startswith(";; flags:"):
            flags = line.split(":")[1].split(";")[0].split()
        elif line.startswith(";; ") and "SECTION" in line:
            section = line.split()[1]
        elif line and not line.startswith(";") and section in sections:
            sections[section].append(" ".join(line.split()))
    assert status is not None, f"no answer from {addr} to {name} {rtype}: {r.stdout[-300:]}{r.stderr[-300:]}"
    return status, flags, sections


def servers(c):
    return [a for i in range(COLUMNS) for a in c.dns_listen(i)]


def domains_at_registry(c):
    return {r[0] for r in c.sql("SELECT name FROM domain", "fourways_sandbox")}


def order_state(c, order_id):
    return c.sql(f"SELECT state, step, error_code FROM orders WHERE id = {int(order_id)}", "fourways")[0]
