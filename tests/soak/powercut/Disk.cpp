#include "tests/soak/powercut/Disk.h"

#include <algorithm>
#include <stdexcept>

namespace akari::soak {
namespace {

constexpr std::size_t kSector = 512;

std::string folderOf(const std::string& path)
{
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

void applyTo(Bytes& content, const Operation& operation)
{
    if (operation.kind == Kind::Truncate) {
        content.resize(operation.offset);
        return;
    }
    content.resize(std::max<std::size_t>(content.size(), operation.offset + operation.data.size()));
    std::copy(operation.data.begin(), operation.data.end(), content.begin() + static_cast<std::ptrdiff_t>(operation.offset));
}

// Some sectors of the write; each is whole or not there. Where the file grew over one that is not there, its length may have come without
// it.
void applyTorn(Bytes& content, const Operation& operation, bool junk, std::mt19937_64& random)
{
    const std::size_t begin = operation.offset;
    const std::size_t end = begin + operation.data.size();
    const std::size_t before = content.size();
    std::size_t reached = random() % 2 == 0 ? end : before;
    std::vector<std::pair<std::size_t, std::size_t>> kept;
    for (std::size_t at = begin; at < end;) {
        const std::size_t next = std::min(end, (at / kSector + 1) * kSector);
        if (random() % 2 == 0) {
            kept.emplace_back(at, next);
            reached = std::max(reached, next);
        }
        at = next;
    }
    if (reached > before) {
        content.resize(reached);
        for (std::size_t at = before; junk && at < reached; ++at) {
            content[at] = static_cast<std::uint8_t>(random());
        }
    }
    for (const auto& [from, to] : kept) {
        std::copy_n(operation.data.begin() + static_cast<std::ptrdiff_t>(from - begin), to - from,
                    content.begin() + static_cast<std::ptrdiff_t>(from));
    }
}

bool isThere(const std::set<std::string>& folders, std::string path)
{
    for (path = folderOf(path); !path.empty(); path = folderOf(path)) {
        if (!folders.contains(path)) {
            return false;
        }
    }
    return true;
}

} // namespace

const char* text(Variant variant)
{
    switch (variant) {
    case Variant::Dropped: return "nothing unsynced, names strict";
    case Variant::DroppedOrdered: return "nothing unsynced, names ordered";
    case Variant::Kept: return "everything";
    case Variant::TornOrdered: return "torn, names ordered";
    case Variant::TornStrict: return "torn with junk, names strict";
    }
    return "";
}

void Disk::change(Names& names, const NameChange& one)
{
    const Operation& operation = one.operation;
    switch (operation.kind) {
    case Kind::Create: names.files[operation.path] = one.node; break;
    case Kind::Unlink: names.files.erase(operation.path); break;
    case Kind::MakeFolder: names.folders.insert(operation.path); break;
    case Kind::RemoveFolder: names.folders.erase(operation.path); break;
    case Kind::Link:
        if (const auto found = names.files.find(operation.path); found != names.files.end()) {
            names.files[operation.second] = found->second;
        }
        break;
    default:
        if (const auto found = names.files.find(operation.path); found != names.files.end()) {
            names.files[operation.second] = found->second;
            names.files.erase(operation.path);
        }
    }
}

void Disk::note(const Operation& operation, NodePtr node)
{
    if ((operation.kind == Kind::Rename || operation.kind == Kind::Link) &&
        (m_live.folders.contains(operation.path) || folderOf(operation.path) != folderOf(operation.second))) {
        throw std::runtime_error("the model knows no renames of folders or between folders: " + operation.path);
    }
    const NameChange one{operation, std::move(node)};
    change(m_live, one);
    m_pending.push_back(one);
    m_pendingIn[folderOf(operation.path)].push_back(one);
}

void Disk::apply(const Operation& operation)
{
    switch (operation.kind) {
    case Kind::Create: {
        auto node = std::make_shared<Node>();
        m_nodes[operation.node] = node;
        note(operation, std::move(node));
        break;
    }
    case Kind::Rename:
    case Kind::Link:
    case Kind::Unlink:
    case Kind::MakeFolder:
    case Kind::RemoveFolder: note(operation, nullptr); break;
    case Kind::Write:
    case Kind::Truncate: {
        const auto node = m_nodes.find(operation.node);
        if (node == m_nodes.end()) {
            throw std::runtime_error("written without having been made: " + operation.path);
        }
        applyTo(node->second->live, operation);
        node->second->pending.push_back(operation);
        break;
    }
    case Kind::Sync: {
        if (const auto node = m_nodes.find(operation.node); node != m_nodes.end()) {
            node->second->durable = node->second->live;
            node->second->pending.clear();
        }
        break;
    }
    case Kind::SyncFolder:
        for (const NameChange& one : m_pendingIn[operation.path]) {
            change(m_strict, one);
        }
        m_pendingIn.erase(operation.path);
        break;
    default: return;
    }
    if (operation.kind == Kind::Sync || operation.kind == Kind::SyncFolder) {
        for (const NameChange& one : m_pending) {
            change(m_ordered, one);
        }
        m_pending.clear();
    }
}

Disk::Names Disk::namesAfter(Variant variant, std::mt19937_64& random) const
{
    if (variant == Variant::Kept) {
        return m_live;
    }
    const auto some = [&](std::size_t count) { return count == 0 ? 0 : random() % (count + 1); };
    if (variant == Variant::TornOrdered || variant == Variant::DroppedOrdered) {
        Names names = m_ordered;
        const std::size_t first = variant == Variant::TornOrdered ? some(m_pending.size()) : 0;
        for (std::size_t i = 0; i < first; ++i) {
            change(names, m_pending[i]);
        }
        return names;
    }
    Names names = m_strict;
    if (variant == Variant::TornStrict) {
        for (const auto& [folder, changes] : m_pendingIn) {
            const std::size_t first = some(changes.size());
            for (std::size_t i = 0; i < first; ++i) {
                change(names, changes[i]);
            }
        }
    }
    return names;
}

Bytes Disk::contentAfter(const Node& node, Variant variant, std::mt19937_64& random)
{
    if (variant == Variant::Kept) {
        return node.live;
    }
    Bytes content = node.durable;
    if (variant == Variant::Dropped || variant == Variant::DroppedOrdered) {
        return content;
    }
    for (const Operation& one : node.pending) {
        const auto fate = random() % 3;
        if (fate == 1 || (fate == 2 && one.kind == Kind::Truncate)) {
            applyTo(content, one);
        } else if (fate == 2) {
            applyTorn(content, one, variant == Variant::TornStrict, random);
        }
    }
    return content;
}

DiskState Disk::cut(Variant variant, std::mt19937_64& random) const
{
    const Names names = namesAfter(variant, random);
    DiskState state;
    for (const std::string& folder : names.folders) {
        if (isThere(names.folders, folder)) {
            state.folders.insert(folder);
        }
    }
    for (const auto& [path, node] : names.files) {
        if (isThere(names.folders, path)) {
            state.files[path] = contentAfter(*node, variant, random);
        }
    }
    return state;
}

DiskState Disk::whole() const
{
    std::mt19937_64 unused;
    return cut(Variant::Kept, unused);
}

} // namespace akari::soak
