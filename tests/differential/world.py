"""Seeded zones with everything that makes answering hard, and the questions around every name in them.

A world is made of groups; a group is a handful of zones that point into each other. Labels are bytes, names are tuples
of labels without the root. What a zone may not hold (data beside CNAME, names below DNAME) is refused by Zone.add,
so the features below need not know of each other.
"""
import base64
import random
import re
import struct

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "HINFO": 13, "MX": 15, "TXT": 16, "RP": 17, "AFSDB": 18,
         "AAAA": 28, "LOC": 29, "SRV": 33, "NAPTR": 35, "KX": 36, "CERT": 37, "DNAME": 39, "DS": 43, "SSHFP": 44,
         "RRSIG": 46, "NSEC": 47, "DNSKEY": 48, "TLSA": 52, "SMIMEA": 53, "OPENPGPKEY": 61, "SVCB": 64, "HTTPS": 65,
         "SPF": 99, "ANY": 255, "URI": 256, "CAA": 257, "TYPE108": 108, "TYPE4711": 4711, "TYPE65280": 65280}
# types of data, in the order of a deck that is dealt: each stands in every group
DATA = ["A", "AAAA", "MX", "TXT", "SRV", "NAPTR", "SVCB", "HTTPS", "SSHFP", "TLSA", "LOC", "URI", "CERT", "SMIMEA",
        "OPENPGPKEY", "HINFO", "RP", "SPF", "CAA", "PTR", "TYPE108", "TYPE4711", "TYPE65280"]
SINGLE = {"CNAME", "DNAME", "SOA"}
NAME_MAX = 255
HOST = re.compile(rb"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_*"  # the rest is escaped: Knot asks for that


def labels_of(text):
    return tuple(x.encode() for x in text.split(".") if x)


def text_of(name):
    def label(raw):
        return "".join(chr(b) if chr(b) in PLAIN else f"\\{b:03d}" for b in raw)
    return ".".join(map(label, name)) + "."


def wire_of(name):
    return b"".join(bytes([len(x)]) + x for x in name) + b"\0"


def lower(name):
    return tuple(x.lower() for x in name)


class Zone:
    """tame: holds only what an import takes (zones/import.h): nothing hidden by a cut, no CNAME or DNAME to itself."""

    def __init__(self, name, tame=False):
        self.name, self.tame = name, tame
        self.sets = {}  # (lower owner, type) -> (owner, ttl, [rdata])
        self.types = {}  # lower owner -> types
        self.cuts, self.dnames, self.inside = set(), set(), set()

    def add(self, owner, rtype, ttl, values):
        """False where the zone cannot hold that. ttl None: an alias, values is its target."""
        key = lower(owner)
        have = self.types.get(key, set())
        if len(wire_of(owner)) > NAME_MAX or (key, rtype) in self.sets or key[-len(self.name):] != lower(self.name):
            return False
        if "CNAME" in have or (rtype == "CNAME" and have):
            return False
        if any(key[i:] in self.dnames for i in range(1, len(key))) or (rtype == "DNAME" and key in self.inside):
            return False
        if rtype == "DNAME" and (key in self.cuts or key[0] == b"*") or rtype == "NS" and key in self.dnames:
            return False
        if self.tame and (rtype in ("CNAME", "DNAME") and values == [text_of(owner)] or self.hides(key, rtype)):
            return False
        if self.tame and rtype == "DNAME" and values[0].lower().endswith("." + text_of(owner).lower()):
            return False
        self.sets[key, rtype] = (owner, ttl, values[:1] if rtype in SINGLE else values)
        self.types.setdefault(key, set()).add(rtype)
        self.inside.update(key[i:] for i in range(1, len(key)))
        if rtype == "DNAME":
            self.dnames.add(key)
        if rtype == "NS" and key != lower(self.name):
            self.cuts.add(key)
        return True

    def hides(self, key, rtype):
        return (any(key[i:] in self.cuts for i in range(1, len(key))) and rtype not in ("A", "AAAA")
                or key in self.cuts and rtype not in ("NS", "DS", "A", "AAAA"))

    def text(self):
        soa = [s for s in self.sets if s[1] == "SOA"]
        lines = [f"$ORIGIN {text_of(self.name)}"]
        for key in [*soa, *(s for s in self.sets if s[1] != "SOA")]:
            owner, ttl, values = self.sets[key]
            if ttl is None:
                lines.append(f"; alias: {text_of(owner)} {key[1]} -> {values[0]}")
                continue
            shown = "@" if owner == self.name else text_of(owner)
            lines += [f"{shown}\t{ttl}\tIN\t{key[1]}\t{v}" for v in values]
        return "\n".join(lines) + "\n"


class Group:
    """Zones that point into each other. tame: those that an import takes, with aliases."""

    def __init__(self, rng, number, tame=False):
        self.rng, self.number, self.tame = rng, number, tame
        self.deck = []
        self.serial = 0
        odd = f"o{number}.we\0i.rd".split(".")
        self.parent = self.zone(labels_of(f"p{number}.lan"))
        self.other = self.zone(labels_of(f"o{number}.home"))
        self.inner = self.zone((b"inner", *self.parent.name))
        self.deep = self.zone((b"y", b"x", b"hidden", *self.parent.name))  # the parent knows nothing of it
        self.odd = self.zone((odd[1].encode() + b"." + odd[2].encode(), b"_UPPER", odd[0].encode(), b"lan") if not tame
                             else labels_of(f"Odd{number}.lan"))
        self.renamed = self.zone(labels_of(f"r{number}.home"), dname=self.parent.name)
        self.zones = [self.parent, self.other, self.inner, self.deep, self.odd, self.renamed]
        for z in (self.parent, self.other, self.odd):
            self.fill(z)
        for z in (self.inner, self.deep):
            self.data(z, (b"www", *z.name), "A", "TXT")
            self.wildcards(z, 1)
            self.chains(z, 4)
        self.nested()
        if tame:
            for z in self.zones:
                self.aliases(z, self.zones[:self.zones.index(z) + 1])

    # ---- pieces -----------------------------------------------------------------------------------------
    def zone(self, name, dname=None):
        z = Zone(name, self.tame)
        rng = self.rng
        host = text_of((b"ns1", *name)) if dname is None else "ns1.elsewhere.far."
        z.add(name, "SOA", rng.choice((0, 60, 3600, 86400)),
              [f"{host} host\\.master.{text_of(name)} {rng.randrange(1 << 32)} 3600 600 86400 "
               f"{rng.choice((0, 30, 300, 7200))}"])
        z.add(name, "NS", self.ttl(), [host, "ns2.elsewhere.far."])
        if dname is not None:
            z.add(name, "DNAME", self.ttl(), [text_of(dname)])
            z.add(name, "TXT", self.ttl(), ['"beside DNAME"'])
            return z
        z.add((b"ns1", *name), "A", self.ttl(), ["192.0.2.53"])
        z.add((b"ns1", *name), "AAAA", self.ttl(), ["2001:db8::53"])
        return z

    def ttl(self):
        return self.rng.choice((0, 1, 60, 300, 300, 300, 3600, 86400, 604800, 2147483647))

    def label(self, plain=0.5):
        rng = self.rng
        self.serial += 1
        n = str(self.serial)
        if rng.random() < plain:
            return (rng.choice(("n", "host", "x-", "_s", "UP", "Mixed", "0")) + n).encode()
        some = (
            lambda: b"\0" + n.encode(), lambda: n.encode() + b".dot", lambda: b"back\\" + n.encode(),
            lambda: b"sp ace" + n.encode(), lambda: b"*" + n.encode(), lambda: n.encode() + b"*",
            lambda: (n + "L" * 63)[:63].encode(), lambda: b"\xc3\xa4" + n.encode())
        more = (lambda: b'"q;(' + n.encode(), lambda: bytes(rng.randrange(256) for _ in range(5)) + n.encode(),
                lambda: b"@$" + n.encode())
        return rng.choice(some if self.tame else some + more)()  # as they are exported, Knot does not read these

    def host(self, z):
        """A name that exists, or nearly."""
        rng = self.rng
        zone = rng.choice((z, z, z, self.other, self.parent))
        names = [k for k, t in list(zone.types.items())[-40:] if "CNAME" not in t
                 and (not self.tame or all(HOST.fullmatch(x) for x in k))] or [zone.name]
        nowhere = f"gone{rng.randrange(999)}".encode() if self.tame else self.label()
        return text_of(rng.choice((rng.choice(names), (nowhere, *zone.name), (b"mail", b"elsewhere", b"far"))))

    def hexes(self, n):
        return "".join(f"{self.rng.randrange(256):02x}" for _ in range(n))

    def value(self, rtype, z):
        rng = self.rng
        blob = base64.b64encode(bytes(rng.randrange(256) for _ in range(rng.randrange(1, 60)))).decode()
        n = rng.randrange
        return {
            "A": lambda: f"192.0.2.{n(256)}",
            "AAAA": lambda: rng.choice((f"2001:db8::{n(65536):x}", f"::ffff:192.0.2.{n(256)}", "2001:DB8:0:0:1::1")),
            "MX": lambda: f"{n(65536)} {self.host(z)}",
            "TXT": lambda: rng.choice(('"v=spf1 -all"', '"a\\"b\\\\c" "" "\\000\\255"', f'"{n(10**6)}" word', '""')),
            "SRV": lambda: f"{n(65536)} {n(65536)} {n(65536)} {self.host(z)}",
            "NAPTR": lambda: f'{n(65536)} {n(65536)} "u" "E2U+sip" "!^.*$!sip:x@example!" '
                             f'{rng.choice((".", self.host(z)))}',
            "SVCB": lambda: rng.choice((f"0 {self.host(z)}",
                                        f'{1 + n(9)} {self.host(z)} mandatory=alpn,port alpn="h2,h3" port={n(65536)}',
                                        f"{1 + n(9)} . ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1 key667=x\\000y")),
            "HTTPS": lambda: rng.choice((f"0 {self.host(z)}", f'{1 + n(9)} . alpn=h2 no-default-alpn port={n(65536)}')),
            "SSHFP": lambda: f"{1 + n(4)} 2 {self.hexes(32)}",
            "TLSA": lambda: f"{n(4)} {n(2)} 1 {self.hexes(32)}",
            "SMIMEA": lambda: f"{n(4)} {n(2)} 0 {self.hexes(1 + n(80))}",
            "LOC": lambda: f"{n(90)} {n(60)} {n(60)}.{n(1000):03d} {rng.choice('NS')} {n(180)} {n(60)} {n(60)}.500 "
                           f"{rng.choice('EW')} {n(900) - 100}.25m {rng.choice(('1m', '20m', '0.50m'))} 10000m 10m",
            "URI": lambda: f'{n(65536)} {n(65536)} "https://example.test/{n(1000)}?a=b;c"',
            "CERT": lambda: f"{rng.choice(('PGP', '1', '65280'))} {n(65536)} {n(256)} {blob}",
            "OPENPGPKEY": lambda: blob,
            "HINFO": lambda: f'"cpu {n(100)}" "os"',
            "RP": lambda: f"{self.host(z)} {rng.choice(('.', self.host(z)))}",
            "SPF": lambda: '"v=spf1 ip4:192.0.2.0/24 -all"',
            "CAA": lambda: rng.choice((f'0 issue "ca{n(100)}.example"', '128 iodef "mailto:x@ca.example"', '0 issue ";"')),
            "PTR": lambda: self.host(z),
            "TYPE108": lambda: f"\\# 6 {self.hexes(6)}",
            "TYPE4711": lambda: "\\# 0",
            "TYPE65280": lambda: f"\\# {3} {self.hexes(3)}",
            "DS": lambda: f"{n(65536)} 13 2 {self.hexes(32)}",
        }[rtype]()

    def data(self, z, owner, *types):
        if not types:
            if len(self.deck) < 4:
                self.deck = [*self.rng.sample(DATA, len(DATA)), *self.deck]
            types = [self.deck.pop() for _ in range(self.rng.choice((1, 1, 2, 3)))]
        for t in types:
            z.add(owner, t, self.ttl(), list(dict.fromkeys(self.value(t, z) for _ in range(self.rng.choice((1, 1, 2, 4))))))

    def cname(self, z, owner, target):
        z.add(owner, "CNAME", self.ttl(), [text_of(target)])

    # ---- features ---------------------------------------------------------------------------------------
    def fill(self, z):
        for t in DATA:
            self.data(z, (self.label(), *z.name), t)
        self.data(z, z.name, "MX", "TXT", "CAA", "HTTPS")
        self.plain(z)
        self.wildcards(z, 5)
        self.sizes(z)
        self.delegations(z)
        self.renames(z)
        self.chains(z, 26)
        if z is self.other:
            self.data(z, (b"*", *z.name), "A", "TXT")  # everything else in it exists in a way
        self.long_names(z)

    def plain(self, z):
        for _ in range(6):
            base = tuple(self.label() for _ in range(self.rng.choice((1, 1, 2, 4, 9))))
            self.data(z, (*base, *z.name))  # empty non-terminals above it
            self.data(z, (self.label(), *base, *z.name))
        self.data(z, (b"_sip", b"_tcp", *z.name), "SRV")
        self.data(z, (b"a", b"*", b"star", *z.name), "A")  # "*" is an empty non-terminal: a wildcard without data

    def wildcards(self, z, n):
        for i in range(n):
            base = tuple(self.label() for _ in range(self.rng.choice((1, 1, 2))))
            if i == 1:
                self.cname(z, (b"*", *base, *z.name), self.target(z))
            elif i == 2:
                self.cname(z, (b"*", *base, *z.name), (self.label(), *base, *z.name))  # covers itself: a circle
            else:
                self.data(z, (b"*", *base, *z.name))
                self.data(z, (b"*", *base, *z.name), self.rng.choice(("A", "MX")))
            self.data(z, (b"exists", *base, *z.name))
            self.data(z, (b"below", b"exists2", *base, *z.name))
            self.data(z, (b"*", b"deeper", *base, *z.name))
            self.data(z, (self.label(), b"*", b"mid", *base, *z.name))

    def delegations(self, z):
        rng = self.rng
        for shape in ("in", "one family", "none", "out", "sibling", "mixed", "many", "missing", "deep", "self", "zone"):
            if self.tame and shape in ("none", "sibling", "missing"):
                continue  # an import asks for every address
            cut = (self.label(0.8), *z.name)
            if shape == "deep":
                cut = (self.label(), self.label(), *cut)
            if self.tame:
                cut = tuple(x if HOST.fullmatch(x) else f"cut{i}{shape[0]}{shape[-1]}".encode()
                            for i, x in enumerate(cut[:-len(z.name)])) + z.name
            hosts = {
                "in": [(b"ns1", *cut), (b"ns2", *cut)], "one family": [(b"ns1", *cut), (b"b", b"a", *cut)],
                "none": [(b"ns1", *cut)], "out": [(b"ns1", b"elsewhere", b"far"), (b"ns2", b"elsewhere", b"far")],
                "sibling": [(b"ns1", *(rng.choice(sorted(z.cuts)) if z.cuts else cut))],
                "mixed": [(b"ns1", *cut), (b"ns", b"elsewhere", b"far"), (b"ns1", *z.name)],
                "many": [(f"n{i}".encode(), *cut) for i in range(rng.choice((9, 13, 20, 40)))],
                "missing": [(b"ns1", *cut), (b"gone", *cut)], "deep": [(b"ns1", *cut)], "self": [cut],
                "zone": [(b"ns1", *z.name), (b"ns1", *self.other.name)],
            }[shape]
            if not z.add(cut, "NS", self.ttl(), [text_of(h) for h in hosts]):
                continue
            for h in hosts:
                if shape == "none" or h[0] == b"gone":
                    continue
                families = ("A", "AAAA") if shape != "one family" else (rng.choice(("A", "AAAA")),)
                for f in families:
                    z.add(h, f, self.ttl(), [self.value(f, z) for _ in range(rng.choice((1, 1, 3)))])
            if rng.random() < 0.5:
                self.data(z, cut, "DS")
            if rng.random() < 0.6:  # hidden by the cut
                self.data(z, (b"occluded", *cut))
                self.data(z, (b"*", b"wild", *cut), "A")
                self.data(z, cut, "TXT")
                self.cname(z, (b"alias", *cut), (b"ns1", *z.name))

    def renames(self, z):
        rng = self.rng
        here = [(self.label(0.9), *z.name) for _ in range(6)]
        self.data(z, (b"www", *here[0]), "A", "MX")
        self.data(z, (b"*", b"w", *here[0]), "TXT", "A")
        self.cname(z, (b"c", *here[0]), (b"www", *here[0]))
        targets = [here[0], self.other.name, self.parent.name, (b"elsewhere", b"far"), (b"nowhere", *z.name),
                   (b"w", *here[0]), rng.choice(sorted(z.cuts)), (b"exists", *self.inner.name), self.renamed.name]
        made = []
        for t in targets:
            owner = (*(self.label() for _ in range(rng.choice((1, 1, 2)))), *z.name)
            if z.add(owner, "DNAME", self.ttl(), [text_of(t)]):
                made.append(owner)
                if rng.random() < 0.5:
                    self.data(z, owner, rng.choice(("A", "TXT", "MX")))
        for t in made[:2]:  # chains of them
            z.add((self.label(), *z.name), "DNAME", self.ttl(), [text_of(t)])
        a, b, c = ((self.label(0.9), *z.name) for _ in range(3))
        z.add(a, "DNAME", 60, [text_of(b)])  # a circle
        z.add(b, "DNAME", 60, [text_of(a)])
        z.add(c, "DNAME", 60, [text_of((b"grows", *c))])  # ends only where the name becomes too long
        long = (b"l" * 63, b"m" * 63, b"n" * 60)
        z.add((b"toolong", *z.name), "DNAME", 60, [text_of((*long, *z.name))])
        self.data(z, (b"fits", *long, *z.name), "A")
        self.cname(z, (b"into", *z.name), (b"www", *made[0]))
        self.cname(z, (b"into2", *z.name), (b"x" * 63, b"toolong", *z.name))

    def target(self, z):
        """Where chains lead."""
        rng = self.rng
        zone = rng.choice((z, z, z, self.parent, self.other, self.inner, self.odd))
        own = list(zone.types)
        return rng.choice((
            lambda: rng.choice(own), lambda: rng.choice(own), lambda: (self.label(), *rng.choice(own)),
            lambda: (b"no-such", *zone.name), lambda: (b"www", b"elsewhere", b"far"),
            lambda: (b"under", *rng.choice(sorted(zone.cuts) or own)), lambda: rng.choice(own)[1:] or zone.name,
            lambda: (b"www", *rng.choice(sorted(zone.dnames) or own)), lambda: zone.name))()

    def chains(self, z, n):
        before = None
        for _ in range(n):
            owner = (self.label(), *z.name)
            target = before if before and self.rng.random() < 0.4 else self.target(z)
            if len(wire_of(target)) <= NAME_MAX:
                self.cname(z, owner, target)
                before = owner
        a, b = (self.label(), *z.name), (self.label(), *z.name)
        self.cname(z, a, b)  # circles, of two and of one
        self.cname(z, b, a)
        self.cname(z, (self.label(), *z.name), a)
        self.cname(z, (b"me", *z.name), (b"me", *z.name))
        self.cname(z, (b"big", *z.name), (b"t2000", *z.name))

    def sizes(self, z):
        for size in (300, 450, 900, 1150, 1300, 2000, 20000):
            count = max(1, size // 212)
            z.add((f"t{size}".encode(), *z.name), "TXT", 60,
                  [f'"{i:04d}{"x" * min(196, max(1, size - 40))}"' for i in range(count)])
        z.add((b"a60", *z.name), "A", 60, [f"198.51.100.{i}" for i in range(60)])
        # Not in the zone: where a wildcard covers as many, Knot 3.2.6 does not come back from collecting their addresses.
        z.add((b"mx30", *z.name), "MX", 60, [f"{i} mail{i}.elsewhere.far." for i in range(30)])

    def long_names(self, z):
        room = NAME_MAX - len(wire_of(z.name))
        whole = []
        while room > 1:
            n = min(63, room - 1)
            whole.insert(0, bytes([97 + len(whole)]) * n)
            room -= n + 1
        self.data(z, (*whole, *z.name), "A", "TXT")  # 255 bytes
        if len(whole) > 1:
            self.data(z, (b"*", *whole[1:], *z.name), "A")

    def aliases(self, z, zones):
        """Aliases in z to what stands in these zones."""
        rng = self.rng
        for n in range(14):
            to = rng.choice(zones)
            deeper = [lower(x.name) for x in self.zones if len(x.name) > len(to.name)]
            seen = [(k, t) for (k, t) in to.sets if t not in ("NS", "SOA", "DNAME", "CNAME", "DS") and not any(
                k[i:] in to.cuts or k[i:] in deeper or i and k[i:] in to.dnames for i in range(len(k)))]
            target, rtype = rng.choice(seen)
            if target[0] == b"*" and rng.random() < 0.5:
                target = (f"under{n}".encode(), *target[1:])
            owner = z.name if n == 0 else (*((b"*",) if n % 4 == 1 else ()), self.label(), *z.name)
            z.add(owner, rtype, None, [text_of(target)])

    def nested(self):
        """The parent's side of zones that are served too, and of the hidden one nothing."""
        p, i = self.parent, self.inner
        p.add(i.name, "NS", self.ttl(), [text_of((b"ns1", *i.name)), "ns2.elsewhere.far."])
        p.add((b"ns1", *i.name), "A", self.ttl(), ["192.0.2.54"])
        self.data(p, i.name, "DS")
        if self.tame:
            return
        self.data(p, (b"hidden-by-zone", *i.name), "A")
        self.data(p, self.deep.name[1:], "TXT")


# ---- questions ------------------------------------------------------------------------------------------------------
TAGS = ["name", "parent", "child", "star child", "deep child", "sibling", "same label above", "under a wildcard",
        "under DNAME", "under a cut", "no zone of ours", "above the apex"]
ALWAYS = ["A", "ANY", "DS", "NS", "SOA"]
SOME = ["AAAA", "MX", "CNAME", "DNAME", "TXT", "RRSIG", "DNSKEY", "NSEC", "HTTPS", "SRV", "PTR", "TYPE65280", "CAA"]


class Asking:
    def __init__(self, rng):
        self.rng, self.out, self.seen = rng, [], set()

    def ask(self, tag, name, rtype):
        rng = self.rng
        if len(wire_of(name)) > NAME_MAX or (name, rtype) in self.seen:
            return
        self.seen.add((name, rtype))
        if rng.random() < 0.4:
            name = tuple(bytes(b ^ 0x20 if 65 <= b & ~0x20 <= 90 and rng.random() < 0.5 else b for b in x) for x in name)
        flags = (0x0100 if rng.random() < 0.3 else 0) | (0x0010 if rng.random() < 0.2 else 0)
        flags |= 0x0020 if rng.random() < 0.1 else 0
        edns = rng.choice((None, 512, 1232, 1232, 1400, 4096, 65535, 0))
        opt = b"" if edns is None else b"\0" + struct.pack(">HHIH", 41, edns, 0x8000 if rng.random() < 0.3 else 0, 0)
        wire = struct.pack(">6H", 0, flags, 1, 0, 0, 1 if opt else 0) + wire_of(name) + struct.pack(
            ">HH", TYPES[rtype], 1) + opt
        self.out.append(struct.pack(">HBB", len(wire), rng.random() < 0.1, TAGS.index(tag)) + wire)

    def types_of(self, zones, name, more):
        present = {t for z in zones for t in z.types.get(lower(name), ())}
        return [*sorted(present), *ALWAYS, *self.rng.sample(SOME, more)]

    def around(self, zones, name):
        rng = self.rng
        parent = name[1:]
        fresh = f"rnd{rng.randrange(1000)}".encode()
        near = {
            "name": name, "parent": parent, "child": (fresh, *name), "star child": (b"*", *name),
            "deep child": (fresh, b"deep", *name), "sibling": (fresh, *parent), "same label above": (name[0], *parent[1:]),
        }
        wild = name[0] == b"*"
        if wild:
            near["under a wildcard"] = (b"covered", b"by", *parent) if rng.random() < 0.5 else (b"covered", *parent)
        if any(lower(name) in z.cuts for z in zones):
            near["under a cut"] = (rng.choice((b"ns1", b"occluded", b"x")), *name)
        near = list(near.items())
        if any(lower(name) in z.dnames for z in zones):
            near += [("under DNAME", (x, *name)) for x in (b"www", b"c", b"w" * 60)]
        for tag, n in near:
            covered = tag == "under a wildcard"
            for t in self.types_of(zones, name if covered else n, 4 if tag == "name" else 2):
                if tag in ("name", "under a wildcard", "under DNAME", "under a cut") or rng.random() < 0.5:
                    self.ask(tag, n, t)

    def group(self, g):
        for z in g.zones:
            for name in dict.fromkeys(n for n, _, _ in z.sets.values()):
                below = any(lower(name)[i:] in z.cuts for i in range(1, len(name)))
                if not below or self.rng.random() < 0.3:  # the many servers of a cut get all the same referral
                    self.around(g.zones, name)
            for up in range(1, len(z.name) + 1):
                for t in ("A", "NS", "DS", "SOA", "ANY"):
                    self.ask("above the apex", z.name[up:], t)
        for _ in range(40):
            self.ask("no zone of ours", (self.rng.choice((b"www", b"*")), f"x{self.rng.randrange(9999)}".encode(), b"far"),
                     self.rng.choice(list(TYPES)))


def world(seed, questions, tame=False):
    """(zones, questions as the differential program reads them): groups until there are enough questions."""
    rng = random.Random(seed)
    asking, zones = Asking(rng), []
    number = 0
    while len(asking.out) < questions:
        g = Group(rng, number, tame)
        zones += g.zones
        asking.group(g)
        number += 1
    rng.shuffle(asking.out)
    return zones, "\t".join(TAGS).encode() + b"\n" + b"".join(asking.out[:questions])
