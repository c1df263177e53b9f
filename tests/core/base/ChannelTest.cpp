#include "core/base/Process.h"

#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/Catch.h"

using namespace akari;
using namespace std::chrono_literals;

TEST_CASE("a received descriptor is the same block of memory and closes on exec", "[core][base]")
{
    int ends[2] = {-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
    Channel here(ends[0]);
    Channel there(ends[1]);
    auto memory = SharedMemory::create(4096);
    REQUIRE(memory);
    std::memcpy((*memory)->data(), "frame", 5);
    REQUIRE(here.send(asBytes("take this"), {(*memory)->descriptor()}));
    auto message = there.receive(1s);
    REQUIRE(message);
    CHECK(asText(message->bytes) == "take this");
    REQUIRE(message->descriptors.size() == 1);
    CHECK((::fcntl(message->descriptors[0], F_GETFD) & FD_CLOEXEC) != 0);
    auto adopted = SharedMemory::adopt(message->descriptors[0], 4096, true);
    REQUIRE(adopted);
    CHECK(std::memcmp((*adopted)->data(), "frame", 5) == 0);
    (*adopted)->data()[0] = 'F';
    CHECK((*memory)->data()[0] == 'F');
    CHECK(here.receive(0ms).error().code == "process.timeout");
}
