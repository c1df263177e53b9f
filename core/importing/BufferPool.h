// Private to the room: blocks that objects are read into, used again and again, so that a long import neither grows nor spends its time on
// fresh pages.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "core/base/Bytes.h"

namespace akari::importing {

class BufferPool {
public:
    // A block of `bytes`; its content is what was left in it. Goes back when the last owner drops it. Any thread; blocks outlive the pool.
    std::shared_ptr<Bytes> take(std::size_t bytes);

private:
    struct Free {
        std::mutex mutex;
        std::vector<std::unique_ptr<Bytes>> blocks;
    };
    std::shared_ptr<Free> m_free = std::make_shared<Free>();
};

} // namespace akari::importing
