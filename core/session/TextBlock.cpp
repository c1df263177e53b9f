#include "core/session/TextBlock.h"

#include <cstring>

#include "core/base/JobQueue.h"
#include "core/vault/Seal.h"

namespace akari::session {
namespace {

constexpr std::size_t kBlock = 64;

// The first place of the word in [from, end), or end. A block is looked at as a whole for its first and last letter, which the compiler turns
// into vector instructions; std::string::find stops at every first letter and is several times slower in such texts.
std::size_t findWord(const char* text, std::size_t from, std::size_t end, std::string_view word)
{
    const std::size_t more = word.size() - 1;
    const char first = word.front();
    const char last = word.back();
    const auto found = [&](std::size_t at) {
        return text[at] == first && text[at + more] == last && std::memcmp(text + at, word.data(), word.size()) == 0;
    };
    std::size_t at = from;
    for (; at + kBlock + more <= end; at += kBlock) {
        unsigned char any = 0;
        for (std::size_t i = 0; i < kBlock; ++i) {
            any = static_cast<unsigned char>(any | ((text[at + i] == first) & (text[at + i + more] == last)));
        }
        for (std::size_t i = 0; any != 0 && i < kBlock; ++i) {
            if (found(at + i)) {
                return at + i;
            }
        }
    }
    for (; at + more < end; ++at) {
        if (found(at)) {
            return at;
        }
    }
    return end;
}

} // namespace

void TextBlock::reserve(std::size_t bytes)
{
    if (m_bytes.capacity() - m_bytes.size() < bytes) {
        std::string larger;
        larger.reserve(m_bytes.size() + bytes);
        larger.append(m_bytes);
        vault::wipe(m_bytes);
        m_bytes = std::move(larger);
    }
}

void TextBlock::put(std::uint32_t id, std::string_view text)
{
    remove(id);
    if (id >= m_places.size()) {
        m_places.resize(id + std::size_t{1});
    }
    if (text.empty()) {
        return;
    }
    m_places[id] = {m_bytes.size(), static_cast<std::uint32_t>(text.size())};
    m_parts.push_back({m_bytes.size(), id});
    m_bytes.append(text);
    m_bytes.push_back('\0');
}

void TextBlock::remove(std::uint32_t id)
{
    if (id >= m_places.size() || m_places[id].length == 0) {
        return;
    }
    m_waste += m_places[id].length;
    m_places[id].length = 0;
    if (m_waste > m_bytes.size() / 2 && m_waste > (std::uint64_t{1} << 20)) {
        compact();
    }
}

void TextBlock::compact()
{
    std::string bytes;
    bytes.reserve(m_bytes.size() - m_waste);
    std::vector<Part> parts;
    for (const Part& part : m_parts) {
        Place& place = m_places[part.id];
        if (place.length == 0 || place.at != part.at) {
            continue;
        }
        parts.push_back({bytes.size(), part.id});
        bytes.append(m_bytes, part.at, place.length);
        bytes.push_back('\0');
        place.at = parts.back().at;
    }
    vault::wipe(m_bytes);
    m_bytes = std::move(bytes);
    m_parts = std::move(parts);
    m_waste = 0;
}

void TextBlock::searchParts(std::size_t begin, std::size_t end, std::string_view word, std::vector<std::uint8_t>& hit) const
{
    const std::size_t last = end < m_parts.size() ? m_parts[end].at : m_bytes.size();
    std::size_t part = begin;
    for (std::size_t at = m_parts[begin].at; (at = findWord(m_bytes.data(), at, last, word)) < last;) {
        while (part + 1 < end && m_parts[part + 1].at <= at) {
            ++part;
        }
        const Place& place = m_places[m_parts[part].id];
        if (place.length != 0 && place.at == m_parts[part].at) {
            hit[m_parts[part].id] = 1;
        }
        if (++part >= end) {
            return;
        }
        at = m_parts[part].at; // one hit a text is enough
    }
}

void TextBlock::search(std::string_view word, std::vector<std::uint8_t>& hit) const
{
    if (word.empty() || m_parts.empty()) {
        return;
    }
    parallelFor(static_cast<int>(m_parts.size()), 4096, [&](int begin, int end) {
        searchParts(static_cast<std::size_t>(begin), static_cast<std::size_t>(end), word, hit);
    });
}

bool TextBlock::holds(std::uint32_t id, std::string_view word) const
{
    if (id >= m_places.size() || m_places[id].length < word.size()) {
        return false;
    }
    const Place& place = m_places[id];
    const std::size_t end = place.at + place.length;
    return word.empty() || findWord(m_bytes.data(), place.at, end, word) < end;
}

void TextBlock::wipe()
{
    vault::wipe(m_bytes);
    m_bytes.shrink_to_fit();
    m_places.clear();
    m_parts.clear();
    m_waste = 0;
}

} // namespace akari::session
