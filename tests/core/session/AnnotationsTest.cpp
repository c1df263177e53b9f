#include "core/session/Annotations.h"
#include "tests/support/Catch.h"

using namespace akari;

namespace {

measure::Annotation annotation(const std::string& id)
{
    measure::Annotation a;
    a.id = id;
    a.trackingUid = "2.25.1";
    a.label = "Lesion";
    a.object = {"archive", StudyInstanceUid("1.2"), SeriesInstanceUid("1.2.3"), SopInstanceUid("1.2.3.4"), "0123456789abcdef"};
    a.points = {{1.25, 2.5}, {3, 4}};
    return a;
}

} // namespace

TEST_CASE("AnnotationBook undoes and redoes each command", "[core][session]")
{
    session::AnnotationBook book;
    CHECK_FALSE(book.undo());
    book.add(annotation("a"));
    book.add(annotation("b"));
    auto moved = annotation("a");
    moved.points[0] = {9, 9};
    book.replace(moved);
    book.remove("b");
    REQUIRE(book.all().size() == 1);
    CHECK(book.undo());
    CHECK(book.all().size() == 2);
    CHECK(book.find("a")->points[0] == image::PixelPoint{9, 9});
    CHECK(book.undo());
    CHECK(book.find("a")->points[0] == image::PixelPoint{1.25, 2.5});
    CHECK(book.redo());
    CHECK(book.find("a")->points[0] == image::PixelPoint{9, 9});
    book.add(annotation("c"));
    CHECK_FALSE(book.redo());
}

TEST_CASE("AnnotationBook survives its own JSON exactly", "[core][session]")
{
    session::AnnotationBook book;
    book.add(annotation("a"));
    auto ellipse = annotation("b");
    ellipse.kind = measure::Kind::Ellipse;
    ellipse.frame.value = 7;
    book.add(ellipse);
    session::AnnotationBook read;
    REQUIRE(read.fromJson(book.toJson()));
    CHECK(read.all() == book.all());
}

TEST_CASE("AnnotationBook keeps what it has when the JSON is broken", "[core][session]")
{
    session::AnnotationBook book;
    book.add(annotation("a"));
    const auto read = book.fromJson("{\"annotations\":[{\"id\":1}]}");
    REQUIRE_FALSE(read);
    CHECK(read.error().code == "annotations.json");
    CHECK(book.all().size() == 1);
}
