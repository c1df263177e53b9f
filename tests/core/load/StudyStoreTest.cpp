#include <algorithm>
#include <atomic>
#include <functional>
#include <random>
#include <thread>

#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"
#include "core/load/StudyStore.h"
#include "tests/support/Catch.h"

using namespace akari;

namespace {

constexpr int kSize = 16;

// A slice whose every pixel is `value`: the patient it belongs to can be read off any pixel.
cache::IncomingObject slice(const std::string& study, int number, std::uint16_t value, double spacing = 2.0,
                            const std::string& seriesEnd = ".1", const std::function<void(dicom::DataSetBuilder&)>& more = {})
{
    using namespace dicom;
    using namespace dicom::tags;
    DataSetBuilder b;
    const std::string sop = study + ".1." + std::to_string(number);
    b.text(SOPClassUID, {'U', 'I'}, "1.2.840.10008.5.1.4.1.1.2").text(SOPInstanceUID, {'U', 'I'}, sop);
    b.text(StudyInstanceUID, {'U', 'I'}, study).text(SeriesInstanceUID, {'U', 'I'}, study + seriesEnd);
    b.text(Modality, {'C', 'S'}, "CT").text(PatientID, {'L', 'O'}, study).text(SeriesNumber, {'I', 'S'}, "1");
    b.text(InstanceNumber, {'I', 'S'}, std::to_string(number)).text(FrameOfReferenceUID, {'U', 'I'}, study + ".9");
    b.text(ImageType, {'C', 'S'}, "ORIGINAL\\PRIMARY\\AXIAL");
    b.decimals(ImagePositionPatient, {0, 0, spacing * number}).decimals(ImageOrientationPatient, {1, 0, 0, 0, 1, 0});
    b.decimals(PixelSpacing, {0.7, 0.5}).decimals(RescaleSlope, {1}).decimals(RescaleIntercept, {-1024});
    b.integers(Rows, {'U', 'S'}, {kSize}).integers(Columns, {'U', 'S'}, {kSize}).integers(SamplesPerPixel, {'U', 'S'}, {1});
    b.integers(BitsAllocated, {'U', 'S'}, {16}).integers(BitsStored, {'U', 'S'}, {16}).integers(HighBit, {'U', 'S'}, {15});
    b.integers(PixelRepresentation, {'U', 'S'}, {0}).text(PhotometricInterpretation, {'C', 'S'}, "MONOCHROME2");
    Bytes pixels;
    for (int i = 0; i < kSize * kSize; ++i) {
        pixels.push_back(static_cast<std::uint8_t>(value & 0xff));
        pixels.push_back(static_cast<std::uint8_t>(value >> 8));
    }
    b.raw(PixelData, {'O', 'W'}, pixels);
    if (more) {
        more(b);
    }
    cache::IncomingObject object;
    object.bytes = std::make_shared<const Bytes>(writePart10(b, "1.2.840.10008.1.2.1", "1.2.840.10008.5.1.4.1.1.2", sop));
    const auto file = readPart10(object.bytes);
    REQUIRE(file);
    object.identity = *identityOf(*file, "test");
    object.headerLength = file->pixelDataOffset;
    object.sopClassUid = "1.2.840.10008.5.1.4.1.1.2";
    object.modality = "CT";
    object.instanceNumber = number;
    return object;
}

struct Fixture {
    std::unique_ptr<cache::Cache> cache = std::move(*cache::Cache::openInMemory());
    decode::DecodePool pool;
    load::MemoryBudget budget{std::uint64_t{64} << 20};

    std::shared_ptr<load::StudyStore> open(const std::string& study)
    {
        return std::make_shared<load::StudyStore>(load::StudyStore::Services{*cache, pool, budget}, "test", StudyInstanceUid(study),
                                                  [](const std::string&) {});
    }
};

} // namespace

TEST_CASE("StudyStore shows arriving objects in the order of their positions", "[core][load]")
{
    Fixture f;
    const auto store = f.open("1.2.3");
    for (int number : {3, 1, 2, 0}) {
        store->add(slice("1.2.3", number, static_cast<std::uint16_t>(1000 + number)));
    }
    const auto sets = store->displaySets();
    REQUIRE(sets.size() == 1);
    REQUIRE(sets[0]->frames.size() == 4);
    const auto table = store->loadAll(sets[0]->id);
    REQUIRE(table->present == 4);
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(table->entries[i].slice->modalityAt(5, 5) == 1000.0 + static_cast<double>(i) - 1024);
    }
    CHECK(sets[0]->spacingBetweenSlices == Approx(2.0));
}

TEST_CASE("Distances and places that contradict the positions move nothing", "[core][load][trap]")
{
    Fixture f;
    const auto store = f.open("1.2.3");
    for (int number = 0; number < 5; ++number) {
        store->add(slice("1.2.3", number, static_cast<std::uint16_t>(number), 2.0, ".1", [&](dicom::DataSetBuilder& b) {
            b.decimals({0x0018, 0x0088}, {5}).decimals({0x0018, 0x0050}, {7}); // Spacing Between Slices, Slice Thickness
            b.decimals({0x0020, 0x1041}, {-10.0 * number});                    // Slice Location, the other way round
        }));
    }
    const auto set = store->displaySets().at(0);
    const auto table = store->loadAll(set->id);
    CHECK(set->spacingBetweenSlices == Approx(2.0));
    CHECK(set->gaps.empty());
    REQUIRE(table->present == 5);
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(table->entries[i].slice->storedAt(0, 0) == static_cast<double>(i));
        CHECK(set->positions[i] == Approx(2.0 * static_cast<double>(i)));
    }
}

TEST_CASE("Two series that share SOP Instance UIDs keep their pixels apart", "[core][load][hazard1]")
{
    Fixture f;
    std::vector<cache::IncomingObject> both;
    for (int number = 0; number < 4; ++number) {
        both.push_back(slice("1.2.3", number, static_cast<std::uint16_t>(100 + number)));
        both.push_back(slice("1.2.3", number, static_cast<std::uint16_t>(200 + number), 2.0, ".2"));
    }
    for (const auto& object : both) {
        REQUIRE(f.cache->store({&object, 1}));
    }
    const auto store = f.open("1.2.3");
    REQUIRE(store->addFromCache());
    const auto sets = store->displaySets();
    REQUIRE(sets.size() == 2);
    for (int index = 0; index < 4; ++index) {
        for (const auto& set : sets) { // in turns: the file read last is the other series'
            const auto loaded = store->load(set->id, FrameIndex{index});
            REQUIRE(loaded);
            CHECK((*loaded)->storedAt(0, 0) == (set->series.value == "1.2.3.1" ? 100 : 200) + index);
            const auto place = store->locate(SopInstanceUid("1.2.3.1." + std::to_string(index)), FrameNumber{1}, set->series);
            REQUIRE(place);
            CHECK(place->displaySetId == set->id);
            const auto raw = store->stored(set->id, FrameIndex{index});
            REQUIRE(raw);
            CHECK(raw->samples[0] == (set->series.value == "1.2.3.1" ? 100 : 200) + index);
        }
    }
}

TEST_CASE("StudyStore drops objects of another study", "[core][load]")
{
    Fixture f;
    const auto store = f.open("1.2.3");
    store->add(slice("1.2.4", 0, 1));
    CHECK(store->displaySets().empty());
    auto foreign = slice("1.2.3", 0, 1);
    foreign.identity.archive = "elsewhere";
    store->add(foreign);
    CHECK(store->displaySets().empty());
}

TEST_CASE("StudyStore reads from the cache what sync has stored, headers first", "[core][load]")
{
    Fixture f;
    std::vector<cache::IncomingObject> batch;
    for (int number = 0; number < 5; ++number) {
        batch.push_back(slice("1.2.3", number, static_cast<std::uint16_t>(number)));
    }
    cache::StudyRecord study;
    study.archive = "test";
    study.study = StudyInstanceUid("1.2.3");
    REQUIRE(f.cache->putStudy(study));
    cache::SeriesRecord series;
    series.series = SeriesInstanceUid("1.2.3.1");
    REQUIRE(f.cache->putSeries("test", study.study, series));
    REQUIRE(f.cache->store(batch));
    const auto store = f.open("1.2.3");
    REQUIRE(store->addFromCache());
    const auto set = store->displaySets().at(0);
    CHECK(store->table(set->id)->present == 0); // known, not loaded: absent
    const auto third = store->load(set->id, FrameIndex{3});
    REQUIRE(third);
    CHECK((*third)->storedAt(0, 0) == 3);
    CHECK(store->locate(SopInstanceUid("1.2.3.1.3"), FrameNumber{1})->index.value == 3);
    CHECK_FALSE(store->locate(SopInstanceUid("1.2.3.1.3"), FrameNumber{2}));
    CHECK_FALSE(store->load(set->id, FrameIndex{5}));
    CHECK(store->loadAll(set->id)->complete());
}

TEST_CASE("A snapshot does not change while the study goes on arriving", "[core][load]")
{
    Fixture f;
    const auto store = f.open("1.2.3");
    store->add(slice("1.2.3", 0, 7));
    const auto id = store->displaySets().at(0)->id;
    const auto before = store->loadAll(id);
    store->add(slice("1.2.3", 1, 8));
    const auto after = store->loadAll(store->displaySets().at(0)->id);
    CHECK(before->entries.size() == 1);
    CHECK(after->entries.size() == 2);
    CHECK(after->generation > before->generation);
    CHECK(before->token == after->token);
}

TEST_CASE("An object that is neither image nor document is counted as unreadable", "[core][load][hazard6]")
{
    Fixture f;
    const auto store = f.open("1.2.3");
    store->add(slice("1.2.3", 0, 7));
    auto garbage = slice("1.2.3", 1, 8);
    garbage.bytes = std::make_shared<const Bytes>(Bytes(64, 0xff));
    store->add(garbage);
    const auto progress = store->progressOf(SeriesInstanceUid("1.2.3.1"));
    CHECK(progress.arrived == 2);
    CHECK(progress.unreadable == 1);
    CHECK(store->documents().empty());
}

TEST_CASE("Closing a store gives back what its last decodes took", "[core][load]")
{
    Fixture f;
    for (int round = 0; round < 50; ++round) {
        const auto store = f.open("1.2.3");
        for (int number = 0; number < 8; ++number) {
            store->add(slice("1.2.3", number, 1));
        }
    }
    CHECK(f.budget.used() == 0);
}

TEST_CASE("A frame that can't be decoded is failed with its reason, and the rest shows", "[core][load]")
{
    Fixture f;
    const auto store = f.open("1.2.3");
    store->add(slice("1.2.3", 0, 7));
    auto broken = slice("1.2.3", 1, 8);
    Bytes cut(*broken.bytes);
    cut.resize(cut.size() - 100);
    broken.bytes = std::make_shared<const Bytes>(std::move(cut));
    store->add(broken);
    store->add(slice("1.2.3", 2, 9));
    const auto sets = store->displaySets();
    std::size_t present = 0, failed = 0;
    for (const auto& set : sets) {
        const auto table = store->loadAll(set->id);
        present += table->present;
        for (const auto& entry : table->entries) {
            if (entry.state == image::SliceState::Failed) {
                ++failed;
                CHECK_FALSE(entry.failure.empty());
                CHECK(entry.slice == nullptr);
            }
        }
    }
    CHECK(present == 2);
    CHECK(failed == 1);
    CHECK(store->progressOf(SeriesInstanceUid("1.2.3.1")).unreadable == 0);
}

TEST_CASE("The memory budget is kept, and what was looked at longest ago is given back", "[core][load]")
{
    Fixture f;
    const std::uint64_t slices = 8;
    load::MemoryBudget small(kSize * kSize * 2 * slices + 4096);
    const auto first = std::make_shared<load::StudyStore>(load::StudyStore::Services{*f.cache, f.pool, small}, "test", StudyInstanceUid("1.2.3"),
                                                          [](const std::string&) {});
    for (int number = 0; number < 40; ++number) {
        first->add(slice("1.2.3", number, 1));
    }
    const auto table = first->loadAll(first->displaySets().at(0)->id);
    CHECK(small.used() <= small.limit());
    CHECK(table->present + table->failed == 40);
    CHECK(table->failed > 0);
}

TEST_CASE("10 000 patient switches under random delay show no foreign pixel", "[core][load][hazard1]")
{
    Fixture f;
    constexpr int kPatients = 8;
    constexpr int kSlices = 6;
    std::vector<std::vector<cache::IncomingObject>> patients;
    for (int patient = 0; patient < kPatients; ++patient) {
        std::vector<cache::IncomingObject> objects;
        for (int number = 0; number < kSlices; ++number) {
            objects.push_back(slice("1.2." + std::to_string(100 + patient), number, static_cast<std::uint16_t>(500 + patient)));
        }
        patients.push_back(std::move(objects));
    }
    std::mt19937 random(1);
    std::size_t looked = 0;
    std::size_t foreign = 0;
#ifdef AKARI_SANITIZED
    constexpr int kSwitches = 500;
#else
    constexpr int kSwitches = 10000;
#endif
    for (int i = 0; i < kSwitches; ++i) {
        const int patient = static_cast<int>(random() % kPatients);
        const auto store = f.open("1.2." + std::to_string(100 + patient));
        // Objects of this patient and of another arrive mixed, as a server that confuses two studies would send them.
        const int other = static_cast<int>(random() % kPatients);
        for (int n = 0; n < kSlices; ++n) {
            store->add(patients[static_cast<std::size_t>(patient)][static_cast<std::size_t>(n)]);
            store->add(patients[static_cast<std::size_t>(other)][static_cast<std::size_t>(n)]);
        }
        for (const auto& set : store->displaySets()) {
            // Sometimes at once, sometimes when everything is there.
            const auto table = random() % 4 == 0 ? store->loadAll(set->id) : store->table(set->id);
            for (const auto& entry : table->entries) {
                if (entry.slice) {
                    ++looked;
                    foreign += entry.slice->storedAt(3, 3) != 500 + patient;
                }
            }
        }
    }
    CHECK(looked > static_cast<std::size_t>(kSwitches));
    CHECK(foreign == 0);
}

TEST_CASE("Slices that travel have their places, are never loaded, and are replaced by those that come", "[core][load][hazard5]")
{
    Fixture fixture;
    const auto store = fixture.open("1.2.3");
    std::vector<load::StudyStore::ExpectedSlice> expected;
    for (int number = 1; number <= 10; ++number) {
        expected.push_back({SopInstanceUid("1.2.3.1." + std::to_string(number)), number, {0, 0, 2.0 * number}, {1, 0, 0}, {0, 1, 0}});
    }
    store->expectSlices(SeriesInstanceUid("1.2.3.1"), expected);
    CHECK(store->displaySets().empty()); // nothing is known yet but places

    store->add(slice("1.2.3", 7, 700));
    store->add(slice("1.2.3", 3, 300));
    const auto set = store->displaySets().at(0);
    REQUIRE(set->frames.size() == 10);
    CHECK(set->geometry == image::GeometryKind::Volume);
    CHECK(set->evenSpacing);
    const auto table = store->loadAll(set->id); // does not wait for what travels
    CHECK(table->present == 2);
    CHECK_FALSE(table->complete());
    for (std::size_t i = 0; i < 10; ++i) {
        const bool here = i == 2 || i == 6;
        CHECK(set->frames[i].travelling != here);
        CHECK(set->frames[i].instanceNumber == static_cast<int>(i) + 1);
        CHECK(set->positions[i] == Approx(2.0 * (static_cast<double>(i) + 1)));
        CHECK((table->entries[i].state == image::SliceState::Present) == here);
    }
    const auto refused = store->load(set->id, FrameIndex{0});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "load.travelling");

    for (int number = 1; number <= 10; ++number) {
        store->add(slice("1.2.3", number, static_cast<std::uint16_t>(100 * number)));
    }
    const auto whole = store->loadAll(set->id);
    REQUIRE(whole->complete());
    for (std::size_t i = 0; i < 10; ++i) {
        CHECK_FALSE(whole->displaySet->frames[i].travelling);
        CHECK(whole->entries[i].slice->storedAt(0, 0) == 100.0 * (static_cast<double>(i) + 1));
    }
}

TEST_CASE("Places shared by two slices, or turned otherwise than what came, are not drawn from the archive's list", "[core][load][hazard5]")
{
    Fixture fixture;
    const auto store = fixture.open("1.2.3");
    std::vector<load::StudyStore::ExpectedSlice> expected;
    for (int number = 1; number <= 10; ++number) {
        const double z = number == 10 ? 2.0 : 2.0 * number; // the tenth lies where the first does: another echo, or another time
        expected.push_back({SopInstanceUid("1.2.3.1." + std::to_string(number)), number, {0, 0, z}, {1, 0, 0}, {0, 1, 0}});
    }
    store->expectSlices(SeriesInstanceUid("1.2.3.1"), expected);
    store->add(slice("1.2.3", 7, 700));
    CHECK(store->displaySets().at(0)->frames.size() == 1);

    expected.pop_back();
    for (auto& one : expected) {
        one.rowDirection = {0, 1, 0};
        one.columnDirection = {0, 0, -1};
        one.position = {2.0 * one.instanceNumber, 0, 0};
    }
    store->expectSlices(SeriesInstanceUid("1.2.3.1"), expected);
    CHECK(store->displaySets().at(0)->frames.size() == 1);
}

TEST_CASE("A series is split otherwise by the reader and joined again, and no pixel is loaded twice", "[core][load][trap]")
{
    Fixture f;
    const auto store = f.open("1.2.3");
    for (int number = 0; number < 6; ++number) {
        store->add(slice("1.2.3", number, static_cast<std::uint16_t>(number)));
    }
    const auto whole = store->displaySets();
    REQUIRE(whole.size() == 1);
    const auto before = store->loadAll(whole[0]->id);
    REQUIRE(before->present == 6);
    const auto series = whole[0]->series;
    CHECK(store->splitOf(series) == image::builtInSplitRules().of("CT"));

    // Joined with what can't be one stack there is no volume; split by a key that all share nothing changes.
    store->setSplit(series, image::withKey(store->splitOf(series), "kernel", false));
    CHECK(store->displaySets().size() == 1);
    CHECK(store->splitOf(series) != image::builtInSplitRules().of("CT"));
    const auto after = store->loadAll(store->displaySets()[0]->id);
    CHECK(after->entries[3].slice == before->entries[3].slice);
    store->setSplit(series, std::nullopt);
    CHECK(store->splitOf(series) == image::builtInSplitRules().of("CT"));
}

TEST_CASE("One budget: a study that needs room takes it from what another looked at longest ago", "[core][load]")
{
    Fixture f;
    load::MemoryBudget budget(6 * kSize * kSize * 2 + 100);
    const auto open = [&](const std::string& study) {
        return std::make_shared<load::StudyStore>(load::StudyStore::Services{*f.cache, f.pool, budget}, "test", StudyInstanceUid(study),
                                                  [](const std::string&) {});
    };
    const auto prior = open("1.2.3");
    for (int number = 0; number < 4; ++number) {
        prior->add(slice("1.2.3", number, 5));
    }
    REQUIRE(prior->loadAll(prior->displaySets().at(0)->id)->present == 4);
    const auto current = open("1.2.4");
    for (int number = 0; number < 4; ++number) {
        current->add(slice("1.2.4", number, 7));
    }
    // The other's only set is the one it looked at last: it stays, and what has no room says so.
    const auto table = current->loadAll(current->displaySets().at(0)->id);
    CHECK(table->present == 2);
    CHECK(table->failed == 2);
    CHECK(prior->table(prior->displaySets().at(0)->id)->present == 4);
    CHECK(budget.used() == 6 * kSize * kSize * 2);

    std::uint64_t asked = 0;
    const int someone = 0;
    budget.join(&someone, [&](std::uint64_t bytes) {
        asked += bytes;
        budget.give(2 * kSize * kSize * 2); // as if it had had them
        return std::uint64_t{2 * kSize * kSize * 2};
    });
    current->want(current->displaySets().at(0)->id, FrameIndex{0});
    CHECK(budget.reclaim(&someone, 10) == 0); // never of the one that needs it, and the others have nothing to spare
    CHECK(asked == 0);
    CHECK(budget.reclaim(nullptr, 100) == 2 * kSize * kSize * 2);
    CHECK(asked == 100);
    budget.leave(&someone);
    CHECK(budget.reclaim(nullptr, 100) == 0);
}

TEST_CASE("A large study's middle slice is there before its headers are, and nothing is twice", "[core][load]")
{
    Fixture f;
    std::vector<cache::IncomingObject> batch;
    for (int number = 0; number < 300; ++number) {
        batch.push_back(slice("1.2.3", number, static_cast<std::uint16_t>(number)));
    }
    REQUIRE(f.cache->store(batch));
    cache::SeriesRecord series;
    series.series = SeriesInstanceUid("1.2.3.1");
    series.expected = 300;
    REQUIRE(f.cache->putSeries("test", StudyInstanceUid("1.2.3"), series));
    const auto store = f.open("1.2.3");
    const auto more = store->addFirstFromCache();
    REQUIRE(more);
    REQUIRE(*more);
    const auto first = store->displaySets().at(0);
    REQUIRE(first->frames.size() == 1);
    CHECK((*store->load(first->id, FrameIndex{0}))->storedAt(0, 0) == 150);
    CHECK_FALSE(store->progressOf(series.series).complete());
    REQUIRE(store->addFromCache());
    const auto all = store->displaySets().at(0);
    CHECK(all->id == first->id);
    CHECK(all->frames.size() == 300);
    CHECK(store->progressOf(series.series).complete());
    CHECK(store->table(all->id)->entries[150].state == image::SliceState::Present); // it was not read again
    CHECK(store->loadAll(all->id)->present == 300);

    const auto small = f.open("1.2.4");
    for (int number = 0; number < 3; ++number) {
        const auto one = slice("1.2.4", number, 1);
        REQUIRE(f.cache->store({&one, 1}));
    }
    CHECK_FALSE(small->addFirstFromCache().value());
    CHECK(small->displaySets().at(0)->frames.size() == 3);
}

namespace {

cache::IncomingObject copyOf(cache::IncomingObject original)
{
    original.identity.contentVersion.clear();
    original.provisional = true;
    return original;
}

std::shared_ptr<const image::Slice> only(load::StudyStore& store)
{
    const auto sets = store.displaySets();
    REQUIRE(sets.size() == 1);
    REQUIRE(sets[0]->frames.size() == 1);
    const auto slice = store.load(sets[0]->id, FrameIndex{0});
    REQUIRE(slice);
    return *slice;
}

} // namespace

TEST_CASE("A lossless copy is shown as such until its original is here", "[core][load]")
{
    Fixture f;
    const auto store = f.open("1.2.3");
    const auto original = slice("1.2.3", 1, 1234);
    store->add(copyOf(original));
    CHECK(only(*store)->attributes.provisional);
    CHECK(only(*store)->storedAt(3, 3) == 1234);
    const auto used = f.budget.used();
    store->add(original);
    const auto now = only(*store);
    CHECK_FALSE(now->attributes.provisional);
    CHECK(now->attributes.identity == original.identity);
    CHECK(now->storedAt(3, 3) == 1234);
    CHECK(store->displaySets()[0]->warnings.empty());
    CHECK_FALSE(store->displaySets()[0]->frames[0].provisional);
    CHECK(f.budget.used() == used);
    CHECK(store->progress()[0].arrived == 1);
}

TEST_CASE("A lossless copy that differs from its original is told, and the original shown", "[core][load]")
{
    Fixture f;
    const auto store = f.open("1.2.3");
    store->add(copyOf(slice("1.2.3", 1, 1234)));
    CHECK(only(*store)->storedAt(3, 3) == 1234);
    store->add(slice("1.2.3", 1, 1235));
    CHECK(only(*store)->storedAt(3, 3) == 1235);
    REQUIRE(store->displaySets()[0]->warnings.size() == 1);
    CHECK(store->displaySets()[0]->warnings[0].find("other pixels") != std::string::npos);
}

TEST_CASE("An original that is here is not replaced by a lossless copy", "[core][load]")
{
    Fixture f;
    const auto store = f.open("1.2.3");
    store->add(slice("1.2.3", 1, 1235));
    store->add(copyOf(slice("1.2.3", 1, 1234)));
    CHECK(only(*store)->storedAt(3, 3) == 1235);
    CHECK_FALSE(only(*store)->attributes.provisional);
}

TEST_CASE("Copies and originals may come at once and in any number", "[core][load]")
{
    Fixture f;
    const auto store = f.open("1.2.3");
    std::vector<cache::IncomingObject> originals;
    for (int number = 0; number < 40; ++number) {
        originals.push_back(slice("1.2.3", number, static_cast<std::uint16_t>(1000 + number)));
    }
    std::thread copies([&] {
        for (const auto& original : originals) {
            store->add(copyOf(original));
        }
    });
    for (const auto& original : originals) {
        store->add(original);
    }
    copies.join();
    image::SliceTablePtr table;
    const auto isCopy = [](const image::SliceEntry& entry) { return !entry.slice || entry.slice->attributes.provisional; };
    for (int tries = 0; tries < 1000; ++tries) {
        table = store->loadAll(store->displaySets()[0]->id);
        if (std::none_of(table->entries.begin(), table->entries.end(), isCopy)) {
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    REQUIRE(table->entries.size() == 40);
    CHECK(table->displaySet->warnings.empty());
    for (int number = 0; number < 40; ++number) {
        const auto& entry = table->entries[static_cast<std::size_t>(number)];
        REQUIRE(entry.slice);
        CHECK_FALSE(entry.slice->attributes.provisional);
        CHECK(entry.slice->storedAt(0, 0) == 1000 + number);
    }
}
