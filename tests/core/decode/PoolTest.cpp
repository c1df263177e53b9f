#include <atomic>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>
#include <unistd.h>

#include "core/decode/JobMemory.h"
#include "core/decode/WorkerProtocol.h"
#include "tests/core/decode/DecodeSupport.h"

using namespace akari;
using namespace akari::decode;
using namespace akari::decode::test;

namespace {

std::string textOf(const std::filesystem::path& path)
{
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

// The soft limit in /proc/<pid>/limits.
std::string limitOf(std::int64_t pid, const std::string& name)
{
    std::istringstream lines(textOf("/proc/" + std::to_string(pid) + "/limits"));
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(name)) {
            std::istringstream rest(line.substr(name.size()));
            std::string soft;
            rest >> soft;
            return soft;
        }
    }
    return {};
}

bool sleeping(pid_t thread)
{
    return textOf("/proc/self/task/" + std::to_string(thread) + "/status").find("State:\tS") != std::string::npos;
}

std::size_t sharedBlocks()
{
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code error;
        const auto target = std::filesystem::read_symlink(entry.path(), error).string();
        count += target.find("memfd:akari") != std::string::npos ? 1 : 0;
    }
    return count;
}

// Decodes on another thread in a worker that is stopped, and calls `act` once the job has been handed over.
template <class Act> Result<DecodedFrame> decodeInStopped(DecodePool& pool, const Opened& job, StopToken stop, const Act& act)
{
    const auto pid = static_cast<pid_t>(pool.workers().at(0).pid);
    ::kill(pid, SIGSTOP);
    Result<DecodedFrame> result = fail("test", "not run");
    std::atomic<pid_t> thread{0};
    std::thread decoding([&] {
        thread = ::gettid();
        result = pool.decode(job.file, job.pixels, job.frames[0], FrameNumber{1}, BindingToken{1}, stop);
    });
    // Both blocks of memory are there and the thread waits: it can only be for the answer.
    while (thread == 0 || sharedBlocks() < 2 || !sleeping(thread)) {
        std::this_thread::yield();
    }
    act(pid);
    decoding.join();
    return result;
}

} // namespace

TEST_CASE("A reply that answers another job is refused", "[core][decode]")
{
    JobMessage job;
    job.job = 5;
    job.token = 9;
    job.frame = 3;
    job.pixels = grey(4, 6, 16, 12);
    ReplyMessage reply;
    reply.job = 5;
    reply.token = 9;
    reply.frame = 3;
    reply.rows = 4;
    reply.columns = 6;
    reply.samplesPerPixel = 1;
    reply.containerBits = 16;
    reply.inputHash = {1, 2, 3};
    const KeyedHash hash = reply.inputHash;
    REQUIRE(checkReply(job, reply, hash));
    const auto refused = [&](auto change) {
        ReplyMessage other = reply;
        change(other);
        const auto checked = checkReply(job, other, hash);
        return !checked && checked.error().code == "decode.mismatch";
    };
    CHECK(refused([](ReplyMessage& r) { r.job = 4; }));
    CHECK(refused([](ReplyMessage& r) { r.token = 8; }));
    CHECK(refused([](ReplyMessage& r) { r.frame = 4; }));
    CHECK(refused([](ReplyMessage& r) { std::swap(r.rows, r.columns); }));
    CHECK(refused([](ReplyMessage& r) { r.samplesPerPixel = 3; }));
    CHECK(refused([](ReplyMessage& r) { r.containerBits = 8; }));
    CHECK(refused([](ReplyMessage& r) { r.inputHash[0] ^= 1U; }));
    CHECK_FALSE(fromBytes<ReplyMessage>(Bytes(3)));
}

TEST_CASE("RLE of 8, 16 and 32 bits and of colour comes out exactly", "[core][decode]")
{
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    const auto decoded = [&](const Opened& opened) {
        auto frame = decodeFrame(pool, opened);
        if (!frame) {
            FAIL(reasonOf(frame.error()));
        }
        return frame->samples;
    };
    CHECK(decoded(made(kRle, rleOf({{1, 2, 3, 4}}), grey(2, 2, 8, 8))) == Bytes{1, 2, 3, 4});
    CHECK(decoded(made(kRle, rleOf({{0x12, 0xFF}, {0x34, 0xFE}}), grey(1, 2, 16, 16))) == Bytes{0x34, 0x12, 0xFE, 0xFF});
    CHECK(decoded(made(kRle, rleOf({{0x08, 0x07}, {0x01, 0xFF}}), grey(1, 2, 16, 12, true))) == Bytes{0x01, 0xF8, 0xFF, 0x07});
    CHECK(decoded(made(kRle, rleOf({{1}, {2}, {3}, {4}}), grey(1, 1, 32, 32))) == Bytes{4, 3, 2, 1});
    CHECK(decoded(made(kRle, rleOf({{1, 4}, {2, 5}, {3, 6}}), colour(1, 2, Photometric::Rgb))) == Bytes{1, 2, 3, 4, 5, 6});
    CHECK(decoded(made(kRle, rleOf({{0b00000101}}), grey(1, 3, 1, 1))) == Bytes{1, 0, 1});
    // A replicated run and the no-operation byte.
    Bytes run(64);
    run[0] = 1;
    run[4] = 64;
    run.insert(run.end(), {128, 254, 9, 0, 7});
    CHECK(decoded(made(kRle, run, grey(1, 4, 8, 8))) == Bytes{9, 9, 9, 7});
}

TEST_CASE("Damaged RLE is an error, never part of a picture", "[core][decode]")
{
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    REQUIRE(decodeFrame(pool, flat(0xFF)));
    Bytes cut = rleOf({Bytes(64 * 64, 1)});
    cut.resize(cut.size() / 2);
    const auto frame = decodeFrame(pool, made(kRle, cut, grey(64, 64, 8, 8)));
    REQUIRE_FALSE(frame);
    CHECK(frame.error().code == "decode.failed");
    CHECK(decodeFrame(pool, made(kRle, Bytes(10), grey(64, 64, 8, 8))).error().code == "decode.failed");
    CHECK(decodeFrame(pool, made(kRle, rleOf({Bytes(16), Bytes(16)}), grey(4, 4, 8, 8))).error().code == "decode.failed");
    CHECK(decodeFrame(pool, made("1.2.840.10008.1.2.4.102", Bytes(10), grey(4, 4, 8, 8))).error().code == "decode.unsupported");
    const auto next = decodeFrame(pool, flat(3));
    REQUIRE(next);
    CHECK(next->samples == Bytes(64 * 64, 3));
}

TEST_CASE("The identity of a job comes back with the frame", "[core][decode]")
{
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    const auto job = flat(5);
    const auto frame = pool.decode(job.file, job.pixels, job.frames[0], FrameNumber{1}, BindingToken{1234});
    REQUIRE(frame);
    CHECK(frame->token == BindingToken{1234});
    CHECK(frame->inputHash.size() == 32);
    CHECK(frame->pixels.bitsAllocated == 8);
}

TEST_CASE("The memory of a job is zero whatever the last one left in it", "[core][decode]")
{
    const auto zero = [](JobMemory& memory) {
        const BytesView all(memory.block().data(), memory.block().size());
        return std::all_of(all.begin(), all.end(), [](std::uint8_t value) { return value == 0; });
    };
    JobMemory memory;
    int made = 0;
    for (const std::size_t bytes : {1000000U, 1000000U, 900000U, 10U, 3000000U, 2000000U, 200000U, 200000U}) {
        REQUIRE(memory.prepare(bytes, 1000));
        made += memory.fresh() ? 1 : 0;
        REQUIRE(memory.block().size() >= bytes);
        REQUIRE(zero(memory));
        std::memset(memory.block().data(), 0xAA, memory.block().size());
    }
    CHECK(made == 3);
}

TEST_CASE("What lies behind an input is zero, and what was taken out leaves zeros", "[core][decode]")
{
    const auto zeroFrom = [](JobMemory& memory, std::size_t begin) {
        const BytesView rest = BytesView(memory.block().data(), memory.block().size()).subspan(begin);
        return std::all_of(rest.begin(), rest.end(), [](std::uint8_t value) { return value == 0; });
    };
    JobMemory input;
    for (const std::size_t bytes : {5000U, 100U, 6000U, 1U, 5999U}) {
        const Bytes text(bytes, 0xAB);
        REQUIRE(input.fill(text, 2000));
        CHECK(std::equal(text.begin(), text.end(), input.block().data()));
        CHECK(zeroFrom(input, bytes));
    }
    JobMemory output;
    for (const std::size_t bytes : {100000U, 99999U, 1U, 100000U, 50000U}) {
        REQUIRE(output.prepare(bytes, 0));
        REQUIRE(zeroFrom(output, 0));
        std::memset(output.block().data(), 0xCD, output.block().size());
        CHECK(output.take(bytes) == Bytes(bytes, 0xCD));
        CHECK(zeroFrom(output, 0));
    }
    // A picture that was never fetched: the next job finds zeros all the same.
    REQUIRE(output.prepare(50000, 0));
    std::memset(output.block().data(), 0xCD, output.block().size());
    REQUIRE(output.prepare(50000, 0));
    CHECK(zeroFrom(output, 0));
}

TEST_CASE("Frames of changing size in one worker keep to themselves", "[core][decode]")
{
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    std::uint8_t value = 1;
    for (const std::uint32_t side : {512U, 8U, 700U, 64U, 2000U, 64U, 65U}) {
        const auto frame = decodeFrame(pool, flat(value, side));
        REQUIRE(frame);
        REQUIRE(frame->samples == Bytes(std::size_t{side} * side, value));
        ++value;
    }
    CHECK(pool.workers().at(0).jobs == 7);
}

TEST_CASE("A worker runs behind its limits and its filter, and says so", "[core][decode]")
{
#ifdef AKARI_SANITIZED
    AKARI_SKIP("sanitizers need the address space and the system calls that the limits take");
#endif
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    REQUIRE(decodeFrame(pool, flat(5)));
    const WorkerInfo small = pool.workers().at(0);
    CHECK(small.seccomp);
    CHECK(small.jobs == 1);
    CHECK(limitOf(small.pid, "Max address space") == std::to_string(small.addressSpaceLimit));
    CHECK(limitOf(small.pid, "Max cpu time") == std::to_string(small.cpuSecondsLimit));
    CHECK(limitOf(small.pid, "Max core file size") == "0");
    CHECK(limitOf(small.pid, "Max file size") == "0");
    CHECK(limitOf(small.pid, "Max open files") == "16");
    const auto status = textOf("/proc/" + std::to_string(small.pid) + "/status");
    CHECK(status.find("Seccomp:\t2") != std::string::npos);
    CHECK(status.find("NoNewPrivs:\t1") != std::string::npos);
    // A larger frame, a larger limit, by exactly what it declares more.
    REQUIRE(decodeFrame(pool, flat(5, 1024)));
    const WorkerInfo large = pool.workers().at(0);
    CHECK(large.pid == small.pid);
    CHECK(large.addressSpaceLimit - small.addressSpaceLimit == 6 * (1024 * 1024 - 64 * 64));
    CHECK(limitOf(large.pid, "Max address space") == std::to_string(large.addressSpaceLimit));
    CHECK(workerMemoryLimit(grey(512, 512, 16, 12)) == 64 * 1024 * 1024 + 6 * 512 * 512 * 2);
}

TEST_CASE("A worker killed in the middle of a frame is replaced", "[core][decode]")
{
    DecodePool pool({1, std::chrono::milliseconds(60000)});
    REQUIRE(decodeFrame(pool, flat(1)));
    const auto before = pool.workers().at(0).pid;
    const auto killed = decodeInStopped(pool, flat(2), {}, [](pid_t pid) { ::kill(pid, SIGKILL); });
    REQUIRE_FALSE(killed);
    CHECK(killed.error().code == "decode.died");
    CHECK(killed.error().detail == "signal 9");
    const auto next = decodeFrame(pool, flat(3));
    REQUIRE(next);
    CHECK(next->samples == Bytes(64 * 64, 3));
    CHECK(pool.workers().at(0).pid != before);
}

TEST_CASE("A worker killed while idle costs no frame", "[core][decode]")
{
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    REQUIRE(decodeFrame(pool, flat(1)));
    const auto pid = pool.workers().at(0).pid;
    ::kill(static_cast<pid_t>(pid), SIGKILL);
    while (textOf("/proc/" + std::to_string(pid) + "/status").find("State:\tZ") == std::string::npos) {
        std::this_thread::yield();
    }
    const auto next = decodeFrame(pool, flat(3));
    REQUIRE(next);
    CHECK(next->samples == Bytes(64 * 64, 3));
}

TEST_CASE("A frame that hangs is given up, a cancelled one is left", "[core][decode]")
{
    DecodePool pool({1, std::chrono::milliseconds(150)});
    REQUIRE(decodeFrame(pool, flat(1)));
    const auto hung = decodeInStopped(pool, flat(2), {}, [](pid_t) {});
    REQUIRE_FALSE(hung);
    CHECK(hung.error().code == "decode.timeout");

    DecodePool patient({1, std::chrono::milliseconds(60000)});
    REQUIRE(decodeFrame(patient, flat(1)));
    StopSource source;
    const auto left = decodeInStopped(patient, flat(2), source.token(), [&](pid_t) { source.requestStop(); });
    REQUIRE_FALSE(left);
    CHECK(left.error().code == "decode.cancelled");
    REQUIRE(decodeFrame(patient, flat(3)));
    const auto job = flat(4);
    CHECK(patient.decode(job.file, job.pixels, job.frames[0], FrameNumber{1}, BindingToken{1}, source.token()).error().code == "decode.cancelled");
}

TEST_CASE("A pool that was warmed up has a worker before its first frame", "[core][decode]")
{
    DecodePool pool({2, std::chrono::milliseconds(60000)});
    CHECK(pool.workers().empty());
    pool.warmUp();
    pool.warmUp();
    for (int i = 0; i < 2000 && pool.workers().empty(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    REQUIRE(pool.workers().size() == 1);
    const auto pid = pool.workers().at(0).pid;
    CHECK(pool.workers().at(0).jobs == 0);
    REQUIRE(decodeFrame(pool, flat(5)));
    REQUIRE(pool.workers().size() == 1);
    CHECK(pool.workers().at(0).pid == pid);
}

TEST_CASE("Many threads get each their own frame", "[core][decode]")
{
    DecodePool pool({2, std::chrono::milliseconds(60000)});
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 50; ++i) {
                const auto value = static_cast<std::uint8_t>(t * 40 + i % 40);
                const auto job = flat(value);
                const BindingToken token{static_cast<std::uint64_t>(t * 1000 + i)};
                const auto frame = pool.decode(job.file, job.pixels, job.frames[0], FrameNumber{1}, token);
                if (!frame || frame->token != token || frame->samples != Bytes(64 * 64, value)) {
                    ++wrong;
                }
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(wrong == 0);
    std::uint64_t jobs = 0;
    for (const auto& worker : pool.workers()) {
        jobs += worker.jobs;
    }
    CHECK(jobs == 300);
}
