#!/usr/bin/env python3
"""Applies wrong-on-purpose changes one at a time and checks that the tests named with each notice.

  mutate.py --check      every change still applies and names tests that exist; builds nothing
  mutate.py              all of them, in a copy of the sources under build/mutate
  mutate.py --only TEXT  those whose name holds TEXT

A survivor, a change that does not apply or does not build, and a named test that fails without the change are failures.
Standard library only.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIST = pathlib.Path(__file__).resolve().parent / "mutations.json"
FEWEST = 30
TEST_SECONDS = 180
BUILD_SECONDS = 7200


def mutations():
    return json.loads(LIST.read_text(encoding="utf-8"))["mutations"]


def test_names(target):
    folder = ROOT / "tests" / "core" / target.removeprefix("test-")
    names = set()
    for source in folder.glob("*.cpp"):
        for literal in re.findall(r'TEST_CASE\("((?:[^"\\]|\\.)*)"', source.read_text(encoding="utf-8")):
            names.add(literal.replace('\\"', '"'))
    return names


def problems(mutation):
    path = ROOT / mutation["file"]
    if not path.is_file():
        return [f"{mutation['file']} is not there"]
    found = path.read_text(encoding="utf-8").count(mutation["old"])
    wrong = [] if found == 1 else [f"its text stands {found} times in {mutation['file']}, not once"]
    if mutation["old"] == mutation["new"]:
        wrong.append("it changes nothing")
    known = test_names(mutation["target"])
    wrong += [f"{mutation['target']} has no test \"{name}\"" for name in mutation["tests"] if name not in known]
    if not mutation["tests"]:
        wrong.append("it names no test")
    return wrong


def check(all_mutations):
    failures = [f"{m['id']}: {why}" for m in all_mutations for why in problems(m)]
    if len(all_mutations) < FEWEST:
        failures.append(f"there are {len(all_mutations)} changes, fewer than {FEWEST}")
    if len({m["id"] for m in all_mutations}) != len(all_mutations):
        failures.append("two changes have one name")
    for failure in failures:
        print(failure)
    print(f"{len(all_mutations)} changes, {len(failures)} problems")
    return not failures


def copy_sources(source):
    """Only what differs is written, so that a second run builds little."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    wanted = [name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]
    for name in wanted:
        target = source / name
        content = (ROOT / name).read_bytes()
        if not target.exists() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            shutil.copymode(ROOT / name, target)
    keep = set(wanted)
    for path in source.rglob("*"):
        relative = path.relative_to(source)
        if path.is_file() and relative.parts[0] != "build" and str(relative) not in keep:
            path.unlink()


class Bench:
    def __init__(self, jobs):
        # The copy is laid out like the checkout, so that the compiler cache knows its objects.
        self.source = ROOT / "build" / "mutate"
        self.build = self.source / "build" / "release"
        self.jobs = jobs
        self.environment = dict(os.environ, CCACHE_BASEDIR=str(self.source), CCACHE_NOHASHDIR="1")
        data = ROOT.parent / "shared" / "data"
        if "AKARI_TESTDATA" not in os.environ and data.is_dir():
            self.environment["AKARI_TESTDATA"] = str(data)

    def prepare(self, targets):
        copy_sources(self.source)
        self.run(["cmake", "--preset", "release", "-B", str(self.build), "-DAKARI_PARTS=core", "-DAKARI_WERROR=OFF"], BUILD_SECONDS, quiet=True)
        self.run(["ninja", "-C", str(self.build), f"-j{self.jobs}", *sorted(targets)], BUILD_SECONDS, quiet=True)

    def run(self, command, seconds, quiet=False):
        done = subprocess.run(command, cwd=self.source, env=self.environment, timeout=seconds, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        if done.returncode != 0 and quiet:
            print(done.stdout[-3000:])
            raise SystemExit("The sources as they are do not build.")
        return done

    def make(self, targets):
        done = self.run(["ninja", "-C", str(self.build), f"-j{self.jobs}", *targets], BUILD_SECONDS)
        return done.returncode == 0, done.stdout

    def passes(self, target, name):
        """None when the test did not run."""
        spec = re.sub(r"([,\\\[\]~*\"])", r"\\\1", name)
        try:
            done = self.run([str(self.build / "bin" / target), spec], TEST_SECONDS)
        except subprocess.TimeoutExpired:
            return False
        if "No test cases matched" in done.stdout or "No tests ran" in done.stdout:
            return None
        return done.returncode == 0


def baseline(bench, chosen):
    bad = []
    for target, name in sorted({(m["target"], name) for m in chosen for name in m["tests"]}):
        passed = bench.passes(target, name)
        if passed is not True:
            bad.append(f"{target}: \"{name}\" " + ("did not run" if passed is None else "fails without any change"))
    return bad


def verdict(bench, mutation):
    path = bench.source / mutation["file"]
    original = path.read_text(encoding="utf-8")
    try:
        path.write_text(original.replace(mutation["old"], mutation["new"]), encoding="utf-8")
        built, log = bench.make([mutation["target"]])
        if not built:
            return "does not build", log
        for name in mutation["tests"]:
            if bench.passes(mutation["target"], name) is False:
                return "killed", name
        return "survived", ", ".join(mutation["tests"])
    finally:
        path.write_text(original, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    arguments = parser.parse_args()
    everything = mutations()
    if not check(everything):
        return 1
    if arguments.check:
        return 0
    chosen = [m for m in everything if arguments.only in m["id"]]
    bench = Bench(arguments.jobs)
    started = time.monotonic()
    bench.prepare({m["target"] for m in chosen})
    failures = baseline(bench, chosen)
    for failure in failures:
        print(failure, flush=True)
    counts = {"killed": 0, "survived": 0, "does not build": 0}
    for number, mutation in enumerate(chosen, 1):
        state, by = verdict(bench, mutation)
        counts[state] += 1
        line = by.strip().splitlines()[-1] if state == "does not build" and by.strip() else by
        print(f"[{number}/{len(chosen)}] {state}: {mutation['id']} ({mutation['file']}) by {line}", flush=True)
        if state != "killed":
            failures.append(mutation["id"])
    print(f"{counts['killed']} of {len(chosen)} killed, {counts['survived']} survived, {counts['does not build']} did not build, "
          f"{time.monotonic() - started:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
