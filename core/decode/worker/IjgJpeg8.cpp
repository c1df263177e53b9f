#include <cstddef>
#include <cstdio>
extern "C" {
#include <gdcmjpeg/8/jpeglib.h>
#include <gdcmjpeg/8/jerror.h>
}

#define AKARI_IJG_DECODE decode8
#include "core/decode/worker/IjgJpeg.inl"
