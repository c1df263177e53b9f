// Hanging protocols (PS3.3 A.44, C.23): for which studies, which image sets, and how they hang.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/objects/References.h"

namespace akari::objects {

// One test of an attribute (C.23.4): in selectors, filters and sorting.
struct AttributeTest {
    dicom::Tag attribute;
    std::string vr;
    std::string category;              // Filter-by or Sort-by Category in place of an attribute
    std::vector<std::string> values;   // as text, whatever their VR
    std::vector<CodedConcept> codes;   // of a code sequence
    std::int32_t valueNumber = 0;      // 1-based; 0: any
    std::string operation;             // filters: MEMBER_OF, NOT_MEMBER_OF, RANGE_INCL, ...; sorting: INCREASING, DECREASING
    bool matchesWhenAbsent = false;    // selectors: MATCH; filters: PRESENT/NOT_PRESENT stand in `operation`
};

struct HangingDefinition {
    std::string modality;
    std::string laterality;
    std::vector<CodedConcept> anatomicRegions, procedures, reasons;
};

struct HangingImageSet {
    std::int32_t number = 0;
    std::string label;
    std::vector<AttributeTest> selectors;
    std::string category;            // RELATIVE_TIME, ABSTRACT_PRIOR
    std::optional<std::array<std::int32_t, 2>> relativeTime;  // from, to; 0\0 is the current study
    std::string relativeTimeUnits;   // SECONDS .. YEARS
    std::optional<std::array<std::int32_t, 2>> abstractPrior; // 1 the newest prior, -1 the oldest
};

struct HangingImageBox {
    std::int32_t number = 0;
    std::string layout;              // TILED, STACK, CINE, PROCESSED, SINGLE
    std::array<double, 4> place{};   // left, top, right, bottom as written: fractions of the display environment, y upwards
    std::int32_t tileColumns = 1, tileRows = 1;
    std::string scrollDirection;
};

struct HangingDisplaySet {
    std::int32_t number = 0;
    std::int32_t presentationGroup = 0;
    std::string label;
    std::string groupDescription;
    std::int32_t imageSet = 0;
    std::vector<HangingImageBox> boxes;
    std::vector<AttributeTest> filters, sorting;
    std::string blending, reformatting, voiType;
    std::optional<double> reformattingThickness, reformattingInterval; // mm
    std::vector<std::string> patientOrientation;
    bool inverted = false;
};

struct HangingScreen {
    std::int32_t columns = 0, rows = 0;
    std::array<double, 4> place{};
};

struct HangingProtocol {
    std::string name, description, level, creator, created; // level: MANUFACTURER, SITE, USER_GROUP, SINGLE_USER; created: DICOM DT
    std::string userGroup;
    std::vector<HangingDefinition> definitions;
    std::int32_t priors = 0;
    std::vector<HangingImageSet> imageSets;
    std::vector<HangingScreen> screens;
    std::vector<HangingDisplaySet> displaySets;
    std::string partialDataHandling; // MAINTAIN_LAYOUT, ADAPT_LAYOUT
    std::vector<std::vector<std::int32_t>> synchronizedScrolling; // display set numbers
    std::vector<std::string> warnings; // "hanging.imageSet.unknown"
};

// "hanging.absent" for other objects.
Result<HangingProtocol> readHangingProtocol(const dicom::Part10& file);

} // namespace akari::objects
