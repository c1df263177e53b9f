"""Every text of the window has a finished Japanese translation: lupdate on today's sources finds nothing new and nothing unfinished."""
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

source, build = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
lupdate = shutil.which("lupdate") or "/usr/lib/qt6/bin/lupdate"
fresh = build / "check_ja.ts"
shutil.copy(source / "resources/translations/akari_ja.ts", fresh)
# Without -I the classes' namespaces are not seen, and the window would look its words up in vain.
subprocess.run([lupdate, "-silent", "-I", source, "-locations", "none", source / "app", source / "reporting", "-ts", fresh], check=True)
problems = []
count = 0
for context in ElementTree.parse(fresh).getroot().iter("context"):
    name = context.findtext("name")
    for message in context.iter("message"):
        translation = message.find("translation")
        if translation.get("type") in {"vanished", "obsolete"}:
            continue
        count += 1
        forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
        if translation.get("type") == "unfinished" or not all(forms):
            problems.append(f"{name}: {message.findtext('source')!r}")
if count < 100:
    problems.append(f"only {count} texts were found: lupdate did not read the sources")
print("\n".join(["not translated:"] + problems) if problems else f"{count} texts, all in Japanese")
sys.exit(1 if problems else 0)
