// The lists of a fake archive (QIDO-RS) with their lies, and its metadata (DICOM JSON).
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "core/dicom/DataSet.h"
#include "tests/support/Faults.h"
#include "tests/support/HttpServer.h"
#include "tests/support/Slices.h"

namespace akari::test {

struct FakeObject {
    std::string study, series, sop, sopClass, modality, patient, accession;
    std::int64_t number = 0;
    std::int64_t rows = 0, columns = 0, bits = 0;
    std::string bytes;

    static FakeObject of(const Bytes& part10)
    {
        namespace tags = dicom::tags;
        const auto file = dicom::readPart10(std::make_shared<const Bytes>(part10)).value();
        FakeObject object;
        object.study = file.dataSet.textOr(tags::StudyInstanceUID);
        object.series = file.dataSet.textOr(tags::SeriesInstanceUID);
        object.sop = file.dataSet.textOr(tags::SOPInstanceUID);
        object.sopClass = file.dataSet.textOr(tags::SOPClassUID);
        object.modality = file.dataSet.textOr(tags::Modality);
        object.patient = file.dataSet.textOr(tags::PatientID);
        object.accession = file.dataSet.textOr(tags::AccessionNumber);
        object.number = file.dataSet.integer(tags::InstanceNumber).value_or(0);
        object.rows = file.dataSet.integer(tags::Rows).value_or(0);
        object.columns = file.dataSet.integer(tags::Columns).value_or(0);
        object.bits = file.dataSet.integer(tags::BitsAllocated).value_or(0);
        object.bytes.assign(part10.begin(), part10.end());
        return object;
    }
};

class FakeListing {
    using Json = nlohmann::json;

public:
    FakeListing(const std::vector<FakeObject>& objects, const Faults& faults) : m_objects(objects), m_faults(faults) {}

    HttpResponse list(const HttpRequest& request, const std::string& level, const std::string& study, const std::string& series) const
    {
        Json rows = Json::array();
        std::map<std::string, bool> seen;
        const auto asked = [&](const char* name) { return request.query.contains(name) ? request.query.at(name) : std::string(); };
        for (const FakeObject& object : m_objects) {
            const std::string& key = level == "studies" ? object.study : level == "series" ? object.series : object.sop;
            const bool wanted = (study.empty() || study == object.study) && (series.empty() || series == object.series) &&
                                (asked("StudyInstanceUID").empty() || asked("StudyInstanceUID") == object.study) &&
                                (asked("SOPInstanceUID").empty() || asked("SOPInstanceUID") == object.sop) &&
                                (asked("PatientID").empty() || asked("PatientID") == object.patient);
            if (wanted && !std::exchange(seen[key], true)) {
                rows.push_back(row(object, level));
            }
        }
        const std::size_t wish = asked("limit").empty() ? 1000000 : std::stoul(asked("limit"));
        if (m_faults.refusesLimitAbove && wish > m_faults.refusesLimitAbove) {
            return {400, {}, ""};
        }
        const std::size_t limit = std::min<std::size_t>(wish, m_faults.pageCap ? m_faults.pageCap : 1000000);
        std::size_t offset = asked("offset").empty() || m_faults.ignoresOffset ? 0 : std::stoul(asked("offset"));
        if (m_faults.repeatsRows && offset > 0) {
            --offset;
        }
        Json page = Json::array();
        for (std::size_t i = offset; i < rows.size() && page.size() < limit; ++i) {
            page.push_back(rows[i]);
        }
        if (page.empty() && m_faults.emptyIs204) {
            return {204, {}, ""};
        }
        HttpResponse response{m_faults.listStatus, {{"Content-Type", "application/dicom+json"}}, page.dump()};
        if (m_faults.warns) {
            response.fields["Warning"] = "299 fake \"There are more results\"";
        }
        return response;
    }

    // The series' metadata: pixels as BulkDataURI relative to this answer's address, absolute, or on bulkBase; one value inline.
    HttpResponse metadata(const std::string& study, const std::string& series, const std::string& sop) const
    {
        Json all = Json::array();
        for (const FakeObject& object : m_objects) {
            if (object.study == study && object.series == series && (sop.empty() || object.sop == sop)) {
                Json one = row(object, "instances");
                one["00020010"] = value("UI", "1.2.840.10008.1.2.1");
                one["0020000E"] = value("UI", object.series);
                one["00100020"] = value("LO", object.patient);
                one["00100010"] =
                    Json{{"vr", "PN"},
                         {"Value",
                          Json::array({Json{{"Alphabetic", "Yamada^Taro"}, {"Ideographic", "山田^太郎"}, {"Phonetic", "やまだ^たろう"}}})}};
                one["00420011"] = Json{{"vr", "OB"}, {"InlineBinary", "AAECAwQ="}};
                one["7FE00010"] = Json{{"vr", "OW"}, {"BulkDataURI", m_faults.bulkBase + "instances/" + object.sop + "/bulk/7FE00010"}};
                all.push_back(std::move(one));
            }
        }
        return {all.empty() ? 404 : 200, {{"Content-Type", "application/dicom+json"}}, all.empty() ? "" : all.dump()};
    }

    static Json value(const char* vr, const Json& one) { return {{"vr", vr}, {"Value", Json::array({one})}}; }

private:
    Json row(const FakeObject& object, const std::string& level) const
    {
        const auto count = [&](auto same) { return std::count_if(m_objects.begin(), m_objects.end(), same); };
        Json row{{"0020000D", value("UI", object.study)}};
        if (level == "studies") {
            row["00100020"] = value("LO", object.patient);
            row["00100010"] = value("PN", Json{{"Alphabetic", "Yamada^Taro"}});
            row["00080050"] = value("SH", object.accession);
            row["00080020"] = value("DA", "20260102");
            if (!m_faults.hidesCounts) {
                row["00201208"] = value("IS", std::to_string(count([&](const FakeObject& one) { return one.study == object.study; })));
            }
        } else if (level == "series") {
            row["0020000E"] = value("UI", object.series);
            row["00080060"] = value("CS", object.modality);
            if (!m_faults.hidesCounts) {
                row["00201209"] = value("IS", count([&](const FakeObject& one) { return one.series == object.series; }));
            }
        } else {
            row["00080018"] = value("UI", object.sop);
            row["00080016"] = value("UI", object.sopClass);
            row["00200013"] = value("IS", object.number);
            if (object.rows > 0) {
                row["00280010"] = value("US", object.rows);
                row["00280011"] = value("US", object.columns);
                row["00280100"] = value("US", object.bits);
            }
            if (m_faults.listsPlaces) {
                row["00200032"] = Json{{"vr", "DS"}, {"Value", {0, 0, object.number}}};
                row["00200037"] = Json{{"vr", "DS"}, {"Value", {1, 0, 0, 0, 1, 0}}};
            }
        }
        return row;
    }

    const std::vector<FakeObject>& m_objects;
    const Faults& m_faults;
};

} // namespace akari::test
