#include <algorithm>
#include <cstring>

#include "core/dicom/DataSetReader.h"
#include "core/dicom/HashedIdentity.h"
#include "core/dicom/Inflate.h"
#include "core/dicom/Tags.h"
#include "core/dicom/TransferSyntax.h"

namespace akari::dicom {
namespace {

constexpr std::uint64_t kPreamble = 128;

bool prefixAt(BytesView bytes, std::uint64_t at) { return bytes.size() >= at + 4 && std::memcmp(bytes.data() + at, "DICM", 4) == 0; }

// Where group 0002, or the dataset if there is none, starts.
std::uint64_t startOfElements(BytesView bytes, bool& hasPrefix)
{
    hasPrefix = prefixAt(bytes, kPreamble);
    if (hasPrefix) {
        return kPreamble + 4;
    }
    return prefixAt(bytes, 0) ? 4 : 0;
}

Error notDicom() { return {"dicom.unreadable", "The file is no DICOM object.", "neither DICM nor the start of a dataset"}; }

bool isAllLetters(BytesView bytes, std::uint64_t at)
{
    const auto letter = [](std::uint8_t b) { return b >= 'A' && b <= 'Z'; };
    return bytes.size() >= at + 8 && letter(bytes[at + 4]) && letter(bytes[at + 5]);
}

// The declared encoding, unless the bytes show another one beyond doubt.
Result<Encoding> decideEncoding(Part10& file, DataSetReader& reader, const SyntaxTraits& declared, std::uint64_t at)
{
    const BytesView bytes = *file.bytes;
    const bool isDeclared = !file.transferSyntaxUid.empty();
    if (isDeclared && (at == bytes.size() || looksLike(declared.encoding, bytes, at))) {
        return declared.encoding;
    }
    const auto shown = encodingShown(bytes, at);
    if (!isDeclared) {
        if (!shown) {
            return fail(notDicom());
        }
        reader.warn("syntax.missing", "The object doesn't name its transfer syntax; it was taken from the bytes.", at);
        file.transferSyntaxUid = uidOf(*shown);
        return *shown;
    }
    if (!shown || (!declared.encoding.implicitVr && !declared.encoding.bigEndian && isAllLetters(bytes, at))) {
        return declared.encoding;
    }
    reader.warn("syntax.mismatch", "The object is encoded otherwise than its transfer syntax says; it was read as it is.", at);
    if (!declared.encapsulated) {
        file.transferSyntaxUid = uidOf(*shown);
    }
    return *shown;
}

Status inflateInto(Part10& file, DataSetReader& reader, std::uint64_t datasetAt, bool partial)
{
    const BytesView whole = *file.source;
    const Encoding plain{false, false};
    if (datasetAt + 8 <= whole.size() && looksLike(plain, whole, datasetAt)) {
        // A header block cut from an inflated dataset also comes this way.
        reader.warn("syntax.notDeflated", "The object says that it is deflated but isn't; it was read as it is.", datasetAt);
        return {};
    }
    auto inflated = std::make_shared<Bytes>(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(datasetAt));
    if (auto status = inflateOnto(*inflated, whole.subspan(datasetAt), partial); !status) {
        Error error = status.error();
        error.detail = "behind " + tags::TransferSyntaxUID.text() + " at offset " + std::to_string(datasetAt) + ": " + error.detail;
        return fail(std::move(error));
    }
    file.bytes = std::move(inflated);
    return {};
}

// A codestream's own opening tells the syntax where the file doesn't; empty when it is none of those.
std::string_view syntaxOfCodestream(BytesView bytes)
{
    if (bytes.size() < 4) {
        return {};
    }
    const auto starts = [&](std::initializer_list<std::uint8_t> with, std::size_t at = 0) {
        return bytes.size() >= at + with.size() && std::equal(with.begin(), with.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
    };
    if (starts({0xFF, 0x4F}) || starts({0, 0, 0, 0x0C, 'j', 'P'})) {
        return "1.2.840.10008.1.2.4.90";
    }
    if (starts({0xFF, 0x0A}) || starts({0, 0, 0, 0x0C, 'J', 'X', 'L'})) {
        return "1.2.840.10008.1.2.4.112";
    }
    if (starts({0, 0, 1, 0xB3})) { // the sequence header of MPEG-2
        return "1.2.840.10008.1.2.4.100";
    }
    if (starts({'f', 't', 'y', 'p'}, 4)) { // MP4, whose content the video decoder recognizes
        return "1.2.840.10008.1.2.4.102";
    }
    // RLE: a few segments, the first right behind the table of 64 bytes (PS3.5 G.5).
    if (bytes[0] >= 1 && bytes[0] <= 15 && starts({0, 0, 0, 64, 0, 0, 0}, 1)) {
        return "1.2.840.10008.1.2.5";
    }
    if (bytes[0] != 0xFF) {
        return {};
    }
    // JPEG: the frame header's marker names the process (ISO 10918-1 B.2.2, ISO 14495-1).
    for (std::size_t at = 2; bytes[1] == 0xD8 && at + 4 <= bytes.size() && bytes[at] == 0xFF;) {
        switch (bytes[at + 1]) {
        case 0xC0:
            return "1.2.840.10008.1.2.4.50";
        case 0xC1:
            return "1.2.840.10008.1.2.4.51";
        case 0xC2:
            return "1.2.840.10008.1.2.4.55";
        case 0xC3:
            return "1.2.840.10008.1.2.4.57";
        case 0xF7:
            return "1.2.840.10008.1.2.4.81";
        default:
            at += 2 + (std::size_t{bytes[at + 2]} << 8 | bytes[at + 3]);
        }
    }
    return {};
}

bool isNativeLength(const DataSet& dataSet, std::uint64_t length)
{
    const auto value = [&](Tag tag, std::int64_t otherwise) {
        const std::int64_t found = dataSet.integer(tag).value_or(otherwise);
        return found > 0 && found <= 65535 ? static_cast<std::uint64_t>(found) : 0;
    };
    const std::uint64_t bits = value(tags::Rows, 0) * value(tags::Columns, 0) * std::min<std::uint64_t>(value(tags::SamplesPerPixel, 1), 16) *
                               std::min<std::uint64_t>(value(tags::BitsAllocated, 0), 64);
    const std::uint64_t bytes = (bits * value(tags::NumberOfFrames, 1) + 7) / 8;
    return bits > 0 && bits < std::uint64_t{1} << 42 && length == bytes + bytes % 2;
}

// Pixels that are stored otherwise than declared are read as they lie when there is no doubt about what they are.
void notePixelData(Part10& file, const SyntaxTraits& declared, Encoding encoding, DataSetReader& reader)
{
    const Element* pixels = file.dataSet.find(tags::PixelData);
    file.encapsulated = pixels ? pixels->undefinedLength : declared.encapsulated;
    if (!pixels || file.encapsulated == declared.encapsulated || pixels->length == 0) {
        return;
    }
    reader.warn("pixels.encapsulation", "Pixel Data is stored otherwise than the transfer syntax says.", pixels->offset);
    BytesView value = file.dataSet.bytes(tags::PixelData);
    if (!file.encapsulated && isNativeLength(file.dataSet, pixels->length)) {
        file.transferSyntaxUid = uidOf(encoding);
        return;
    }
    if (file.encapsulated && value.size() >= 8) {
        const std::uint64_t table = 8 + (std::uint64_t{value[4]} | std::uint64_t{value[5]} << 8 | std::uint64_t{value[6]} << 16 | std::uint64_t{value[7]} << 24);
        value = table + 8 <= value.size() ? value.subspan(table + 8) : BytesView{};
        const std::string_view found = syntaxOfCodestream(value);
        if (!found.empty()) {
            file.transferSyntaxUid = found;
        }
    }
}

void compareIdentity(const Part10& file, DataSetReader& reader)
{
    const auto inMeta = file.meta.text(tags::MediaStorageSOPInstanceUID);
    const auto inDataSet = file.dataSet.text(tags::SOPInstanceUID);
    if (inMeta && inDataSet && *inMeta != *inDataSet) {
        reader.warn("meta.mismatch", "The file header names another object than the dataset; the dataset was believed.", 0);
    }
}

// Who and what the object is: names, IDs and descriptions of groups 0008 and 0010. Plain ASCII costs one look at each byte.
void noteText(const Part10& file, DataSetReader& reader)
{
    for (const Element& element : file.dataSet.elements()) {
        if (element.tag.group > 0x0010) {
            return;
        }
        if (!file.dataSet.fitsCharacterSet(element.tag)) {
            reader.warn("charset.mismatch", "A text has bytes that its declared character set has no meaning for; it may be shown wrongly.", element.offset);
            return;
        }
    }
}

Result<Part10> readChecked(SharedBytes bytes, const ReadLimits& limits)
{
    Part10 file;
    file.source = bytes;
    file.bytes = bytes;
    bool hasPrefix = false;
    std::uint64_t at = startOfElements(*bytes, hasPrefix);
    DataSetReader reader(bytes, limits, file.warnings);
    if (!hasPrefix) {
        reader.warn("preamble.missing", "The object has no preamble.", 0);
    }
    auto meta = reader.readMeta(at, at);
    if (!meta) {
        return fail(meta.error().error());
    }
    file.meta = std::move(*meta);
    if (file.meta.elements().empty()) {
        reader.warn("meta.missing", "The object has no file meta information.", at);
    }
    file.transferSyntaxUid = file.meta.textOr(tags::TransferSyntaxUID);
    const SyntaxTraits traits = syntaxTraits(file.transferSyntaxUid);
    if (traits.deflated) {
        if (auto status = inflateInto(file, reader, at, limits.headerOnly); !status) {
            return fail(status.error());
        }
    }
    DataSetReader body(file.bytes, limits, file.warnings);
    auto encoding = decideEncoding(file, body, traits, at);
    if (!encoding) {
        return fail(encoding.error());
    }
    auto dataSet = body.readRoot(at, *encoding, file.pixelDataOffset);
    if (!dataSet) {
        return fail(dataSet.error().error());
    }
    file.dataSet = std::move(*dataSet);
    if (file.meta.elements().empty() && !hasPrefix && file.dataSet.elements().empty()) {
        return fail(notDicom());
    }
    notePixelData(file, traits, *encoding, body);
    compareIdentity(file, body);
    noteText(file, body);
    return file;
}

} // namespace

Result<Part10> readPart10(SharedBytes bytes, const ReadLimits& limits)
{
    if (!bytes || bytes->empty()) {
        return fail("dicom.unreadable", "The file is empty.");
    }
    try {
        return readChecked(std::move(bytes), limits);
    } catch (const std::exception&) {
        return fail("dicom.unreadable", "There is not enough memory to read the object.", "allocation failed");
    }
}

namespace {

Result<ObjectIdentity> unversioned(const Part10& file, const std::string& archive)
{
    const auto uid = [&](Tag tag) -> std::optional<std::string> {
        auto text = file.dataSet.text(tag);
        const bool good = text && text->size() <= 64 && text->front() != '.' && text->back() != '.' &&
                          text->find_first_not_of("0123456789.") == std::string::npos && text->find("..") == std::string::npos;
        return good ? text : std::nullopt;
    };
    const auto study = uid(tags::StudyInstanceUID);
    const auto series = uid(tags::SeriesInstanceUID);
    const auto sop = uid(tags::SOPInstanceUID);
    if (!study || !series || !sop) {
        const Tag missing = !study ? tags::StudyInstanceUID : !series ? tags::SeriesInstanceUID : tags::SOPInstanceUID;
        return fail("dicom.identity", "The object doesn't say which study, series and instance it is; it can't be kept or shown.", missing.text());
    }
    ObjectIdentity identity;
    identity.archive = archive;
    identity.study = StudyInstanceUid(*study);
    identity.series = SeriesInstanceUid(*series);
    identity.sop = SopInstanceUid(*sop);
    return identity;
}

} // namespace

Result<ObjectIdentity> identityOf(const Part10& file, const std::string& archive)
{
    auto identity = unversioned(file, archive);
    const SharedBytes& source = file.source ? file.source : file.bytes;
    if (identity && source) {
        identity->contentVersion = sha256Hex(*source).substr(0, 16);
    }
    return identity;
}

Result<ObjectIdentity> identityOf(const Part10& file, const std::string& archive, BytesView sha256)
{
    auto identity = unversioned(file, archive);
    if (identity) {
        identity->contentVersion = toHex(sha256.first(8));
    }
    return identity;
}

} // namespace akari::dicom
