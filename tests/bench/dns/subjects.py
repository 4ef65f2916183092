"""The servers that bench.py compares: each knows how to start itself with the zones, and what it has used."""
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "ops"))
import local  # noqa: E402

SERVER_CPU, LOAD_CPU = "0", "1"  # one core for the server, the other for who asks
TICK = os.sysconf("SC_CLK_TCK")


def free_port():
    """Free for UDP and TCP just now."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as u, socket.socket() as t:
            u.bind(("127.0.0.1", 0))
            try:
                t.bind(("127.0.0.1", u.getsockname()[1]))
                return u.getsockname()[1]
            except OSError:
                continue


def question(zone):
    name = b"".join(bytes([len(x)]) + x.encode() for x in ["www", f"zone{zone}", "test"]) + b"\0"
    return struct.pack(">6H", 4711, 0, 1, 0, 0, 0) + name + struct.pack(">2H", 1, 1)


def wait_answer(port, zone, alive, pause, timeout=600):
    """Until www.zoneN.test has an address; asks again after each pause (seconds)."""
    end = time.monotonic() + timeout
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(("127.0.0.1", port))
        s.settimeout(pause)
        while time.monotonic() < end and alive():
            try:
                s.send(question(zone))
                answer = s.recv(1500)
            except TimeoutError:
                continue
            except ConnectionRefusedError:
                time.sleep(pause)  # nobody there yet, and nothing to wait on
                continue
            if answer[3] & 15 == 0 and answer[7] == 1:
                return
            time.sleep(pause)
    raise SystemExit(f"the server on port {port} does not answer for zone {zone}")


def family(pid):
    """The process and its children's."""
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            children = (task / "children").read_text().split()
        except FileNotFoundError:  # a thread that ended meanwhile has none
            continue
        for child in children:
            found += family(int(child))
    return found


def cpu_total(pid):
    """Seconds used so far, to the nanosecond."""
    return sum(time.clock_gettime((~p << 3) | 2) for p in family(pid))


def cpu_user(pid):
    return sum(int(pathlib.Path(f"/proc/{p}/stat").read_text().rsplit(")", 1)[1].split()[11]) for p in family(pid)) / TICK


def memory(pid):
    """Bytes that would be free without it: shared pages count once."""
    total = 0
    for p in family(pid):
        for line in pathlib.Path(f"/proc/{p}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


class Subject:
    """A server on a port of its own. zones: how many of the bench's it serves."""

    def __init__(self, name, zones, work):
        self.name, self.zones, self.work = name, zones, pathlib.Path(work) / f"{name}-{zones}".replace(" ", "-")
        self.work = pathlib.Path(tempfile.mkdtemp(prefix=f"{self.work.name}-", dir=self.work.parent))
        self.port, self.process = free_port(), None
        self.load_wall = self.load_cpu = None
        self.pause = 0.002

    def argv(self):
        raise NotImplementedError

    def start(self, wrapper=("taskset", "-c", SERVER_CPU)):
        """Until the first right answer; keeps what that took."""
        began = time.monotonic()
        self.process = subprocess.Popen([*wrapper, *self.argv()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=open(self.work / "stderr", "ab"), cwd=self.work,
                                        preexec_fn=local.dying_with_parent())
        self.answering(began)
        return self

    def answering(self, began):
        wait_answer(self.port, self.zones, lambda: self.process.poll() is None, self.pause)
        self.load_wall, self.load_cpu = time.monotonic() - began, cpu_total(self.pid)

    @property
    def pid(self):
        return self.process.pid

    def stop(self, timeout=60):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None


class Floor(Subject):
    def __init__(self, out, work):
        super().__init__("floor", 0, work)
        self.out = out

    def start(self, wrapper=("taskset", "-c", SERVER_CPU)):
        self.process = subprocess.Popen([*wrapper, f"{self.out}/bench/dns-floor"], stdout=subprocess.PIPE, text=True,
                                        preexec_fn=local.dying_with_parent())
        self.port = int(self.process.stdout.readline())
        return self


class Knot(Subject):
    def __init__(self, zones, work, files):
        super().__init__("Knot", zones, work)
        self.conf = self.work / "knot.conf"
        with open(self.conf, "w") as f:
            f.write(f"server:\n  rundir: {self.work}\n  listen: 127.0.0.1@{self.port}\n  udp-workers: 1\n  tcp-workers: 1\n"
                    f"  background-workers: 1\nlog:\n  - target: stderr\n    any: warning\n"
                    f"database:\n  storage: {self.work}\ntemplate:\n  - id: default\n    storage: {files}/zones\n"
                    f"    file: \"%s.zone\"\n    zonefile-sync: -1\n    journal-content: none\n    semantic-checks: off\nzone:\n")
            f.writelines(f"  - domain: zone{n}.test\n" for n in range(1, zones + 1))

    def argv(self):
        return ["/usr/sbin/knotd", "-c", self.conf]


class Nsd(Subject):
    def __init__(self, zones, work, files):
        super().__init__("NSD", zones, work)
        self.conf = self.work / "nsd.conf"
        with open(self.conf, "w") as f:
            f.write(f"server:\n  server-count: 1\n  ip-address: 127.0.0.1@{self.port}\n  zonesdir: \"{files}/zones\"\n"
                    f"  username: \"\"\n  pidfile: \"{self.work}/pid\"\n  xfrdfile: \"{self.work}/xfrd\"\n  database: \"\"\n"
                    f"  zonelistfile: \"{self.work}/zones\"\n  minimal-responses: yes\n  rrl-ratelimit: 0\n"
                    f"  zonefiles-check: no\n  verbosity: 0\nremote-control:\n  control-enable: no\n")
            f.writelines(f"zone:\n  name: zone{n}.test\n  zonefile: zone{n}.test.zone\n" for n in range(1, zones + 1))

    def argv(self):
        return ["/usr/sbin/nsd", "-d", "-c", self.conf]


class Fourways(Subject):
    """With a MariaDB of its own, filled by LOAD DATA; one UDP thread."""

    def __init__(self, zones, work, files, out):
        super().__init__("Fourways", zones, work)
        base = local.free_port_base()
        self.copy = local.Copy(self.work / "var", out, base, ns_addrs=[("127.0.0.1", None)] * local.COLUMNS, tied=True,
                               settings={"dns": {"threads": 1, "snapshot-interval-s": 86400}})
        self.port = base + local.OFFSETS["dns"]
        self.copy.configure()
        self.copy.start_mariadb()
        os.sched_setaffinity(self.copy.procs["mariadbd"].popen.pid, {int(LOAD_CPU)})
        self.copy.migrate()
        self.empty_memory = self.measure_empty()
        self.fill(files)

    def argv(self):
        return self.copy.program("dns-0").argv

    def measure_empty(self):
        """What it takes without zones."""
        p = self.copy.start_program("dns-0")
        used = memory(p.popen.pid)
        p.stop()
        for path in self.copy.path("dns", "0").iterdir():
            path.unlink()
        return used

    def fill(self, files):
        self.copy.sql(f"""
            INSERT INTO delegation_set (id, r0, r1, r2, r3, created) VALUES (1, 0, 0, 0, 0, 0);
            LOAD DATA LOCAL INFILE '{files}/zone.tsv' INTO TABLE zone (id, name, @key, @rrsets) SET sort_key = UNHEX(@key),
              account_id = 1, delegation_set_id = 1, version = 1, serial = 1, rrsets = @rrsets, rrsets_max = 10000,
              created = 1, changed = 1;
            LOAD DATA LOCAL INFILE '{files}/rrset.tsv' INTO TABLE rrset (zone_id, @owner, type, ttl, @rdata)
              SET owner = UNHEX(@owner), rdata = UNHEX(@rdata), version = 1, sort_key = UNHEX(@owner);
            DELETE FROM zone WHERE id > {self.zones}; DELETE FROM rrset WHERE zone_id > {self.zones};
            """, "fourways")

    def start(self, wrapper=("taskset", "-c", SERVER_CPU)):
        began = time.monotonic()
        p = self.copy.procs["dns-0"] = self.copy.program("dns-0")
        p.argv = [*wrapper, *p.argv]
        p.start(wait=False)
        self.process = p.popen
        self.answering(began)
        p.wait_ready(600)
        self.ready_wall = time.monotonic() - began
        self.settle()
        return self

    def settle(self):
        """Until it has reported all zones and has nothing left to do."""
        while int(self.copy.sql("SELECT COUNT(*) FROM zone_served", "fourways")[0][0]) < self.zones:
            time.sleep(0.1)  # a look at the table, from outside

    def spread_out(self):
        """For what is not about CPU: everybody may run everywhere, as on a machine that nobody has arranged."""
        for pid in (self.pid, self.copy.procs["mariadbd"].popen.pid):
            for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                os.sched_setaffinity(int(task.name), range(os.cpu_count()))

    def latency(self, out, zones, kind, changes=300):
        """Milliseconds from a commit to its answer: median, 99th percentile, most."""
        r = subprocess.run([f"{out}/bench/dns-latency", str(self.copy.socket), self.copy.addr("dns_notify"),
                            f"127.0.0.1:{self.port}", zones, str(changes), kind], capture_output=True, text=True)
        if r.returncode != 0:
            raise SystemExit(f"dns-latency: {r.stderr}")
        return [float(x) for x in r.stdout.split()]

    def grow(self, zone, names):
        """So many more names in one zone, as one change."""
        apex = f"UNHEX('{b''.join(bytes([len(x)]) + x.encode() for x in [f'zone{zone}', 'test']).hex()}00')"
        self.copy.sql(f"""
            INSERT INTO rrset (zone_id, owner, type, ttl, rdata, version, sort_key)
              SELECT {zone}, CONCAT(CHAR(9), 'h', LPAD(seq, 8, '0'), {apex}), 1, 300, UNHEX('00040a000001'), 1000,
              CONCAT(CHAR(9), 'h', LPAD(seq, 8, '0'), {apex}) FROM seq_1_to_{names};
            UPDATE rrset SET version = 1000 WHERE zone_id = {zone} AND type = 6;
            UPDATE zone SET version = 1000, serial = 1000, changed = UNIX_TIMESTAMP(NOW(6)) * 1000000 WHERE id = {zone};
            """, "fourways")
        while self.copy.sql(f"SELECT version FROM zone_served WHERE zone_id = {zone}", "fourways") != [["1000"]]:
            time.sleep(0.1)  # a look at the table, from outside

    def close(self):
        self.stop()
        self.copy.stop()
