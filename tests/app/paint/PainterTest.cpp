#include <QGuiApplication>

#include "app/paint/Painter.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::render;

namespace {

// Fonts need an application.
void startQt()
{
    static int count = 1;
    static char name[] = "test-paint";
    static char* arguments[] = {name, nullptr};
    static const QGuiApplication application(count, arguments);
}

// Every pixel another, so that whatever is mirrored or turned shows.
Picture grey(int width, int height)
{
    Picture picture;
    picture.width = width;
    picture.height = height;
    for (int i = 0; i < width * height; ++i) {
        picture.grey.push_back(static_cast<std::uint16_t>(i * 65535 / (width * height)));
    }
    return picture;
}

// Where something was painted over black: the middle of it.
std::pair<double, double> middleOfInk(const QImage& image)
{
    double x = 0, y = 0, weight = 0;
    for (int row = 0; row < image.height(); ++row) {
        for (int column = 0; column < image.width(); ++column) {
            const double ink = qGray(image.pixel(column, row));
            x += ink * column;
            y += ink * row;
            weight += ink;
        }
    }
    REQUIRE(weight > 0);
    return {x / weight, y / weight};
}

} // namespace

TEST_CASE("No pixel is mirrored, turned or moved on its way to the screen, in grey and in colour", "[paint][hazard7]")
{
    startQt();
    const Picture picture = grey(7, 5);
    for (const QImage& image : {paint::paint(picture), paint::paintPixels(picture), paint::paint(picture, 2)}) {
        REQUIRE(image.size() == QSize(7, 5));
        for (int row = 0; row < 5; ++row) {
            for (int column = 0; column < 7; ++column) {
                const int expected = picture.grey[static_cast<std::size_t>(row * 7 + column)] >> 8;
                CHECK(std::abs(qRed(image.pixel(column, row)) - expected) <= 1);
                CHECK(qRed(image.pixel(column, row)) == qBlue(image.pixel(column, row)));
            }
        }
    }
    Picture colour;
    colour.width = 3;
    colour.height = 2;
    for (int i = 0; i < 18; ++i) {
        colour.rgb.push_back(static_cast<std::uint8_t>(10 * i));
    }
    const QImage image = paint::paint(colour);
    for (int i = 0; i < 6; ++i) {
        CHECK(image.pixel(i % 3, i / 3) == qRgb(30 * i, 30 * i + 10, 30 * i + 20));
    }
}

TEST_CASE("Letters, lines and marks are painted at their places", "[paint][hazard7]")
{
    startQt();
    Picture picture;
    picture.width = 200;
    picture.height = 100;
    picture.grey.assign(20000, 0);
    const auto painted = [&](const Primitive& primitive) {
        picture.overlay = {primitive};
        return middleOfInk(paint::paint(picture));
    };
    const auto right = painted(Text{194, 50, Anchor::Right, "L", Ink::Text, 15});
    CHECK(right.first > 180);
    CHECK(std::abs(right.second - 50) < 8);
    const auto left = painted(Text{6, 50, Anchor::Left, "R", Ink::Text, 15});
    CHECK(left.first < 20);
    const auto top = painted(Text{100, 6, Anchor::Top, "A", Ink::Text, 15});
    CHECK(std::abs(top.first - 100) < 8);
    CHECK(top.second < 25);
    const auto bottom = painted(Text{100, 94, Anchor::Bottom, "P", Ink::Text, 15});
    CHECK(bottom.second > 75);
    const auto line = painted(Line{20, 70, 60, 90, Ink::Accent, 1});
    CHECK(std::abs(line.first - 40) < 1.5);
    CHECK(std::abs(line.second - 80) < 1.5);
    picture.overlay.clear();
    picture.marks.assign(20000, 0);
    picture.marks[30 * 200 + 150] = 1;
    const auto mark = middleOfInk(paint::paint(picture));
    CHECK(mark == std::pair(150.0, 30.0));
}
