// A block of memory shared with one worker, kept from job to job because mapping a new one costs more than most frames' decoding.
// Owned by one WorkerSlot and never handed to another worker.
#pragma once

#include <memory>

#include "core/base/Process.h"

namespace akari::decode {

class JobMemory {
public:
    // Makes room for `bytes`, every byte of the block zero, whatever the last job or the worker left in it. `spare` is what to add
    // when a new block is made, for the next jobs that are a little larger.
    Status prepare(std::size_t bytes, std::size_t spare);
    void drop() { m_block.reset(); }

    // True after a prepare() that made a new block: the worker has not got it yet.
    bool fresh() const { return m_fresh; }
    SharedMemory& block() { return *m_block; }

private:
    std::unique_ptr<SharedMemory> m_block;
    bool m_fresh = false;
};

} // namespace akari::decode
