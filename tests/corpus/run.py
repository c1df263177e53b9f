#!/usr/bin/env python3
"""Every real file against the decoders of others: writes table.tsv and summary.txt, fails on any row that expected.tsv doesn't explain.

status    equal        decoded by akarictl, every frame, and equal to a reference made at this moment by pydicom, DCMTK, OpenJPEG, OpenJPH,
                       ffmpeg, Pillow or the uncompressed twin; lossless bit for bit, lossy within 1, near-lossless within NEAR of its source
          noreference  decoded, and no judge here can say what is right
          object       no pixels by its nature, and akarictl says so
          refused      akarictl refuses it; expected.tsv says why that is right
          wrong        decoded otherwise than the reference, or died, or hung
modality, display      equal, none (nothing to compare), or wrong: the grey-scale chain against pydicom's, exact to float32 and within 1 of 65 535
"""
import argparse
import collections
import fnmatch
import multiprocessing
import os
import sys
import warnings

import numpy

import greychain
import product
import references

NO_PIXELS = {"pixels.absent"}
COLUMNS = ("file", "status", "modality", "display", "judge", "detail")


def files_of(root):
    names = []
    for folder, _, leaves in os.walk(root):
        for leaf in leaves:
            name = os.path.relpath(os.path.join(folder, leaf), root)
            if not name.startswith(("20_malformed", "LICENSES")) and name != "MANIFEST.md":
                names.append(name)
    return sorted(names)


def worst(ours, theirs):
    if ours.shape != theirs.shape:
        return "shape %s for %s" % (ours.shape, theirs.shape)
    if ours.dtype.kind == "f" or theirs.dtype.kind == "f":
        same = (ours.astype(numpy.float32) == theirs.astype(numpy.float32)) | (numpy.isnan(ours) & numpy.isnan(theirs))
        return 0 if bool(same.all()) else "%d values of %d differ" % (int((~same).sum()), same.size)
    return int(numpy.abs(ours.astype(numpy.int64) - theirs.astype(numpy.int64)).max(initial=0))


def judged(root, name, dataset, ours):
    """(status, judge, detail, reference) of the stored pixels."""
    detail, notes, first = [], [], ""
    for reference in references.references(root, name, dataset, ours.shape[-1], notes):
        first = first or reference.judge
        difference = worst(ours, reference.array)
        if isinstance(difference, int) and difference <= reference.tolerance:
            said = "" if difference == 0 else "differs by %d of %d allowed" % (difference, reference.tolerance)
            return "equal", reference.judge, "; ".join([said] * bool(said) + detail), reference
        detail.append("%s: %s" % (reference.judge, "differs by %d" % difference if isinstance(difference, int) else difference))
    return "wrong" if first else "noreference", first, "; ".join(detail + notes), None


def modality_status(program, path, dataset, reference):
    ours, _ = product.pixels(program, path, "modality")
    wanted = greychain.modality(reference.array[..., 0], dataset)
    same = numpy.isclose(ours[..., 0].astype(numpy.float64), wanted, rtol=2.4e-7, atol=1e-6)
    return "equal" if same.all() else "wrong: %d of %d values, first %g for %g" % (
        int((~same).sum()), same.size, ours[..., 0][~same][0], wanted[~same][0])


def display_status(program, path, dataset, reference):
    candidates = greychain.displays(reference.array[..., 0], dataset)
    if not candidates:
        return "none"
    ours, _ = product.pixels(program, path, "display", 1)
    said = []
    for wanted in candidates:
        away = numpy.abs(ours[0, ..., 0].astype(numpy.float64) - wanted)
        if away.max(initial=0) <= 1:
            return "equal"
        said.append("%d of %d values, by %.1f at most" % (int((away > 1).sum()), away.size, away.max()))
    return "wrong: " + " | ".join(said)


def palette_status(program, path, dataset, reference):
    ours, _ = product.pixels(program, path, "display")
    difference = worst(ours, references.looked_up(reference.array, dataset))
    return "equal" if difference == 0 else "wrong: %s" % difference


def stage(check, *arguments):
    try:
        return check(*arguments)
    except product.Refused as no:
        return "wrong: refused, " + no.code
    except product.Broken as broken:
        return "wrong: " + str(broken)
    except Exception as error:  # pydicom can't say
        return "none: %s %s" % (type(error).__name__, str(error)[:80])


def row_of(task):
    program, root, name = task
    warnings.simplefilter("ignore")
    path = os.path.join(root, name)
    row = dict.fromkeys(COLUMNS, "")
    row.update(file=name, modality="none", display="none")
    dataset = None
    try:
        dataset = references.read(path)
    except Exception as error:
        row["detail"] = "pydicom: " + str(error)[:80]
    try:
        ours, _ = product.pixels(program, path, "stored")
    except product.Refused as no:
        said_absent = no.code in NO_PIXELS and dataset is not None and not references.has_pixels(dataset)
        row.update(status="object" if said_absent else "refused", detail="%s: %s" % (no.code, no.message))
        return row
    except product.Broken as broken:
        row.update(status="wrong", detail=str(broken))
        return row
    if dataset is None:
        row.update(status="noreference")
        return row
    row["status"], row["judge"], row["detail"], reference = judged(root, name, dataset, ours)
    if reference is not None and ours.shape[-1] == 1 and dataset.get("PhotometricInterpretation") == "PALETTE COLOR":
        row["display"] = stage(palette_status, program, path, dataset, reference)
    elif reference is not None and ours.shape[-1] == 1 and row["status"] == "equal":
        row["modality"] = stage(modality_status, program, path, dataset, reference)
        if ours.shape[0] == 1:
            row["display"] = stage(display_status, program, path, dataset, reference)
    return row


def expectations(path):
    """[(pattern, column, value, reason)], in order; the first that fits a file counts."""
    rows = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                pattern, column, value, reason = line.rstrip("\n").split("\t")
                rows.append((pattern, column, value, reason))
    return rows


def unexpected(rows, expected):
    """Rows that nobody explained, and explanations that nothing needs any more."""
    bad, used = [], set()
    for row in rows:
        for column in ("status", "modality", "display"):
            word = row[column].split(":")[0]
            if word in ("equal", "object", "none"):
                continue
            for index, (pattern, wanted_column, value, _) in enumerate(expected):
                if wanted_column == column and fnmatch.fnmatchcase(row["file"], pattern) and (
                        value == word or (word == "refused" and value == "refused " + row["detail"].split(":")[0])):
                    used.add(index)
                    break
            else:
                bad.append("%s\t%s\t%s\t%s" % (row["file"], column, row[column], row["detail"]))
    stale = [expected[index][0] for index in range(len(expected)) if index not in used]
    return bad, stale


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--akarictl", required=True)
    parser.add_argument("--data", default=product.data_folder(), help="AKARI_TESTDATA, else ../shared/data beside the source tree")
    parser.add_argument("--out", required=True)
    parser.add_argument("--expected", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "expected.tsv"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", default="", help="only files whose name contains this; expectations that nothing needs are let pass")
    options = parser.parse_args()
    if not os.path.isdir(options.data):
        print("AKARI-SKIPPED: the real DICOM files are not here")
        return 77
    names = [name for name in files_of(options.data) if options.only in name]
    os.makedirs(options.out, exist_ok=True)
    tasks = [(options.akarictl, options.data, name) for name in names]
    with multiprocessing.Pool(options.jobs) as pool:
        rows = pool.map(row_of, tasks, chunksize=4)
    with open(os.path.join(options.out, "table.tsv"), "w", encoding="utf-8") as file:
        file.write("\t".join(COLUMNS) + "\n")
        for row in rows:
            file.write("\t".join(str(row[column]).replace("\t", " ").replace("\n", " ") for column in COLUMNS) + "\n")
    counts = [collections.Counter(row[column].split(":")[0] for row in rows) for column in ("status", "modality", "display")]
    lines = ["%d files" % len(rows)] + ["%s: %s" % (column, ", ".join("%d %s" % (count, word) for word, count in sorted(counter.items())))
                                        for column, counter in zip(("status", "modality", "display"), counts)]
    judges = collections.Counter(row["judge"].split(":")[0] for row in rows if row["status"] == "equal")
    lines.append("judges: " + ", ".join("%d %s" % (count, judge) for judge, count in judges.most_common()))
    bad, stale = unexpected(rows, expectations(options.expected))
    summary = "\n".join(lines) + "\n"
    with open(os.path.join(options.out, "summary.txt"), "w", encoding="utf-8") as file:
        file.write(summary)
    print(summary, end="")
    for line in bad:
        print("UNEXPECTED " + line)
    if not options.only:
        for pattern in stale:
            print("STALE " + pattern)
    return 1 if bad or (stale and not options.only) else 0


if __name__ == "__main__":
    sys.exit(main())
