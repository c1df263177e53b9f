#include "core/base/ChangeLog.h"

#include "tests/support/Catch.h"

using namespace akari;

TEST_CASE("A change log names what changed since, once each", "[core][base]")
{
    ChangeLog log;
    const auto first = log.since(0);
    CHECK(first.everything);
    CHECK_FALSE(log.since(first.now).everything);
    CHECK(log.since(first.now).studies.empty());
    log.note("a", StudyInstanceUid("1.1"));
    log.note("a", StudyInstanceUid("1.2"));
    log.note("a", StudyInstanceUid("1.1"));
    const auto second = log.since(first.now);
    CHECK(second.studies == std::vector<StudyPlace>{{"a", StudyInstanceUid("1.1")}, {"a", StudyInstanceUid("1.2")}});
    log.note("b", StudyInstanceUid("1.1"));
    CHECK(log.since(second.now).studies == std::vector<StudyPlace>{{"b", StudyInstanceUid("1.1")}});
    CHECK(log.since(first.now).studies.size() == 3);
}

TEST_CASE("A change log that can't remember all says everything", "[core][base]")
{
    ChangeLog log;
    const auto before = log.since(0).now;
    for (int i = 0; i < 5000; ++i) {
        log.note("a", StudyInstanceUid("1." + std::to_string(i + 1)));
    }
    const auto changes = log.since(before);
    CHECK(changes.everything);
    log.note("a", StudyInstanceUid("2.1"));
    CHECK_FALSE(log.since(changes.now).everything);
    CHECK(log.since(changes.now).studies.size() == 1);
}
