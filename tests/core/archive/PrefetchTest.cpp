#include "core/archive/Prefetch.h"

#include <algorithm>

#include "tests/core/archive/ListArchive.h"
#include "tests/support/Catch.h"
#include "tests/support/FakeArchive.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;

namespace prefetch_test {

namespace {

struct TestClock : Clock {
    std::chrono::system_clock::time_point now() const override
    {
        return std::chrono::system_clock::time_point(std::chrono::seconds(1768046400));
    } // 2026-01-10
    int utcOffsetMinutes() const override { return 0; }
};

template <class Archive> struct Bench {
    Archive fake;
    TempFolder folder;
    TestClock clock;
    std::unique_ptr<cache::Cache> cache = cache::Cache::openInMemory().value();
    std::unique_ptr<records::Records> records = records::Records::open(folder.path(), vault::Key(Bytes(32, 4)), false, clock).value();
    std::unique_ptr<JobStore> jobs = JobStore::openInMemory(clock).value();
    LineRates lines;
    Schedulers schedulers{{*cache, *records, *jobs, lines, clock}};

    Bench() { REQUIRE(records->putArchive(fake.settings())); }
    SyncScheduler& scheduler() { return *schedulers.of(fake.settings().name).value(); }
    PrefetchPlan plan(const PrefetchRules& rules, std::uint64_t budget = 1'000'000'000)
    {
        return planPrefetch(scheduler(), *cache, *records, rules, budget, clock).value();
    }
};

StudyFacts factsOf(const std::string& description, std::set<std::string> modalities = {"CT"}, const std::string& date = "20250601")
{
    return {date, description, std::move(modalities), {}};
}

std::vector<std::string> uids(const PrefetchPlan& plan)
{
    std::vector<std::string> all;
    for (const auto& item : plan.items) {
        all.push_back(item.study.study.value);
    }
    return all;
}

} // namespace

TEST_CASE("Body parts come from Body Part Examined, else from whole words of the description, in Japanese too", "[core][archive]")
{
    const auto& rules = builtInPrefetchRules();
    REQUIRE(rules.studies > 0);
    REQUIRE(rules.bytes > 0);
    using Parts = std::set<std::string>;
    CHECK(bodyPartsOf(rules, factsOf("CT Thorax nativ")) == Parts{"CHEST"});
    CHECK(bodyPartsOf(rules, factsOf("Chest/Abdomen CE")) == Parts{"CHEST", "ABDOMEN"});
    CHECK(bodyPartsOf(rules, factsOf("胸部CT 造影")) == Parts{"CHEST"});
    CHECK(bodyPartsOf(rules, factsOf("dose distribution")).empty()); // no "rib" in it
    auto examined = factsOf("follow-up");
    examined.bodyPartsExamined = {"HEAD"};
    CHECK(bodyPartsOf(rules, examined) == Parts{"HEAD"});
    examined.description = "chest";
    CHECK(bodyPartsOf(rules, examined) == Parts{"HEAD"});
}

TEST_CASE("A prior is relevant by body part or family, more by both, and not when it is too old", "[core][archive]")
{
    const auto& rules = builtInPrefetchRules();
    const auto current = factsOf("CT chest", {"CT", "SR"}, "20260101");
    CHECK(relevanceOf(rules, current, factsOf("chest", {"CT"})).rank == 3);
    CHECK(relevanceOf(rules, current, factsOf("chest", {"CR"})).rank == 2);
    CHECK(relevanceOf(rules, current, factsOf("PET whole body", {"PT"})).rank == 1);
    CHECK(relevanceOf(rules, current, factsOf("knee", {"MR"})).rank == 0);
    CHECK(relevanceOf(rules, current, factsOf("report", {"SR"})).rank == 0); // a report is nobody's prior image
    CHECK(relevanceOf(rules, current, factsOf("chest", {"CT"}, "20200101")).rank == 0);
    CHECK(relevanceOf(rules, current, factsOf("chest", {"CT"}, "20210102")).rank == 3);
    CHECK(relevanceOf(rules, current, factsOf("chest", {"CT"})).why == "same body part (CHEST), same kind of image (CT)");
    auto strict = rules;
    strict.byFamily = false;
    CHECK(relevanceOf(strict, current, factsOf("PET", {"PT"})).rank == 0);
}

TEST_CASE("Rules that a reader writes replace ours in part; slips are told", "[core][archive]")
{
    const auto own =
        parsePrefetchRules(R"({"version":1,"megabytes":5,"priors":{"most":1,"match":["family"]},"bodyParts":{"CHEST":["Brust"]}})").value();
    CHECK(own.bytes == 5'000'000);
    CHECK(own.mostPriors == 1);
    CHECK_FALSE(own.byBodyPart);
    CHECK(own.studies == builtInPrefetchRules().studies);
    CHECK(bodyPartsOf(own, factsOf("CT BRUST")) == std::set<std::string>{"CHEST"});
    CHECK(bodyPartsOf(own, factsOf("brain")) == std::set<std::string>{"HEAD"});
    for (const char* bad : {"", "[]", "{}", R"({"version":2})", R"({"version":1,"studys":3})", R"({"version":1,"studies":-1})",
                            R"({"version":1,"studies":"3"})", R"({"version":1,"priors":{"match":["name"]}})", R"({"version":1,"priors":3})",
                            R"({"version":1,"families":["CT"]})", R"({"version":1,"bodyParts":{"CHEST":"chest"}})",
                            R"({"version":1,"megabytes":99999999})"}) {
        INFO(bad);
        const auto parsed = parsePrefetchRules(bad);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().code == "prefetch.rules");
    }
}

TEST_CASE("The plan is the newest studies without a report, each with its relevant priors, within the budget", "[core][archive]")
{
    Bench<ListArchive> bench;
    bench.fake.put({"1.1", "P-1", "20260110", "090000", "CT chest", "", {"CT"}, 100});
    bench.fake.put({"1.2", "P-1", "20250101", "090000", "CT chest", "", {"CT"}, 100});
    bench.fake.put({"1.3", "P-1", "20250201", "090000", "MR knee", "", {"MR"}, 100});
    bench.fake.put({"1.4", "P-1", "20250301", "090000", "CT", "", {"CT"}, 100});
    bench.fake.put({"2.1", "P-2", "20260109", "090000", "Kontrolle", "CHEST", {"CR"}, 2});
    bench.fake.put({"2.2", "P-2", "20240109", "090000", "lung", "", {"CT"}, 50});
    bench.fake.put({"3.1", "P-3", "20260109", "080000", "CT head", "", {"CT"}, 100});
    bench.fake.put({"4.1", "P-4", "20251201", "080000", "CT head", "", {"CT"}, 100});
    records::Draft draft;
    draft.archive = "List";
    draft.study = StudyInstanceUid("3.1");
    draft.json = "{}";
    draft.state = "draft";
    const auto saved = bench.records->saveDraft(draft);
    REQUIRE(saved);
    PrefetchRules rules = builtInPrefetchRules();
    rules.mostPriors = 2;
    auto plan = bench.plan(rules);
    CHECK(plan.looked == 3);
    CHECK(uids(plan) == std::vector<std::string>{"1.1", "1.2", "1.4", "2.1", "2.2", "3.1"});
    CHECK(plan.items[1].reason == "prior: same body part (CHEST), same kind of image (CT)");
    CHECK(plan.items[2].reason == "prior: same kind of image (CT)");
    CHECK(plan.items[4].reason == "prior: same body part (CHEST)"); // by Body Part Examined of the series
    CHECK_FALSE(plan.items[0].prior);
    CHECK(plan.items[4].prior);

    // The budget lets through what still fits.
    plan = bench.plan(rules, plan.items[0].bytes + plan.items[3].bytes + 1000);
    CHECK(plan.items[0].withinBudget);
    CHECK_FALSE(plan.items[1].withinBudget);
    CHECK(plan.items[3].withinBudget);

    // A signed report ends the interest, what is here whole needs no fetching.
    draft.id = saved->id;
    REQUIRE(bench.records->setReader({dicom::PersonName::parse("Reader"), "O", "l", "reader"}, "secret"));
    records::SignedObject object;
    object.item.archive = "List";
    object.item.study = draft.study;
    object.item.sop = SopInstanceUid("3.1.1.1");
    object.item.kind = "SR";
    object.part10 = makeSlice(1);
    REQUIRE(bench.records->sign(saved->id, "{}", {object}));
    cache::StudyRecord here;
    here.archive = "List";
    here.study = StudyInstanceUid("2.1");
    here.expected = 0;
    REQUIRE(bench.cache->putStudy(here));
    bench.fake.put({"2.1", "P-2", "20260109", "090000", "chest", "", {"CR"}, 0});
    REQUIRE(bench.cache->markComplete("List", here.study, true, "2026-01-10T00:00:00Z"));
    CHECK(uids(bench.plan(rules)) == std::vector<std::string>{"1.1", "1.2", "1.4", "2.2"});
}

TEST_CASE("A run ends at its budget, and what was begun goes on at the next", "[core][archive]")
{
    Bench<FakeArchive> bench;
    SliceOptions slices{"1.2.840.99.1", "1.2.840.99.1.1", "P-100"};
    slices.side = 64;
    bench.fake.addSeries(100, slices);
    bench.fake.addSeries(100, {"1.2.840.99.2", "1.2.840.99.2.1", "P-100"});
    bench.fake.faults.bytesPerSecond = 4e6; // else all is here before anybody counts
    bench.lines.note("Fake", 30e6);
    const std::uint64_t each = makeSlice(1, slices).size();
    PrefetchPlan plan;
    plan.archive = "Fake";
    for (const char* uid : {"1.2.840.99.1", "1.2.840.99.2"}) {
        PrefetchItem item;
        item.study.study = StudyInstanceUid(uid);
        item.reason = "next on the worklist";
        plan.items.push_back(item);
    }
    PrefetchLimits limits;
    limits.bytes = 40 * each;
    std::size_t told = 0;
    auto outcome = runPrefetch(bench.scheduler(), plan, limits, [&](const PrefetchItem&, const Result<SyncReport>&) { ++told; });
    CHECK(outcome.stoppedByBudget);
    CHECK(outcome.fetched == 0);
    CHECK(told == 1);
    CHECK(outcome.bytes >= 40 * each);
    CHECK(outcome.bytes <= 80 * each); // what was on the way on eight connections or not looked at yet
    const auto jobs = bench.jobs->jobs().value();
    REQUIRE(jobs.size() == 1);
    CHECK(jobs[0].priority == SyncPriority::Prefetch);
    CHECK(jobs[0].errorCode.empty());
    CHECK(jobs[0].reason == "next on the worklist");

    limits.bytes = 1'000'000'000;
    outcome = runPrefetch(bench.scheduler(), plan, limits, {});
    CHECK(outcome.fetched == 2);
    CHECK_FALSE(outcome.stoppedByBudget);
    CHECK(bench.fake.requests("/studies/1.2.840.99.1/series/1.2.840.99.1.1/instances/") == 100); // none twice
    CHECK(bench.jobs->jobs().value().empty());

    limits.pause = [] { return true; }; // a metered line
    outcome = runPrefetch(bench.scheduler(), plan, limits, {});
    CHECK((outcome.stoppedByBudget && outcome.bytes == 0));
}

} // namespace prefetch_test
