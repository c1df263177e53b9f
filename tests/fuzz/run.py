#!/usr/bin/env python3
"""Fuzzes every parser of ours: seeds, dictionary, libFuzzer, minimised corpus, edges covered. Fails on a crash, a hang or a memory bomb.

run.py --build build/asan [--minutes M | --total-minutes M] [--data DIR] [--keep] [TARGET ...]
"""
import argparse
import json
import multiprocessing.pool
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
import dictionary  # noqa: E402
import seeds  # noqa: E402

KEPT = os.path.join(HERE, "corpus")
REAL = ("part10", "frames", "objects", "dicomdir")  # targets that take whole files
LARGEST_REAL = 32 * 1024
INTERRUPTED = 72  # libFuzzer after SIGINT
# The time limit is by the clock, and other work may hold the machine.
LIMITS = ["-timeout=60", "-rss_limit_mb=2048", "-malloc_limit_mb=1024", "-use_value_profile=0", "-print_final_stats=1"]


def targets():
    return sorted(name for name in os.listdir(HERE) if os.path.isdir(os.path.join(HERE, name)) and name not in ("corpus", "__pycache__"))


def real_seeds(data, folder):
    """Small real files, cut where their pixels begin to bore."""
    os.makedirs(folder, exist_ok=True)
    for place, _, leaves in os.walk(data):
        for leaf in leaves:
            path = os.path.join(place, leaf)
            if os.path.getsize(path) <= LARGEST_REAL:
                name = re.sub(r"[^A-Za-z0-9]", "_", os.path.relpath(path, data))
                shutil.copyfile(path, os.path.join(folder, name))


def fuzz(task):
    build, target, seconds, real = task
    folder = os.path.join(build, "fuzzing")
    corpus, crashes = os.path.join(folder, "corpus", target), os.path.join(folder, "crashes", target)
    os.makedirs(corpus, exist_ok=True)
    os.makedirs(crashes, exist_ok=True)
    words = os.path.join(folder, target + ".dict")
    with open(words, "w", encoding="ascii") as file:
        file.write("\n".join(dictionary.of(target, SOURCE, dictionary.report_words(SOURCE))) + "\n")
    inputs = [corpus, os.path.join(folder, "seeds", target), kept(target, folder)]
    if real and target in REAL:
        inputs.append(real)
    inputs = [name for name in inputs if os.path.isdir(name)]
    program = os.path.join(build, "bin", "fuzz-" + target)
    command = [program, "-max_len=%d" % (LARGEST_REAL if target in REAL else 4096), "-dict=" + words,
               "-artifact_prefix=" + crashes + "/", *LIMITS, *inputs]
    environment = {**os.environ, "ASAN_OPTIONS": "allocator_may_return_null=0:detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1"}
    log = os.path.join(folder, target + ".log")
    with open(log, "wb") as file:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=file, env=environment)
        used = until(process, seconds)
    with open(log, encoding="utf-8", errors="replace") as file:
        said = file.read()
    return {**figures(target, said, process.returncode), "cpuSeconds": round(used)}


def until(process, seconds):
    """Lets it run for so much CPU time, whatever else the machine does; returns what it took."""
    used = 0.0
    while process.poll() is None:
        time.sleep(0.2)
        try:
            with open("/proc/%d/stat" % process.pid, encoding="ascii") as file:
                parts = file.read().rsplit(")", 1)[1].split()
            used = (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
        except OSError:
            break
        if used >= seconds:
            process.send_signal(signal.SIGINT)
            break
    process.wait()
    return used


def figures(target, said, code):
    covered = re.findall(r"cov: (\d+) ft: (\d+)", said)
    edges = re.search(r"\((\d+) inline 8-bit counters\)", said)
    runs = re.search(r"stat::number_of_executed_units:\s+(\d+)", said)
    crash = re.search(r"Test unit written to (\S+)", said)
    return {"target": target, "edges": int(covered[-1][0]) if covered else 0, "features": int(covered[-1][1]) if covered else 0,
            "edgesLinked": int(edges.group(1)) if edges else 0, "runs": int(runs.group(1)) if runs else 0,
            "ok": code in (0, INTERRUPTED), "crash": crash.group(1) if crash else ""}


def keep(build, target):
    """Minimises what grew from made-up seeds, by the edges it reaches, into tests/fuzz/corpus/TARGET.zip."""
    folder = os.path.join(build, "fuzzing")
    smallest = os.path.join(folder, "smallest", target)
    shutil.rmtree(smallest, ignore_errors=True)
    os.makedirs(smallest)
    subprocess.run([os.path.join(build, "bin", "fuzz-" + target), "-merge=1", "-use_counters=0", "-max_len=4096", smallest,
                    os.path.join(folder, "corpus", target), os.path.join(folder, "seeds", target)], capture_output=True, check=True)
    os.makedirs(KEPT, exist_ok=True)
    with zipfile.ZipFile(os.path.join(KEPT, target + ".zip"), "w", zipfile.ZIP_DEFLATED) as out:
        for name in sorted(os.listdir(smallest)):
            with open(os.path.join(smallest, name), "rb") as file:
                out.writestr(zipfile.ZipInfo(name), file.read(), zipfile.ZIP_DEFLATED)


def kept(target, folder):
    """The folder with what was kept, unpacked; it may be empty."""
    place = os.path.join(folder, "kept", target)
    os.makedirs(place, exist_ok=True)
    path = os.path.join(KEPT, target + ".zip")
    if os.path.exists(path):
        with zipfile.ZipFile(path) as archive:
            archive.extractall(place)
    return place


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(SOURCE, "build", "asan"))
    parser.add_argument("--minutes", type=float, default=10, help="CPU-minutes a target")
    parser.add_argument("--total-minutes", type=float, help="CPU-minutes for all targets together")
    parser.add_argument("--data", default="", help="real DICOM files as further seeds; what grows from them stays in the build folder")
    parser.add_argument("--keep", action="store_true", help="minimise the corpus into tests/fuzz/corpus; not with --data")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    unknown = set(options.names) - set(targets())
    if unknown or (options.keep and options.data):
        parser.error("no such target: " + ", ".join(sorted(unknown)) if unknown else "--keep keeps nothing that grew from real files")
    names = options.names or targets()
    seconds = max(1, int(60 * (options.total_minutes / len(names) if options.total_minutes else options.minutes)))
    folder = os.path.join(options.build, "fuzzing")
    if options.data:
        folder_of_real = os.path.join(folder, "real")
        real_seeds(options.data, folder_of_real)
    seeds.main(os.path.join(folder, "seeds"))
    tasks = [(options.build, name, seconds, folder_of_real if options.data else "") for name in names]
    with multiprocessing.pool.ThreadPool(options.jobs) as pool:
        results = pool.map(fuzz, tasks, chunksize=1)
    if options.keep:
        for name in names:
            keep(options.build, name)
    with open(os.path.join(folder, "figures.json"), "w", encoding="utf-8") as file:
        json.dump({"secondsEach": seconds, "targets": results}, file, indent=1)
    print("%-12s %9s %9s %9s %12s  %s" % ("target", "edges", "linked", "features", "runs", "%d CPU-seconds each" % seconds))
    for row in results:
        print("%-12s %9d %9d %9d %12d  %s" % (row["target"], row["edges"], row["edgesLinked"], row["features"], row["runs"],
                                              "ok" if row["ok"] else "FAILED " + row["crash"]))
    return 0 if all(row["ok"] for row in results) else 1


if __name__ == "__main__":
    sys.exit(main())
