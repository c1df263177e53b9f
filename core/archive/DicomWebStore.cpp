// STOW-RS, one object a request (REPORTING.md 2.6).
#include <algorithm>

#include "core/archive/ClientImpl.h"
#include "core/archive/StowReasons.h"
#include "core/dicom/Tags.h"

namespace akari::archive {
namespace {

namespace tags = dicom::tags;

constexpr std::size_t kLongestAnswer = 4 << 20;

struct Listed {
    bool stored = false;
    bool failed = false;
    int failureReason = 0;
    int warning = 0;
};

Listed listedInJson(const JsonDocument& document, const SopInstanceUid& sop)
{
    Listed listed;
    for (const JsonDataSet& answer : document.dataSets()) {
        for (const JsonDataSet& item : answer.items(tags::ReferencedSOPSequence)) {
            if (item.text(tags::ReferencedSOPInstanceUID) == sop.value) {
                listed.stored = true;
                listed.warning = static_cast<int>(item.integer(tags::WarningReason).value_or(0));
            }
        }
        const auto failures = answer.items(tags::FailedSOPSequence);
        for (const JsonDataSet& item : failures) {
            const std::string uid = item.text(tags::ReferencedSOPInstanceUID);
            // One object was sent: a failure without a name is that object's.
            if (uid == sop.value || uid.empty()) {
                listed.failed = true;
                listed.failureReason = static_cast<int>(item.integer(tags::FailureReason).value_or(0));
            }
        }
    }
    return listed;
}

// The Native DICOM Model (PS3.19 A.1), so far as a STOW answer goes: attributes of items of two sequences, each with one value.
std::string xmlValue(std::string_view text)
{
    const auto open = text.find("<Value");
    const auto begin = open == std::string_view::npos ? open : text.find('>', open);
    const auto end = begin == std::string_view::npos ? begin : text.find("</Value", begin);
    return end == std::string_view::npos ? std::string() : std::string(text.substr(begin + 1, end - begin - 1));
}

Listed listedInXml(std::string_view text, const SopInstanceUid& sop)
{
    Listed listed;
    bool inFailed = false;
    for (std::size_t at = text.find("tag=\""); at != std::string_view::npos; at = text.find("tag=\"", at + 5)) {
        const std::string_view tag = text.substr(at + 5, 8);
        const std::string_view rest = text.substr(at, text.find("tag=\"", at + 5) - at);
        if (tag == "00081198" || tag == "00081199") {
            inFailed = tag == "00081198";
        } else if (tag == "00081155" && xmlValue(rest) == sop.value) {
            (inFailed ? listed.failed : listed.stored) = true;
        } else if (tag == "00081196" && !inFailed) {
            listed.warning = std::atoi(xmlValue(rest).c_str());
        } else if (tag == "00081197" && inFailed) {
            listed.failureReason = std::atoi(xmlValue(rest).c_str());
        }
    }
    return listed;
}

std::string safeBoundary(BytesView part10)
{
    std::string boundary;
    do {
        boundary = "akari" + toHex(randomBytes(12));
    } while (asText(part10).find(boundary) != std::string_view::npos);
    return boundary;
}

StowResult judge(int status, const Listed& listed)
{
    StowResult result;
    result.httpStatus = status;
    result.failureReason = listed.failureReason;
    result.warning = warningText(listed.warning);
    const bool yes = status >= 200 && status < 300;
    result.stored = yes && listed.stored && !listed.failed;
    if (result.stored) {
        return result;
    }
    result.code = "delivery.refused";
    if (status == 413) {
        result.code = "delivery.large";
        result.reason = "The object is larger than the archive takes in one request.";
    } else if (listed.failed && listed.stored) {
        result.reason = "The archive lists the object both as stored and as refused. " + failureText(listed.failureReason);
    } else if (listed.failed) {
        result.code = status == 409 ? "delivery.conflict" : result.code;
        result.reason = failureText(listed.failureReason);
    } else if (yes) {
        result.code = "delivery.unlisted";
        result.reason = "The archive took the object but does not list it as stored.";
    } else if (status == 409) {
        result.code = "delivery.conflict";
        result.reason = "The archive reports a conflict with what it has.";
    } else {
        result.reason = "The archive refuses to store the object.";
    }
    return result;
}

} // namespace

Result<StowResult> DicomWebClient::store(const StudyInstanceUid& study, BytesView part10, const SopInstanceUid& sop)
{
    const std::string boundary = safeBoundary(part10);
    const std::string before = "--" + boundary + "\r\nContent-Type: application/dicom\r\n\r\n";
    const std::string after = "\r\n--" + boundary + "--\r\n";
    Bytes body;
    body.reserve(before.size() + part10.size() + after.size());
    body.insert(body.end(), before.begin(), before.end());
    body.insert(body.end(), part10.begin(), part10.end());
    body.insert(body.end(), after.begin(), after.end());

    Request request;
    request.path = studyPath(study);
    request.body = &body;
    request.fields = {"Accept: application/dicom+json",
                      "Content-Type: multipart/related; type=\"application/dicom\"; boundary=" + boundary};
    Bytes text;
    const auto answer = m_impl->transport.send(request, [&](const ResponseHead&, BytesView bytes) -> Status {
        const std::size_t room = kLongestAnswer - std::min(kLongestAnswer, text.size());
        const BytesView taken = bytes.first(std::min(room, bytes.size()));
        text.insert(text.end(), taken.begin(), taken.end());
        return {};
    });
    if (!answer) {
        return fail(answer.error());
    }
    const int status = answer->head.status;
    if (status == 401 || status == 403 || status == 404 || status == 408 || status == 429) {
        return fail(statusError(status));
    }
    Listed listed;
    // By the look of the body: an archive sends it without a Content-Type when it refuses.
    const auto first = std::find_if(text.begin(), text.end(), [](std::uint8_t c) { return c > ' '; });
    if (first != text.end() && *first == '<' && answer->head.mediaType() != "text/html") {
        listed = listedInXml(asText(text), sop);
    } else if (const auto document = JsonDocument::parse(text)) {
        listed = listedInJson(*document, sop);
    } else if (status >= 200 && status < 300 && answer->head.mediaType() == "text/html") {
        return fail(notDicom("HTTP " + std::to_string(status) + " to a store"));
    }
    if (status >= 500 && !listed.failed) {
        return fail(statusError(status));
    }
    return judge(status, listed);
}

} // namespace akari::archive
