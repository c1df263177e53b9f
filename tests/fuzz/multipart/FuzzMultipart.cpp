// A multipart body in any pieces: the parts are the same however the line cuts it.
#include "core/archive/MultipartParser.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

namespace {

struct Outcome {
    std::vector<Bytes> bodies;
    std::vector<std::size_t> fields;
    bool failed = false;
    bool closed = false;
    bool operator==(const Outcome&) const = default;
};

Outcome parse(BytesView body, BytesView cuts)
{
    Outcome outcome;
    archive::MultipartParser::Limits limits;
    limits.part = 32 * 1024;
    limits.fields = 1024;
    archive::MultipartParser parser("akari", [&](archive::MultipartParser::Part part) -> Status {
        outcome.bodies.push_back(std::move(part.body));
        outcome.fields.push_back(part.fields.size());
        return {};
    }, limits);
    std::size_t at = 0;
    for (std::size_t piece = 0; at < body.size(); ++piece) {
        const std::size_t wanted = cuts.empty() ? body.size() : std::size_t{1} + cuts[piece % cuts.size()];
        const std::size_t length = std::min(wanted, body.size() - at);
        const Bytes copy(body.begin() + static_cast<std::ptrdiff_t>(at), body.begin() + static_cast<std::ptrdiff_t>(at + length));
        if (const auto fed = parser.feed(copy); !fed) {
            fuzz::checkError(fed.error().code, fed.error().message);
            outcome.failed = true;
            fuzz::require(!parser.feed(copy), "after a failure every call fails");
            break;
        }
        at += length;
    }
    outcome.closed = parser.closed();
    return outcome;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::Input input(data, size);
    Bytes cuts(input.byte() % 8);
    for (auto& cut : cuts) {
        cut = input.byte();
    }
    const Bytes body = input.restCopy();
    const Outcome whole = parse(body, {});
    fuzz::require(parse(body, cuts) == whole, "pieces give the same parts");
    const Bytes single{0};
    fuzz::require(parse(body, single) == whole, "single bytes give the same parts");
    const std::string boundary = archive::MultipartParser::boundaryOf(asText(body));
    fuzz::require(boundary.size() <= 256, "a boundary is short");
    return 0;
}
