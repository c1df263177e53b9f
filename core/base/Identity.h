// Who an object is. UIDs are strong types, so that a series can't be handed over where a study is asked for.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace akari {

template <class Kind> struct UidOf {
    std::string value;

    UidOf() = default;
    explicit UidOf(std::string text) : value(std::move(text)) {}
    bool empty() const { return value.empty(); }
    auto operator<=>(const UidOf&) const = default;
    bool operator==(const UidOf&) const = default;
};
using StudyInstanceUid = UidOf<struct StudyKind>;
using SeriesInstanceUid = UidOf<struct SeriesKind>;
using SopInstanceUid = UidOf<struct SopInstanceKind>;
using SopClassUid = UidOf<struct SopClassKind>;
using FrameOfReferenceUid = UidOf<struct FrameOfReferenceKind>;

// PS3.5 9.1: digits and dots, at most 64 characters, no empty or zero-led component.
bool isValidUid(std::string_view text);
// A new "2.25.<128-bit random decimal>" (PS3.5 B.2).
std::string makeUid();

// 0-based index into a display set's order.
struct FrameIndex {
    std::int32_t value = 0;
    auto operator<=>(const FrameIndex&) const = default;
};
// 1-based DICOM frame number within one SOP instance.
struct FrameNumber {
    std::int32_t value = 1;
    auto operator<=>(const FrameNumber&) const = default;
};

// An object as the program knows it. contentVersion is the first 16 hex digits of the SHA-256 of the Part 10 bytes: the same UIDs
// with other bytes are another object.
struct ObjectIdentity {
    std::string archive; // archive name, or "import:<hash>" for media, or "file:<hash>" for --file
    StudyInstanceUid study;
    SeriesInstanceUid series;
    SopInstanceUid sop;
    std::string contentVersion;

    auto operator<=>(const ObjectIdentity&) const = default;
    bool operator==(const ObjectIdentity&) const = default;
};

// Travels viewport -> load -> worker -> picture and back; what does not match what the viewport shows now is dropped (hazard 1).
// Every binding of a viewport to content gets a new one; 0 is "nothing".
struct BindingToken {
    std::uint64_t value = 0;
    auto operator<=>(const BindingToken&) const = default;
    static BindingToken next(); // process-wide, never repeats, any thread
};

} // namespace akari

template <class Kind> struct std::hash<akari::UidOf<Kind>> {
    std::size_t operator()(const akari::UidOf<Kind>& uid) const noexcept { return std::hash<std::string>{}(uid.value); }
};
