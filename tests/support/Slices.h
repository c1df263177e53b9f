// Small objects for archives in tests: CT slices of pixels that only their number, series and seed decide.
#pragma once

#include <string>

#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"

namespace akari::test {

struct SliceOptions {
    std::string study = "1.2.840.99.1";
    std::string series = "1.2.840.99.1.1";
    std::string patient = "P-100";
    std::string modality = "CT";
    std::uint16_t side = 8; // rows and columns
    std::int64_t seed = 1;  // of the pixels
    std::string accession = "A-1";
    std::string transferSyntax = "1.2.840.10008.1.2.1";
};

inline std::string sopOf(const std::string& series, int number)
{
    return series + "." + std::to_string(number);
}

inline Bytes makeSlice(int number, const SliceOptions& options = {})
{
    namespace tags = dicom::tags;
    using dicom::Vr;
    dicom::DataSetBuilder set;
    const std::string sopClass = "1.2.840.10008.5.1.4.1.1.2";
    const std::string sop = sopOf(options.series, number);
    set.text(tags::SpecificCharacterSet, Vr('C', 'S'), "ISO_IR 192").text(tags::SOPClassUID, Vr('U', 'I'), sopClass);
    set.text(tags::SOPInstanceUID, Vr('U', 'I'), sop).text(tags::StudyDate, Vr('D', 'A'), "20260102");
    set.text(tags::AccessionNumber, Vr('S', 'H'), options.accession).text(tags::Modality, Vr('C', 'S'), options.modality);
    set.text(tags::PatientName, Vr('P', 'N'), "Yamada^Taro=山田^太郎=やまだ^たろう").text(tags::PatientID, Vr('L', 'O'), options.patient);
    set.text(tags::PatientBirthDate, Vr('D', 'A'), "19600304").text(tags::PatientSex, Vr('C', 'S'), "M");
    set.text(tags::StudyInstanceUID, Vr('U', 'I'), options.study).text(tags::SeriesInstanceUID, Vr('U', 'I'), options.series);
    set.text(tags::SeriesNumber, Vr('I', 'S'), "1").text(tags::InstanceNumber, Vr('I', 'S'), std::to_string(number));
    set.integers(tags::SamplesPerPixel, Vr('U', 'S'), {1}).text(tags::PhotometricInterpretation, Vr('C', 'S'), "MONOCHROME2");
    set.integers(tags::Rows, Vr('U', 'S'), {options.side}).integers(tags::Columns, Vr('U', 'S'), {options.side});
    set.integers(tags::BitsAllocated, Vr('U', 'S'), {16}).integers(tags::BitsStored, Vr('U', 'S'), {16});
    set.integers(tags::HighBit, Vr('U', 'S'), {15}).integers(tags::PixelRepresentation, Vr('U', 'S'), {0});
    Bytes pixels(std::size_t{options.side} * options.side * 2);
    std::uint64_t state = static_cast<std::uint64_t>(options.seed) * 1000003 + static_cast<std::uint64_t>(number);
    for (auto& byte : pixels) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        byte = static_cast<std::uint8_t>(state >> 56);
    }
    if (options.transferSyntax == "1.2.840.10008.1.2.1") {
        set.raw(tags::PixelData, Vr('O', 'W'), std::move(pixels));
    } else {
        set.encapsulated(tags::PixelData, {std::move(pixels)}); // for tests that decode nothing
    }
    return dicom::writePart10(set, options.transferSyntax, sopClass, sop);
}

} // namespace akari::test
