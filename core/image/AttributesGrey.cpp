#include <algorithm>
#include <cmath>

#include "core/image/AttributeParts.h"
#include "core/image/FunctionalGroups.h"
#include "core/image/LookupTables.h"

namespace akari::image {

namespace tags = dicom::tags;

namespace {

constexpr dicom::Tag kPetUnits{0x0054, 0x1001};

constexpr dicom::Tag kRealWorldMapping{0x0040, 0x9096}, kRealWorldIntercept{0x0040, 0x9224}, kRealWorldSlope{0x0040, 0x9225};
constexpr dicom::Tag kMeasurementUnits{0x0040, 0x08EA}, kCodeValue{0x0008, 0x0100}, kDoseGridScaling{0x3004, 0x000E}, kDoseUnits{0x3004, 0x0002};
constexpr dicom::Tag kFloatPadding{0x0028, 0x0122}, kDoublePadding{0x0028, 0x0123}, kFloatPaddingLimit{0x0028, 0x0124},
    kDoublePaddingLimit{0x0028, 0x0125};

bool storedSigned(const dicom::DataSet& dataSet) { return dataSet.integer(tags::PixelRepresentation).value_or(0) == 1; }

// The value as this pixel representation reads it: writers mix up US and SS.
std::int64_t asStored(std::int64_t value, bool isSigned, int bitsAllocated)
{
    const std::int64_t range = std::int64_t{1} << std::clamp(bitsAllocated, 1, 32);
    if (isSigned && value >= range / 2) {
        return value - range;
    }
    return !isSigned && value < 0 ? value + range : value;
}

void readPadding(const dicom::DataSet& dataSet, FrameAttributes& frame)
{
    if (frame.samplesPerPixel != 1) {
        return;
    }
    for (const auto& [first, last] : {std::pair(kFloatPadding, kFloatPaddingLimit), std::pair(kDoublePadding, kDoublePaddingLimit)}) {
        if (const auto value = dataSet.number(first)) {
            const double limit = dataSet.number(last).value_or(*value);
            // As the samples are kept: in single precision.
            frame.floatPaddingFirst = static_cast<double>(static_cast<float>(std::min(*value, limit)));
            frame.floatPaddingLast = static_cast<double>(static_cast<float>(std::max(*value, limit)));
        }
    }
    const auto value = dataSet.integer(tags::PixelPaddingValue);
    if (!value) {
        return;
    }
    const bool isSigned = storedSigned(dataSet);
    const int bits = static_cast<int>(dataSet.integer(tags::BitsAllocated).value_or(16));
    const std::int64_t first = asStored(*value, isSigned, bits);
    const std::int64_t last = asStored(dataSet.integer(tags::PixelPaddingRangeLimit).value_or(*value), isSigned, bits);
    frame.paddingFirst = std::min(first, last);
    frame.paddingLast = std::max(first, last);
}

// Hounsfield units only where the standard says so (PS3.3 C.8.2.1.1.2): an original CT image that is no localizer, or one that names them.
std::string unitOf(const dicom::DataSet& dataSet, const std::string& rescaleType, bool rescaled, const FrameAttributes& frame)
{
    const auto is = [&](std::size_t index, const char* text) {
        return frame.imageType.size() > index && frame.imageType[index] == text;
    };
    if (frame.modality == "CT" && rescaled) {
        if (rescaleType == "HU" || (rescaleType.empty() && is(0, "ORIGINAL") && !is(2, "LOCALIZER"))) {
            return "[hnsf'U]";
        }
    }
    if (frame.modality == "PT" && rescaled && dataSet.textOr(kPetUnits) == "BQML") {
        return "Bq/ml";
    }
    return {};
}

// A parametric map's linear mapping to what it measures (PS3.3 C.7.6.16.2.11), where there is no rescale to contradict it.
void readRealWorld(const dicom::DataSet& dataSet, FrameAttributes& frame)
{
    const auto& own = dataSet.items(kRealWorldMapping);
    const dicom::DataSet* mapping = functionalGroup(dataSet, frame.frame, kRealWorldMapping);
    if (mapping == nullptr && own.size() == 1) {
        mapping = &own.front();
    }
    if (mapping == nullptr) {
        return;
    }
    const auto slope = mapping->number(kRealWorldSlope);
    const auto intercept = mapping->number(kRealWorldIntercept);
    const auto& units = mapping->items(kMeasurementUnits);
    if (slope && intercept && std::isfinite(*slope) && *slope != 0 && std::isfinite(*intercept)) {
        frame.modalityTransform.slope = *slope;
        frame.modalityTransform.intercept = *intercept;
        frame.modalityTransform.unit = units.empty() ? std::string{} : units.front().textOr(kCodeValue);
    }
}

// True when the image has a table that can be used.
bool readModalityTable(const dicom::DataSet& dataSet, FrameAttributes& frame)
{
    const auto& sequence = dataSet.items(tags::ModalityLUTSequence);
    if (sequence.empty()) {
        return false;
    }
    ModalityTransform& transform = frame.modalityTransform;
    transform.table = readLookupTable(sequence.front(), storedSigned(dataSet));
    if (!transform.table) {
        frame.warnings.emplace_back("The modality lookup table is not valid and is left out.");
        return false;
    }
    const bool hounsfield = frame.modality == "CT" && sequence.front().textOr(tags::ModalityLUTType) == "HU";
    transform.unit = hounsfield ? "[hnsf'U]" : "";
    return true;
}

// Images with table and rescale exist, against the standard; the table says more, and other readers take it too.
void readRescale(const dicom::DataSet& dataSet, const dicom::DataSet& source, FrameAttributes& frame)
{
    if (readModalityTable(dataSet, frame)) {
        return;
    }
    const auto slope = source.number(tags::RescaleSlope);
    const auto intercept = source.number(tags::RescaleIntercept);
    const bool usable = slope && std::isfinite(*slope) && *slope != 0 && std::isfinite(intercept.value_or(0));
    ModalityTransform& transform = frame.modalityTransform;
    if (usable) {
        transform.slope = *slope;
        transform.intercept = intercept.value_or(0);
    } else if (slope) {
        frame.warnings.emplace_back("The rescale slope is not usable; stored values are shown.");
    }
    transform.unit = unitOf(dataSet, source.textOr(tags::RescaleType), usable, frame);
    if (!slope) {
        readRealWorld(dataSet, frame);
        const auto scaling = dataSet.number(kDoseGridScaling);
        if (frame.modality == "RTDOSE" && scaling && std::isfinite(*scaling) && *scaling > 0) {
            transform.slope = *scaling;
            transform.unit = dataSet.textOr(kDoseUnits) == "GY" ? "Gy" : "";
        }
    }
}

// A frame that says anything of its VOI is not overruled by a window of the root, a table of its own neither.
bool hasVoi(const dicom::DataSet* group)
{
    return group != nullptr && (group->has(tags::WindowCenter) || group->has(tags::VOILUTSequence));
}

} // namespace

void readWindows(const dicom::DataSet& dataSet, FrameAttributes& frame)
{
    const dicom::DataSet* group = functionalGroup(dataSet, frame.frame, tags::FrameVOILUTSequence);
    bool invalid = false;
    frame.windows = readWindowList(hasVoi(group) ? *group : dataSet, invalid);
    if (invalid) {
        frame.warnings.emplace_back("A window of this image is not valid and is left out.");
    }
}

void readGreyChain(const dicom::DataSet& dataSet, FrameAttributes& frame)
{
    const dicom::DataSet* group = functionalGroup(dataSet, frame.frame, tags::PixelValueTransformationSequence);
    readRescale(dataSet, group ? *group : dataSet, frame);
    const dicom::DataSet* voi = functionalGroup(dataSet, frame.frame, tags::FrameVOILUTSequence);
    const dicom::DataSet& tables = voi && voi->has(tags::VOILUTSequence) ? *voi : dataSet;
    const ModalityTransform& transform = frame.modalityTransform;
    const bool signedInput = !transform.table && (storedSigned(dataSet) || transform.intercept < 0 || transform.slope < 0);
    bool invalid = false;
    frame.voiTables = readVoiTables(tables, signedInput, invalid);
    if (invalid) {
        frame.warnings.emplace_back("A VOI lookup table is not valid and is left out.");
    }
    readPadding(dataSet, frame);
}

} // namespace akari::image
