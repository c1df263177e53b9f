// Key object selections (PS3.3 A.35.4, PS3.16 TID 2010): which images somebody pointed at, and why.
#pragma once

#include <string>
#include <vector>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/objects/SrTree.h"

namespace akari::objects {

struct KeyObject {
    StudyInstanceUid study;   // from the evidence; empty when it isn't listed there
    SeriesInstanceUid series;
    ReferencedSop sop;
    std::string valueType; // IMAGE, COMPOSITE, WAVEFORM
};

struct KeyObjectSelection {
    CodedConcept title;                 // "Of Interest", "Rejected for Quality Reasons", ...
    std::vector<CodedConcept> modifiers; // why: Document Title Modifier
    std::string description;            // UTF-8
    std::string observer;               // person or device; names with carets kept
    std::string contentDate, contentTime; // DICOM form
    std::vector<KeyObject> objects;     // in the document's order
    bool rejects = false;               // its images are not to be shown (IHE IOCM: 113001, 113037, 113038, 113039 of DCM)
    std::vector<std::string> warnings;  // "kos.evidence.missing" and those of the tree
};

// "kos.absent" when the object is no key object selection, else as readSr.
Result<KeyObjectSelection> readKeyObjectSelection(const dicom::Part10& file);

} // namespace akari::objects
