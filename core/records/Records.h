// Everything a person made: the enrolled reader, archives, drafts, signed objects, the outbox, annotations, audit. Never deleted by any
// cache operation. One SQLite file (WAL, FULL); values sealed with the records key; UIDs as keyed hashes or sealed.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/Bytes.h"
#include "core/base/ChangeLog.h"
#include "core/base/Clock.h"
#include "core/base/Identity.h"
#include "core/base/Result.h"
#include "core/dicom/PersonName.h"
#include "core/records/SecondPlace.h"
#include "core/vault/Seal.h"

namespace akari::records {

// The enrolled reader of this data folder: the only one who signs (DESIGN decision 11).
struct Reader {
    dicom::PersonName name;
    std::string organization;
    std::string login;
    std::string role = "reader"; // reader | technologist | coordinator
};

// Signing in by OpenID Connect; in use where there is an issuer.
struct OpenIdSettings {
    std::string issuer;       // "https://login.example.org/realms/pacs"
    std::string clientId;
    std::string clientSecret; // of a confidential client; empty: none
    std::string scopes;       // empty: "openid offline_access"
    bool operator==(const OpenIdSettings&) const = default;
};

struct ArchiveSettings {
    std::string name;      // unique, the user's own word
    std::string url;       // DICOMweb root, no trailing slash
    std::string user;      // basic authentication; empty: none
    std::string password;
    std::string token;     // bearer
    std::string clientCertificate; // path of a PEM or PKCS#12 with key, empty: none
    std::string color;     // hospital stripe "#rrggbb"; given at add, stable
    std::string clientKeyPassword = {};    // of the client certificate, where it has one
    std::string certificateAuthority = {}; // path of a PEM that is trusted in the place of the system's; empty: the system's
    std::string pin = {};                  // "sha256//…" of the server's public key; several joined by ";"
    std::string proxy = {};                // "http(s)://host:port", "none"; empty: as the system says
    std::string proxyUser = {};
    std::string proxyPassword = {};
    bool bulkFromOwnHost = false;          // bulk data that the archive names at another host is asked of its own
    OpenIdSettings openId = {};
    bool losslessFirst = false;            // on a slow line uncompressed images come as a lossless transcode first, their originals after it
    std::string prefix = {}; // a short word before this hospital's PatientIDs on screen; may be empty
    bool operator==(const ArchiveSettings&) const = default;
};

// A draft's content is the report document as JSON (reporting owns its shape); records keep every revision.
struct Draft {
    std::string id;
    std::string archive;
    StudyInstanceUid study;
    std::string json;
    std::int64_t revision = 0;
    std::string state;     // draft | final | discarded
    std::string savedAt;   // ISO UTC
    std::string predecessor; // draft id of the version this one adds to or corrects, or empty
};

// Archived: proven by reading it back. Dropped: given up by a person; its bytes stay, and nothing is sent.
enum class DeliveryState { Queued, Sent, Archived, Failed, Dropped };
inline bool isWaiting(DeliveryState state) { return state != DeliveryState::Archived && state != DeliveryState::Dropped; }

struct OutboxItem {
    std::int64_t id = 0;
    std::string reportId;           // empty: queued from a file
    std::string archive;
    StudyInstanceUid study;
    std::string patientId;          // compared again at send time, with issuer and accession (hazard 10)
    std::string issuerOfPatientId;
    std::string accessionNumber;
    SopInstanceUid sop;
    std::string kind;               // SR | TID1500 | PDF | KOS; of files also GSPS | SEG | SC | IMAGE | DOCUMENT | OBJECT
    DeliveryState state = DeliveryState::Queued;
    std::string reason;             // of the last failure; one sentence, no patient data
    std::string code;               // its stable code; may be empty
    std::string nextTry;            // ISO UTC, of what waits after a passing failure; empty: at the next occasion
    std::string sha256;             // of the Part 10 bytes
    int attempts = 0;
    std::string updatedAt;
};
const char* text(DeliveryState state); // queued | sent | archived | failed | dropped

// What one try came to.
struct DeliveryNote {
    DeliveryState state = DeliveryState::Queued;
    std::string code;
    std::string reason;
    std::string nextTry;
};

struct SignedObject {
    OutboxItem item;
    Bytes part10;                   // exact bytes, kept for ever
};

// How the second place stands to what is here.
struct CopyReport {
    std::string place;            // empty: none is set
    std::string copiedAt;         // ISO UTC; empty: nothing there
    bool current = false;
    std::optional<Error> problem; // why it can't be read
};

// Where the reports of one study stand.
struct StudyReports {
    bool openDraft = false;
    std::vector<OutboxItem> outbox;
};

// A patient as a hospital counts its own: the same number elsewhere is another patient.
struct PatientNumber {
    std::string archive;
    std::string issuer;    // IssuerOfPatientID; empty: the archive itself
    std::string patientId;
    auto operator<=>(const PatientNumber&) const = default;
};

// Two numbers that a person said are one patient.
struct ConfirmedLink {
    PatientNumber a, b;    // a < b
    std::string by;        // the reader's login
    std::string at;        // ISO UTC
};

struct AuditEntry {
    std::string time;               // ISO UTC
    std::string event;
    std::string detail;
};

// Thread-safe; one write connection inside. Failures: "disk.full", "records.newer", "records.damaged", "records.readonly".
class Records {
public:
    static Result<std::unique_ptr<Records>> open(const std::filesystem::path& folder, const vault::Key& key, bool readOnly, const Clock& clock);
    ~Records();

    Status setReader(const Reader& reader, std::string_view signingSecret); // the secret is kept as an Argon2id verifier
    Result<std::optional<Reader>> reader() const;
    // "reader.none", "reader.secret" (wrong). Slow on purpose.
    Status reauthenticate(std::string_view signingSecret) const;

    Status putArchive(const ArchiveSettings& archive); // "archive.exists" when the name is taken by another URL
    Status replaceArchive(const ArchiveSettings& archive); // the same name at a new address, knowingly: the demo archive's port changes
    Result<std::vector<ArchiveSettings>> archives() const;
    Result<ArchiveSettings> archive(const std::string& name) const; // "archive.unknown"

    // Appends a revision; the id is made on the first save (empty id). A final report refuses: "report.final"; so does a discarded one.
    Result<Draft> saveDraft(Draft draft);
    Result<Draft> draft(const std::string& id) const;              // newest revision; "report.unknown"
    Result<std::vector<Draft>> drafts() const;                     // newest revision of each that was not discarded
    // By a person, and in the audit trail: no list has it any more and nothing waits for it; its revisions stay. "report.unknown",
    // "report.final", "report.discarded".
    Status discardDraft(const std::string& id);
    Result<StudyReports> reportsOf(const std::string& archive, const StudyInstanceUid& study) const;
    // Studies whose drafts or outbox may have changed since `counter` (an earlier answer's `now`; 0: everything). Read-only always everything.
    StudyChanges changesSince(std::uint64_t counter) const;
    Result<std::optional<Draft>> openDraftOf(const std::string& archive, const StudyInstanceUid& study) const;

    // In ONE transaction: the draft becomes final and its objects are kept and queued. "report.signed" when it is final already.
    // When this returns, the exact bytes are on disk (and in the backup).
    Status sign(const std::string& draftId, const std::string& finalJson, std::vector<SignedObject> objects);

    Result<std::vector<OutboxItem>> outbox() const;                          // every item, oldest first
    Result<SignedObject> signedObject(const SopInstanceUid& sop) const;
    Status setDelivery(std::int64_t itemId, DeliveryState state, const std::string& reason);
    Status setDelivery(std::int64_t itemId, const DeliveryNote& note); // counts a try; what is archived or dropped stays so
    // Objects made elsewhere, all or none, with their exact bytes; the items as they are now. One that is there already stays as it is, one
    // that was dropped is queued again. "outbox.uid": this identity is there with other bytes; "outbox.elsewhere": for another archive or study.
    Result<std::vector<OutboxItem>> queueObjects(const std::vector<SignedObject>& objects);
    // By a person, and in the audit trail. "report.unknown", "outbox.archived", "outbox.sending"; drop also "outbox.sent": the archive says that it
    // has the object, so that there is nothing to give up.
    Status retryDelivery(std::int64_t itemId);
    Status dropDelivery(std::int64_t itemId);
    // One sender at a time in this program. False: another one is still at it after the wait.
    bool beginSending(std::chrono::milliseconds patience);
    void endSending();

    // Links and takes back, in the enrolled reader's name, audited; the order of the two does not matter. "reader.none"; "link.none" when
    // there is nothing to take back. Whether two may be linked is session's to judge (session::confirmLink).
    Status linkPatients(const PatientNumber& a, const PatientNumber& b);
    Status unlinkPatients(const PatientNumber& a, const PatientNumber& b);
    Result<std::vector<ConfirmedLink>> patientLinks() const; // in force, oldest first

    // Annotations of a study as JSON owned by session; whole-value replace.
    Status putAnnotations(const std::string& archive, const StudyInstanceUid& study, const std::string& json);
    Result<std::string> annotations(const std::string& archive, const StudyInstanceUid& study) const; // "" when none

    // Small settings of the user (layout, last places). No patient data.
    Status putSetting(const std::string& key, const std::string& value);
    Result<std::string> setting(const std::string& key) const;

    // Where copies of drafts, signed objects and the vault file go beside this folder; empty: nowhere. The first copy is made before this returns.
    // "backup.foreign", "backup.absent", "backup.inside" (this data folder), "disk.full", "data.unwritable".
    Status setCopyPlace(const std::filesystem::path& place);
    // Begins copying to the place that was set: after each signature at once, else when something changed at most every `draftAge`.
    // A writer calls it once, after open. A failure stands in copyState() and is made good.
    Status keepCopies(const std::filesystem::path& vaultFile, std::chrono::milliseconds draftAge = std::chrono::minutes(5));
    Result<std::string> copyPlace() const; // "" when none
    SecondPlace::State copyState() const;  // of a writer
    Result<CopyReport> copyReport() const; // of what lies there; reads it whole

    // Everything under another key, in one transaction, after a copy of what was. With newestCopies it is followed by two copies, so that
    // none of the old key's is left in records/backup.
    Status reseal(const vault::Key& key);
    Status newestCopies();

    // "archive.inuse" while there is an open draft of it or something not yet proven to be there; "archive.unknown".
    Status archiveRemovable(const std::string& name) const;
    // Its address and credentials; signed reports and drafts that became final stay. The same refusals.
    Status removeArchive(const std::string& name);

    // What was done, append-only, hash-chained; text has no patient names.
    Status audit(const std::string& event, const std::string& detail);
    // Oldest first. "records.audit" when entries were removed, added or reordered.
    Result<std::vector<AuditEntry>> auditTrail() const;

private:
    Records();
    Status keepArchive(const ArchiveSettings& archive, bool replace);
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace akari::records
