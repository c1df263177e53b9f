#include <algorithm>

#include "app/workspace/HandOverWire.h"
#include "core/base/Log.h"
#include "core/vault/Folder.h"

namespace akari::workspace {
namespace {

constexpr std::size_t kMostClients = 64;
constexpr int kMostRunning = 4;
constexpr std::size_t kPiece = 128 * 1024; // of output in one message; escaped it may be six times that
constexpr std::chrono::milliseconds kPoll{50};

void sendText(LocalConnection& connection, const char* channel, std::string_view text, StopSource& unheard)
{
    for (std::size_t at = 0; at < text.size(); at += kPiece) {
        if (!sendJson(connection, {{channel, textJson(text.substr(at, kPiece))}})) {
            unheard.requestStop();
            return;
        }
    }
}

Result<std::unique_ptr<LocalListener>> listenAt(const std::vector<std::filesystem::path>& places, const std::filesystem::path& dataFolder)
{
    Error last{
        "local.path", "The data folder's path is too long for a local socket, and there is no runtime folder (XDG_RUNTIME_DIR).", {}};
    for (const auto& place : places) {
        if (place.parent_path() != dataFolder) {
            if (const Status made = vault::makePrivateFolder(place.parent_path()); !made) {
                last = made.error();
                continue;
            }
        }
        auto listener = LocalListener::listen(place);
        if (listener) {
            return listener;
        }
        last = listener.error();
    }
    return fail(last);
}

} // namespace

HandOverServer::HandOverServer(vault::Key key, HandOverServices services) : m_key(std::move(key)), m_services(std::move(services)) {}

Result<std::unique_ptr<HandOverServer>> HandOverServer::start(const vault::DataFolder& folder, HandOverServices services)
{
    auto listener = listenAt(handOverPlaces(folder.path()), std::filesystem::weakly_canonical(folder.path()));
    if (!listener) {
        return fail(listener.error());
    }
    std::unique_ptr<HandOverServer> server(new HandOverServer(proofKey(folder), std::move(services)));
    server->m_listener = std::move(*listener);
    server->m_acceptor = std::thread([raw = server.get()] { raw->acceptAll(); });
    return server;
}

HandOverServer::~HandOverServer()
{
    m_closing.requestStop();
    {
        // Who has not handed anything over yet is not waited for.
        const std::lock_guard lock(m_mutex);
        for (Client& client : m_clients) {
            if (!client.executing) {
                client.connection->close();
            }
        }
    }
    finish();
}

void HandOverServer::finish()
{
    m_listener->close();
    if (m_acceptor.joinable()) {
        m_acceptor.join();
    }
    reap(true);
}

void HandOverServer::acceptAll()
{
    for (;;) {
        auto connection = m_listener->accept();
        if (!connection) {
            return;
        }
        reap(false);
        const std::lock_guard lock(m_mutex);
        if (m_clients.size() >= kMostClients) {
            static_cast<void>(sendJson(
                **connection, errorJson({"handover.busy", "The Akari that holds the data folder has too much to do; try again.", {}})));
            continue;
        }
        Client& client = m_clients.emplace_back();
        client.connection = std::move(*connection);
        client.thread = std::thread([this, &client] {
            serve(client);
            client.connection->close();
            client.done = true;
        });
    }
}

// Joins the clients that are done, or all.
void HandOverServer::reap(bool all)
{
    std::list<Client> ended;
    {
        const std::lock_guard lock(m_mutex);
        for (auto at = m_clients.begin(); at != m_clients.end();) {
            const auto next = std::next(at);
            if (all || at->done) {
                ended.splice(ended.end(), m_clients, at);
            }
            at = next;
        }
    }
    for (Client& client : ended) {
        client.thread.join();
    }
}

void HandOverServer::serve(Client& client)
{
    LocalConnection& connection = *client.connection;
    if (!m_services.allowed(connection)) {
        log::warning("hand-over", "another user's program was turned away");
        return;
    }
    if (const Status talked = talk(client); !talked) {
        static_cast<void>(sendJson(connection, errorJson(talked.error())));
    }
}

Status HandOverServer::talk(Client& client)
{
    LocalConnection& connection = *client.connection;
    const std::string nonce = newNonce();
    if (const Status sent = sendJson(
            connection, {{"akari", "hand-over"}, {"version", kHandOverVersion}, {"nonce", nonce}, {"window", m_services.open != nullptr}});
        !sent) {
        return sent;
    }
    const auto hello = receiveJson(connection, kLargestGreeting, kPatience);
    if (!hello) {
        return fail(hello.error());
    }
    if (const auto version = hello->find("version"); version == hello->end() || *version != kHandOverVersion) {
        return fail("handover.version", "The Akari that holds the data folder is another version; close it, or use that version.");
    }
    if (const auto open = hello->find("open"); open != hello->end()) {
        const OpenRequest request{textAt(*open, "archive").value_or(""), StudyInstanceUid(textAt(*open, "study").value_or(""))};
        if (const Status right = checkOpen(request); !right) {
            return right;
        }
        if (!m_services.open) {
            return fail("handover.nowindow", "akarictl is at work in the data folder, and it has no window; try again when it has ended.");
        }
        const Status taken = m_services.open(request);
        return taken ? sendJson(connection, {{"taken", true}}) : taken;
    }
    const std::string theirs = textAt(*hello, "nonce").value_or("");
    if (!isNonce(theirs) || !sameProof(textAt(*hello, "proof").value_or(""), proofOf(m_key, "client", nonce, theirs))) {
        return fail("handover.proof", "The passphrase or key opens another data folder than the one that is in use here.");
    }
    if (const Status sent = sendJson(connection, {{"proof", proofOf(m_key, "holder", nonce, theirs)}}); !sent) {
        return sent;
    }
    const auto message = receiveJson(connection, kLargestCommand, kPatience);
    if (!message) {
        return fail(message.error());
    }
    const auto command = commandOf(*message);
    if (!command) {
        return fail(command.error());
    }
    client.executing = true;
    execute(connection, *command);
    return {};
}

bool HandOverServer::waitForTurn(const StopToken& stop)
{
    std::unique_lock lock(m_mutex);
    while (m_running >= kMostRunning && !stop.stopRequested()) {
        m_turn.wait_for(lock, kPoll);
    }
    if (stop.stopRequested()) {
        return false;
    }
    ++m_running;
    return true;
}

// The command on a thread of its own; this one listens for the client's change of mind, and for its end.
void HandOverServer::execute(LocalConnection& connection, const HandedCommand& command)
{
    StopSource cancelled;
    const StopToken stop = cancelled.token().joinedWith(m_closing.token());
    std::atomic<bool> ended{false};
    std::thread worker([&] {
        const CommandOutput output{[&](std::string_view text) { sendText(connection, "out", text, cancelled); },
                                   [&](std::string_view text) { sendText(connection, "err", text, cancelled); }};
        if (!waitForTurn(stop)) {
            static_cast<void>(sendJson(connection, errorJson({"stopped", "The command was cancelled before it began.", {}})));
        } else {
            Json last;
            try {
                static_cast<void>(sendJson(connection, {{"started", true}}));
                last = {{"exit", m_services.run(command, output, stop)}};
            } catch (const std::exception& error) {
                last = errorJson({"handover.failed", "The command could not be carried out; please report this.", error.what()});
            }
            {
                const std::lock_guard lock(m_mutex);
                --m_running;
            }
            m_turn.notify_one();
            static_cast<void>(sendJson(connection, last));
        }
        ended = true;
    });
    bool heard = true;
    while (!ended) {
        if (!heard) {
            std::this_thread::sleep_for(kPoll);
            continue;
        }
        const auto message = receiveJson(connection, kLargestGreeting, kPoll);
        if (message && message->contains("cancel")) {
            cancelled.requestStop();
        } else if (!message && message.error().code != "local.timeout") {
            cancelled.requestStop();
            heard = false;
        }
    }
    worker.join();
}

} // namespace akari::workspace
