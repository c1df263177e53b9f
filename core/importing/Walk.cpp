#include "core/importing/Walk.h"

#include <algorithm>

#include "core/importing/FileKind.h"

namespace akari::importing {
namespace {

namespace fs = std::filesystem;

bool namesDirectory(const fs::path& path)
{
    auto file = InputFile::open(path);
    if (!file) {
        return false;
    }
    // The meta header is enough, and this may be any file: a few kilobytes are read.
    auto head = std::make_shared<Bytes>(std::min<std::uint64_t>(file->size(), kSniffBytes));
    if (!file->read(0, *head) || kindOf(*head) != FileKind::MaybeDicom) {
        return false;
    }
    const auto header = dicom::readPart10(std::move(head), {32, 10000, true});
    return header && isDirectory(*header);
}

class Walker {
public:
    Walker(Collector& collector, const std::function<bool(const fs::path&, std::string)>& file) : m_collector(collector), m_file(file) {}

    bool start(const fs::path& given)
    {
        const fs::path path = given.has_filename() ? given : given.parent_path();
        if (const auto facts = factsOf(path); facts && facts->kind == Node::Regular && namesDirectory(path)) {
            return visit(path.has_parent_path() ? path.parent_path() : fs::path("."));
        }
        return visit(path);
    }

private:
    bool visit(const fs::path& path)
    {
        std::string shown = shownPath(path);
        const auto facts = factsOf(path);
        if (!facts) {
            m_collector.reject(shown, facts.error());
            return true;
        }
        if (facts->kind == Node::Special) {
            m_collector.reject(shown, {"import.special", "This is a device, pipe or socket, no file; it was left out.", ""});
            return true;
        }
        if (facts->kind == Node::Regular) {
            return m_file(path, std::move(shown));
        }
        // A folder met before, by this or another name, is not entered again: links may lead in circles.
        return !m_seen.insert(facts->identity).second || enter(path, shown);
    }

    bool enter(const fs::path& folder, const std::string& shown)
    {
        std::error_code error;
        std::vector<fs::path> entries;
        for (fs::directory_iterator at(folder, error), last; !error && at != last; at.increment(error)) {
            entries.push_back(at->path());
        }
        if (error) {
            m_collector.reject(shown, {"file.unreadable", "The folder can't be read; check that you may read it.", error.message()});
        }
        std::sort(entries.begin(), entries.end());
        return std::all_of(entries.begin(), entries.end(), [&](const fs::path& entry) { return visit(entry); });
    }

    Collector& m_collector;
    const std::function<bool(const fs::path&, std::string)>& m_file;
    std::set<NodeFacts::Identity> m_seen;
};

} // namespace

void walk(const std::vector<fs::path>& paths, Collector& collector, const std::function<bool(const fs::path&, std::string)>& file)
{
    Walker walker(collector, file);
    for (const fs::path& path : paths) {
        if (!walker.start(path)) {
            return;
        }
    }
}

} // namespace akari::importing
