#include "core/session/Annotations.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace akari::session {

namespace {
constexpr std::size_t kUndoDepth = 200;
}

const measure::Annotation* AnnotationBook::find(const std::string& id) const
{
    const auto found = std::find_if(m_all.begin(), m_all.end(), [&](const auto& a) { return a.id == id; });
    return found == m_all.end() ? nullptr : &*found;
}

void AnnotationBook::remember()
{
    m_undo.push_back(m_all);
    if (m_undo.size() > kUndoDepth) {
        m_undo.erase(m_undo.begin());
    }
    m_redo.clear();
}

void AnnotationBook::add(measure::Annotation annotation)
{
    remember();
    m_all.push_back(std::move(annotation));
}

void AnnotationBook::replace(const measure::Annotation& annotation)
{
    const auto found = std::find_if(m_all.begin(), m_all.end(), [&](const auto& a) { return a.id == annotation.id; });
    if (found == m_all.end() || *found == annotation) {
        return;
    }
    const auto at = found - m_all.begin();
    remember();
    m_all[static_cast<std::size_t>(at)] = annotation;
}

void AnnotationBook::remove(const std::string& id)
{
    if (find(id) == nullptr) {
        return;
    }
    remember();
    std::erase_if(m_all, [&](const auto& a) { return a.id == id; });
}

bool AnnotationBook::undo()
{
    if (m_undo.empty()) {
        return false;
    }
    m_redo.push_back(std::move(m_all));
    m_all = std::move(m_undo.back());
    m_undo.pop_back();
    return true;
}

bool AnnotationBook::redo()
{
    if (m_redo.empty()) {
        return false;
    }
    m_undo.push_back(std::move(m_all));
    m_all = std::move(m_redo.back());
    m_redo.pop_back();
    return true;
}

std::string AnnotationBook::toJson() const
{
    auto list = nlohmann::json::array();
    for (const measure::Annotation& a : m_all) {
        auto points = nlohmann::json::array();
        for (const image::PixelPoint& p : a.points) {
            points.push_back({{"column", p.column}, {"row", p.row}});
        }
        list.push_back({{"id", a.id},
                        {"trackingUid", a.trackingUid},
                        {"label", a.label},
                        {"type", a.kind == measure::Kind::Length ? "length" : "ellipse"},
                        {"archive", a.object.archive},
                        {"study", a.object.study.value},
                        {"series", a.object.series.value},
                        {"sop", a.object.sop.value},
                        {"version", a.object.contentVersion},
                        {"frame", a.frame.value},
                        {"points", points}});
    }
    return nlohmann::json{{"annotations", list}}.dump();
}

Status AnnotationBook::fromJson(const std::string& json)
{
    std::vector<measure::Annotation> all;
    try {
        const auto parsed = nlohmann::json::parse(json);
        for (const auto& item : parsed.at("annotations")) {
            measure::Annotation a;
            a.id = item.at("id");
            a.trackingUid = item.at("trackingUid");
            a.label = item.value("label", "");
            a.kind = item.at("type") == "length" ? measure::Kind::Length : measure::Kind::Ellipse;
            a.object = {item.at("archive"), StudyInstanceUid(item.at("study").get<std::string>()),
                        SeriesInstanceUid(item.at("series").get<std::string>()), SopInstanceUid(item.at("sop").get<std::string>()),
                        item.at("version")};
            a.frame.value = item.at("frame");
            for (const auto& p : item.at("points")) {
                a.points.push_back({p.at("column"), p.at("row")});
            }
            all.push_back(std::move(a));
        }
    } catch (const nlohmann::json::exception&) {
        return fail("annotations.json", "The kept annotations of this study can't be read; they were left as they are.");
    }
    m_all = std::move(all);
    m_undo.clear();
    m_redo.clear();
    return {};
}

} // namespace akari::session
