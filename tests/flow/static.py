#!/usr/bin/env python3
"""Stopping, starting again, and living without MariaDB."""
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from flow import *  # noqa: E402,F403
from flow import Trouble, case, copy, dig, done, local, servers, wait_until  # noqa: E402

CONTACT = [x for field in local.DEMO_CONTACT for x in ("--contact", field)]


def value(addr, name):
    return [line.split()[-1] for line in dig(addr, name, "A")[2]["ANSWER"]]


def main():
    with copy() as c:
        c.cli("domain", "register", "stay.test", *CONTACT)
        c.cli("record", "set", "stay.test", "www", "A", 60, "192.0.2.1")

        @case("a change in the database is answered by all four servers within a second")
        def _():
            began = time.monotonic()
            c.cli("record", "set", "stay.test", "www", "A", 60, "192.0.2.2", "--no-wait")
            wait_until("new answer", lambda: all(value(a, "www.stay.test") == ["192.0.2.2"] for a in servers(c)), 5)
            assert time.monotonic() - began < 1.5, time.monotonic() - began

        @case("with MariaDB killed, every name still answers")
        def _():
            c.procs["mariadbd"].kill()
            for a in servers(c):
                assert value(a, "www.stay.test") == ["192.0.2.2"], a
                assert dig(a, "nothing.stay.test", "A")[0] == "NXDOMAIN", a

        @case("a name server that is killed comes back with its newest change without MariaDB")
        def _():
            c.procs["dns-1"].kill()
            c.start_program("dns-1")
            assert value(c.dns_listen(1)[0], "www.stay.test") == ["192.0.2.2"]
            assert dig(c.dns_listen(1)[0], "stay.test", "SOA")[1].count("aa") == 1

        @case("without MariaDB the command line says so and changes nothing")
        def _():
            r = c.cli("domain", "register", "never.test", check=False)
            assert r.returncode == 1 and "MariaDB" in r.stderr or "database" in r.stderr.lower() \
                or "connect" in r.stderr.lower(), r.stderr

        @case("when MariaDB is back, changes are answered again by all, without a restart of anything")
        def _():
            c.start_mariadb()
            c.cli("record", "set", "stay.test", "www", "A", 60, "192.0.2.3")
            wait_until("new answer", lambda: all(value(a, "www.stay.test") == ["192.0.2.3"] for a in servers(c)), 15)
            r = c.cli("domain", "register", "again.test")
            assert "done" in r.stdout, r.stdout

        @case("a stop ends every process, and the next start takes under 5 s and has kept all state")
        def _():
            pids = list(c.running().values())
            assert len(pids) == 8, c.running()
            c.stop()
            assert not [p for p in pids if pathlib.Path(f"/proc/{p}").exists()
                        and "zombie" not in pathlib.Path(f"/proc/{p}/status").read_text()]
            began = time.monotonic()
            c.start()
            took = time.monotonic() - began
            assert all(value(a, "www.stay.test") == ["192.0.2.3"] for a in servers(c))
            assert "stay.test" in c.cli("domain", "list").stdout
            assert took < (5 if "san" not in str(c.out) else 20), took

        @case("a second start in the same directory is refused by name")
        def _():
            try:
                local.Copy(c.var, c.out, c.base).start()
            except Trouble as e:
                assert "running" in str(e)
            else:
                raise AssertionError("it started")

        @case("a taken port is named")
        def _():
            with copy(start=False, port_base=c.base) as other:
                try:
                    other.start()
                except Trouble as e:
                    assert str(c.base) in str(e) and "PORT_BASE" in str(e), e
                else:
                    raise AssertionError("it started")

        @case("var/endpoints can be sourced by a shell and names all that is there")
        def _():
            import subprocess
            text = subprocess.run(["sh", "-c", f". {c.path('endpoints')} && dig +short @${{DNS_ADDRS%%:*}} -p "
                                   f"$(echo $DNS_ADDRS | cut -d' ' -f1 | cut -d: -f2) www.stay.test A && "
                                   f"$BIN_DIR/fourways --config $FOURWAYS_CONFIG domain list && "
                                   f"test -S $MARIADB_SOCKET && echo $DEMO_API_KEY"],
                                  capture_output=True, text=True)
            assert "192.0.2.3" in text.stdout and "stay.test" in text.stdout and "FWK" in text.stdout, text
    done()


if __name__ == "__main__":
    main()
