// Files and media for import's tests.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "core/base/Clock.h"
#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"
#include "core/importing/Import.h"
#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

namespace akari::test {

namespace fs = std::filesystem;

inline void writeFile(const fs::path& path, BytesView bytes)
{
    fs::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    REQUIRE(out.good());
}
inline void writeText(const fs::path& path, std::string_view text) { writeFile(path, asBytes(text)); }

struct SliceOf {
    std::string study = "1.2.3";
    std::string series = "1.2.3.4";
    std::string sop = "1.2.3.4.5";
    std::string patientId = "P1";
    std::string issuer;
    std::string birthDate = "19600102";
    std::string name = "Test^One";
    int number = 1;
    std::uint8_t grey = 7; // every pixel
    int rows = 16;
};

inline Bytes slice(const SliceOf& of)
{
    namespace tags = dicom::tags;
    dicom::DataSetBuilder data;
    data.text(tags::SpecificCharacterSet, {'C', 'S'}, "ISO_IR 192");
    data.text(tags::SOPClassUID, {'U', 'I'}, "1.2.840.10008.5.1.4.1.1.2");
    data.text(tags::SOPInstanceUID, {'U', 'I'}, of.sop);
    data.text(tags::Modality, {'C', 'S'}, "CT");
    data.text(tags::StudyDate, {'D', 'A'}, "20260102");
    data.text(tags::PatientName, {'P', 'N'}, of.name);
    data.text(tags::PatientID, {'L', 'O'}, of.patientId);
    if (!of.issuer.empty()) {
        data.text(tags::IssuerOfPatientID, {'L', 'O'}, of.issuer);
    }
    if (!of.birthDate.empty()) {
        data.text(tags::PatientBirthDate, {'D', 'A'}, of.birthDate);
    }
    data.text(tags::StudyInstanceUID, {'U', 'I'}, of.study);
    data.text(tags::SeriesInstanceUID, {'U', 'I'}, of.series);
    data.integers(tags::InstanceNumber, {'I', 'S'}, {of.number});
    data.integers(tags::SamplesPerPixel, {'U', 'S'}, {1});
    data.text(tags::PhotometricInterpretation, {'C', 'S'}, "MONOCHROME2");
    data.integers(tags::Rows, {'U', 'S'}, {of.rows});
    data.integers(tags::Columns, {'U', 'S'}, {16});
    data.integers(tags::BitsAllocated, {'U', 'S'}, {8});
    data.integers(tags::BitsStored, {'U', 'S'}, {8});
    data.integers(tags::HighBit, {'U', 'S'}, {7});
    data.integers(tags::PixelRepresentation, {'U', 'S'}, {0});
    data.raw(tags::PixelData, {'O', 'B'}, Bytes(static_cast<std::size_t>(of.rows) * 16, of.grey));
    return dicom::writePart10(data, "1.2.840.10008.1.2.1", "1.2.840.10008.5.1.4.1.1.2", of.sop);
}

// Slices 1 to count of one series.
inline void writeSeries(const fs::path& folder, int count)
{
    for (int i = 1; i <= count; ++i) {
        SliceOf of;
        of.sop = "1.2.3.4." + std::to_string(1000 + i);
        of.number = i;
        writeFile(folder / ("IM" + std::to_string(10000 + i)), slice(of));
    }
}

struct Place {
    TempFolder temp;
    vault::Key key{Bytes(32, 5)};
    std::unique_ptr<cache::Cache> cache;
    SystemClock clock;

    Place() { reopen(); }
    void reopen()
    {
        cache.reset();
        auto opened = cache::Cache::open(temp.path() / "cache", key, false);
        REQUIRE(opened);
        cache = std::move(*opened);
    }
    fs::path media() const { return temp.path() / "media"; }
    importing::ImportReport import(const std::vector<fs::path>& paths, const importing::ImportOptions& options = {},
                                   const importing::ImportEvents& events = {}, StopToken stop = {})
    {
        return importing::importPaths(*cache, paths, options, events, clock, stop);
    }
    importing::ImportReport import() { return import({media()}); }
};

inline std::vector<std::string> codesOf(const importing::ImportReport& report)
{
    std::vector<std::string> codes;
    for (const auto& one : report.rejected) {
        codes.push_back(fs::path(one.path).filename().string() + " " + one.why.code);
    }
    return codes;
}

} // namespace akari::test
