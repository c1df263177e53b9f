#include "app/workspace/HandOverWire.h"

namespace akari::workspace {
namespace {

int lowerHexDigit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<std::string> fromHex(const std::string& hex)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        const int high = lowerHexDigit(hex[i]);
        const int low = lowerHexDigit(hex[i + 1]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        bytes.push_back(static_cast<char>(high * 16 + low));
    }
    return hex.size() % 2 == 0 ? std::optional(std::move(bytes)) : std::nullopt;
}

} // namespace

tl::unexpected<Error> handOverMalformed(std::string detail)
{
    return fail("handover.malformed", "Another program on this computer sent what Akari does not understand.", std::move(detail));
}

Result<Json> receiveJson(LocalConnection& connection, std::size_t limit, std::chrono::milliseconds timeout)
{
    const auto bytes = connection.receive(limit, timeout);
    return bytes ? messageOf(*bytes) : Result<Json>(fail(bytes.error()));
}

Result<Json> messageOf(BytesView bytes)
{
    // Depth is bounded by the parser's caller: nothing here goes deeper than the command's own lists.
    int deepest = 0;
    const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
        deepest = std::max(deepest, depth);
        return depth <= 6;
    };
    Json message = Json::parse(bytes.begin(), bytes.end(), shallow, false);
    if (!message.is_object() || deepest > 6) {
        return handOverMalformed("no JSON object");
    }
    return message;
}

Status sendJson(LocalConnection& connection, const Json& message)
{
    std::string text = message.dump(-1, ' ', false, Json::error_handler_t::replace);
    const Status sent = connection.send(asBytes(text));
    vault::wipe(text);
    return sent;
}

Json textJson(std::string_view text)
{
    Json json = std::string(text);
    try {
        static_cast<void>(json.dump()); // strict: throws at what is no UTF-8
        return json;
    } catch (const Json::exception&) {
        return {{"hex", toHex(asBytes(text))}};
    }
}

std::optional<std::string> textOf(const Json& json)
{
    if (json.is_string()) {
        return json.get<std::string>();
    }
    if (json.is_object() && json.size() == 1 && json.contains("hex") && json["hex"].is_string()) {
        return fromHex(json["hex"].get_ref<const std::string&>());
    }
    return std::nullopt;
}

std::optional<std::string> textAt(const Json& object, const char* key)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found == object.end() ? std::nullopt : textOf(*found);
}

Json commandJson(const HandedCommand& command)
{
    Json words = Json::array();
    for (const auto& word : command.words) {
        words.push_back(textJson(word));
    }
    Json environment = Json::object();
    for (const auto& [name, value] : command.environment) {
        environment[name] = textJson(value);
    }
    return {
        {"command",
         {{"words", words}, {"folder", textJson(command.folder.native())}, {"environment", environment}, {"terminal", command.terminal}}}};
}

Result<HandedCommand> commandOf(const Json& json)
{
    const auto found = json.find("command");
    if (found == json.end() || !found->is_object()) {
        return handOverMalformed("no command");
    }
    HandedCommand command;
    const auto folder = textAt(*found, "folder");
    const auto words = found->find("words");
    const auto environment = found->find("environment");
    if (!folder || words == found->end() || !words->is_array() || environment == found->end() || !environment->is_object()) {
        return handOverMalformed("command");
    }
    command.folder = *folder;
    if (!command.folder.is_absolute()) {
        return handOverMalformed("folder");
    }
    for (const auto& word : *words) {
        const auto text = textOf(word);
        // A zero inside a word would end it early for whoever reads it as a path.
        if (!text || text->find('\0') != std::string::npos) {
            return handOverMalformed("word");
        }
        command.words.push_back(*text);
    }
    for (const auto& [name, value] : environment->items()) {
        const auto text = textOf(value);
        if (!text) {
            return handOverMalformed("environment");
        }
        command.environment[name] = *text;
    }
    const auto terminal = found->find("terminal");
    command.terminal = terminal != found->end() && terminal->is_boolean() && terminal->get<bool>();
    return command;
}

Json errorJson(const Error& error)
{
    return {{"error", {{"code", error.code}, {"message", error.message}, {"detail", error.detail}}}};
}

std::optional<Error> errorOf(const Json& message)
{
    const auto found = message.find("error");
    if (found == message.end()) {
        return std::nullopt;
    }
    return Error{textAt(*found, "code").value_or("handover.malformed"), textAt(*found, "message").value_or("The other Akari refused."),
                 textAt(*found, "detail").value_or("")};
}

std::string newNonce()
{
    return toHex(randomBytes(32));
}

bool isNonce(const std::string& text)
{
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

vault::Key proofKey(const vault::DataFolder& folder)
{
    return vault::derive(folder.recordsKey(), {}, "akari hand-over");
}

std::string proofOf(const vault::Key& key, std::string_view who, const std::string& holderNonce, const std::string& clientNonce)
{
    return toHex(vault::keyedHash(key, "akari hand-over 1|" + std::string(who) + "|" + holderNonce + "|" + clientNonce));
}

bool sameProof(const std::string& a, const std::string& b)
{
    unsigned difference = a.size() == b.size() ? 0 : 1;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i] ^ b[i]));
    }
    return difference == 0;
}

} // namespace akari::workspace
