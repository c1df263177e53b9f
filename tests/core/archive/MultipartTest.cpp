#include "core/archive/MultipartParser.h"

#include <random>

#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::archive;

namespace {

struct Parsed {
    std::vector<std::string> bodies;
    Status status;
    bool closed = false;
};

Parsed parse(const std::string& text, std::size_t chunk, const std::string& boundary = "b1", MultipartParser::Limits limits = {})
{
    Parsed parsed;
    MultipartParser parser(
        boundary,
        [&](MultipartParser::Part part) -> Status {
            parsed.bodies.emplace_back(part.body.begin(), part.body.end());
            return {};
        },
        limits);
    for (std::size_t at = 0; at < text.size() && parsed.status; at += chunk) {
        parsed.status = parser.feed(asBytes(std::string_view(text).substr(at, chunk)));
    }
    parsed.closed = parser.closed();
    return parsed;
}

const std::string kBinary = std::string("\r\n--b\r\n--b0--\r\n\0\xff", 18) + "\r\n--";

} // namespace

TEST_CASE("multipart bodies come out whole however the stream is cut into reads", "[core][archive]")
{
    const std::string text = "preamble\r\nof no interest\r\n--b1\r\nContent-Type: application/dicom\r\n\r\n" + kBinary
        + "\r\n--b1  \r\n\r\nno fields\r\n--b1\r\nX: y\r\n\r\n\r\n--b1--\r\nepilogue\r\n--b1\r\n\r\nnot a part\r\n--b1--";
    for (std::size_t chunk = 1; chunk <= text.size(); ++chunk) {
        const Parsed parsed = parse(text, chunk);
        REQUIRE(parsed.status);
        REQUIRE(parsed.bodies == std::vector<std::string>{kBinary, "no fields", ""});
        REQUIRE(parsed.closed);
    }
}

TEST_CASE("a delimiter at the very start and parts with their length are read", "[core][archive]")
{
    const std::string body = "has \r\n--b1 inside";
    const std::string text = "--b1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body + "\r\n--b1\r\n\r\nx\r\n--b1--\r\n";
    for (std::size_t chunk = 1; chunk <= text.size(); ++chunk) {
        const Parsed parsed = parse(text, chunk);
        REQUIRE(parsed.status);
        REQUIRE(parsed.bodies == std::vector<std::string>{body, "x"});
        REQUIRE(parsed.closed);
    }
}

TEST_CASE("a length that lies, a part without end and one too long are errors, and no part is handed over", "[core][archive]")
{
    CHECK(parse("--b1\r\nContent-Length: 3\r\n\r\nfour\r\n--b1--", 7).status.error().code == "archive.broken");
    CHECK(parse("--b1\r\nContent-Length: 3\r\n\r\nfour\r\n--b1--", 7).bodies.empty());
    CHECK(parse("--b1garbage\r\n\r\nx\r\n--b1--", 7).status.error().code == "archive.broken");
    MultipartParser::Limits small;
    small.part = 10;
    small.fields = 20;
    CHECK(parse("--b1\r\n\r\n" + std::string(11, 'x') + "\r\n--b1--", 3, "b1", small).status.error().code == "archive.oversized");
    CHECK(parse("--b1\r\nContent-Length: 11\r\n\r\n" + std::string(11, 'x') + "\r\n--b1--", 99, "b1", small).bodies.empty());
    CHECK(parse("--b1\r\n\r\n" + std::string(10, 'x') + "\r\n--b1--", 3, "b1", small).bodies.size() == 1);
    CHECK(parse("--b1\r\n" + std::string(30, 'f') + "\r\n\r\nx\r\n--b1--", 3, "b1", small).status.error().code == "archive.broken");
}

TEST_CASE("a stream that is cut at any byte gives only whole parts and is not closed", "[core][archive]")
{
    const std::string text = "--b1\r\nA: b\r\n\r\none\r\n--b1\r\n\r\ntwo\r\n--b1--";
    for (std::size_t cut = 0; cut < text.size(); ++cut) {
        const Parsed parsed = parse(text.substr(0, cut), 5);
        REQUIRE(parsed.status);
        REQUIRE_FALSE(parsed.closed);
        for (std::size_t i = 0; i < parsed.bodies.size(); ++i) {
            REQUIRE(parsed.bodies[i] == (i == 0 ? "one" : "two"));
        }
    }
}

TEST_CASE("a handler's error ends the parsing for good", "[core][archive]")
{
    int calls = 0;
    MultipartParser parser("b", [&](MultipartParser::Part) -> Status {
        ++calls;
        return fail("test.enough", "Enough.");
    });
    CHECK(parser.feed(asBytes("--b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b--")).error().code == "test.enough");
    CHECK(parser.feed(asBytes("--b\r\n\r\n3\r\n--b--")).error().code == "test.enough");
    CHECK(calls == 1);
}

TEST_CASE("the boundary is found in each form that servers send", "[core][archive]")
{
    const auto of = [](const char* text) { return MultipartParser::boundaryOf(text); };
    CHECK(of("multipart/related; type=\"application/dicom\"; boundary=abc") == "abc");
    CHECK(of("multipart/related;boundary=\"a b;c\\\"d\";type=application/dicom") == "a b;c\"d");
    CHECK(of("multipart/related; type=\"x;boundary=wrong\"; BOUNDARY = right ") == "right");
    CHECK(of("multipart/related; type=application/dicom").empty());
    CHECK(of(("multipart/related; boundary=" + std::string(300, 'x')).c_str()).empty());
    CHECK(of("").empty());
}

TEST_CASE("mutated multipart streams never crash and never give a part that is longer than allowed", "[core][archive][fuzz]")
{
    std::mt19937 chance(20260102);
    const std::string text = "pre\r\n--b1\r\nContent-Length: 6\r\nContent-Type: application/dicom\r\n\r\nabcdef\r\n--b1\r\n\r\n" + kBinary + "\r\n--b1--\r\npost";
    const std::string pieces[] = {"\r\n", "--b1", "\r\n--b1", "--", "\r\n\r\n", "Content-Length: 99999999999999999999\r\n", "Content-Length: -1\r\n", "\0", "b"};
    MultipartParser::Limits limits;
    limits.part = 40;
    std::size_t wholes = 0;
    for (int round = 0; round < 60'000; ++round) {
        std::string mutated = text;
        for (int edit = static_cast<int>(chance() % 4); edit >= 0; --edit) {
            const std::size_t at = chance() % (mutated.size() + 1);
            switch (chance() % 4) {
            case 0: mutated.insert(at, pieces[chance() % std::size(pieces)]); break;
            case 1: mutated.erase(at, chance() % 9); break;
            case 2: mutated.insert(at, 1, static_cast<char>(chance())); break;
            default: mutated.resize(at); break;
            }
        }
        const Parsed parsed = parse(mutated, 1 + chance() % 40, "b1", limits);
        for (const std::string& body : parsed.bodies) {
            ++wholes;
            REQUIRE(body.size() <= 40);
        }
    }
    CHECK(wholes > 1000);
}
