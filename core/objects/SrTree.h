// Structured reports as they are met: any SR document (Basic Text to Comprehensive 3D, key object selections, dose reports) read into a
// plain tree. Tolerant: what is missing is empty, what is unknown is kept by its names; `warnings` says what was odd. No thread state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/objects/References.h"

namespace akari::objects {

// PS3.3 C.17.3. Which fields are set follows the value type.
struct ContentItem {
    std::string relationship;          // "CONTAINS", "HAS PROPERTIES", ...; empty at the root
    std::string valueType;             // "CONTAINER", "TEXT", "NUM", ...; empty for an item by reference
    CodedConcept name;                 // Concept Name Code Sequence
    std::string text;                  // TEXT; line ends as they came
    CodedConcept code;                 // CODE
    std::optional<double> numeric;     // NUM
    std::string numericText;           // NUM, as written
    CodedConcept unit;                 // NUM
    CodedConcept qualifier;            // NUM without a value: why
    std::string personName;            // PNAME, all groups, carets kept
    std::string uid;                   // UIDREF
    std::string dateTime;              // DATE, TIME, DATETIME, in DICOM form
    std::string observationDateTime;
    std::vector<ReferencedSop> referenced; // IMAGE, COMPOSITE, WAVEFORM
    std::string graphicType;           // SCOORD, SCOORD3D
    std::vector<double> graphicData;   // SCOORD: column\row from the top left corner of the image; SCOORD3D: LPS mm
    std::string frameOfReferenceUid;   // SCOORD3D
    std::vector<std::int32_t> target;  // an item by reference: the way to the item, 1-based, from the root
    std::string continuity;            // CONTAINER: "SEPARATE", "CONTINUOUS"
    std::string templateId;
    std::vector<ContentItem> children;
};

struct VerifyingObserver {
    std::string name; // all groups, carets kept
    std::string organization;
    std::string dateTime; // DICOM DT
};

struct EvidenceReference {
    StudyInstanceUid study;
    SeriesInstanceUid series;
    ReferencedSop sop;
    CodedConcept purpose; // of predecessors: "Addended report", ...
};

struct SrDocument {
    std::string sopClass;
    std::string sopInstance;
    CodedConcept title; // of the root
    std::string templateId;
    std::string completionFlag;   // COMPLETE, PARTIAL
    std::string verificationFlag; // VERIFIED, UNVERIFIED
    std::string preliminaryFlag;  // FINAL, PRELIMINARY; empty where the writer doesn't say
    std::vector<VerifyingObserver> verifyingObservers;
    std::vector<EvidenceReference> current;   // Current Requested Procedure Evidence
    std::vector<EvidenceReference> pertinent; // Pertinent Other Evidence
    std::vector<EvidenceReference> predecessors;
    std::string patientId;
    std::string issuerOfPatientId;
    std::string patientName; // all groups, carets kept
    std::string accessionNumber;
    std::string contentDate;
    std::string contentTime;
    ContentItem root;
    std::vector<std::string> warnings; // codes: "sr.valueType.unknown", "sr.verifier.missing", ...
};

// "sr.absent" when the object holds no content tree.
Result<SrDocument> readSr(const dicom::Part10& file);

// Compares everything that a reader could see or a machine could use. nullopt when equal; else where the first difference is, as
// "1.3.2 text": the way to the item and the field. Says no values.
std::optional<std::string> firstDifference(const ContentItem& a, const ContentItem& b);

// The report in plain lines, indented by depth, for a person to read. English around what the document says.
std::string renderText(const SrDocument& document);

} // namespace akari::objects
