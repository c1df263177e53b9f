#include <cstddef>
#include <cstdio>
extern "C" {
#include <gdcmjpeg/12/jpeglib.h>
#include <gdcmjpeg/12/jerror.h>
}

#define AKARI_IJG_DECODE decode12
#include "core/decode/worker/IjgJpeg.inl"
