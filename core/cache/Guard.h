// Inside the room failures travel as exceptions; every public call ends in guarded(), so that none leaves it.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "core/base/Result.h"

namespace akari::cache {

struct Failure : std::runtime_error {
    explicit Failure(Error why) : std::runtime_error(why.code), error(std::move(why)) {}
    Error error;
};

// Turns the exception that is being handled into an error.
Error currentError();

Error damaged(std::string detail);
Error absent(std::string detail = {});

template <class Work> auto guarded(Work&& work) -> Result<decltype(work())>
{
    try {
        if constexpr (std::is_void_v<decltype(work())>) {
            work();
            return {};
        } else {
            return work();
        }
    } catch (...) {
        return fail(currentError());
    }
}

// The value, or the failure thrown on.
template <class T> T orThrow(Result<T> result)
{
    if (!result) {
        throw Failure(std::move(result.error()));
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

} // namespace akari::cache
