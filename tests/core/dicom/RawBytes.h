// Bytes of DICOM by hand, right or wrong as a test wants them.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/FileIo.h"
#include "core/dicom/DataSet.h"

namespace akari::test {

class RawBytes {
public:
    explicit RawBytes(bool bigEndian = false) : m_bigEndian(bigEndian) {}

    static RawBytes part10(std::string_view transferSyntax, bool bigEndianDataSet = false)
    {
        RawBytes out;
        out.m_bytes.assign(128, 0);
        out.text("DICM").explicitShort(2, 0x10, "UI", padded(transferSyntax));
        out.m_bigEndian = bigEndianDataSet;
        return out;
    }

    RawBytes& u16(unsigned v)
    {
        byte(m_bigEndian ? v >> 8 : v);
        return byte(m_bigEndian ? v : v >> 8);
    }
    RawBytes& u32(std::uint32_t v) { return m_bigEndian ? u16(v >> 16).u16(v & 0xFFFF) : u16(v & 0xFFFF).u16(v >> 16); }
    RawBytes& byte(unsigned v)
    {
        m_bytes.push_back(static_cast<std::uint8_t>(v));
        return *this;
    }
    RawBytes& text(std::string_view t)
    {
        m_bytes.insert(m_bytes.end(), t.begin(), t.end());
        return *this;
    }
    RawBytes& tag(unsigned group, unsigned element) { return u16(group).u16(element); }
    RawBytes& explicitShort(unsigned g, unsigned e, std::string_view vr, std::string_view value)
    {
        return tag(g, e).text(vr).u16(static_cast<unsigned>(value.size())).text(value);
    }
    RawBytes& explicitLong(unsigned g, unsigned e, std::string_view vr, std::uint32_t length) { return tag(g, e).text(vr).u16(0).u32(length); }
    RawBytes& implicitVr(unsigned g, unsigned e, std::string_view value)
    {
        return tag(g, e).u32(static_cast<std::uint32_t>(value.size())).text(value);
    }
    RawBytes& item(std::uint32_t length) { return tag(0xFFFE, 0xE000).u32(length); }
    RawBytes& itemEnd() { return tag(0xFFFE, 0xE00D).u32(0); }
    RawBytes& sequenceEnd() { return tag(0xFFFE, 0xE0DD).u32(0); }

    SharedBytes shared() const { return std::make_shared<const Bytes>(m_bytes); }
    std::size_t size() const { return m_bytes.size(); }
    const Bytes& bytes() const { return m_bytes; }

    static std::string padded(std::string_view uid)
    {
        std::string out(uid);
        if (out.size() % 2 != 0) {
            out += '\0';
        }
        return out;
    }

private:
    bool m_bigEndian;
    Bytes m_bytes;
};

inline SharedBytes loadFile(const std::filesystem::path& path)
{
    auto bytes = readWholeFile(path);
    return bytes ? std::make_shared<const Bytes>(std::move(*bytes)) : nullptr;
}

inline bool warned(const dicom::Part10& file, std::string_view code)
{
    for (const dicom::ReadWarning& warning : file.warnings) {
        if (warning.code == code) {
            return true;
        }
    }
    return false;
}

inline constexpr const char* kImplicitLittle = "1.2.840.10008.1.2";
inline constexpr const char* kExplicitLittle = "1.2.840.10008.1.2.1";
inline constexpr const char* kExplicitBig = "1.2.840.10008.1.2.2";
inline constexpr const char* kDeflated = "1.2.840.10008.1.2.1.99";
inline constexpr const char* kJpegBaseline = "1.2.840.10008.1.2.4.50";

} // namespace akari::test
