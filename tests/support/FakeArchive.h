// A DICOMweb archive in the test's own process whose faults can be switched. Holds objects by study, series and instance; with a storage
// folder each object is a file there too. The same archive is a program: fake-archive.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "core/base/Identity.h"
#include "core/records/Records.h"
#include "tests/support/FakeListing.h"

namespace akari::test {

class FakeArchive {
public:
    explicit FakeArchive(HttpServer::Wiring wiring = {}, std::uint16_t port = 0)
        : m_server([this](const HttpRequest& request) { return handle(request); }, std::move(wiring), port)
    {
    }

    Faults faults;
    std::vector<std::string> log; // method and path of each request; read when nothing is under way
    std::vector<std::string> bearers; // what each request bore in Authorization
    std::string (*gzip)(std::string_view) = nullptr; // needed for `compresses` and `gzipBomb` (Gzip.h)
    std::function<bool(const std::string& authorization)> authorizes; // instead of faults.token
    std::function<HttpResponse(const HttpRequest&)> beside;           // answers what is not DICOMweb; nothing does without

    // Objects that are stored lie there from then on, as UID.dcm; those that lie there are the archive's.
    void keepIn(const std::filesystem::path& folder)
    {
        std::filesystem::create_directories(folder);
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.path().extension() == ".dcm") {
                std::ifstream in(entry.path(), std::ios::binary);
                add(Bytes(std::istreambuf_iterator<char>(in), {}));
            }
        }
        m_storage = folder;
    }
    void add(const Bytes& part10)
    {
        const std::lock_guard lock(m_mutex);
        keep(part10);
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
    std::string url() const { return origin() + "/dicom-web"; }
    std::string origin() const { return "http://127.0.0.1:" + std::to_string(m_server.port()); }
    std::uint16_t port() const { return m_server.port(); }
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
    using Json = nlohmann::json;

    // Under m_mutex.
    void keep(const Bytes& part10)
    {
        FakeObject object = FakeObject::of(part10);
        if (!m_storage.empty()) {
            const auto file = m_storage / (object.sop + ".dcm");
            std::ofstream(file.string() + ".part", std::ios::binary) << object.bytes;
            std::filesystem::rename(file.string() + ".part", file);
        }
        std::erase_if(m_objects, [&](const FakeObject& one) { return one.sop == object.sop && one.series == object.series; });
        m_objects.push_back(std::move(object));
    }

    HttpResponse handle(const HttpRequest& request)
    {
        const std::lock_guard lock(m_mutex);
        if (request.path.rfind("/control/", 0) == 0) {
            return control(request);
        }
        log.push_back(request.method + " " + request.path);
        if (request.path.rfind("/dicom-web/", 0) != 0) {
            return beside ? beside(request) : HttpResponse{404, {}, ""};
        }
        bearers.push_back(request.fields.contains("authorization") ? request.fields.at("authorization") : "");
        if (auto refused = refusal()) {
            return *refused;
        }
        if (request.method == "POST") {
            return stow(request);
        }
        std::vector<std::string> parts;
        for (std::size_t at = std::string("/dicom-web/").size(), end; at < request.path.size(); at = end + 1) {
            end = std::min(request.path.find('/', at), request.path.size());
            parts.push_back(request.path.substr(at, end - at));
        }
        return compressed(request, answer(request, parts));
    }

    HttpResponse answer(const HttpRequest& request, const std::vector<std::string>& parts)
    {
        HttpResponse response = answerAtOnce(request, parts);
        if (faults.listPause > 0 && parts.size() % 2 == 1) {
            response.pace = [pause = faults.listPause](std::size_t) { std::this_thread::sleep_for(std::chrono::milliseconds(pause)); };
        }
        return response;
    }

    HttpResponse answerAtOnce(const HttpRequest& request, const std::vector<std::string>& parts)
    {
        const FakeListing listing(m_objects, faults);
        const auto at = [&](std::size_t index) { return parts.size() > index ? parts[index] : std::string(); };
        switch (parts.size()) {
        case 1: return listing.list(request, "studies", {}, {});
        case 3: return listing.list(request, "series", at(1), {});
        case 5: return at(4) == "metadata" ? listing.metadata(at(1), at(3), {}) : listing.list(request, "instances", at(1), at(3));
        case 4: return retrieve(request, at(1), at(3), "");
        case 6: return retrieve(request, at(1), at(3), at(5));
        default: return part(request, at(1), at(3), at(5), at(6), at(7));
        }
    }

    std::optional<HttpResponse> refusal()
    {
        const bool borne = authorizes ? authorizes(bearers.back()) : faults.token.empty() || bearers.back() == "Bearer " + faults.token;
        if (!borne || (faults.tokenUses > 0 && ++m_tokenUsed > faults.tokenUses)) {
            return HttpResponse{401, {{"WWW-Authenticate", "Bearer error=\"invalid_token\""}}, "expired"};
        }
        if (!faults.redirect.empty()) {
            return HttpResponse{307, {{"Location", faults.redirect}}, "moved"};
        }
        if (faults.html) {
            return HttpResponse{200, {{"Content-Type", "text/html; charset=utf-8"}}, "<html><body>Welcome</body></html>"};
        }
        if (faults.status != 0) {
            return HttpResponse{faults.status, {}, ""};
        }
        if (faults.failures > 0 && faults.failAfter > 0) {
            --faults.failAfter;
        } else if (faults.failures > 0) {
            --faults.failures;
            return faults.retryAfter.empty() ? HttpResponse{500, {}, "busy"} : HttpResponse{503, {{"Retry-After", faults.retryAfter}}, "busy"};
        }
        return std::nullopt;
    }

    HttpResponse compressed(const HttpRequest& request, HttpResponse response) const
    {
        const bool takes = request.fields.contains("accept-encoding") && request.fields.at("accept-encoding").find("gzip") != std::string::npos;
        if (gzip && takes && response.status == 200 && (faults.compresses || faults.gzipBomb)) {
            if (faults.gzipBomb) {
                response.body.insert(1, std::size_t{1} << 27, ' ');
            }
            response.body = gzip(response.body);
            response.fields["Content-Encoding"] = "gzip";
        }
        return response;
    }

    HttpResponse retrieve(const HttpRequest& request, const std::string& study, const std::string& series, const std::string& sop)
    {
        for (const std::string& refused : faults.refusedAccepts) {
            if (request.fields.contains("accept") && request.fields.at("accept") == refused) {
                return {faults.refusalStatus, {}, ""};
            }
        }
        const bool transcoded = request.fields.contains("accept") && request.fields.at("accept").find("1.2.840.10008.1.2.4.80") != std::string::npos;
        if (transcoded && !faults.transcode) {
            return {faults.refusalStatus, {}, ""};
        }
        std::vector<std::string> found;
        for (const FakeObject& object : m_objects) {
            const bool other = faults.wrongPart && !sop.empty();
            if (object.study == study && object.series == series && (sop.empty() || (object.sop == sop) != other) && (!other || found.empty())) {
                found.push_back(object.bytes);
            }
        }
        if (found.empty()) {
            return {404, {}, ""};
        }
        if (sop.empty()) {
            mix(found, series);
        }
        for (std::string& bytes : found) {
            if (transcoded) {
                const Bytes made = faults.transcode(Bytes(bytes.begin(), bytes.end()));
                bytes.assign(made.begin(), made.end());
            }
        }
        return spoiled(multipart(found, "application/dicom"), sop.empty());
    }

    void mix(std::vector<std::string>& found, const std::string& series) const
    {
        std::string& second = found[std::min<std::size_t>(1, found.size() - 1)];
        const auto other = std::find_if(m_objects.begin(), m_objects.end(), [&](const FakeObject& one) { return one.series != series; });
        if (faults.foreignPart) {
            second.assign(faults.foreignPart->begin(), faults.foreignPart->end());
        } else if (faults.mixedSeries && other != m_objects.end()) {
            second = other->bytes;
        }
    }

    HttpResponse multipart(const std::vector<std::string>& found, const std::string& type) const
    {
        HttpResponse response;
        const std::string mark = faults.quotesBoundary ? "\"" : "";
        response.fields["Content-Type"] = "multipart/related; type=\"" + type + "\"; boundary=" + mark + faults.boundary + mark;
        for (const std::string& whole : found) {
            std::string bytes = whole;
            const std::string& patient = m_objects.front().patient;
            if (const auto at = faults.retrievedPatient.empty() ? std::string::npos : bytes.find(patient); at != std::string::npos) {
                bytes.replace(at, patient.size(), faults.retrievedPatient);
            }
            bytes.resize(std::max(bytes.size(), faults.oversizedPart));
            for (int copy = faults.duplicateParts ? 2 : 1; copy > 0; --copy) {
                response.body += "--" + faults.boundary + "\r\nContent-Type: " + type + "\r\n";
                response.body += faults.partLengths ? "Content-Length: " + std::to_string(bytes.size()) + "\r\n\r\n" : "\r\n";
                response.body += bytes + "\r\n";
            }
        }
        response.body += "--" + faults.boundary + "--\r\n";
        return response;
    }

    HttpResponse spoiled(HttpResponse response, bool stream)
    {
        response.withoutLength = faults.withoutLength;
        if (faults.bytesPerSecond > 0) {
            response.pace = [this, rate = faults.bytesPerSecond](std::size_t bytes) { wait(bytes, rate); };
        }
        if (faults.dripBytes > 0) {
            response.piece = faults.dripBytes;
            response.pace = [pause = faults.dripPause](std::size_t) { std::this_thread::sleep_for(std::chrono::milliseconds(pause)); };
        }
        if (faults.cutStreamAt && (stream || faults.cutsInstances)) {
            response.cutAt = *faults.cutStreamAt;
            response.withoutLength = faults.silentCut;
            if (!faults.cutsAlways) {
                faults.cutStreamAt.reset();
            }
        }
        if (m_seeded != faults.seed) {
            m_seeded = faults.seed;
            m_chance.seed(faults.seed);
        }
        if (faults.cutChance > 0 && std::uniform_real_distribution<>(0, 1)(m_chance) < faults.cutChance) {
            response.cutAt = std::uniform_int_distribution<std::size_t>(0, response.body.size())(m_chance);
            response.withoutLength = m_chance() % 2 == 0;
        }
        return response;
    }

    // Of one instance: frames, bulk data, pictures.
    HttpResponse part(const HttpRequest& request, const std::string& study, const std::string& series, const std::string& sop,
                      const std::string& kind, const std::string& which)
    {
        const auto found = std::find_if(m_objects.begin(), m_objects.end(), [&](const FakeObject& one) {
            return one.study == study && one.series == series && one.sop == sop;
        });
        if (found == m_objects.end()) {
            return {404, {}, ""};
        }
        if (kind == "rendered" || kind == "thumbnail") {
            const std::string picture("\x89PNG\r\n\x1a\n", 8);
            return {200, {{"Content-Type", "image/png"}}, picture + std::string(std::max<std::size_t>(100, faults.oversizedPart), 'p')};
        }
        if (kind == "metadata") {
            return FakeListing(m_objects, faults).metadata(study, series, sop);
        }
        const auto refused = std::find(faults.refusedAccepts.begin(), faults.refusedAccepts.end(),
                                       request.fields.contains("accept") ? request.fields.at("accept") : "");
        if (refused != faults.refusedAccepts.end()) {
            return {faults.refusalStatus, {}, ""};
        }
        const auto pixels = static_cast<std::size_t>(found->rows * found->columns * found->bits / 8);
        const std::string bytes = found->bytes.substr(found->bytes.size() - pixels);
        if (kind == "bulk" && !faults.bulkMultipart) {
            return spoiled({200, {{"Content-Type", "application/octet-stream"}}, bytes}, true);
        }
        return spoiled(multipart(std::vector<std::string>(static_cast<std::size_t>(std::count(which.begin(), which.end(), ',')) + 1, bytes),
                                 "application/octet-stream"), true);
    }

    HttpResponse stow(const HttpRequest& request)
    {
        if (faults.stow == StowMode::Broken) {
            return {503, {}, "later"};
        }
        const std::size_t begin = request.body.find("\r\n\r\n") + 4;
        const std::size_t end = request.body.rfind("\r\n--", request.body.size() - 5);
        std::string text = request.body.substr(begin, end - begin);
        if (const auto equals = faults.alteredText.find('='); equals != std::string::npos) {
            if (const auto at = text.find(faults.alteredText.substr(0, equals)); at != std::string::npos) {
                text.replace(at, equals, faults.alteredText.substr(equals + 1));
            }
        }
        Bytes part10(text.begin(), text.end());
        const auto file = dicom::readPart10(std::make_shared<const Bytes>(part10));
        const std::string sop = file ? file->dataSet.textOr(dicom::tags::SOPInstanceUID) : "";
        const std::string sopClass = file ? file->dataSet.textOr(dicom::tags::SOPClassUID) : "";
        Json item{{"00081150", FakeListing::value("UI", sopClass)}, {"00081155", FakeListing::value("UI", sop)}};
        if (faults.stow == StowMode::Large) {
            return {413, {}, ""};
        }
        if (faults.stow == StowMode::Refused || faults.stow == StowMode::Both) {
            Json answer{{"00081198", {{"vr", "SQ"}, {"Value", Json::array({item})}}}};
            answer["00081198"]["Value"][0]["00081197"] = FakeListing::value("US", faults.stowReason);
            if (faults.stow == StowMode::Both) {
                answer["00081199"] = {{"vr", "SQ"}, {"Value", Json::array({item})}};
            }
            return {202, {{"Content-Type", "application/dicom+json"}}, answer.dump()};
        }
        if (faults.stow == StowMode::Conflict) {
            item["00081197"] = FakeListing::value("US", faults.stowReason);
            return {409, {}, Json{{"00081198", {{"vr", "SQ"}, {"Value", Json::array({item})}}}}.dump()};
        }
        Json answer{{"00081198", {{"vr", "SQ"}}}, {"00081199", {{"vr", "SQ"}}}};
        if (faults.stowWarning != 0) {
            item["00081196"] = FakeListing::value("US", faults.stowWarning);
        }
        if (faults.stow != StowMode::EmptySequences) {
            answer["00081199"]["Value"] = Json::array({item});
        }
        const bool known = std::any_of(m_objects.begin(), m_objects.end(), [&](const FakeObject& one) { return one.sop == sop; });
        if (faults.stow == StowMode::Good || (faults.stow == StowMode::KeepsOld && !known)) {
            std::erase_if(m_objects, [&](const FakeObject& one) { return one.sop == sop; });
            keep(faults.onStore ? faults.onStore(std::move(part10)) : part10);
        }
        return {200, {{"Content-Type", "application/dicom+json"}}, answer.dump()};
    }

    // POST /control/faults {"name": value, …} ("reset": true first), GET /control/log, /control/objects: for a harness outside.
    HttpResponse control(const HttpRequest& request)
    {
        Json answer = Json::object();
        if (request.path == "/control/faults") {
            const Json wishes = Json::parse(request.body);
            if (wishes.value("reset", false)) {
                faults = {};
                m_tokenUsed = 0;
            }
            for (const auto& [name, value] : wishes.items()) {
                if (name != "reset") {
                    setFault(faults, name, value);
                }
            }
        } else if (request.path == "/control/log") {
            answer["log"] = log;
            log.clear();
            bearers.clear();
        } else if (request.path == "/control/objects") {
            for (const FakeObject& object : m_objects) {
                answer["objects"].push_back({{"sopInstanceUid", object.sop}, {"seriesInstanceUid", object.series},
                                             {"studyInstanceUid", object.study}, {"sha256", sha256Hex(asBytes(object.bytes))}});
            }
        } else {
            return {404, {}, ""};
        }
        return {200, {{"Content-Type", "application/json"}}, answer.dump()};
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
    // Protected by m_mutex.
    std::vector<FakeObject> m_objects;
    std::filesystem::path m_storage;
    int m_tokenUsed = 0;
    unsigned m_seeded = 0;
    std::mt19937 m_chance;
    HttpServer m_server;
};

} // namespace akari::test
