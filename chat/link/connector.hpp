// SPDX-License-Identifier: MIT
// The way to a session, in the states PROBING, GREETING and JOINING of chat-protocol(7): the probe, the
// handshake, and the wait for the WELCOME. It repeats each request until it is answered. It says nothing to a
// host that is not the one that is meant; its owner tells the user of that.
#pragma once

#include "chat/link/channel.hpp"
#include "chat/link/link.hpp"
#include "common/base/random.hpp"
#include "common/base/secret_text.hpp"
#include "common/session/noise.hpp"
#include "common/session/room_password.hpp"
#include "common/wire/packet.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace chat {

class Connector {
  public:
    /// A request is repeated after this time at first, then after longer ones.
    static constexpr Duration shortest_interval = std::chrono::milliseconds(100);

    /// Our identity, and the host that is meant.
    struct Terms {
        /// It may change until join(): nobody is told of it before.
        session::KeyPair identity;
        /// The host's, if it is known; a host with another one is refused.
        std::optional<std::string> fingerprint = {};
        /// The room's, if it has one.
        std::optional<SecretText> password = {};
        /// The user is asked about a host that is not known and can't prove itself by the room password.
        bool asks_trust = false;
    };
    /// Probes from `start` on. Both references must outlive it. With `known_start`, the boot id of a host, it
    /// first finds out whether the host has been started again, and joins only if it has.
    Connector(const Terms& terms, Random& random, Instant start,
              std::optional<std::uint64_t> known_start = {});
    /// Goes back to PROBING.
    void begin_anew(Instant start);
    /// Joins the host even if it has not been started again.
    void must_join() { known_start_.reset(); }
    bool is_check() const { return known_start_.has_value(); }

    bool is_probing() const { return std::holds_alternative<Probing>(state_); }

    /// Whether it answers our probe.
    bool is_answer(const wire::RoomAnswer& answer) const;
    /// Whether the answer says that the host has not been started again; then there is nothing more to find
    /// out.
    bool is_confirmed_by(const wire::RoomAnswer& answer) const { return answer.boot_id == known_start_; }
    /// Greets the host that answers. Tells why not if the room password and ours do not fit.
    std::optional<LinkEvent> handle(const wire::RoomAnswer& answer, Instant now);
    /// RoomKnown once the host has proven its key, and join() may follow; the reason, if it is the wrong
    /// host; empty if this is no answer to our greeting.
    std::optional<LinkEvent> handle(const wire::HostAnswer& answer);
    /// The host may have restarted. Then it has forgotten our handshake.
    void handle(const wire::Restarted& restarted, Instant now);

    /// The boot id of the host that has answered.
    std::uint64_t boot_id() const { return host_.boot_id; }
    /// The room's name as that host gives it, byte for byte; proven once handle() has given RoomKnown.
    const std::string& room_name() const { return host_.room_name; }

    /// Ends the handshake with the payload of a join, which asks for the events after `cursor`.
    void join(std::string_view payload, wire::Sequence cursor, Instant now);
    /// The session whose WELCOME we wait for; null if the state is not JOINING.
    Channel* channel();
    const Channel* channel() const;
    /// The result of a WELCOME; release() ends this connector.
    struct Joined {
        Channel channel;
        wire::Sequence cursor = 0; ///< the join asked for events after it
        std::uint64_t boot_id = 0;
    };
    Joined release();
    /// The host has spoken in the session. The join need not be repeated, but the host may let us wait.
    void stop_asking();
    /// When the host that lets us wait will have been silent for too long; empty if it does not let us wait.
    std::optional<Instant> silence_due() const;
    /// Whether the host lets us wait.
    bool is_waiting() const { return silence_due().has_value(); }

    void handle_deadline(Instant now);
    std::optional<std::string> poll_transmit(Instant now);
    std::optional<Instant> next_deadline() const;

  private:
    struct Probing {
        wire::Nonce nonce{};
    };
    struct Greeting {
        wire::SessionId client = 0;
        session::Handshake handshake;
        std::optional<session::RoomPasswordExchange> password_exchange;
        wire::SessionId server = 0; ///< known once the host has answered
    };
    struct Joining {
        Channel channel;
        wire::Sequence cursor = 0;
        std::optional<Instant> ping_at = {}; ///< set once the host has spoken
    };
    /// The datagram that is repeated until it is answered.
    struct Request {
        std::string datagram;
        Instant began{};
        Instant ask_at{};
        int asked = 0;
    };
    /// The host that has answered the probe.
    struct Host {
        std::uint64_t boot_id = 0;
        std::string room_name;
        RoomKnown room;
    };

    void ask(std::string datagram, Instant now);
    std::optional<std::string> poll_request(Instant now);
    bool is_asking() const { return !is_waiting(); }
    /// Whether the host has shown that it knows the room password; true if there is none.
    static bool agree_on_password(Greeting& greeting, wire::Reader& payload);

    const Terms* terms_;
    Random* random_;
    std::optional<std::uint64_t> known_start_;
    std::variant<Probing, Greeting, Joining> state_;
    Request request_;
    Host host_;
};

} // namespace chat
