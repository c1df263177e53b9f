// A DICOMweb archive in the test's own process whose faults can be scripted. Holds objects by study, series and instance.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/Identity.h"
#include "core/dicom/DataSet.h"
#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"
#include "core/records/Records.h"
#include "tests/support/HttpServer.h"

namespace akari::test {

struct SliceOptions {
    std::string study = "1.2.840.99.1";
    std::string series = "1.2.840.99.1.1";
    std::string patient = "P-100";
    std::string modality = "CT";
    std::uint16_t side = 8; // rows and columns
    std::int64_t seed = 1;  // of the pixels
    std::string accession = "A-1";
};

inline std::string sopOf(const std::string& series, int number) { return series + "." + std::to_string(number); }

inline Bytes makeSlice(int number, const SliceOptions& options = {})
{
    namespace tags = dicom::tags;
    using dicom::Vr;
    dicom::DataSetBuilder set;
    const std::string sopClass = "1.2.840.10008.5.1.4.1.1.2";
    const std::string sop = sopOf(options.series, number);
    set.text(tags::SpecificCharacterSet, Vr('C', 'S'), "ISO_IR 192").text(tags::SOPClassUID, Vr('U', 'I'), sopClass);
    set.text(tags::SOPInstanceUID, Vr('U', 'I'), sop).text(tags::StudyDate, Vr('D', 'A'), "20260102");
    set.text(tags::AccessionNumber, Vr('S', 'H'), options.accession).text(tags::Modality, Vr('C', 'S'), options.modality);
    set.text(tags::PatientName, Vr('P', 'N'), "Yamada^Taro=山田^太郎=やまだ^たろう").text(tags::PatientID, Vr('L', 'O'), options.patient);
    set.text(tags::PatientBirthDate, Vr('D', 'A'), "19600304").text(tags::PatientSex, Vr('C', 'S'), "M");
    set.text(tags::StudyInstanceUID, Vr('U', 'I'), options.study).text(tags::SeriesInstanceUID, Vr('U', 'I'), options.series);
    set.text(tags::SeriesNumber, Vr('I', 'S'), "1").text(tags::InstanceNumber, Vr('I', 'S'), std::to_string(number));
    set.integers(tags::SamplesPerPixel, Vr('U', 'S'), {1}).text(tags::PhotometricInterpretation, Vr('C', 'S'), "MONOCHROME2");
    set.integers(tags::Rows, Vr('U', 'S'), {options.side}).integers(tags::Columns, Vr('U', 'S'), {options.side});
    set.integers(tags::BitsAllocated, Vr('U', 'S'), {16}).integers(tags::BitsStored, Vr('U', 'S'), {16});
    set.integers(tags::HighBit, Vr('U', 'S'), {15}).integers(tags::PixelRepresentation, Vr('U', 'S'), {0});
    Bytes pixels(std::size_t{options.side} * options.side * 2);
    std::uint64_t state = static_cast<std::uint64_t>(options.seed) * 1000003 + static_cast<std::uint64_t>(number);
    for (auto& byte : pixels) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        byte = static_cast<std::uint8_t>(state >> 56);
    }
    set.raw(tags::PixelData, Vr('O', 'W'), std::move(pixels));
    return dicom::writePart10(set, "1.2.840.10008.1.2.1", sopClass, sop);
}

// Refused: 202 and listed as failed with stowReason. Both: listed as stored and as failed. Large: 413.
enum class StowMode { Good, EmptySequences, KeepsOld, Conflict, Broken, Refused, Both, Large };

struct Faults {
    std::optional<std::size_t> cutStreamAt;   // of a series stream, once
    bool cutsAlways = false;
    bool silentCut = false;                   // the stream has no length
    std::optional<Bytes> foreignPart;         // mixed into each series stream in the place of its second part
    bool html = false;
    int status = 0;                           // of every answer
    int failures = 0;                         // so many answers 500 first
    std::string retryAfter;                   // sent with them
    int listStatus = 200;                     // 206: the lists are incomplete
    bool warns = false;                       // Warning: 299
    bool ignoresOffset = false;
    std::size_t pageCap = 0;                  // rows a page at most, whatever is asked
    bool emptyIs204 = false;
    double bytesPerSecond = 0;                // of all connections together; 0: as fast as they go
    bool listsPlaces = true;                  // positions and orientations with the instances
    bool partLengths = false;                 // Content-Length in each part
    std::vector<std::string> refusedAccepts;  // answered 406 when the Accept field is one of these
    std::string boundary = "fake-boundary";
    bool quotesBoundary = true;
    std::string redirect;                     // Location of a 307 to every request
    StowMode stow = StowMode::Good;
    int stowReason = 0x0110;                  // (0008,1197) of what is refused
    int stowWarning = 0;                      // (0008,1196) of what is stored
    std::function<Bytes(Bytes)> onStore;      // what the archive makes of what it is given
};

class FakeArchive {
public:
    FakeArchive() : m_server([this](const HttpRequest& request) { return handle(request); }) {}

    Faults faults;
    std::vector<std::string> log; // method and path of each request; read when nothing is under way

    void add(const Bytes& part10)
    {
        const auto file = dicom::readPart10(std::make_shared<const Bytes>(part10)).value();
        namespace tags = dicom::tags;
        Object object;
        object.study = file.dataSet.textOr(tags::StudyInstanceUID);
        object.series = file.dataSet.textOr(tags::SeriesInstanceUID);
        object.sop = file.dataSet.textOr(tags::SOPInstanceUID);
        object.sopClass = file.dataSet.textOr(tags::SOPClassUID);
        object.modality = file.dataSet.textOr(tags::Modality);
        object.patient = file.dataSet.textOr(tags::PatientID);
        object.accession = file.dataSet.textOr(tags::AccessionNumber);
        object.number = file.dataSet.integer(tags::InstanceNumber).value_or(0);
        object.bytes.assign(part10.begin(), part10.end());
        const std::lock_guard lock(m_mutex);
        m_objects.push_back(std::move(object));
    }
    void addSeries(int count, const SliceOptions& options = {})
    {
        for (int i = 1; i <= count; ++i) {
            add(makeSlice(i, options));
        }
    }
    void clear()
    {
        const std::lock_guard lock(m_mutex);
        m_objects.clear();
    }
    records::ArchiveSettings settings() const { return {"Fake", url(), "", "", "", "", "#123456"}; }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(m_server.port()) + "/dicom-web"; }
    int connections() const { return m_server.connections(); }
    std::size_t requests(const std::string& part) const
    {
        const std::lock_guard lock(m_mutex);
        std::size_t count = 0;
        for (const auto& line : log) {
            count += line.find(part) != std::string::npos ? 1 : 0;
        }
        return count;
    }

private:
    struct Object {
        std::string study, series, sop, sopClass, modality, patient, accession;
        std::int64_t number = 0;
        std::string bytes;
    };
    using Json = nlohmann::json;

    static Json value(const char* vr, const Json& one) { return {{"vr", vr}, {"Value", Json::array({one})}}; }

    HttpResponse handle(const HttpRequest& request)
    {
        const std::lock_guard lock(m_mutex);
        log.push_back(request.method + " " + request.path);
        if (request.path.rfind("/dicom-web/", 0) != 0) {
            return {404, {}, ""}; // nothing but DICOMweb here
        }
        if (!faults.redirect.empty()) {
            return {307, {{"Location", faults.redirect}}, "moved"};
        }
        if (faults.html) {
            return {200, {{"Content-Type", "text/html; charset=utf-8"}}, "<html><body>Welcome</body></html>"};
        }
        if (faults.status != 0) {
            return {faults.status, {}, ""};
        }
        if (faults.failures > 0) {
            --faults.failures;
            if (!faults.retryAfter.empty()) {
                return {503, {{"Retry-After", faults.retryAfter}}, "busy"};
            }
            return {500, {}, "busy"};
        }
        if (request.method == "POST") {
            return stow(request);
        }
        std::vector<std::string> parts;
        for (std::size_t at = std::string("/dicom-web/").size(), end; at < request.path.size(); at = end + 1) {
            end = std::min(request.path.find('/', at), request.path.size());
            parts.push_back(request.path.substr(at, end - at));
        }
        if (parts.size() == 1) {
            return listing(request, "studies", {}, {});
        }
        if (parts.size() == 3) {
            return listing(request, "series", parts[1], {});
        }
        if (parts.size() == 5) {
            return listing(request, "instances", parts[1], parts[3]);
        }
        return retrieve(request, parts[1], parts[3], parts.size() == 6 ? parts[5] : "");
    }

    HttpResponse listing(const HttpRequest& request, const std::string& level, const std::string& study, const std::string& series)
    {
        Json rows = Json::array();
        std::vector<std::string> seen;
        const auto asked = [&](const char* name) { return request.query.contains(name) ? request.query.at(name) : std::string(); };
        for (const Object& object : m_objects) {
            const std::string& key = level == "studies" ? object.study : level == "series" ? object.series : object.sop;
            const bool wanted = (study.empty() || study == object.study) && (series.empty() || series == object.series)
                && (asked("StudyInstanceUID").empty() || asked("StudyInstanceUID") == object.study)
                && (asked("PatientID").empty() || asked("PatientID") == object.patient);
            if (wanted && std::find(seen.begin(), seen.end(), key) == seen.end()) {
                seen.push_back(key);
                rows.push_back(row(object, level));
            }
        }
        const std::size_t limit = std::min<std::size_t>(asked("limit").empty() ? 1000000 : std::stoul(asked("limit")),
                                                        faults.pageCap ? faults.pageCap : 1000000);
        const std::size_t offset = asked("offset").empty() || faults.ignoresOffset ? 0 : std::stoul(asked("offset"));
        Json page = Json::array();
        for (std::size_t i = offset; i < rows.size() && page.size() < limit; ++i) {
            page.push_back(rows[i]);
        }
        if (page.empty() && faults.emptyIs204) {
            return {204, {}, ""};
        }
        HttpResponse response{faults.listStatus, {{"Content-Type", "application/dicom+json"}}, page.dump()};
        if (faults.warns) {
            response.fields["Warning"] = "299 fake \"There are more results\"";
        }
        return response;
    }

    Json row(const Object& object, const std::string& level) const
    {
        const auto count = [&](auto same) { return std::count_if(m_objects.begin(), m_objects.end(), same); };
        Json row{{"0020000D", value("UI", object.study)}};
        if (level == "studies") {
            row["00100020"] = value("LO", object.patient);
            row["00100010"] = value("PN", Json{{"Alphabetic", "Yamada^Taro"}});
            row["00080050"] = value("SH", object.accession);
            row["00080020"] = value("DA", "20260102");
            row["00201208"] = value("IS", std::to_string(count([&](const Object& one) { return one.study == object.study; })));
        } else if (level == "series") {
            row["0020000E"] = value("UI", object.series);
            row["00080060"] = value("CS", object.modality);
            row["00201209"] = value("IS", count([&](const Object& one) { return one.series == object.series; }));
        } else {
            row["00080018"] = value("UI", object.sop);
            row["00080016"] = value("UI", object.sopClass);
            row["00200013"] = value("IS", object.number);
            if (faults.listsPlaces) {
                row["00200032"] = Json{{"vr", "DS"}, {"Value", {0, 0, object.number}}};
                row["00200037"] = Json{{"vr", "DS"}, {"Value", {1, 0, 0, 0, 1, 0}}};
            }
        }
        return row;
    }

    HttpResponse retrieve(const HttpRequest& request, const std::string& study, const std::string& series, const std::string& sop)
    {
        for (const std::string& refused : faults.refusedAccepts) {
            if (request.fields.contains("accept") && request.fields.at("accept") == refused) {
                return {406, {}, ""};
            }
        }
        std::vector<const std::string*> found;
        for (const Object& object : m_objects) {
            if (object.study == study && object.series == series && (sop.empty() || object.sop == sop)) {
                found.push_back(&object.bytes);
            }
        }
        if (found.empty()) {
            return {404, {}, ""};
        }
        std::string foreign;
        if (sop.empty() && faults.foreignPart) {
            foreign.assign(faults.foreignPart->begin(), faults.foreignPart->end());
            found[std::min<std::size_t>(1, found.size() - 1)] = &foreign;
        }
        HttpResponse response;
        const std::string mark = faults.quotesBoundary ? "\"" : "";
        response.fields["Content-Type"] = "multipart/related; type=\"application/dicom\"; boundary=" + mark + faults.boundary + mark;
        for (const std::string* bytes : found) {
            response.body += "--" + faults.boundary + "\r\nContent-Type: application/dicom\r\n";
            response.body += faults.partLengths ? "Content-Length: " + std::to_string(bytes->size()) + "\r\n\r\n" : "\r\n";
            response.body += *bytes + "\r\n";
        }
        response.body += "--" + faults.boundary + "--\r\n";
        if (faults.bytesPerSecond > 0) {
            response.pace = [this, rate = faults.bytesPerSecond](std::size_t bytes) { wait(bytes, rate); };
        }
        if (sop.empty() && faults.cutStreamAt) {
            response.cutAt = *faults.cutStreamAt;
            response.withoutLength = faults.silentCut;
            if (!faults.cutsAlways) {
                faults.cutStreamAt.reset();
            }
        }
        return response;
    }

    HttpResponse stow(const HttpRequest& request)
    {
        if (faults.stow == StowMode::Broken) {
            return {503, {}, "later"};
        }
        const std::size_t begin = request.body.find("\r\n\r\n") + 4;
        const std::size_t end = request.body.rfind("\r\n--", request.body.size() - 5);
        Bytes part10(request.body.begin() + static_cast<std::ptrdiff_t>(begin), request.body.begin() + static_cast<std::ptrdiff_t>(end));
        const auto file = dicom::readPart10(std::make_shared<const Bytes>(part10));
        const std::string sop = file ? file->dataSet.textOr(dicom::tags::SOPInstanceUID) : "";
        const std::string sopClass = file ? file->dataSet.textOr(dicom::tags::SOPClassUID) : "";
        Json item{{"00081150", value("UI", sopClass)}, {"00081155", value("UI", sop)}};
        if (faults.stow == StowMode::Large) {
            return {413, {}, ""};
        }
        if (faults.stow == StowMode::Refused || faults.stow == StowMode::Both) {
            Json answer{{"00081198", {{"vr", "SQ"}, {"Value", Json::array({item})}}}};
            answer["00081198"]["Value"][0]["00081197"] = value("US", faults.stowReason);
            if (faults.stow == StowMode::Both) {
                answer["00081199"] = {{"vr", "SQ"}, {"Value", Json::array({item})}};
            }
            return {202, {{"Content-Type", "application/dicom+json"}}, answer.dump()};
        }
        if (faults.stow == StowMode::Conflict) {
            item["00081197"] = value("US", faults.stowReason);
            return {409, {}, Json{{"00081198", {{"vr", "SQ"}, {"Value", Json::array({item})}}}}.dump()};
        }
        Json answer{{"00081198", {{"vr", "SQ"}}}, {"00081199", {{"vr", "SQ"}}}};
        if (faults.stowWarning != 0) {
            item["00081196"] = value("US", faults.stowWarning);
        }
        if (faults.stow != StowMode::EmptySequences) {
            answer["00081199"]["Value"] = Json::array({item});
        }
        const bool known = std::any_of(m_objects.begin(), m_objects.end(), [&](const Object& one) { return one.sop == sop; });
        if (faults.stow == StowMode::Good || (faults.stow == StowMode::KeepsOld && !known)) {
            std::erase_if(m_objects, [&](const Object& one) { return one.sop == sop; });
            m_mutex.unlock();
            add(faults.onStore ? faults.onStore(std::move(part10)) : part10);
            m_mutex.lock();
        }
        return {200, {{"Content-Type", "application/dicom+json"}}, answer.dump()};
    }

    // One line for all connections: a piece waits until those before it are through.
    void wait(std::size_t bytes, double rate)
    {
        std::chrono::steady_clock::time_point until;
        {
            const std::lock_guard lock(m_lineMutex);
            m_lineFree = std::max(m_lineFree, std::chrono::steady_clock::now())
                + std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(static_cast<double>(bytes) / rate));
            until = m_lineFree;
        }
        std::this_thread::sleep_until(until);
    }

    std::mutex m_lineMutex;
    std::chrono::steady_clock::time_point m_lineFree; // protected by m_lineMutex
    mutable std::mutex m_mutex;
    std::vector<Object> m_objects;
    HttpServer m_server;
};

} // namespace akari::test
