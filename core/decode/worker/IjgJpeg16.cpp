#include <cstddef>
#include <cstdio>
extern "C" {
#include <gdcmjpeg/16/jpeglib.h>
#include <gdcmjpeg/16/jerror.h>
}

#define AKARI_IJG_DECODE decode16
#include "core/decode/worker/IjgJpeg.inl"
