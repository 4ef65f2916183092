#!/usr/bin/env python3
# time-limit: 180
"""The same zones, other people's software, the same answers.

Zones with everything that makes answering hard are made through the API, exported as master files with their aliases
flattened, and served by Debian's NSD, and by BIND's named where it is installed. All are asked the same seeded
questions over UDP, and over TCP where an answer was truncated, and must say the same: rcode, AA, TC, question, answer
and authority section, and a referral's glue.

What may differ, and why, stands in EXCUSES, each kind with its RFC; how often each was met is printed.

    reference.py OUTDIR [SEED [QUESTIONS]]
"""
import collections
import dataclasses
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from dnsclient import TYPES, Client, Question, labels_of, name_wire  # noqa: E402
from flow import *  # noqa: E402,F403
from flow import Api, case, copy, done, local, skip_all, wait_until  # noqa: E402

SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 20261122
QUESTIONS = int(sys.argv[3]) if len(sys.argv) > 3 else 5000
REFERENCE, OTHER, INNER = "reference.test", "other.example", "inner.reference.test"
LONG = "a" * 63
CHANGE_BYTES = 31000  # of values that the API takes in one change


def text_of(size):
    """TXT values that make an RRset of about so many bytes."""
    per = 1 + size // 19000  # strings in a record; the API takes at most 100 records
    return [" ".join([f'"{i:04d}{"x" * 196}"'] * per) for i in range(max(1, size // (12 + 201 * per)))]


# (owner, type, ttl, values); an owner of "@" is the apex
RECORDS = {
    REFERENCE: [
        ("www", "A", 300, ["192.0.2.1", "192.0.2.2"]), ("www", "AAAA", 300, ["2001:db8::1"]),
        ("@", "MX", 600, ["10 mail", "20 mail.other.example."]), ("@", "TXT", 60, ['"v=spf1 -all"', '"a\\"b\\\\c"']),
        ("@", "CAA", 300, ['0 issue "ca.example"', '128 iodef "mailto:x@ca.example"']),
        ("mail", "A", 300, ["192.0.2.25"]), ("_sip._tcp", "SRV", 300, ["1 2 5060 www", "1 3 5060 sip.other.example."]),
        # empty non-terminals, deep and beside wildcards
        ("a.b.c.d", "A", 300, ["192.0.2.3"]), ("x.*.star", "A", 300, ["192.0.2.4"]),
        # wildcards: data, below a name that exists, over an empty non-terminal, with more types, long names
        ("*.wild", "A", 120, ["192.0.2.5"]), ("*.wild", "MX", 120, ["5 mail", "6 mx.wild"]),
        ("exists.wild", "TXT", 120, ['"here"']), ("below.exists.wild", "A", 120, ["192.0.2.6"]),
        ("*.sub.wild", "TXT", 120, ['"deeper"']), (f"{LONG}.{LONG}", "A", 60, ["192.0.2.7"]),
        ("*", "TXT", 60, ['"catch all"']),
        # CNAME: in the zone, to another, to nowhere, to a cut, chains, at and to wildcards, to names without data
        ("c1", "CNAME", 300, ["c2"]), ("c2", "CNAME", 200, ["c3.other.example."]), ("c4", "CNAME", 300, ["www"]),
        ("c5", "CNAME", 300, ["nothing.wild"]), ("c6", "CNAME", 300, ["deep.deleg"]),
        ("c7", "CNAME", 300, ["www.elsewhere.alt."]), ("c8", "CNAME", 300, ["b.c.d"]),
        ("c9", "CNAME", 300, ["no.such.other.example."]), ("c10", "CNAME", 300, ["www.inner"]),
        ("*.cw", "CNAME", 300, ["www"]), ("*.cx", "CNAME", 300, ["any.wild"]), ("*.cy", "CNAME", 300, ["gone.inner"]),
        ("UPPER", "CNAME", 300, ["WwW"]),
        # delegations: glue in the cut, beside it, outside; with DS; below an empty non-terminal; many servers
        ("deleg", "NS", 900, ["ns1.deleg", "ns2.deleg", "ns.other.example."]),
        ("ns1.deleg", "A", 900, ["192.0.2.11"]), ("ns1.deleg", "AAAA", 900, ["2001:db8::11"]),
        ("ns2.deleg", "A", 900, ["192.0.2.12"]), ("unused.deleg", "A", 900, ["192.0.2.14"]),
        ("sib", "NS", 900, ["ns1.deleg", "www"]), ("far", "NS", 900, ["ns1.elsewhere.alt.", "ns2.elsewhere.alt."]),
        ("signed", "NS", 900, ["ns.signed"]), ("ns.signed", "A", 900, ["192.0.2.13"]),
        ("signed", "DS", 900, ["12345 13 2 " + "ab" * 32]), ("x.y.cut", "NS", 900, ["www"]),
        ("many", "NS", 900, [f"n{i}.many" for i in range(13)]),
        *[(f"n{i}.many", t, 900, [f"192.0.2.{100 + i}" if t == "A" else f"2001:db8::{i}"])
          for i in range(13) for t in ("A", "AAAA")],
        ("inner", "NS", 900, ["www"]),
        # sizes
        ("t300", "TXT", 60, text_of(300)), ("t900", "TXT", 60, text_of(900)), ("t2000", "TXT", 60, text_of(2000)),
        ("t20000", "TXT", 60, text_of(20000)), ("t28000", "TXT", 60, text_of(28000)),
        ("ct", "CNAME", 60, ["t2000"]), ("ct2", "CNAME", 60, ["t300.inner"]),
        # names that need escapes
        ("a\\.b.esc", "A", 60, ["192.0.2.31"]), ("sp\\032ace.esc", "A", 60, ["192.0.2.32"]),
        ("\\000\\255.esc", "A", 60, ["192.0.2.33"]), ("cesc", "CNAME", 60, ["a\\.b.esc"]),
    ],
    OTHER: [
        ("c3", "CNAME", 100, ["www.reference.test."]), ("www", "A", 300, ["198.51.100.1"]),
        ("mail", "A", 300, ["198.51.100.25"]), ("*.w", "CNAME", 60, ["c1.reference.test."]),
        ("t", "TXT", 60, text_of(400)), ("far", "CNAME", 60, ["x.deleg.reference.test."]),
    ],
    INNER: [
        ("www", "A", 60, ["203.0.113.1"]), ("t300", "TXT", 60, text_of(300)), ("up", "CNAME", 60, ["www.reference.test."]),
        ("*.wild", "AAAA", 60, ["2001:db8::99"]),
    ],
}
ALIASES = [(REFERENCE, "@", "A", "www.reference.test"), (REFERENCE, "@", "AAAA", "www.reference.test"),
           (REFERENCE, "al", "A", "www.other.example"), (REFERENCE, "*.alw", "A", "al.reference.test"),
           (OTHER, "@", "A", "mail.reference.test"), (REFERENCE, "cal", "CNAME", "al")]


# ---- the zones ------------------------------------------------------------------------------------------------------
def full(owner, zone):
    return zone if owner == "@" else f"{owner}.{zone}"


def value_of(v, rtype, zone):
    """Host names in the table are relative to their zone; the API takes whole ones."""
    if rtype not in ("CNAME", "NS", "MX", "SRV"):
        return v
    *head, host = v.split(" ")
    return " ".join([*head, host if host.endswith(".") else f"{host}.{zone}."])


def zones_make(c, api):
    for zone in RECORDS:
        c.cli("zone", "create", zone)
    for zone, records in RECORDS.items():
        upserts = [{"action": "upsert", "name": full(o, zone), "type": t, "ttl": ttl,
                    "values": [value_of(v, t, zone) for v in values]} for o, t, ttl, values in records]
        batch = []
        for upsert in upserts:
            if batch and sum(len(v) for u in [*batch, upsert] for v in u["values"]) > CHANGE_BYTES:
                change(api, zone, batch)
                batch = []
            batch.append(upsert)
        change(api, zone, batch)
    for zone, owner, rtype, target in ALIASES:
        what = {"alias": {"target": target}} if rtype != "CNAME" else {"ttl": 60, "values": [f"{target}.{zone}."]}
        change(api, zone, [{"action": "upsert", "name": full(owner, zone), "type": rtype, **what}])


def change(api, zone, changes):
    status, reply, _ = api.call("POST", f"/v1/zones/{zone}/changes", {"changes": changes})
    assert status in (200, 201, 202), (zone, reply)
    wait_until(f"{zone} is in sync", lambda: api.call("GET", f"/v1/changes/{reply['id']}")[1]["status"] == "INSYNC")


# ---- other people's servers -----------------------------------------------------------------------------------------
def program(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def free_port():
    """Free for UDP and TCP now; what takes it says so in its log."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as t, socket.socket(socket.AF_INET,
                                                                                    socket.SOCK_DGRAM) as u:
            t.bind(("127.0.0.1", 0))
            try:
                u.bind(t.getsockname())
            except OSError:
                continue
            return t.getsockname()[1]


class Server:
    """In the foreground, in a directory of its own, ended by its process."""

    def __init__(self, c, name, argv, conf):
        self.name, self.dir, self.addr = name, c.path("others", name), f"127.0.0.1:{free_port()}"
        self.dir.mkdir(parents=True)
        for zone in RECORDS:
            (self.dir / zone).write_text(c.cli("zone", "export", zone, "--flatten").stdout)
        (self.dir / "conf").write_text(conf.replace("@DIR@", str(self.dir)).replace("@PORT@", self.addr.split(":")[1]))
        self.log = open(self.dir / "log", "wb")
        self.popen = subprocess.Popen([program(name), *argv, "-c", str(self.dir / "conf")], stdout=self.log,
                                      stderr=self.log, stdin=subprocess.DEVNULL, cwd=self.dir, start_new_session=True,
                                      preexec_fn=local.dying_with_parent())
        self.client = Client(self.addr)

    def wait(self):
        def look():
            assert self.popen.poll() is None, (self.dir / "log").read_text(errors="replace")[-3000:]
            try:
                return all(self.client.ask(Question(tuple(labels_of(z)), TYPES["SOA"]), 1).aa for z in RECORDS)
            except (AssertionError, OSError):
                time.sleep(0.1)
                return False
        wait_until(f"{self.name} answers for all zones", look)

    def stop(self):
        self.client.close()
        self.popen.terminate()
        self.popen.wait(15)
        self.log.close()


def nsd(c):
    return Server(c, "nsd", ["-d"], """server:
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
remote-control:
  control-enable: no
""" + "".join(f'zone:\n  name: "{z}"\n  zonefile: "{z}"\n' for z in RECORDS))


def named(c):
    return Server(c, "named", ["-g", "-n", "1"], """options {
  directory "@DIR@"; pid-file "@DIR@/pid"; session-keyfile "@DIR@/session.key"; managed-keys-directory "@DIR@";
  listen-on port @PORT@ { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; allow-query { any; }; allow-transfer { none; }; notify no; empty-zones-enable no;
  minimal-responses yes; minimal-any no; zero-no-soa-ttl no; max-udp-size 1232; edns-udp-size 1232; dnssec-validation no;
  check-names primary ignore; zone-statistics none; check-integrity no;
};
controls { };
""" + "".join(f'zone "{z}" {{ type primary; file "{z}"; check-names ignore; }};\n' for z in RECORDS))


# ---- questions ------------------------------------------------------------------------------------------------------
def escaped_labels(text):
    out, label, i = [], bytearray(), 0
    while i < len(text):
        if text[i] == "\\":
            step = 4 if text[i + 1].isdigit() else 2
            label.append(int(text[i + 1:i + 4]) if step == 4 else ord(text[i + 1]))
            i += step
            continue
        if text[i] == ".":
            out.append(bytes(label))
            label = bytearray()
        else:
            label.append(ord(text[i]))
        i += 1
    return [*out, bytes(label)]


def names_known():
    names = {tuple(escaped_labels(full(o, z))) for z, records in RECORDS.items() for o, *_ in records}
    names |= {tuple(labels_of(full(o, z))) for z, o, *_ in ALIASES} | {tuple(labels_of(z)) for z in RECORDS}
    for name in list(names):
        for cut in range(1, len(name) - 1):
            names.add(name[cut:])  # ancestors: empty non-terminals, and what is above the zones
    return sorted(names)


def question(rng, names):
    labels = list(rng.choice(names))
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 5))):
        labels.insert(0, rng.choice((b"*", b"www", b"no-such", b"x\0y", bytes([97 + rng.randrange(26)]), b"inner")))
    if rng.random() < 0.08:
        labels[0] = bytes(rng.randrange(1, 256) for _ in range(rng.randrange(1, 12)))
    if rng.random() < 0.3:
        labels = [bytes(b ^ 0x20 if chr(b).isalpha() and b < 128 and rng.random() < 0.5 else b for b in x)
                  for x in labels]
    while len(name_wire(labels)) > 255:
        labels.pop(0)
    return Question(tuple(labels), rng.choice((*TYPES.values(), 1, 1, 28, 16, 43)), rng.choice((0, 0, 0x0100, 0x0010)),
                    rng.choice((0, 0, 512, 1232, 4096, 65535)), rng.random() < 0.2)


def questions():
    rng, names = random.Random(SEED), names_known()
    every = [Question(n, t, 0, e) for n in names for t in (1, 2, 5, 6, 16, 43, 255) for e in (0, 4096)]
    return [*every[:: max(1, 2 * len(every) // QUESTIONS)], *(question(rng, names) for _ in range(QUESTIONS // 2))]


# ---- comparing ------------------------------------------------------------------------------------------------------
def difference(ours, theirs, referral_glue=True):
    """What differs; empty where nothing does. Truncated answers are compared by what they are, not what is left."""
    out = [f for f in ("rcode", "aa", "tc", "question") if getattr(ours, f) != getattr(theirs, f)]
    if ours.tc or theirs.tc:
        return out
    out += [f for f, i in (("answer", 0), ("authority", 1)) if ours.sections[i] != theirs.sections[i]]
    is_referral = any(t == 2 for _, t, *_ in ours.sections[1])
    if referral_glue and is_referral and ours.sections[2] != theirs.sections[2]:
        out.append("glue")
    return out


def one_rrset_for_any(q, ours, theirs, what, other):
    if q.qtype != TYPES["ANY"] or what not in (["answer"], ["tc"]) or not ours.sections[0]:
        return False
    types = {(owner, t) for owner, t, *_ in ours.sections[0]}
    if len(types) != 1:
        return False
    whole = other.client.ask_tcp(dataclasses.replace(q, qtype=next(iter(types))[1]))
    return whole.sections[0] == ours.sections[0] and whole.rcode == ours.rcode and whole.aa == ours.aa


def glue_cut_off(q, ours, theirs, what, other):
    if what != ["tc"] or not ours.tc or ours.aa or q.edns > 1232:
        return False
    a, b = other.ours.ask_tcp(q), other.client.ask_tcp(q)
    return not difference(a, b) and len(theirs.sections[2]) < len(b.sections[2])


def labels_of_wire(wire):
    labels, at = [], 0
    while wire[at]:
        labels.append(wire[at + 1:at + 1 + wire[at]])
        at += 1 + wire[at]
    return tuple(labels)


def chain_into_another_zone(q, ours, theirs, what, other):
    """What the other one says when it is asked for the next name, and the next, must make up our answer."""
    cname, answer, reply = TYPES["CNAME"], theirs.sections[0], theirs
    if q.qtype == TYPES["ANY"] or theirs.rcode != "NOERROR" or theirs.sections[1]:
        return False
    if ours.tc:
        ours = other.ours.ask_tcp(q)
    for _ in range(16):
        owners = {r[0] for r in answer}
        targets = [r[3] for r in answer if r[1] == cname and r[3] not in owners]
        if len(targets) != 1 or any(r[1] != cname for r in answer):
            break
        reply = other.client.ask_tcp(dataclasses.replace(q, labels=labels_of_wire(targets[0])))
        if reply.rcode == "REFUSED":  # no zone of these: the chain ends here
            reply = dataclasses.replace(reply, rcode="NOERROR", sections=[frozenset()] * 3)
            break
        answer |= reply.sections[0]
    return (ours.sections[0], ours.rcode, ours.sections[1]) == (answer, reply.rcode, reply.sections[1])


def more_addresses(q, ours, theirs, what, other):
    """Those that we have more must be servers of the cut, and right."""
    more = ours.sections[2] - theirs.sections[2]
    if what != ["glue"] or theirs.sections[2] - ours.sections[2]:
        return False
    servers = {r[3] for r in ours.sections[1]}
    return all(r[0] in servers and r in other.client.ask_tcp(
        Question(labels_of_wire(r[0]), r[1])).sections[0] for r in more)


def rrsig_beside_cname(q, ours, theirs, what, other):
    at_name = other.client.ask_tcp(dataclasses.replace(q, qtype=TYPES["CNAME"])).sections[0]
    return (q.qtype == TYPES["RRSIG"] and theirs.rcode == "NOERROR" and not theirs.sections[0]
            and bool(at_name) and at_name <= ours.sections[0])


# Every way in which an answer may differ; anything else is a failure.
EXCUSES = {
    "ANY: one RRset of the name here, all of them there (RFC 8482 §4.1: either may be)": one_rrset_for_any,
    "a referral whose glue does not fit: TC here (RFC 9471 §3.1), there some of it without TC": glue_cut_off,
    "a CNAME into another zone served here: followed here, left to the resolver there (RFC 1034 §4.3.2 step 3.a)":
        chain_into_another_zone,
    "a referral to servers with names in the zone itself: their addresses are no glue, and may be there (RFC 9471 §2)":
        more_addresses,
    "RRSIG asked at a CNAME: followed like any type here, looked for beside it there (RFC 4035 §2.5); unsigned zones":
        rrsig_beside_cname,
}


def compare(c, ours, other, asked):
    kinds, bad, answers = collections.Counter(), [], collections.Counter()
    for q in asked:
        a, b = ours.ask(q), other.client.ask(q)
        if a.tc and b.tc:
            kinds["asked again over TCP"] += 1
            a, b = ours.ask_tcp(q), other.client.ask_tcp(q)
        answers[a.rcode + (" aa" if a.aa else "")] += 1
        what = difference(a, b)
        if not what:
            continue
        kind = next((k for k, fits in EXCUSES.items() if fits(q, a, b, what, other)), None)
        if kind:
            kinds[kind] += 1
        else:
            bad.append((q, what, a, b))
    print(f"     {other.name}: {len(asked)} questions of seed {SEED}; answers: "
          + ", ".join(f"{v} {k}" for k, v in answers.most_common()), flush=True)
    for kind, n in kinds.most_common():
        print(f"     {other.name}: {n} times: {kind}", flush=True)
    for q, what, a, b in bad[:12]:
        print(f"--- {q}: {', '.join(what)}\n ours: {a.shown()}\n {other.name}: {b.shown()}", flush=True)
    assert not bad, f"{len(bad)} of {len(asked)} questions of seed {SEED} are answered otherwise by {other.name}"


def main():
    if not program("nsd"):
        skip_all("NSD is not installed (ops/packages test installs it)")
    with copy() as c:
        zones_make(c, Api(c))
        asked = questions()
        ours = Client(c.dns_listen(0)[0])
        for start in [nsd] + ([named] if program("named") else []):
            other = start(c)
            try:
                other.wait()
                other.ours = ours

                @case(f"{other.name} gives the same answers from the same zones")
                def _():
                    compare(c, ours, other, asked)
            finally:
                other.stop()
        if not program("named"):
            print("     named is not installed; compared with NSD alone", flush=True)
        ours.close()
    done()


if __name__ == "__main__":
    main()
