"""The sandbox registry by itself: MariaDB and fourways-sandbox of a copy, nothing else of it."""
import contextlib
import subprocess

from epp import EPP_NS, OBJECTS, Epp, command, number  # noqa: F401
from flow import ROOT, copy

PERSONALITIES = ROOT / "registry" / "personalities"


@contextlib.contextmanager
def registry(*options, **settings):
    """A copy of which only the registry runs, with these options on its command line."""
    with copy(start=False, settings={"sandbox": {"sweep-interval": 3600000, **settings}}) as c:
        c.configure()
        c.start_mariadb()
        c.migrate()
        start(c, *options)
        yield c


def start(c, *options):
    p = c.procs["sandbox"] = c.program("sandbox")
    p.argv += options
    p.start()


def operate(c, *options):
    """The program with an operator's options; gives its exit status and what it said."""
    r = subprocess.run([*c.program("sandbox").argv, *options], capture_output=True, text=True, cwd=c.var)
    return r.returncode, r.stderr


def advance(c, by):
    status, said = operate(c, "--advance", by)
    assert status == 0, said
