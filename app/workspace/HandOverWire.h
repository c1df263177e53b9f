// Private to the room: the messages of HandOver.h as JSON. Whatever comes from the other end is checked here.
#pragma once

#include <nlohmann/json.hpp>

#include "app/workspace/HandOver.h"

namespace akari::workspace {

using Json = nlohmann::json;

constexpr int kHandOverVersion = 1;
constexpr std::size_t kLargestGreeting = 4 * 1024;       // until a client has proved itself
constexpr std::size_t kLargestCommand = 8 * 1024 * 1024; // a command line is at most 2 MB on Linux; as hex twice that
constexpr std::size_t kLargestAnswer = 1024 * 1024;
constexpr std::chrono::milliseconds kPatience{10'000}; // for what must come at once

// The next message, an object. "local.*", "handover.malformed".
Result<Json> receiveJson(LocalConnection& connection, std::size_t limit, std::chrono::milliseconds timeout);
// The bytes of one message, as receiveJson takes them.
Result<Json> messageOf(BytesView bytes);
Status sendJson(LocalConnection& connection, const Json& message);

// UTF-8 as it is, else {"hex":…}; and back: nullopt where it is neither.
Json textJson(std::string_view text);
std::optional<std::string> textOf(const Json& json);
std::optional<std::string> textAt(const Json& object, const char* key);

Json commandJson(const HandedCommand& command);
Result<HandedCommand> commandOf(const Json& json);
Json errorJson(const Error& error);
std::optional<Error> errorOf(const Json& message);

std::string newNonce();
bool isNonce(const std::string& text);
vault::Key proofKey(const vault::DataFolder& folder);
// `who` proves: "client" or "holder".
std::string proofOf(const vault::Key& key, std::string_view who, const std::string& holderNonce, const std::string& clientNonce);
// In a time that says nothing of where they differ.
bool sameProof(const std::string& a, const std::string& b);

tl::unexpected<Error> handOverMalformed(std::string detail);

} // namespace akari::workspace
