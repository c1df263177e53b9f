// What another program of the same user, or one that only says so, may send through the hand-over socket, before and after it has proved
// itself; and what a holder may answer.
#include "app/workspace/HandOverWire.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;
using namespace akari::workspace;

namespace {

bool same(const HandedCommand& a, const HandedCommand& b)
{
    return a.words == b.words && a.folder.native() == b.folder.native() && a.environment == b.environment && a.terminal == b.terminal;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const Bytes bytes(data, data + size);
    const auto message = messageOf(bytes);
    if (!message) {
        fuzz::checkError(message.error().code, message.error().message);
        return 0;
    }
    fuzz::require(message->is_object(), "a message is an object");
    for (const char* key : {"nonce", "proof", "out", "err"}) {
        if (const auto text = textAt(*message, key)) {
            fuzz::require(textOf(textJson(*text)) == text, "text survives the wire, whatever its bytes");
            fuzz::require(!isNonce(*text) || text->size() == 64, "a nonce has its length");
            fuzz::require(sameProof(*text, *text) && !sameProof(*text, *text + "0"), "a proof is equal to itself alone");
        }
    }
    if (const auto error = errorOf(*message)) {
        fuzz::require(errorOf(errorJson(*error))->code == error->code, "an error survives the wire");
    }
    if (const auto open = message->find("open"); open != message->end()) {
        const OpenRequest request{textAt(*open, "archive").value_or(""), StudyInstanceUid(textAt(*open, "study").value_or(""))};
        if (checkOpen(request)) {
            fuzz::require(request.study.value.size() <= 64 && request.study.value.find_first_not_of("0123456789.") == std::string::npos,
                          "only a UID is opened");
            fuzz::require(request.archive.size() <= 64, "an archive's name has its limit");
        }
    }
    if (const auto command = commandOf(*message)) {
        fuzz::require(command->folder.is_absolute(), "paths are of a folder that is known");
        for (const auto& word : command->words) {
            fuzz::require(word.find('\0') == std::string::npos, "a word does not end early");
        }
        const std::string sent = commandJson(*command).dump(-1, ' ', false, Json::error_handler_t::replace);
        const auto received = messageOf(asBytes(sent));
        const auto again = received ? commandOf(*received) : Result<HandedCommand>(fail(received.error()));
        fuzz::require(again && same(*again, *command), "a command survives the wire");
    } else {
        fuzz::checkError(command.error().code, command.error().message);
    }
    return 0;
}
