// The body of decode8, decode12 and decode16. The library leaves by longjmp, so nothing here has a destructor.
#include <csetjmp>
#include <cstring>

#include "core/decode/worker/IjgJpeg.h"

namespace akari::decode::worker::ijg {
namespace {

struct ErrorState {
    jpeg_error_mgr manager; // first: the library hands back its address
    std::jmp_buf away;
    char* message;
};

[[noreturn]] void leave(j_common_ptr info)
{
    auto* const state = reinterpret_cast<ErrorState*>(info->err);
    info->err->format_message(info, state->message);
    std::longjmp(state->away, 1);
}

// A warning means that the library goes on with invented samples, except for these. (Scan parameters that a sequential process has no
// use for are written wrongly by some encoders.)
void onMessage(j_common_ptr info, int level)
{
    const int code = info->err->msg_code;
    if (level < 0 && code != JWRN_EXTRANEOUS_DATA && code != JWRN_JPEG_EOF && code != JWRN_ADOBE_XFORM
        && code != JWRN_NOT_SEQUENTIAL) {
        leave(info);
    }
}

void onOutput(j_common_ptr) {}
void onInit(j_decompress_ptr) {}

// Codestreams without an end marker are common and whole; real want of data shows as a warning from the entropy decoder.
boolean onEmpty(j_decompress_ptr info)
{
    static const JOCTET kEnd[2] = {0xFF, JPEG_EOI};
    info->src->next_input_byte = kEnd;
    info->src->bytes_in_buffer = 2;
    return TRUE;
}

void onSkip(j_decompress_ptr info, long count)
{
    if (count <= 0) {
        return;
    }
    if (static_cast<std::size_t>(count) > info->src->bytes_in_buffer) {
        onEmpty(info);
        return;
    }
    info->src->next_input_byte += count;
    info->src->bytes_in_buffer -= static_cast<std::size_t>(count);
}

void storeRow(const JSAMPLE* row, const Target& target, std::uint32_t rowIndex)
{
    const std::size_t count = std::size_t{target.columns} * target.components;
    std::uint8_t* to = target.samples + std::size_t{rowIndex} * count * target.bytesPerSample;
    if (sizeof(JSAMPLE) == target.bytesPerSample) {
        std::memcpy(to, row, count * sizeof(JSAMPLE));
        return;
    }
    for (std::size_t i = 0; i < count; ++i) {
        const auto value = static_cast<std::uint32_t>(row[i]);
        for (unsigned k = 0; k < target.bytesPerSample; ++k) {
            *to++ = static_cast<std::uint8_t>(value >> (8 * k));
        }
    }
}

} // namespace

bool AKARI_IJG_DECODE(const std::uint8_t* bytes, std::size_t size, const Target& target, char* message)
{
    jpeg_decompress_struct info;
    ErrorState state;
    jpeg_source_mgr source;
    std::memset(&info, 0, sizeof info);
    std::memset(&source, 0, sizeof source);
    info.err = jpeg_std_error(&state.manager);
    state.manager.error_exit = &leave;
    state.manager.emit_message = &onMessage;
    state.manager.output_message = &onOutput;
    state.message = message;
    if (setjmp(state.away) != 0) {
        jpeg_destroy_decompress(&info);
        return false;
    }
    jpeg_create_decompress(&info);
    source.next_input_byte = bytes;
    source.bytes_in_buffer = size;
    source.init_source = &onInit;
    source.fill_input_buffer = &onEmpty;
    source.skip_input_data = &onSkip;
    source.resync_to_restart = &jpeg_resync_to_restart;
    source.term_source = &onInit;
    info.src = &source;
    jpeg_read_header(&info, TRUE);
    info.jpeg_color_space = JCS_UNKNOWN;
    info.out_color_space = JCS_UNKNOWN;
    info.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&info);
    if (info.output_width != target.columns || info.output_height != target.rows
        || static_cast<unsigned>(info.output_components) != target.components) {
        std::strcpy(message, "the codestream changed its dimensions");
        jpeg_destroy_decompress(&info);
        return false;
    }
    JSAMPARRAY row = (*info.mem->alloc_sarray)(reinterpret_cast<j_common_ptr>(&info), JPOOL_IMAGE,
        info.output_width * static_cast<JDIMENSION>(info.output_components), 1);
    while (info.output_scanline < info.output_height) {
        const JDIMENSION at = info.output_scanline;
        if (jpeg_read_scanlines(&info, row, 1) != 1) {
            std::strcpy(message, "the codestream ended early");
            jpeg_destroy_decompress(&info);
            return false;
        }
        storeRow(row[0], target, at);
    }
    jpeg_destroy_decompress(&info);
    return true;
}

} // namespace akari::decode::worker::ijg
