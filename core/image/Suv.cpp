#include "core/image/Suv.h"

#include <algorithm>
#include <cmath>

#include "core/dicom/Tags.h"

namespace akari::image {

namespace {

using dicom::Tag;
constexpr Tag kUnits{0x0054, 0x1001}, kDecayCorrection{0x0054, 0x1102}, kCorrectedImage{0x0028, 0x0051}, kSuvType{0x0054, 0x1006};
constexpr Tag kPharmaceutical{0x0054, 0x0016}, kStartTime{0x0018, 0x1072}, kStartDateTime{0x0018, 0x1078}, kDose{0x0018, 0x1074},
    kHalfLife{0x0018, 0x1075}, kFrameReferenceTime{0x0054, 0x1300}, kFrameDuration{0x0018, 0x1242}, kTimezone{0x0008, 0x0201};
constexpr Tag kSeriesDate{0x0008, 0x0021}, kSeriesTime{0x0008, 0x0031}, kAcquisitionDate{0x0008, 0x0022}, kAcquisitionTime{0x0008, 0x0032};
constexpr Tag kPhilipsCreator{0x7053, 0x0010}, kPhilipsFactor{0x7053, 0x1000};
constexpr double kDay = 86'400;
constexpr double kMostHalfLives = 10;

std::optional<int> digits(const std::string& text, std::size_t at, std::size_t count)
{
    int value = 0;
    if (at + count > text.size()) {
        return std::nullopt;
    }
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') {
            return std::nullopt;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

// Days since 1970-01-01 in the Gregorian calendar.
std::int64_t daysOf(int year, int month, int day)
{
    const std::int64_t y = month <= 2 ? year - 1 : year;
    const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
    const std::int64_t yearOfEra = y - era * 400;
    const std::int64_t dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146'097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719'468;
}

std::optional<double> dateSeconds(const std::string& date)
{
    const auto year = digits(date, 0, 4), month = digits(date, 4, 2), day = digits(date, 6, 2);
    if (!year || !month || !day || *month < 1 || *month > 12 || *day < 1 || *day > 31) {
        return std::nullopt;
    }
    return static_cast<double>(daysOf(*year, *month, *day)) * kDay;
}

// Seconds of the day: HH, HHMM, HHMMSS, HHMMSS.ffffff.
std::optional<double> timeSeconds(const std::string& time)
{
    const auto hour = digits(time, 0, 2);
    if (!hour || *hour > 23) {
        return std::nullopt;
    }
    // Only what is absent at the end counts as zero; "09:05:00" or a minute of 71 is no time to reckon with.
    const auto minute = time.size() <= 2 ? std::optional(0) : digits(time, 2, 2);
    const auto second = time.size() <= 4 ? std::optional(0) : digits(time, 4, 2);
    if (!minute || !second || *minute > 59 || *second > 60 || (time.size() > 6 && time[6] != '.')) {
        return std::nullopt;
    }
    double seconds = *hour * 3600.0 + *minute * 60.0 + *second;
    double scale = 0.1;
    for (std::size_t i = 7; i < time.size(); ++i, scale /= 10) {
        if (time[i] < '0' || time[i] > '9') {
            return std::nullopt;
        }
        seconds += (time[i] - '0') * scale;
    }
    return seconds;
}

// "+0900", "-0500" in seconds.
std::optional<double> offsetSeconds(const std::string& text)
{
    const auto hours = digits(text, 1, 2), minutes = digits(text, 3, 2);
    if (text.size() < 5 || (text[0] != '+' && text[0] != '-') || !hours || !minutes || *hours > 14 || *minutes > 59) {
        return std::nullopt;
    }
    const double seconds = *hours * 3600.0 + *minutes * 60.0;
    return text[0] == '-' ? -seconds : seconds;
}

std::optional<double> localMoment(const dicom::DataSet& d, Tag date, Tag time)
{
    const auto day = dateSeconds(d.textOr(date));
    const auto clock = timeSeconds(d.textOr(time));
    return day && clock ? std::optional(*day + *clock) : std::nullopt;
}

// A DT in the local time of the dataset. With an offset of its own it can be placed only where the dataset names its own too.
std::optional<double> momentOf(const std::string& text, std::optional<double> datasetOffset)
{
    const std::size_t sign = text.find_first_of("+-", 8);
    const std::string moment = text.substr(0, sign);
    const auto day = dateSeconds(moment);
    const auto clock = moment.size() > 8 ? timeSeconds(moment.substr(8)) : std::nullopt;
    if (!day || !clock) {
        return std::nullopt;
    }
    const auto own = sign == std::string::npos ? std::nullopt : offsetSeconds(text.substr(sign));
    if (sign != std::string::npos && (!own || !datasetOffset)) {
        return std::nullopt;
    }
    return *day + *clock - (own ? *own - *datasetOffset : 0.0);
}

std::optional<double> positive(std::optional<double> value)
{
    return value && std::isfinite(*value) && *value > 0 ? value : std::nullopt;
}

SuvReading refusedBecause(std::string why) { return {std::nullopt, std::move(why)}; }

// James' formula with the multiplier 128 (LBMJAMES128 of PS3.3 C.8.9.1.1.3); kg. Weights far off its range would turn it negative.
std::optional<double> leanMass(double weight, std::optional<double> heightMetres, const std::string& sex)
{
    if (!heightMetres || (sex != "M" && sex != "F")) {
        return std::nullopt;
    }
    const double ratio = weight / (*heightMetres * 100);
    return positive(sex == "M" ? 1.10 * weight - 128 * ratio * ratio : 1.07 * weight - 148 * ratio * ratio);
}

// Du Bois, m2.
std::optional<double> bodySurface(double weight, std::optional<double> heightMetres)
{
    return heightMetres ? std::optional(std::pow(weight, 0.425) * std::pow(*heightMetres * 100, 0.725) * 0.007184) : std::nullopt;
}

// When the scan began, to which START corrects. A series time behind the acquisition is that of a reconstruction: then the beginning
// follows from the frame's reference time, at which the mean activity of its duration was met.
std::optional<double> scanStart(const dicom::DataSet& d, double halfLife)
{
    const auto series = localMoment(d, kSeriesDate, kSeriesTime);
    const auto acquisition = localMoment(d, kAcquisitionDate, kAcquisitionTime);
    if (series && acquisition && *series <= *acquisition) {
        return series;
    }
    const auto reference = d.number(kFrameReferenceTime);
    const auto duration = positive(d.number(kFrameDuration));
    if (!acquisition || !reference || !duration || !std::isfinite(*reference) || *reference < 0) {
        return std::nullopt;
    }
    const double lambda = std::log(2.0) / halfLife;
    const double decayed = lambda * *duration / 1000;
    const double untilMean = std::log(decayed / (1 - std::exp(-decayed))) / lambda;
    return *acquisition - *reference / 1000 + untilMean;
}

std::optional<double> injectionMoment(const dicom::DataSet& d, const dicom::DataSet& dose, double scan)
{
    const auto offset = offsetSeconds(d.textOr(kTimezone));
    const auto full = momentOf(dose.textOr(kStartDateTime), offset);
    if (full) {
        return full;
    }
    const auto clock = timeSeconds(dose.textOr(kStartTime));
    if (!clock) {
        return std::nullopt;
    }
    const double midnight = std::floor(scan / kDay) * kDay;
    return midnight + *clock > scan ? midnight - kDay + *clock : midnight + *clock;
}

bool corrected(const dicom::DataSet& d, const char* what)
{
    const auto list = d.texts(kCorrectedImage);
    return std::find(list.begin(), list.end(), what) != list.end();
}

SuvReading fromActivity(const dicom::DataSet& d)
{
    const auto weight = positive(d.number(dicom::tags::PatientWeight));
    const auto& doses = d.items(kPharmaceutical);
    if (!weight) {
        return refusedBecause("the patient's weight is missing");
    }
    if (!corrected(d, "ATTN") || !corrected(d, "DECY")) {
        return refusedBecause("the image is not corrected for attenuation and decay");
    }
    if (doses.size() != 1) {
        return refusedBecause("there is not exactly one radiopharmaceutical");
    }
    auto dose = positive(doses.front().number(kDose));
    const auto halfLife = positive(doses.front().number(kHalfLife));
    if (!dose || !halfLife) {
        return refusedBecause("dose or half-life is missing");
    }
    const std::string decay = d.textOr(kDecayCorrection);
    if (decay == "START") {
        const auto scan = scanStart(d, *halfLife);
        const auto injection = scan ? injectionMoment(d, doses.front(), *scan) : std::nullopt;
        if (!scan || !injection) {
            return refusedBecause("the time of the scan or of the injection is missing");
        }
        const double elapsed = *scan - *injection;
        if (elapsed < 0 || elapsed > kMostHalfLives * *halfLife) {
            return refusedBecause("the injection is not within ten half-lives before the scan");
        }
        *dose *= std::exp2(-elapsed / *halfLife);
    } else if (decay != "ADMIN") {
        return refusedBecause("decay is corrected neither to the start of the scan nor to the injection");
    }
    const auto height = positive(d.number(dicom::tags::PatientSize));
    Suv suv;
    suv.bodyWeight = *weight * 1000 / *dose;
    if (const auto mass = leanMass(*weight, height, d.textOr(dicom::tags::PatientSex))) {
        suv.leanBodyMass = *mass * 1000 / *dose;
    }
    if (const auto surface = bodySurface(*weight, height)) {
        suv.bodySurface = *surface * 10'000 / *dose;
    }
    return {suv, {}};
}

} // namespace

SuvReading readSuv(const dicom::DataSet& d)
{
    if (d.textOr(dicom::tags::Modality) != "PT") {
        return {};
    }
    const std::string units = d.textOr(kUnits);
    const std::string type = d.textOr(kSuvType);
    Suv suv;
    if (units == "BQML") {
        return fromActivity(d);
    }
    if (units == "GML" && (type.empty() || type == "BW")) {
        suv.bodyWeight = 1;
        return {suv, {}};
    }
    if (units == "GML" && type.starts_with("LBM")) {
        suv.leanBodyMass = 1;
        return {suv, {}};
    }
    if (units == "CM2ML" && (type.empty() || type == "BSA")) {
        suv.bodySurface = 1;
        return {suv, {}};
    }
    if (units == "CNTS" && d.textOr(kPhilipsCreator) == "Philips PET Private Group") {
        if (const auto factor = positive(d.number(kPhilipsFactor))) {
            suv.bodyWeight = *factor;
            return {suv, {}};
        }
    }
    return refusedBecause("the pixels' unit has no way to SUV");
}

} // namespace akari::image
