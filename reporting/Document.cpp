#include "reporting/Document.h"

#include <array>
#include <string_view>
#include <utility>

namespace akari::reporting {

std::optional<image::DisplayedArea> areaSeen(const KeyImage& key, const std::optional<image::DisplayedArea>& presented)
{
    if (!key.area || !presented) {
        return key.area ? key.area : presented;
    }
    image::DisplayedArea area = *key.area;
    area.spacing = presented->spacing;
    area.aspect = presented->aspect;
    return area;
}

namespace {

struct HeadingWord {
    std::string_view word; // lower case
    SectionKind kind;
};

constexpr std::array kHeadingWords{
    HeadingWord{"indication", SectionKind::Indication},        HeadingWord{"indications", SectionKind::Indication},
    HeadingWord{"clinical indication", SectionKind::Indication}, HeadingWord{"indications for procedure", SectionKind::Indication},
    HeadingWord{"clinical information", SectionKind::Indication}, HeadingWord{"reason for exam", SectionKind::Indication},
    HeadingWord{"検査目的", SectionKind::Indication},          HeadingWord{"依頼内容", SectionKind::Indication},
    HeadingWord{"依頼目的", SectionKind::Indication},          HeadingWord{"臨床情報", SectionKind::Indication},
    HeadingWord{"適応", SectionKind::Indication},              HeadingWord{"technique", SectionKind::Technique},
    HeadingWord{"protocol", SectionKind::Technique},           HeadingWord{"procedure", SectionKind::Technique},
    HeadingWord{"検査方法", SectionKind::Technique},           HeadingWord{"撮影方法", SectionKind::Technique},
    HeadingWord{"撮像方法", SectionKind::Technique},           HeadingWord{"撮影条件", SectionKind::Technique},
    HeadingWord{"comparison", SectionKind::Comparison},        HeadingWord{"comparisons", SectionKind::Comparison},
    HeadingWord{"prior studies", SectionKind::Comparison},     HeadingWord{"比較", SectionKind::Comparison},
    HeadingWord{"比較検査", SectionKind::Comparison},          HeadingWord{"前回検査", SectionKind::Comparison},
    HeadingWord{"findings", SectionKind::Findings},            HeadingWord{"finding", SectionKind::Findings},
    HeadingWord{"所見", SectionKind::Findings},                HeadingWord{"画像所見", SectionKind::Findings},
    HeadingWord{"impression", SectionKind::Impression},        HeadingWord{"impressions", SectionKind::Impression},
    HeadingWord{"conclusion", SectionKind::Impression},        HeadingWord{"conclusions", SectionKind::Impression},
    HeadingWord{"診断", SectionKind::Impression},              HeadingWord{"画像診断", SectionKind::Impression},
    HeadingWord{"印象", SectionKind::Impression},              HeadingWord{"結論", SectionKind::Impression},
};

std::string normalized(std::string_view heading)
{
    std::string out;
    for (const char c : heading) {
        out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
    const auto strip = [&](std::string_view suffix) {
        while (out.ends_with(suffix)) {
            out.resize(out.size() - suffix.size());
        }
    };
    for (int round = 0; round < 2; ++round) {
        strip(" ");
        strip(":");
        strip("："); // the full-width colon of Japanese templates
    }
    const auto first = out.find_first_not_of(' ');
    return first == std::string::npos ? std::string() : out.substr(first);
}

} // namespace

SectionKind kindOfHeading(const std::string& heading)
{
    const std::string word = normalized(heading);
    for (const auto& known : kHeadingWords) {
        if (known.word == word) {
            return known.kind;
        }
    }
    return SectionKind::Other;
}

std::string headingFor(SectionKind kind, const std::string& language)
{
    const bool japanese = language == "ja";
    switch (kind) {
    case SectionKind::Indication: return japanese ? "検査目的" : "Indication";
    case SectionKind::Technique: return japanese ? "検査方法" : "Technique";
    case SectionKind::Comparison: return japanese ? "比較" : "Comparison";
    case SectionKind::Findings: return japanese ? "所見" : "Findings";
    case SectionKind::Impression: return japanese ? "診断" : "Impression";
    case SectionKind::Other: break;
    }
    return {};
}

std::string defaultTitle(const std::string& language)
{
    return language == "ja" ? "画像診断報告書" : "Diagnostic Imaging Report";
}

Document newDocument(const Subject& subject, const std::string& language)
{
    Document document;
    document.language = language == "ja" ? "ja" : "en";
    document.title = defaultTitle(document.language);
    document.subject = subject;
    for (const auto kind : {SectionKind::Indication, SectionKind::Technique, SectionKind::Comparison, SectionKind::Findings,
                            SectionKind::Impression}) {
        document.sections.push_back({kind, headingFor(kind, document.language), {}});
    }
    return document;
}

} // namespace akari::reporting
