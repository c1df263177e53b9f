// vault.json: what it says decides which key is asked for.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/vault/VaultFile.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const std::filesystem::path path =
        (std::filesystem::exists("/dev/shm") ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path())
        / ("akari-fuzz-vault-" + std::to_string(::getpid()));
    {
        std::ofstream out(path, std::ios::binary | std::ios::trunc);
        out.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    }
    const auto read = vault::VaultFile::read(path);
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    if (!read) {
        fuzz::checkError(read.error().code, read.error().message);
        return 0;
    }
    fuzz::require(read->has_value() && (*read)->check.size() == 32, "a vault has its check");
    fuzz::require((*read)->mode == vault::VaultFile::Mode::Keychain ? (*read)->entry.size() == 32 : (*read)->salt.size() == 16,
                  "a vault has what its mode needs");
    static_cast<void>((*read)->associated());
    return 0;
}
