#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>

#include "core/image/AttributeParts.h"
#include "core/image/FunctionalGroups.h"

namespace akari::image {

namespace tags = dicom::tags;

namespace {

constexpr dicom::Tag kFrameType{0x0008, 0x9007};
constexpr dicom::Tag kCtFrameTypeSequence{0x0018, 0x9329};
constexpr dicom::Tag kMrFrameTypeSequence{0x0018, 0x9226};
constexpr dicom::Tag kPetFrameTypeSequence{0x0018, 0x9751};
constexpr dicom::Tag kMrEchoSequence{0x0018, 0x9114};
constexpr dicom::Tag kEffectiveEchoTime{0x0018, 0x9082};
constexpr dicom::Tag kMrDiffusionSequence{0x0018, 0x9117};
constexpr dicom::Tag kDiffusionGradientDirectionSequence{0x0018, 0x9076};
constexpr dicom::Tag kDiffusionGradientOrientation{0x0018, 0x9089};
constexpr dicom::Tag kTemporalPositionIndex{0x0020, 0x9128};
constexpr dicom::Tag kFrameAcquisitionDateTime{0x0018, 0x9074};
constexpr dicom::Tag kCardiacSynchronizationSequence{0x0018, 0x9118};
constexpr dicom::Tag kNominalCardiacTriggerDelayTime{0x0020, 0x9153};
constexpr dicom::Tag kNominalPercentageOfCardiacPhase{0x0020, 0x9241};
constexpr dicom::Tag kTemporalPositionSequence{0x0020, 0x9310};
constexpr dicom::Tag kTemporalPositionTimeOffset{0x0020, 0x930D};
constexpr dicom::Tag kCtReconstructionSequence{0x0018, 0x9314};
constexpr dicom::Tag kContrastBolusAgent{0x0018, 0x0010};
constexpr dicom::Tag kContrastBolusUsageSequence{0x0018, 0x9341};
constexpr dicom::Tag kContrastBolusAgentAdministered{0x0018, 0x9342};
constexpr dicom::Tag kStackId{0x0020, 0x9056};
constexpr dicom::Tag kInStackPositionNumber{0x0020, 0x9057};
constexpr dicom::Tag kDimensionIndexSequence{0x0020, 0x9222};
constexpr dicom::Tag kDimensionIndexPointer{0x0020, 0x9165};

std::optional<double> finite(std::optional<double> value)
{
    return value && std::isfinite(*value) ? value : std::nullopt;
}

// A maker's attribute in the block that its private creator reserves (PS3.5 7.8.1); most writers send its value as UN.
struct PrivateValue {
    std::uint16_t group;
    const char* creator;
    std::uint8_t element;
    bool isFloat;
};

std::optional<double> privateNumber(const dicom::DataSet& d, const PrivateValue& wanted)
{
    // Only the blocks that there are: asking for each of 240, three times a frame, took half the time of reading a header.
    const auto& all = d.elements();
    const auto before = [](const dicom::Element& element, dicom::Tag tag) { return element.tag < tag; };
    auto at = std::lower_bound(all.begin(), all.end(), dicom::Tag{wanted.group, 0x10}, before);
    for (; at != all.end() && at->tag.group == wanted.group && at->tag.element <= 0xFF; ++at) {
        const std::uint16_t block = at->tag.element;
        if (d.textOr(at->tag) != wanted.creator) {
            continue;
        }
        const dicom::Tag tag{wanted.group, static_cast<std::uint16_t>(block << 8 | wanted.element)};
        const dicom::Element* element = d.find(tag);
        if (!element) {
            continue;
        }
        if (!(element->vr == dicom::Vr{'U', 'N'})) {
            return finite(d.number(tag));
        }
        const BytesView value = d.bytes(tag);
        if (wanted.isFloat) {
            if (value.size() < 4) {
                return std::nullopt;
            }
            std::uint32_t word = 0;
            for (unsigned i = 0; i < 4; ++i) {
                word |= static_cast<std::uint32_t>(value[i]) << (8 * i);
            }
            return finite(static_cast<double>(std::bit_cast<float>(word)));
        }
        const std::string text(value.begin(), value.end());
        char* end = nullptr;
        const double number = std::strtod(text.c_str(), &end);
        return end == text.c_str() ? std::nullopt : finite(number);
    }
    return std::nullopt;
}

std::optional<double> bValueOf(const dicom::DataSet& d, FrameNumber frame)
{
    if (const auto value = finite(groupNumber(d, frame, kMrDiffusionSequence, tags::DiffusionBValue))) {
        return value;
    }
    if (const auto siemens = privateNumber(d, {0x0019, "SIEMENS MR HEADER", 0x0C, false})) {
        return siemens;
    }
    if (const auto ge = privateNumber(d, {0x0043, "GEMS_PARM_01", 0x39, false})) {
        return std::fmod(*ge, 1e5); // newer releases add 10^9
    }
    return privateNumber(d, {0x2001, "Philips Imaging DD 001", 0x03, true});
}

std::string wordsOf(const dicom::DataSet& d, dicom::Tag tag)
{
    std::string all;
    for (const std::string& text : d.texts(tag)) {
        all += (all.empty() ? "" : "\\") + text;
    }
    return all;
}

std::string directionOf(const dicom::DataSet& d, FrameNumber frame)
{
    const dicom::DataSet* diffusion = functionalGroup(d, frame, kMrDiffusionSequence);
    const dicom::DataSet& source = diffusion ? *diffusion : d;
    const auto& directions = source.items(kDiffusionGradientDirectionSequence);
    std::string all;
    for (const double v : (directions.empty() ? source : directions.front()).numbers(kDiffusionGradientOrientation)) {
        all += (all.empty() ? "" : "\\") + std::to_string(v);
    }
    return all;
}

// A dimension that only repeats where the frame lies says nothing that its position does not say better.
bool isPlace(dicom::Tag pointer)
{
    return pointer == kStackId || pointer == kInStackPositionNumber || pointer == tags::ImagePositionPatient
           || pointer == tags::ImageOrientationPatient;
}

std::string dimensionsOf(const dicom::DataSet& d, const dicom::DataSet& content)
{
    const auto values = content.numbers(tags::DimensionIndexValues);
    const auto& indices = d.items(kDimensionIndexSequence);
    std::string all;
    for (std::size_t i = 0; i < std::min(values.size(), indices.size()); ++i) {
        const auto pointers = indices[i].attributeTags(kDimensionIndexPointer);
        if (!pointers.empty() && !isPlace(pointers.front())) {
            all += (all.empty() ? "" : " ") + pointers.front().text() + "=" + std::to_string(std::llround(values[i]));
        }
    }
    return all;
}

void readTimes(const dicom::DataSet& d, FrameAttributes& a)
{
    a.acquisitionTime = d.textOr(tags::AcquisitionTime);
    const dicom::DataSet* cardiac = functionalGroup(d, a.frame, kCardiacSynchronizationSequence);
    a.triggerTime = finite(cardiac ? cardiac->number(kNominalCardiacTriggerDelayTime) : d.number(tags::TriggerTime));
    a.cardiacPhase = finite((cardiac ? *cardiac : d).number(kNominalPercentageOfCardiacPhase));
    if (const dicom::DataSet* content = functionalGroup(d, a.frame, tags::FrameContentSequence)) {
        if (const auto index = content->integer(kTemporalPositionIndex); index && *index > 0 && *index <= INT32_MAX) {
            a.temporalPosition = static_cast<std::int32_t>(*index);
        }
        a.acquisitionTime = content->textOr(kFrameAcquisitionDateTime, a.acquisitionTime);
        a.stackId = content->textOr(kStackId);
        a.dimensions = dimensionsOf(d, *content);
    }
    if (const auto offset = finite(groupNumber(d, a.frame, kTemporalPositionSequence, kTemporalPositionTimeOffset));
        offset && a.acquisitionTime.empty()) {
        a.acquisitionTime = "+" + std::to_string(*offset);
    }
}

} // namespace

void readSplitAttributes(const dicom::DataSet& d, FrameAttributes& a)
{
    for (const dicom::Tag sequence : {kCtFrameTypeSequence, kMrFrameTypeSequence, kPetFrameTypeSequence}) {
        if (const dicom::DataSet* group = functionalGroup(d, a.frame, sequence); group && group->has(kFrameType)) {
            a.imageType = group->texts(kFrameType);
        }
    }
    readTimes(d, a);
    const dicom::DataSet* echo = functionalGroup(d, a.frame, kMrEchoSequence);
    a.echoTime = finite(echo ? echo->number(kEffectiveEchoTime) : d.number(tags::EchoTime)).value_or(0);
    a.diffusionBValue = bValueOf(d, a.frame);
    a.diffusionDirection = directionOf(d, a.frame);
    const dicom::DataSet* reconstruction = functionalGroup(d, a.frame, kCtReconstructionSequence);
    a.convolutionKernel = wordsOf(reconstruction ? *reconstruction : d, tags::ConvolutionKernel);
    const dicom::DataSet* contrast = functionalGroup(d, a.frame, kContrastBolusUsageSequence);
    a.contrastAgent = contrast ? contrast->textOr(kContrastBolusAgentAdministered) : wordsOf(d, kContrastBolusAgent);
    a.sliceThickness = finite(groupNumber(d, a.frame, tags::PixelMeasuresSequence, tags::SliceThickness)).value_or(0);
}

} // namespace akari::image
