set(AKARI_TEST_DEPENDS akari-worker akari-video)
