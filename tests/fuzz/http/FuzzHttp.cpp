// What of HTTP is ours: fields by name, media types, percent encoding, Retry-After, the words for a status.
#include <cctype>

#include "core/archive/HostGate.h"
#include "core/archive/HttpTransport.h"
#include "core/archive/MultipartParser.h"
#include "core/archive/PeerSeen.h"
#include "core/archive/Url.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::Input input(data, size);
    const int status = input.word();
    const std::string text(asText(input.rest()));
    archive::ResponseHead head;
    head.status = status;
    head.fields["content-type"] = text;
    const std::string type = head.mediaType();
    fuzz::require(type.size() <= text.size() && type.find(';') == std::string::npos, "a media type has no parameters");
    fuzz::require(head.field("absent").empty(), "an absent field is empty");
    fuzz::require(archive::MultipartParser::boundaryOf(text).size() <= text.size(), "a boundary is part of its field");
    const std::string encoded = archive::percentEncoded(text);
    for (const unsigned char c : encoded) {
        fuzz::require(std::isalnum(c) || c == '%' || c == '-' || c == '.' || c == '_' || c == '~', "nothing but unreserved characters");
    }
    const archive::Url url(text);
    fuzz::require(url.usable() != url.origin().empty(), "an address that is usable has an origin");
    const archive::Url reference = archive::Url("https://pacs.example.org/a/b").resolved(text);
    fuzz::require(!reference.usable() || archive::Url(reference.text()).origin() == reference.origin(), "what is judged is what is asked");
    fuzz::require(!archive::isPin(text) || text.rfind("sha256//", 0) == 0, "a pin is a hash, never a file");
    archive::HostGate gate;
    gate.answered(status, text);
    StopSource stop;
    stop.requestStop();
    fuzz::require(gate.enter(stop.token()).error().code == "stopped", "whoever was stopped does not wait");
    const Error error = archive::statusError(status);
    fuzz::checkError(error.code, error.message);
    return 0;
}
