// SPDX-License-Identifier: MIT
// The way to a session, in the states PROBING, GREETING and JOINING of chat-protocol(7): the probe, the
// handshake, and the wait for the WELCOME. Each is asked again until it is answered. It says nothing to a
// host that is not the one that is meant; what the user is told of that is its owner's.
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
    /// Asked again after so long at first, then after longer.
    static constexpr Duration shortest_interval = std::chrono::milliseconds(100);

    /// Who we are, and who is meant.
    struct Terms {
        /// May be another one until join(): it is not said to anybody before.
        session::KeyPair identity;
        /// The host's, where it is known; another one is refused.
        std::optional<std::string> fingerprint = {};
        /// The room's key, if it has one.
        std::optional<SecretText> password = {};
        /// A host that is not known, and can't prove itself by the room's key, is asked about first.
        bool asks_trust = false;
    };
    /// Probes from `start` on. Both references must outlive it. With `known_start`, the boot id of a host, it
    /// only finds out whether another start of the host is there now, and goes on to join that.
    Connector(const Terms& terms, Random& random, Instant start,
              std::optional<std::uint64_t> known_start = {});
    /// Is at the beginning again, in PROBING.
    void begin_anew(Instant start);
    /// Whichever start of the host answers is joined.
    void must_join() { known_start_.reset(); }
    bool is_check() const { return known_start_.has_value(); }

    bool is_probing() const { return std::holds_alternative<Probing>(state_); }

    /// Whether it is what the probe asked for.
    bool is_answer(const wire::RoomAnswer& answer) const;
    /// Whether an answer says that the host is still the known start of it, and all that was wanted is known.
    bool is_confirmed_by(const wire::RoomAnswer& answer) const { return answer.boot_id == known_start_; }
    /// Says hello to the host that answers; why not, if the room's key and ours do not fit.
    std::optional<LinkEvent> handle(const wire::RoomAnswer& answer, Instant now);
    /// RoomKnown once the host has shown who it is and join() may follow; why not, if it is the wrong one;
    /// empty for what is no answer.
    std::optional<LinkEvent> handle(const wire::HostAnswer& answer);
    /// The host may have restarted, and then has forgotten what it has of a handshake.
    void handle(const wire::Restarted& restarted, Instant now);

    /// Of the host that has answered.
    std::uint64_t boot_id() const { return host_.boot_id; }
    /// What that calls its room, byte for byte; proven once handle() has given RoomKnown.
    const std::string& room_name() const { return host_.room_name; }

    /// Ends the handshake with that payload, which asks for events behind `cursor`.
    void join(std::string_view payload, wire::Sequence cursor, Instant now);
    /// In JOINING, the session whose WELCOME is awaited; otherwise null.
    Channel* channel();
    const Channel* channel() const;
    /// What the WELCOME makes of it, which ends this.
    struct Joined {
        Channel channel;
        wire::Sequence cursor = 0; ///< that was asked from
        std::uint64_t boot_id = 0;
    };
    Joined release();
    /// The host has spoken in the session: it need not be asked again, but may let us wait.
    void stop_asking();
    /// When a host that lets us wait has been silent for too long; empty if none does.
    std::optional<Instant> silence_due() const;
    /// Whether a host lets us wait.
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
        wire::SessionId server = 0; ///< once the host has answered
    };
    struct Joining {
        Channel channel;
        wire::Sequence cursor = 0;
        std::optional<Instant> ping_at = {}; ///< once the host has spoken
    };
    /// What is asked until it is answered.
    struct Request {
        std::string datagram;
        Instant began{};
        Instant ask_at{};
        int asked = 0;
    };
    /// What has answered the probe.
    struct Host {
        std::uint64_t boot_id = 0;
        std::string room_name;
        RoomKnown room;
    };

    void ask(std::string datagram, Instant now);
    std::optional<std::string> poll_request(Instant now);
    bool is_asking() const { return !is_waiting(); }
    /// Whether the host has shown that it knows the room's key, as far as there is one.
    static bool agree_on_password(Greeting& greeting, wire::Reader& payload);

    const Terms* terms_;
    Random* random_;
    std::optional<std::uint64_t> known_start_;
    std::variant<Probing, Greeting, Joining> state_;
    Request request_;
    Host host_;
};

} // namespace chat
