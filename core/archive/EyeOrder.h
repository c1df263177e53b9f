// Which instance a reader needs next: those around the one on screen, then the first, the middle and the last of a stack, then every
// 8th, so that every place has real pixels nearby, then the rest. Pure; one thread.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/archive/DicomWeb.h"

namespace akari::archive {

// What is on screen.
struct EyePoint {
    SeriesInstanceUid series;
    SopInstanceUid sop; // may be one that has not come
};

struct WantedInstance {
    SeriesInstanceUid series;
    SopInstanceUid sop;
};

class EyeOrder {
public:
    // Adds what is missing of a series, `all` being every instance of it or a page of their list: they give the stack its order, by position
    // where the archive lists positions of one orientation, else by Instance Number. A later page takes its place in the stack as known so
    // far; what was added before is not added again. Series added earlier come first, after the one under the eye.
    void add(const SeriesInstanceUid& series, std::vector<InstanceResult> all, const std::vector<SopInstanceUid>& missing);
    // The next one, and takes it out.
    std::optional<WantedInstance> next(const std::optional<EyePoint>& eye);
    bool empty() const { return m_left == 0; }

private:
    struct Stack {
        SeriesInstanceUid series;
        std::vector<InstanceResult> instances; // in the order of the stack
        std::vector<char> wanted;              // parallel to `instances`
        std::vector<std::size_t> order;        // indices, without regard to the eye
        std::size_t at = 0;                    // in `order`
        std::size_t left = 0;
        std::set<std::string> known;           // SOP Instance UIDs
    };
    Stack& stackOf(const SeriesInstanceUid& series);
    WantedInstance take(Stack& stack, std::size_t index);

    std::vector<Stack> m_stacks;
    std::size_t m_left = 0;
};

} // namespace akari::archive
