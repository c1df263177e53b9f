// A report as plain values: what the editor edits, drafts keep as JSON, and the encoders write as SR and PDF.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/Identity.h"
#include "core/base/Result.h"
#include "core/dicom/PersonName.h"
#include "core/image/Presentation.h"
#include "core/measure/Measure.h"

namespace akari::reporting {

enum class SectionKind { Indication, Technique, Comparison, Findings, Impression, Other };

struct Section {
    SectionKind kind = SectionKind::Other;
    std::string heading; // as the reader sees it
    std::string text;    // UTF-8, line breaks kept
    bool operator==(const Section&) const = default;
};

struct ImageReference {
    StudyInstanceUid study;
    SeriesInstanceUid series;
    SopInstanceUid sop;
    std::string sopClassUid;
    std::optional<FrameNumber> frame; // only of multi-frame objects
    bool operator==(const ImageReference&) const = default;
};

struct ReportMeasurement {
    measure::Annotation annotation;
    measure::Measurement value;
    ImageReference image;
    bool operator==(const ReportMeasurement& o) const { return annotation == o.annotation; }
};

// How a picture was turned on screen.
struct Turn {
    int quarterTurns = 0; // 0 to 3, clockwise, before the flips
    bool flipHorizontal = false, flipVertical = false;
    bool operator==(const Turn&) const = default;
};

struct KeyImage {
    ImageReference image;
    std::string caption;
    // As seen when it was marked.
    std::optional<image::Window> window;  // absent: as the image or the presentation state says
    int voiTable = -1;                    // of the image's VOI tables; -1: none chosen
    bool invert = false;                  // the reader's own
    std::string presentationState;        // its SOP Instance UID; empty: none
    std::optional<Turn> turn;             // absent: as the presentation state says, else as stored
    std::optional<image::DisplayedArea> area; // what was seen of a zoomed image, corners alone; absent: as the presentation state says, else all
    bool operator==(const KeyImage&) const = default;
};

// The part to draw: what was seen, in pixels of the shape that the presentation state's area gives them.
std::optional<image::DisplayedArea> areaSeen(const KeyImage& key, const std::optional<image::DisplayedArea>& presented);

// Whose report: copied byte-exactly from the images.
struct Subject {
    std::string archive;
    StudyInstanceUid study;
    std::string patientId, issuerOfPatientId;
    dicom::PersonName patientName;
    std::string birthDate, sex;
    std::string studyDate, studyTime, studyDescription, studyId;
    std::string accessionNumber, referringPhysician;
    std::string requestedProcedureId, requestedProcedureDescription;
    std::vector<std::string> modalities;
    bool operator==(const Subject&) const = default;
};

struct Document {
    std::string title;              // "Diagnostic Imaging Report"
    std::string language = "en";    // "ja" | "en"
    Subject subject;
    std::vector<Section> sections;
    std::vector<ReportMeasurement> measurements;
    std::vector<KeyImage> keyImages;
    bool operator==(const Document&) const = default;
};

SectionKind kindOfHeading(const std::string& heading); // English or Japanese, any case; Other when not known
std::string headingFor(SectionKind kind, const std::string& language);
std::string defaultTitle(const std::string& language);
Document newDocument(const Subject& subject, const std::string& language); // Indication, Technique, Comparison, Findings, Impression

// Drafts and `report new --from`: every key the contract names, more are welcome. "report.json" names the first thing wrong.
std::string toJson(const Document& document);
Result<Document> fromJson(const std::string& json);

} // namespace akari::reporting
