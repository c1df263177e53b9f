// WADO-RS: whole objects, as a stream of one series or one at a time.
#include <algorithm>
#include <array>

#include "core/archive/ClientImpl.h"
#include "core/archive/HttpErrors.h"
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
constexpr std::array<const char*, 1> kFileForms{"Accept: application/dicom, */*"};
constexpr const char* kJpegLsLossless = "1.2.840.10008.1.2.4.80";
constexpr std::array<const char*, 2> kTranscodeForms{
    "Accept: multipart/related; type=\"application/dicom\"; transfer-syntax=1.2.840.10008.1.2.4.80",
    "Accept: multipart/related; type=application/dicom; transfer-syntax=1.2.840.10008.1.2.4.80",
};
constexpr std::uint64_t kLongestObject = std::uint64_t{2} << 30;

Error mismatch(std::string detail)
{
    return {"archive.mismatch", "The archive sent objects that were not asked for; they were thrown away.", std::move(detail)};
}

// Orthanc says 500 where it has no encoder.
bool cannotTranscode(const Error& error)
{
    const bool fails = error.code == "archive.broken" && (error.detail == "HTTP 500" || error.detail == "HTTP 501");
    return isRefusedForm(error) || error.code == "archive.notdicom" || fails;
}

// An answer while it comes: multipart, or one body.
struct Retrieval {
    std::optional<MultipartParser> parser;
    std::optional<MultipartParser::Part> single;
    std::uint64_t bytes = 0;
    std::uint64_t longest = kLongestObject;
    bool dicom = false;
};

bool mayBeAlone(const std::string& type, bool dicom)
{
    const bool text = type.empty() || type.rfind("text/", 0) == 0 || type.find("json") != std::string::npos || type.find("xml") != std::string::npos;
    return dicom ? type == "application/dicom" : !text;
}

Status begin(Retrieval& state, const ResponseHead& head, const MultipartParser::PartHandler& part)
{
    const std::string type = head.mediaType();
    if (type == "multipart/related" || type == "multipart/mixed") {
        const std::string boundary = MultipartParser::boundaryOf(head.field("content-type"));
        if (boundary.empty()) {
            return fail(notDicom("multipart without a boundary"));
        }
        MultipartParser::Limits limits;
        limits.part = state.longest;
        state.parser.emplace(boundary, part, limits);
    } else if (mayBeAlone(type, state.dicom)) {
        state.single.emplace();
        state.single->fields["content-type"] = head.field("content-type");
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
    Bytes& body = state.single->body;
    if (body.size() + bytes.size() > state.longest) {
        return fail(oversized("a body of more than " + std::to_string(state.longest) + " bytes"));
    }
    body.insert(body.end(), bytes.begin(), bytes.end());
    return {};
}

} // namespace

bool isRefusedForm(const Error& error)
{
    return error.code == "archive.refused" && (error.detail == "HTTP 400" || error.detail == "HTTP 406" || error.detail == "HTTP 415");
}

std::uint64_t DicomWebClient::Impl::longestOf(const SeriesInstanceUid& series)
{
    const std::lock_guard lock(mutex);
    const auto found = longest.find(series.value);
    return found == longest.end() ? 0 : found->second;
}

// Known only where it is known of every instance. Headers and private data get room of their own.
void DicomWebClient::Impl::noteLongest(const SeriesInstanceUid& series, const std::vector<InstanceResult>& instances)
{
    constexpr std::uint64_t kSlack = 32 << 20;
    std::uint64_t most = 0;
    bool all = !instances.empty();
    for (const InstanceResult& one : instances) {
        all = all && one.pixelBytes > 0;
        most = std::max(most, one.pixelBytes);
    }
    const std::lock_guard lock(mutex);
    if (all) {
        longest[series.value] = std::min(kLongestObject, most + most / 4 + kSlack);
    } else {
        longest.erase(series.value);
    }
}

DicomWebClient::Impl::Ask DicomWebClient::Impl::instancesAsked(const StudyInstanceUid& study, const SeriesInstanceUid& series,
                                                               const std::string& behind)
{
    Ask ask;
    ask.path = seriesPath(study, series) + behind;
    ask.forms = kAcceptForms;
    ask.remembered = &habits->instanceForm;
    ask.dicom = true;
    ask.longest = longestOf(series);
    return ask;
}

Result<DicomWebClient::StreamReport> DicomWebClient::Impl::retrieveWith(const Ask& ask, const char* accept, const PartSink& part,
                                                                        const StopToken& stop)
{
    StreamReport report;
    Retrieval state;
    state.dicom = ask.dicom;
    state.longest = ask.longest > 0 ? ask.longest : kLongestObject;
    const auto onPart = [&](MultipartParser::Part whole) -> Status {
        ++report.parts;
        return part(std::move(whole));
    };
    Request request;
    request.path = ask.path;
    request.url = ask.url;
    request.fields = {accept};
    request.compressed = ask.compressed;
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
        // A body that is shorter than announced is an error of the transport's. A reader of objects is patient with files that end early, so
        // that for them nothing less than a length will do.
        const bool whole = ask.dicom ? answer->head.tellsItsLength() || (ask.length > 0 && state.bytes == ask.length) : answer->head.tellsItsEnd();
        report.closed = status == 200 && whole;
        if (const Status taken = part(std::move(*state.single)); !taken) {
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

Result<DicomWebClient::StreamReport> DicomWebClient::Impl::retrieve(const Ask& ask, const PartSink& part, const StopToken& stop)
{
    const std::size_t first = ask.remembered != nullptr ? ask.remembered->load() : 0;
    for (std::size_t step = 0; step < ask.forms.size(); ++step) {
        const std::size_t form = (first + step) % ask.forms.size();
        auto report = retrieveWith(ask, ask.forms[form], part, stop);
        if (report && ask.remembered != nullptr) {
            ask.remembered->store(form);
        }
        if (report || !isRefusedForm(report.error()) || step + 1 == ask.forms.size()) {
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
        m_impl->instancesAsked(study, series, {}),
        [&](MultipartParser::Part part) -> Status {
            auto file = dicom::readPart10(std::make_shared<const Bytes>(std::move(part.body)));
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

Result<dicom::Part10> DicomWebClient::Impl::retrieveOne(const Ask& ask, const StudyInstanceUid& study, const SeriesInstanceUid& series,
                                                        const SopInstanceUid& sop, const StopToken& stop)
{
    std::optional<dicom::Part10> wanted;
    std::size_t others = 0;
    const auto report = retrieve(
        ask,
        [&](MultipartParser::Part part) -> Status {
            auto file = dicom::readPart10(std::make_shared<const Bytes>(std::move(part.body)));
            const std::string named = file ? file->dataSet.textOr(dicom::tags::SOPInstanceUID) : std::string();
            const bool asked = file && file->dataSet.textOr(dicom::tags::StudyInstanceUID) == study.value
                && file->dataSet.textOr(dicom::tags::SeriesInstanceUID) == series.value
                && (sop.empty() ? isUsableUid(named) : named == sop.value);
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

DicomWebClient::Impl::Ask DicomWebClient::Impl::fileAsked(const OrthancFiles::File& file)
{
    Ask ask;
    ask.url = file.address;
    ask.forms = kFileForms;
    ask.dicom = true;
    ask.length = file.bytes;
    ask.longest = std::min(file.bytes, kLongestObject); // it is the archive that says so
    return ask;
}

std::optional<dicom::Part10> DicomWebClient::Impl::retrieveOwnMiddle(const StudyInstanceUid& study, const SeriesInstanceUid& series,
                                                                     const StopToken& stop)
{
    const auto file = orthanc.middleOf(series, stop);
    auto object = file ? retrieveOne(fileAsked(*file), study, series, {}, stop) : Result<dicom::Part10>(fail(statusError(404)));
    return object ? std::optional(std::move(*object)) : std::nullopt;
}

std::optional<dicom::Part10> DicomWebClient::Impl::retrieveFile(const StudyInstanceUid& study, const SeriesInstanceUid& series,
                                                                const SopInstanceUid& sop, const StopToken& stop)
{
    const auto file = orthanc.fileOf(series, sop);
    if (!file) {
        return std::nullopt;
    }
    auto object = retrieveOne(fileAsked(*file), study, series, sop, stop);
    if (!object) {
        orthanc.failed(series, sop, object.error());
        return std::nullopt;
    }
    return std::move(*object);
}

Result<dicom::Part10> DicomWebClient::retrieveObject(const StudyInstanceUid& study, const SeriesInstanceUid& series,
                                                     const SopInstanceUid& sop, StopToken stop)
{
    if (auto file = m_impl->retrieveFile(study, series, sop, stop)) {
        return std::move(*file);
    }
    return m_impl->retrieveOne(m_impl->instancesAsked(study, series, "/instances/" + percentEncoded(sop.value)), study, series, sop, stop);
}

Result<dicom::Part10> DicomWebClient::retrieveTranscoded(const StudyInstanceUid& study, const SeriesInstanceUid& series,
                                                         const SopInstanceUid& sop, StopToken stop)
{
    const Error none{"archive.notranscode", "The archive makes no lossless transcodes; the originals are fetched.", {}};
    ArchiveHabits& habits = *m_impl->habits;
    if (habits.noTranscodes.load()) {
        return fail(none);
    }
    Impl::Ask ask = m_impl->instancesAsked(study, series, "/instances/" + percentEncoded(sop.value));
    ask.forms = kTranscodeForms;
    ask.remembered = &habits.transcodeForm;
    auto object = m_impl->retrieveOne(ask, study, series, sop, stop);
    const bool refused = !object && cannotTranscode(object.error());
    if (refused || (object && object->transferSyntaxUid != kJpegLsLossless)) {
        habits.noTranscodes.store(true);
        return fail(none);
    }
    return object;
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
