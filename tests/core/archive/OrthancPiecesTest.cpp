// Metadata, frames, bulk data and pictures as a real archive gives them.
#include "core/archive/DicomJson.h"
#include "tests/support/Catch.h"
#include "tests/support/Orthanc.h"
#include "tests/support/Slices.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;
namespace tags = akari::dicom::tags;

TEST_CASE("Orthanc's metadata, frames, bulk data and pictures are taken in", "[core][archive][orthanc]")
{
    const auto orthanc = Orthanc::start();
    if (!orthanc) {
        AKARI_SKIP("no Orthanc");
    }
    SliceOptions options;
    options.side = 64;
    const StudyInstanceUid study(options.study);
    const SeriesInstanceUid series(options.series);
    for (int number = 1; number <= 20; ++number) {
        REQUIRE(orthanc->upload(makeSlice(number, options)));
    }
    DicomWebClient client(orthanc->settings());
    std::vector<std::string> sops;
    std::string uri, address;
    const auto report = client.seriesMetadata(study, series, [&](const JsonDataSet& instance, const std::string& from) -> Status {
        sops.push_back(instance.text(tags::SOPInstanceUID));
        CHECK(instance.personName(tags::PatientName).ideographic == "山田^太郎");
        if (const auto pixels = instance.binary(tags::PixelData); pixels && sops.back() == sopOf(series.value, 7)) {
            uri = pixels->uri;
            address = from;
        }
        return {};
    });
    REQUIRE(report);
    CHECK(report->closed);
    CHECK(report->foreign == 0);
    CHECK(sops.size() == 20);
    const Bytes slice = makeSlice(7, options);
    const Bytes pixels(slice.end() - 64 * 64 * 2, slice.end());
    const SopInstanceUid sop(sopOf(series.value, 7));
    const auto frames = client.frames(study, series, sop, {1});
    REQUIRE(frames);
    CHECK(frames->at(0).bytes == pixels);
    if (!uri.empty()) {
        const auto bulk = client.bulkData(uri, address, 1 << 20);
        UNSCOPED_INFO(uri << (bulk ? "" : " " + bulk.error().code + " " + bulk.error().detail));
        REQUIRE(bulk);
        CHECK(*bulk == pixels);
    }
    const auto picture = client.rendered(study, series, sop);
    UNSCOPED_INFO((picture ? "" : picture.error().code + " " + picture.error().detail));
    CHECK(picture);
    // A part is bounded by what the archive lists of its rows and columns.
    const auto listed = client.instances(study, series).value();
    CHECK(listed.items.size() == 20);
}
