// The fake archive as a program, for harnesses that kill what speaks with it. Prints "port N" and runs until its standard input ends.
//   fake-archive [--storage DIR] [--port N] [--study N M]... [--fault name=JSON]...
// --study: N slices of M x M pixels more, each in a study of its own (1.2.840.99.1, .2, …). Faults can be switched while it runs:
// POST /control/faults {"cutChance": 0.3} ("reset": true first); GET /control/objects lists what it holds with SHA-256, /control/log what was asked.
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "tests/support/FakeArchive.h"
#include "tests/support/Gzip.h"

using namespace akari::test;

namespace {

void setFrom(FakeArchive& archive, const std::string& option)
{
    const auto equals = option.find('=');
    const std::string text = equals == std::string::npos ? "true" : option.substr(equals + 1);
    const auto value = nlohmann::json::parse(text, nullptr, false);
    setFault(archive.faults, option.substr(0, equals), value.is_discarded() ? nlohmann::json(text) : value);
}

int run(const std::vector<std::string>& options)
{
    std::uint16_t port = 0;
    for (std::size_t i = 0; i + 1 < options.size(); ++i) {
        if (options[i] == "--port") {
            port = static_cast<std::uint16_t>(std::stoi(options[i + 1]));
        }
    }
    FakeArchive archive({}, port);
    archive.gzip = &gzip;
    int studies = 0;
    for (std::size_t i = 0; i < options.size(); ++i) {
        const auto next = [&]() -> const std::string& { return options.at(++i); };
        if (options[i] == "--storage") {
            archive.keepIn(next());
        } else if (options[i] == "--study") {
            SliceOptions slices;
            slices.study = "1.2.840.99." + std::to_string(++studies);
            slices.series = slices.study + ".1";
            slices.patient = "P-" + std::to_string(99 + studies);
            const int count = std::stoi(next());
            slices.side = static_cast<std::uint16_t>(std::stoi(next()));
            archive.addSeries(count, slices);
        } else if (options[i] == "--fault") {
            setFrom(archive, next());
        } else if (options[i] == "--port") {
            next();
        } else {
            throw std::invalid_argument("unknown option " + options[i]);
        }
    }
    std::printf("port %d\n", archive.port());
    std::fflush(stdout);
    while (std::cin.get() != std::char_traits<char>::eof()) {
    }
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    try {
        return run(std::vector<std::string>(argv + 1, argv + argc));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "fake-archive: %s\n", error.what());
        return 2;
    }
}
