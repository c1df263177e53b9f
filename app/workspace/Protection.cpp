#include "app/workspace/Protection.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace akari::workspace {

namespace {

using Json = nlohmann::json;

constexpr const char* kPins = "cache.pins";

} // namespace

Result<std::vector<cache::StudyPlace>> pins(const records::Records& records)
{
    const auto text = records.setting(kPins);
    if (!text) {
        return fail(text.error());
    }
    std::vector<cache::StudyPlace> studies;
    if (text->empty()) {
        return studies;
    }
    const Json list = Json::parse(*text, nullptr, false);
    if (!list.is_array()) {
        return fail("records.damaged", "The list of pinned studies can't be read.", "pins");
    }
    for (const Json& one : list) {
        if (!one.is_object() || !one.contains("archive") || !one.contains("study") || !one["archive"].is_string() ||
            !one["study"].is_string()) {
            return fail("records.damaged", "The list of pinned studies can't be read.", "pins");
        }
        studies.emplace_back(one["archive"].get<std::string>(), StudyInstanceUid(one["study"].get<std::string>()));
    }
    return studies;
}

Status setPinned(records::Records& records, const cache::StudyPlace& study, bool pinned)
{
    auto studies = pins(records);
    if (!studies) {
        return fail(studies.error());
    }
    std::erase(*studies, study);
    if (pinned) {
        studies->push_back(study);
    }
    Json list = Json::array();
    for (const auto& [archive, uid] : *studies) {
        list.push_back({{"archive", archive}, {"study", uid.value}});
    }
    return records.putSetting(kPins, list.dump());
}

Result<std::vector<cache::ProtectedStudy>> protectedStudies(const records::Records& records)
{
    const auto pinned = pins(records);
    const auto drafts = records.drafts();
    const auto outbox = records.outbox();
    if (!pinned || !drafts || !outbox) {
        return fail(!pinned ? pinned.error() : !drafts ? drafts.error() : outbox.error());
    }
    std::vector<cache::ProtectedStudy> studies;
    for (const cache::StudyPlace& study : *pinned) {
        studies.push_back({study, true});
    }
    for (const records::Draft& draft : *drafts) {
        if (draft.state != "final") {
            studies.push_back({{draft.archive, draft.study}, false});
        }
    }
    for (const records::OutboxItem& item : *outbox) {
        if (item.state != records::DeliveryState::Archived) {
            studies.push_back({{item.archive, item.study}, false});
        }
    }
    return studies;
}

} // namespace akari::workspace
