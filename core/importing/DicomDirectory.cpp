#include "core/importing/DicomDirectory.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/dicom/Tags.h"

namespace akari::importing {
namespace {

namespace tags = dicom::tags;
using dicom::Tag;

constexpr Tag kFirstRecordOffset{0x0004, 0x1200};
constexpr Tag kRecords{0x0004, 0x1220};
constexpr Tag kNextOffset{0x0004, 0x1400};
constexpr Tag kInUse{0x0004, 0x1410};
constexpr Tag kLowerOffset{0x0004, 0x1420};
constexpr Tag kRecordType{0x0004, 0x1430};
constexpr Tag kFileId{0x0004, 0x1500};
constexpr Tag kReferencedSop{0x0004, 0x1511};
constexpr std::string_view kDirectoryStorage = "1.2.840.10008.1.3.10";

// Item tag and length, then the first element's own tag, VR and length: eight bytes each, as both elements that may come first are UL.
constexpr std::uint64_t kBeforeFirstValue = 16;

class Tree {
public:
    explicit Tree(const dicom::DataSet& root) : m_records(root.items(kRecords)), m_studies(m_records.size())
    {
        for (std::size_t i = 0; i < m_records.size(); ++i) {
            const auto& elements = m_records[i].elements();
            if (!elements.empty() && elements.front().tag == kNextOffset) {
                m_byOffset[elements.front().offset - kBeforeFirstValue] = i;
            }
        }
        byOrder();
        follow(root);
    }
    const std::string& studyOf(std::size_t record) const { return m_studies[record]; }

private:
    void byOrder()
    {
        std::string study;
        for (std::size_t i = 0; i < m_records.size(); ++i) {
            const std::string type = m_records[i].textOr(kRecordType);
            if (type == "PATIENT") {
                study.clear();
            } else if (type == "STUDY") {
                study = m_records[i].textOr(tags::StudyInstanceUID);
            }
            m_studies[i] = study;
        }
    }

    void follow(const dicom::DataSet& root)
    {
        struct Step {
            std::uint64_t offset;
            std::string study;
        };
        std::vector<Step> steps{{static_cast<std::uint64_t>(root.integer(kFirstRecordOffset).value_or(0)), {}}};
        std::set<std::size_t> visited;
        while (!steps.empty()) {
            const Step step = std::move(steps.back());
            steps.pop_back();
            const auto found = m_byOffset.find(step.offset);
            if (step.offset == 0 || found == m_byOffset.end() || !visited.insert(found->second).second) {
                continue;
            }
            const dicom::DataSet& record = m_records[found->second];
            const bool isStudy = record.textOr(kRecordType) == "STUDY";
            const std::string own = isStudy ? record.textOr(tags::StudyInstanceUID) : step.study;
            m_studies[found->second] = own;
            steps.push_back({static_cast<std::uint64_t>(record.integer(kNextOffset).value_or(0)), step.study});
            steps.push_back({static_cast<std::uint64_t>(record.integer(kLowerOffset).value_or(0)), own});
        }
    }

    const std::vector<dicom::DataSet>& m_records;
    std::vector<std::string> m_studies;
    std::map<std::uint64_t, std::size_t> m_byOffset;
};

} // namespace

bool isDirectory(const dicom::Part10& file)
{
    return file.meta.textOr(tags::MediaStorageSOPClassUID) == kDirectoryStorage
        || (file.dataSet.has(kRecords) && !file.dataSet.has(tags::SOPInstanceUID));
}

std::vector<DirectoryReference> referencesOf(const dicom::Part10& file)
{
    const Tree tree(file.dataSet);
    const auto& records = file.dataSet.items(kRecords);
    std::vector<DirectoryReference> references;
    std::set<std::vector<std::string>> seen;
    for (std::size_t i = 0; i < records.size(); ++i) {
        DirectoryReference reference;
        reference.components = records[i].texts(kFileId);
        // A path typed as one component by careless writers is taken apart.
        if (reference.components.size() == 1) {
            std::string whole = std::move(reference.components.front());
            reference.components.clear();
            for (std::size_t begin = 0; begin <= whole.size();) {
                const std::size_t end = std::min(whole.find('/', begin), whole.size());
                reference.components.push_back(whole.substr(begin, end - begin));
                begin = end + 1;
            }
        }
        std::erase(reference.components, std::string());
        const bool unused = records[i].integer(kInUse) == 0;
        if (unused || reference.components.empty() || !seen.insert(reference.components).second) {
            continue;
        }
        reference.study = StudyInstanceUid(tree.studyOf(i));
        reference.sop = SopInstanceUid(records[i].textOr(kReferencedSop));
        references.push_back(std::move(reference));
    }
    return references;
}

std::string comparable(std::string_view shownPath)
{
    std::string text;
    for (const char c : shownPath) {
        text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    if (const std::size_t version = text.find_last_of(";/"); version != std::string::npos && text[version] == ';') {
        text.erase(version);
    }
    while (!text.empty() && text.back() == '.') {
        text.pop_back();
    }
    return text;
}

} // namespace akari::importing
