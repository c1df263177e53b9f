set(AKARI_TEST_USES nlohmann_json::nlohmann_json)
