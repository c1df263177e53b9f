#include "core/objects/MicroscopyAnnotations.h"

#include "core/objects/Reading.h"

namespace akari::objects {
namespace {

using namespace reading;

// Points a shape of the fixed kinds has; 0 for those whose shapes are told apart by indices.
std::size_t pointsEach(const std::string& graphicType)
{
    if (graphicType == "POINT") {
        return 1;
    }
    return graphicType == "RECTANGLE" || graphicType == "ELLIPSE" ? 4 : 0;
}

Error pointsError(std::size_t group)
{
    return {"annotations.points", "A group of annotations counts other shapes than its coordinates give.", "group " + std::to_string(group + 1)};
}

// C.37.1.2.1: indices are 1-based places in the coordinate list, of each shape's first value.
bool findStarts(const DataSet& item, AnnotationGroup& out)
{
    const std::size_t each = pointsEach(out.graphicType) * out.perPoint;
    if (each > 0) {
        if (out.coordinates.size() != static_cast<std::uint64_t>(out.count) * each) {
            return false;
        }
        for (std::size_t at = 0; at < out.coordinates.size(); at += each) {
            out.starts.push_back(at);
        }
        return true;
    }
    for (const double index : item.numbers(tag::LongPrimitivePointIndexList)) {
        const bool rises = out.starts.empty() || index - 1 > static_cast<double>(out.starts.back());
        if (!(index >= 1) || !(index <= static_cast<double>(out.coordinates.size())) || !rises) {
            return false;
        }
        out.starts.push_back(static_cast<std::size_t>(index) - 1);
    }
    return out.starts.size() == static_cast<std::uint64_t>(out.count) && out.coordinates.size() % out.perPoint == 0;
}

AnnotationMeasurement measurementFrom(const DataSet& item)
{
    AnnotationMeasurement out;
    out.name = code(item, tag::ConceptNameCodeSequence);
    out.unit = code(item, tag::MeasurementUnitsCodeSequence);
    if (const DataSet* values = firstItem(item, tag::MeasurementValuesSequence)) {
        out.values = values->numbers(tag::FloatingPointValues);
        for (const double index : values->numbers(tag::AnnotationIndexList)) {
            out.shapes.push_back(static_cast<std::int64_t>(index));
        }
    }
    return out;
}

AnnotationGroup groupFrom(const DataSet& item, bool threeDimensional)
{
    AnnotationGroup out;
    out.number = smallOr(item, tag::AnnotationGroupNumber, 0);
    out.uid = item.textOr(tag::AnnotationGroupUID);
    out.label = item.textOr(tag::AnnotationGroupLabel);
    out.generation = item.textOr(tag::AnnotationGroupGenerationType);
    out.category = code(item, tag::AnnotationPropertyCategoryCodeSequence);
    out.type = code(item, tag::AnnotationPropertyTypeCodeSequence);
    out.graphicType = item.textOr(tag::GraphicType);
    out.count = item.integer(tag::NumberOfAnnotations).value_or(0);
    out.commonZ = item.number(tag::CommonZCoordinateValue);
    out.perPoint = threeDimensional && !out.commonZ ? 3 : 2;
    out.coordinates = item.numbers(item.has(tag::DoublePointCoordinatesData) ? tag::DoublePointCoordinatesData : tag::PointCoordinatesData);
    for (const DataSet& measurement : item.items(tag::MeasurementsSequence)) {
        out.measurements.push_back(measurementFrom(measurement));
    }
    return out;
}

} // namespace

Result<MicroscopyAnnotations> readMicroscopyAnnotations(const dicom::Part10& file)
{
    const DataSet& dataSet = file.dataSet;
    if (dataSet.items(tag::AnnotationGroupSequence).empty()) {
        return fail("annotations.absent", "The object holds no microscopy annotations.");
    }
    MicroscopyAnnotations out;
    out.threeDimensional = dataSet.textOr(tag::AnnotationCoordinateType) == "3D";
    out.label = dataSet.textOr(tag::ContentLabel);
    out.images = referencedSops(dataSet, tag::ReferencedImageSequence);
    for (const DataSet& item : dataSet.items(tag::AnnotationGroupSequence)) {
        AnnotationGroup group = groupFrom(item, out.threeDimensional);
        if (group.count < 0 || !findStarts(item, group)) {
            return fail(pointsError(out.groups.size()));
        }
        out.groups.push_back(std::move(group));
    }
    return out;
}

} // namespace akari::objects
