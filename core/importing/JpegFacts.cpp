#include "core/importing/JpegFacts.h"

#include <algorithm>

namespace akari::importing {
namespace {

tl::unexpected<Error> refusedJpeg(std::string message, std::string detail = {}) { return fail("import.jpeg", std::move(message), std::move(detail)); }

tl::unexpected<Error> damaged(std::uint64_t at)
{
    return refusedJpeg("The JPEG file is damaged or cut short; it was left out.", "offset " + std::to_string(at));
}

unsigned wordAt(BytesView bytes, std::size_t at, bool little = false)
{
    return little ? bytes[at] | unsigned{bytes[at + 1]} << 8 : unsigned{bytes[at]} << 8 | bytes[at + 1];
}

unsigned longAt(BytesView bytes, std::size_t at, bool little)
{
    return little ? wordAt(bytes, at, true) | wordAt(bytes, at + 2, true) << 16 : wordAt(bytes, at) << 16 | wordAt(bytes, at + 2);
}

// The orientation in an Exif segment, 1 where it says none (Exif 2.32, 4.6.4 tag 0x0112).
unsigned orientationOf(BytesView segment)
{
    if (segment.size() < 14 || asText(segment.first(4)) != "Exif") {
        return 1;
    }
    const BytesView tiff = segment.subspan(6);
    const bool little = tiff[0] == 'I';
    const std::uint64_t table = longAt(tiff, 4, little);
    if (table + 2 > tiff.size()) {
        return 1;
    }
    const unsigned entries = wordAt(tiff, table, little);
    for (std::uint64_t at = table + 2, i = 0; i < entries && at + 12 <= tiff.size(); ++i, at += 12) {
        if (wordAt(tiff, at, little) == 0x0112) {
            return wordAt(tiff, at + 8, little);
        }
    }
    return 1;
}

class Reader {
public:
    explicit Reader(BytesView bytes) : m_bytes(bytes) {}

    Result<JpegFacts> read()
    {
        std::size_t at = 2;
        for (;;) {
            while (at + 1 < m_bytes.size() && m_bytes[at] == 0xFF && m_bytes[at + 1] == 0xFF) {
                ++at; // fill bytes
            }
            if (at + 4 > m_bytes.size() || m_bytes[at] != 0xFF) {
                return damaged(at);
            }
            const unsigned marker = m_bytes[at + 1];
            const std::size_t length = wordAt(m_bytes, at + 2);
            if (length < 2 || at + 2 + length > m_bytes.size()) {
                return damaged(at);
            }
            const BytesView segment = m_bytes.subspan(at + 4, length - 2);
            at += 2 + length;
            if (marker == 0xDA) {
                return finish(at);
            }
            if (auto taken = take(marker, segment); !taken) {
                return fail(taken.error());
            }
        }
    }

private:
    Status take(unsigned marker, BytesView segment)
    {
        const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (marker == 0xE1 && orientationOf(segment) > 1) {
            return fail("import.rotated", "The picture is stored turned or mirrored and relies on a note to be shown upright; save it upright and import it again.");
        }
        if (marker == 0xEE && segment.size() >= 12 && asText(segment.first(5)) == "Adobe") {
            m_transform = segment[11];
        }
        return frame ? takeFrame(marker, segment) : Status();
    }

    Status takeFrame(unsigned marker, BytesView segment)
    {
        if (marker != 0xC0) {
            return refusedJpeg("The JPEG file is not of the baseline kind (it may be progressive or lossless); save it as baseline JPEG or PNG and import it again.",
                           "SOF" + std::to_string(marker - 0xC0));
        }
        if (segment.size() < 6 || segment.size() < 6 + std::size_t{3} * segment[5]) {
            return damaged(0);
        }
        m_facts.rows = static_cast<std::uint16_t>(wordAt(segment, 1));
        m_facts.columns = static_cast<std::uint16_t>(wordAt(segment, 3));
        m_facts.components = segment[5];
        if (segment[0] != 8 || m_facts.rows == 0 || m_facts.columns == 0 || (m_facts.components != 1 && m_facts.components != 3)) {
            return refusedJpeg("The JPEG file has a bit depth or colours that DICOM has no place for; save it as RGB or grey and import it again.",
                           std::to_string(segment[0]) + " bits, " + std::to_string(m_facts.components) + " components");
        }
        for (unsigned i = 0; i < m_facts.components; ++i) {
            m_ids += static_cast<char>(segment[6 + 3 * i]);
        }
        return {};
    }

    Result<JpegFacts> finish(std::size_t scan)
    {
        if (m_facts.components == 0) {
            return damaged(scan);
        }
        // Adobe's segment decides, then the components' names; plain JFIF is YCbCr. Whatever the sampling, a JPEG stream of YCbCr is
        // called YBR_FULL_422 (PS3.3 C.8.6.1.1 knows no YBR_FULL).
        const bool rgb = m_transform == 0 || (m_transform < 0 && m_ids == "RGB");
        m_facts.photometric = m_facts.components == 1 ? "MONOCHROME2" : rgb ? "RGB" : "YBR_FULL_422";
        static constexpr std::uint8_t kEnd[] = {0xFF, 0xD9};
        const auto end = std::find_end(m_bytes.begin() + static_cast<std::ptrdiff_t>(scan), m_bytes.end(), std::begin(kEnd), std::end(kEnd));
        if (end == m_bytes.end()) {
            return damaged(m_bytes.size());
        }
        m_facts.length = static_cast<std::uint64_t>(end - m_bytes.begin()) + 2;
        return m_facts;
    }

    BytesView m_bytes;
    JpegFacts m_facts;
    int m_transform = -1;
    std::string m_ids;
};

} // namespace

Result<JpegFacts> readJpeg(BytesView bytes) { return Reader(bytes).read(); }

} // namespace akari::importing
