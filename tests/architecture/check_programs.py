"""What each program loads: no decoder, no VTK and no Qt 5 in the workstation, FFmpeg in akari-video alone, one copy of what must be one."""
import pathlib
import re
import subprocess
import sys

programs = pathlib.Path(sys.argv[1])
problems = []


def libraries(name):
    text = subprocess.run(["ldd", programs / name], capture_output=True, text=True, check=True).stdout
    return [line.split()[0] for line in text.splitlines() if line.strip()]


FORBIDDEN = {
    "akari": r"libQt5|libgdcm|libopenjp2|libopenjph|libcharls|libturbojpeg|libjxl|libav(codec|format|util)|libsw|libarchive|libvtk|libmpi|dcmtkcharls|libdcmjpls|libITK",
    "akarictl": r"libQt5|libgdcm|libopenjp2|libopenjph|libcharls|libturbojpeg|libjxl|libav(codec|format|util)|libsw|libarchive|libvtk|libmpi|dcmtkcharls|libdcmjpls|libITK",
    "akari-worker": r"libQt|libvtk|dcmtk|libsqlite|libcurl|libav(codec|format|util)|libsw",
    "akari-3d": r"libQt|libgdcm|dcmtk|libcharls|libav(codec|format|util)|libsw",
    # FFmpeg is a GPL build here: this program alone links it, and nothing of the others' decoders.
    "akari-video": r"libQt|libvtk|dcmtk|libgdcm|libcharls|libopenjph|libturbojpeg",
    "akari-unpack": r"libQt|libgdcm|libvtk|dcmtk|libcharls|libsqlite|libcurl|libav(codec|format|util)|libsw",
}
for program, pattern in FORBIDDEN.items():
    loaded = libraries(program)
    if len(loaded) < 5:
        problems.append(f"{program}: ldd shows only {len(loaded)} libraries, that can't be right")
    problems += [f"{program} loads {library}" for library in loaded if re.search(pattern, library)]
if not any(re.search(r"libavcodec", library) for library in libraries("akari-video")):
    problems.append("akari-video loads no FFmpeg: what decodes videos then?")
for program in ("akari", "akarictl"):
    loaded = libraries(program)
    for single in ("libsqlite3", "libcrypto", "libssl", "libicuuc", "libcurl"):
        count = sum(library.startswith(single + ".") for library in loaded)
        if count > 1:
            problems.append(f"{program} loads {count} copies of {single}")

print("\n".join(problems) or "every program loads what it may")
sys.exit(1 if problems else 0)
