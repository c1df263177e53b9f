// The disk below a program, as much of it as a power cut leaves.
//
// Contents: what was in a file at its last fsync is there; of what was written or cut since, any part may be: whole, not at all, or by
// sectors of 512 bytes, in any order; where a file grew, sectors that did not arrive are zeroes or anything at all.
// Names, two models. Ordered (ext4, XFS): creations, renames and removals reach the disk in their order, some first ones of them; any fsync
// brings all that were before it. Strict (POSIX): those of a folder are sure after an fsync of that folder alone, and each folder for
// itself.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/soak/powercut/Log.h"

namespace akari::soak {

enum class Variant { Dropped, DroppedOrdered, Kept, TornOrdered, TornStrict };
const char* text(Variant variant);

struct DiskState {
    std::set<std::string> folders;
    std::map<std::string, Bytes> files;
    bool operator==(const DiskState&) const = default;
};

class Disk {
public:
    // In the log's order. Throws std::runtime_error where the log contradicts itself.
    void apply(const Operation& operation);
    // If the power is cut now. `random` decides what of the unsynced is there.
    DiskState cut(Variant variant, std::mt19937_64& random) const;
    // Nothing lost: what the program itself sees.
    DiskState whole() const;

private:
    struct Node {
        Bytes durable;
        Bytes live;
        std::vector<Operation> pending; // writes and truncations since the last fsync
    };
    using NodePtr = std::shared_ptr<Node>;
    struct Names {
        std::set<std::string> folders;
        std::map<std::string, NodePtr> files;
    };
    struct NameChange {
        Operation operation;
        NodePtr node; // of a creation
    };
    static void change(Names& names, const NameChange& one);
    void note(const Operation& operation, NodePtr node);
    Names namesAfter(Variant variant, std::mt19937_64& random) const;
    static Bytes contentAfter(const Node& node, Variant variant, std::mt19937_64& random);

    Names m_live;
    Names m_ordered;                                            // sure in the ordered model
    std::vector<NameChange> m_pending;                          // since then
    Names m_strict;                                             // sure in the strict model
    std::map<std::string, std::vector<NameChange>> m_pendingIn; // by folder
    std::map<std::uint64_t, NodePtr> m_nodes;
};

} // namespace akari::soak
