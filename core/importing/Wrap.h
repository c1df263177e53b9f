// Private to the room: pictures, documents and videos of a chosen patient as DICOM objects. What can stay as it is stays: JPEG and H.264 are
// encapsulated byte for byte, a PDF too. PNG becomes native samples, bit for bit where nothing is transparent, and the file itself travels
// along in a private element (group 7FE1). Every object says the SHA-256, length and media type of the file it was made of (private group 0009, "AKARI IMPORT").
#pragma once

#include <atomic>
#include <mutex>
#include <set>

#include "core/dicom/DataSetBuilder.h"
#include "core/importing/Admission.h"
#include "core/importing/FileKind.h"
#include "core/importing/Import.h"

namespace akari::importing {

struct Wrapped {
    std::optional<ObjectIdentity> before; // the file was imported for this patient already: nothing was made
    dicom::Part10 object;
};

class Wrap {
public:
    Wrap(ChosenPatient patient, const Clock& clock, StopToken stop);

    // Any thread. "import.jpeg", "import.png", "import.pdf", "import.video", "import.rotated", "import.unpacker".
    Result<Wrapped> object(FileKind kind, const SharedBytes& bytes, Admission& admission);

private:
    struct Series {
        std::string uid;
        int number;
        std::atomic<int> instances{0};
    };
    struct Made {
        dicom::DataSetBuilder data;
        std::string sopClassUid;
        std::string transferSyntaxUid;
    };
    dicom::DataSetBuilder common(Series& series, const std::string& modality) const;
    Result<Made> jpeg(const SharedBytes& bytes);
    Result<Made> png(const SharedBytes& bytes);
    Result<Made> pdf(const SharedBytes& bytes);
    Result<Made> video(const SharedBytes& bytes);
    // Of the same file for this patient: in an earlier import or in this one.
    Result<std::optional<ObjectIdentity>> madeBefore(const std::string& sop, Admission& admission);
    Result<ObjectIdentity> ownIdentity(const std::string& sop, Admission& admission) const;
    void putSecondaryCapture(dicom::DataSetBuilder& data) const;

    // Constant after construction.
    ChosenPatient m_patient;
    const Clock& m_clock;
    const StopToken m_stop;
    const std::string m_study;
    Series m_pictures;
    Series m_documents;
    Series m_videos;

    // Protected by m_mutex.
    std::mutex m_mutex;
    std::set<std::string> m_made; // SOP instance UIDs of this run that objects were made of
};

// What --study says of the patient fills what is empty. "import.study" when no such study is here, "import.patient" when it is another patient's, or a value
// can't be written.
Status completePatient(const cache::Cache& cache, ChosenPatient& patient);

} // namespace akari::importing
