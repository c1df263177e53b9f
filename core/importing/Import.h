// Files, folders, zip and tar archives and DICOMDIR media into the cache; pictures, documents and videos of a chosen patient too.
// Every file is read once, whole and unchanged, hashed, identified and sealed in batches; what is refused says why.
//
// Whose objects they are: the archive id of media is "import:" + 12 hex digits over PatientID, its issuer and the birth date, so that the same
// medium is one wherever it lies, two hospitals' equal numbers stay apart, and all studies of a patient on it are each other's priors.
// A study that an import holds already keeps its id even where an object of it lacks the birth date or the issuer. Without a PatientID, which would be
// everybody's, the id is over the StudyInstanceUID.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/Clock.h"
#include "core/base/JobQueue.h"
#include "core/cache/Cache.h"

namespace akari::importing {

// Paths here are for the user's own eyes (they may hold names): valid UTF-8 always, bytes that are none as \xHH. Never logged.
struct Rejected {
    std::string path; // of a member: "media.zip/IMAGES/IM1"
    Error why;
};

// The same UIDs with other bytes than what is shown: both are kept, the one that came last, in the order of the folder, is shown.
struct Conflict {
    std::string path;
    ObjectIdentity identity; // of this file's bytes
};

struct Missing {
    std::string path;     // where the DICOMDIR says it is
    std::string listedIn; // the DICOMDIR
    StudyInstanceUid study; // empty where the DICOMDIR does not say
    SopInstanceUid sop;
};

struct Medium {
    std::string directory; // the DICOMDIR
    std::size_t references = 0;
    std::size_t found = 0;
};

struct ImportedStudy {
    std::string archive;
    StudyInstanceUid study;
    std::size_t imported = 0;
    bool complete = false; // never when this import lost anything: damaged, cut short, encrypted, unreadable
};

struct ImportReport {
    std::size_t imported = 0;
    std::size_t duplicate = 0; // same UIDs, same bytes: nothing to do
    std::uint64_t bytes = 0;   // of what was imported
    std::vector<Rejected> rejected;
    std::vector<Conflict> conflicts;
    std::vector<Missing> missing;
    std::vector<Medium> media;
    std::vector<ImportedStudy> studies; // that anything was imported into, or found again
    bool cancelled = false;             // what was imported stays; the same command again goes on
    std::optional<Error> stopped;       // why it could not go on ("disk.full"); what was imported stays
};

struct ImportProgress {
    std::size_t looked = 0; // files and members
    std::size_t imported = 0;
    std::size_t duplicate = 0;
    std::size_t rejected = 0;
    std::uint64_t bytes = 0;
};

// What an archive may unpack to. The ratio counts against the bytes read of the archive for one member; small members may always be 64 MB.
struct UnpackLimits {
    std::uint64_t memberBytes = std::uint64_t{4} << 30;
    std::uint64_t totalBytes = std::uint64_t{256} << 30;
    std::uint64_t members = 2'000'000;
    std::uint64_t ratio = 400;
};

// The patient that pictures, documents and videos are of.
struct ChosenPatient {
    std::string id;
    std::string issuer;
    std::string name; // as DICOM writes it, up to three groups
    std::string birthDate;
    std::string sex;
    StudyInstanceUid study; // empty: a new one for this import
    std::string title;      // of the document, and description of the series
};

struct ImportOptions {
    std::optional<ChosenPatient> patient; // set: JPEG, PNG, PDF and MP4 are wrapped; they are refused otherwise
    UnpackLimits limits;
    std::size_t batchObjects = 64;
    std::uint64_t batchBytes = std::uint64_t{32} << 20;
    std::uint64_t underwayBytes = std::uint64_t{128} << 20; // in memory at a time, one larger object excepted
};

struct ImportEvents {
    std::function<void(const ImportProgress&)> progress; // on import's threads, after every batch and now and then between
};

// Blocks. Follows symbolic links, every folder once. Never fails as a whole: the report says what became of each path.
// Error codes of rejections: "file.unreadable", "import.*", "dicom.unreadable", "dicom.identity".
ImportReport importPaths(cache::Cache& cache, const std::vector<std::filesystem::path>& paths, const ImportOptions& options,
                         const ImportEvents& events, const Clock& clock, StopToken stop = {});

// Import's own archive ids; everything else is a hospital's.
bool isMedia(const std::string& archive);

} // namespace akari::importing
