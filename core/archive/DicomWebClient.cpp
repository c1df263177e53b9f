#include "core/archive/DicomWeb.h"

#include <algorithm>
#include <chrono>
#include <set>

#include <curl/curl.h>

#include "core/archive/ClientImpl.h"
#include "core/archive/HttpErrors.h"
#include "core/archive/OpenIdSignIn.h"
#include "core/dicom/Tags.h"

namespace akari::archive {
namespace {

namespace tags = dicom::tags;

constexpr std::uint64_t kLongestJson = 64 << 20; // one page, inflated
constexpr std::size_t kStudyPage = 500;
constexpr std::size_t kSeriesPage = 500;
constexpr std::size_t kInstancePage = 2000;
constexpr std::size_t kFirstInstancePage = 64; // where somebody waits for the first
constexpr std::int64_t kWorthOwnList = 32; // instances: an Orthanc is asked for its own list of a series
constexpr std::size_t kMostPages = 2000;
constexpr std::size_t kModestPage = 100;

StudyResult studyOf(const JsonDataSet& row)
{
    StudyResult study;
    study.study = StudyInstanceUid(row.text(tags::StudyInstanceUID));
    study.patientId = row.text(tags::PatientID);
    study.issuerOfPatientId = row.text(tags::IssuerOfPatientID);
    study.patientName = row.personName(tags::PatientName);
    study.birthDate = row.text(tags::PatientBirthDate);
    study.sex = row.text(tags::PatientSex);
    study.studyDate = row.text(tags::StudyDate);
    study.studyTime = row.text(tags::StudyTime);
    study.description = row.text(tags::StudyDescription);
    study.accession = row.text(tags::AccessionNumber);
    study.referringPhysician = row.personName(tags::ReferringPhysicianName).dicom();
    study.modalities = row.texts(tags::ModalitiesInStudy);
    study.instances = row.integer(tags::NumberOfStudyRelatedInstances).value_or(-1);
    study.series = row.integer(tags::NumberOfStudyRelatedSeries).value_or(-1);
    return study;
}

// Servers take an unknown parameter, a wildcard in an ID or a bad value as "everything": what was asked for is checked here again.
bool matches(const StudyResult& study, const StudyQuery& query)
{
    const bool modality = query.modality.empty() || study.modalities.empty()
        || std::find(study.modalities.begin(), study.modalities.end(), query.modality) != study.modalities.end();
    return modality && (query.patientId.empty() || study.patientId == query.patientId)
        && (query.accession.empty() || study.accession == query.accession) && (query.study.empty() || study.study == query.study);
}

std::string queryPath(const StudyQuery& query)
{
    std::string path = "/studies?includefield=00081030&includefield=00080061&includefield=00080090&includefield=00100021"
                       "&includefield=00201206&includefield=00201208";
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) {
            path += std::string("&") + name + "=" + percentEncoded(value);
        }
    };
    add("PatientID", query.patientId);
    add("StudyDate", query.dateRange);
    add("ModalitiesInStudy", query.modality);
    add("AccessionNumber", query.accession);
    add("StudyInstanceUID", query.study.value);
    return path;
}

// Uncompressed; a compressed object is hardly ever longer.
std::uint64_t pixelBytesOf(const JsonDataSet& row)
{
    const auto value = [&](dicom::Tag tag, std::int64_t otherwise) {
        return static_cast<std::uint64_t>(std::clamp<std::int64_t>(row.integer(tag).value_or(otherwise), 0, 1 << 20));
    };
    const std::uint64_t samples = std::max<std::uint64_t>(value(tags::SamplesPerPixel, 3), 1);
    const std::uint64_t plane = value(tags::Rows, 0) * value(tags::Columns, 0);
    const std::uint64_t bytes = (value(tags::BitsAllocated, 32) + 7) / 8;
    // 2^40 at most before frames, which 2^20 bounds: no overflow below the cap.
    return std::min<std::uint64_t>(plane, std::uint64_t{1} << 32) * std::min<std::uint64_t>(samples * bytes, 64) * value(tags::NumberOfFrames, 1);
}

InstanceResult instanceOf(const JsonDataSet& row)
{
    InstanceResult instance;
    instance.sop = SopInstanceUid(row.text(tags::SOPInstanceUID));
    instance.sopClass = row.text(tags::SOPClassUID);
    instance.number = static_cast<std::int32_t>(row.integer(tags::InstanceNumber).value_or(0));
    instance.frames = static_cast<std::int32_t>(row.integer(tags::NumberOfFrames).value_or(1));
    instance.pixelBytes = pixelBytesOf(row);
    instance.position = row.numbers(tags::ImagePositionPatient);
    instance.orientation = row.numbers(tags::ImageOrientationPatient);
    return instance;
}

bool isJson(const std::string& mediaType)
{
    return mediaType == "application/dicom+json" || mediaType == "application/json" || mediaType.empty();
}

} // namespace

Error notDicom(std::string detail)
{
    return {"archive.notdicom", "What answers at this address is not a DICOMweb service; check the archive's address.", std::move(detail)};
}

bool isUsableUid(std::string_view uid)
{
    return !uid.empty() && uid.size() <= 64 && uid.find_first_not_of("0123456789.") == std::string_view::npos;
}

SharedBytes sourceOf(const dicom::Part10& file) { return file.source ? file.source : file.bytes; }

std::string studyPath(const StudyInstanceUid& study) { return "/studies/" + percentEncoded(study.value); }
std::string seriesPath(const StudyInstanceUid& study, const SeriesInstanceUid& series)
{
    return studyPath(study) + "/series/" + percentEncoded(series.value);
}

Result<DicomWebClient::Impl::Page> DicomWebClient::Impl::getJson(const std::string& path, StopToken stop)
{
    Request request;
    request.path = path;
    request.fields = {"Accept: application/dicom+json"};
    request.compressed = true;
    request.stop = std::move(stop);
    Bytes body;
    const auto answer = transport.send(request, [&](const ResponseHead&, BytesView bytes) -> Status {
        if (body.size() + bytes.size() > kLongestJson) {
            return fail(oversized("a list of more than " + std::to_string(kLongestJson) + " bytes"));
        }
        body.insert(body.end(), bytes.begin(), bytes.end());
        return {};
    });
    if (!answer) {
        return fail(answer.error());
    }
    const ResponseHead& head = answer->head;
    Page page;
    page.date = head.field("date");
    page.more = head.status == 206 || head.field("warning").find("299") != std::string::npos;
    if (head.status == 204) {
        return page;
    }
    if (head.status < 200 || head.status > 299) {
        return fail(statusError(head.status));
    }
    page.document = isJson(head.mediaType()) ? JsonDocument::parse(body) : std::nullopt;
    if (!page.document && !(body.empty() && isJson(head.mediaType()))) {
        return fail(notDicom("HTTP " + std::to_string(head.status) + ", " + head.mediaType().substr(0, 60)));
    }
    return page;
}

template <class T, class Read, class Key>
Result<Found<T>> DicomWebClient::Impl::list(const std::string& path, const Pages<T>& pages, std::int64_t expected, const Read& read,
                                            const Key& key, const StopToken& stop)
{
    Found<T> found;
    std::set<std::string> seen;
    std::size_t rows = 0;
    std::size_t pageSize = pages.first;
    for (std::size_t number = 0; number < kMostPages; ++number) {
        pageSize = number == 0 ? pageSize : std::min(2 * pageSize, pages.most);
        if (const std::size_t most = habits->longestPage.load(); most != 0) {
            pageSize = std::min(pageSize, most);
        }
        auto page = getJson(path + "&limit=" + std::to_string(pageSize) + "&offset=" + std::to_string(rows), stop);
        if (!page && pageSize > kModestPage && isRefusedForm(page.error())) {
            // Some archives refuse a limit above their own instead of giving less.
            page = getJson(path + "&limit=" + std::to_string(kModestPage) + "&offset=" + std::to_string(rows), stop);
            if (page) {
                pageSize = kModestPage;
                habits->longestPage.store(kModestPage);
            }
        }
        if (!page) {
            return fail(page.error());
        }
        const auto dataSets = page->document ? page->document->dataSets() : std::vector<JsonDataSet>();
        const std::size_t before = found.items.size();
        for (const JsonDataSet& row : dataSets) {
            T one = read(row);
            if (isUsableUid(key(one)) && seen.insert(key(one)).second) {
                found.items.push_back(std::move(one));
            }
        }
        const std::size_t fresh = found.items.size() - before;
        if (pages.came && fresh > 0) {
            pages.came(std::vector<T>(found.items.begin() + static_cast<std::ptrdiff_t>(before), found.items.end()));
        }
        rows += dataSets.size();
        found.incomplete = found.incomplete || page->more;
        if (fresh == 0) {
            // A full page of what is known already: this archive ignores the offset, and what lies behind can't be reached.
            // So does its own count.
            // A round number of rows, the same again: a limit of the archive's own, for all that is known.
            const bool looksCut = number > 0 && !dataSets.empty() && (dataSets.size() >= pageSize || dataSets.size() % 10 == 0);
            found.incomplete = found.incomplete || looksCut
                || (!found.items.empty() && static_cast<std::int64_t>(found.items.size()) < expected);
            return found;
        }
        // A short page is no proof: archives cut pages to limits of their own.
        if (expected >= 0 && static_cast<std::int64_t>(found.items.size()) >= expected) {
            // The archive's own count says that this was all.
            found.incomplete = false;
            return found;
        }
    }
    found.incomplete = true;
    return found;
}

DicomWebClient::Impl::Impl(records::ArchiveSettings given, KnownArchives* known)
    : settings(std::move(given)), habits(known ? known->habitsOf(settings) : std::make_shared<ArchiveHabits>()),
      transport(settings, known ? known->signInOf(settings) : nullptr), orthanc(transport, settings.url, habits)
{
}

DicomWebClient::DicomWebClient(records::ArchiveSettings settings, KnownArchives* known)
    : m_impl(std::make_unique<Impl>(std::move(settings), known))
{
}
DicomWebClient::~DicomWebClient() = default;
std::chrono::seconds DicomWebClient::restLeft()
{
    return m_impl->transport.restLeft();
}
const records::ArchiveSettings& DicomWebClient::settings() const { return m_impl->settings; }

Result<std::string> DicomWebClient::probe(StopToken stop)
{
    const auto start = std::chrono::steady_clock::now();
    const auto page = m_impl->getJson("/studies?limit=1", stop);
    if (!page) {
        return fail(page.error());
    }
    const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
    static_cast<void>(m_impl->orthanc.answers(stop));
    return "DICOMweb answers; " + std::to_string(taken.count()) + " ms";
}

Result<Found<StudyResult>> DicomWebClient::studies(const StudyQuery& query, StopToken stop)
{
    auto found = m_impl->list<StudyResult>(queryPath(query), {kStudyPage, kStudyPage}, query.study.empty() ? -1 : 1, studyOf,
                                           [](const StudyResult& one) { return one.study.value; }, stop);
    if (found) {
        std::erase_if(found->items, [&](const StudyResult& one) { return !matches(one, query); });
    }
    return found;
}

Result<Found<SeriesResult>> DicomWebClient::series(const StudyInstanceUid& study) { return series(study, -1); }

Result<Found<SeriesResult>> DicomWebClient::series(const StudyInstanceUid& study, std::int64_t expected, StopToken stop)
{
    const auto read = [](const JsonDataSet& row) {
        SeriesResult series;
        series.series = SeriesInstanceUid(row.text(tags::SeriesInstanceUID));
        series.modality = row.text(tags::Modality);
        series.number = static_cast<std::int32_t>(row.integer(tags::SeriesNumber).value_or(0));
        series.description = row.text(tags::SeriesDescription);
        series.bodyPart = row.text(tags::BodyPartExamined);
        series.instances = row.integer(tags::NumberOfSeriesRelatedInstances).value_or(-1);
        return series;
    };
    return m_impl->list<SeriesResult>(studyPath(study) + "/series?includefield=0008103E&includefield=00180015&includefield=00201209", {kSeriesPage, kSeriesPage}, expected, read,
                                      [](const SeriesResult& one) { return one.series.value; }, stop);
}

Result<Found<InstanceResult>> DicomWebClient::instances(const StudyInstanceUid& study, const SeriesInstanceUid& series)
{
    return instances(study, series, -1);
}

Result<Found<InstanceResult>> DicomWebClient::Impl::instances(const StudyInstanceUid& study, const SeriesInstanceUid& series,
                                                              std::int64_t expected, const Pages<InstanceResult>& pages, const StopToken& stop)
{
    if (expected >= kWorthOwnList) {
        if (auto own = orthanc.list(series, stop); own && static_cast<std::int64_t>(own->size()) == expected) {
            if (pages.came) {
                pages.came(*own);
            }
            return Found<InstanceResult>{std::move(*own), false};
        }
    }
    auto found = list<InstanceResult>(seriesPath(study, series) + "/instances?includefield=00280008&includefield=00200032&includefield=00200037",
                                      pages, expected, instanceOf, [](const InstanceResult& one) { return one.sop.value; }, stop);
    if (found && !found->incomplete) {
        noteLongest(series, found->items);
    }
    return found;
}

Result<Found<InstanceResult>> DicomWebClient::instances(const StudyInstanceUid& study, const SeriesInstanceUid& series,
                                                        std::int64_t expected, StopToken stop)
{
    return m_impl->instances(study, series, expected, {kInstancePage, kInstancePage}, stop);
}

Result<Found<InstanceResult>> DicomWebClient::instances(const StudyInstanceUid& study, const SeriesInstanceUid& series,
                                                        std::int64_t expected, const InstancePage& page, const StopToken& stop)
{
    return m_impl->instances(study, series, expected, {kFirstInstancePage, kInstancePage, page}, stop);
}

Result<dicom::Part10> DicomWebClient::retrieveMiddle(const StudyInstanceUid& study, const SeriesInstanceUid& series, std::int64_t expected,
                                                     StopToken stop)
{
    if (auto middle = m_impl->retrieveOwnMiddle(study, series, stop)) {
        return std::move(*middle);
    }
    const auto page = m_impl->getJson(seriesPath(study, series) + "/instances?limit=1&offset=" + std::to_string(expected / 2), stop);
    if (!page) {
        return fail(page.error());
    }
    const auto rows = page->document ? page->document->dataSets() : std::vector<JsonDataSet>();
    const SopInstanceUid sop = rows.empty() ? SopInstanceUid() : instanceOf(rows.front()).sop;
    if (!isUsableUid(sop.value)) {
        return fail(statusError(404));
    }
    return retrieveObject(study, series, sop, std::move(stop));
}

Result<std::int64_t> DicomWebClient::serverClockSkewSeconds()
{
    const auto before = std::chrono::system_clock::now();
    const auto page = m_impl->getJson("/studies?limit=1");
    if (!page) {
        return fail(page.error());
    }
    const auto after = std::chrono::system_clock::now();
    const std::time_t theirs = curl_getdate(page->date.c_str(), nullptr);
    if (theirs < 0) {
        return fail("archive.notime", "The archive does not say what time it is; check this computer's clock by other means.");
    }
    const std::time_t ours = std::chrono::system_clock::to_time_t(before + (after - before) / 2);
    return static_cast<std::int64_t>(theirs) - static_cast<std::int64_t>(ours);
}

} // namespace akari::archive
