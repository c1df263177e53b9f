#include "app/workspace/HandOverWire.h"

namespace akari::workspace {
namespace {

tl::unexpected<Error> lost(const Error& cause)
{
    return fail("handover.lost", "The Akari that was at it has ended in the middle; what it had finished is kept.",
                cause.code + " " + cause.detail);
}

} // namespace

Result<std::unique_ptr<HandOverClient>> HandOverClient::connect(const std::filesystem::path& dataFolder)
{
    std::string detail = "no place for a socket";
    for (const auto& place : handOverPlaces(dataFolder)) {
        auto connection = LocalConnection::connect(place);
        if (!connection) {
            detail = connection.error().detail;
            continue;
        }
        if (!(*connection)->peerIsThisUser()) {
            return fail("handover.user", "Another user's program answers in this data folder; nothing was handed over.");
        }
        std::unique_ptr<HandOverClient> client(new HandOverClient(std::move(*connection)));
        if (const Status greeted = client->greet(); !greeted) {
            return fail(greeted.error());
        }
        return client;
    }
    return fail("handover.none", "No Akari that holds this data folder answers.", detail);
}

Status HandOverClient::greet()
{
    const auto hello = receiveJson(*m_connection, kLargestGreeting, kPatience);
    if (!hello) {
        // It closed before it said a word: it was on its way out.
        return hello.error().code == "local.gone"
                   ? fail("handover.none", "No Akari that holds this data folder answers.", hello.error().detail)
                   : fail(hello.error());
    }
    if (const auto error = errorOf(*hello)) {
        return fail(*error);
    }
    const auto version = hello->find("version");
    m_nonce = textAt(*hello, "nonce").value_or("");
    if (textAt(*hello, "akari").value_or("") != "hand-over" || version == hello->end() || !isNonce(m_nonce)) {
        return handOverMalformed("greeting");
    }
    if (*version != kHandOverVersion) {
        return fail("handover.version", "The Akari that holds the data folder is another version; close it, or use that version.");
    }
    const auto window = hello->find("window");
    m_window = window != hello->end() && window->is_boolean() && window->get<bool>();
    return {};
}

Status HandOverClient::open(const OpenRequest& request)
{
    const Json message{{"version", kHandOverVersion},
                       {"open", {{"archive", textJson(request.archive)}, {"study", textJson(request.study.value)}}}};
    if (const Status sent = sendJson(*m_connection, message); !sent) {
        return sent;
    }
    const auto answer = receiveJson(*m_connection, kLargestAnswer, kPatience);
    if (!answer) {
        return fail(answer.error());
    }
    if (const auto error = errorOf(*answer)) {
        return fail(*error);
    }
    return answer->contains("taken") ? Status() : handOverMalformed("answer");
}

Status HandOverClient::prove(const vault::DataFolder& folder)
{
    const vault::Key key = proofKey(folder);
    const std::string nonce = newNonce();
    const Json message{{"version", kHandOverVersion}, {"nonce", nonce}, {"proof", proofOf(key, "client", m_nonce, nonce)}};
    if (const Status sent = sendJson(*m_connection, message); !sent) {
        return sent;
    }
    const auto answer = receiveJson(*m_connection, kLargestAnswer, kPatience);
    if (!answer) {
        return fail(answer.error());
    }
    if (const auto error = errorOf(*answer)) {
        return fail(*error);
    }
    if (!sameProof(textAt(*answer, "proof").value_or(""), proofOf(key, "holder", m_nonce, nonce))) {
        return fail("handover.proof", "The program that answers in this data folder can't open it; nothing was handed over.");
    }
    return {};
}

Result<int> HandOverClient::run(const vault::DataFolder& folder, const HandedCommand& command, const CommandOutput& output)
{
    if (const Status proved = prove(folder); !proved) {
        return proved.error().code == "local.gone" ? lost(proved.error()) : fail(proved.error());
    }
    if (const Status sent = sendJson(*m_connection, commandJson(command)); !sent) {
        return lost(sent.error());
    }
    for (;;) {
        const auto message = receiveJson(*m_connection, kLargestAnswer, std::chrono::milliseconds(-1));
        if (!message) {
            return message.error().code == "local.gone" ? lost(message.error()) : fail(message.error());
        }
        if (const auto error = errorOf(*message)) {
            return fail(*error);
        }
        if (const auto text = textAt(*message, "out")) {
            output.out(*text);
        } else if (const auto complaint = textAt(*message, "err")) {
            output.err(*complaint);
        } else if (message->contains("started")) {
            m_started = true;
        } else if (const auto exit = message->find("exit"); exit != message->end() && exit->is_number_integer()) {
            return exit->get<int>();
        }
    }
}

void HandOverClient::cancel()
{
    static_cast<void>(sendJson(*m_connection, {{"cancel", true}}));
}

} // namespace akari::workspace
