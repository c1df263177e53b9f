// Reading JSON by key with one remembered complaint: tolerant of what is absent (null counts as absent), strict about what is there.
#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/Identity.h"

namespace akari::reporting::json {

template <class T> using Names = std::vector<std::pair<T, const char*>>;

template <class T> const char* name(const Names<T>& names, T value)
{
    for (const auto& [known, text] : names) {
        if (known == value) {
            return text;
        }
    }
    return "";
}

struct Problem {
    std::string text; // the first thing wrong, named by its path
};

class Fields {
public:
    Fields(const nlohmann::json& object, std::string path, Problem& problem)
        : m_object(&object), m_path(std::move(path)), m_problem(&problem)
    {
    }

    bool has(const char* key) const
    {
        const auto it = m_object->find(key);
        return it != m_object->end() && !it->is_null();
    }
    void complain(const std::string& key, const std::string& what)
    {
        if (m_problem->text.empty()) {
            m_problem->text = m_path + key + " " + what;
        }
    }
    std::string text(const char* key)
    {
        if (!has(key)) {
            return {};
        }
        const auto& value = (*m_object)[key];
        if (!value.is_string()) {
            complain(key, "must be a text");
            return {};
        }
        return value.get<std::string>();
    }
    std::string uid(const char* key)
    {
        std::string value = text(key);
        if (!isValidUid(value)) {
            complain(key, "must be a SOP Instance UID");
        }
        return value;
    }
    std::vector<std::string> texts(const char* key)
    {
        std::vector<std::string> out;
        for (const auto& value : array(key)) {
            if (value.is_string()) {
                out.push_back(value.get<std::string>());
            } else {
                complain(key, "must hold texts");
            }
        }
        return out;
    }
    double number(const char* key, bool needed = false)
    {
        if (!has(key)) {
            if (needed) {
                complain(key, "is missing");
            }
            return 0;
        }
        const auto& value = (*m_object)[key];
        if (!value.is_number() || !std::isfinite(value.get<double>())) {
            complain(key, "must be a number");
            return 0;
        }
        return value.get<double>();
    }
    bool flag(const char* key) // false when absent
    {
        if (has(key) && !(*m_object)[key].is_boolean()) {
            complain(key, "must be true or false");
            return false;
        }
        return has(key) && (*m_object)[key].get<bool>();
    }
    std::int32_t positive(const char* key) // 1 when absent
    {
        if (!has(key)) {
            return 1;
        }
        const double value = number(key);
        if (value < 1 || value > std::numeric_limits<std::int32_t>::max() || value != std::floor(value)) {
            complain(key, "must be a whole number from 1");
            return 1;
        }
        return static_cast<std::int32_t>(value);
    }
    std::optional<Fields> object(const char* key)
    {
        if (!has(key)) {
            return std::nullopt;
        }
        const auto& value = (*m_object)[key];
        if (!value.is_object()) {
            complain(key, "must be an object");
            return std::nullopt;
        }
        return Fields(value, m_path + key + ".", *m_problem);
    }
    std::vector<Fields> objects(const char* key)
    {
        std::vector<Fields> out;
        std::size_t index = 0;
        for (const auto& value : array(key)) {
            const std::string place = std::string(key) + "[" + std::to_string(index++) + "]";
            if (value.is_object()) {
                out.emplace_back(value, m_path + place + ".", *m_problem);
            } else {
                complain(place, "must be an object");
            }
        }
        return out;
    }
    template <class T> T named(const char* key, const Names<T>& names, T fallback)
    {
        if (!has(key)) {
            return fallback;
        }
        const std::string value = text(key);
        std::string choices;
        for (const auto& [known, word] : names) {
            if (value == word) {
                return known;
            }
            choices += (choices.empty() ? "" : ", ") + std::string(word);
        }
        complain(key, "must be one of " + choices);
        return fallback;
    }
    template <class T> T required(const char* key, const Names<T>& names)
    {
        if (!has(key)) {
            complain(key, "is missing");
        }
        return named(key, names, names.front().first);
    }

private:
    const nlohmann::json& array(const char* key)
    {
        static const nlohmann::json kNone = nlohmann::json::array();
        if (!has(key)) {
            return kNone;
        }
        const auto& value = (*m_object)[key];
        if (!value.is_array()) {
            complain(key, "must be a list");
            return kNone;
        }
        return value;
    }

    const nlohmann::json* m_object;
    std::string m_path;
    Problem* m_problem;
};

} // namespace akari::reporting::json
