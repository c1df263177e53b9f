// A program of the system that a test starts, quiet, and kills at the end.
#pragma once

#include <csignal>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace akari::test {

// The first of these that is there; empty: none is.
inline std::filesystem::path firstOf(std::initializer_list<const char*> paths)
{
    for (const char* path : paths) {
        if (std::filesystem::exists(path)) {
            return path;
        }
    }
    return {};
}

class Program {
public:
    Program() = default;
    Program(const std::filesystem::path& program, const std::vector<std::string>& arguments)
    {
        std::string name = program.string();
        std::vector<std::string> texts = arguments;
        std::vector<char*> words{name.data()};
        for (std::string& text : texts) {
            words.push_back(text.data());
        }
        words.push_back(nullptr);
        m_pid = ::fork();
        if (m_pid == 0) {
            const int nothing = ::open("/dev/null", O_RDWR);
            for (const int descriptor : {0, 1, 2}) {
                ::dup2(nothing, descriptor);
            }
            ::execv(name.c_str(), words.data());
            ::_exit(127);
        }
    }
    ~Program() { kill(); }
    Program(Program&& other) noexcept : m_pid(std::exchange(other.m_pid, -1)) {}
    Program& operator=(Program&& other) noexcept
    {
        std::swap(m_pid, other.m_pid);
        return *this;
    }

    void kill()
    {
        if (m_pid > 0) {
            ::kill(m_pid, SIGKILL);
            ::waitpid(std::exchange(m_pid, -1), nullptr, 0);
        }
    }

private:
    pid_t m_pid = -1;
};

} // namespace akari::test
