"""Runs `akarictl pixels` on one file and reads back what it wrote."""
import json
import os
import subprocess
import tempfile

import numpy

TIMEOUT_SECONDS = 120
TYPES = {
    "uint8": "<u1", "int8": "<i1", "uint16": "<u2", "int16": "<i2", "uint32": "<u4", "int32": "<i4",
    "float32": "<f4", "float64": "<f8",
}


def data_folder():
    """The real files: AKARI_TESTDATA, else ../shared/data beside the source tree."""
    source = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return os.environ.get("AKARI_TESTDATA") or os.path.join(os.path.dirname(source), "shared", "data")


class Refused(Exception):
    """akarictl said no: exit code, error code, sentence."""

    def __init__(self, exit_code, code, message):
        super().__init__(message)
        self.exit_code = exit_code
        self.code = code
        self.message = message


class Broken(Exception):
    """akarictl died, hung, or wrote something that contradicts its description."""


def pixels(program, path, stage, frame=None):
    """The array [frame, row, column, sample] and its description. Raises Refused or Broken."""
    with tempfile.TemporaryDirectory(prefix="akari-corpus-") as folder:
        out = os.path.join(folder, "pixels")
        command = [program, "--json", "pixels", "--file", path, "--stage", stage, "-o", out]
        if frame is not None:
            command += ["--frame", str(frame)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
        except subprocess.TimeoutExpired as late:
            raise Broken("no answer in %d s" % TIMEOUT_SECONDS) from late
        if done.returncode < 0 or done.returncode > 3:
            raise Broken("ended with %d" % done.returncode)
        if done.returncode != 0:
            try:
                error = json.loads(done.stdout)["error"]
            except (ValueError, KeyError, TypeError):
                raise Broken("exit %d without an error object" % done.returncode) from None
            raise Refused(done.returncode, error["code"], error["message"] + " [" + error.get("detail", "") + "]")
        with open(out + ".json", encoding="utf-8") as file:
            description = json.load(file)
        return _array(out, description), description


def _array(path, description):
    if description["type"] not in TYPES:
        raise Broken("unknown type " + description["type"])
    values = numpy.fromfile(path, dtype=TYPES[description["type"]])
    shape = tuple(description[name] for name in ("frames", "rows", "columns", "samples"))
    if values.size != int(numpy.prod(shape, dtype=numpy.int64)):
        raise Broken("%d values for %s" % (values.size, shape))
    return values.reshape(shape)
