// WADO-RS beside whole objects: metadata, frames, bulk data, pictures made by the archive.
#include <array>

#include "core/archive/ClientImpl.h"
#include "core/archive/HttpErrors.h"
#include "core/archive/JsonSplitter.h"
#include "core/archive/Url.h"
#include "core/dicom/Tags.h"

namespace akari::archive {
namespace {

constexpr std::array<const char*, 4> kFrameForms{
    "Accept: multipart/related; type=\"application/octet-stream\"; transfer-syntax=*",
    "Accept: multipart/related; type=application/octet-stream; transfer-syntax=*",
    "Accept: multipart/related; type=\"application/octet-stream\"",
    "Accept: */*",
};
constexpr std::array<const char*, 4> kBulkForms{
    "Accept: multipart/related; type=\"application/octet-stream\"; transfer-syntax=*",
    "Accept: multipart/related; type=\"application/octet-stream\"",
    "Accept: application/octet-stream",
    "Accept: */*",
};
constexpr std::uint64_t kLongestPicture = 64 << 20;
constexpr std::uint64_t kLongestThumbnail = 4 << 20;

Error brokenOff(std::string detail)
{
    return {"archive.broken", "The archive's answer broke off; it is asked again.", std::move(detail)};
}

std::string parameter(std::string_view field, const std::string& name)
{
    const auto at = field.find(name + "=");
    if (at == std::string_view::npos) {
        return {};
    }
    std::string_view rest = field.substr(at + name.size() + 1);
    rest = rest.substr(0, rest.find_first_of("; \t\r\n,"));
    const auto first = rest.find_first_not_of('"');
    return first == std::string_view::npos ? std::string() : std::string(rest.substr(first, rest.find('"', first) - first));
}

FrameData frameOf(MultipartParser::Part part)
{
    ResponseHead head;
    head.fields["content-type"] = part.fields["content-type"];
    return {head.mediaType(), parameter(part.fields["content-type"], "transfer-syntax"), std::move(part.body)};
}

// By its first bytes: what it says of itself may be anything.
bool isPicture(const std::string& mediaType, BytesView bytes)
{
    const std::string_view text = asText(bytes);
    return mediaType == "image/png" ? text.rfind("\x89PNG\r\n\x1a\n", 0) == 0
                                    : mediaType == "image/jpeg" && text.rfind("\xff\xd8\xff", 0) == 0;
}

Result<RenderedPicture> pictureAs(HttpTransport& transport, const std::string& path, const char* accept, std::uint64_t longest,
                                  const StopToken& stop)
{
    Request request;
    request.path = path;
    request.fields = {accept};
    request.stop = stop;
    RenderedPicture picture;
    const auto answer = transport.send(request, [&](const ResponseHead&, BytesView bytes) -> Status {
        if (picture.bytes.size() + bytes.size() > longest) {
            return fail(oversized("a picture of more than " + std::to_string(longest) + " bytes"));
        }
        picture.bytes.insert(picture.bytes.end(), bytes.begin(), bytes.end());
        return {};
    });
    if (!answer) {
        return fail(answer.error());
    }
    if (answer->head.status != 200) {
        return fail(statusError(answer->head.status));
    }
    picture.mediaType = answer->head.mediaType();
    if (!isPicture(picture.mediaType, picture.bytes)) {
        return fail(notDicom("no PNG or JPEG: " + picture.mediaType.substr(0, 60)));
    }
    return picture;
}

// One kind at a time: some archives take no list of them.
Result<RenderedPicture> picture(HttpTransport& transport, const std::string& path, std::uint64_t longest, const StopToken& stop)
{
    auto picture = pictureAs(transport, path, "Accept: image/png", longest, stop);
    return picture || !isRefusedForm(picture.error()) ? picture : pictureAs(transport, path, "Accept: image/jpeg", longest, stop);
}

} // namespace

Result<DicomWebClient::StreamReport> DicomWebClient::seriesMetadata(const StudyInstanceUid& study, const SeriesInstanceUid& series,
                                                                    const MetadataHandler& instance, StopToken stop)
{
    StreamReport report;
    std::string address;
    JsonSplitter splitter([&](const nlohmann::json& object) -> Status {
        const JsonDataSet dataSet(object);
        ++report.parts;
        if (dataSet.text(dicom::tags::StudyInstanceUID) != study.value || dataSet.text(dicom::tags::SeriesInstanceUID) != series.value ||
            !isUsableUid(dataSet.text(dicom::tags::SOPInstanceUID))) {
            ++report.foreign;
            return {};
        }
        return instance(dataSet, address);
    });
    Request request;
    request.path = seriesPath(study, series) + "/metadata";
    request.fields = {"Accept: application/dicom+json"};
    request.compressed = true;
    request.stop = stop;
    const auto answer = m_impl->transport.send(request, [&](const ResponseHead& head, BytesView bytes) -> Status {
        if (head.status != 200 && head.status != 206) {
            return {};
        }
        address = head.address;
        report.bytes += bytes.size();
        return splitter.feed(bytes);
    });
    if (!answer) {
        return fail(answer.error());
    }
    if (answer->head.status == 204) {
        return fail(statusError(404));
    }
    if (answer->head.status != 200 && answer->head.status != 206) {
        return fail(statusError(answer->head.status));
    }
    report.closed = splitter.closed() && answer->head.status == 200;
    if (report.foreign > 0 && report.foreign == report.parts) {
        return fail("archive.mismatch", "The archive sent objects that were not asked for; they were thrown away.", "metadata");
    }
    return report;
}

Result<std::vector<FrameData>> DicomWebClient::frames(const StudyInstanceUid& study, const SeriesInstanceUid& series,
                                                      const SopInstanceUid& sop, const std::vector<std::uint32_t>& numbers, StopToken stop)
{
    Impl::Ask ask;
    ask.path = seriesPath(study, series) + "/instances/" + percentEncoded(sop.value) + "/frames/";
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        ask.path += (i > 0 ? "," : "") + std::to_string(numbers[i]);
    }
    ask.forms = kFrameForms;
    ask.remembered = &m_impl->habits->frameForm;
    ask.longest = m_impl->longestOf(series);
    std::vector<FrameData> frames;
    const auto report = m_impl->retrieve(
        ask,
        [&](MultipartParser::Part part) -> Status {
            if (frames.size() == numbers.size()) {
                return fail("archive.mismatch", "The archive sent objects that were not asked for; they were thrown away.", "frames");
            }
            frames.push_back(frameOf(std::move(part)));
            return {};
        },
        stop);
    if (!report) {
        return fail(report.error());
    }
    if (!report->closed || frames.size() != numbers.size()) {
        return fail(brokenOff("frames"));
    }
    return frames;
}

Result<Bytes> DicomWebClient::bulkData(const std::string& uri, const std::string& address, std::uint64_t longest, StopToken stop)
{
    const Url own(m_impl->settings.url);
    Url meant = Url(address).resolved(uri);
    if (m_impl->settings.bulkFromOwnHost && meant.usable() && meant.origin() != own.origin()) {
        // An archive behind a proxy names the host that it knows itself by.
        meant = own.resolved(meant.path() + (meant.query().empty() ? "" : "?" + meant.query()));
    }
    if (!meant.usable() || meant.origin() != own.origin()) {
        return fail("archive.refused", "The archive keeps a part of its data at another address; nothing was asked of that one.",
                    "BulkDataURI");
    }
    Impl::Ask ask;
    ask.url = meant.text();
    ask.forms = kBulkForms;
    ask.remembered = &m_impl->habits->bulkForm;
    ask.longest = longest;
    Bytes bytes;
    std::size_t parts = 0;
    const auto report = m_impl->retrieve(
        ask,
        [&](MultipartParser::Part part) -> Status {
            // Fragments come as a part each.
            if (bytes.size() + part.body.size() > longest) {
                return fail(oversized("bulk data of more than " + std::to_string(longest) + " bytes"));
            }
            ++parts;
            bytes.insert(bytes.end(), part.body.begin(), part.body.end());
            return {};
        },
        stop);
    if (!report) {
        return fail(report.error());
    }
    if (!report->closed || parts == 0) {
        return fail(brokenOff("bulk data"));
    }
    return bytes;
}

Result<RenderedPicture> DicomWebClient::rendered(const StudyInstanceUid& study, const SeriesInstanceUid& series, const SopInstanceUid& sop,
                                                 std::uint32_t frame, StopToken stop)
{
    const std::string instance = seriesPath(study, series) + "/instances/" + percentEncoded(sop.value);
    return picture(m_impl->transport, instance + (frame > 0 ? "/frames/" + std::to_string(frame) : "") + "/rendered", kLongestPicture,
                   stop);
}

Result<RenderedPicture> DicomWebClient::thumbnail(const StudyInstanceUid& study, const SeriesInstanceUid& series, const SopInstanceUid& sop,
                                                  StopToken stop)
{
    return picture(m_impl->transport, seriesPath(study, series) + "/instances/" + percentEncoded(sop.value) + "/thumbnail",
                   kLongestThumbnail, stop);
}

} // namespace akari::archive
