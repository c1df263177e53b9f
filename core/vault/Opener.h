// Opening many sealed values under one key.
#pragma once

#include <memory>

#include "core/vault/Seal.h"

namespace akari::vault {

// open() for many values under one key: making ready for a key costs more than opening a database row. One thread at a time.
class Opener {
public:
    explicit Opener(const Key& key);
    // Into `plain`, whose memory is used again; wiped where it fails.
    Status open(BytesView sealed, BytesView associated, Bytes& plain);

private:
    struct Free {
        void operator()(void* context) const;
    };
    std::unique_ptr<void, Free> m_context; // holds what was made of the key, overwritten at the end
};

} // namespace akari::vault
