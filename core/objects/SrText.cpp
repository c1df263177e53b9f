#include "core/dicom/PersonName.h"
#include "core/objects/SrTree.h"

namespace akari::objects {
namespace {

bool isDigits(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos; }

std::string readableDate(std::string_view date)
{
    if (date.size() != 8 || !isDigits(date)) {
        return std::string(date);
    }
    return std::string(date.substr(0, 4)) + "-" + std::string(date.substr(4, 2)) + "-" + std::string(date.substr(6, 2));
}

std::string readableTime(std::string_view time)
{
    if (time.size() < 4 || !isDigits(time.substr(0, 4))) {
        return std::string(time);
    }
    return std::string(time.substr(0, 2)) + ":" + std::string(time.substr(2, 2));
}

// DICOM DT; the offset from UTC stays as it is written.
std::string readableDateTime(std::string_view dateTime)
{
    const std::size_t zone = dateTime.find_first_of("+-");
    const std::string_view local = dateTime.substr(0, zone);
    std::string out = readableDate(local.substr(0, 8));
    if (local.size() >= 12) {
        out += " " + readableTime(local.substr(8));
    }
    if (zone != std::string_view::npos) {
        out += " " + std::string(dateTime.substr(zone));
    }
    return out;
}

std::string readableName(const std::string& name)
{
    const dicom::PersonName parsed = dicom::PersonName::parse(name);
    std::string out;
    for (const std::string* group : {&parsed.ideographic, &parsed.alphabetic, &parsed.phonetic}) {
        if (!group->empty()) {
            out += (out.empty() ? "" : " / ") + dicom::PersonName::displayGroup(*group);
        }
    }
    return out;
}

const std::string& words(const CodedConcept& concept_) { return concept_.meaning.empty() ? concept_.value : concept_.meaning; }

std::string number(const ContentItem& item)
{
    if (item.numericText.empty()) {
        return item.qualifier.empty() ? "no value" : "no value (" + words(item.qualifier) + ")";
    }
    const bool withoutUnit = item.unit.empty() || item.unit.is("1", "UCUM");
    // UCUM's code is what people write (mm), but for its bracketed ones ([hnsf'U]).
    const bool readableCode = item.unit.scheme == "UCUM" && item.unit.value.find_first_of("[{") == std::string::npos;
    const std::string& unit = readableCode ? item.unit.value : words(item.unit);
    return item.numericText + (withoutUnit ? "" : " " + unit);
}

std::string references(const ContentItem& item)
{
    std::string out;
    for (const ReferencedSop& reference : item.referenced) {
        out += (out.empty() ? "" : "; ") + std::string("instance ") + reference.instance;
        for (std::size_t k = 0; k < reference.frames.size(); ++k) {
            out += (k == 0 ? ", frame " : ", ") + std::to_string(reference.frames[k]);
        }
    }
    return out;
}

std::string coordinates(const ContentItem& item)
{
    const std::size_t perPoint = item.valueType == "SCOORD3D" ? 3 : 2;
    const std::size_t points = item.graphicData.size() / perPoint;
    return item.graphicType + " of " + std::to_string(points) + (points == 1 ? " point" : " points");
}

std::string valueOf(const ContentItem& item)
{
    const std::string& type = item.valueType;
    if (!item.target.empty()) {
        std::string way;
        for (const std::int32_t step : item.target) {
            way += (way.empty() ? "" : ".") + std::to_string(step);
        }
        return "see item " + way;
    }
    if (type == "TEXT") {
        return item.text;
    }
    if (type == "NUM") {
        return number(item);
    }
    if (type == "CODE") {
        return words(item.code);
    }
    if (type == "PNAME") {
        return readableName(item.personName);
    }
    if (type == "DATE") {
        return readableDate(item.dateTime);
    }
    if (type == "TIME") {
        return readableTime(item.dateTime);
    }
    if (type == "DATETIME") {
        return readableDateTime(item.dateTime);
    }
    if (type == "UIDREF") {
        return item.uid;
    }
    if (type == "IMAGE" || type == "COMPOSITE" || type == "WAVEFORM") {
        return references(item);
    }
    return item.graphicType.empty() ? std::string{} : coordinates(item);
}

// What stands for an item without a name.
std::string_view kindOf(const ContentItem& item)
{
    if (!item.target.empty()) {
        return "Reference";
    }
    if (item.valueType == "IMAGE") {
        return "Image";
    }
    if (item.valueType == "SCOORD" || item.valueType == "SCOORD3D") {
        return "Region";
    }
    return item.valueType.empty() ? std::string_view("Item") : std::string_view(item.valueType);
}

// Lines of a text keep the indentation of its first.
void appendIndented(std::string& out, std::string_view text, const std::string& indentation)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool pair = text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
        if (text[at] == '\r' || text[at] == '\n') {
            out += "\n" + indentation;
            at += pair ? 1 : 0;
        } else {
            out += text[at];
        }
    }
}

void appendItem(std::string& out, const ContentItem& item, std::size_t depth)
{
    const std::string indentation(depth * 2, ' ');
    const std::string value = valueOf(item);
    const std::string& name = words(item.name);
    if (item.valueType == "CONTAINER") {
        out += (depth == 0 ? "\n" : "") + indentation + (name.empty() ? std::string("Section") : name) + "\n";
    } else {
        out += indentation + std::string(name.empty() ? kindOf(item) : std::string_view(name));
        if (!value.empty()) {
            out += ": ";
            appendIndented(out, value, indentation + "  ");
        }
        out += "\n";
    }
    for (const ContentItem& child : item.children) {
        appendItem(out, child, depth + 1);
    }
}

} // namespace

std::string renderText(const SrDocument& document)
{
    std::string out = document.title.empty() ? std::string("Structured report") : words(document.title);
    out += "\n";
    std::string state;
    for (const std::string* flag : {&document.completionFlag, &document.preliminaryFlag, &document.verificationFlag}) {
        if (!flag->empty()) {
            state += (state.empty() ? "" : ", ") + *flag;
        }
    }
    out += state.empty() ? "" : state + "\n";
    for (const VerifyingObserver& observer : document.verifyingObservers) {
        out += "Verified by " + readableName(observer.name);
        out += observer.organization.empty() ? "" : ", " + observer.organization;
        out += observer.dateTime.empty() ? "" : ", " + readableDateTime(observer.dateTime);
        out += "\n";
    }
    if (!document.patientName.empty() || !document.patientId.empty()) {
        const std::string name = readableName(document.patientName);
        out += "Patient " + name + (name.empty() || document.patientId.empty() ? "" : ", ") + (document.patientId.empty() ? "" : "ID " + document.patientId) + "\n";
    }
    if (!document.accessionNumber.empty()) {
        out += "Accession number " + document.accessionNumber + "\n";
    }
    if (!document.contentDate.empty()) {
        out += "Written " + readableDate(document.contentDate) + (document.contentTime.empty() ? "" : " " + readableTime(document.contentTime)) + "\n";
    }
    for (const ContentItem& child : document.root.children) {
        appendItem(out, child, 0);
    }
    return out;
}

} // namespace akari::objects
