// WADO-RS: whole objects, as a stream of one series or one at a time.
#include <algorithm>
#include <array>

#include "core/archive/ClientImpl.h"
#include "core/archive/MultipartParser.h"
#include "core/dicom/Tags.h"

namespace akari::archive {
namespace {

// From what the standard asks for down to what some archives alone take (SYNC.md 5, rules 3 and 4).
constexpr std::array<const char*, 4> kAcceptForms{
    "Accept: multipart/related; type=\"application/dicom\"; transfer-syntax=*",
    "Accept: multipart/related; type=application/dicom; transfer-syntax=*",
    "Accept: multipart/related; type=\"application/dicom\"",
    "Accept: */*",
};
constexpr std::uint64_t kLongestObject = std::uint64_t{2} << 30;

bool isRefusedForm(const Error& error)
{
    return error.code == "archive.refused" && (error.detail == "HTTP 400" || error.detail == "HTTP 406" || error.detail == "HTTP 415");
}

Error mismatch(std::string detail)
{
    return {"archive.mismatch", "The archive sent objects that were not asked for; they were thrown away.", std::move(detail)};
}

// What is neither multipart nor one object: taken only so far that it can be named.
struct Retrieval {
    std::optional<MultipartParser> parser;
    std::optional<Bytes> single;
    std::uint64_t bytes = 0;
};

Status begin(Retrieval& state, const ResponseHead& head, const MultipartParser::PartHandler& part)
{
    const std::string type = head.mediaType();
    if (type == "multipart/related" || type == "multipart/mixed") {
        const std::string boundary = MultipartParser::boundaryOf(head.field("content-type"));
        if (boundary.empty()) {
            return fail(notDicom("multipart without a boundary"));
        }
        state.parser.emplace(boundary, part);
    } else if (type == "application/dicom") {
        state.single.emplace();
    } else {
        return fail(notDicom("HTTP " + std::to_string(head.status) + ", " + type.substr(0, 60)));
    }
    return {};
}

Status take(Retrieval& state, const ResponseHead& head, BytesView bytes, const MultipartParser::PartHandler& part)
{
    if (head.status != 200 && head.status != 206) {
        return {};
    }
    if (!state.parser && !state.single) {
        if (const Status begun = begin(state, head, part); !begun) {
            return begun;
        }
    }
    state.bytes += bytes.size();
    if (state.parser) {
        return state.parser->feed(bytes);
    }
    if (state.single->size() + bytes.size() > kLongestObject) {
        return fail(notDicom("object too long"));
    }
    state.single->insert(state.single->end(), bytes.begin(), bytes.end());
    return {};
}

} // namespace

Result<DicomWebClient::StreamReport> DicomWebClient::Impl::retrieveWith(const std::string& path, const char* accept,
                                                                        const std::function<Status(SharedBytes)>& part,
                                                                        const StopToken& stop)
{
    StreamReport report;
    Retrieval state;
    const auto onPart = [&](MultipartParser::Part whole) -> Status {
        ++report.parts;
        return part(std::make_shared<const Bytes>(std::move(whole.body)));
    };
    Request request;
    request.path = path;
    request.fields = {accept};
    request.stop = stop;
    const auto answer =
        transport.send(request, [&](const ResponseHead& head, BytesView bytes) { return take(state, head, bytes, onPart); });
    if (!answer) {
        return fail(answer.error());
    }
    report.bytes = state.bytes;
    const int status = answer->head.status;
    if (status == 204) {
        return fail(statusError(404));
    }
    if (status != 200 && status != 206) {
        return fail(statusError(status));
    }
    if (state.single) {
        ++report.parts;
        report.closed = status == 200; // a body that is shorter than announced is an error of the transport's
        if (const Status taken = part(std::make_shared<const Bytes>(std::move(*state.single))); !taken) {
            return fail(taken.error());
        }
        return report;
    }
    if (!state.parser) {
        return fail(notDicom("empty answer"));
    }
    report.closed = state.parser->closed() && status == 200;
    return report;
}

Result<DicomWebClient::StreamReport> DicomWebClient::Impl::retrieve(const std::string& path, const std::function<Status(SharedBytes)>& part,
                                                                    const StopToken& stop)
{
    const std::size_t first = acceptForm.load();
    for (std::size_t step = 0; step < kAcceptForms.size(); ++step) {
        const std::size_t form = (first + step) % kAcceptForms.size();
        auto report = retrieveWith(path, kAcceptForms[form], part, stop);
        if (report) {
            acceptForm.store(form);
        }
        if (report || !isRefusedForm(report.error()) || step + 1 == kAcceptForms.size()) {
            return report;
        }
    }
    return fail(notDicom("no form of retrieval is taken"));
}

Result<DicomWebClient::StreamReport> DicomWebClient::retrieveSeriesObjects(const StudyInstanceUid& study, const SeriesInstanceUid& series,
                                                                           const ObjectHandler& object, StopToken stop)
{
    std::size_t foreign = 0;
    std::size_t good = 0;
    auto report = m_impl->retrieve(
        seriesPath(study, series),
        [&](SharedBytes bytes) -> Status {
            auto file = dicom::readPart10(std::move(bytes));
            const bool asked = file && file->dataSet.textOr(dicom::tags::StudyInstanceUID) == study.value
                && file->dataSet.textOr(dicom::tags::SeriesInstanceUID) == series.value
                && isUsableUid(file->dataSet.textOr(dicom::tags::SOPInstanceUID));
            if (!asked) {
                ++foreign;
                return {};
            }
            ++good;
            object(std::move(*file));
            return {};
        },
        stop);
    if (!report) {
        return report;
    }
    report->foreign = foreign;
    if (good == 0 && foreign > 0) {
        return fail(mismatch("series stream"));
    }
    return report;
}

Result<DicomWebClient::StreamReport> DicomWebClient::retrieveSeries(const StudyInstanceUid& study, const SeriesInstanceUid& series,
                                                                    const PartHandler& part, StopToken stop)
{
    return retrieveSeriesObjects(study, series, [&](dicom::Part10 file) { part(sourceOf(file)); }, std::move(stop));
}

Result<dicom::Part10> DicomWebClient::retrieveObject(const StudyInstanceUid& study, const SeriesInstanceUid& series,
                                                     const SopInstanceUid& sop, StopToken stop)
{
    std::optional<dicom::Part10> wanted;
    std::size_t others = 0;
    const auto report = m_impl->retrieve(
        seriesPath(study, series) + "/instances/" + percentEncoded(sop.value),
        [&](SharedBytes bytes) -> Status {
            auto file = dicom::readPart10(std::move(bytes));
            const bool asked = file && file->dataSet.textOr(dicom::tags::StudyInstanceUID) == study.value
                && file->dataSet.textOr(dicom::tags::SeriesInstanceUID) == series.value
                && file->dataSet.textOr(dicom::tags::SOPInstanceUID) == sop.value;
            if (asked) {
                wanted = std::move(*file);
            } else {
                ++others;
            }
            return {};
        },
        stop);
    if (!report) {
        return fail(report.error());
    }
    if (wanted && report->closed) {
        return std::move(*wanted);
    }
    if (others > 0) {
        return fail(mismatch("instance"));
    }
    return fail("archive.broken", "The archive's answer broke off; it is asked again.", "no closing delimiter");
}

Result<SharedBytes> DicomWebClient::retrieveInstance(const StudyInstanceUid& study, const SeriesInstanceUid& series,
                                                     const SopInstanceUid& sop, StopToken stop)
{
    auto object = retrieveObject(study, series, sop, std::move(stop));
    if (!object) {
        return fail(object.error());
    }
    return sourceOf(*object);
}

} // namespace akari::archive
