// One data folder has one writer. Who comes second (another akarictl, another window, a link) hands over to the one that holds the lock,
// through a socket of this user alone; docs/akarictl.md says what users see of it, docs/architecture.md what goes over the wire.
//
// Each message is a JSON object behind its length (core/base/LocalSocket.h). Version 1:
//   holder -> {"akari":"hand-over","version":1,"nonce":hex64,"window":bool}
//   client -> {"version":1,"open":{"archive":…,"study":…}}                  both empty: only come to the front     holder -> {"taken":true}
//   client -> {"version":1,"nonce":hex64,"proof":hex64}                                                            holder ->
//   {"proof":hex64} client -> {"command":{"words":[…],"folder":…,"environment":{…},"terminal":bool}}                               holder
//   -> {"started":true} holder -> {"out":…} and {"err":…} as they come, then {"exit":N}         client -> {"cancel":true} at any time
//   holder -> {"error":{"code","message","detail"}} instead of any answer, and closes
// Text that is no UTF-8 (a path, half a character) travels as {"hex":…}.
// The proofs are HMACs over both nonces under a key derived from the records key: a command, and the secrets that it brings along, pass
// only between two programs that can both open the folder. Opening a study needs no proof: it brings nothing out, and the person at the
// window decides.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/workspace/OpenRequest.h"
#include "core/base/JobQueue.h"
#include "core/base/LocalSocket.h"
#include "core/vault/DataFolder.h"

namespace akari::workspace {

// What a client wants done: the words after the program's name, and what the words mean where it stands.
struct HandedCommand {
    std::vector<std::string> words;
    std::filesystem::path folder;                   // relative paths are of this
    std::map<std::string, std::string> environment; // only what the command reads; secrets among it
    bool terminal = false;                          // progress has someone to look at it
};

// Where its text goes. Called from any thread; false: nobody reads it any more.
struct CommandOutput {
    std::function<void(std::string_view)> out;
    std::function<void(std::string_view)> err;
};

// Where the socket of a data folder may be, in order: in the folder; where that can't be (a long path, a file system without sockets) in
// the user's runtime folder, named after the folder's path. Holder and client come to the same list.
std::vector<std::filesystem::path> handOverPlaces(const std::filesystem::path& dataFolder);

struct HandOverServices {
    // Runs a command to its end and returns its exit code. Several threads at once, never the window's.
    std::function<int(const HandedCommand&, const CommandOutput&, StopToken)> run;
    // Passes a study on to the window; no function: this program has none.
    std::function<Status(const OpenRequest&)> open;
    // Whether to talk to who is at the other end; by default: this user's programs.
    std::function<bool(const LocalConnection&)> allowed = [](const LocalConnection& peer) { return peer.peerIsThisUser(); };
};

// The holder's side. Made after the lock was taken, gone before it is let go. At most 4 commands run at once, 64 clients wait.
// A client that goes away cancels its command, as closing the terminal would.
class HandOverServer {
public:
    // "local.path", "data.unwritable": the folder works, but nobody can hand over.
    static Result<std::unique_ptr<HandOverServer>> start(const vault::DataFolder& folder, HandOverServices services);
    ~HandOverServer(); // cancels what runs and waits for it
    HandOverServer(const HandOverServer&) = delete;
    HandOverServer& operator=(const HandOverServer&) = delete;

    // Takes no more clients, and waits for those that it has.
    void finish();

private:
    struct Client {
        std::unique_ptr<LocalConnection> connection;
        std::thread thread;
        std::atomic<bool> executing{false};
        std::atomic<bool> done{false};
    };
    HandOverServer(vault::Key key, HandOverServices services);
    void acceptAll();
    void reap(bool all);
    void serve(Client& client);
    Status talk(Client& client);
    void execute(LocalConnection& connection, const HandedCommand& command);
    bool waitForTurn(const StopToken& stop);

    // Constant after construction.
    const vault::Key m_key;
    const HandOverServices m_services;
    StopSource m_closing;
    std::unique_ptr<LocalListener> m_listener;
    std::thread m_acceptor;

    std::mutex m_mutex;
    std::list<Client> m_clients; // protected by m_mutex
    int m_running = 0;           // protected by m_mutex
    std::condition_variable m_turn;
};

// The client's side of one connection.
// "handover.none" nobody listens          "handover.busy"    the holder has too many clients
// "handover.user" another user's socket   "handover.version" the holder is another version's
// "handover.proof" this passphrase or key opens another folder than the holder has     "handover.nowindow" the holder is no window
// "handover.lost" the holder ended in the middle of the command
class HandOverClient {
public:
    // Connects to the holder of the data folder.
    static Result<std::unique_ptr<HandOverClient>> connect(const std::filesystem::path& dataFolder);

    bool holderIsWindow() const { return m_window; }
    Status open(const OpenRequest& request);
    // Proves, hands over, and passes on the command's text until it ends; its exit code. Blocks. `folder`: opened read-only by this
    // program.
    Result<int> run(const vault::DataFolder& folder, const HandedCommand& command, const CommandOutput& output);
    // Whether the holder said that the command began: after "handover.lost" it may have been done.
    bool started() const { return m_started; }
    // From any thread, while run() does.
    void cancel();
    // From any thread: goes, and leaves the command to be cancelled by the holder; run() ends with "handover.lost".
    void close() { m_connection->close(); }

private:
    explicit HandOverClient(std::unique_ptr<LocalConnection> connection) : m_connection(std::move(connection)) {}
    Status greet();
    Status prove(const vault::DataFolder& folder);
    std::unique_ptr<LocalConnection> m_connection;
    std::string m_nonce; // the holder's
    bool m_window = false;
    std::atomic<bool> m_started{false};
};

} // namespace akari::workspace
