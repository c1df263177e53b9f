// Takes a DICOM JSON array apart while it arrives: each dataset is parsed by itself, so that the metadata of thousands of instances is
// never in memory at once. Nothing here throws on a document's content.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include <nlohmann/json.hpp>

#include "core/base/Bytes.h"
#include "core/base/Result.h"

namespace akari::archive {

class JsonSplitter {
public:
    struct Limits {
        std::size_t object = 64 << 20; // bytes of one dataset's text
        unsigned depth = 64;           // of brackets within it
    };
    using Handler = std::function<Status(const nlohmann::json& object)>;

    explicit JsonSplitter(Handler handler);
    JsonSplitter(Handler handler, Limits limits);

    // "archive.notdicom" where this is neither an array of objects nor one object, "archive.oversized" beyond a limit; what the handler
    // says else. After a failure every further call fails the same way.
    Status feed(BytesView text);
    // The array, or the one object, has ended; what follows is no more than spaces.
    bool closed() const { return m_state == State::After; }

private:
    enum class State { Before, Between, Object, After, Failed };
    Status take(char c);
    Status takeOutside(char c);
    Status takeInside(char c);
    Status endObject();
    Status failed(Error error);

    // Constant after construction.
    Handler m_handler;
    Limits m_limits;

    State m_state = State::Before;
    bool m_inArray = false;
    bool m_comma = false; // the next object may come
    bool m_inString = false;
    bool m_escaped = false;
    unsigned m_depth = 0;
    unsigned m_mark = 0; // bytes of a byte order mark seen
    std::string m_text;
    Error m_error;
};

} // namespace akari::archive
