#!/usr/bin/env python3
"""Every malformed file through `akarictl pixels`: it answers within its limits, whatever the bytes are. Fails on a signal, an exit code
over 3, more than 20 s, more memory than a small multiple of the file, or an error without code and sentence."""
import argparse
import collections
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading

import product

SECONDS = 20
# Of the largest of akarictl and its workers: their libraries, and 64 MB + 6 x the declared frame; no frame in the folder is over 32 MB.
RESIDENT_BYTES = 400 << 20


def attempt(task):
    program, path, stage = task
    with tempfile.TemporaryDirectory(prefix="akari-malformed-") as folder, open(os.path.join(folder, "said"), "wb+") as said:
        command = [program, "--json", "pixels", "--file", path, "--stage", stage, "-o", os.path.join(folder, "pixels")]
        # wait4 gives the largest of the process and of the workers that it waited for.
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        late = threading.Event()

        def end():
            late.set()
            process.kill()

        timer = threading.Timer(SECONDS, end)
        timer.start()
        _, status, used = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return judge(path, process.returncode, late.is_set(), used.ru_maxrss * 1024, said.read())


def judge(path, code, late, resident, said):
    """(outcome, what is wrong or empty, resident bytes)"""
    if late:
        return "hang", "%s: no answer in %d s" % (path, SECONDS), resident
    if code < 0 or code > 3:
        return "died", "%s: ended with %d" % (path, code), resident
    if resident > RESIDENT_BYTES:
        return "memory", "%s: %d MB" % (path, resident >> 20), resident
    if code == 0:
        return "decoded", "", resident
    try:
        error = json.loads(said)["error"]
        if error["code"] and error["message"]:
            return error["code"], "", resident
    except (ValueError, KeyError, TypeError):
        pass
    return "speechless", "%s: exit %d without an error" % (path, code), resident


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--akarictl", required=True)
    parser.add_argument("--data", default=product.data_folder(), help="AKARI_TESTDATA, else ../shared/data beside the source tree")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    root = os.path.join(options.data, "20_malformed_pwnlab_even")
    if not os.path.isdir(root):
        print("AKARI-SKIPPED: the malformed DICOM files are not here")
        return 77
    paths = sorted(os.path.join(folder, leaf) for folder, _, leaves in os.walk(root) for leaf in leaves)
    with multiprocessing.Pool(options.jobs) as pool:
        results = pool.map(attempt, [(options.akarictl, path, "display") for path in paths], chunksize=4)
    print("%d files, most memory %d MB" % (len(results), max(result[2] for result in results) >> 20))
    for outcome, count in collections.Counter(result[0] for result in results).most_common():
        print("%6d %s" % (count, outcome))
    bad = [result[1] for result in results if result[1]]
    print("\n".join(bad))
    return 1 if bad or len(paths) < 300 else 0


if __name__ == "__main__":
    sys.exit(main())
