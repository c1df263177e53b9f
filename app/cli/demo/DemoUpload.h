// Brings the generated studies into an Orthanc, leaving out what it holds already.
#pragma once

#include <functional>
#include <string>

#include "core/base/Result.h"

namespace akari::demo {

struct UploadTarget {
    std::string restUrl;
    std::string user;
    std::string password;
};

// Returns the number of objects sent. "demo.upload_failed" at the first object that is refused.
Result<int> uploadDemo(const UploadTarget& target, int largeSlices, const std::function<void(const std::string&)>& progress);

} // namespace akari::demo
