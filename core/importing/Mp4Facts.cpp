#include "core/importing/Mp4Facts.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace akari::importing {
namespace {

tl::unexpected<Error> refusedVideo(std::string message, std::string detail = {}) { return fail("import.video", std::move(message), std::move(detail)); }

std::uint64_t numberAt(BytesView bytes, std::size_t at, std::size_t width)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width && at + i < bytes.size(); ++i) {
        value = value << 8 | bytes[at + i];
    }
    return value;
}

// The content of the first box of a type at or after `from`; `from` becomes where the next box begins.
std::optional<BytesView> nextBox(BytesView parent, std::string_view type, std::size_t& from)
{
    while (from + 8 <= parent.size()) {
        std::uint64_t size = numberAt(parent, from, 4);
        std::size_t head = 8;
        if (size == 1 && from + 16 <= parent.size()) {
            size = numberAt(parent, from + 8, 8);
            head = 16;
        } else if (size == 0) {
            size = parent.size() - from;
        }
        if (size < head || size > parent.size() - from) {
            return std::nullopt;
        }
        const BytesView box = parent.subspan(from, size);
        from += size;
        if (asText(box.subspan(4, 4)) == type) {
            return box.subspan(head);
        }
    }
    return std::nullopt;
}

std::optional<BytesView> boxAt(BytesView parent, std::initializer_list<std::string_view> path)
{
    std::optional<BytesView> at = parent;
    for (const std::string_view type : path) {
        std::size_t from = 0;
        at = nextBox(*at, type, from);
        if (!at) {
            return std::nullopt;
        }
    }
    return at;
}

bool isUpright(BytesView track)
{
    const auto header = boxAt(track, {"tkhd"});
    if (!header || header->empty()) {
        return false;
    }
    const std::size_t matrix = (*header)[0] == 1 ? 52 : 40;
    static constexpr std::array<std::uint64_t, 9> kIdentity{0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};
    for (std::size_t i = 0; i < 9; ++i) {
        if (numberAt(*header, matrix + 4 * i, 4) != kIdentity[i]) {
            return false;
        }
    }
    return header->size() >= matrix + 36;
}

// Levels as PS3.5 table 8.2.7-1 and 8.2.8-1 allow them.
Result<std::string> syntaxFor(BytesView sampleEntry)
{
    const auto configuration = sampleEntry.size() > 78 ? boxAt(sampleEntry.subspan(78), {"avcC"}) : std::nullopt;
    if (!configuration || configuration->size() < 4) {
        return refusedVideo("The video does not say how it is compressed; it was left out.", "avcC");
    }
    const unsigned profile = (*configuration)[1];
    const unsigned level = (*configuration)[3];
    if (profile != 100 || level > 42) {
        return refusedVideo("The video is H.264, but not of High profile up to level 4.2, which DICOM asks for; convert it and import it again.",
                       "profile " + std::to_string(profile) + ", level " + std::to_string(level));
    }
    return std::string(level <= 41 ? "1.2.840.10008.1.2.4.102" : "1.2.840.10008.1.2.4.104");
}

Result<Mp4Facts> readTrack(BytesView track, BytesView table)
{
    const auto description = boxAt(table, {"stsd"});
    std::size_t from = 8; // version, flags and the count of entries
    const auto entry = description ? nextBox(*description, "avc1", from) : std::nullopt;
    if (!entry) {
        return refusedVideo("The video is not H.264; convert it and import it again.", "no avc1");
    }
    const auto syntax = syntaxFor(*entry);
    if (!syntax) {
        return fail(syntax.error());
    }
    if (!isUpright(track)) {
        return fail("import.rotated", "The video is stored turned or mirrored and relies on a note to be shown upright; save it upright and import it again.");
    }
    Mp4Facts facts;
    facts.transferSyntaxUid = *syntax;
    facts.columns = static_cast<std::uint16_t>(numberAt(*entry, 24, 2));
    facts.rows = static_cast<std::uint16_t>(numberAt(*entry, 26, 2));
    const auto sizes = boxAt(table, {"stsz"});
    const auto header = boxAt(track, {"mdia", "mdhd"});
    if (!sizes || !header || header->empty()) {
        return refusedVideo("The video has no list of its frames; it was left out.", "stsz, mdhd");
    }
    facts.frames = static_cast<std::uint32_t>(numberAt(*sizes, 8, 4));
    const bool wide = (*header)[0] == 1;
    const double scale = static_cast<double>(numberAt(*header, wide ? 20 : 12, 4));
    const double duration = static_cast<double>(numberAt(*header, wide ? 24 : 16, wide ? 8 : 4));
    if (facts.frames == 0 || facts.rows == 0 || facts.columns == 0 || scale <= 0 || duration <= 0 || facts.frames > 0x7FFFFFFF) {
        return refusedVideo("The video has no frames or no duration; it was left out.");
    }
    facts.frameTime = 1000.0 * duration / scale / facts.frames;
    return facts;
}

} // namespace

Result<Mp4Facts> readMp4(BytesView bytes)
{
    const auto movie = boxAt(bytes, {"moov"});
    std::size_t atData = 0;
    if (!movie || !nextBox(bytes, "mdat", atData)) {
        return refusedVideo("The video file is damaged or cut short; it was left out.", "moov, mdat");
    }
    std::size_t from = 0;
    std::optional<Result<Mp4Facts>> video;
    while (const auto track = nextBox(*movie, "trak", from)) {
        const auto handler = boxAt(*track, {"mdia", "hdlr"});
        const auto table = boxAt(*track, {"mdia", "minf", "stbl"});
        if (!handler || handler->size() < 12 || asText(handler->subspan(8, 4)) != "vide" || !table) {
            continue;
        }
        if (video) {
            return refusedVideo("The file holds several videos; split it and import each.");
        }
        video = readTrack(*track, *table);
    }
    return video ? std::move(*video) : refusedVideo("The file holds no video; it was left out.");
}

} // namespace akari::importing
