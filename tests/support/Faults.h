// What may be wrong with a fake archive. Each is set by its member's name, also from a command line or over HTTP (fake-archive).
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/Bytes.h"

namespace akari::test {

// Drops: 200 and listed as stored, but nothing is kept. Refused: 202 and listed as failed with stowReason. Both: listed as stored and as
// failed. Large: 413.
enum class StowMode { Good, EmptySequences, KeepsOld, Conflict, Broken, Drops, Refused, Both, Large };

struct Faults {
    // Retrieval.
    std::optional<std::size_t> cutStreamAt;   // of a series stream, once
    bool cutsAlways = false;
    bool silentCut = false;                   // the stream has no length
    bool cutsInstances = false;               // the cut is of retrievals of one instance as well
    double cutChance = 0;                     // of each retrieval's answer, at a byte drawn by `seed`
    unsigned seed = 1;
    bool withoutLength = false;               // whole answers, but nothing says how long they are
    std::optional<Bytes> foreignPart;         // mixed into each series stream in the place of its second part
    bool mixedSeries = false;                 // the same with an object of the archive's own, of another series
    bool wrongPart = false;                   // asked for one instance, another of the series is sent
    bool duplicateParts = false;              // each part twice
    std::size_t oversizedPart = 0;            // a part of so many bytes behind the first one's header
    double bytesPerSecond = 0;                // of all connections together; 0: as fast as they go
    std::size_t dripBytes = 0;                // so many bytes at a time,
    int dripPause = 0;                        // so many ms apart
    bool partLengths = false;                 // Content-Length in each part
    std::vector<std::string> refusedAccepts;  // answered refusalStatus when the Accept field is one of these
    int refusalStatus = 406;
    std::string boundary = "fake-boundary";
    bool quotesBoundary = true;
    std::string retrievedPatient;             // stands in the objects sent in the place of their PatientID, of the same length

    // Not a fault: the archive's transcode of an object, sent to whoever asks for JPEG-LS; refused without.
    std::function<Bytes(const Bytes& part10)> transcode;

    // Any answer.
    bool html = false;
    int status = 0;                           // of every answer
    int failures = 0;                         // so many answers 500 first, 503 where there is a retryAfter
    int failAfter = 0;                        // but only after so many good ones
    std::string retryAfter;                   // sent with them
    std::string redirect;                     // Location of a 307 to every request
    std::string token;                        // what each request must bear; 401 else
    int tokenUses = 0;                        // the token is good for so many requests; 0: always

    // Lists.
    int listStatus = 200;                     // 206: the lists are incomplete
    bool warns = false;                       // Warning: 299
    bool ignoresOffset = false;
    bool hidesCounts = false;                 // lists say of no study or series how many instances it has
    std::size_t pageCap = 0;                  // rows a page at most, whatever is asked
    std::size_t refusesLimitAbove = 0;        // 400 to pages that are asked larger
    bool repeatsRows = false;                 // each page begins with the last row of the page before
    bool emptyIs204 = false;
    int listPause = 0;                        // ms before a list comes
    bool listsPlaces = true;                  // positions and orientations with the instances
    bool gzipBomb = false;                    // 128 MB of spaces within the list, compressed
    bool compresses = false;                  // gzip where the client takes it

    // Bulk data.
    std::string bulkBase;                     // before each BulkDataURI: empty is relative, "http://host:1" another origin
    bool bulkMultipart = false;               // else the bytes alone

    // Storing.
    StowMode stow = StowMode::Good;
    int stowReason = 0x0110;                  // (0008,1197) of what is refused
    int stowWarning = 0;                      // (0008,1196) of what is stored
    std::function<Bytes(Bytes)> onStore;      // what the archive makes of what it is given
    std::string alteredText;                  // "old=new", of one length: within what is stored
};

// Throws std::invalid_argument where there is no such fault, and json's own errors where the value is none of its kind.
inline void setFault(Faults& faults, const std::string& name, const nlohmann::json& value)
{
    const auto bytes = [](const nlohmann::json& text) {
        const auto& view = text.get_ref<const std::string&>();
        return Bytes(view.begin(), view.end());
    };
    const auto is = [&](const char* one) { return name == one; };
    if (is("cutStreamAt")) {
        faults.cutStreamAt = value.is_null() ? std::nullopt : std::optional(value.get<std::size_t>());
    } else if (is("foreignPart")) {
        faults.foreignPart = value.is_null() ? std::nullopt : std::optional(bytes(value));
    } else if (is("stow")) {
        static const std::vector<std::string> kModes{"good", "emptySequences", "keepsOld", "conflict", "broken", "drops", "refused", "both", "large"};
        const auto found = std::find(kModes.begin(), kModes.end(), value.get<std::string>());
        if (found == kModes.end()) {
            throw std::invalid_argument("stow");
        }
        faults.stow = static_cast<StowMode>(found - kModes.begin());
    }
#define AKARI_FAULT(member)                              \
    else if (is(#member))                                \
    {                                                    \
        faults.member = value.get<decltype(faults.member)>(); \
    }
    AKARI_FAULT(cutsAlways)
    AKARI_FAULT(silentCut)
    AKARI_FAULT(cutsInstances)
    AKARI_FAULT(cutChance)
    AKARI_FAULT(seed)
    AKARI_FAULT(withoutLength)
    AKARI_FAULT(mixedSeries)
    AKARI_FAULT(wrongPart)
    AKARI_FAULT(duplicateParts)
    AKARI_FAULT(oversizedPart)
    AKARI_FAULT(bytesPerSecond)
    AKARI_FAULT(dripBytes)
    AKARI_FAULT(dripPause)
    AKARI_FAULT(partLengths)
    AKARI_FAULT(refusedAccepts)
    AKARI_FAULT(refusalStatus)
    AKARI_FAULT(boundary)
    AKARI_FAULT(quotesBoundary)
    AKARI_FAULT(retrievedPatient)
    AKARI_FAULT(html)
    AKARI_FAULT(status)
    AKARI_FAULT(failures)
    AKARI_FAULT(failAfter)
    AKARI_FAULT(retryAfter)
    AKARI_FAULT(redirect)
    AKARI_FAULT(token)
    AKARI_FAULT(tokenUses)
    AKARI_FAULT(listStatus)
    AKARI_FAULT(warns)
    AKARI_FAULT(ignoresOffset)
    AKARI_FAULT(hidesCounts)
    AKARI_FAULT(pageCap)
    AKARI_FAULT(refusesLimitAbove)
    AKARI_FAULT(repeatsRows)
    AKARI_FAULT(emptyIs204)
    AKARI_FAULT(listPause)
    AKARI_FAULT(listsPlaces)
    AKARI_FAULT(gzipBomb)
    AKARI_FAULT(compresses)
    AKARI_FAULT(bulkBase)
    AKARI_FAULT(bulkMultipart)
    AKARI_FAULT(alteredText)
#undef AKARI_FAULT
    else
    {
        throw std::invalid_argument("no fault of this name: " + name);
    }
}

} // namespace akari::test
