#include "core/importing/PngPicture.h"

#include <cstring>

#include "core/importing/UnpackClient.h"

namespace akari::importing {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
constexpr std::size_t kHeaderBytes = 8 + 8 + 13;

tl::unexpected<Error> refusedPng(std::string detail)
{
    return fail("import.png", "The PNG file is damaged or larger than a picture in DICOM can be; it was left out.", std::move(detail));
}

std::uint32_t longAt(BytesView bytes, std::size_t at)
{
    return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 | std::uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
}

} // namespace

Result<PngPicture> readPng(const SharedBytes& bytes, StopToken stop)
{
    if (bytes->size() < kHeaderBytes || asText(BytesView(*bytes).subspan(12, 4)) != "IHDR") {
        return refusedPng("IHDR");
    }
    // ISO 15948, 11.2.2: width, height, bit depth, colour type (2, 3 and 6 are colours).
    const std::uint32_t columns = longAt(*bytes, 16);
    const std::uint32_t rows = longAt(*bytes, 20);
    const unsigned type = (*bytes)[25];
    PngPicture picture;
    picture.bits = (*bytes)[24] == 16 ? 16 : 8;
    picture.channels = type == 2 || type == 3 || type == 6 ? 3 : 1;
    const std::uint64_t size = std::uint64_t{columns} * rows * picture.channels * picture.bits / 8;
    if (columns == 0 || rows == 0 || columns > 65535 || rows > 65535 || size > kMostBytes) {
        return refusedPng(std::to_string(columns) + " x " + std::to_string(rows));
    }
    picture.columns = static_cast<std::uint16_t>(columns);
    picture.rows = static_cast<std::uint16_t>(rows);
    auto input = SharedMemory::create(bytes->size());
    if (!input) {
        return fail(input.error());
    }
    std::memcpy((*input)->data(), bytes->data(), bytes->size());
    auto client = UnpackClient::start(UnpackTask::Png, (*input)->descriptor(), bytes->size(), size, std::move(stop));
    if (!client) {
        return fail(client.error());
    }
    const auto done = client->next();
    if (!done) {
        return fail(done.error());
    }
    if (done->what.kind != UnpackEventKind::Done || done->what.channels != picture.channels || done->what.bits != picture.bits) {
        return refusedPng("the decoder refusedPng it");
    }
    picture.blended = done->what.blended != 0;
    picture.samples.assign(client->block().begin(), client->block().begin() + static_cast<std::ptrdiff_t>(size));
    return picture;
}

} // namespace akari::importing
