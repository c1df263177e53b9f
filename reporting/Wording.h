// Words that every form of a report shares (SR, PDF, editor), in the report's own language, which need not be the window's.
#pragma once

#include "reporting/Document.h"

namespace akari::reporting {

// "Lesion 1", or "Measurement 3" ("計測 3") where the reader gave no label. `index` is 0-based.
std::string labelOf(const ReportMeasurement& measurement, std::size_t index, const std::string& language);
// How the millimetres were come by, where they are not the plane's own geometry; empty otherwise (hazard 8).
std::string calibrationNote(const ReportMeasurement& measurement, const std::string& language);
// "Lesion 1: 12.3 mm (at the detector, not corrected for magnification)", for the text of a section.
std::string sentenceOf(const ReportMeasurement& measurement, std::size_t index, const std::string& language);

} // namespace akari::reporting
