// Datasets as tests write them, read back by the product's reader.
#pragma once

#include <memory>
#include <string>

#include "core/dicom/DataSet.h"
#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"
#include "tests/support/Catch.h"

namespace akari::test {

inline dicom::Vr vr(const char* two) { return {two[0], two[1]}; }

// The least that an image of 8 x 4 pixels of 16 bits needs; no pixels.
inline dicom::DataSetBuilder smallImage(const std::string& modality = "OT", const std::string& sop = "1.2.3.4.5")
{
    using namespace dicom::tags;
    dicom::DataSetBuilder b;
    b.text(SOPClassUID, vr("UI"), "1.2.840.10008.5.1.4.1.1.7").text(SOPInstanceUID, vr("UI"), sop);
    b.text(StudyInstanceUID, vr("UI"), "1.2.3").text(SeriesInstanceUID, vr("UI"), "1.2.3.4");
    b.text(Modality, vr("CS"), modality).text(PhotometricInterpretation, vr("CS"), "MONOCHROME2");
    b.integers(Rows, vr("US"), {4}).integers(Columns, vr("US"), {8}).integers(SamplesPerPixel, vr("US"), {1});
    b.integers(BitsAllocated, vr("US"), {16}).integers(BitsStored, vr("US"), {16}).integers(HighBit, vr("US"), {15});
    b.integers(PixelRepresentation, vr("US"), {0});
    return b;
}

inline Bytes words(const std::vector<unsigned>& values)
{
    Bytes bytes;
    for (const unsigned value : values) {
        bytes.push_back(static_cast<std::uint8_t>(value & 0xff));
        bytes.push_back(static_cast<std::uint8_t>(value >> 8));
    }
    return bytes;
}

// Descriptor {entries, first mapped, bits} and data of 16 bits.
inline dicom::DataSetBuilder table(std::int64_t first, std::int64_t bits, const std::vector<unsigned>& values, const std::string& words_ = {})
{
    dicom::DataSetBuilder item;
    item.integers(dicom::tags::LUTDescriptor, vr("US"), {static_cast<std::int64_t>(values.size()), first, bits});
    item.raw(dicom::tags::LUTData, vr("OW"), words(values));
    if (!words_.empty()) {
        item.text(dicom::tags::LUTExplanation, vr("LO"), words_);
    }
    return item;
}

inline Bytes part10(const dicom::DataSetBuilder& b, const std::string& sopClass = "1.2.840.10008.5.1.4.1.1.7", const std::string& sop = "1.2.3.4.5")
{
    return dicom::writePart10(b, "1.2.840.10008.1.2.1", sopClass, sop);
}

inline dicom::Part10 read(const dicom::DataSetBuilder& b)
{
    auto file = dicom::readPart10(std::make_shared<const Bytes>(part10(b)));
    REQUIRE(file);
    return std::move(*file);
}

} // namespace akari::test
