#!/usr/bin/env bash
# The main job without a display: from a request in the archive to a proven report. Called by ./dev run; prints what it did.
# usage: headless-job.sh BIN DATA OUT   (AKARI_PASSPHRASE set, the demo archive running and configured as "demo")
set -euo pipefail
bin=$1 data=$2 out=$3
export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-$(mktemp -d)}
ctl() { "$bin/akarictl" --data "$data" "$@"; }
value() { python3 -c "import json,sys; d=json.load(sys.stdin); print(eval(sys.argv[1], {'d': d}))" "$1"; }

ctl demo --truth --json >"$out/demo.json"
study=$(value "[t for t in d['truth'] if 'nodule' in t][0]['studyInstanceUid']" <"$out/demo.json")
series=$(value "[t for t in d['truth'] if 'nodule' in t][0]['seriesInstanceUid']" <"$out/demo.json")
slice=$(value "int([t for t in d['truth'] if 'nodule' in t][0]['nodule']['slice'])" <"$out/demo.json")

echo "1. Worklist"
ctl query demo
echo "2. Sync the chest CT and its prior"
ctl sync demo --study "$study" --priors 2
echo "3. Pictures"
ctl render --series "$series" --slice "$slice" --window 40/400 -o "$out/1-slice.png"
ctl render --series "$series" --slice "$slice" --window -600/1500 -o "$out/2-lung-window.png"
ctl render --series "$series" --plane coronal -o "$out/3-coronal.png"
ctl render --series "$series" --plane sagittal --slab 10 --mode mip -o "$out/4-sagittal-mip.png"
ctl render --series "$series" --volume bone --size 800x800 -o "$out/5-bone.png" || echo "   (no 3D here: $?)"
echo "4. Measure the nodule"
python3 - "$out/demo.json" "$out" <<'PY'
import json, sys
truth = [t for t in json.load(open(sys.argv[1]))["truth"] if "nodule" in t][0]
n = truth["nodule"]
length = {"type": "length", "sop": n["sop"], "frame": 1, "points": [n["from"], n["to"]]}
json.dump({"annotations": [length]}, open(sys.argv[2] + "/measure.json", "w"))
json.dump({"title": "胸部CT", "language": "ja", "sections": [
    {"heading": "Indication", "text": "結節の経過観察"},
    {"heading": "Technique", "text": "単純CT、1 mm"},
    {"heading": "Comparison", "text": "前回 2025-01-14"},
    {"heading": "Findings", "text": "右肺S6に12 mmの結節を認める。前回は8 mmであった。"},
    {"heading": "Impression", "text": "右肺S6結節、増大。"}],
    "measurements": [length], "keyImages": [{"sop": n["sop"], "frame": 1}]}, open(sys.argv[2] + "/report.json", "w"), ensure_ascii=False)
PY
ctl measure --series "$series" "$out/measure.json"
echo "5. Report: draft, sign, send, prove"
id=$(ctl report new --study "$study" --from "$out/report.json" --json | value "d['id']")
ctl report sign "$id"
ctl outbox
ctl report show "$id" --sr "$out/report-sr.dcm" --pdf "$out/report.pdf" >"$out/report.txt"
echo "6. The window, offscreen"
QT_QPA_PLATFORM=offscreen "$bin/akari" --data "$data" --language ja --open "demo/$study" --screenshot "$out/6-window.png" || echo "   (no window picture: $?)"
echo
echo "Pictures: $out/*.png    PDF: $out/report.pdf    SR: $out/report-sr.dcm"
