#include "core/importing/BufferPool.h"

namespace akari::importing {
namespace {

constexpr std::size_t kLargestKept = std::size_t{2} << 20;
constexpr std::size_t kMostKept = 128;

} // namespace

std::shared_ptr<Bytes> BufferPool::take(std::size_t bytes)
{
    std::unique_ptr<Bytes> block;
    {
        const std::lock_guard lock(m_free->mutex);
        if (!m_free->blocks.empty() && bytes <= kLargestKept) {
            block = std::move(m_free->blocks.back());
            m_free->blocks.pop_back();
        }
    }
    if (!block) {
        block = std::make_unique<Bytes>();
    }
    block->resize(bytes);
    return {block.release(), [free = m_free](Bytes* back) {
                std::unique_ptr<Bytes> owned(back);
                const std::lock_guard lock(free->mutex);
                if (owned->capacity() <= kLargestKept && free->blocks.size() < kMostKept) {
                    free->blocks.push_back(std::move(owned));
                }
            }};
}

} // namespace akari::importing
