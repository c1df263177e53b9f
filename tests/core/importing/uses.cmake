set(AKARI_TEST_DEPENDS akari-unpack)
set(AKARI_TEST_USES akari_phantom ZLIB::ZLIB)
find_package(ZLIB REQUIRED)
