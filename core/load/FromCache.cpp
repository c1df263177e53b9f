// A study's headers out of the cache: one slice first, then all.
#include <algorithm>
#include <new>

#include "core/load/StudySeries.h"

namespace akari::load {

Result<std::vector<image::FrameAttributes>> framesIn(const dicom::Part10& file, const ObjectIdentity& identity)
{
    try {
        return image::readFrames(file, identity);
    } catch (const std::bad_alloc&) {
        return fail("memory.exhausted", "There is not enough memory for this image's description.");
    }
}

Result<bool> StudyStore::addFirstFromCache()
{
    constexpr std::int64_t kSmall = 256; // read in a few milliseconds
    auto listed = m_services.cache.series(m_archive, m_study);
    if (!listed) {
        return fail(listed.error());
    }
    const auto largest = std::max_element(listed->begin(), listed->end(), [](const auto& a, const auto& b) { return a.stored < b.stored; });
    if (largest == listed->end() || largest->stored <= kSmall) {
        const Status all = addFromCache();
        return all ? Result<bool>(false) : Result<bool>(fail(all.error()));
    }
    m_services.cache.touch(m_archive, m_study);
    for (const cache::SeriesRecord& record : *listed) {
        setExpected(record.series, record.expected); // "n of N" until the headers are here
    }
    const Status first = addMiddleOf(*largest);
    return first ? Result<bool>(true) : Result<bool>(fail(first.error()));
}

Status StudyStore::addMiddleOf(const cache::SeriesRecord& record)
{
    const auto objects = m_services.cache.objects(m_archive, m_study, record.series);
    if (!objects || objects->empty()) {
        return objects ? Status() : Status(fail(objects.error()));
    }
    const cache::ObjectRecord& middle = (*objects)[objects->size() / 2];
    const auto file = fileOf(middle.identity);
    auto frames = file ? framesIn(**file, middle.identity) : Result<std::vector<image::FrameAttributes>>(fail(file.error()));
    if (!frames || frames->size() != 1) {
        return {}; // judged with the others
    }
    {
        const std::lock_guard lock(m_mutex);
        Series& series = seriesOf(record.series);
        if (series.objects.insert(middle.identity.sop.value).second) {
            addFrames(std::move(*frames), series, *file, false);
        }
    }
    m_changed("");
    return {};
}

Status StudyStore::addFromCache()
{
    m_services.cache.touch(m_archive, m_study);
    auto listed = m_services.cache.series(m_archive, m_study);
    if (!listed) {
        return fail(listed.error());
    }
    for (const cache::SeriesRecord& record : *listed) {
        auto headers = m_services.cache.headers(m_archive, m_study, record.series);
        if (!headers) {
            return fail(headers.error());
        }
        setExpected(record.series, record.expected);
        std::vector<std::vector<image::FrameAttributes>> perObject(headers->size());
        std::vector<std::shared_ptr<const dicom::Part10>> files(headers->size());
        std::vector<char> readable(headers->size(), 0);
        parallelFor(static_cast<int>(headers->size()), 16, [&](int begin, int end) {
            for (int i = begin; i < end; ++i) {
                const cache::HeaderRecord& header = (*headers)[static_cast<std::size_t>(i)];
                dicom::ReadLimits limits;
                limits.headerOnly = true;
                auto file = dicom::readPart10(header.header, limits);
                if (!file) {
                    continue;
                }
                if (auto frames = framesIn(*file, header.object.identity)) {
                    perObject[static_cast<std::size_t>(i)] = std::move(*frames);
                    readable[static_cast<std::size_t>(i)] = 1;
                }
                files[static_cast<std::size_t>(i)] = std::make_shared<const dicom::Part10>(std::move(*file));
            }
        });
        const std::lock_guard lock(m_mutex);
        Series& series = seriesOf(record.series);
        for (std::size_t i = 0; i < headers->size(); ++i) {
            const cache::ObjectRecord& object = (*headers)[i].object;
            if (!series.objects.insert(object.identity.sop.value).second) {
                continue;
            }
            if (!readable[i]) {
                ++series.unreadable;
                continue;
            }
            if (perObject[i].empty()) {
                addDocument(*files[i], object.identity, object.sopClassUid, object.modality);
            }
            addFrames(std::move(perObject[i]), series, files[i], false);
        }
    }
    m_changed("");
    return {};
}

} // namespace akari::load
