set(AKARI_TEST_USES akari_phantom)
set(AKARI_TEST_DEPENDS akari-worker akari-video)
