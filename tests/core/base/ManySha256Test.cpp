#include "core/base/ManySha256.h"

#include <random>

#include "tests/support/Catch.h"

using namespace akari;

namespace {

std::vector<Bytes> messagesOf(const std::vector<std::size_t>& lengths)
{
    std::minstd_rand random(5);
    std::vector<Bytes> messages;
    for (const std::size_t length : lengths) {
        Bytes message(length);
        for (auto& byte : message) {
            byte = static_cast<std::uint8_t>(random() >> 8);
        }
        messages.push_back(std::move(message));
    }
    return messages;
}

} // namespace

TEST_CASE("Hashes of many messages are those of each alone", "[core][base]")
{
    std::vector<std::size_t> lengths;
    for (std::size_t i = 0; i < 200; ++i) { // every place of the padding
        lengths.push_back(i);
    }
    for (const std::size_t length : {1000, 4096, 65535, 525000, 525000, 525128, 3'000'000}) {
        lengths.push_back(length);
    }
    const auto messages = messagesOf(lengths);
    const std::vector<BytesView> views(messages.begin(), messages.end());
    const auto digests = sha256Each(views);
    REQUIRE(digests.size() == messages.size());
    for (std::size_t i = 0; i < messages.size(); ++i) {
        INFO(messages[i].size());
        REQUIRE(digests[i] == sha256(messages[i]));
    }
    CHECK(sha256Each({}).empty());
}

TEST_CASE("Every kernel that runs here hashes as the library does", "[core][base]")
{
    const auto kernels = sha256Kernels();
    REQUIRE(kernels.back().lanes == 1);
    for (const auto& kernel : kernels) {
        INFO(kernel.name);
        for (std::size_t count = 1; count <= kernel.lanes; ++count) {
            std::vector<std::size_t> lengths;
            for (std::size_t i = 0; i < count; ++i) {
                lengths.push_back((i * 7919 + count * 131) % 3000); // lanes end at different times
            }
            const auto messages = messagesOf(lengths);
            const std::vector<BytesView> views(messages.begin(), messages.end());
            const auto digests = sha256By(kernel, views);
            REQUIRE(digests.size() == count);
            for (std::size_t i = 0; i < count; ++i) {
                REQUIRE(digests[i] == sha256(messages[i]));
            }
        }
    }
}
