"""One fourways-dns by itself, on a snapshot made of master files; of the database it finds nothing."""
import pathlib
import subprocess
import time
import urllib.request

import local
from flow import OUT
from others import Other, free_port


class Served:
    """The zones of a manifest: lines of name, tab, path."""
    name = "fourways-dns"
    stop, log_tail, wait = Other.stop, Other.log_tail, Other.wait

    def __init__(self, directory, manifest, settings=None):
        self.dir, self.addr = pathlib.Path(directory), f"127.0.0.1:{free_port()}"
        self.metrics_addr = f"127.0.0.1:{free_port()}"
        self.dir.mkdir(parents=True, exist_ok=True)
        made = subprocess.run([OUT.resolve() / "tests/differential/snapshot", manifest, self.dir / "snapshot"],
                              capture_output=True, text=True)
        assert made.returncode == 0, made.stderr
        conf = {"server-id": 1, "name": "dns-0", "listen": self.addr, "db-socket": self.dir / "no-database",
                "snapshot": self.dir / "snapshot", "threads": 1, "metrics": self.metrics_addr, **(settings or {})}
        (self.dir / "conf").write_text("".join(f"{k} = {v}\n" for k, v in conf.items()))
        self.log = open(self.dir / "log", "wb")
        self.popen = subprocess.Popen([OUT.resolve() / "bin/fourways-dns", "--config", self.dir / "conf"],
                                      stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL,
                                      start_new_session=True, preexec_fn=local.dying_with_parent())
        self.log_says("process: ready")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        text = (self.dir / "log").read_text(errors="replace")
        bad = [s for s in ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:", "broken invariant")
               if s in text]
        assert not bad and self.popen.returncode == 0, f"it ended with {self.popen.returncode}: {text[-6000:]}"

    def alive(self):
        assert self.popen.poll() is None, f"it ended with {self.popen.returncode}: {self.log_tail(6000)}"

    def metrics(self):
        """{name with labels: value}"""
        with urllib.request.urlopen(f"http://{self.metrics_addr}/metrics", timeout=5) as r:
            lines = r.read().decode().splitlines()
        return {name: int(value) for name, _, value in (x.rpartition(" ") for x in lines if not x.startswith("#"))}

    def log_says(self, word, timeout=20):
        end = time.monotonic() + timeout
        while word not in (self.dir / "log").read_text(errors="replace"):
            self.alive()
            assert time.monotonic() < end, f"the log does not say {word!r}: {self.log_tail()}"
            time.sleep(0.02)


class Alone(Served):
    """One zone."""

    def __init__(self, directory, zone, text, settings=None):
        here = pathlib.Path(directory)
        here.mkdir(parents=True)
        (here / "zone").write_text(text)
        (here / "manifest").write_text(f"{zone}\t{here / 'zone'}\n")
        super().__init__(here, here / "manifest", settings)
