#!/usr/bin/env python3
# time-limit: 120
"""An EPP client by others, Debian's libnet-epp-perl, through the life of a domain at the sandbox registry (net_epp.pl)."""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from flow import ROOT, case, done, skip_all  # noqa: E402
from registry import advance, registry  # noqa: E402

STEPS = 45  # at least: a script that ends early has not said so


def account(c, cert, secret):
    return [c.path("pki", f"{cert}.pem"), c.path("pki", f"{cert}.key"), c.path("secrets", secret).read_text().strip()]


def main():
    if subprocess.run(["perl", "-MNet::EPP::Simple", "-e", "1"], capture_output=True).returncode != 0:
        skip_all("Perl's Net::EPP is missing (Debian package libnet-epp-perl)")
    with registry() as c:
        argv = ["perl", ROOT / "tests" / "flow" / "net_epp.pl", c.addr("epp").rsplit(":", 1)[1], c.path("pki", "ca.pem")]
        argv += account(c, "fourways", "registry.password") + account(c, "rival", "registry-rival.password")
        p = subprocess.Popen([str(a) for a in argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, bufsize=1)
        steps, other = 0, []
        for line in p.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "advance":
                advance(c, rest)
                p.stdin.write("done\n")
            elif word in ("ok", "FAIL"):
                steps += 1

                @case(f"Net::EPP: {rest.partition(': ')[0] if word == 'FAIL' else rest}")
                def _():
                    assert word == "ok", rest
            elif " at /usr/share/perl5/Net/EPP/" not in line:  # its own code warns of what it leaves undefined
                other.append(line.rstrip())

        if p.wait(20) != 0:
            print(c.log_tail("sandbox", 400))

        @case("Net::EPP came to its end, without a warning of ours")
        def _():
            assert p.wait(20) == 0 and steps >= STEPS and not other, (p.returncode, steps, other[:20])
    done()


if __name__ == "__main__":
    main()
