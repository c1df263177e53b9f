// The other side of `akarictl bench decode`: GDCM, OpenJPEG and OpenJPH as anybody would call them, on the same frames.
#pragma once

#include <filesystem>
#include <string>

namespace peer {

// Writes `count` objects of `source` into `to`/<kind>/<number>.dcm for each kind that GDCM can write (rle, jpegls, jpeg70, jpeg2000), and the same
// frames as bare HTJ2K codestreams in `to`/htj2k/<number>.j2c. Returns how many.
int prepare(const std::filesystem::path& source, const std::filesystem::path& to, int count);

// Milliseconds that decoding every frame of a folder takes once: the best of as many passes as fit 200 ms, after one that does not count.
// Files are read and parsed before.
struct Timing {
    double milliseconds = 0;
    int frames = 0;
};
Timing timeGdcm(const std::filesystem::path& folder);
Timing timeOpenJpeg(const std::filesystem::path& folder); // codestreams out of the .dcm files, into 16-bit samples
Timing timeOpenJph(const std::filesystem::path& folder);

} // namespace peer
