#include "core/session/Viewport.h"
#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"
#include "tests/support/Catch.h"

using namespace akari;

namespace {

// A 4x4 slice at z = 2 mm x number.
cache::IncomingObject slice(int number, const std::string& kernel = {})
{
    using namespace dicom;
    using namespace dicom::tags;
    DataSetBuilder b;
    const std::string sop = "1.2.3.1." + std::to_string(number + 1);
    b.text(SOPClassUID, {'U', 'I'}, "1.2.840.10008.5.1.4.1.1.2").text(SOPInstanceUID, {'U', 'I'}, sop).text(StudyInstanceUID, {'U', 'I'}, "1.2.3");
    b.text(SeriesInstanceUID, {'U', 'I'}, "1.2.3.1").text(Modality, {'C', 'S'}, "CT").text(FrameOfReferenceUID, {'U', 'I'}, "1.2.3.9");
    if (!kernel.empty()) {
        b.text(ConvolutionKernel, {'S', 'H'}, kernel);
    }
    b.text(InstanceNumber, {'I', 'S'}, std::to_string(number)).text(PhotometricInterpretation, {'C', 'S'}, "MONOCHROME2");
    b.decimals(ImagePositionPatient, {0, 0, 2.0 * number}).decimals(ImageOrientationPatient, {1, 0, 0, 0, 1, 0}).decimals(PixelSpacing, {0.7, 0.5});
    b.integers(Rows, {'U', 'S'}, {4}).integers(Columns, {'U', 'S'}, {4}).integers(SamplesPerPixel, {'U', 'S'}, {1});
    b.integers(BitsAllocated, {'U', 'S'}, {16}).integers(BitsStored, {'U', 'S'}, {16}).integers(HighBit, {'U', 'S'}, {15});
    b.integers(PixelRepresentation, {'U', 'S'}, {0}).raw(PixelData, {'O', 'W'}, Bytes(32, static_cast<std::uint8_t>(number)));
    cache::IncomingObject object;
    object.bytes = std::make_shared<const Bytes>(writePart10(b, "1.2.840.10008.1.2.1", "1.2.840.10008.5.1.4.1.1.2", sop));
    const auto file = readPart10(object.bytes);
    REQUIRE(file);
    object.identity = *identityOf(*file, "test");
    object.modality = "CT";
    return object;
}

} // namespace

TEST_CASE("The frame under the eye stays the same frame while others arrive around it", "[core][session][hazard1]")
{
    const auto cache = std::move(*cache::Cache::openInMemory());
    decode::DecodePool pool;
    load::MemoryBudget budget(1 << 20);
    const auto store = std::make_shared<load::StudyStore>(load::StudyStore::Services{*cache, pool, budget}, "test", StudyInstanceUid("1.2.3"),
                                                          [](const std::string&) {});
    store->add(slice(10));
    session::Viewport view;
    view.bind(store, store->displaySets().at(0)->id, false);
    const auto shown = view.frame()->identity.sop;
    for (int number : {3, 15, 4, 1, 12, 2}) {
        store->add(slice(number));
        // A repaint may come before the news of the arrival: table, index and frame must be of one moment all the same.
        const auto table = view.table();
        REQUIRE(table);
        REQUIRE(view.displaySet() == table->displaySet);
        REQUIRE(view.frame()->identity.sop == shown);
        CHECK(table->displaySet->frames[static_cast<std::size_t>(view.index().value)].identity.sop == shown);
    }
    CHECK(view.index().value == 4);
    CHECK(view.count() == 7);
}

TEST_CASE("Binding to other content forgets flips, turns and the window", "[core][session][hazard7]")
{
    const auto cache = std::move(*cache::Cache::openInMemory());
    decode::DecodePool pool;
    load::MemoryBudget budget(1 << 20);
    const auto store = std::make_shared<load::StudyStore>(load::StudyStore::Services{*cache, pool, budget}, "test", StudyInstanceUid("1.2.3"),
                                                          [](const std::string&) {});
    store->add(slice(1));
    session::Viewport view;
    view.bind(store, store->displaySets().at(0)->id, false);
    const auto token = view.token();
    view.flipHorizontal();
    view.turn();
    view.setWindow({40, 400, image::VoiFunction::Linear, {}});
    view.bind(store, store->displaySets().at(0)->id, false);
    CHECK_FALSE(view.state().flipHorizontal);
    CHECK(view.state().quarterTurns == 0);
    CHECK_FALSE(view.state().window);
    CHECK(view.token() != token);
}

TEST_CASE("After a reset turns and flips are the reader's own, whatever presentation state was shown", "[core][session][hazard7]")
{
    const auto cache = std::move(*cache::Cache::openInMemory());
    decode::DecodePool pool;
    load::MemoryBudget budget(1 << 20);
    const auto store = std::make_shared<load::StudyStore>(load::StudyStore::Services{*cache, pool, budget}, "test",
                                                          StudyInstanceUid("1.2.3"), [](const std::string&) {});
    store->add(slice(1));
    store->add(slice(2));
    session::Viewport view;
    view.bind(store, store->displaySets().at(0)->id, false);
    auto state = std::make_shared<objects::PresentationState>();
    state->identity.sop = SopInstanceUid("1.2.3.7");
    state->references.push_back({SeriesInstanceUid("1.2.3.1"), view.frame()->identity.sop, {}, {}});
    state->rotation = 90;
    state->flipHorizontal = true;
    const int spokenOf = view.index().value;
    view.setPresentationState(state);
    REQUIRE(view.presentation());
    CHECK(view.state().quarterTurns == 1);
    CHECK(view.state().flipHorizontal);
    view.showFrame(FrameIndex{1 - spokenOf}); // the state says nothing of this one
    CHECK(view.state().quarterTurns == 0);
    CHECK_FALSE(view.state().flipHorizontal);
    view.showFrame(FrameIndex{spokenOf});
    CHECK(view.state().quarterTurns == 1);
    view.reset();
    CHECK(view.state().quarterTurns == 0);
    view.flipHorizontal();
    view.scroll(1);
    view.scroll(-1);
    CHECK(view.state().flipHorizontal);
    CHECK(view.state().quarterTurns == 0);
}

TEST_CASE("A study that still travels opens on a slice that is here", "[core][session]")
{
    const auto cache = std::move(*cache::Cache::openInMemory());
    decode::DecodePool pool;
    load::MemoryBudget budget(1 << 20);
    const auto store = std::make_shared<load::StudyStore>(load::StudyStore::Services{*cache, pool, budget}, "test", StudyInstanceUid("1.2.3"),
                                                          [](const std::string&) {});
    std::vector<load::StudyStore::ExpectedSlice> expected;
    for (int number = 0; number < 20; ++number) {
        expected.push_back({SopInstanceUid("1.2.3.1." + std::to_string(number + 1)), number, {0, 0, 2.0 * number}, {1, 0, 0}, {0, 1, 0}});
    }
    store->expectSlices(SeriesInstanceUid("1.2.3.1"), expected);
    store->add(slice(2));
    session::Viewport view;
    view.bind(store, store->displaySets().at(0)->id, false);
    CHECK(view.count() == 20);
    CHECK(view.index().value == 2);
    view.scroll(5);
    CHECK(view.frame()->travelling);
    store->add(slice(7));
    REQUIRE(view.table());
    CHECK(view.index().value == 7);
    CHECK_FALSE(view.frame()->travelling);
}

TEST_CASE("Split otherwise, the series still shows the frame that was looked at", "[core][session][trap]")
{
    const auto cache = std::move(*cache::Cache::openInMemory());
    decode::DecodePool pool;
    load::MemoryBudget budget(1 << 20);
    const auto store = std::make_shared<load::StudyStore>(load::StudyStore::Services{*cache, pool, budget}, "test", StudyInstanceUid("1.2.3"),
                                                          [](const std::string&) {});
    for (int number = 0; number < 10; ++number) {
        store->add(slice(number, number < 5 ? "B30f" : "B70f"));
    }
    const auto sets = store->displaySets();
    REQUIRE(sets.size() == 2);
    session::Viewport view;
    view.bind(store, sets[1]->id, false);
    view.showFrame(FrameIndex{3});
    view.setPlane(view::PlaneKind::Coronal);
    const auto shown = view.frame()->identity.sop;
    const auto series = sets[0]->series;

    store->setSplit(series, image::withKey(store->splitOf(series), "kernel", false));
    view.contentChanged();
    CHECK(store->displaySets().size() == 1);
    CHECK(view.count() == 10);
    CHECK(view.frame()->identity.sop == shown);
    CHECK(view.index().value == 8);
    CHECK(view.state().plane.kind == view::PlaneKind::Coronal);
    REQUIRE(view.table());
    CHECK(view.table()->displaySet == view.displaySet());

    store->setSplit(series, std::nullopt);
    view.contentChanged();
    CHECK(view.count() == 5);
    CHECK(view.frame()->identity.sop == shown);
    CHECK(view.index().value == 3);
}
