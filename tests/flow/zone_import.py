#!/usr/bin/env python3
# time-limit: 300
"""Zones from master files by the command line: one, a thousand from a manifest, through kill -9, and back out.

With sanitizers the manifest has 300. FLOW_IMPORT_ZONES=N takes another number and prints the rate as well;
FLOW_IMPORT_RECORDS=1000000 imports a zone of so many records too and prints what it took.
"""
import json
import os
import pathlib
import random
import re
import resource
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from flow import *  # noqa: E402,F403
from flow import OUT, case, copy, dig, done, local, nothing_changes, servers, wait_until  # noqa: E402

ZONES = int(os.environ.get("FLOW_IMPORT_ZONES") or (300 if OUT.name == "san" else 1000))
RECORDS = int(os.environ.get("FLOW_IMPORT_RECORDS") or 0)

SHOP = """$TTL 300
@ 3600 IN SOA ns1.old.example. admin.old.example. ( 2026112201 ; serial
        2h 15m 2w 300 )
  NS ns1.old.example.
  MX 10 mail
mail A 192.0.2.25
www A 192.0.2.1
    A 192.0.2.2
ftp CNAME www
*.wild TXT "any \\"name\\""
sub NS ns.sub
ns.sub A 192.0.2.53
$GENERATE 1-20/2 host-${0,3} A 192.0.2.$
"""
BAD = """$TTL 300
www A 192.0.2.1
mail MX 70000 www
ftp CNAME www
ftp TXT beside
sub NS ns.sub
$INCLUDE /etc/passwd
open TXT "is it
end A 192.0.2.9
end A 192.0.2.999
"""


def write(c, name, text):
    path = c.path("zones", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def everywhere(c, name, rtype, answer):
    for addr in servers(c):
        status, _, sections = dig(addr, name, rtype)
        got = sorted(x.split(None, 4)[4] for x in sections["ANSWER"])
        assert (status, got) == ("NOERROR", sorted(answer)), (addr, name, rtype, status, sections)


def zone_text(i, change=0):
    return (f"$TTL {300 + change}\n@ SOA a b {i} 1 2 3 4\n@ NS ns.elsewhere.example.\n@ MX 10 mail\nmail A 192.0.2.{i % 250}\n"
            f"www A 198.51.100.{i % 250}\n*.any TXT \"zone {i}\"\nftp CNAME www\n_s._tcp SRV 0 0 1 www\n")


def manifest_write(c, n, change=lambda i: 0):
    lines = ["# the zones of this test", ""]
    for i in range(n):
        write(c, f"many/{i}.zone", zone_text(i, change(i)))
        lines.append(f"zone-{i}.test \t many/{i}.zone")
    return write(c, "manifest", "\n".join(lines) + "\n")


def imported(c):
    return int(c.sql("SELECT COUNT(*) FROM zone WHERE deleted = 0 AND name LIKE 'zone-%'", "fourways")[0][0])


def start(c, *args):
    argv = [c.bin("fourways"), "--config", str(c.path("etc", "fourways.conf")), *map(str, args)]
    return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            preexec_fn=local.dying_with_parent())


def single_cases(c):
    shop = write(c, "shop.zone", SHOP)

    @case("a file becomes a zone that all four name servers answer")
    def _():
        out = c.cli("zone", "import", "shop.test", shop).stdout
        assert "zone shop.test created: 18 records" in out and "all four name servers answer with it" in out, out
        assert "NS records of the zone itself are not taken" in out, out
        everywhere(c, "www.shop.test", "A", ["192.0.2.1", "192.0.2.2"])
        everywhere(c, "host-019.shop.test", "A", ["192.0.2.19"])
        everywhere(c, "x.wild.shop.test", "TXT", ['"any \\"name\\""'])
        _, _, sections = dig(servers(c)[0], "shop.test", "NS")
        assert len(sections["ANSWER"]) == 4 and "old.example" not in str(sections), sections

    @case("the same file again is no change, one that differs is one, and a dry run only tells")
    def _():
        with nothing_changes(c):
            assert "shop.test unchanged" in c.cli("zone", "import", "shop.test", shop).stdout
            other = write(c, "other.zone", SHOP.replace("192.0.2.25", "192.0.2.26").replace("ftp CNAME www\n", ""))
            out = c.cli("zone", "import", "shop.test", other, "--dry-run").stdout
            assert out.startswith("- ftp.shop.test. CNAME\n= mail.shop.test. A\n"), out
            assert "would be changed" in out and "0 added, 1 changed, 1 removed" in out, out
        assert "0 added, 1 changed, 1 removed" in c.cli("zone", "import", "shop.test", other).stdout
        everywhere(c, "mail.shop.test", "A", ["192.0.2.26"])
        assert dig(servers(c)[0], "ftp.shop.test", "CNAME")[0] == "NXDOMAIN"

    @case("--keep-soa takes the file's SOA, and its serial never goes back")
    def _():
        c.cli("zone", "import", "shop.test", shop, "--keep-soa")
        everywhere(c, "shop.test", "SOA", ["ns1.old.example. admin.old.example. 2026112201 7200 900 1209600 300"])
        c.cli("zone", "import", "shop.test", write(c, "past.zone", SHOP.replace("2026112201", "5") + "new A 192.0.2.3\n"),
              "--keep-soa")
        everywhere(c, "shop.test", "SOA", ["ns1.old.example. admin.old.example. 2026112202 7200 900 1209600 300"])

    @case("a bad file is refused with every error by file and line, as JSON too, and nothing is written")
    def _():
        bad = write(c, "bad.zone", BAD)
        want = [(3, "rdata-number"), (4, "cname-beside"), (6, "glue-missing"), (7, "master-include"), (8, "open-quote"),
                (10, "rdata-address")]
        with nothing_changes(c):
            r = c.cli("zone", "import", "bad.test", bad, check=False)
            assert r.returncode == 2, r
            assert [(int(a), b) for a, b in re.findall(rf"^{re.escape(str(bad))}:(\d+): .* \[(.*)\]$", r.stderr, re.M)] == want, r.stderr
            assert "zone bad.test is not imported: 6 errors" in r.stderr, r.stderr
            r = c.cli("--json", "zone", "import", "bad.test", bad, check=False)
            told = json.loads(r.stdout)
            assert (r.returncode, told["result"], told["errors_total"]) == (2, "failed", 6), r
            assert [(x["line"], x["code"]) for x in told["errors"]] == want, told

    @case("what is no zone file is refused")
    def _():
        with nothing_changes(c):
            for args, words, code in [(["x.test"], "give ORIGIN and FILE", 2), ([], "give ORIGIN and FILE", 2),
                                      (["x.test", "/nonexistent"], "cannot open", 2), (["x.test", "/dev/zero"], "not a regular", 2),
                                      (["x.test", c.path("zones")], "not a regular", 2), (["x..test", shop], "zone's name", 2),
                                      (["x.test", shop, "--max-records", "5"], "more than 5 records", 2),
                                      (["x.test", shop, "--set", "999"], "no reusable delegation set", 1),
                                      (["--manifest", "/nonexistent"], "cannot open", 2),
                                      (["--manifest", write(c, "none", "# none\n")], "names no zones", 2),
                                      (["--manifest", shop, "--jobs", "99"], "--jobs 99", 2)]:
                r = c.cli("zone", "import", *args, check=False)
                assert words in r.stderr and r.returncode != 0, (args, r)


def include_cases(c):
    write(c, "parts/common.inc", "common A 192.0.2.77\n$INCLUDE parts/deeper.inc d\n")
    write(c, "parts/deeper.inc", "x A 192.0.2.78\n")
    main = write(c, "including.zone", "$TTL 60\n$INCLUDE parts/common.inc\nlast A 192.0.2.79\n")

    @case("$INCLUDE is refused unless it is allowed, and then stays below the file's directory")
    def _():
        assert "$INCLUDE is not accepted" in c.cli("zone", "import", "inc.test", main, check=False).stderr
        c.cli("zone", "import", "inc.test", main, "--allow-include")
        everywhere(c, "x.d.inc.test", "A", ["192.0.2.78"])
        everywhere(c, "last.inc.test", "A", ["192.0.2.79"])
        outside = c.path("outside.inc")
        outside.write_text("secret A 192.0.2.1\n")
        link, way = c.path("zones", "link.inc"), c.path("zones", "way")
        link.symlink_to(outside)
        way.symlink_to(c.path())
        os.mkfifo(c.path("zones", "fifo"))
        for path, words in [("../outside.inc", 'without ".."'), ("parts/../../outside.inc", 'without ".."'),
                            (str(outside), "must be relative"), ("link.inc", "symbolic link"),
                            ("way/outside.inc", "symbolic link"), ("none.inc", "No such file"), ("parts", "regular file"),
                            ("fifo", "regular file"), ("./parts/common.inc", "lead down"), ('""', "must be relative")]:
            bad = write(c, "escape.zone", f"$TTL 60\na A 192.0.2.1\n$INCLUDE {path}\n")
            r = c.cli("zone", "import", "esc.test", bad, "--allow-include", check=False)
            assert r.returncode == 2 and f"{bad}:3: " in r.stderr and words in r.stderr, (path, r)
        write(c, "parts/loop.inc", "$INCLUDE parts/loop.inc\n")
        r = c.cli("zone", "import", "esc.test", write(c, "l.zone", "$INCLUDE parts/loop.inc\n"), "--allow-include", check=False)
        assert "more than 10 files" in r.stderr, r


def manifest_cases(c, dice):
    manifest = manifest_write(c, ZONES)

    @case(f"a manifest of {ZONES} zones, killed twice in the middle, is done by running it again")
    def _():
        for at in sorted(dice.sample(range(ZONES // 10, ZONES // 2), 2)):
            p = start(c, "zone", "import", "--manifest", manifest)
            wait_until(f"{at} zones", lambda: imported(c) >= at or p.poll() is not None, 60, pause=0)
            p.kill()
            p.communicate()
            assert at <= imported(c) < ZONES and p.returncode == -9, (at, imported(c), p.returncode)
        half = imported(c)
        r = c.cli("zone", "import", "--manifest", manifest)
        assert f"{ZONES} zones: {ZONES - half} created, 0 changed, {half} were so already, 0 failed" in r.stdout, r
        rows = c.sql("SELECT COUNT(*), COUNT(DISTINCT z.name), MIN(z.version), MAX(z.version), MIN(z.rrsets), MAX(z.rrsets)"
                     " FROM zone z WHERE z.name LIKE 'zone-%' AND z.deleted = 0", "fourways")
        assert rows == [[str(ZONES), str(ZONES), "2", "2", "8", "8"]], rows
        for i in dice.sample(range(ZONES), 5):
            wait_until(f"zone-{i}", lambda: dig(servers(c)[0], f"www.zone-{i}.test", "A")[0] == "NOERROR")
            for addr in servers(c):
                wait_until(f"zone-{i} at {addr}", lambda: dig(addr, f"x.any.zone-{i}.test", "TXT")[2]["ANSWER"])
        print("     " + r.stderr.strip().splitlines()[-1], flush=True)

    @case("the manifest once more changes nothing; with some files changed only those")
    def _():
        with nothing_changes(c):
            r = c.cli("zone", "import", "--manifest", manifest)
            assert f"{ZONES} were so already" in r.stdout, r
        manifest_write(c, ZONES, change=lambda i: i % 100 == 7)
        lines = c.cli("--json", "zone", "import", "--manifest", manifest).stdout.splitlines()
        told = [json.loads(x) for x in lines]
        assert len(told) == ZONES + 1 and told[-1]["changed"] == len(range(7, ZONES, 100)), told[-1]
        assert {x["zone"] for x in told[:-1] if x["result"] == "changed"} == {f"zone-{i}.test" for i in range(7, ZONES, 100)}

    @case("a manifest goes on behind what is wrong and says so, with exit status 6")
    def _():
        write(c, "many/bad.zone", BAD)
        m = write(c, "mixed", "good-1.test many/1.zone\nbad.test many/bad.zone\nGOOD-1.test many/2.zone\nlonely.test\n"
                  "b..d.test many/1.zone\nnofile.test many/none.zone\ngood-2.test many/2.zone\n")
        r = c.cli("zone", "import", "--manifest", m, check=False)
        assert r.returncode == 6 and "7 zones: 2 created, 0 changed, 0 were so already, 5 failed" in r.stdout, r
        for words in ["bad.zone:3: ", "zone bad.test is not imported", "stands in line 1 already", "line 4 of the manifest",
                      "line 5 of the manifest", "cannot open"]:
            assert words in r.stderr, (words, r.stderr)
        everywhere_soon = [("good-1.test", 1), ("good-2.test", 2)]
        for zone, i in everywhere_soon:
            wait_until(zone, lambda: dig(servers(c)[0], f"mail.{zone}", "A")[2]["ANSWER"])

    @case("aliases between the zones of a manifest need no order, and one into nothing is told")
    def _():
        write(c, "many/first.zone", "; alias: first.test. A -> www.second.test.\n")
        write(c, "many/second.zone", "; alias: www.second.test. A -> a.third.test.\n")
        write(c, "many/third.zone", "a 60 A 192.0.2.33\n")
        write(c, "many/lost.zone", "; alias: lost.test. A -> www.nowhere.test.\n")
        m = write(c, "chained", "".join(f"{z}.test many/{z}.zone\n" for z in ["first", "second", "lost", "third"]))
        r = c.cli("zone", "import", "--manifest", m, "--jobs", "1", check=False)
        assert r.returncode == 6 and "3 created" in r.stdout and "1 failed" in r.stdout, r
        assert "lost.zone:1: lost.test A: the alias target www.nowhere.test is in no zone hosted here" in r.stderr, r
        for addr in servers(c):
            wait_until(addr, lambda: "192.0.2.33" in str(dig(addr, "first.test", "A")[2]["ANSWER"]))

    if not os.environ.get("FLOW_IMPORT_ZONES"):
        return

    @case("a rate, for the record: the same number of new zones without interruption")
    def _():
        m = write(c, "rate", "".join(f"rate-{i}.test many/{i}.zone\n" for i in range(ZONES)))
        began = time.monotonic()
        c.cli("zone", "import", "--manifest", m)
        print(f"     {ZONES} zones of 8 record sets: {ZONES / (time.monotonic() - began):.0f} zones/s", flush=True)


def export_cases(c):
    @case("an export imports without a change, aliases too, and the file is whole or as before")
    def _():
        c.cli("zone", "import", "shop.test", c.path("zones", "shop.zone"))
        c.cli("record", "alias", "shop.test", "@", "A", "www")
        c.cli("record", "alias", "shop.test", "far", "A", "mail.zone-1.test.")
        path = c.path("zones", "out.zone")
        c.cli("zone", "export", "shop.test", path)
        text = path.read_text()
        assert text == c.cli("zone", "export", "shop.test").stdout
        assert "; alias: shop.test. A -> www.shop.test.\n" in text, text
        with nothing_changes(c):
            out = c.cli("zone", "import", "shop.test", path).stdout
            assert "unchanged" in out and "not taken" not in out, out
            r = c.cli("zone", "export", "shop.test", "/nonexistent/x", check=False)
            assert r.returncode == 2 and "cannot write" in r.stderr, r
            link, mine = c.path("zones", "link.zone"), c.path("zones", "out.zone.new")
            link.symlink_to("/dev/null")
            mine.write_text("mine")
            for other in (link, c.path("zones")):
                r = c.cli("zone", "export", "shop.test", other, check=False)
                assert r.returncode == 2 and "file-kind" in r.stderr, r
            c.cli("zone", "export", "shop.test", path)
            assert link.is_symlink() and mine.read_text() == "mine" and path.read_text() == text
            assert not [x for x in os.listdir(c.path("zones")) if x.endswith(".new") and x != mine.name]
        c.cli("zone", "delete", "shop.test", "--yes")
        c.cli("zone", "import", "shop.test", path, "--keep-soa")
        everywhere(c, "shop.test", "A", ["192.0.2.1", "192.0.2.2"])
        everywhere(c, "far.shop.test", "A", ["192.0.2.1"])
        strip = re.compile(r"^(; zone|@\t\d+\tIN\t(SOA|NS)).*$", re.M)
        assert strip.sub("", c.cli("zone", "export", "shop.test").stdout) == strip.sub("", text)

    @case("BIND reads what is exported") if os.path.exists("/usr/bin/named-checkzone") else (lambda f: f)
    def _():
        r = subprocess.run(["/usr/bin/named-checkzone", "-i", "none", "shop.test", str(c.path("zones", "out.zone"))],
                           capture_output=True, text=True)
        assert r.returncode == 0, r.stdout


GENERATE = """$TTL 60
@ SOA ns.x. h.x. 1 2 3 4 5
@ NS ns.x.
$GENERATE 1-20/3 a$ A 192.0.2.$
$GENERATE 0-3 ${0,8,n}x PTR h${10,3,d}.example.
$GENERATE 250-260 ${0,0,N} TXT "v$"
$GENERATE 7-9 o${0,3,o}-x${0,4,x}-X${200,2,X} 300 IN CNAME t${-7}
$GENERATE 1-3 m MX "$0 mail$"
$GENERATE 1-2 d\\$${0,1} AAAA 2001:db8::${65530,4,x}
"""


def generate_case(c):
    @case("$GENERATE makes of every form what BIND makes of it")
    def _():
        path = write(c, "generate.zone", GENERATE)
        r = subprocess.run(["/usr/bin/named-compilezone", "-i", "none", "-k", "ignore", "-o", "-", "gen.test", str(path)],
                           capture_output=True, text=True)
        assert r.returncode == 0, r.stdout + r.stderr
        theirs = {tuple(x.lower().split(None, 4)) for x in r.stdout.splitlines() if x and not x.startswith(";")}
        theirs = {x for x in theirs if len(x) == 5 and x[3] not in ("soa", "ns")}
        c.cli("zone", "import", "gen.test", path, "--no-wait")
        ours = set()
        for line in c.cli("zone", "export", "gen.test").stdout.splitlines():
            x = line.lower().split(None, 4)
            if len(x) == 5 and x[2] == "in" and x[3] not in ("soa", "ns"):
                ours.add((f"{x[0]}.gen.test.", *x[1:]))
        assert len(ours) == 7 + 4 + 11 + 3 + 3 + 2 and ours == theirs, sorted(ours ^ theirs)


def delete_cases(c):
    @case("a zone with records is deleted only with --yes, one that a registered domain uses only with --force")
    def _():
        r = c.cli("zone", "delete", "shop.test", check=False)
        assert r.returncode != 0 and "zone-not-empty" in r.stderr and "--yes" in r.stderr, r
        c.cli("zone", "delete", "shop.test", "--yes")
        for addr in servers(c):
            wait_until(f"{addr} refuses", lambda: dig(addr, "www.shop.test", "A")[0] == "REFUSED")
        c.cli("account", "deposit", "100.00", "--key", "import")
        contact = [x for field in local.DEMO_CONTACT for x in ("--contact", field)]
        c.cli("domain", "register", "sold.test", *contact)
        r = c.cli("zone", "delete", "sold.test", "--yes", check=False)
        assert r.returncode != 0 and "zone-delegated" in r.stderr, r
        c.cli("zone", "delete", "sold.test", "--force")
        assert c.cli("zone", "show", "sold.test", check=False).returncode != 0


def large_case(c):
    @case(f"a zone of {RECORDS} records goes in, in one change, and out again")
    def _():
        path = c.path("zones", "large.zone")
        with open(path, "w") as f:
            f.write("$TTL 300\n")
            for i in range(RECORDS):
                f.write(f"h{i} IN A 10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}\n")
        began = time.monotonic()
        c.cli("zone", "import", "large.test", path, "--no-wait")
        loaded = time.monotonic()
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        assert "unchanged" in c.cli("zone", "import", "large.test", path).stdout
        again = time.monotonic()
        out = c.path("zones", "large.out")
        c.cli("zone", "export", "large.test", out)
        ended = time.monotonic()
        with open(out) as f:
            assert sum(1 for _ in f) == RECORDS + 8
        for addr in servers(c):
            wait_until(addr, lambda: dig(addr, f"h{RECORDS - 1}.large.test", "A")[2]["ANSWER"], 300)
        print(f"     {RECORDS} records: import {loaded - began:.1f} s, again {again - loaded:.1f} s, export"
              f" {ended - again:.1f} s; largest command {memory:.0f} MiB; answered {time.monotonic() - loaded:.1f} s"
              " behind the import", flush=True)


def main():
    seed = int(os.environ.get("FLOW_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"     FLOW_SEED={seed}", flush=True)
    with copy() as c:
        wait_until("the name servers' domains are registered, so that nothing changes by itself", lambda: c.sql(
            "SELECT COUNT(*) FROM orders WHERE kind = 'infra' AND state = 'done'", "fourways") == [["4"]], 60)
        single_cases(c)
        include_cases(c)
        manifest_cases(c, random.Random(seed))
        export_cases(c)
        if os.path.exists("/usr/bin/named-compilezone"):
            generate_case(c)
        delete_cases(c)
        if RECORDS:
            large_case(c)
    done()


if __name__ == "__main__":
    main()
