#include "core/objects/Ophthalmic.h"

#include <algorithm>
#include <array>

#include "core/objects/ObjectKind.h"
#include "core/objects/Reading.h"

namespace akari::objects {
namespace {

using namespace reading;

std::string lateralityOf(const DataSet& dataSet)
{
    std::string out = dataSet.textOr(tag::ImageLaterality);
    // Tomography and the enhanced families keep it in the frame's anatomy (C.7.6.16.2.8).
    const DataSet* anatomy = functionalGroup(dataSet, firstItem(dataSet, tag::PerFrameFunctionalGroupsSequence), tag::FrameAnatomySequence);
    if (out.empty() && anatomy) {
        out = anatomy->textOr(tag::FrameLaterality);
    }
    return out.empty() ? dataSet.textOr(tag::Laterality) : out;
}

CodedConcept anatomyOf(const DataSet& dataSet)
{
    const DataSet* frame = functionalGroup(dataSet, firstItem(dataSet, tag::PerFrameFunctionalGroupsSequence), tag::FrameAnatomySequence);
    const CodedConcept own = code(dataSet, tag::AnatomicRegionSequence);
    return own.empty() && frame ? code(*frame, tag::AnatomicRegionSequence) : own;
}

std::optional<FrameLocation> locationFrom(const DataSet& item)
{
    FrameLocation out;
    out.image = referencedSop(item);
    if (const DataSet* image = firstItem(item, tag::ReferencedImageSequence); image && out.image.instance.empty()) {
        out.image = referencedSop(*image);
    }
    out.orientation = item.textOr(tag::OphthalmicImageOrientation);
    out.purpose = code(item, tag::PurposeOfReferenceCodeSequence);
    const auto values = item.numbers(tag::ReferenceCoordinates);
    if (values.size() < 4 || values.size() % 2 != 0) {
        return std::nullopt;
    }
    for (std::size_t k = 0; k + 1 < values.size(); k += 2) {
        out.coordinates.emplace_back(values[k], values[k + 1]);
    }
    return out;
}

Status readFrames(const DataSet& dataSet, OphthalmicImage& out)
{
    const auto count = frameCount(dataSet);
    const auto& groups = dataSet.items(tag::PerFrameFunctionalGroupsSequence);
    if (!count || groups.size() != static_cast<std::size_t>(*count)) {
        return fail("eye.frames", "The tomography describes other frames than it counts.",
                    std::to_string(groups.size()) + " described, " + std::to_string(count.value_or(0)) + " counted");
    }
    for (const DataSet& group : groups) {
        OphthalmicFrame frame;
        frame.number = FrameNumber{static_cast<std::int32_t>(out.frames.size() + 1)};
        if (const DataSet* content = firstItem(group, tag::FrameContentSequence)) {
            frame.acquired = content->textOr(tag::FrameAcquisitionDateTime);
        }
        for (const DataSet& item : group.items(tag::OphthalmicFrameLocationSequence)) {
            if (auto location = locationFrom(item)) {
                frame.locations.push_back(std::move(*location));
            } else {
                note(out.warnings, "eye.location");
            }
        }
        out.frames.push_back(std::move(frame));
    }
    return {};
}

void readEye(const DataSet& dataSet, OphthalmicImage& out)
{
    out.horizontalFieldOfView = dataSet.number(tag::HorizontalFieldOfView);
    out.emmetropicMagnification = dataSet.number(tag::EmmetropicMagnification);
    out.intraOcularPressure = dataSet.number(tag::IntraOcularPressure);
    out.pupilDilated = dataSet.textOr(tag::PupilDilated);
    out.degreeOfDilation = dataSet.number(tag::DegreeOfDilation);
    for (const DataSet& agent : dataSet.items(tag::MydriaticAgentSequence)) {
        out.mydriaticAgents.push_back(code(agent, tag::MydriaticAgentCodeSequence));
    }
    if (const DataSet* state = firstItem(dataSet, tag::RefractiveStateSequence)) {
        out.sphere = state->number(tag::SphericalLensPower);
        out.cylinder = state->number(tag::CylinderLensPower);
        out.axis = state->number(tag::CylinderAxis);
    }
    out.axialLength = dataSet.number(tag::AxialLengthOfTheEye);
}

} // namespace

Result<OphthalmicImage> readOphthalmicImage(const dicom::Part10& file)
{
    const DataSet& dataSet = file.dataSet;
    const ObjectClass kind = objectKind(file);
    if (kind.kind != ObjectKind::OphthalmicPhotograph && kind.kind != ObjectKind::OphthalmicTomography) {
        return fail("eye.absent", "The object is no photograph or tomography of an eye.");
    }
    OphthalmicImage out;
    out.tomography = kind.kind == ObjectKind::OphthalmicTomography;
    out.laterality = lateralityOf(dataSet);
    if (out.laterality != "R" && out.laterality != "L" && out.laterality != "B") {
        note(out.warnings, "eye.laterality");
    }
    out.device = code(dataSet, tag::AcquisitionDeviceTypeCodeSequence);
    out.anatomy = anatomyOf(dataSet);
    out.illuminations = codes(dataSet, tag::IlluminationTypeCodeSequence);
    out.channels = codes(dataSet, tag::ChannelDescriptionCodeSequence);
    out.imageFilters = codes(dataSet, tag::ImagePathFilterTypeStackCodeSequence);
    out.lightFilters = codes(dataSet, tag::LightPathFilterTypeStackCodeSequence);
    out.relativePosition = code(dataSet, tag::RelativeImagePositionCodeSequence);
    readEye(dataSet, out);
    if (out.tomography) {
        out.depthResolution = dataSet.number(tag::DepthSpatialResolution);
        out.alongScanResolution = dataSet.number(tag::AlongScanSpatialResolution);
        out.acrossScanResolution = dataSet.number(tag::AcrossScanSpatialResolution);
        if (const auto read = readFrames(dataSet, out); !read) {
            return fail(read.error());
        }
    }
    return out;
}

} // namespace akari::objects
