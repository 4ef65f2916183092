"""An EPP client over real TLS, as small as it can be: what the tests say to the sandbox registry by hand."""
import contextlib
import itertools
import pathlib
import re
import socket
import ssl
import struct

EPP_NS = "urn:ietf:params:xml:ns:epp-1.0"
OBJECTS = {o: f"urn:ietf:params:xml:ns:{o}-1.0" for o in ("domain", "contact", "host")}
number = itertools.count(1)


class Closed(Exception):
    """The other side ended the connection."""


class Epp:
    """A session of one registrar of a copy's sandbox: TLS with its certificate, then frames (RFC 5734)."""

    def __init__(self, c, who="fourways", cert=None, timeout=15):
        host, port = c.addr("epp").rsplit(":", 1)
        context = ssl.create_default_context(cafile=str(c.path("pki", "ca.pem")))
        cert = cert or who
        context.load_cert_chain(c.path("pki", f"{cert}.pem"), c.path("pki", f"{cert}.key"))
        raw = socket.create_connection((host, int(port)), timeout=timeout)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.s = context.wrap_socket(raw, server_hostname="localhost")
        self.who = who
        secret = {"fourways": "registry.password", "rival": "registry-rival.password"}[who]
        self.password = pathlib.Path(c.path("secrets", secret)).read_text().strip()
        self.greeting = self.receive()

    def close(self):
        with contextlib.suppress(OSError):
            self.s.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send_raw(self, data):
        self.s.sendall(data)

    def send(self, document):
        data = document if isinstance(document, bytes) else document.encode()
        self.send_raw(struct.pack(">I", len(data) + 4) + data)

    def exactly(self, n):
        data = b""
        while len(data) < n:
            try:
                part = self.s.recv(n - len(data))
            except (ConnectionError, ssl.SSLError) as e:
                raise Closed(str(e)) from None
            if not part:
                raise Closed("end of the stream")
            data += part
        return data

    def receive(self):
        n = struct.unpack(">I", self.exactly(4))[0]
        assert 4 < n <= 1 << 20, f"a frame of {n} bytes from the registry"
        return self.exactly(n - 4).decode()

    def is_closed(self):
        """Waits for the end of the stream; whatever came before it is dropped."""
        try:
            while True:
                self.exactly(1)
        except Closed:
            return True
        except TimeoutError:
            return False

    def ask(self, document):
        """(result code, response)"""
        self.send(document)
        response = self.receive()
        return code_of(response), response

    def command(self, inner):
        return self.ask(command(inner))

    def login(self, password=None):
        return self.command(login(self.who, password or self.password))

    def logged_in(self):
        code, response = self.login()
        assert code == 1000, response
        return self

    def check(self, name):
        """Whether the registry has the name free."""
        code, response = self.command(f'<check><domain:check xmlns:domain="{OBJECTS["domain"]}">'
                                      f"<domain:name>{name}</domain:name></domain:check></check>")
        assert code == 1000, response
        return 'avail="1"' in response or 'avail="true"' in response

    def create_contact(self, handle):
        code, response = self.command(
            f'<create><contact:create xmlns:contact="{OBJECTS["contact"]}"><contact:id>{handle}</contact:id>'
            '<contact:postalInfo type="int"><contact:name>R. Ival</contact:name><contact:addr>'
            "<contact:street>1 Other Street</contact:street><contact:city>Elsewhere</contact:city>"
            "<contact:pc>10115</contact:pc><contact:cc>DE</contact:cc></contact:addr></contact:postalInfo>"
            "<contact:voice>+49.301</contact:voice><contact:email>rival@example.com</contact:email>"
            "<contact:authInfo><contact:pw>2fooBAR-long</contact:pw></contact:authInfo></contact:create></create>")
        assert code == 1000, response

    def transfer(self, name, op):
        """(result code, response) of a transfer command: query, approve, reject …"""
        return self.command(f'<transfer op="{op}"><domain:transfer xmlns:domain="{OBJECTS["domain"]}">'
                            f"<domain:name>{name}</domain:name></domain:transfer></transfer>")

    def create_domain(self, name, handle, authinfo="2fooBAR-long"):
        code, response = self.command(
            f'<create><domain:create xmlns:domain="{OBJECTS["domain"]}"><domain:name>{name}</domain:name>'
            f'<domain:period unit="y">1</domain:period><domain:registrant>{handle}</domain:registrant>'
            f'<domain:contact type="admin">{handle}</domain:contact><domain:contact type="tech">{handle}'
            f"</domain:contact><domain:authInfo><domain:pw>{authinfo}</domain:pw></domain:authInfo>"
            "</domain:create></create>")
        assert code == 1000, response


def command(inner):
    return (f'<?xml version="1.0" encoding="UTF-8"?><epp xmlns="{EPP_NS}"><command>{inner}'
            f"<clTRID>flow-{next(number)}</clTRID></command></epp>")


def login(who, password):
    uris = "".join(f"<objURI>{uri}</objURI>" for uri in OBJECTS.values())
    return (f"<login><clID>{who}</clID><pw>{password}</pw><options><version>1.0</version><lang>en</lang></options>"
            f"<svcs>{uris}</svcs></login>")


def code_of(response):
    m = re.search(r'<result code="(\d+)"', response)
    assert m, f"not a response: {response[:300]}"
    return int(m.group(1))
