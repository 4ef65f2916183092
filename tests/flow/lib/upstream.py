"""A resolver on loopback that says what a test wants: addresses, CNAMEs, nothing, an error, silence; and counts what it is
asked. It can be ended and started again at the same port."""
import collections
import ipaddress
import socket
import struct
import threading

from dnsclient import TYPES, labels_of, name_text, name_wire, read_name

SOA = name_wire([]) * 2 + struct.pack(">5I", 1, 1, 1, 1, 1)


class Upstream:
    def __init__(self):
        self.zone = {}  # (name, type): how
        self.asked = collections.Counter()
        self.port = 0
        self.start()

    @property
    def addr(self):
        return f"127.0.0.1:{self.port}"

    # ---- what it says ---------------------------------------------------------------------------------------
    def addresses(self, name, rtype, ttl, *values):
        self.zone[name, rtype] = ("data", ttl, [ipaddress.ip_address(v).packed for v in values])

    def cname(self, name, ttl, target):
        for rtype in ("A", "AAAA"):
            self.zone[name, rtype] = ("cname", ttl, target)

    def says(self, name, rtype, how):
        """how: "nxdomain", "nodata", "servfail" (as for every name not told about), "silence"."""
        self.zone[name, rtype] = (how,)

    # ---- answering ------------------------------------------------------------------------------------------
    def records(self, name, rtype, depth=0):
        how = self.zone.get((name, rtype), ("servfail",))
        if how[0] == "data":
            return how[0], [(name, TYPES[rtype], how[1], data) for data in how[2]]
        if how[0] == "cname" and depth < 8:
            end, more = self.records(how[2], rtype, depth + 1)
            return end, [(name, TYPES["CNAME"], how[1], name_wire(labels_of(how[2])))] + more
        return how[0], []

    def answer(self, msg):
        wire, at = read_name(msg, 12)
        name = name_text(wire).rstrip(".")
        rtype = {v: k for k, v in TYPES.items()}.get(struct.unpack_from(">H", msg, at)[0])
        self.asked[name, rtype] += 1
        how, records = self.records(name, rtype)
        if how == "silence":
            return None
        negative = how in ("nxdomain", "nodata")
        out = msg[:2] + struct.pack(">5H", 0x8180 | {"nxdomain": 3, "servfail": 2}.get(how, 0), 1, len(records),
                                    negative, 0) + msg[12:at + 4]
        for owner, number, ttl, data in records:
            out += name_wire(labels_of(owner)) + struct.pack(">HHIH", number, 1, ttl, len(data)) + data
        if negative:
            out += name_wire([]) + struct.pack(">HHIH", 6, 1, 1, len(SOA)) + SOA
        return out

    def run(self, udp):
        while True:
            try:
                msg, sender = udp.recvfrom(4096)
            except OSError:
                return
            if not msg:
                return
            out = self.answer(msg)
            if out is not None:
                udp.sendto(out, sender)

    def start(self):
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))
        self.port = self.udp.getsockname()[1]
        self.thread = threading.Thread(target=self.run, args=(self.udp,), daemon=True)
        self.thread.start()

    def stop(self):
        """An empty datagram of its own ends the thread; then the port is closed to everybody."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.sendto(b"", ("127.0.0.1", self.port))
        self.thread.join()
        self.udp.close()
