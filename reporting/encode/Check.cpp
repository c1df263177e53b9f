#include "reporting/encode/Check.h"

#include <cmath>
#include <unordered_set>

namespace akari::reporting::encode {

namespace {

bool isValidUtf8(std::string_view text)
{
    std::size_t i = 0;
    while (i < text.size()) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3
            : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
        if (length == 0 || i + length > text.size()) {
            return false;
        }
        for (std::size_t k = 1; k < length; ++k) {
            if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) {
                return false;
            }
        }
        i += length;
    }
    return true;
}

Status checkLine(const char* what, const std::string& value, std::size_t limit)
{
    if (!isValidUtf8(value)) {
        return fail("encode.character", std::string("The ") + what + " is not valid text; it can't be written into the report.");
    }
    for (const char c : value) {
        if (c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            return fail("encode.character", std::string("The ") + what + " holds a backslash or a control character, which DICOM doesn't allow there.");
        }
    }
    if (countCharacters(value) > limit) {
        return fail("encode.length", std::string("The ") + what + " is longer than the " + std::to_string(limit) + " characters DICOM allows; shorten it.");
    }
    return {};
}

Status checkName(const char* what, const dicom::PersonName& name)
{
    for (const auto* group : {&name.alphabetic, &name.ideographic, &name.phonetic}) {
        if (auto ok = checkLine(what, *group, 64); !ok) {
            return ok;
        }
    }
    return {};
}

Status checkReader(const Signature& signature)
{
    const auto& reader = signature.reader;
    if (reader.name.empty()) {
        return fail("encode.reader", "No reader is enrolled; a report is signed by the enrolled reader only. Enrol with `reader set`.");
    }
    if (reader.organization.empty()) {
        return fail("encode.reader", "The enrolled reader has no organization, and a verified report must name one; enrol again with `reader set`.");
    }
    if (!signature.clock) {
        return fail("encode.clock", "The time of signing is not known.");
    }
    if (auto ok = checkName("reader's name", reader.name); !ok) {
        return ok;
    }
    if (auto ok = checkLine("reader's organization", reader.organization, 64); !ok) {
        return ok;
    }
    return checkLine("reader's login", reader.login, 64);
}

Status checkSubject(const Subject& s)
{
    if (!isValidUid(s.study.value)) {
        return fail("encode.subject", "The report has no valid Study Instance UID; open it on its study and sign again.");
    }
    if (s.patientId.empty() && s.patientName.empty()) {
        return fail("encode.subject", "The report names no patient; open it on its study and sign again.");
    }
    struct Line {
        const char* what;
        const std::string& value;
        std::size_t limit;
    };
    const Line lines[] = {{"Patient ID", s.patientId, 64}, {"Issuer of Patient ID", s.issuerOfPatientId, 64},
                          {"Patient's Birth Date", s.birthDate, 8}, {"Patient's Sex", s.sex, 16}, {"Study Date", s.studyDate, 8},
                          {"Study Time", s.studyTime, 14}, {"Study ID", s.studyId, 16},
                          {"Accession Number", s.accessionNumber, 16}, {"Requested Procedure ID", s.requestedProcedureId, 16}};
    for (const auto& line : lines) {
        if (auto ok = checkLine(line.what, line.value, line.limit); !ok) {
            return ok;
        }
    }
    if (auto ok = checkName("Patient's Name", s.patientName); !ok) {
        return ok;
    }
    return checkName("Referring Physician's Name", dicom::PersonName::parse(s.referringPhysician));
}

Status checkText(const Document& document)
{
    if (document.language != "ja" && document.language != "en") {
        return fail("encode.language", "The report's language must be \"ja\" or \"en\".");
    }
    if (auto ok = checkLine("title", document.title, 1024); !ok) {
        return ok;
    }
    bool any = false;
    for (const auto& section : document.sections) {
        if (!isValidUtf8(section.text) || !isValidUtf8(section.heading)) {
            return fail("encode.character", "A section of the report is not valid text.");
        }
        any = any || !section.text.empty();
    }
    if (!any && document.measurements.empty() && document.keyImages.empty()) {
        return fail("encode.empty", "The report is empty; write at least one section before signing.");
    }
    return {};
}

Status checkMeasurements(const Document& document)
{
    for (const auto& m : document.measurements) {
        if (m.annotation.points.size() != 2) {
            return fail("encode.measurement", "A measurement doesn't have its two points; draw it again or remove it.");
        }
        for (const auto& p : m.annotation.points) {
            if (!std::isfinite(p.column) || !std::isfinite(p.row)) {
                return fail("encode.measurement", "A measurement has no valid position; draw it again or remove it.");
            }
        }
        if (!std::isfinite(m.value.length) || !std::isfinite(m.value.area) || m.value.length < 0 || m.value.area < 0) {
            return fail("encode.measurement", "A measurement has no valid value; draw it again or remove it.");
        }
        if (!m.annotation.trackingUid.empty() && !isValidUid(m.annotation.trackingUid)) {
            return fail("encode.measurement", "A measurement's tracking UID is not a UID; draw it again.");
        }
        if (auto ok = checkLine("label of a measurement", m.annotation.label, 64); !ok) {
            return ok;
        }
    }
    return {};
}

Status checkEvidence(const Document& document, const Evidence& evidence)
{
    if (evidence.current.empty()) {
        return fail("encode.evidence", "The list of the study's images is empty; sync the study and sign again.");
    }
    std::unordered_set<std::string> listed;
    for (const auto* list : {&evidence.current, &evidence.pertinent}) {
        for (const auto& item : *list) {
            if (!isValidUid(item.study.value) || !isValidUid(item.series.value) || !isValidUid(item.sop.value) || !isValidUid(item.sopClassUid)) {
                return fail("encode.evidence", "An image of the study has no valid UID; it can't be listed as evidence.");
            }
            listed.insert(item.sop.value + " " + item.sopClassUid);
        }
    }
    const auto cited = [&](const ImageReference& image) { return listed.contains(image.sop.value + " " + image.sopClassUid); };
    for (const auto& m : document.measurements) {
        if (!cited(m.image)) {
            return fail("encode.evidence", "A measurement is on an image that is not among the study's images or the cited priors; remove it or cite the prior.");
        }
    }
    for (const auto& k : document.keyImages) {
        if (!cited(k.image)) {
            return fail("encode.evidence", "A key image is not among the study's images or the cited priors; remove it or cite the prior.");
        }
    }
    return {};
}

} // namespace

Status check(const Document& document, const Evidence& evidence, const Signature& signature)
{
    if (auto ok = checkReader(signature); !ok) {
        return ok;
    }
    if (auto ok = checkSubject(document.subject); !ok) {
        return ok;
    }
    if (auto ok = checkText(document); !ok) {
        return ok;
    }
    if (auto ok = checkMeasurements(document); !ok) {
        return ok;
    }
    return checkEvidence(document, evidence);
}

std::size_t countCharacters(std::string_view utf8)
{
    std::size_t count = 0;
    for (const char c : utf8) {
        count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }
    return count;
}

std::string firstCharacters(const std::string& utf8, std::size_t count)
{
    std::size_t i = 0;
    while (i < utf8.size()) {
        if ((static_cast<unsigned char>(utf8[i]) & 0xC0) != 0x80 && count-- == 0) {
            break;
        }
        ++i;
    }
    return utf8.substr(0, i);
}

std::string dicomText(const std::string& text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\r') {
            if (i + 1 == text.size() || text[i + 1] != '\n') {
                out += "\r\n";
            }
        } else if (c == '\n') {
            out += "\r\n";
        } else if (static_cast<unsigned char>(c) >= 0x20 || c == '\t') {
            out += c;
        }
    }
    return out;
}

bool isMetric(const ReportMeasurement& measurement)
{
    const auto& value = measurement.value;
    return value.kind == measure::Kind::Length ? value.unit == "mm" : value.areaUnit == "mm2";
}

} // namespace akari::reporting::encode
