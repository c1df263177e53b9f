// The compression function of FIPS 180-4 on AKARI_LANES messages side by side. Included once for each kind of processor, with
// AKARI_LANES and AKARI_TARGET defined; the vectors are the compiler's own.

using Words [[gnu::vector_size(AKARI_LANES * 4)]] = std::uint32_t;

AKARI_TARGET inline Words turned(const Words& x, int by) { return (x >> by) | (x << (32 - by)); }

AKARI_TARGET inline void scheduleOf(Words* w, const std::uint8_t* const* from)
{
    alignas(sizeof(Words)) std::uint32_t words[16][AKARI_LANES];
    for (int lane = 0; lane < AKARI_LANES; ++lane) {
        for (int i = 0; i < 16; ++i) {
            std::uint32_t word = 0;
            std::memcpy(&word, from[lane] + 4 * i, 4);
            words[i][lane] = __builtin_bswap32(word); // this file is for little-endian processors
        }
    }
    std::memcpy(w, words, sizeof words);
}

AKARI_TARGET void compress(std::uint32_t* state, const std::uint8_t* const* first, std::size_t blocks)
{
    const std::uint8_t* from[AKARI_LANES];
    std::copy(first, first + AKARI_LANES, from);
    Words s[8];
    std::memcpy(s, state, sizeof s);
    for (std::size_t block = 0; block < blocks; ++block) {
        Words w[16];
        scheduleOf(w, from);
        Words a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
#pragma GCC unroll 16
        for (int i = 0; i < 64; ++i) {
            Words& now = w[i & 15];
            if (i >= 16) {
                const Words& two = w[(i - 2) & 15];
                const Words& fifteen = w[(i - 15) & 15];
                now += (turned(fifteen, 7) ^ turned(fifteen, 18) ^ (fifteen >> 3)) + w[(i - 7) & 15] + (turned(two, 17) ^ turned(two, 19) ^ (two >> 10));
            }
            const Words t1 = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + kRounds[i] + now;
            const Words t2 = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
            h = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + t2;
        }
        s[0] += a, s[1] += b, s[2] += c, s[3] += d, s[4] += e, s[5] += f, s[6] += g, s[7] += h;
        for (const std::uint8_t*& lane : from) {
            lane += 64;
        }
    }
    std::memcpy(state, s, sizeof s);
}
