#!/usr/bin/env python3
"""New processes for the name servers, under load: nothing that was asked stays unanswered."""
import json
import pathlib
import select
import signal
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from flow import Trouble, case, copy, dig, done, local, servers, wait_until  # noqa: E402

CONTACT = [x for field in local.DEMO_CONTACT for x in ("--contact", field)]
NAME = "www.stay.test"
WINDOW = 32  # questions under way at each server
WIRE = b"".join(bytes([len(x)]) + x.encode() for x in NAME.split(".")) + b"\0"


def question(number):
    return struct.pack(">6H", number & 0xffff, 0, 1, 0, 0, 0) + WIRE + struct.pack(">2H", 1, 1)


def address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


class Load(threading.Thread):
    """Keeps questions under way at all servers, over UDP, and over one TCP connection to each."""

    def __init__(self, addrs):
        super().__init__()
        self.addrs, self.stopping, self.answered, self.late, self.refused = addrs, False, 0, [], []
        self.start()

    def run(self):
        udp = {}
        for a in self.addrs:
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.connect(address(a))
            udp[s] = set()
        number = 0
        while not self.stopping:
            for s, open_ in udp.items():
                while len(open_) < WINDOW:
                    number += 1
                    open_.add(number & 0xffff)
                    s.send(question(number))
            self.collect(udp, 1)
        end = time.monotonic() + 3
        while any(udp.values()) and time.monotonic() < end:
            self.collect(udp, 0.1)
        self.late = [f"{a}: {len(open_)}" for a, open_ in zip(self.addrs, udp.values()) if open_]

    def collect(self, udp, wait):
        for s in select.select(list(udp), [], [], wait)[0]:
            try:
                answer = s.recv(1500)
            except ConnectionRefusedError as e:
                self.refused.append(str(e))
                continue
            assert answer[3] & 15 == 0 and answer[7] == 1, answer
            udp[s].discard(answer[0] << 8 | answer[1])
            self.answered += 1

    def finish(self):
        self.stopping = True
        self.join()


class Stream:
    """One TCP connection."""

    def __init__(self, addr):
        self.s = socket.create_connection(address(addr), 5)

    def ask(self):
        q = question(1)
        self.s.sendall(struct.pack(">H", len(q)) + q)
        head = self.s.recv(2, socket.MSG_WAITALL)
        assert len(head) == 2, "closed"
        answer = self.s.recv(struct.unpack(">H", head)[0], socket.MSG_WAITALL)
        assert answer[7] == 1, answer


def value(addr):
    return [line.split()[-1] for line in dig(addr, NAME, "A")[2]["ANSWER"]]


def main():
    # A connection that nobody uses is closed after this long, so the process before ends soon.
    idle = {"tcp-idle-s": 2}
    with copy(settings={"dns": idle}) as c:
        c.cli("domain", "register", "stay.test", *CONTACT)
        c.cli("record", "set", "stay.test", "www", "A", 60, "192.0.2.1")
        v4 = [c.dns_listen(i)[0] for i in range(local.COLUMNS)]

        def configure(i, **items):
            c.settings["dns"] = {**idle, **items}
            c.configure_dns(i)
            c.settings["dns"] = idle

        def goes_on(name, popen):
            """The process of that name is the one it was, and follows the database."""
            c.pid_path(name).write_text(f"{popen.pid}\n")
            wait_until("going on", lambda: "going on" in c.log_tail(name), 10)
            assert popen.poll() is None
            c.cli("record", "set", "stay.test", "goes-on", "A", 60, "192.0.2.9")  # waits for INSYNC
            assert value(c.dns_listen(int(name[-1]))[0])

        @case("all four get new processes, and no question is lost")
        def _():
            before = {i: c.procs[f"dns-{i}"].popen.pid for i in range(local.COLUMNS)}
            load = Load(v4)
            for i in range(local.COLUMNS):
                c.takeover(f"dns-{i}")
            load.finish()
            assert not load.late and not load.refused, (load.late, load.refused)
            assert load.answered > 1000, load.answered
            assert not set(before.values()) & set(c.running().values())
            print(f"# {load.answered} answers while four processes changed")

        @case("a connection that is open during it is served to its end, and a new one at once")
        def _():
            stream = Stream(v4[0])
            stream.ask()
            said = c.log_path("dns-0").read_text().count("the successor answers")
            trouble = []

            def use():
                """Also when the old process has let go of everything else."""
                try:
                    while c.log_path("dns-0").read_text().count("the successor answers") == said:
                        stream.ask()
                        Stream(v4[0]).ask()
                    for _ in range(50):
                        stream.ask()
                        Stream(v4[0]).ask()
                except Exception as e:
                    trouble.append(repr(e))
                stream.s.close()
            user = threading.Thread(target=use)
            user.start()
            c.takeover("dns-0")  # comes back when the old process has ended
            user.join()
            assert not trouble, trouble

        @case("the new processes follow changes and report what they serve")
        def _():
            c.cli("record", "set", "stay.test", "www", "A", 60, "192.0.2.2")  # waits for INSYNC
            assert all(value(a) == ["192.0.2.2"] for a in servers(c))

        @case("a successor that dies on the way changes nothing: the old process answers and follows")
        def _():
            old, popen = c.procs["dns-1"], c.procs["dns-1"].popen
            load = Load(v4[1:2])
            try:
                c.takeover("dns-1", env={"FOURWAYS_BREAK": "takeover:loaded=KILL"})
                raise AssertionError("it came up")
            except Trouble:
                pass
            c.pid_path("dns-1").write_text(f"{popen.pid}\n")
            wait_until("going on", lambda: "going on" in c.log_tail("dns-1"), 10)
            c.cli("record", "set", "stay.test", "www", "A", 60, "192.0.2.3")
            load.finish()
            assert not load.late and not load.refused, (load.late, load.refused)
            assert popen.poll() is None and c.procs["dns-1"] is old
            assert all(value(a) == ["192.0.2.3"] for a in servers(c))

        @case("with fewer threads, and a connection open, no question meets a socket that nobody reads")
        def _():
            c.procs["dns-0"].stop()
            configure(0, threads=4)
            c.start_program("dns-0")
            configure(0, threads=1)
            stream = Stream(v4[0])
            said = c.log_path("dns-0").read_text().count("the successor answers")
            trouble = []

            def use():
                try:
                    stream.ask()
                    wait_until("taken", lambda: c.log_path("dns-0").read_text().count("the successor answers") > said, 30)
                    for _ in range(60):  # each from a port of its own: the kernel picks the socket by it
                        stream.ask()  # so the old process is there until the last
                        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                            s.settimeout(3)
                            s.connect(address(v4[0]))
                            s.send(question(1))
                            assert s.recv(1500)[7] == 1
                except Exception as e:
                    trouble.append(repr(e))
                stream.s.close()
            user = threading.Thread(target=use)
            user.start()
            c.takeover("dns-0")
            user.join()
            assert not trouble, trouble
            configure(0)

        @case("a successor that cannot have its address of /metrics fails while the old process can go on")
        def _():
            popen = c.procs["dns-1"].popen
            configure(1, metrics="192.0.2.1:9")
            try:
                c.takeover("dns-1")
                raise AssertionError("it came up")
            except Trouble as e:
                assert "192.0.2.1:9" in str(e), e
            goes_on("dns-1", popen)
            configure(1)

        @case("a successor that is told to stop while it starts leaves the old process where it is")
        def _():
            popen = c.procs["dns-1"].popen
            p = c.program("dns-1")
            p.argv.append("--takeover")
            p.start(env={"FOURWAYS_BREAK": "takeover:loaded=STOP"}, wait=False)
            wait_until("stopped", lambda: pathlib.Path(f"/proc/{p.popen.pid}/stat").read_text().split()[2] == "T", 30)
            p.popen.send_signal(signal.SIGTERM)
            p.popen.send_signal(signal.SIGCONT)
            assert p.popen.wait(20) == 1
            goes_on("dns-1", popen)

        @case("a process that dies while it is asked leaves its place to the successor")
        def _():
            c.procs["dns-2"].stop()
            c.procs["dns-2"] = c.program("dns-2").start(env={"FOURWAYS_BREAK": "takeover:feed-stopped=KILL"})
            c.takeover("dns-2")
            assert value(v4[2]) == ["192.0.2.3"]
            c.cli("record", "set", "stay.test", "www", "A", 60, "192.0.2.4")
            assert all(value(a) == ["192.0.2.4"] for a in servers(c))

        @case("with nobody there, --takeover is an ordinary start")
        def _():
            c.procs["dns-3"].stop()
            p = c.program("dns-3")
            p.argv.append("--takeover")
            c.procs["dns-3"] = p.start()
            assert value(v4[3]) == ["192.0.2.4"]

        @case("without --takeover a second process is refused, and the first goes on")
        def _():
            p = c.program("dns-3")
            p.name = "dns-3-second"
            try:
                p.start()
                raise AssertionError("it came up")
            except Trouble as e:
                assert "cannot" in str(e) or "port" in str(e), e
            c.pid_path("dns-3-second").unlink()
            assert value(v4[3]) == ["192.0.2.4"]
        @case("the operator sees each server, and may forget only one that is gone")
        def _():
            listed = json.loads(c.cli("--json", "server", "list").stdout)["servers"]
            assert [x["name"] for x in listed] == [f"dns-{i}" for i in range(local.COLUMNS)], listed
            assert all(x["zones"] >= 5 and x["behind"] == 0 for x in listed), listed
            r = c.cli("server", "forget", 4, check=False)
            assert r.returncode == 1 and "stop it first" in r.stderr, r
            c.procs["dns-3"].kill()
            c.sql("UPDATE dns_server SET last_seen = last_seen - 60000000 WHERE id = 4", "fourways")
            c.cli("record", "set", "stay.test", "www", "A", 60, "192.0.2.5", "--no-wait")
            assert "others are not in sync until it is" in c.cli("server", "list").stdout
            c.cli("server", "forget", 4)
            assert len(json.loads(c.cli("--json", "server", "list").stdout)["servers"]) == 3
            c.start_program("dns-3")
            wait_until("its row", lambda: all(
                x["behind"] == 0 for x in json.loads(c.cli("--json", "server", "list").stdout)["servers"][3:]) and
                len(json.loads(c.cli("--json", "server", "list").stdout)["servers"]) == 4)
            assert value(v4[3]) == ["192.0.2.5"]
    done()


main()
