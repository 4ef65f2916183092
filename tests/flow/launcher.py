#!/usr/bin/env python3
"""make run, make start and make stop, as a newcomer meets them: first starts that are killed on the way heal, a process
that dies is started again, directories with blanks work, and what cannot work is said clearly."""
import fcntl
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from flow import *  # noqa: E402,F403
from flow import COLUMNS, OUT, ROOT, case, done, free_port_base, local, wait_until  # noqa: E402

WAIT = 90 if "san" in str(OUT) else 40


class Launcher:
    """ops/fourways-local in a process group of its own, as a shell would start it."""

    def __init__(self, what, var, base):
        self.var, self.said = pathlib.Path(var), tempfile.TemporaryFile("w+")
        self.p = subprocess.Popen([ROOT / "ops/fourways-local", what, "--out", OUT, "--var", var, "--port-base", str(base)],
                                  stdin=subprocess.DEVNULL, stdout=self.said, stderr=subprocess.STDOUT, cwd=ROOT,
                                  preexec_fn=local.dying_with_parent())

    def text(self):
        self.said.seek(0)
        return self.said.read()

    def wait_up(self):
        def look():
            assert self.p.poll() is None, f"ended with status {self.p.returncode}:\n{self.text()}"
            return "up after" in self.text()
        wait_until("it says that it is up", look, WAIT)

    def end(self, sig=signal.SIGINT):
        self.p.send_signal(sig)
        return self.p.wait(WAIT)


def launch(what, var, base):
    """To its end: (exit status, what it said)"""
    one = Launcher(what, var, base)
    status = one.p.wait(WAIT)
    return status, one.text()


def pids(c):
    return dict(c.running())


def answers(text):
    return re.findall(r"127\.0\.0\.1:\d+ +welcome\.test\. 300 IN A 192\.0\.2\.10$", text, re.M)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    home = pathlib.Path(tempfile.mkdtemp(prefix="fw-run-"))
    var, base = home / "a copy", free_port_base()
    c = local.Copy(var, OUT, base)

    # What is there when the moment has come, in the order of a first start.
    moments = [("the data directory is half made", lambda: (var / "mariadb.new").exists()),
               ("MariaDB has just been started", lambda: (var / "run/mariadbd.pid").exists()),
               ("the schema is half made", lambda: (var / "mariadb/fourways/account.frm").exists()),
               ("the registry comes up", lambda: (var / "run/sandbox.pid").exists()),
               ("the name servers come up", lambda: (var / "run/dns-0.pid").exists()),
               ("prices are being set", lambda: (var / "run/web.pid").exists()),
               ("the demo account has been made", lambda: (var / "secrets/demo.key").exists()),
               ("welcome.test is being registered", lambda: "welcome.test" in c.log_tail("registrar", 5))]
    try:
        for what, there in moments:
            @case(f"a first start is killed (-9) when {what}, and leaves no process")
            def _():
                one = Launcher("run", var, base)
                wait_until(what, lambda: there() or one.p.poll() is not None, WAIT, pause=0.002)
                assert one.p.poll() is None, one.text()
                before = pids(c)
                one.p.kill()
                one.p.wait()
                wait_until("its processes are gone", lambda: not c.running() and not [
                    p for p in before.values() if pathlib.Path(f"/proc/{p}/cmdline").exists()
                    and pathlib.Path(f"/proc/{p}/cmdline").read_bytes()])

        run = Launcher("run", var, base)

        @case("the start after all that heals: welcome.test is registered, with its timeline and four answers")
        def _():
            run.wait_up()
            text = run.text()
            assert "register welcome.test, done" in text and "All four name servers answer" in text, text
            assert len(answers(text)) == COLUMNS, text
            assert c.sql("SELECT COUNT(*) FROM orders WHERE name = 'welcome.test' AND state = 'done'",
                         "fourways") == [["1"]]
            assert c.cli("account", "show").stdout.split()[1] == "991.00"
            assert run.p.poll() is None

        @case("a second launcher in the same directory is told who has it")
        def _():
            status, text = launch("run", var, base)
            assert status == 1 and str(run.p.pid) in text and "VAR=DIR" in text, text

        for name in ["dns-2", "registrar", "web", "mariadbd"]:
            @case(f"{name} is killed and started again")
            def _():
                old = pids(c)[name]
                os.kill(old, signal.SIGKILL)
                wait_until(f"{name} is back", lambda: f"{name} is up again" in run.text(), WAIT)
                assert pids(c)[name] != old and f"{name} was killed by SIGKILL" in run.text(), run.text()

        @case("after that, a name can be registered")
        def _():
            assert ", done" in c.cli("domain", "register", "after-all.test").stdout

        @case("Ctrl-C ends everything, with status 0")
        def _():
            before = pids(c)
            assert len(before) == 8, before
            assert run.end() == 0, run.text()
            assert not c.running() and "stopped" in run.text(), run.text()
            assert not [p for p in before.values() if pathlib.Path(f"/proc/{p}").exists()]

        @case("start in the background comes up with all state and without a second welcome; stop ends it")
        def _():
            status, text = launch("start", var, base)
            assert status == 0 and "welcome.test" not in text and "up after" in text, text
            assert "after-all.test" in c.cli("domain", "list").stdout
            status, text = launch("start", var, base)
            assert status == 1 and "running" in text and "make stop" in text, text
            status, text = launch("stop", var, base)
            assert status == 0 and "stopped" in text and "mariadbd" in text and not c.running(), text
            status, text = launch("stop", var, base)
            assert status == 0 and "nothing was running" in text, text

        @case("what kill -9 of everything leaves does not hinder the next start")
        def _():
            assert launch("start", var, base)[0] == 0
            gone = [os.pidfd_open(p) for p in pids(c).values()]
            for fd in gone:
                signal.pidfd_send_signal(fd, signal.SIGKILL)
            wait_until("all are gone", lambda: not c.running())
            status, text = launch("start", var, base)
            assert status == 0 and "after-all.test" in c.cli("domain", "list").stdout, text

        @case("stop also ends a copy that runs in the foreground elsewhere")
        def _():
            assert launch("stop", var, base)[0] == 0
            other = Launcher("run", var, base)
            other.wait_up()
            status, text = launch("stop", var, base)
            assert status == 0 and other.p.wait(WAIT) == 0 and not c.running(), (text, other.text())

        @case("stop ends nothing that is not its own, whatever the files in run say")
        def _():
            with subprocess.Popen(["tail", "-f", var / "log/web.log"], stdout=subprocess.DEVNULL) as stranger, \
                    open(var / "run/launcher.lock", "w") as lock:
                try:
                    (var / "run/web.pid").write_text(f"{stranger.pid}\n")
                    fcntl.flock(lock, fcntl.LOCK_EX)
                    lock.write(f"{stranger.pid}\n")
                    lock.flush()
                    status, text = launch("stop", var, base)
                    assert status == 0 and "nothing was running" in text, text
                    assert stranger.poll() is None, "it ended a process of somebody else's"
                finally:
                    stranger.kill()

        @case("what is in a copy is its owner's alone")
        def _():
            for name in ["etc", "secrets", "run", "log", "pki", "state", "mariadb", "endpoints"]:
                assert (var / name).stat().st_mode & 0o077 == 0, name

        @case("a directory whose path is too long, or that cannot be made, is refused before anything is written")
        def _():
            long = home / ("x" * 100)
            status, text = launch("start", long, base)
            assert status == 1 and "too long" in text and "VAR=DIR" in text and not long.exists(), text
            (home / "file").write_text("")
            status, text = launch("start", home / "file" / "var", base)
            assert status == 1 and "file" in text and "VAR=DIR" in text and "Traceback" not in text, text

        @case("a port base that is none is refused")
        def _():
            for bad in ["0", "65530", "many", "-1"]:
                status, text = launch("start", home / "none", bad)
                assert status == 1 and "PORT_BASE" in text or status == 2, text
                assert not (home / "none").exists()
    finally:
        c.stop()
        shutil.rmtree(home, ignore_errors=True)
    done()


if __name__ == "__main__":
    main()
