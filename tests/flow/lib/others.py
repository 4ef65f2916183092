"""Other people's name servers, each private: in the foreground, in a directory of its own, on a free port of the
loopback, ended by its process id. zones: [(name as text, path of the master file)]."""
import os
import shutil
import signal
import socket
import subprocess
import time

import local
from dnsclient import TYPES, Client, Malformed, Question
from flow import wait_until


def program(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def ports():
    """From ranges that no other test has."""
    while True:
        base = local.free_port_base()
        yield from range(base, base + local.PORTS)


ports_left = ports()


def free_port():
    """Free for UDP and TCP; nobody has it by chance (local.free_port_base)."""
    while True:
        addr = ("127.0.0.1", next(ports_left))
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as t, socket.socket(socket.AF_INET,
                                                                                    socket.SOCK_DGRAM) as u:
            try:
                t.bind(addr)
                u.bind(addr)
            except OSError:
                continue
            return addr[1]


def nsd_conf(zones):
    return ["nsd", "-d"], """server:
  ip-address: 127.0.0.1@@PORT@
  username: ""
  chroot: ""
  server-count: 1
  zonesdir: "@DIR@"
  pidfile: "@DIR@/pid"
  logfile: ""
  database: ""
  xfrdfile: "@DIR@/xfrd.state"
  xfrdir: "@DIR@"
  zonelistfile: "@DIR@/zone.list"
  minimal-responses: yes
  refuse-any: no
  rrl-ratelimit: 0
  ipv4-edns-size: 1232
  tcp-count: 20
remote-control:
  control-enable: no
""" + "".join(f'zone:\n  name: "{z}"\n  zonefile: "{path}"\n' for z, path in zones)


def named_conf(zones):
    return ["named", "-g", "-n", "1"], """options {
  directory "@DIR@"; pid-file "@DIR@/pid"; session-keyfile "@DIR@/session.key"; managed-keys-directory "@DIR@";
  listen-on port @PORT@ { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; querylog no; allow-query { any; }; allow-transfer { none; }; notify no; empty-zones-enable no;
  minimal-responses yes; minimal-any no; zero-no-soa-ttl no; max-udp-size 1232; edns-udp-size 1232; dnssec-validation no;
  answer-cookie no; check-names primary ignore; zone-statistics none; check-integrity no; max-records-per-type 0;
  max-types-per-name 0;
};
controls { };
""" + "".join(f'zone "{z}" {{ type primary; file "{path}"; check-names ignore; }};\n' for z, path in zones)


def knotd_conf(zones):
    return ["knotd"], """server:
  listen: 127.0.0.1@@PORT@
  rundir: "@DIR@"
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  udp-max-payload: 1232
  tcp-max-clients: 20
log:
  - target: stderr
    any: warning
database:
  storage: "@DIR@"
zone:
""" + "".join(f'  - domain: "{z}"\n    file: "{path}"\n    zonefile-sync: -1\n    journal-content: none\n'
              for z, path in zones)


CONFS = {"named": named_conf, "nsd": nsd_conf, "knotd": knotd_conf}


class Other:
    """named, nsd or knotd with these zones. A program that may read its own files only where Debian's AppArmor
    profile says so is run from a copy, which no profile names."""

    def __init__(self, name, directory, zones):
        self.name, self.dir, self.zones = name, directory, zones
        self.addr = f"127.0.0.1:{free_port()}"
        self.dir.mkdir(parents=True)
        argv, conf = CONFS[name](zones)
        (self.dir / "conf").write_text(conf.replace("@DIR@", str(self.dir)).replace("@PORT@", self.addr.split(":")[1]))
        copied = shutil.copy2(program(name), self.dir / name)
        self.log = open(self.dir / "log", "wb")
        self.popen = subprocess.Popen([copied, *argv[1:], "-c", str(self.dir / "conf")], stdout=self.log,
                                      stderr=self.log, stdin=subprocess.DEVNULL, cwd=self.dir, start_new_session=True,
                                      preexec_fn=local.dying_with_parent())

    def log_tail(self, n=1500):
        return (self.dir / "log").read_text(errors="replace")[-n:]

    def wait(self, apexes):
        """Until it answers for each; apexes: names as labels."""
        client, left = Client(self.addr), list(apexes)

        def look():
            assert self.popen.poll() is None, f"{self.name} ended: {self.log_tail()}"
            try:
                while left and client.ask(Question(tuple(left[-1]), TYPES["SOA"]), 1).aa:
                    left.pop()
            except (AssertionError, Malformed, OSError):
                pass
            time.sleep(0 if not left else 0.05)
            return not left
        try:
            wait_until(f"{self.name} answers for all zones", look)
        except AssertionError as e:
            raise AssertionError(f"{e}; not for {left[-1]}: {self.log_tail()}") from None
        finally:
            client.close()

    def stop(self):
        self.popen.terminate()
        try:
            self.popen.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.popen.pid, signal.SIGKILL)  # with the children that NSD has
            self.popen.wait()
        self.log.close()
