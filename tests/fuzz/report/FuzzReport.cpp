// Report documents as JSON: drafts, and what `akarictl report new --from` is given.
#include "reporting/Document.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto document = reporting::fromJson(std::string(asText({data, size})));
    if (!document) {
        fuzz::checkError(document.error().code, document.error().message);
        return 0;
    }
    const std::string written = reporting::toJson(*document);
    const auto again = reporting::fromJson(written);
    fuzz::require(again.has_value(), "what was written can be read");
    fuzz::require(reporting::toJson(*again) == written, "a document survives writing and reading");
    return 0;
}
