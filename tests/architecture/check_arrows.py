"""The link graph that CMake wrote must hold no arrow that arrows.txt does not allow, and Qt stays in its rooms."""
import pathlib
import re
import sys

graph, source = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
here = pathlib.Path(__file__).parent

allowed = {}
for line in (here / "arrows.txt").read_text(encoding="utf-8").splitlines():
    line = line.split("#")[0].strip()
    if line:
        room, _, uses = line.partition(":")
        allowed[room.strip()] = set(uses.split())

problems = []
seen = 0
for line in graph.read_text(encoding="utf-8").splitlines():
    words = line.split()
    if not words:
        continue
    room = words[0]
    if room not in allowed:
        problems.append(f"{room} is not in arrows.txt")
        continue
    if len(words) == 1:
        continue
    seen += 1
    target = words[1]
    if target.startswith("third:"):
        library = target.removeprefix("third:")
        kind = next((k for k in ("Qt6::", "qt6keychain", "VTK::", "DCMTK::", "akari_gdcm", "charls", "OPENJP2", "TURBOJPEG", "JXL", "FFMPEG", "LibArchive", "PNG") if k in library), None)
        if kind and f"+{kind}" not in allowed[room]:
            problems.append(f"{room} may not link {library}")
    elif target not in allowed[room]:
        problems.append(f"{room} -> {target} is not allowed")

qt = re.compile(r'#\s*include\s*[<"](Q[A-Z]\w+|Qt\w*/)')
for folder in ("core", "render", "reporting"):
    for path in (source / folder).rglob("*"):
        if path.suffix not in {".h", ".cpp"} or {"editor", "pdf"} & set(path.relative_to(source).parts):
            continue
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if qt.search(text):
                problems.append(f"{path.relative_to(source)}:{number}: a Qt header outside its rooms")

if seen < 20:
    problems.append(f"only {seen} arrows were read: the graph is not what CMake should have written")
print("\n".join(problems) or f"{seen} arrows, all allowed")
sys.exit(1 if problems else 0)
