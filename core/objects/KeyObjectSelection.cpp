#include "core/objects/KeyObjectSelection.h"

#include <algorithm>
#include <array>
#include <map>

#include "core/objects/Reading.h"

namespace akari::objects {
namespace {

constexpr std::string_view kKeyObjectSelectionClass = "1.2.840.10008.5.1.4.1.1.88.59";

bool isRejection(const CodedConcept& title)
{
    constexpr std::array<std::string_view, 4> kRejections = {"113001", "113037", "113038", "113039"};
    return title.scheme == "DCM" && std::find(kRejections.begin(), kRejections.end(), title.value) != kRejections.end();
}

void readContext(const ContentItem& item, KeyObjectSelection& out)
{
    if (item.name.is("113012", "DCM") && item.valueType == "TEXT") {
        out.description = item.text;
    } else if (item.name.is("113011", "DCM") && item.valueType == "CODE") {
        out.modifiers.push_back(item.code);
    } else if (item.name.is("121008", "DCM") && item.valueType == "PNAME") {
        out.observer = item.personName;
    } else if (item.name.is("121013", "DCM") && out.observer.empty()) {
        out.observer = item.text;
    }
}

} // namespace

Result<KeyObjectSelection> readKeyObjectSelection(const dicom::Part10& file)
{
    if (file.dataSet.textOr(tag::SOPClassUID) != kKeyObjectSelectionClass) {
        return fail("kos.absent", "The object is no key object selection.");
    }
    const auto document = readSr(file);
    if (!document) {
        return fail(document.error());
    }
    KeyObjectSelection out;
    out.title = document->title;
    out.rejects = isRejection(out.title);
    out.contentDate = document->contentDate;
    out.contentTime = document->contentTime;
    out.warnings = document->warnings;
    std::map<std::string_view, const EvidenceReference*> places;
    for (const EvidenceReference& reference : document->current) {
        places.emplace(reference.sop.instance, &reference);
    }
    for (const ContentItem& item : document->root.children) {
        readContext(item, out);
        for (const ReferencedSop& sop : item.referenced) {
            const auto place = places.find(sop.instance);
            if (place == places.end()) {
                reading::note(out.warnings, "kos.evidence.missing");
                out.objects.push_back({{}, {}, sop, item.valueType});
            } else {
                out.objects.push_back({place->second->study, place->second->series, sop, item.valueType});
            }
        }
    }
    return out;
}

} // namespace akari::objects
