#include <gdcmImageChangeTransferSyntax.h>
#include <gdcmImageReader.h>
#include <gdcmImageWriter.h>

#include <openjph/ojph_arch.h>
#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_params.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <utility>
#include <vector>

#include "tests/bench/gdcm-peer/Peer.h"

namespace peer {
namespace fs = std::filesystem;
namespace {

bool writeAs(const gdcm::ImageReader& reader, gdcm::TransferSyntax::TSType syntax, const fs::path& to)
{
    gdcm::ImageChangeTransferSyntax change;
    change.SetTransferSyntax(syntax);
    change.SetInput(reader.GetImage());
    if (!change.Change()) {
        return false;
    }
    gdcm::ImageWriter writer;
    writer.SetFile(reader.GetFile());
    writer.SetImage(change.GetOutput());
    writer.SetFileName(to.c_str());
    return writer.Write();
}

void writeHighThroughput(const std::vector<char>& raw, unsigned columns, unsigned rows, bool isSigned, unsigned bits, const fs::path& to)
{
    ojph::codestream codestream;
    ojph::param_siz siz = codestream.access_siz();
    siz.set_image_extent(ojph::point(columns, rows));
    siz.set_num_components(1);
    siz.set_component(0, ojph::point(1, 1), bits, isSigned);
    ojph::param_cod cod = codestream.access_cod();
    cod.set_reversible(true);
    cod.set_num_decomposition(5);
    cod.set_color_transform(false);
    codestream.set_planar(true);
    ojph::j2c_outfile file;
    file.open(to.c_str());
    codestream.write_headers(&file);
    ojph::ui32 component = 0;
    ojph::line_buf* line = codestream.exchange(nullptr, component);
    for (unsigned row = 0; row < rows; ++row) {
        for (unsigned x = 0; x < columns; ++x) {
            const char* const at = raw.data() + 2 * (std::size_t{row} * columns + x);
            std::int16_t value = 0;
            std::memcpy(&value, at, 2);
            line->i32[x] = isSigned ? value : static_cast<std::uint16_t>(value);
        }
        line = codestream.exchange(line, component);
    }
    codestream.flush();
    codestream.close();
}

} // namespace

int prepare(const fs::path& source, const fs::path& to, int count)
{
    const std::vector<std::pair<const char*, gdcm::TransferSyntax::TSType>> kinds{{"rle", gdcm::TransferSyntax::RLELossless},
        {"jpegls", gdcm::TransferSyntax::JPEGLSLossless}, {"jpeg70", gdcm::TransferSyntax::JPEGLosslessProcess14_1},
        {"jpeg2000", gdcm::TransferSyntax::JPEG2000Lossless}};
    for (const auto& [name, syntax] : kinds) {
        fs::create_directories(to / name);
    }
    fs::create_directories(to / "htj2k");
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(source)) {
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    int done = 0;
    for (const fs::path& path : files) {
        gdcm::ImageReader reader;
        reader.SetFileName(path.c_str());
        if (done == count || !reader.Read() || reader.GetImage().GetPixelFormat().GetBitsAllocated() != 16) {
            continue;
        }
        const std::string number = std::to_string(done);
        for (const auto& [name, syntax] : kinds) {
            if (!writeAs(reader, syntax, to / name / (number + ".dcm"))) {
                return done;
            }
        }
        const gdcm::Image& image = reader.GetImage();
        std::vector<char> raw(image.GetBufferLength());
        if (!image.GetBuffer(raw.data())) {
            return done;
        }
        const auto& format = image.GetPixelFormat();
        writeHighThroughput(raw, image.GetDimension(0), image.GetDimension(1), format.GetPixelRepresentation() == 1, 16, to / "htj2k" / (number + ".j2c"));
        ++done;
    }
    return done;
}

} // namespace peer
