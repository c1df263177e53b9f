#include "core/dicom/SearchText.h"

#include "tests/support/Catch.h"

using akari::dicom::searchText;

TEST_CASE("Searching ignores case, width and kind of kana", "[core][dicom]")
{
    CHECK(searchText("Yamada^TARO") == "yamada taro");
    CHECK(searchText("ＹＡＭＡＤＡ１２３") == "yamada123");     // full-width
    CHECK(searchText("ﾔﾏﾀﾞ") == searchText("やまだ"));           // half-width katakana, the voicing mark a letter of its own
    CHECK(searchText("ヤマダ　タロウ") == searchText("やまだ たろう")); // ideographic space
    CHECK(searchText("ヴァヽヾ") == searchText("ゔぁゝゞ"));
    CHECK(searchText("サーバー") == "さーばー");                  // the long-vowel mark is no kana
    CHECK(searchText("山田^太郎") == "山田 太郎");
    CHECK(searchText("MÜLLER") == searchText("müller"));
    CHECK(searchText("STRASSE") == searchText("straße"));
    CHECK(searchText("ΣΊΣΥΦΟΣ") == searchText("σίσυφος"));
    CHECK(searchText("ИВАНОВ") == searchText("иванов"));
    CHECK(searchText("か\xE3\x82\x99") == searchText("が"));      // composed and not
}

TEST_CASE("Searching survives bytes that are no UTF-8", "[core][dicom]")
{
    CHECK(searchText("").empty());
    CHECK(searchText("A\xFF\xE3") .front() == 'a');
    CHECK(searchText("\xE3\x82").size() >= 1);
    CHECK(searchText(std::string_view("a\0b", 3)).size() == 3);
}
