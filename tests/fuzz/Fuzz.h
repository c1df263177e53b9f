// What the fuzz targets share. Each target is one file with LLVMFuzzerTestOneInput; a property that does not hold ends the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "core/base/Bytes.h"

namespace akari::fuzz {

inline void require(bool holds, const char* what)
{
    if (!holds) {
        std::fprintf(stderr, "property broken: %s\n", what);
        std::abort();
    }
}

// Numbers off the front of the input, zeroes when it is used up.
class Input {
public:
    Input(const std::uint8_t* data, std::size_t size) : m_rest(data, size) {}

    std::uint8_t byte()
    {
        if (m_rest.empty()) {
            return 0;
        }
        const std::uint8_t value = m_rest.front();
        m_rest = m_rest.subspan(1);
        return value;
    }
    std::uint16_t word()
    {
        const unsigned low = byte();
        return static_cast<std::uint16_t>(low | (unsigned{byte()} << 8));
    }
    BytesView rest() const { return m_rest; }
    // A copy of exactly that size, so that one byte too far is seen.
    Bytes restCopy() const { return {m_rest.begin(), m_rest.end()}; }
    SharedBytes sharedRest() const { return std::make_shared<const Bytes>(m_rest.begin(), m_rest.end()); }

private:
    BytesView m_rest;
};

// An error's code is stable and its sentence is there.
inline void checkError(const std::string& code, const std::string& message)
{
    require(!code.empty() && code.find(' ') == std::string::npos, "an error has a code");
    require(!message.empty(), "an error has a sentence");
}

} // namespace akari::fuzz
