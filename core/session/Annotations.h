// The reader's annotations of one study, with undo. Not thread-safe: lives on the window's thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/Result.h"
#include "core/measure/Measure.h"

namespace akari::session {

class AnnotationBook {
public:
    const std::vector<measure::Annotation>& all() const { return m_all; }
    const measure::Annotation* find(const std::string& id) const;

    // Commands; each can be undone.
    void add(measure::Annotation annotation);
    void replace(const measure::Annotation& annotation); // by id; ignored when unknown
    void remove(const std::string& id);
    bool undo();
    bool redo();
    bool canUndo() const { return !m_undo.empty(); }
    bool canRedo() const { return !m_redo.empty(); }

    std::string toJson() const;
    Status fromJson(const std::string& json); // replaces everything, forgets undo; "annotations.json"

private:
    void remember();

    std::vector<measure::Annotation> m_all;
    std::vector<std::vector<measure::Annotation>> m_undo; // earlier states, oldest first
    std::vector<std::vector<measure::Annotation>> m_redo;
};

} // namespace akari::session
