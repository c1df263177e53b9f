#include "core/dicom/Tag.h"

#include <array>
#include <cstdio>

namespace akari::dicom {

std::string Tag::text() const
{
    std::array<char, 16> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "(%04X,%04X)", unsigned{group}, unsigned{element});
    return buffer.data();
}

} // namespace akari::dicom
