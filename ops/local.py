"""A copy of Fourways on this machine: everything under one directory, everything on loopback.

Used by `make run`, `make start`, `make stop` (ops/fourways-local) and by the tests, which start several copies beside
each other. A Copy knows the layout of its directory, writes the configuration files, and starts and stops the
processes one by one. Python's standard library only.
"""
import contextlib
import ctypes
import os
import pathlib
import secrets
import select
import shutil
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TLDS = ["test", "example", "invalid", "alt"]
COLUMNS = 4
PRICES = {  # per year, EUR: register, renew, restore, transfer
    "test": ("9.00", "9.00", "60.00", "9.00"),
    "example": ("12.00", "12.00", "60.00", "12.00"),
    "invalid": ("15.00", "15.00", "80.00", "15.00"),
    "alt": ("29.00", "29.00", "90.00", "29.00"),
}
DEPOSIT = "1000.00"
HOUSE_CONTACT = ["name Fourways Operations", "street 1 Loopback Lane", "city Localhost", "postal_code 12700",
                 "country DE", "phone +49.300000000", "email hostmaster@fourways-dns.test"]
DEMO_CONTACT = ["name=Demo Person", "street=1 Example Street", "city=Exampleton", "postal_code=10115", "country=DE",
                "phone=+49.301234567", "email=demo@example.com"]
USERS = ["fw_web", "fw_registrar", "fw_dns", "fw_sandbox", "fw_cli"]


class Trouble(Exception):
    """Something a person can mend; the text says what and where."""


PORTS, PORT_BASES = 40, 500  # ports of a copy, and how many bases there are for tests
bases_held = []


def base_hold(base):
    """Whether no other test has the base; ours until this process ends. An abstract socket, since the kernel gives it
    back whatever becomes of us, and each network namespace has its own as it has its own ports."""
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        s.bind(f"\0fourways-test-ports-{base}")
    except OSError:
        s.close()
        return False
    bases_held.append(s)
    return True


def free_port_base(tries=200):
    """A base whose ports are all free, and no other test will take. For tests. Below the ports that the system gives to
    clients (32768 to 60999 where nobody changed it): those are taken and given back at any moment."""
    for _ in range(tries):
        base = 12000 + secrets.randbelow(PORT_BASES) * PORTS
        if not base_hold(base):
            continue
        try:
            ports_check(base, [["127.0.0.1", "::1"]] * COLUMNS, None)
            return base
        except Trouble:
            bases_held.pop().close()
    raise Trouble("no free range of ports between 12000 and 32000")


# Nobody else's on this machine: the database's socket is in run, and who does what with which account in log.
PRIVATE = ["etc", "secrets", "run", "log", "pki", "state"]
SOCKET_PATH_MAX = 107  # struct sockaddr_un, without the final NUL
OFFSETS = {"web": 0, "epp": 1, "sandbox_metrics": 2, "wake": 3, "registrar_metrics": 4, "web_metrics": 5, "dns": 10,
           "dns_metrics": 20, "dns_notify": 30}


def ports_check(base, dns_hosts, dns_port):
    """Binds every port for a moment; the first that is taken is named."""
    wanted = [("web", base, "tcp", "127.0.0.1"), ("EPP", base + 1, "tcp", "127.0.0.1"),
              ("sandbox metrics", base + 2, "tcp", "127.0.0.1"), ("registrar wake-up", base + 3, "udp", "127.0.0.1"),
              ("registrar metrics", base + 4, "tcp", "127.0.0.1"), ("web metrics", base + 5, "tcp", "127.0.0.1")]
    for i in range(COLUMNS):
        wanted.append((f"name server {i} metrics", base + 20 + i, "tcp", "127.0.0.1"))
        wanted.append((f"name server {i} wake-up", base + 30 + i, "udp", "127.0.0.1"))
        for host in dns_hosts[i]:
            port = dns_port or base + 10 + i
            wanted.append((f"name server {i}", port, "tcp", host))
            wanted.append((f"name server {i}", port, "udp", host))
    for what, port, kind, host in wanted:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as s:
            if kind == "tcp":
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind((host, port))
            except OSError as e:
                raise Trouble(f"cannot use port {port} ({kind}, {host}) for {what}: {e.strerror}. Is another copy "
                              f"running? Choose other ports with PORT_BASE=N (N to N+39 are used).") from None


LIBC = ctypes.CDLL(None)


def dying_with_parent():
    """What a child calls before its program begins, so that it ends with the process that calls this now."""
    parent = os.getpid()

    def tie():
        LIBC.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)
    return tie


def command_line(pid):
    """Its words; [b""] where there is no such process."""
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return [b""]


class Process:
    """One program of a copy, started in its own session, ended by its own PID."""

    def __init__(self, copy, name, argv):
        self.copy, self.name, self.argv, self.popen = copy, name, argv, None

    def start(self, env=None, wait=True, timeout=60):
        read_fd, write_fd = os.pipe()
        full = dict(os.environ, FOURWAYS_READY_FD=str(write_fd), **(env or {}))
        log = open(self.copy.log_path(self.name), "ab")
        self.popen = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=full,
                                      pass_fds=[write_fd], start_new_session=True, cwd=self.copy.var,
                                      preexec_fn=dying_with_parent() if self.copy.tied else None)
        log.close()
        os.close(write_fd)
        self.ready_fd = read_fd
        self.copy.pid_path(self.name).write_text(f"{self.popen.pid}\n")
        if wait:
            self.wait_ready(timeout)
        return self

    def wait_ready(self, timeout=60):
        fd, self.ready_fd = self.ready_fd, None
        try:
            ready, _, _ = select.select([fd], [], [], timeout)
            if ready and os.read(fd, 16):
                return
        finally:
            os.close(fd)
        raise Trouble(f"{self.name} did not come up; the end of {self.copy.log_path(self.name)}:\n"
                      + self.copy.log_tail(self.name))

    def signal(self, sig):
        os.kill(self.popen.pid, sig)

    def kill(self):
        """kill -9, and wait until it is gone."""
        self.signal(signal.SIGKILL)
        self.popen.wait()

    def stop(self, timeout=20):
        if self.popen is None or self.popen.poll() is not None:
            return
        self.signal(signal.SIGTERM)
        try:
            self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()

    def alive(self):
        return self.popen is not None and self.popen.poll() is None


class Copy:
    """Directory, ports and processes of one copy of Fourways."""

    def __init__(self, var, out, port_base=8050, ns_addrs=None, dns_port=None, say=None, settings=None, tied=False):
        self.var, self.out = pathlib.Path(var).resolve(), pathlib.Path(out).resolve()
        self.base = int(port_base)
        self.ns_addrs = ns_addrs or [("127.0.0.1", "::1")] * COLUMNS
        self.dns_port = dns_port
        self.say = say or (lambda text: None)
        self.settings = settings or {}  # {"registrar": {"lease_s": 2}, …}: on top of what is written here
        self.tied = tied  # the processes die with this one, however it dies: for tests
        self.procs = {}
        self.mariadb_env = {}  # more of the environment, for MariaDB alone: for tests

    # ---- layout ---------------------------------------------------------------------------------------------
    def path(self, *parts):
        return self.var.joinpath(*parts)

    def log_path(self, name):
        return self.path("log", f"{name}.log")

    def pid_path(self, name):
        return self.path("run", f"{name}.pid")

    def log_tail(self, name, lines=15):
        try:
            return "\n".join(self.log_path(name).read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return "(no log)"

    @property
    def socket(self):
        return self.path("run", "mariadb.sock")

    def bin(self, name):
        return str(self.out / "bin" / name)

    def dns_hosts(self, i):
        return [h for h in self.ns_addrs[i] if h]

    def dns_listen(self, i):
        port = self.dns_port or self.base + OFFSETS["dns"] + i
        return [f"[{h}]:{port}" if ":" in h else f"{h}:{port}" for h in self.dns_hosts(i)]

    def addr(self, what, i=0):
        return f"127.0.0.1:{self.base + OFFSETS[what] + i}"

    @property
    def web_url(self):
        return f"http://{self.addr('web')}"

    # ---- files ----------------------------------------------------------------------------------------------
    def secret(self, name, make=lambda: secrets.token_hex(16)):
        path = self.path("secrets", name)
        if not path.exists():
            tmp = path.with_suffix(".new")
            tmp.touch(mode=0o600)
            tmp.write_text(make() + "\n")
            tmp.rename(path)
        return path

    def write_conf(self, name, lines):
        key = name.split("-")[0] if name.startswith("dns-") else name
        lines = list(lines)
        for k, v in self.settings.get(key, {}).items():
            values = v if isinstance(v, list) else [v]
            lines = [line for line in lines if line[0] != k] + [(k, one) for one in values]
        text = "".join(f"{k} = {v}\n" for k, v in lines)
        path = self.path("etc", f"{name}.conf")
        path.write_text("# Written anew at each start of this copy. Copy it elsewhere to make it yours.\n" + text)
        return path

    def desk(self, user):
        return [("db-socket", self.socket), ("db-user", user),
                ("db-password-file", self.path("secrets", f"{user}.password")), ("db-name", "fourways"),
                ("registry-profile", ROOT / "registry" / "profiles" / "sandbox.conf"),
                ("registrar-wake", self.addr("wake"))]

    def prepare(self):
        """The directories, where they can be made."""
        length = len(os.fsencode(self.socket))
        if length > SOCKET_PATH_MAX:
            raise Trouble(f"{self.var} is too long a path: with \"{self.socket.relative_to(self.var)}\" it has {length} "
                          f"bytes, and a unix socket takes {SOCKET_PATH_MAX}. Choose a shorter one with VAR=DIR.")
        if not str(self.var).isprintable():
            raise Trouble(f"{str(self.var)!r} has control characters in it; choose another directory with VAR=DIR")
        try:
            for d in ["zones", "dns"] + PRIVATE + [f"dns/{i}" for i in range(COLUMNS)]:
                self.path(d).mkdir(parents=True, exist_ok=True)
            for d in PRIVATE:
                self.path(d).chmod(0o700)
        except OSError as e:
            raise Trouble(f"cannot make {e.filename}: {e.strerror}; choose another directory with VAR=DIR") from None

    def configure(self):
        self.prepare()
        for user in USERS:
            self.secret(f"{user}.password")
        for key in ["registrar.key", "web.key"]:
            self.secret(key, lambda: secrets.token_hex(32))
        self.secret("registry.password", lambda: secrets.token_hex(8))
        self.secret("registry-rival.password", lambda: secrets.token_hex(8))
        self.secret("demo.password", lambda: secrets.token_urlsafe(12))
        self.configure_sandbox()
        self.configure_registrar()
        self.configure_web()
        for i in range(COLUMNS):
            self.configure_dns(i)
        self.write_conf("fourways", self.desk("fw_cli") + [
            ("account", "demo"), ("web-key-file", self.path("secrets", "web.key")), ("migrations", ROOT / "sql")])
        admin = self.desk(self.db_admin()) + [("migrations", ROOT / "sql")]
        self.write_conf("admin", [x for x in admin if x[0] != "db-password-file"])

    def configure_sandbox(self):
        lines = [("listen", self.addr("epp")), ("metrics", self.addr("sandbox_metrics")),
                 ("db-socket", self.socket), ("db-user", "fw_sandbox"),
                 ("db-password-file", self.path("secrets", "fw_sandbox.password")),
                 ("db-name", "fourways_sandbox"), ("sql-dir", ROOT / "sql" / "sandbox"),
                 ("key-file", self.path("secrets", "sandbox.key")), ("ca-dir", self.path("pki")),
                 ("zone-dir", self.path("zones")), ("zone-server", "ns1.nic 127.0.0.1 ::1"),
                 # words separated by blanks, which the path of var/ may have: relative to it, where programs run
                 ("registrar", "fourways secrets/registry.password fourways"),
                 ("registrar", "rival secrets/registry-rival.password rival")]
        self.write_conf("sandbox", lines)
        self.path("etc", "registry-sandbox.conf").write_text("".join(f"{k} = {v}\n" for k, v in [
            ("id", "sandbox"), ("profile", ROOT / "registry" / "profiles" / "sandbox.conf"),
            ("addr", self.addr("epp")), ("tls-name", "localhost"), ("clid", "fourways"),
            ("password-file", self.path("secrets", "registry.password")), ("ca-file", self.path("pki", "ca.pem")),
            ("cert-file", self.path("pki", "fourways.pem")), ("key-file", self.path("pki", "fourways.key"))]))

    def configure_registrar(self):
        lines = self.desk("fw_registrar") + [
            ("registry", self.path("etc", "registry-sandbox.conf")),
            ("sealing-key-file", self.path("secrets", "registrar.key")), ("instance", "registrar-1"),
            ("lock-file", self.path("run", "registrar-1.lock")), ("metrics", self.addr("registrar_metrics"))]
        for i, tld in enumerate(TLDS):
            v4, v6 = self.ns_addrs[i]
            lines.append(("name-server", f"fourways-dns.{tld} {v4 or '-'} {v6 or '-'}"))
        lines += [("house-contact", line) for line in HOUSE_CONTACT]
        self.write_conf("registrar", lines)

    def configure_web(self):
        self.write_conf("web", self.desk("fw_web") + [
            ("listen", self.addr("web")), ("metrics", self.addr("web_metrics")),
            ("web-key-file", self.path("secrets", "web.key"))])

    def configure_dns(self, i):
        lines = [("server-id", i + 1), ("name", f"dns-{i}"), ("column", i)]
        lines += [("listen", a) for a in self.dns_listen(i)]
        lines += [("notify", self.addr("dns_notify", i)), ("metrics", self.addr("dns_metrics", i)),
                  ("db-socket", self.socket), ("db-user", "fw_dns"),
                  ("db-password-file", self.path("secrets", "fw_dns.password")), ("db-name", "fourways"),
                  ("snapshot", self.path("dns", str(i), "snapshot"))]
        self.write_conf(f"dns-{i}", lines)

    # ---- MariaDB ---------------------------------------------------------------------------------------------
    def db_admin(self):
        import pwd
        return pwd.getpwuid(os.getuid()).pw_name

    def mariadb_argv(self):
        data = self.path("mariadb")
        argv = [shutil.which("mariadbd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") or "/usr/sbin/mariadbd",
                "--no-defaults", f"--datadir={data}", f"--socket={self.socket}", "--skip-networking",
                f"--pid-file={self.path('run', 'mariadbd.pid')}", f"--tmpdir={self.path('run')}",
                "--character-set-server=utf8mb4", "--max-connections=300", "--innodb-buffer-pool-size=256M",
                "--innodb-flush-log-at-trx-commit=1", "--transaction-isolation=READ-COMMITTED",
                "--log-bin-trust-function-creators=1"]
        return argv + ([f"--user={self.db_admin()}"] if os.getuid() == 0 else [])

    def mariadb_install(self):
        if self.path("mariadb", "mysql").exists():
            return
        self.say("making a private MariaDB data directory")
        tmp = self.path("mariadb.new")
        shutil.rmtree(tmp, ignore_errors=True)
        tmp.mkdir(parents=True, mode=0o700)
        # A relative directory, since this script of theirs takes a path with blanks apart.
        argv = ["mariadb-install-db", "--no-defaults", f"--datadir=./{tmp.name}", "--skip-test-db",
                "--auth-root-authentication-method=socket", f"--auth-root-socket-user={self.db_admin()}"]
        argv += [f"--user={self.db_admin()}"] if os.getuid() == 0 else []
        # A MariaDB that starts removes temporary tables it finds, also those of another in the common /tmp.
        r = subprocess.run(argv, capture_output=True, text=True, cwd=self.var,
                           env=dict(os.environ, TMPDIR=str(self.path("run")), **self.mariadb_env))
        if r.returncode != 0:
            raise Trouble(f"mariadb-install-db failed:\n{r.stdout[-2000:]}{r.stderr[-2000:]}")
        shutil.rmtree(self.path("mariadb"), ignore_errors=True)
        tmp.rename(self.path("mariadb"))

    def sql(self, text, database=None, user=None):
        """As administrator, through the client; gives the rows as lists of text."""
        argv = ["mariadb", "--no-defaults", f"--socket={self.socket}", "-u", user or self.db_root(), "-N", "-B"]
        r = subprocess.run(argv + ([database] if database else []), input=text, capture_output=True, text=True)
        if r.returncode != 0:
            raise Trouble(f"MariaDB: {r.stderr.strip()}")
        return [line.split("\t") for line in r.stdout.splitlines()]

    def db_root(self):
        return "root" if os.getuid() == 0 else self.db_admin()

    def start_mariadb(self):
        self.mariadb_install()
        p = self.procs["mariadbd"] = Process(self, "mariadbd", self.mariadb_argv())
        p.start(env=self.mariadb_env, wait=False)
        end = time.monotonic() + 60
        while time.monotonic() < end and p.alive():
            with socket.socket(socket.AF_UNIX) as s:
                try:
                    s.connect(str(self.socket))
                    return
                except OSError:
                    time.sleep(0.02)  # mariadbd has no way to tell that it listens
        raise Trouble("MariaDB did not come up; the end of its log:\n" + self.log_tail("mariadbd"))

    def quoted(self, user):
        return self.path("secrets", f"{user}.password").read_text().strip()  # hex digits only

    def begun(self):
        """Whether a start ever got so far that there is something to keep: it was seeded, or there is an order."""
        if self.path("state", "seeded").exists():
            return True
        if not self.sql("SELECT 1 FROM information_schema.tables WHERE table_schema = 'fourways'"
                        " AND table_name = 'orders'"):
            return False
        return bool(self.sql("SELECT 1 FROM orders LIMIT 1", "fourways"))

    def begin_again(self):
        """A first start that was killed may have left half a schema: there is nothing in it yet, so away with it."""
        self.sql("DROP DATABASE IF EXISTS fourways; DROP DATABASE IF EXISTS fourways_sandbox;")
        for path in [self.path("secrets", "demo.key"), *self.path("state").iterdir(), *self.path("dns").glob("*/*")]:
            path.unlink(missing_ok=True)

    def migrate(self):
        if not self.begun():
            self.begin_again()
        text = "CREATE DATABASE IF NOT EXISTS fourways; CREATE DATABASE IF NOT EXISTS fourways_sandbox;\n"
        for user in USERS:
            text += f"CREATE USER IF NOT EXISTS '{user}'@'localhost' IDENTIFIED BY '{self.quoted(user)}';\n"
        self.sql(text)
        self.cli("migrate", config="admin")
        self.sql((ROOT / "sql" / "grants.sql").read_text(), "fourways")

    # ---- processes -------------------------------------------------------------------------------------------
    def program(self, name):
        """sandbox, registrar, web, dns-0 … dns-3"""
        binary = "fourways-dns" if name.startswith("dns-") else f"fourways-{name}"
        return Process(self, name, [self.bin(binary), "--config", str(self.path("etc", f"{name}.conf"))])

    def start_program(self, name, env=None, wait=True):
        p = self.procs[name] = self.program(name)
        return p.start(env=env, wait=wait)

    def takeover(self, name, env=None):
        """A name server's new process takes the place of the running one, without a gap."""
        fd = os.pidfd_open(self.running()[name])
        p = self.program(name)
        p.argv.append("--takeover")
        try:
            p.start(env=env)
            self.procs[name] = p
            if not select.select([fd], [], [], 60)[0]:
                raise Trouble(f"{name}: the process before does not end; see {self.log_path(name)}")
        finally:
            os.close(fd)

    def names(self):
        return ["sandbox"] + [f"dns-{i}" for i in range(COLUMNS)] + ["registrar", "web"]

    def cli(self, *args, config="fourways", check=True, input=None):
        argv = [self.bin("fourways"), "--config", str(self.path("etc", f"{config}.conf")), *map(str, args)]
        r = subprocess.run(argv, capture_output=True, text=True, input=input, cwd=ROOT)
        if check and r.returncode != 0:
            raise Trouble(f"fourways {' '.join(map(str, args))}: {r.stderr.strip()}")
        return r

    def is_ours(self, name, pid):
        """Whether the process is indeed what a pid file says: numbers are given out again, and somebody who looks at
        our logs has our directory on the command line too."""
        program = "mariadbd" if name == "mariadbd" else "fourways-" + name.split("-")[0]
        words = command_line(pid)
        return os.path.basename(words[0]) == os.fsencode(program) and any(
            os.fsencode(self.var) + b"/" in word for word in words)

    def running(self):
        """PIDs by name of what a pid file names and is indeed ours."""
        found = {}
        for path in sorted(self.path("run").glob("*.pid")):
            try:
                pid = int(path.read_text())
            except (OSError, ValueError):
                continue
            if self.is_ours(path.stem, pid):
                found[path.stem] = pid
        return found

    def start(self):
        if self.running():
            raise Trouble(f"a copy is running in {self.var} already: {', '.join(self.running())}. "
                          f"\"make stop\" ends it.")
        self.prepare()
        ports_check(self.base, [self.dns_hosts(i) for i in range(COLUMNS)], self.dns_port)
        self.configure()
        try:
            self.start_mariadb()
            self.migrate()
            self.start_program("sandbox")
            for name in self.names()[1:]:
                self.start_program(name, wait=False)
            for name in self.names()[1:]:
                self.procs[name].wait_ready()
            self.seed()
            self.write_endpoints()
        except BaseException:
            self.stop()
            raise

    def stop(self):
        """In order: who asks first, who is asked last."""
        pids = self.running()
        groups = [["web", "registrar"], ["sandbox"] + [f"dns-{i}" for i in range(COLUMNS)]]
        groups.append([n for n in pids if n not in sum(groups, [])])
        for group in groups:
            self.end(pids, [n for n in group if n in pids])
        for p in self.procs.values():
            if p.popen is not None:
                p.popen.poll()
        for path in self.path("run").glob("*.pid"):
            path.unlink(missing_ok=True)

    def end(self, pids, names, timeout=30):
        fds = {}
        for name in names:
            try:
                fd = os.pidfd_open(pids[name])
            except ProcessLookupError:
                continue
            if not self.is_ours(name, pids[name]):  # another has the number by now
                os.close(fd)
                continue
            fds[name] = fd
            for sig in [signal.SIGTERM, signal.SIGCONT]:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(fd, sig)
        end = time.monotonic() + timeout
        for name, fd in fds.items():
            gone, _, _ = select.select([fd], [], [], max(0, end - time.monotonic()))
            if not gone:
                self.say(f"{name} does not stop, killing it")
                signal.pidfd_send_signal(fd, signal.SIGKILL)
                select.select([fd], [], [], 10)
            os.close(fd)

    # ---- first start ------------------------------------------------------------------------------------------
    def seed(self):
        """Prices, and the demo account with money, a login and an API key. Each part happens once."""
        done = self.path("state", "seeded")
        if done.exists():
            return
        for tld, amounts in PRICES.items():
            for op, amount in zip(["register", "renew", "restore", "transfer"], amounts):
                self.cli("price", "set", tld, op, amount, "EUR")
        if "demo" not in {r[0] for r in self.sql("SELECT name FROM account", "fourways")}:
            self.cli("account", "create", "demo", "--currency", "EUR", "--email", "demo@example.com")
        self.cli("account", "deposit", DEPOSIT, "--key", "first-start", "--memo", "play money")
        if not self.sql("SELECT 1 FROM login WHERE name = 'demo'", "fourways"):
            self.cli("login", "create", "demo", "--password-file", self.path("secrets", "demo.password"))
        if not self.path("secrets", "demo.key").exists():
            text = self.cli("key", "create").stdout
            self.secret("demo.key", lambda: text.strip())
        done.write_text("yes\n")

    def demo_key(self):
        pairs = dict(line.split("=", 1) for line in self.path("secrets", "demo.key").read_text().split())
        return pairs["API_KEY"], pairs["API_SECRET"]

    def endpoints(self):
        key, secret = self.demo_key()
        first = [a for i in range(COLUMNS) for a in self.dns_listen(i)[:1]]
        return {
            "BIN_DIR": self.out / "bin", "VAR_DIR": self.var, "WEB_URL": self.web_url, "API_URL": self.web_url,
            "DNS_ADDRS": " ".join(first),
            "DNS_ADDRS6": " ".join(a for i in range(COLUMNS) for a in self.dns_listen(i)[1:]),
            "EPP_ADDR": self.addr("epp"), "MARIADB_SOCKET": self.socket,
            "ZONE_DIR": self.path("zones"), "PKI_DIR": self.path("pki"),
            "FOURWAYS_CONFIG": self.path("etc", "fourways.conf"), "DEMO_ACCOUNT": "demo",
            "DEMO_PASSWORD": self.path("secrets", "demo.password").read_text().strip(),
            "DEMO_API_KEY": key, "DEMO_API_SECRET": secret,
            "METRICS_ADDRS": " ".join([self.addr("web_metrics"), self.addr("registrar_metrics"),
                                       self.addr("sandbox_metrics")]
                                      + [self.addr("dns_metrics", i) for i in range(COLUMNS)]),
        }

    def write_endpoints(self):
        import shlex
        path = self.path("endpoints")
        tmp = self.path("endpoints.new")
        tmp.touch(mode=0o600)
        tmp.write_text("".join(f"export {k}={shlex.quote(str(v))}\n" for k, v in self.endpoints().items()))
        tmp.rename(path)

    def dig(self, i, *args):
        host, port = self.dns_listen(i)[0].rsplit(":", 1)
        r = subprocess.run(["dig", f"@{host.strip('[]')}", "-p", port, "+time=2", "+tries=2", *args],
                           capture_output=True, text=True)
        return r.stdout
