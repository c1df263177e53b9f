#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <memory>

#include "core/importing/unpack/Jobs.h"

namespace akari::importing::unpack {
namespace {

struct Source {
    Input& input;
    std::uint64_t position = 0;
    std::array<std::uint8_t, 256 * 1024> buffer{};
};

la_ssize_t readSome(archive* reader, void* data, const void** block)
{
    Source& source = *static_cast<Source*>(data);
    const std::int64_t got = source.input.read(source.position, source.buffer);
    if (got < 0) {
        archive_set_error(reader, 5, "the file can't be read");
        return ARCHIVE_FATAL;
    }
    source.position += static_cast<std::uint64_t>(got);
    *block = source.buffer.data();
    return static_cast<la_ssize_t>(got);
}

la_int64_t skipSome(archive*, void* data, la_int64_t wanted)
{
    Source& source = *static_cast<Source*>(data);
    const std::uint64_t left = source.input.size() - std::min(source.position, source.input.size());
    const std::uint64_t skipped = std::min<std::uint64_t>(left, wanted > 0 ? static_cast<std::uint64_t>(wanted) : 0);
    source.position += skipped;
    return static_cast<la_int64_t>(skipped);
}

la_int64_t seekTo(archive*, void* data, la_int64_t offset, int whence)
{
    Source& source = *static_cast<Source*>(data);
    const auto size = static_cast<la_int64_t>(source.input.size());
    const la_int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? static_cast<la_int64_t>(source.position) : size;
    if (offset > size || offset < -size || base + offset < 0 || base + offset > size) {
        return ARCHIVE_FATAL;
    }
    source.position = static_cast<std::uint64_t>(base + offset);
    return base + offset;
}

std::string reasonOf(archive* reader)
{
    const char* text = archive_error_string(reader);
    return text != nullptr ? text : "unknown";
}

std::string nameOf(archive_entry* entry)
{
    if (const char* utf8 = archive_entry_pathname_utf8(entry)) {
        return utf8;
    }
    const char* raw = archive_entry_pathname(entry);
    return raw != nullptr ? raw : "";
}

// Sends one member's bytes. False when nobody listens any more.
bool sendMember(archive* reader, std::span<std::uint8_t> block, const Tell& tell)
{
    UnpackAction answer = UnpackAction::Go;
    for (;;) {
        std::size_t filled = 0;
        la_ssize_t got = 1;
        while (filled < block.size() && got > 0) {
            got = archive_read_data(reader, block.data() + filled, block.size() - filled);
            filled += got > 0 ? static_cast<std::size_t>(got) : 0;
        }
        if (got < 0) {
            return tell(failedEvent(UnpackEventKind::MemberFailed, reasonOf(reader)), {}, answer);
        }
        if (filled > 0) {
            UnpackEvent data;
            data.kind = UnpackEventKind::Data;
            data.bytes = filled;
            if (!tell(data, {}, answer)) {
                return false;
            }
            if (answer == UnpackAction::Skip) {
                archive_read_data_skip(reader);
                return true;
            }
        }
        if (got == 0) {
            UnpackEvent end;
            end.kind = UnpackEventKind::MemberEnd;
            return tell(end, {}, answer);
        }
    }
}

} // namespace

UnpackEvent failedEvent(UnpackEventKind kind, std::string_view reason)
{
    UnpackEvent event;
    event.kind = kind;
    std::copy_n(reason.begin(), std::min(reason.size(), event.reason.size() - 1), event.reason.begin());
    return event;
}

UnpackEvent unpackArchive(Input& input, std::span<std::uint8_t> block, const Tell& tell)
{
    const auto source = std::make_unique<Source>(Source{input});
    const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
    archive_read_support_format_zip(reader.get());
    archive_read_support_format_tar(reader.get());
    archive_read_support_filter_gzip(reader.get());
    archive_read_set_callback_data(reader.get(), source.get());
    archive_read_set_read_callback(reader.get(), readSome);
    archive_read_set_skip_callback(reader.get(), skipSome);
    archive_read_set_seek_callback(reader.get(), seekTo);
    if (archive_read_open1(reader.get()) < ARCHIVE_WARN) {
        return failedEvent(UnpackEventKind::Failed, reasonOf(reader.get()));
    }
    for (;;) {
        archive_entry* entry = nullptr;
        const int status = archive_read_next_header(reader.get(), &entry);
        if (status == ARCHIVE_EOF) {
            return {};
        }
        if (status < ARCHIVE_WARN) {
            return failedEvent(UnpackEventKind::Failed, reasonOf(reader.get()));
        }
        const std::string name = nameOf(entry);
        const auto type = archive_entry_filetype(entry);
        if (type == AE_IFDIR || name.ends_with('/')) {
            continue;
        }
        UnpackEvent member;
        const bool isFile = (type == AE_IFREG || type == 0) && archive_entry_hardlink(entry) == nullptr;
        member.kind = isFile ? UnpackEventKind::Member : UnpackEventKind::Other;
        member.encrypted = archive_entry_is_data_encrypted(entry) != 0 ? 1 : 0;
        UnpackAction answer = UnpackAction::Go;
        if (!tell(member, name, answer)) {
            return failedEvent(UnpackEventKind::Failed, "nobody listens");
        }
        if (answer == UnpackAction::Go && !sendMember(reader.get(), block, tell)) {
            return failedEvent(UnpackEventKind::Failed, "nobody listens");
        }
    }
}

} // namespace akari::importing::unpack
