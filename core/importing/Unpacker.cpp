#include "core/importing/Unpacker.h"

#include <algorithm>

#include "core/importing/UnpackClient.h"

namespace akari::importing {
namespace {

constexpr std::uint64_t kBlock = std::uint64_t{4} << 20;
constexpr std::uint64_t kAlwaysAllowed = std::uint64_t{64} << 20;

std::string reasonOf(const UnpackEvent& event)
{
    std::string text;
    for (const char c : event.reason) {
        if (c == '\0') {
            break;
        }
        text += c >= ' ' && c <= '~' ? c : '?';
    }
    return text;
}

Error bomb(std::string detail)
{
    return {"import.bomb", "The archive unpacks to far more than a medium holds; it was left out from here on.", std::move(detail)};
}

class Unpacking {
public:
    Unpacking(Pipeline& pipeline, const Candidate& archive, std::uint64_t size, const UnpackLimits& limits, Collector& collector)
        : m_pipeline(pipeline), m_archive(archive), m_size(size), m_limits(limits), m_collector(collector)
    {
    }

    // Why the archive as a whole could not be read to its end.
    Status run(UnpackClient& client)
    {
        while (!m_pipeline.ending()) {
            auto event = client.next();
            if (!event) {
                return event.error().code == "import.cancelled" ? Status() : fail(event.error());
            }
            if (event->what.kind == UnpackEventKind::Done) {
                return {};
            }
            if (event->what.kind == UnpackEventKind::Failed) {
                return fail("import.archive", "The archive is damaged or of a kind that can't be read; what came before the damage was imported.",
                            reasonOf(event->what));
            }
            const auto action = react(*event, client.block());
            if (!action) {
                return fail(action.error());
            }
            if (auto sent = client.answer(*action); !sent) {
                return fail("import.unpacker", "The file could not be unpacked: the unpacking program gave up on it. It may be damaged.", sent.error().detail);
            }
        }
        return {};
    }

private:
    Result<UnpackAction> react(UnpackClient::Event& event, BytesView block)
    {
        m_consumed = std::min(std::max(m_consumed, event.what.consumed), m_size);
        switch (event.what.kind) {
        case UnpackEventKind::Member:
        case UnpackEventKind::Other:
            return begin(event);
        case UnpackEventKind::Data:
            return data(block.first(event.what.bytes));
        case UnpackEventKind::MemberEnd:
            end();
            return UnpackAction::Go;
        default:
            reject({"import.member", "This member of the archive is damaged or stored in a way that can't be read.", reasonOf(event.what)});
            return UnpackAction::Skip;
        }
    }

    Result<UnpackAction> begin(const UnpackClient::Event& event)
    {
        if (++m_members > m_limits.members) {
            return fail(bomb("more than " + std::to_string(m_limits.members) + " members"));
        }
        std::string name = shownName(event.name);
        while (name.starts_with("./") || name.starts_with("/")) {
            name.erase(0, name.find('/') + 1);
        }
        m_shown = m_archive.shown + "/" + (name.empty() ? "member " + std::to_string(m_members) : name);
        m_bytes = m_pipeline.buffers().take(0);
        m_memberBegan = m_consumed;
        m_open = true;
        m_collector.looked(m_shown);
        if (event.what.kind == UnpackEventKind::Other) {
            reject({"import.special", "This is a link or device in an archive, no file; it was left out.", ""});
        } else if (event.what.encrypted != 0) {
            reject({"import.encrypted", "This member of the archive is encrypted; unpack it with its password and import the folder.", ""});
        }
        return m_open ? UnpackAction::Go : UnpackAction::Skip;
    }

    Result<UnpackAction> data(BytesView bytes)
    {
        m_total += bytes.size();
        if (m_total > m_limits.totalBytes) {
            return fail(bomb("more than " + std::to_string(m_limits.totalBytes) + " bytes in all"));
        }
        if (!m_open) {
            return UnpackAction::Skip;
        }
        const bool first = m_bytes->empty();
        const std::uint64_t size = m_bytes->size() + bytes.size();
        const std::uint64_t read = std::max<std::uint64_t>(m_consumed - m_memberBegan, 1);
        if (size > m_limits.memberBytes || (size > kAlwaysAllowed && size / read > m_limits.ratio)) {
            reject(bomb(std::to_string(size) + " bytes in one member of " + std::to_string(read) + " packed"));
            return UnpackAction::Skip;
        }
        m_bytes->insert(m_bytes->end(), bytes.begin(), bytes.end());
        // What is no object is not unpacked further than this.
        if (first && m_bytes->size() >= kSniffBytes && kindOf(BytesView(*m_bytes).first(kSniffBytes)) == FileKind::Other) {
            reject({"import.notdicom", "This is no DICOM object, archive, picture or document that can be imported.", ""});
            return UnpackAction::Skip;
        }
        return UnpackAction::Go;
    }

    void end()
    {
        if (!m_open) {
            return;
        }
        m_open = false;
        if (m_bytes->empty()) {
            m_collector.reject(m_shown, {"import.empty", "The file is empty.", ""});
            return;
        }
        m_pipeline.push({{}, m_shown, std::move(m_bytes)});
    }

    void reject(Error why)
    {
        if (m_open) {
            m_collector.reject(m_shown, std::move(why));
        }
        m_open = false;
        m_bytes.reset();
    }

    Pipeline& m_pipeline;
    const Candidate& m_archive;
    const std::uint64_t m_size;
    const UnpackLimits& m_limits;
    Collector& m_collector;
    std::string m_shown;
    std::shared_ptr<Bytes> m_bytes; // of the member that is being unpacked, while it is open
    bool m_open = false;
    std::uint64_t m_members = 0;
    std::uint64_t m_total = 0;
    std::uint64_t m_consumed = 0;
    std::uint64_t m_memberBegan = 0;
};

Status unpack(Pipeline& pipeline, const Candidate& archive, const UnpackLimits& limits, Collector& collector)
{
    const auto file = InputFile::open(archive.path);
    if (!file) {
        return fail(file.error());
    }
    auto client = UnpackClient::start(UnpackTask::Archive, file->descriptor(), file->size(), kBlock, pipeline.stop());
    if (!client) {
        return fail(client.error());
    }
    auto done = Unpacking(pipeline, archive, file->size(), limits, collector).run(*client);
    return done ? file->unchanged() : done;
}

} // namespace

void unpackInto(Pipeline& pipeline, const Candidate& archive, const UnpackLimits& limits, Collector& collector)
{
    try {
        if (auto done = unpack(pipeline, archive, limits, collector); !done) {
            collector.reject(archive.shown, done.error());
        }
    } catch (const std::exception&) {
        collector.reject(archive.shown, {"memory.exhausted", "There is not enough memory to unpack the archive; close other studies or programs.", ""});
    }
}

} // namespace akari::importing
