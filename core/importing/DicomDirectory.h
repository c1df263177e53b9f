// Private to the room: what a DICOMDIR lists (PS3.3 annex F, PS3.10 8). Its file IDs are compared with what was found; no path is made of them.
#pragma once

#include <string>
#include <vector>

#include "core/base/Identity.h"
#include "core/dicom/DataSet.h"

namespace akari::importing {

struct DirectoryReference {
    std::vector<std::string> components; // of the Referenced File ID
    StudyInstanceUid study;              // of the record above it; empty where there is none
    SopInstanceUid sop;                  // empty where it is not given
};

bool isDirectory(const dicom::Part10& file);
// Every record in use that names a file, each file once. Follows the records' offsets to learn the study; where offsets are absent or wrong,
// the order of the records is taken.
std::vector<DirectoryReference> referencesOf(const dicom::Part10& file);

// The form in which file IDs and paths compare: media are case-blind, and ISO 9660 adds ";1" and a trailing dot.
std::string comparable(std::string_view shownPath);

} // namespace akari::importing
