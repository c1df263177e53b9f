#include "tests/soak/powercut/Log.h"

#include <cstring>
#include <optional>
#include <stdexcept>

#include "core/base/FileIo.h"

namespace akari::soak {
namespace {

constexpr std::uint32_t kMagic = 0x43504b41;

struct Head {
    std::uint32_t magic, kind, pathLength, secondLength;
    std::uint64_t node, offset, length;
};

// The answer was out once as much of it as the whole command printed had been written.
std::size_t placeOf(const std::vector<Operation>& operations, std::size_t commandBegan, std::uint64_t printed)
{
    for (std::size_t at = commandBegan; at < operations.size(); ++at) {
        if (operations[at].kind == Kind::Output && operations[at].offset >= printed) {
            return at;
        }
    }
    return operations.size();
}

} // namespace

Log Log::read(const std::filesystem::path& file)
{
    auto bytes = readWholeFile(file);
    if (!bytes) {
        throw std::runtime_error("the log can't be read");
    }
    Log log;
    log.bytes = std::move(*bytes);
    std::size_t at = 0;
    std::size_t commandBegan = 0;
    while (at < log.bytes.size()) {
        Head head{};
        if (log.bytes.size() - at < sizeof head) {
            throw std::runtime_error("the log is cut");
        }
        std::memcpy(&head, log.bytes.data() + at, sizeof head);
        at += sizeof head;
        if (head.magic != kMagic || log.bytes.size() - at < head.pathLength + std::uint64_t{head.secondLength} + head.length) {
            throw std::runtime_error("the log is damaged");
        }
        const auto text = [&](std::size_t length) {
            const std::string part(reinterpret_cast<const char*>(log.bytes.data()) + at, length);
            at += length;
            return part;
        };
        Operation operation{static_cast<Kind>(head.kind), text(head.pathLength), text(head.secondLength), head.node, head.offset, {}};
        operation.data = BytesView(log.bytes).subspan(at, head.length);
        at += head.length;
        if (operation.kind == Kind::Unknown) {
            throw std::runtime_error("a call that the model does not know: " + operation.second + " of " + operation.path);
        }
        if (operation.kind == Kind::Mark) {
            const auto mark = nlohmann::json::parse(operation.data.begin(), operation.data.end());
            log.acknowledgements.push_back({placeOf(log.operations, commandBegan, mark.at("printed")), mark.at("acknowledged")});
            commandBegan = log.operations.size();
        } else {
            log.operations.push_back(std::move(operation));
        }
    }
    return log;
}

} // namespace akari::soak
