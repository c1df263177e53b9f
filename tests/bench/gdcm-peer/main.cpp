// gdcm-peer prepare SOURCE TO COUNT | gdcm-peer gdcm|openjpeg|openjph FOLDER
// Answers with one line of JSON, on descriptor 3 when akarictl started it, else on standard output.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <unistd.h>

#include "tests/bench/gdcm-peer/Peer.h"

namespace {

void answer(const std::string& text)
{
    constexpr int kChannel = 3;
    if (::write(kChannel, text.data(), text.size()) < 0) {
        std::printf("%s\n", text.c_str());
    }
}

std::string json(const peer::Timing& timing)
{
    return "{\"ms\":" + std::to_string(timing.milliseconds) + ",\"frames\":" + std::to_string(timing.frames) + "}";
}

} // namespace

int main(int count, char** arguments)
{
    const std::string command = count > 1 ? arguments[1] : "";
    if (command == "prepare" && count == 5) {
        answer("{\"ms\":0,\"frames\":" + std::to_string(peer::prepare(arguments[2], arguments[3], std::atoi(arguments[4]))) + "}");
    } else if (command == "gdcm" && count == 3) {
        answer(json(peer::timeGdcm(arguments[2])));
    } else if (command == "openjpeg" && count == 3) {
        answer(json(peer::timeOpenJpeg(arguments[2])));
    } else if (command == "openjph" && count == 3) {
        answer(json(peer::timeOpenJph(arguments[2])));
    } else {
        return 2;
    }
    return 0;
}
