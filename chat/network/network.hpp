// SPDX-License-Identifier: MIT
// The network thread. It owns the socket and the link, and moves values between those and the main thread's
// queues. It never touches the terminal.
#pragma once

#include "chat/link/link.hpp"
#include "chat/network/queue.hpp"
#include "common/base/secret_text.hpp"
#include "common/net/address.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace chat {

struct JoinAs {
    std::string name;
    std::optional<std::string> fingerprint; ///< the one that the host must have; empty: any
    std::optional<SecretText> password;     ///< the room's
    bool is_fingerprint_typed = false;      ///< the user gave it on the command line
};
struct Submit {
    LineId id;
    wire::Command command;
};
struct ShowTyping {
    bool is_typing = false;
};
/// All events up to that one are on the screen, or in the output.
struct Seen {
    wire::Sequence sequence = 0;
};
/// See Link::find().
struct Find {
    wire::Sequence before = 0;
    std::string needle;
};
struct Quit {};
/// A request of the main thread.
using Request = std::variant<JoinAs, Submit, ShowTyping, Seen, Find, Quit>;

/// An event for the main thread, and when it came.
struct TimedEvent {
    WallTime time;
    LinkEvent what;
};

/// Makes the link that a join begins with.
using LinkMaker = std::function<std::unique_ptr<Link>(const JoinAs& join, Instant now)>;

class Network {
  public:
    /// While the main thread has not taken so many events, as when the output is stopped, nothing is
    /// received: the host sends again what was lost. One datagram may add some thousands.
    static constexpr std::size_t max_heard = 1024;

    /// `addresses` are the host's, tried one after the other until one answers.
    Network(std::vector<net::Address> addresses, LinkMaker make_link);
    /// Ends the thread, whatever it is doing.
    ~Network();
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    void ask(Request request) { requests_.push(std::move(request)); }
    /// Readable when drain_heard() has something.
    int fd() const { return heard_.fd(); }
    std::vector<TimedEvent> drain_heard();

  private:
    void run();

    const std::vector<net::Address> addresses_;
    const LinkMaker make_link_;
    Queue<Request> requests_;
    Queue<TimedEvent> heard_;
    os::Wakeup drained_; ///< signalled if max_heard or more events were there
    os::Wakeup stop_;
    std::thread thread_;
};

} // namespace chat
