#include <algorithm>
#include <cmath>

#include "core/image/AttributeParts.h"
#include "core/image/FunctionalGroups.h"

namespace akari::image {

namespace tags = dicom::tags;

namespace {

constexpr dicom::Tag kPetUnits{0x0054, 0x1001};

std::optional<LookupTable> readTable(const dicom::DataSet& item)
{
    const auto descriptor = item.numbers(tags::LUTDescriptor);
    const BytesView data = item.bytes(tags::LUTData);
    if (descriptor.size() < 3 || data.empty()) {
        return std::nullopt;
    }
    const auto count = static_cast<std::size_t>(descriptor[0] <= 0 ? 65536 + descriptor[0] : descriptor[0]);
    const int bits = static_cast<int>(descriptor[2]);
    const bool packedBytes = data.size() < count * 2;
    if (count == 0 || bits < 1 || bits > 16 || data.size() < count * (packedBytes ? 1 : 2)) {
        return std::nullopt;
    }
    LookupTable table;
    table.firstMapped = static_cast<std::int32_t>(descriptor[1]);
    table.bits = static_cast<std::uint16_t>(bits);
    table.entries.resize(count);
    const std::size_t low = item.bigEndian() ? 1 : 0;
    const unsigned mask = (1u << bits) - 1u;
    for (std::size_t i = 0; i < count; ++i) {
        const unsigned value =
            packedBytes ? data[i] : static_cast<unsigned>(data[2 * i + low]) | static_cast<unsigned>(data[2 * i + 1 - low]) << 8;
        table.entries[i] = static_cast<std::uint16_t>(std::min(value, mask));
    }
    return table;
}

std::optional<LookupTable> readTableOf(const dicom::DataSet& dataSet, dicom::Tag sequence, const char* what, FrameAttributes& frame)
{
    const auto& items = dataSet.items(sequence);
    if (items.empty()) {
        return std::nullopt;
    }
    auto table = readTable(items.front());
    if (!table) {
        frame.warnings.push_back(std::string("The ") + what + " lookup table is not valid and is left out.");
    }
    return table;
}

VoiFunction voiFunctionOf(const dicom::DataSet& dataSet)
{
    const std::string text = dataSet.textOr(tags::VOILUTFunction);
    return text == "SIGMOID" ? VoiFunction::Sigmoid : text == "LINEAR_EXACT" ? VoiFunction::LinearExact : VoiFunction::Linear;
}

void addWindows(const dicom::DataSet& source, FrameAttributes& frame)
{
    const auto centers = source.numbers(tags::WindowCenter);
    const auto widths = source.numbers(tags::WindowWidth);
    const auto explanations = source.texts(tags::WindowCenterWidthExplanation);
    for (std::size_t i = 0; i < std::min(centers.size(), widths.size()); ++i) {
        Window window{centers[i], widths[i], voiFunctionOf(source), i < explanations.size() ? explanations[i] : std::string{}};
        if (!std::isfinite(window.center) || !std::isfinite(window.width) || window.width <= 0) {
            frame.warnings.emplace_back("A window of this image is not valid and is left out.");
            continue;
        }
        if (window.function == VoiFunction::Linear && window.width < 1) {
            // LINEAR is undefined below width 1, yet parametric maps are written so; the exact form is what they mean.
            window.function = VoiFunction::LinearExact;
        }
        frame.windows.push_back(std::move(window));
    }
}

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
    const auto value = dataSet.integer(tags::PixelPaddingValue);
    if (!value || frame.samplesPerPixel != 1) {
        return;
    }
    const bool isSigned = dataSet.integer(tags::PixelRepresentation).value_or(0) == 1;
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

} // namespace

void readWindows(const dicom::DataSet& dataSet, FrameAttributes& frame)
{
    frame.windows.clear();
    const dicom::DataSet* group = functionalGroup(dataSet, frame.frame, tags::FrameVOILUTSequence);
    if (group && group->has(tags::WindowCenter)) {
        addWindows(*group, frame);
    } else {
        addWindows(dataSet, frame);
    }
}

void readGreyChain(const dicom::DataSet& dataSet, FrameAttributes& frame)
{
    const dicom::DataSet* group = functionalGroup(dataSet, frame.frame, tags::PixelValueTransformationSequence);
    const dicom::DataSet& source = group ? *group : dataSet;
    const auto slope = source.number(tags::RescaleSlope);
    const auto intercept = source.number(tags::RescaleIntercept);
    const bool usable = slope && std::isfinite(*slope) && *slope != 0 && std::isfinite(intercept.value_or(0));
    if (usable) {
        frame.modalityTransform.slope = *slope;
        frame.modalityTransform.intercept = intercept.value_or(0);
    } else if (slope) {
        frame.warnings.emplace_back("The rescale slope is not usable; stored values are shown.");
    }
    frame.modalityTransform.unit = unitOf(dataSet, source.textOr(tags::RescaleType), usable, frame);
    if (!usable) {
        frame.modalityTransform.table = readTableOf(dataSet, tags::ModalityLUTSequence, "modality", frame);
        if (frame.modalityTransform.table && frame.modality == "CT"
            && dataSet.items(tags::ModalityLUTSequence).front().textOr(tags::ModalityLUTType) == "HU") {
            frame.modalityTransform.unit = "[hnsf'U]";
        }
    }
    frame.voiTable = readTableOf(dataSet, tags::VOILUTSequence, "VOI", frame);
    readPadding(dataSet, frame);
}

} // namespace akari::image
