#include "core/objects/StructureSet.h"

#include <algorithm>
#include <map>

#include "core/objects/Reading.h"

namespace akari::objects {
namespace {

using namespace reading;

std::optional<DisplayColour> displayColour(const DataSet& item)
{
    const auto values = item.numbers(tag::ROIDisplayColor);
    const bool good = values.size() == 3 && std::all_of(values.begin(), values.end(), [](double v) { return v >= 0 && v <= 255; });
    if (!good) {
        return std::nullopt;
    }
    return DisplayColour{static_cast<std::uint8_t>(values[0]), static_cast<std::uint8_t>(values[1]), static_cast<std::uint8_t>(values[2])};
}

std::optional<Contour> contourFrom(const DataSet& item)
{
    const auto values = item.numbers(tag::ContourData);
    const auto declared = small(item, tag::NumberOfContourPoints);
    if (values.empty() || values.size() % 3 != 0 || (declared && static_cast<std::size_t>(std::max(0, *declared)) != values.size() / 3)) {
        return std::nullopt;
    }
    Contour out;
    out.geometricType = item.textOr(tag::ContourGeometricType);
    out.number = small(item, tag::ContourNumber);
    out.images = referencedSops(item, tag::ContourImageSequence);
    out.points.reserve(values.size() / 3);
    for (std::size_t k = 0; k + 2 < values.size(); k += 3) {
        out.points.push_back({values[k], values[k + 1], values[k + 2]});
    }
    return out;
}

ReferencedFrameOfReference frameOfReferenceFrom(const DataSet& item)
{
    ReferencedFrameOfReference out;
    out.uid = item.textOr(tag::FrameOfReferenceUID);
    for (const DataSet& study : item.items(tag::RTReferencedStudySequence)) {
        for (const DataSet& series : study.items(tag::RTReferencedSeriesSequence)) {
            out.series.push_back({StudyInstanceUid(study.textOr(tag::ReferencedSOPInstanceUID)), SeriesInstanceUid(series.textOr(tag::SeriesInstanceUID)),
                                  referencedSops(series, tag::ContourImageSequence)});
        }
    }
    return out;
}

class Reader {
public:
    explicit Reader(const DataSet& dataSet) : m_dataSet(dataSet) {}

    StructureSet read()
    {
        m_out.label = m_dataSet.textOr(tag::StructureSetLabel);
        m_out.name = m_dataSet.textOr(tag::StructureSetName);
        m_out.date = m_dataSet.textOr(tag::StructureSetDate);
        m_out.time = m_dataSet.textOr(tag::StructureSetTime);
        for (const DataSet& item : m_dataSet.items(tag::ReferencedFrameOfReferenceSequence)) {
            m_out.framesOfReference.push_back(frameOfReferenceFrom(item));
        }
        readRegions();
        readContours();
        readObservations();
        return std::move(m_out);
    }

private:
    void readRegions()
    {
        for (const DataSet& item : m_dataSet.items(tag::StructureSetROISequence)) {
            RegionOfInterest region;
            region.number = smallOr(item, tag::ROINumber, 0);
            region.name = item.textOr(tag::ROIName);
            region.description = item.textOr(tag::ROIDescription);
            region.generationAlgorithm = item.textOr(tag::ROIGenerationAlgorithm);
            region.frameOfReferenceUid = item.textOr(tag::ReferencedFrameOfReferenceUID);
            region.volume = item.number(tag::ROIVolume);
            if (!m_places.emplace(region.number, m_out.regions.size()).second) {
                note(m_out.warnings, "rtstruct.roi.twice");
                continue;
            }
            m_out.regions.push_back(std::move(region));
        }
    }

    RegionOfInterest* regionOf(const DataSet& item)
    {
        const auto found = m_places.find(smallOr(item, tag::ReferencedROINumber, INT32_MIN));
        if (found == m_places.end()) {
            note(m_out.warnings, "rtstruct.roi.unknown");
            return nullptr;
        }
        return &m_out.regions[found->second];
    }

    void readContours()
    {
        for (const DataSet& item : m_dataSet.items(tag::ROIContourSequence)) {
            RegionOfInterest* region = regionOf(item);
            if (!region) {
                continue;
            }
            region->colour = displayColour(item);
            for (const DataSet& one : item.items(tag::ContourSequence)) {
                if (auto contour = contourFrom(one)) {
                    region->contours.push_back(std::move(*contour));
                } else {
                    note(m_out.warnings, "rtstruct.contour.points");
                }
            }
        }
    }

    void readObservations()
    {
        for (const DataSet& item : m_dataSet.items(tag::RTROIObservationsSequence)) {
            if (RegionOfInterest* region = regionOf(item)) {
                region->interpretedType = item.textOr(tag::RTROIInterpretedType);
                region->observationLabel = item.textOr(tag::ROIObservationLabel);
            }
        }
    }

    const DataSet& m_dataSet;
    StructureSet m_out;
    std::map<std::int32_t, std::size_t> m_places;
};

} // namespace

Result<StructureSet> readStructureSet(const dicom::Part10& file)
{
    const DataSet& dataSet = file.dataSet;
    if (!dataSet.has(tag::StructureSetROISequence) && !dataSet.has(tag::StructureSetLabel)) {
        return fail("rtstruct.absent", "The object is no structure set.");
    }
    return Reader(dataSet).read();
}

} // namespace akari::objects
