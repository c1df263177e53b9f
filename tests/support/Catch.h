// One shim for Catch2 2.13 (Debian 12) and 3 (elsewhere).
#pragma once

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp> // brings Approx itself
#endif

#include <cstdio>

// What a test needs is absent: say so in a line that ./dev test counts, and leave the test.
#define AKARI_SKIP(reason)                                                                                             \
    do {                                                                                                               \
        std::printf("AKARI-SKIPPED: %s\n", reason);                                                                    \
        SUCCEED("skipped: " reason);                                                                                   \
        return;                                                                                                        \
    } while (false)
