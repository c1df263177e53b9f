#include "reporting/encode/Codes.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace akari::reporting::encode {

namespace {

// Headings beyond the five of the template that have a code of their own in CID 7001.
struct NamedHeading {
    std::string_view word; // lower case
    Code heading;
    Code element;
};
constexpr Code kHistory{"11329-0", "LN", "History"};
constexpr Code kRecommendations{"18783-1", "LN", "Recommendations"};
constexpr Code kRecommendation{"121075", "DCM", "Recommendation"};
constexpr Code kAddendum{"55107-7", "LN", "Addendum"};
constexpr Code kCritical{"73568-8", "LN", "Communication of Critical Results"};
constexpr Code kSummary{"55112-7", "LN", "Summary"};
constexpr Code kRequest{"55115-0", "LN", "Request"};

constexpr std::array kNamed{
    NamedHeading{"history", kHistory, kHistory},
    NamedHeading{"既往歴", kHistory, kHistory},
    NamedHeading{"現病歴", kHistory, kHistory},
    NamedHeading{"recommendation", kRecommendations, kRecommendation},
    NamedHeading{"recommendations", kRecommendations, kRecommendation},
    NamedHeading{"推奨", kRecommendations, kRecommendation},
    NamedHeading{"addendum", kAddendum, codes::Finding},
    NamedHeading{"追記", kAddendum, codes::Finding},
    NamedHeading{"communication of critical results", kCritical, codes::Finding},
    NamedHeading{"critical results", kCritical, codes::Finding},
    NamedHeading{"緊急連絡", kCritical, codes::Finding},
    NamedHeading{"summary", kSummary, kSummary},
    NamedHeading{"request", kRequest, kRequest},
};

std::string lower(std::string text)
{
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return text;
}

struct ClassFacts {
    std::string_view sopClass;
    Code modality;
    bool singleFrame;
};
constexpr Code kCt{"CT", "DCM", "Computed Tomography"};
constexpr Code kMr{"MR", "DCM", "Magnetic Resonance"};
constexpr Code kCr{"CR", "DCM", "Computed Radiography"};
constexpr Code kDx{"DX", "DCM", "Digital Radiography"};
constexpr Code kMg{"MG", "DCM", "Mammography"};
constexpr Code kUs{"US", "DCM", "Ultrasound"};
constexpr Code kPt{"PT", "DCM", "Positron emission tomography"};
constexpr Code kNm{"NM", "DCM", "Nuclear Medicine"};
constexpr Code kXa{"XA", "DCM", "X-Ray Angiography"};
constexpr Code kRf{"RF", "DCM", "Radiofluoroscopy"};

constexpr std::array kClasses{
    ClassFacts{"1.2.840.10008.5.1.4.1.1.2", kCt, true},        ClassFacts{"1.2.840.10008.5.1.4.1.1.2.1", kCt, false},
    ClassFacts{"1.2.840.10008.5.1.4.1.1.2.2", kCt, false},     ClassFacts{"1.2.840.10008.5.1.4.1.1.4", kMr, true},
    ClassFacts{"1.2.840.10008.5.1.4.1.1.4.1", kMr, false},     ClassFacts{"1.2.840.10008.5.1.4.1.1.4.3", kMr, false},
    ClassFacts{"1.2.840.10008.5.1.4.1.1.4.4", kMr, false},     ClassFacts{"1.2.840.10008.5.1.4.1.1.1", kCr, true},
    ClassFacts{"1.2.840.10008.5.1.4.1.1.1.1", kDx, true},      ClassFacts{"1.2.840.10008.5.1.4.1.1.1.1.1", kDx, true},
    ClassFacts{"1.2.840.10008.5.1.4.1.1.1.2", kMg, true},      ClassFacts{"1.2.840.10008.5.1.4.1.1.1.2.1", kMg, true},
    ClassFacts{"1.2.840.10008.5.1.4.1.1.13.1.3", kMg, false},  ClassFacts{"1.2.840.10008.5.1.4.1.1.6.1", kUs, true},
    ClassFacts{"1.2.840.10008.5.1.4.1.1.3.1", kUs, false},     ClassFacts{"1.2.840.10008.5.1.4.1.1.128", kPt, true},
    ClassFacts{"1.2.840.10008.5.1.4.1.1.130", kPt, false},     ClassFacts{"1.2.840.10008.5.1.4.1.1.20", kNm, false},
    ClassFacts{"1.2.840.10008.5.1.4.1.1.12.1", kXa, false},    ClassFacts{"1.2.840.10008.5.1.4.1.1.12.2", kRf, false},
};

const ClassFacts* factsOf(const std::string& sopClassUid)
{
    const auto it = std::find_if(kClasses.begin(), kClasses.end(), [&](const auto& c) { return c.sopClass == sopClassUid; });
    return it == kClasses.end() ? nullptr : &*it;
}

} // namespace

SectionCodes codesOf(const Section& section)
{
    switch (section.kind) {
    case SectionKind::Indication: return {{"18785-6", "LN", "Indications for Procedure"}, kRequest, true};
    case SectionKind::Technique: return {{"55111-9", "LN", "Current Procedure Descriptions"}, {"121065", "DCM", "Procedure Description"}, true};
    case SectionKind::Comparison: return {{"18834-2", "LN", "Previous Findings"}, {"121069", "DCM", "Previous Finding"}, true};
    case SectionKind::Findings: return {codes::Findings, codes::Finding, true};
    case SectionKind::Impression: return {{"19005-8", "LN", "Impressions"}, {"121073", "DCM", "Impression"}, true};
    case SectionKind::Other: break;
    }
    const std::string word = lower(section.heading);
    for (const auto& named : kNamed) {
        if (named.word == word) {
            return {named.heading, named.element, true};
        }
    }
    return {kSummary, kSummary, false};
}

Code procedureOf(const std::vector<std::string>& modalities)
{
    for (const auto& modality : modalities) {
        if (modality == "CT") {
            return {"25045-6", "LN", "CT unspecified body region"};
        }
        if (modality == "MR") {
            return {"25056-3", "LN", "MRI unspecified body region"};
        }
        if (modality == "US") {
            return {"25061-3", "LN", "US unspecified body region"};
        }
        if (modality == "PT") {
            return {"44136-0", "LN", "PET unspecified body region"};
        }
        if (modality == "CR" || modality == "DX" || modality == "RF") {
            return {"43468-8", "LN", "XR unspecified body region"};
        }
    }
    return {"363679005", "SCT", "Imaging procedure"};
}

const Code* modalityOf(const std::string& sopClassUid)
{
    const auto* facts = factsOf(sopClassUid);
    return facts ? &facts->modality : nullptr;
}

bool isSingleFrameClass(const std::string& sopClassUid)
{
    const auto* facts = factsOf(sopClassUid);
    return facts && facts->singleFrame;
}

} // namespace akari::reporting::encode
