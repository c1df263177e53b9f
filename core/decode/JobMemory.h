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
    // The same with `bytes` at the block's beginning; for a block that is never prepare()d and that the worker only reads.
    Status fill(BytesView bytes, std::size_t spare);
    // What the worker wrote into the first `bytes`. Zeroes the block while its bytes are at hand: the next prepare() need not.
    Bytes take(std::size_t bytes);
    void drop() { m_block.reset(); }

    // True after a prepare() or fill() that made a new block: the worker has not got it yet.
    bool fresh() const { return m_fresh; }
    SharedMemory& block() { return *m_block; }

private:
    Status makeRoom(std::size_t bytes, std::size_t spare);

    std::unique_ptr<SharedMemory> m_block;
    std::size_t m_used = 0; // behind these bytes the block is zero
    bool m_fresh = false;
};

} // namespace akari::decode
