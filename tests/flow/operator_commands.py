#!/usr/bin/env python3
# time-limit: 180
"""What an operator of the registrar does by command: transfers of contacts in all operations, domains released to another
registrar and registered with DS records, names that need an allocation token; in doubt the registry is asked.
"""
import csv
import json
import os
import pathlib
import pty
import select
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
import flow  # noqa: E402
from epp import OBJECTS, Epp  # noqa: E402
from flow import DEMO_CONTACT, ROOT, case, copy, done, wait_until  # noqa: E402

RELEASE = "http://www.nominet.org.uk/epp/xml/std-release-1.0"
EXTENSIONS = ["urn:ietf:params:xml:ns:rgp-1.0", "urn:ietf:params:xml:ns:secDNS-1.1", "urn:ietf:params:xml:ns:epp:fee-1.0",
              "urn:ietf:params:xml:ns:allocationToken-1.0", "urn:ietf:params:xml:ns:idn-1.0", RELEASE]
PERSONALITY = "name = own\nallocation-token = kept Kept-For-Us-77\nallocation-token = gold Gold-For-Us-88\n" + "".join(
    f"extension = {e}\n" for e in EXTENSIONS)
SECRET = "2fooBAR-long"  # of the contacts that the rival makes
CONTACT = [x for field in DEMO_CONTACT for x in ("--contact", field)]
DS = "12345 13 2 2BB183AF5F22588179A53B0A98631FAD1A292118B83C0C1E4E2A6A1D9C4F7E10"


class Copy(flow.Copy):
    """At a registry whose domains can also be released."""

    def configure(self):
        self.prepare()
        profile = (ROOT / "registry" / "profiles" / "sandbox.conf").read_text()
        self.profile = self.path("etc", "own-profile.conf")
        self.profile.write_text(profile.replace("release = no", "release = yes") + f"extension = {RELEASE}\n"
                                "extension = urn:ietf:params:xml:ns:idn-1.0\n")
        self.path("etc", "own-personality.conf").write_text(PERSONALITY)
        self.settings = {"sandbox": {"personality": self.path("etc", "own-personality.conf")},
                         "registrar": {"poll-ms": 200}}
        super().configure()
        connection = self.path("etc", "registry-sandbox.conf")
        connection.write_text(connection.read_text().replace(
            str(ROOT / "registry" / "profiles" / "sandbox.conf"), str(self.profile)))

    def desk(self, user):
        return [(k, self.profile if k == "registry-profile" else v) for k, v in super().desk(user)]


def run(c, *args, check=None):
    r = c.cli(*args, check=False, input="")
    assert check is None or r.returncode == check, (args, r.returncode, r.stdout, r.stderr)
    return r


def fault(c, name):
    c.sql(f"INSERT INTO fault (name, arg, left_n) VALUES ('{name}', 0, 1)", "fourways_sandbox")


def transfer(rival, handle, op, auth=""):
    auth = f"<contact:authInfo><contact:pw>{auth}</contact:pw></contact:authInfo>" if auth else ""
    return rival.command(f'<transfer op="{op}"><contact:transfer xmlns:contact="{OBJECTS["contact"]}"><contact:id>{handle}'
                         f"</contact:id>{auth}</contact:transfer></transfer>")[0]


def sponsor(c, handle):
    return c.sql(f"SELECT sponsor FROM contact WHERE handle = '{handle}'", "fourways_sandbox")[0][0]


def state(c, handle):
    return c.sql(f"SELECT state FROM orders WHERE name = '{handle}' ORDER BY id DESC LIMIT 1", "fourways")[0][0]


def nowhere(c, secret):
    """No table of ours, and no log, has it in the clear."""
    for table, columns in [("orders", "CONCAT(args, IFNULL(secret, ''))"), ("lookup", "CONCAT(name, IFNULL(names, ''), IFNULL"
                           "(secret, ''))"), ("registry_transcript", "CONCAT(sent, received, note)")]:
        assert c.sql(f"SELECT COUNT(*) FROM {table} WHERE INSTR({columns}, '{secret}') > 0", "fourways") == [["0"]], table
    for path in c.path("log").glob("*.log"):
        assert secret not in path.read_text(errors="replace"), path


def refusals(c, files):
    @case("what cannot be asked for is refused before anything is ordered")
    def _():
        for args, word, status in [(("query", "nobody"), "no-contact", 1), (("query", "rst-1"), "no-transfer", 1),
                                   (("steal", "rst-1"), "is none of request", 2),
                                   (("request", "rst-1"), "secret-needed", 2),
                                   (("request", "rst-1", "--authinfo-file", files / "none"), "No such file", 2),
                                   (("request", "rst-1", "--authinfo-file", files / "empty"), "secret-empty", 2),
                                   (("approve", "rst-1", "--registry", "nowhere"), "registry-unknown", 2),
                                   (("request", "rst-1", "--authinfo", SECRET), "is not an option", 2)]:
            r = run(c, "contact", "transfer", *args)
            assert word in r.stderr and r.returncode != 0, (args, r.returncode, r.stderr)
            assert r.returncode == status or word == "No such file", (args, r.returncode, r.stderr)
        assert c.sql("SELECT COUNT(*) FROM orders WHERE kind = 'contact-transfer'", "fourways") == [["0"]]

    @case("a wrong authInfo fails the order, and says with what code")
    def _():
        r = run(c, "contact", "transfer", "request", "rst-1", "--authinfo-file", files / "wrong", check=1)
        assert "epp-2202" in r.stdout, r.stdout


def requests(c, rival, files):
    @case("a contact is asked for, without an answer to the command, and comes when it is let go")
    def _():
        fault(c, "drop-after-commit:contact:transfer")
        r = run(c, "contact", "transfer", "request", "rst-1", "--authinfo-file", files / "right", check=0)
        assert "the transfer is pending; rival has until" in r.stdout, r.stdout
        said = json.loads(run(c, "--json", "contact", "transfer", "query", "rst-1", check=0).stdout)
        assert (said["status"], said["requested_by"], said["acts"]) == ("pending", "fourways", "rival"), said
        assert transfer(rival, "rst-1", "approve") == 1000
        wait_until("the order is done", lambda: state(c, "rst-1") == "done")
        assert sponsor(c, "rst-1") == "fourways"
        assert "clientApproved" in run(c, "contact", "transfer", "query", "rst-1", check=0).stdout
        asked = c.sql("SELECT COUNT(*) FROM registry_command WHERE verb = 'contact-transfer' AND object = 'rst-1'"
                      " AND state = 'done'", "fourways")
        assert asked == [["1"]], asked

    @case("a request is taken back, and its order fails")
    def _():
        run(c, "contact", "transfer", "request", "rst-2", "--authinfo-file", files / "right", check=0)
        run(c, "contact", "transfer", "cancel", "rst-2", check=0)
        wait_until("the request's order has failed", lambda: c.sql(
            "SELECT COUNT(*) FROM orders WHERE name = 'rst-2' AND state = 'failed'", "fourways") == [["1"]])
        assert sponsor(c, "rst-2") == "rival"

    @case("the authInfo is typed at a terminal, and not shown there")
    def _():
        shown, status = typed([c.bin("fourways"), "--config", str(c.path("etc", "fourways.conf")), "contact", "transfer",
                               "request", "rst-2"], "authInfo of contact rst-2: ", SECRET)
        assert status == 0 and "pending" in shown and SECRET not in shown, (status, shown)
        assert transfer(rival, "rst-2", "reject") == 1000
        nowhere(c, SECRET)


def typed(argv, prompt, text):
    """What a terminal shows when this is typed at the prompt, and the exit status."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(argv[0], argv)
    shown = ""
    while True:
        assert select.select([fd], [], [], 30)[0], f"silent after {shown!r}"
        try:
            data = os.read(fd, 4096)
        except OSError:  # the other end is closed
            break
        if not data:
            break
        before, shown = prompt in shown, shown + data.decode()
        if prompt in shown and not before:
            os.write(fd, f"{text}\n".encode())
    os.close(fd)
    return shown, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def answers(c, rival):
    handle = c.sql("SELECT handle FROM contact ORDER BY id LIMIT 1", "fourways")[0][0]
    auth = "Contact-Auth-99"
    with Epp(c) as us:
        us.logged_in()
        code, text = us.command(f'<update><contact:update xmlns:contact="{OBJECTS["contact"]}"><contact:id>{handle}'
                                f"</contact:id><contact:chg><contact:authInfo><contact:pw>{auth}</contact:pw>"
                                "</contact:authInfo></contact:chg></contact:update></update>")
        assert code == 1000, text

    @case("another registrar's request is refused, though the refusal's answer was lost")
    def _():
        assert transfer(rival, handle, "request", auth) == 1001
        fault(c, "drop-after-commit:contact:transfer")
        run(c, "contact", "transfer", "reject", handle, check=0)
        assert "clientRejected" in run(c, "contact", "transfer", "query", handle, check=0).stdout
        assert sponsor(c, handle) == "fourways"

    @case("and granted; what is not pending can be neither")
    def _():
        assert transfer(rival, handle, "request", auth) == 1001
        said = json.loads(run(c, "--json", "contact", "transfer", "approve", handle, "--key", "once", check=0).stdout)
        assert said["state"] == "done" and said["kind"] == "contact-transfer", said
        assert sponsor(c, handle) == "rival"
        again = json.loads(run(c, "--json", "contact", "transfer", "approve", handle, "--key", "once", check=0).stdout)
        assert again["id"] == said["id"]
        r = run(c, "contact", "transfer", "approve", handle, check=1)
        assert "epp-2301" in r.stdout, r.stdout


def releases(c):
    def at_registry(name):
        return c.sql(f"SELECT sponsor FROM domain WHERE name = '{name}'", "fourways_sandbox")[0][0]

    @case("a domain is released to another registrar, though the answer was lost; its zone stays")
    def _():
        fault(c, "drop-after-commit:release:update")
        r = run(c, "domain", "release", "move-a.test", "rival", check=0)
        assert "Released to the other registrar" in r.stdout, r.stdout
        assert at_registry("move-a.test") == "rival"
        assert "move-a.test" not in run(c, "domain", "list", check=0).stdout
        assert c.sql("SELECT COUNT(*) FROM zone WHERE name = 'move-a.test'", "fourways") == [["1"]]

    @case("a release that was not heard is waited for until it is done, not until it is tried again")
    def _():
        fault(c, "drop-before-commit:release:update")
        r = run(c, "--json", "domain", "release", "move-c.test", "rival", check=0)
        assert json.loads(r.stdout)["state"] == "done", r.stdout
        assert at_registry("move-c.test") == "rival"

    @case("a release to nobody fails, and the domain stays")
    def _():
        r = run(c, "domain", "release", "move-b.test", "nobody", check=1)
        assert "epp-2303" in r.stdout, r.stdout
        assert "move-b.test" in run(c, "domain", "list", check=0).stdout
        assert run(c, "domain", "release", "move-b.test", "two words").returncode == 2


def batch(c):
    rows = [["release", "move-b.test", "", "", "rival", ""], ["register", "b\u00fccher.test", DS, "", "", "de"],
            ["register", "kept.test", "", "Kept-For-Us-77", "", ""], ["register", "gold.test", "", "Gold-For-Us-88", "", ""],
            ["register", "kept.example", "", "Wrong-Token-1", "", ""]]
    path, plan = c.path("rows.csv"), c.path("rows.plan")
    with open(path, "w", newline="") as f:
        csv.writer(f).writerows([["op", "name", "ds", "token", "tag", "idn"]] + rows)

    @case("rows with an allocation token are priced with it: what the registry wants too much for is not ordered")
    def _():
        said = json.loads(run(c, "--json", "batch", "plan", path, "-o", plan, check=6).stdout)
        assert said["possible"] == 3 and said["impossible"] == 2, said
        codes = {r["name"]: r["code"] for r in said["impossible_first"]}
        assert codes == {"gold.test": "registry-price-above", "kept.example": "not-available"}, said
        assert [r["name"] for r in said["premium_first"]] == ["gold.test"], said
        for token in ("Kept-For-Us-77", "Gold-For-Us-88", "Wrong-Token-1"):
            nowhere(c, token)
            assert token not in plan.read_text()

    @case("a row that releases, one that registers with DS records and a table of characters, and one with a token are done")
    def _():
        r = run(c, "batch", "apply", plan, check=6)
        with open(f"{plan}.result.csv", newline="") as f:
            results = {x["name"]: (x["result"], x["code"]) for x in csv.DictReader(f)}
        good = ("done", "1000")
        assert [results[n] for n in ("move-b.test", "b\u00fccher.test", "kept.test")] == [good] * 3, (results, r.stdout)
        ds = c.sql("SELECT s.key_tag, s.alg, s.digest_type, UPPER(HEX(s.digest)) FROM domain_ds s JOIN domain d ON d.id ="
                   " s.domain_id WHERE d.name = 'xn--bcher-kva.test'", "fourways_sandbox")
        assert ds == [DS.split()], ds
        updates = c.sql("SELECT COUNT(*) FROM registry_command WHERE object = 'xn--bcher-kva.test' AND verb = 'domain-update'",
                        "fourways")
        assert updates == [["0"]], "the DS records went by a command of their own"


def main():
    flow.Copy = Copy
    with copy() as c, Epp(c, "rival") as rival:
        rival.logged_in()
        for handle in ("rst-1", "rst-2"):
            rival.create_contact(handle)
        files = c.path("secrets-of-ours")
        files.mkdir()
        for name, text in [("right", SECRET + "\n"), ("wrong", "not-it-at-all\n"), ("empty", "\n")]:
            (files / name).write_text(text)
        for name in ("move-a.test", "move-b.test", "move-c.test"):
            run(c, "domain", "register", name, *CONTACT, check=0)
        refusals(c, files)
        requests(c, rival, files)
        answers(c, rival)
        releases(c)
        batch(c)
    done()


if __name__ == "__main__":
    main()
