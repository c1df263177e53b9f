// Documents, evidence and a clock for the tests of this room.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "reporting/Encode.h"

namespace akari::test {

// 2026-03-04 02:13:05 at UTC+9.
class FixedClock final : public Clock {
public:
    std::chrono::system_clock::time_point now() const override
    {
        return std::chrono::system_clock::from_time_t(1772557985);
    }
    int utcOffsetMinutes() const override { return 540; }
};

inline const FixedClock kClock;
inline const std::string kCtClass = "1.2.840.10008.5.1.4.1.1.2";
inline const std::string kSentence = "右肺S6に12 mmの結節を認める。";

inline std::string sopOf(int index) { return "1.2.826.0.1.3680043.10.999.1.1." + std::to_string(index); }

inline reporting::ImageReference imageOf(int index)
{
    return {StudyInstanceUid("1.2.826.0.1.3680043.10.999.1"), SeriesInstanceUid("1.2.826.0.1.3680043.10.999.1.1"),
            SopInstanceUid(sopOf(index)), kCtClass, std::nullopt};
}

inline reporting::ReportMeasurement lengthOn(int index)
{
    reporting::ReportMeasurement m;
    m.annotation = {"a1", "2.25.111222333", "Lesion 1", measure::Kind::Length,
                    {"home", imageOf(index).study, imageOf(index).series, imageOf(index).sop, "0123456789abcdef"}, FrameNumber{1},
                    {{9.5, 9.5}, {19.5, 24.25}}};
    m.value.kind = measure::Kind::Length;
    m.value.length = 12.34567;
    m.value.unit = "mm";
    m.value.calibration = image::Calibration::Geometry;
    m.image = imageOf(index);
    return m;
}

inline reporting::ReportMeasurement ellipseOn(int index)
{
    reporting::ReportMeasurement m = lengthOn(index);
    m.annotation.id = "a2";
    m.annotation.trackingUid = "2.25.444555666";
    m.annotation.label = "結節 2";
    m.annotation.kind = measure::Kind::Ellipse;
    m.annotation.points = {{10, 20}, {18, 36}};
    m.value = {};
    m.value.kind = measure::Kind::Ellipse;
    m.value.area = 113.097;
    m.value.unit = "mm";
    m.value.areaUnit = "mm2";
    m.value.calibration = image::Calibration::Geometry;
    m.value.statistics = measure::Statistics{100, -650.25, 12.5, -700, -600, "[hnsf'U]"};
    return m;
}

inline reporting::Subject subject()
{
    reporting::Subject s;
    s.archive = "home";
    s.study = StudyInstanceUid("1.2.826.0.1.3680043.10.999.1");
    s.patientId = "P-001";
    s.issuerOfPatientId = "HOSP-A";
    s.patientName = {"Yamada^Taro", "山田^太郎", "やまだ^たろう"};
    s.birthDate = "19600101";
    s.sex = "M";
    s.studyDate = "20260303";
    s.studyTime = "110000";
    s.studyDescription = "胸部CT 単純";
    s.studyId = "1";
    s.accessionNumber = "A0001";
    s.referringPhysician = "Sato^Jiro=佐藤^次郎";
    s.requestedProcedureId = "RP1";
    s.requestedProcedureDescription = "CT chest";
    s.modalities = {"CT"};
    return s;
}

inline reporting::Document document()
{
    auto d = reporting::newDocument(subject(), "ja");
    d.sections[0].text = "咳嗽。結節の経過観察。";
    d.sections[1].text = "単純CT、1 mm厚。";
    d.sections[2].text = "2025-01-03のCTと比較。";
    d.sections[3].text = kSentence + "\n左肺に異常なし。";
    d.sections[4].text = "肺癌疑い。";
    d.measurements = {lengthOn(1)};
    d.keyImages = {{imageOf(1), "最大径の断面", image::Window{-600, 1500}}, {imageOf(2), "", std::nullopt}};
    return d;
}

inline reporting::Evidence evidence(int count = 5)
{
    reporting::Evidence e;
    for (int i = 1; i <= count; ++i) {
        const auto image = imageOf(i);
        e.current.push_back({image.study, image.series, image.sopClassUid, image.sop});
    }
    e.pertinent.push_back({StudyInstanceUid("1.2.826.0.1.3680043.10.998.1"), SeriesInstanceUid("1.2.826.0.1.3680043.10.998.1.1"),
                           kCtClass, SopInstanceUid("1.2.826.0.1.3680043.10.998.1.1.1")});
    return e;
}

inline reporting::Signature signature()
{
    reporting::Signature s;
    s.reader = {{"Suzuki^Hanako", "鈴木^花子", "すずき^はなこ"}, "遠隔読影センター", "suzuki", "reader"};
    s.clock = &kClock;
    return s;
}

// A folder of this test's own, emptied at its start.
inline std::filesystem::path scratch(const std::string& name)
{
    const auto folder = std::filesystem::path(AKARI_BINARY_DIR) / "test-reporting" / name;
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    return folder;
}

inline std::filesystem::path save(const std::filesystem::path& path, BytesView bytes)
{
    std::ofstream out(path, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return path;
}

} // namespace akari::test
