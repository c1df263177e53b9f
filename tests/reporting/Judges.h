// The outside programs that judge what the encoders write.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/wait.h>

namespace akari::test {

struct Judgement {
    int status = -1;
    std::string text; // stdout and stderr
};

inline bool present(const std::string& program)
{
    return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0; // NOLINT: fixed names
}

inline Judgement judge(const std::string& command)
{
    Judgement out;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (!pipe) {
        return out;
    }
    std::array<char, 4096> buffer{};
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
        out.text.append(buffer.data(), got);
    }
    const int status = pclose(pipe);
    out.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return out;
}

} // namespace akari::test
