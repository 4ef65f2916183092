"""A small DNS client: one question as bytes, and an answer taken apart so that two servers' can be compared."""
import dataclasses
import socket
import struct

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33, "DS": 43,
         "RRSIG": 46, "DNSKEY": 48, "ANY": 255, "CAA": 257, "TYPE65280": 65280}
NAMES = {v: k for k, v in TYPES.items()}
RCODES = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}
OPT = 41
# Where names stand in RDATA: bytes in front of the first, and how many there are.
RDATA_NAMES = {2: (0, 1), 5: (0, 1), 6: (0, 2), 12: (0, 1), 15: (2, 1), 33: (6, 1)}


def name_wire(labels):
    return b"".join(bytes([len(x)]) + x for x in labels) + b"\0"


def labels_of(text):
    return [x.encode("latin-1") for x in text.rstrip(".").split(".") if x]


def name_text(wire):
    out, at = [], 0
    while wire[at]:
        out.append("".join(chr(b) if 33 <= b < 127 and chr(b) not in '.\\"' else f"\\{b:03d}"
                           for b in wire[at + 1:at + 1 + wire[at]]))
        at += 1 + wire[at]
    return ".".join(out) + "."


@dataclasses.dataclass(frozen=True)
class Question:
    labels: tuple  # of bytes, in the case that is sent
    qtype: int
    flags: int = 0
    edns: int = 0  # size; 0: without
    do: bool = False

    def wire(self, number):
        opt = b"\0" + struct.pack(">HHIH", OPT, self.edns, 0x8000 if self.do else 0, 0) if self.edns else b""
        return (struct.pack(">6H", number, self.flags, 1, 0, 0, 1 if opt else 0) + name_wire(self.labels)
                + struct.pack(">HH", self.qtype, 1) + opt)

    def __str__(self):
        how = (f" edns={self.edns}" if self.edns else "") + (" do" if self.do else "")
        how += f" flags={self.flags:#06x}" if self.flags else ""
        return f"{name_text(name_wire(self.labels))} {NAMES[self.qtype]}{how}"


@dataclasses.dataclass
class Answer:
    rcode: str
    aa: bool
    tc: bool
    sections: list  # of frozensets of (owner, type, ttl, rdata), names in lower case; OPT left out
    question: bytes
    size: int


class Malformed(Exception):
    pass


def read_name(msg, at):
    """(wire in lower case, offset behind it); pointers must lead backwards."""
    wire, behind, limit = b"", None, at
    while True:
        n = msg[at]
        if n >= 0xc0:
            behind = behind or at + 2
            to = struct.unpack_from(">H", msg, at)[0] & 0x3fff
            if to >= limit:
                raise Malformed(f"a pointer at {at} does not lead backwards")
            at = limit = to
        elif n > 63:
            raise Malformed(f"label type {n:#x} at {at}")
        else:
            wire += msg[at:at + 1 + n].lower() if n else b"\0"
            at += 1 + n
            if n == 0:
                return wire, behind or at


def read_rdata(msg, rtype, at, n):
    if rtype not in RDATA_NAMES:
        return msg[at:at + n]
    ahead, names = RDATA_NAMES[rtype]
    out, end = msg[at:at + ahead], at + n
    at += ahead
    for _ in range(names):
        wire, at = read_name(msg, at)
        out += wire
    if at > end:
        raise Malformed("a name runs out of its RDATA")
    return out + msg[at:end]


def parse(msg):
    _, flags, questions, *counts = struct.unpack_from(">6H", msg)
    at = 12
    for _ in range(questions):
        at = read_name(msg, at)[1] + 4
    question, sections = msg[12:at], []
    for count in counts:
        records = []
        for _ in range(count):
            owner, at = read_name(msg, at)
            rtype, _, ttl, n = struct.unpack_from(">HHIH", msg, at)
            if rtype != OPT:
                records.append((owner, rtype, ttl, read_rdata(msg, rtype, at + 10, n)))
            at += 10 + n
        sections.append(frozenset(records))
    if at != len(msg):
        raise Malformed(f"{len(msg) - at} bytes behind the last record")
    return Answer(RCODES.get(flags & 15, str(flags & 15)), bool(flags & 0x400), bool(flags & 0x200), sections, question,
                  len(msg))


class Client:
    def __init__(self, addr):
        host, port = addr.rsplit(":", 1)
        self.addr = (host.strip("[]"), int(port))
        self.udp = socket.socket(socket.AF_INET6 if ":" in self.addr[0] else socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.settimeout(2)
        self.udp.connect(self.addr)
        self.number = 0

    def ask(self, q, tries=3):
        for _ in range(tries):
            self.number = self.number % 65535 + 1
            self.udp.send(q.wire(self.number))
            try:
                while True:
                    msg = self.udp.recv(65535)
                    if msg[:2] == struct.pack(">H", self.number):
                        return parse(msg)
            except TimeoutError:
                continue
        raise AssertionError(f"{self.addr}: no answer to {q}")


    def close(self):
        self.udp.close()
