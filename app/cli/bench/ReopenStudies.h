// The studies that are opened again: made once into caches of their own, kept where a folder is named.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/bench/Bench.h"

namespace akari::cli {

struct ReopenStudy {
    std::string name; // uncompressed, jpegls, jpeg2000
    bool compressed = false;
    std::filesystem::path folder;

    Result<std::unique_ptr<cache::Cache>> open() const;
    Status makeTwins() const; // as the product does: loads everything, then waits until no more are written
    Status dropTwins() const;
};

struct ReopenStudies {
    std::filesystem::path folder;
    bool kept = false;
    std::vector<ReopenStudy> studies;
    std::optional<Error> missing; // why the compressed ones could not be made

    static Result<std::unique_ptr<ReopenStudies>> make(Context& context, const ReopenOptions& options);
    ~ReopenStudies();
};

} // namespace akari::cli
