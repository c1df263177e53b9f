#include "reporting/Wording.h"

namespace akari::reporting {

std::string labelOf(const ReportMeasurement& measurement, std::size_t index, const std::string& language)
{
    if (!measurement.annotation.label.empty()) {
        return measurement.annotation.label;
    }
    return (language == "ja" ? "計測 " : "Measurement ") + std::to_string(index + 1);
}

std::string calibrationNote(const ReportMeasurement& measurement, const std::string& language)
{
    const bool ja = language == "ja";
    switch (measurement.value.calibration) {
    case image::Calibration::Geometry: return {};
    case image::Calibration::None: return ja ? "校正なし、画素単位" : "not calibrated, in pixels";
    case image::Calibration::AtDetector: return ja ? "検出器面での値、拡大率未補正" : "at the detector, not corrected for magnification";
    case image::Calibration::EstimatedMagnification: return ja ? "推定拡大率で補正" : "corrected by an estimated magnification";
    case image::Calibration::Calibrated: return ja ? "較正器具による校正" : "calibrated with a fiducial";
    case image::Calibration::UltrasoundRegion: return ja ? "超音波領域の校正による" : "by the calibration of the ultrasound region";
    }
    return {};
}

std::string sentenceOf(const ReportMeasurement& measurement, std::size_t index, const std::string& language)
{
    const std::string note = calibrationNote(measurement, language);
    return labelOf(measurement, index, language) + ": " + measurement.value.text(language) + (note.empty() ? "" : " (" + note + ")");
}

} // namespace akari::reporting
