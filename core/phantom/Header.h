// What every object of a study says about its patient, study, series and equipment.
#pragma once

#include <string>
#include <string_view>

#include "core/dicom/DataSetBuilder.h"
#include "core/phantom/Phantom.h"

namespace akari::phantom {

enum class Charset { Utf8, Japanese }; // ISO_IR 192, or ISO 646 with ISO 2022 IR 87

struct PatientPlan {
    std::string name; // three groups, UTF-8
    std::string id;
    std::string birthDate;
    std::string sex;
    std::string age;
    double weightKg;
    double heightM;
};

struct StudyPlan {
    PatientPlan patient;
    std::string key; // seeds the UIDs
    std::string date;
    std::string time;
    std::string accession;
    std::string studyId;
    std::string description;
    std::string referring;
    std::string reason;
    std::string procedureCode;
    Charset charset = Charset::Utf8;
};

struct SeriesPlan {
    std::string key;
    int number = 1;
    std::string modality;
    std::string description;
    std::string bodyPart;
    std::string protocol;
    std::string time;
    std::string station;
    std::string model;
    bool frameOfReference = false;
    std::string frameOfReferenceKey; // of another series that shares it; else the series' own
};

// "2.25.<decimal>" of a name, always the same (PS3.5 B.2).
std::string uidFor(std::string_view key);
std::string studyUid(const StudyPlan& study);
std::string seriesUid(const StudyPlan& study, const SeriesPlan& series);
std::string sopUid(const StudyPlan& study, const SeriesPlan& series, int number);
std::string frameOfReferenceUid(const StudyPlan& study, const SeriesPlan& series);

// Text in the study's character set.
void putText(dicom::DataSetBuilder& data, Charset charset, dicom::Tag tag, dicom::Vr vr, std::string_view utf8);
std::string encodeJapanese(std::string_view utf8);

// number is the 1-based instance number.
dicom::DataSetBuilder header(const StudyPlan& study, const SeriesPlan& series, std::string_view sopClassUid, int number);

struct PixelPlan {
    int columns = 0;
    int rows = 0;
    int bitsStored = 12;
    std::string photometric = "MONOCHROME2";
};
void putPixelModule(dicom::DataSetBuilder& data, const PixelPlan& plan);
Bytes wordBytes(const std::vector<std::uint16_t>& words); // little endian

struct PlaneGeometry {
    Point firstPixel;
    Point alongRow{1, 0, 0};
    Point alongColumn{0, 1, 0};
    double betweenColumns = 1;
    double betweenRows = 1;
    double thickness = 1;
};
void putPlane(dicom::DataSetBuilder& data, const PlaneGeometry& plane, double location);

GeneratedObject finish(const StudyPlan& study, const SeriesPlan& series, const dicom::DataSetBuilder& data, std::string_view sopClassUid, int number);
GroundTruth truthOf(const StudyPlan& study);
SeriesTruth truthOf(const StudyPlan& study, const SeriesPlan& series, int count);

// Makes objects 1..count in parallel, hands them over in order; false when the sink wants no more.
bool deliver(int count, const std::function<GeneratedObject(int number)>& make, const Sink& sink);

// The invented people of the demo archive.
StudyPlan currentChestPlan();
StudyPlan priorChestPlan();
StudyPlan chestCrPlan();
StudyPlan brainPlan();
StudyPlan ultrasoundPlan();
StudyPlan wholeBodyPlan();

inline constexpr std::string_view kIssuer = "AKARI-DEMO";
inline constexpr std::string_view kCtImageStorage = "1.2.840.10008.5.1.4.1.1.2";
inline constexpr std::string_view kMrImageStorage = "1.2.840.10008.5.1.4.1.1.4";
inline constexpr std::string_view kDxForPresentation = "1.2.840.10008.5.1.4.1.1.1.1";
inline constexpr std::string_view kUsMultiFrame = "1.2.840.10008.5.1.4.1.1.3.1";
inline constexpr std::string_view kEncapsulatedPdf = "1.2.840.10008.5.1.4.1.1.104.1";
inline constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1";

// Value representations used here.
namespace vr {
inline constexpr dicom::Vr AS{'A', 'S'}, CS{'C', 'S'}, DA{'D', 'A'}, DT{'D', 'T'}, IS{'I', 'S'}, LO{'L', 'O'}, LT{'L', 'T'}, OB{'O', 'B'},
    OW{'O', 'W'}, PN{'P', 'N'}, SH{'S', 'H'}, SL{'S', 'L'}, SQ{'S', 'Q'}, ST{'S', 'T'}, TM{'T', 'M'}, UI{'U', 'I'}, UL{'U', 'L'}, US{'U', 'S'},
    FD{'F', 'D'}, DS{'D', 'S'};
} // namespace vr

} // namespace akari::phantom
