// What both halves of the dataset reader use.
#pragma once

#include "core/dicom/DataSetReader.h"

namespace akari::dicom {

inline constexpr std::uint32_t kUndefinedLength = 0xFFFFFFFF;
inline constexpr Tag kItem{0xFFFE, 0xE000};
inline constexpr Tag kItemEnd{0xFFFE, 0xE00D};
inline constexpr Tag kSequenceEnd{0xFFFE, 0xE0DD};

inline tl::unexpected<ReadFailure> stop(std::string what, Tag tag, std::uint64_t offset)
{
    return tl::unexpected<ReadFailure>(ReadFailure{std::move(what), tag, offset});
}

} // namespace akari::dicom
