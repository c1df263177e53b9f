// What an open study does while its archive does not answer.
#include "core/session/ReadingSession.h"
#include "tests/support/Catch.h"
#include "tests/support/FakeArchive.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::test;

TEST_CASE("A study that was opened while its archive was not there comes by itself when it is", "[core][session]")
{
    std::optional<FakeArchive> fake(std::in_place);
    const auto settings = fake->settings();
    const std::uint16_t port = fake->port();
    fake.reset();

    TempFolder temp;
    SystemClock clock;
    const auto cache = cache::Cache::openInMemory().value();
    const auto records = records::Records::open(temp.path(), vault::Key(Bytes(32, 6)), false, clock).value();
    const auto jobs = archive::JobStore::openInMemory(clock).value();
    archive::LineRates lines;
    decode::DecodePool pool;
    load::MemoryBudget budget{1 << 28};
    archive::Schedulers schedulers{{*cache, *records, *jobs, lines, clock}};
    REQUIRE(records->putArchive(settings));
    session::Engine engine{*cache, *records, pool, budget, clock, lines};
    engine.sync = &schedulers;
    engine.lineRetry = std::chrono::milliseconds(100);

    session::ReadingSession session(engine, "Fake", StudyInstanceUid("1.2.840.99.1"), [] {});
    const auto soon = [&](auto condition) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition(session.syncState()) && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return condition(session.syncState());
    };
    CHECK(soon([](const session::SyncState& state) { return state.problem && state.problem->code == "archive.unreachable" && state.asksAgain && !state.running; }));
    fake.emplace(HttpServer::Wiring{}, port);
    fake->addSeries(5);
    CHECK(soon([](const session::SyncState& state) { return state.complete && !state.running; }));
    const auto state = session.syncState();
    CHECK(state.received == 5);
    CHECK(state.missing == 0);
    CHECK_FALSE(state.asksAgain);
    CHECK_FALSE(state.problem);
    CHECK(state.problems.empty());
    CHECK(session.store()->displaySets().size() == 1);
    CHECK(jobs->jobs().value().empty());
}
