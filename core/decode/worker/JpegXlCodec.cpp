// ISO/IEC 18181 (JPEG XL) by libjxl: lossless, lossy, and JPEG images packed without loss, which come back as the JPEG they were.
#include <jxl/decode.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "core/decode/worker/Codec.h"

namespace akari::decode::worker {
namespace {

using DecoderPtr = std::unique_ptr<JxlDecoder, void (*)(JxlDecoder*)>;

tl::unexpected<Error> cutOff() { return damaged("the JPEG XL codestream is damaged or ends early"); }

Status checkInfo(const JxlBasicInfo& info, const PixelDescription& pixels)
{
    if (info.have_animation || info.num_extra_channels != 0) {
        return unsupported("JPEG XL with several pictures or with channels beside the colours");
    }
    if (info.exponent_bits_per_sample != 0 || info.bits_per_sample > 16) {
        return unsupported("JPEG XL of floating point samples or of more than 16 bits a sample");
    }
    return checkShape({info.ysize, info.xsize, info.num_color_channels, info.bits_per_sample}, pixels);
}

// The library spreads samples of `precision` bits over the whole range of 16; this is the exact way back.
void narrow(Bytes& wide, unsigned precision)
{
    const std::uint32_t top = (1U << precision) - 1U;
    for (std::size_t at = 0; precision < 16 && at + 2 <= wide.size(); at += 2) {
        std::uint16_t value = 0;
        std::memcpy(&value, wide.data() + at, 2);
        value = static_cast<std::uint16_t>((std::uint64_t{value} * top + 32767U) / 65535U);
        std::memcpy(wide.data() + at, &value, 2);
    }
}

class JpegXlFrame {
public:
    explicit JpegXlFrame(const Job& job) : m_job(job) {}

    CodecResult decode()
    {
        JxlDecoder* const decoder = m_decoder.get();
        constexpr int kEvents = JXL_DEC_BASIC_INFO | JXL_DEC_JPEG_RECONSTRUCTION | JXL_DEC_FULL_IMAGE;
        if (decoder == nullptr || JxlDecoderSubscribeEvents(decoder, kEvents) != JXL_DEC_SUCCESS
            || JxlDecoderSetKeepOrientation(decoder, JXL_TRUE) != JXL_DEC_SUCCESS
            || JxlDecoderSetInput(decoder, m_job.input.data(), m_job.input.size()) != JXL_DEC_SUCCESS) {
            return damaged("JPEG XL decoding did not start");
        }
        JxlDecoderCloseInput(decoder);
        for (;;) {
            const JxlDecoderStatus status = JxlDecoderProcessInput(decoder);
            if (status == JXL_DEC_FULL_IMAGE) {
                return finish();
            }
            if (auto stepped = step(status); !stepped) {
                return fail(stepped.error());
            }
        }
    }

private:
    Status step(JxlDecoderStatus status)
    {
        switch (status) {
        case JXL_DEC_BASIC_INFO:
            if (JxlDecoderGetBasicInfo(m_decoder.get(), &m_info) != JXL_DEC_SUCCESS) {
                return cutOff();
            }
            return checkInfo(m_info, m_job.pixels);
        case JXL_DEC_JPEG_RECONSTRUCTION:
            m_jpeg.resize(m_job.input.size() * 2 + 65536);
            return JxlDecoderSetJPEGBuffer(m_decoder.get(), m_jpeg.data(), m_jpeg.size()) == JXL_DEC_SUCCESS ? Status{} : cutOff();
        case JXL_DEC_JPEG_NEED_MORE_OUTPUT: return growJpeg();
        case JXL_DEC_NEED_IMAGE_OUT_BUFFER: return makeRoom();
        default: return cutOff();
        }
    }

    Status growJpeg()
    {
        const std::size_t used = m_jpeg.size() - JxlDecoderReleaseJPEGBuffer(m_decoder.get());
        if (m_jpeg.size() > 4 * m_job.output.size() + (1U << 20)) {
            return damaged("the JPEG inside JPEG XL is far larger than its picture");
        }
        m_jpeg.resize(m_jpeg.size() * 2);
        return JxlDecoderSetJPEGBuffer(m_decoder.get(), m_jpeg.data() + used, m_jpeg.size() - used) == JXL_DEC_SUCCESS ? Status{} : cutOff();
    }

    Status makeRoom()
    {
        if (m_info.xsize == 0) {
            return cutOff();
        }
        m_bytesPerSample = m_info.bits_per_sample > 8 ? 2 : 1;
        m_samples.resize(m_job.pixels.samplesPerFrame() * m_bytesPerSample);
        const JxlPixelFormat format{m_info.num_color_channels, m_bytesPerSample == 2 ? JXL_TYPE_UINT16 : JXL_TYPE_UINT8, JXL_LITTLE_ENDIAN, 0};
        std::size_t needed = 0;
        if (JxlDecoderImageOutBufferSize(m_decoder.get(), &format, &needed) != JXL_DEC_SUCCESS || needed != m_samples.size()) {
            return damaged("the codestream needs another amount of memory than declared");
        }
        return JxlDecoderSetImageOutBuffer(m_decoder.get(), &format, m_samples.data(), m_samples.size()) == JXL_DEC_SUCCESS ? Status{} : cutOff();
    }

    CodecResult finish()
    {
        if (!m_jpeg.empty()) {
            m_jpeg.resize(m_jpeg.size() - JxlDecoderReleaseJPEGBuffer(m_decoder.get()));
            Job packed = m_job;
            packed.input = m_jpeg;
            return decodeJpeg(packed);
        }
        const unsigned precision = m_info.bits_per_sample;
        if (m_bytesPerSample == 2) {
            narrow(m_samples, precision);
        } else if (precision < 8) {
            const unsigned top = (1U << precision) - 1U;
            std::transform(m_samples.begin(), m_samples.end(), m_samples.begin(),
                [top](std::uint8_t value) { return static_cast<std::uint8_t>((value * top + 127U) / 255U); });
        }
        const unsigned container = containerBytes(m_job.pixels);
        for (std::size_t i = 0; i < m_samples.size() / m_bytesPerSample; ++i) {
            const std::uint32_t value = m_bytesPerSample == 1 ? m_samples[i] : m_samples[2 * i] | (std::uint32_t{m_samples[2 * i + 1]} << 8);
            putSample(m_job.output, container, i, value);
        }
        return Decoded{streamField(precision, m_job.pixels), Colour::Rgb};
    }

    const Job& m_job;
    DecoderPtr m_decoder{JxlDecoderCreate(nullptr), &JxlDecoderDestroy};
    JxlBasicInfo m_info{};
    Bytes m_samples;
    unsigned m_bytesPerSample = 1;
    Bytes m_jpeg; // of a packed JPEG, instead of samples
};

} // namespace

bool isJpegXl(BytesView bytes)
{
    static constexpr std::array<std::uint8_t, 12> kBox{0, 0, 0, 0x0C, 'J', 'X', 'L', ' ', 0x0D, 0x0A, 0x87, 0x0A};
    const bool bare = bytes.size() >= 2 && bytes[0] == 0xFF && bytes[1] == 0x0A;
    return bare || (bytes.size() >= kBox.size() && std::equal(kBox.begin(), kBox.end(), bytes.begin()));
}

CodecResult decodeJpegXl(const Job& job) { return JpegXlFrame(job).decode(); }

} // namespace akari::decode::worker
