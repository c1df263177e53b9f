// Which frame gets a decoder first.
#include <algorithm>
#include <thread>

#include "core/cache/FromHeader.h"
#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"
#include "core/load/StudyStore.h"
#include "tests/support/Catch.h"

using namespace akari;

TEST_CASE("Whoever waits for one frame gets the decoder before all that is loaded meanwhile", "[core][load]")
{
    using namespace dicom;
    using namespace dicom::tags;
    constexpr int kWide = 1024, kFrames = 120;
    Bytes frame(64, 0);
    frame[0] = 1;
    frame[4] = 64; // one segment, behind the header
    for (int i = 0; i < kWide * kWide / 128; ++i) {
        frame.push_back(static_cast<std::uint8_t>(-127));
        frame.push_back(7);
    }
    DataSetBuilder b;
    b.text(SOPClassUID, {'U', 'I'}, "1.2.840.10008.5.1.4.1.1.7.2").text(SOPInstanceUID, {'U', 'I'}, "1.2.3.1.1");
    b.text(StudyInstanceUID, {'U', 'I'}, "1.2.3").text(SeriesInstanceUID, {'U', 'I'}, "1.2.3.1").text(Modality, {'C', 'S'}, "OT");
    b.text(PatientID, {'L', 'O'}, "1").text(PhotometricInterpretation, {'C', 'S'}, "MONOCHROME2");
    b.text(NumberOfFrames, {'I', 'S'}, std::to_string(kFrames)).integers(PixelRepresentation, {'U', 'S'}, {0});
    b.integers(Rows, {'U', 'S'}, {kWide}).integers(Columns, {'U', 'S'}, {kWide}).integers(SamplesPerPixel, {'U', 'S'}, {1});
    b.integers(BitsAllocated, {'U', 'S'}, {8}).integers(BitsStored, {'U', 'S'}, {8}).integers(HighBit, {'U', 'S'}, {7});
    b.encapsulated(PixelData, std::vector<Bytes>(kFrames, frame));
    const auto bytes = std::make_shared<const Bytes>(writePart10(b, "1.2.840.10008.1.2.5", "1.2.840.10008.5.1.4.1.1.7.2", "1.2.3.1.1"));
    const auto file = readPart10(bytes);
    REQUIRE(file);
    const cache::IncomingObject object = cache::incomingObject(*file, *identityOf(*file, "test"));

    const auto cache = std::move(*cache::Cache::openInMemory());
    REQUIRE(cache->store({&object, 1}));
    load::MemoryBudget budget(std::uint64_t{512} << 20);
    decode::DecodePool one({1, std::chrono::milliseconds(60000)});
    const auto store = std::make_shared<load::StudyStore>(load::StudyStore::Services{*cache, one, budget}, "test",
                                                          StudyInstanceUid("1.2.3"), [](const std::string&) {});
    REQUIRE(store->addFromCache());
    const std::string id = store->displaySets().at(0)->id;
    std::thread all([&] { store->loadAll(id); });
    while (store->table(id)->present < 5) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    // Frames that had begun are finished first: one at each of the loader's threads. The last but one is nobody's next.
    const auto most = std::max(2U, std::thread::hardware_concurrency()) + 1;
    std::size_t worst = 0;
    for (int asked = 0; asked < 5; ++asked) {
        const auto before = store->table(id)->present;
        CHECK(store->load(id, FrameIndex{kFrames - 2 - asked}));
        worst = std::max(worst, store->table(id)->present - before);
    }
    all.join();
    CHECK(worst <= most);
    CHECK(store->table(id)->present == kFrames);
}
