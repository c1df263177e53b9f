// Real files and small made-up objects for the tests of core/objects.
#pragma once

#include "core/base/FileIo.h"
#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"
#include "core/objects/ObjectTags.h"
#include "tests/support/Catch.h"
#include "tests/support/TestData.h"

namespace akari::test {

namespace tag = akari::objects::tag;
using akari::dicom::DataSetBuilder;

inline dicom::Part10 part10At(const std::string& path)
{
    INFO(path);
    auto file = dicom::readPart10(readFile(*dataFolder() / path));
    REQUIRE(file.has_value());
    return std::move(*file);
}

inline dicom::Part10 part10Of(const DataSetBuilder& builder, const char* sopClass)
{
    DataSetBuilder full = builder;
    full.text(tag::SOPClassUID, {'U', 'I'}, sopClass);
    auto file = dicom::readPart10(std::make_shared<const Bytes>(dicom::writePart10(full, "1.2.840.10008.1.2.1", sopClass, "1.2.3.4")));
    REQUIRE(file.has_value());
    return std::move(*file);
}

inline DataSetBuilder codeItem(const char* value, const char* scheme, const char* meaning)
{
    DataSetBuilder out;
    return out.text(tag::CodeValue, {'S', 'H'}, value).text(tag::CodingSchemeDesignator, {'S', 'H'}, scheme).text(tag::CodeMeaning, {'L', 'O'}, meaning);
}

inline DataSetBuilder referenceItem(const char* sopClass, const char* instance)
{
    DataSetBuilder out;
    return out.text(tag::ReferencedSOPClassUID, {'U', 'I'}, sopClass).text(tag::ReferencedSOPInstanceUID, {'U', 'I'}, instance);
}

} // namespace akari::test

// Leaves the test where the real files are not there.
#define AKARI_NEEDS_DATA()                                                                                             \
    if (!akari::test::dataFolder()) {                                                                                  \
        AKARI_SKIP("no test data");                                                                                    \
    }
