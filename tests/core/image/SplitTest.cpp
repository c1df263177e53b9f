// Splitting by rules: what is split off, why, and what the reader may change.
#include "tests/support/Catch.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/image/SliceTable.h"
#include "tests/support/ImageFixtures.h"

using namespace akari;
using namespace akari::image;
using akari::test::framesOf;

namespace {

using Change = std::function<void(FrameAttributes&)>;

// Two stacks of 16 slices at the same places in one series, the second one changed.
std::vector<FrameAttributes> doubled(const Change& change, const std::string& modality = "MR")
{
    test::VolumeRecipe recipe;
    recipe.modality = modality;
    auto frames = framesOf(recipe);
    for (auto frame : framesOf(recipe)) {
        frame.identity.sop = SopInstanceUid(frame.identity.sop.value + ".2");
        frame.instanceNumber += 16;
        change(frame);
        frames.push_back(frame);
    }
    return frames;
}

const GeometryFinding* found(const DisplaySet& set, const std::string& code)
{
    const auto at = std::find_if(set.findings.begin(), set.findings.end(), [&](const GeometryFinding& f) { return f.code == code; });
    return at == set.findings.end() ? nullptr : &*at;
}

} // namespace

TEST_CASE("Everything that must not be one volume is split off and says why", "[image][trap]")
{
    const std::vector<std::pair<std::string, Change>> ways{
        {"echo", [](FrameAttributes& f) { f.echoTime = 80; }},
        {"b-value", [](FrameAttributes& f) { f.diffusionBValue = 800; }},
        {"kernel", [](FrameAttributes& f) { f.convolutionKernel = "B70f"; }},
        {"contrast", [](FrameAttributes& f) { f.contrastAgent = "Gd"; }},
        {"original or derived", [](FrameAttributes& f) { f.imageType[0] = "DERIVED"; }},
        {"image type", [](FrameAttributes& f) { f.imageType = {"ORIGINAL", "PRIMARY", "MIP"}; }},
        {"image type", [](FrameAttributes& f) { f.imageType = {"ORIGINAL", "PRIMARY", "LOCALIZER"}; }},
        {"image type", [](FrameAttributes& f) { f.imageType.push_back("PHASE"); }},
        {"temporal position", [](FrameAttributes& f) { f.temporalPosition = 2; }},
        {"trigger time", [](FrameAttributes& f) { f.triggerTime = 430; }},
        {"cardiac phase", [](FrameAttributes& f) { f.cardiacPhase = 70; }},
        {"acquisition", [](FrameAttributes& f) { f.acquisitionNumber = 2; }},
        {"acquisition time", [](FrameAttributes& f) { f.acquisitionTime = "101523.5"; }},
        {"diffusion direction", [](FrameAttributes& f) { f.diffusionDirection = "0\\0\\1"; }},
        {"stack", [](FrameAttributes& f) { f.stackId = "2"; }},
        {"dimension", [](FrameAttributes& f) { f.dimensions = "(0018,9180)=2"; }},
        {"frame of reference", [](FrameAttributes& f) { f.frameOfReferenceUid = "1.9"; }},
        {"size", [](FrameAttributes& f) { f.plane->spacing.betweenRows = 1.1; }},
        {"orientation", [](FrameAttributes& f) { f.plane->rowDirection = f.plane->rowDirection * -1.0; }},
        {"no position", [](FrameAttributes& f) { f.plane.reset(); }},
    };
    for (const auto& [reason, change] : ways) {
        INFO(reason);
        const auto sets = makeDisplaySets(doubled(change));
        REQUIRE(sets.size() == 2);
        CHECK(sets[0].splitReason == reason);
        CHECK(sets[1].splitReason == reason);
        CHECK(sets[0].frames.size() == 16);
        CHECK(sets[0].geometry == GeometryKind::Volume);
        CHECK_FALSE(found(sets[0], "duplicate"));
    }
}

TEST_CASE("Where a stack is whole, its times and acquisitions don't tear it", "[image][trap]")
{
    auto frames = framesOf({});
    for (std::size_t i = 0; i < frames.size(); ++i) {
        frames[i].acquisitionTime = "10" + std::to_string(1000 + i);
        frames[i].acquisitionNumber = static_cast<std::int32_t>(i / 4);
        frames[i].triggerTime = static_cast<double>(i);
    }
    const auto sets = makeDisplaySets(frames);
    REQUIRE(sets.size() == 1);
    CHECK(sets[0].geometry == GeometryKind::Volume);
    CHECK(sets[0].splitReason.empty());
}

TEST_CASE("Time apart from duplicates: what nothing tells apart is named by number and UID", "[image][trap]")
{
    const auto same = makeDisplaySets(doubled([](FrameAttributes& f) { f.instanceNumber -= 16; }));
    REQUIRE(same.size() == 2);
    CHECK(same[1].splitReason == "duplicate");
    const GeometryFinding* named = found(same[0], "duplicate");
    REQUIRE(named);
    CHECK(named->sopInstanceUids.size() == 16);
    CHECK(named->sopInstanceUids.front() == "1.2.3.4.1.2");

    const auto counted = makeDisplaySets(doubled([](FrameAttributes&) {}));
    REQUIRE(counted.size() == 2);
    CHECK(counted[1].splitReason == "temporal position");
    CHECK(found(counted[0], "time"));
    CHECK_FALSE(found(counted[0], "duplicate"));

    // A time point that has not come whole is no heap of duplicates.
    auto part = doubled([](FrameAttributes& f) { f.temporalPosition = 2; });
    part.resize(20);
    const auto cut = makeDisplaySets(part);
    REQUIRE(cut.size() == 2);
    CHECK(cut[1].splitReason == "temporal position");
    CHECK(cut[1].frames.size() == 4);
}

TEST_CASE("A few planes of three directions are a survey and no volume", "[image][trap]")
{
    std::vector<FrameAttributes> frames;
    const std::vector<std::pair<Vec3, Vec3>> directions{{{1, 0, 0}, {0, 1, 0}}, {{1, 0, 0}, {0, 0, -1}}, {{0, 1, 0}, {0, 0, -1}}};
    for (const auto& [row, column] : directions) {
        test::VolumeRecipe recipe;
        recipe.rowDirection = row;
        recipe.columnDirection = column;
        recipe.slices = 7;
        recipe.dz = 15;
        for (auto frame : framesOf(recipe)) {
            frame.instanceNumber = static_cast<std::int32_t>(frames.size()) + 1;
            frame.identity.sop = SopInstanceUid("5." + std::to_string(frame.instanceNumber));
            frames.push_back(frame);
        }
    }
    const auto sets = makeDisplaySets(frames);
    REQUIRE(sets.size() == 3);
    for (const auto& set : sets) {
        CHECK(set.splitReason == "orientation");
        CHECK(set.geometry == GeometryKind::Stack);
        CHECK(found(set, "survey"));
        CHECK(set.spacingBetweenSlices == Approx(15));
    }
}

TEST_CASE("The reader's rules join and split, and what is joined is no volume unless it is one", "[image][trap]")
{
    const auto rules = parseSplitRules(R"({"version":1,"modalities":{"MR":{"always":["acquisition"],"whereTheyOverlap":[]}}})");
    REQUIRE(rules);
    CHECK(rules->of("CT") == builtInSplitRules().of("CT"));
    const auto joined = makeDisplaySets(doubled([](FrameAttributes& f) { f.plane->rowDirection = f.plane->rowDirection * -1.0; }), *rules);
    REQUIRE(joined.size() == 1);
    CHECK(joined[0].geometry == GeometryKind::None);
    REQUIRE(found(joined[0], "mixed"));
    CHECK(found(joined[0], "mixed")->sopInstanceUids.size() == 16);

    auto halves = framesOf({});
    for (std::size_t i = 8; i < 16; ++i) {
        halves[i].convolutionKernel = "B70f";
    }
    REQUIRE(makeDisplaySets(halves).size() == 2);
    SplitRule own = withKey(builtInSplitRules().of("CT"), "kernel", false);
    const auto merged = makeDisplaySets(halves, builtInSplitRules(), {{SeriesInstanceUid("1.2.3.4"), own}});
    REQUIRE(merged.size() == 1);
    CHECK(merged[0].geometry == GeometryKind::Volume);
    const SplitRule& usual = builtInSplitRules().of("CT");
    REQUIRE_FALSE(usual.whereTheyOverlap.empty());
    for (const std::string& key : usual.whereTheyOverlap) { // off and on again is what it was, not a key that tears stacks
        const SplitRule again = withKey(withKey(usual, key, false), key, true, usual);
        CHECK(again.always == usual.always);
        CHECK(std::is_permutation(again.whereTheyOverlap.begin(), again.whereTheyOverlap.end(), usual.whereTheyOverlap.begin(),
                                  usual.whereTheyOverlap.end()));
    }
    own = withKey(own, "acquisition", true);
    for (std::size_t i = 0; i < 16; ++i) {
        halves[i].acquisitionNumber = static_cast<std::int32_t>(i / 4);
    }
    CHECK(makeDisplaySets(halves, builtInSplitRules(), {{SeriesInstanceUid("1.2.3.4"), own}}).size() == 4);
    CHECK(makeDisplaySets(halves, builtInSplitRules(), {{SeriesInstanceUid("9.9"), own}}).size() == 2);
}

TEST_CASE("Rules that can't be used say why, and the built-in ones are the file's", "[image]")
{
    for (const char* text : {"", "[]", "{}", R"({"version":2,"modalities":{}})", R"({"version":1,"modalities":{"MR":{"always":["colour"]}}})",
                             R"({"version":1,"modalities":{"MR":{"always":"echo"}}})", R"({"version":1,"modalities":{"MR":[]}})"}) {
        INFO(text);
        const auto rules = parseSplitRules(text);
        REQUIRE_FALSE(rules);
        CHECK(rules.error().code == "split.rules");
    }
    std::ifstream in(AKARI_SOURCE_DIR "/resources/geometry/split-rules.json");
    std::stringstream file;
    file << in.rdbuf();
    const auto fromFile = parseSplitRules(file.str());
    REQUIRE(fromFile);
    REQUIRE(builtInSplitRules().byModality.count("*") == 1);
    CHECK(fromFile->byModality == builtInSplitRules().byModality);
}
