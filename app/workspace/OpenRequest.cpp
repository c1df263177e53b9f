#include "app/workspace/OpenRequest.h"

#include <algorithm>
#include <optional>

namespace akari::workspace {
namespace {

constexpr std::string_view kStart = "akari://open?";
constexpr std::size_t kLongestArchive = 64;
constexpr std::size_t kLongestUrl = 1024;

tl::unexpected<Error> wrong(std::string detail)
{
    return fail("open.url",
                "This link is none that Akari opens; it should be akari://open?study=UID or akari://open?study=UID&archive=NAME.",
                std::move(detail));
}

int hexDigit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::optional<std::string> decoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out.push_back(text[i]);
            continue;
        }
        const int high = i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hexDigit(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        out.push_back(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return out;
}

bool isUid(const std::string& text)
{
    return !text.empty() && text.size() <= 64 && text.find_first_not_of("0123456789.") == std::string::npos && text.front() != '.' &&
           text.back() != '.' && text.find("..") == std::string::npos;
}

// Well-formed UTF-8 (no surrogates, nothing overlong) without control characters.
bool isPlainText(std::string_view text)
{
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80                   ? 1
                                   : lead >= 0xc2 && lead < 0xe0 ? 2
                                   : (lead & 0xf0) == 0xe0       ? 3
                                   : lead >= 0xf0 && lead < 0xf5 ? 4
                                                                 : 0;
        if (length == 0 || i + length > text.size() || lead < 0x20 || lead == 0x7f) {
            return false;
        }
        std::uint32_t value = length == 1 ? lead : lead & (0xffu >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            if ((next & 0xc0) != 0x80) {
                return false;
            }
            value = value << 6 | (next & 0x3fu);
        }
        const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
        if (overlong || value > 0x10ffff || (value >= 0xd800 && value < 0xe000) || (value >= 0x80 && value < 0xa0)) {
            return false;
        }
        i += length;
    }
    return true;
}

} // namespace

Status checkOpen(const OpenRequest& request)
{
    if (!request.study.empty() && !isUid(request.study.value)) {
        return wrong("study");
    }
    if (request.archive.size() > kLongestArchive || !isPlainText(request.archive)) {
        return wrong("archive");
    }
    if (request.study.empty() && !request.archive.empty()) {
        return wrong("no study");
    }
    return {};
}

Result<OpenRequest> parseOpenUrl(std::string_view url)
{
    if (url.size() > kLongestUrl || !url.starts_with(kStart)) {
        return wrong("form");
    }
    std::optional<std::string> study;
    std::optional<std::string> archive;
    std::string_view rest = url.substr(kStart.size());
    while (!rest.empty()) {
        const auto end = std::min(rest.find('&'), rest.size());
        const std::string_view pair = rest.substr(0, end);
        if (end + 1 == rest.size()) {
            return wrong("an & that nothing follows");
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const auto equals = pair.find('=');
        const std::string_view key = pair.substr(0, std::min(equals, pair.size()));
        auto& value = key == "study" ? study : archive;
        if (equals == std::string_view::npos || (key != "study" && key != "archive") || value || pair.find('#') != std::string_view::npos) {
            return wrong("key");
        }
        // A UID needs no escapes: what hides behind one is none.
        value = key == "study" ? std::optional(std::string(pair.substr(equals + 1))) : decoded(pair.substr(equals + 1));
        if (!value || value->empty()) {
            return wrong("value");
        }
    }
    if (!study) {
        return wrong("no study");
    }
    OpenRequest request{archive.value_or(""), StudyInstanceUid(*study)};
    if (const Status right = checkOpen(request); !right) {
        return fail(right.error());
    }
    return request;
}

Result<OpenRequest> resolveOpen(OpenRequest request, const records::Records& records, const cache::Cache& cache)
{
    if (const Status right = checkOpen(request); !right) {
        return fail(right.error());
    }
    if (request.study.empty()) {
        return request;
    }
    const auto copies = cache.findStudy(request.study);
    if (!copies) {
        return fail(copies.error());
    }
    const auto archives = records.archives();
    if (!archives) {
        return fail(archives.error());
    }
    if (request.archive.empty()) {
        if (copies->size() > 1 || (copies->empty() && archives->size() > 1)) {
            return fail("study.ambiguous", "More than one archive may have this study; the link must name it.");
        }
        if (copies->empty() && archives->empty()) {
            return fail("open.archive", "No archive is configured here that could have this study.");
        }
        request.archive = copies->empty() ? archives->front().name : copies->front().archive;
        return request;
    }
    const bool known = std::any_of(archives->begin(), archives->end(), [&](const auto& one) { return one.name == request.archive; }) ||
                       std::any_of(copies->begin(), copies->end(), [&](const auto& one) { return one.archive == request.archive; });
    if (!known) {
        return fail("open.archive", "No archive of the name in the link is configured here.");
    }
    return request;
}

} // namespace akari::workspace
