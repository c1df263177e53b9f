// Many short texts one behind another, searched in one pass: a letter typed into 100 000 studies costs a few milliseconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace akari::session {

// Not thread-safe for writing; search() and holds() may run at once. Texts and words hold no NUL.
class TextBlock {
public:
    void reserve(std::size_t bytes);                   // so many more will be put
    void put(std::uint32_t id, std::string_view text); // replaces; ids should be dense
    void remove(std::uint32_t id);
    // hit[id] is set to 1 where the text holds the word; others are left. `hit` has room for every id.
    void search(std::string_view word, std::vector<std::uint8_t>& hit) const;
    bool holds(std::uint32_t id, std::string_view word) const;
    std::size_t bytes() const { return m_bytes.capacity(); }
    void wipe(); // overwritten and emptied

private:
    struct Place {
        std::uint64_t at = 0;
        std::uint32_t length = 0;
    };
    struct Part {
        std::uint64_t at = 0;
        std::uint32_t id = 0;
    };
    void compact();
    void searchParts(std::size_t begin, std::size_t end, std::string_view word, std::vector<std::uint8_t>& hit) const;

    std::string m_bytes;          // every text ends in NUL, so that no word is found across two
    std::vector<Place> m_places;  // by id; length 0: none
    std::vector<Part> m_parts;    // in the order of m_bytes, those replaced included
    std::uint64_t m_waste = 0;
};

} // namespace akari::session
