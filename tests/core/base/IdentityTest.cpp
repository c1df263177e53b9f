#include "core/base/Identity.h"

#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "tests/support/Catch.h"

using namespace akari;

TEST_CASE("isValidUid follows PS3.5 9.1", "[core][base]")
{
    for (const char* good : {"1.2.840.10008.1.2", "0", "1.0.2", "2.25.329800735698586629295641978511506172918"}) {
        CHECK(isValidUid(good));
    }
    for (const char* bad : {"", ".", "1.", ".1", "1..2", "1.02", "1.2a", "1.2 ", "00"}) {
        CHECK_FALSE(isValidUid(bad));
    }
    CHECK(isValidUid(std::string(64, '1')));
    CHECK_FALSE(isValidUid(std::string(65, '1')));
}

TEST_CASE("makeUid gives valid, new 2.25 UIDs", "[core][base]")
{
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string uid = makeUid();
        REQUIRE(isValidUid(uid));
        REQUIRE(uid.rfind("2.25.", 0) == 0);
        REQUIRE(seen.insert(uid).second);
    }
}

TEST_CASE("binding tokens never repeat across threads and are never nothing", "[core][base]")
{
    std::set<std::uint64_t> seen;
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 500; ++i) {
                const auto token = BindingToken::next();
                const std::lock_guard lock(mutex);
                seen.insert(token.value);
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(seen.size() == 2000);
    CHECK(seen.count(0) == 0);
}
