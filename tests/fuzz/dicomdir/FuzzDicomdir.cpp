// Media directories: what they list, with offsets right, wrong and in circles.
#include "core/importing/DicomDirectory.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto file = dicom::readPart10(std::make_shared<const Bytes>(data, data + size));
    if (!file) {
        return 0;
    }
    static_cast<void>(importing::isDirectory(*file));
    for (const auto& reference : importing::referencesOf(*file)) {
        fuzz::require(!reference.components.empty(), "a reference names a file");
        for (const std::string& component : reference.components) {
            const std::string form = importing::comparable(component);
            fuzz::require(importing::comparable(form).size() <= form.size(), "a comparable form does not grow");
        }
    }
    return 0;
}
