find_package(ZLIB REQUIRED)
set(AKARI_TEST_USES nlohmann_json::nlohmann_json ZLIB::ZLIB OpenSSL::SSL OpenSSL::Crypto)
