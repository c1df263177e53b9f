// Private to the room: one akari-unpack process, which reads one archive or picture and ends. The program runs confined: no files but the
// descriptor it is handed, no network, bounded memory and time, an empty environment.
#pragma once

#include <memory>

#include "core/base/JobQueue.h"
#include "core/base/Process.h"
#include "core/importing/UnpackProtocol.h"

namespace akari::importing {

class UnpackClient {
public:
    // "program.missing", "import.unpacker". The descriptor is only lent.
    static Result<UnpackClient> start(UnpackTask task, int input, std::uint64_t inputBytes, std::uint64_t blockBytes, StopToken stop);

    struct Event {
        UnpackEvent what;
        std::string name;
    };
    // The next event; "import.unpacker" when the program died, hung or talks nonsense, "import.cancelled" when the token says so.
    Result<Event> next();
    Status answer(UnpackAction action);
    BytesView block() const { return {m_block->data(), m_block->size()}; }

private:
    UnpackClient() = default;
    std::unique_ptr<ChildProcess> m_child;
    std::unique_ptr<SharedMemory> m_block;
    StopToken m_stop;
};

} // namespace akari::importing
