// Errors as values. Exceptions stay inside the adapter that calls a third party.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace akari {

// What went wrong, in three parts:
//   code     stable and dotted, for scripts and for the window's translations ("archive.unreachable"); listed in docs/errors.md
//   message  one English sentence: what, where, what to do. Never patient data, never a UID of a patient's object.
//   detail   technical, for the developer: tag, offset, frame, errno, HTTP status. Never patient data either.
// A path may be named only where the user gave it.
struct Error {
    std::string code;
    std::string message;
    std::string detail;
};

template <class T> using Result = tl::expected<T, Error>;
using Status = tl::expected<void, Error>;

inline tl::unexpected<Error> fail(std::string code, std::string message, std::string detail = {})
{
    return tl::unexpected<Error>(Error{std::move(code), std::move(message), std::move(detail)});
}

inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

} // namespace akari
