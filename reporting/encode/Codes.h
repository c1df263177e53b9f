// The coded terms the encoders write: code value, scheme and the standard's English meaning (receivers match by meaning, so it is never
// translated). PS3.16.
#pragma once

#include "reporting/Document.h"

namespace akari::reporting::encode {

struct Code {
    const char* value;
    const char* scheme;
    const char* meaning;
};

namespace codes {
inline constexpr Code DiagnosticImagingReport{"18748-4", "LN", "Diagnostic Imaging Report"};
inline constexpr Code ImagingMeasurementReport{"126000", "DCM", "Imaging Measurement Report"};

inline constexpr Code Language{"121049", "DCM", "Language of Content Item and Descendants"};
inline constexpr Code Japanese{"ja", "RFC5646", "Japanese"};
inline constexpr Code English{"en", "RFC5646", "English"};

inline constexpr Code ObserverType{"121005", "DCM", "Observer Type"};
inline constexpr Code Person{"121006", "DCM", "Person"};
inline constexpr Code PersonObserverName{"121008", "DCM", "Person Observer Name"};
inline constexpr Code PersonObserverLoginName{"128774", "DCM", "Person Observer's Login Name"};
inline constexpr Code PersonObserverOrganization{"121009", "DCM", "Person Observer's Organization Name"};
inline constexpr Code PersonObserverRoleInProcedure{"121011", "DCM", "Person Observer's Role in this Procedure"};
inline constexpr Code Verifying{"121098", "DCM", "Verifying"};
inline constexpr Code ProcedureStudyInstanceUid{"121018", "DCM", "Procedure Study Instance UID"};
inline constexpr Code ProcedureAccessionNumber{"121022", "DCM", "Accession Number"};
inline constexpr Code ProcedureReported{"121058", "DCM", "Procedure reported"};

inline constexpr Code Finding{"121071", "DCM", "Finding"};
inline constexpr Code Findings{"59776-5", "LN", "Findings"};
inline constexpr Code KeyImages{"55113-5", "LN", "Key Images"};
inline constexpr Code BestIllustration{"121080", "DCM", "Best illustration of finding"};

inline constexpr Code Length{"410668003", "SCT", "Length"};
inline constexpr Code Area{"42798000", "SCT", "Area"};
inline constexpr Code AreaOfDefinedRegion{"131184002", "SCT", "Area of defined region"};
inline constexpr Code AttenuationCoefficient{"112031", "DCM", "Attenuation Coefficient"};
inline constexpr Code Path{"121055", "DCM", "Path"};
inline constexpr Code Derivation{"121401", "DCM", "Derivation"};
inline constexpr Code Mean{"373098007", "SCT", "Mean"};
inline constexpr Code StandardDeviation{"386136009", "SCT", "Standard Deviation"};
inline constexpr Code Minimum{"255605001", "SCT", "Minimum"};
inline constexpr Code Maximum{"56851009", "SCT", "Maximum"};

inline constexpr Code ImageLibrary{"111028", "DCM", "Image Library"};
inline constexpr Code ImageLibraryGroup{"126200", "DCM", "Image Library Group"};
inline constexpr Code Modality{"121139", "DCM", "Modality"};
inline constexpr Code ImagingMeasurements{"126010", "DCM", "Imaging Measurements"};
inline constexpr Code MeasurementGroup{"125007", "DCM", "Measurement Group"};
inline constexpr Code TrackingIdentifier{"112039", "DCM", "Tracking Identifier"};
inline constexpr Code TrackingUniqueIdentifier{"112040", "DCM", "Tracking Unique Identifier"};
inline constexpr Code Lesion{"52988006", "SCT", "Lesion"};
inline constexpr Code ImageRegion{"111030", "DCM", "Image Region"};

inline constexpr Code Millimetre{"mm", "UCUM", "mm"};
inline constexpr Code SquareMillimetre{"mm2", "UCUM", "mm2"};
inline constexpr Code HounsfieldUnit{"[hnsf'U]", "UCUM", "Hounsfield unit"};

inline constexpr Code Addended{"121361", "DCM", "Addended"};
} // namespace codes

// A section of the report: its heading container (CID 7001) and the concept of the text in it (CID 7002).
struct SectionCodes {
    Code heading;
    Code element;
    bool headingKnown; // false: the words of the heading must go into the text
};
SectionCodes codesOf(const Section& section);

// A procedure for "Procedure reported" by the study's first modality (CID 100 is open).
Code procedureOf(const std::vector<std::string>& modalities);

// CID 29 modality of an image by its SOP class; nullptr when the class doesn't tell.
const Code* modalityOf(const std::string& sopClassUid);
bool isSingleFrameClass(const std::string& sopClassUid);

} // namespace akari::reporting::encode
