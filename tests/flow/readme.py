#!/usr/bin/env python3
"""README.md is true: its commands work as written, and print what it says they print.

The blocks that begin with ```sh run are run one after another by one shell, in an empty directory with var/endpoints
of a fresh copy; a ```text block behind one is its output. Numbers, times and identifiers differ from run to run; all
else must be the same, line by line. Files and targets that the README names must exist.

    tests/flow/readme.py OUTDIR             checks
    tests/flow/readme.py OUTDIR --rewrite   puts what was printed just now into README.md
"""
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from flow import *  # noqa: E402,F403
from flow import OUT, ROOT, case, copy, done, local  # noqa: E402

README = ROOT / "README.md"
BLOCK = re.compile(r"```sh run\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.S)
FIRST = re.compile(r"The first `make run` ends.*?```text\n(.*?)```\n", re.S)


def usual_ports(c, text):
    return re.sub(r"(127\.0\.0\.1:|\[::1\]:|-p )(\d+)\b", lambda m: f"{m[1]}{int(m[2]) - c.base + 8050}", text)


def first_start(c):
    """What make start prints the first time, and a sourced copy for the blocks."""
    r = subprocess.run([ROOT / "ops/fourways-local", "start", "--out", OUT, "--var", c.var, "--port-base", str(c.base)],
                       capture_output=True, text=True, timeout=120)
    assert r.returncode == 0, r.stdout + r.stderr
    text = usual_ports(c, r.stdout[r.stdout.index("fourways: first start"):])
    text = re.sub(r"\S*/endpoints", "var/endpoints", text)
    text = re.sub(r"(Logs are in) \S+", r"\1 var/log", text)
    return text.replace('"make stop" ends it', "Ctrl-C stops everything")


def alike(text):
    """What may differ, made the same."""
    text = re.sub(r"\b(password|key|secret) [\w-]+", r"\1 -", text)
    text = re.sub(r"\bFW-?\w{8,}|\bSB-\w+-\d+", "ID", text)
    text = re.sub(r"\d+(?:\.\d+)?/s\s+\d+ s left", "", text)
    text = re.sub(r"\b(PENDING|INSYNC)\b", "STATUS", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)
    text = re.sub(r"\b(change|order|version|serial) \d+", r"\1 N", text)
    text = re.sub(r"\bafter \d+\.\d+ s", "after N s", text)
    text = re.sub(r"\bns-\d+\.", "ns-N.", text)
    text = re.sub(r"\bD\d+-FWSB", "ROID", text)
    text = re.sub(r"(hostmaster\S+) \d+", r"\1 N", text)
    text = re.sub(r"^\d+ (?=by-api)", "N ", text, flags=re.M)
    text = re.sub(r",\d+$", ",N", text, flags=re.M)
    return [re.sub(r"[ \t]+", " ", line).strip() for line in text.splitlines() if line.strip()]


def differs(shown, said):
    import difflib
    return "\n".join(difflib.unified_diff(alike(shown), alike(said), "README.md", "the run", "", "", 1, ""))


def run_blocks(c, work, blocks):
    """The output of each block, in one shell that stops at the first error."""
    endpoints = c.path("endpoints")
    script = f"set -euo pipefail\ncd '{work}'\n. '{endpoints}'\n"
    for i, block in enumerate(blocks):
        script += f"exec >'{work}/out-{i}' 2>'{work}/err-{i}'\n{block}"
    r = subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL, timeout=120)
    outputs = []
    for i, block in enumerate(blocks):
        out, err = pathlib.Path(work, f"out-{i}"), pathlib.Path(work, f"err-{i}")
        assert out.exists() and (r.returncode == 0 or pathlib.Path(work, f"out-{i + 1}").exists()), \
            f"status {r.returncode} in:\n{block}\n{out.read_text() if out.exists() else ''}{err.read_text() if err.exists() else ''}"
        outputs.append(usual_ports(c, out.read_text()))
    return outputs


def main():
    text = README.read_text()
    blocks = BLOCK.findall(text)
    rewrite = "--rewrite" in sys.argv
    with copy(start=False) as c, tempfile.TemporaryDirectory(prefix="fw-readme-") as work:
        said = {}

        @case("the first start prints what the README shows")
        def _():
            said["first"] = first_start(c)
            shown = FIRST.search(text).group(1)
            assert rewrite or not differs(shown, said["first"]), differs(shown, said["first"])

        @case("every command of the README works as written, one after another")
        def _():
            assert len(blocks) >= 6, "the README has lost its commands"
            said["blocks"] = run_blocks(c, work, [b for b, _ in blocks])

        for i, (block, shown) in enumerate(blocks):
            if not shown or "blocks" not in said:
                continue

            @case(f"the README shows what this prints: {block.strip().splitlines()[0][:60]}")
            def _():
                assert rewrite or not differs(shown, said["blocks"][i]), differs(shown, said["blocks"][i])

        @case("the names that were registered in the three ways of the README answer on all four servers")
        def _():
            for name, wanted in [("my-name.test", ["192.0.2.20", "192.0.2.21"]), ("by-api.example", ["192.0.2.30"])]:
                for i in range(local.COLUMNS):
                    assert sorted(c.dig(i, name, "A", "+short").split()) == wanted, (name, i)

    @case("every file, target and command that the README names exists")
    def _():
        for path in re.findall(r"`((?:base|dns|epp|zones|billing|registry|registrar|nameserver|web|sql|ops|tests)/[\w./]*)`",
                               text):
            assert (ROOT / path).exists(), path
        tour = text[text.index("## A tour"):]
        for folder, body in re.findall(r"\*\*`(\w+)/`\*\*(.*?)(?=\n\d\. \*\*|\nBeside)", tour, re.S):
            for name in re.findall(r"`([\w.]+\.[ch])`", body):
                assert (ROOT / folder / name).is_file(), f"{folder}/{name}"
        for link in re.findall(r"\]\(([^)#]+)\)", text):
            assert (ROOT / link).exists(), link
        makefile = (ROOT / "Makefile").read_text()
        for target in re.findall(r"`make ([a-z-]+)", text):
            assert re.search(rf"^{target}:", makefile, re.M), target

    if rewrite and "blocks" in said:
        outputs = iter(said["blocks"])

        def put(m):
            output = next(outputs).rstrip("\n")
            return m.group(0) if m.group(2) is None else f"```sh run\n{m.group(1)}```\n\n```text\n{output}\n```\n"
        fresh = FIRST.sub(lambda m: m.group(0).replace(m.group(1), said["first"].rstrip("\n") + "\n"), BLOCK.sub(put, text))
        README.write_text(fresh)
    done()


if __name__ == "__main__":
    main()
