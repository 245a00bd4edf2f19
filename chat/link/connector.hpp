// SPDX-License-Identifier: MIT
// The way to a session: the probe, the handshake, and the wish to join. Each is asked again until it is
// answered.
#pragma once

#include "chat/link/link.hpp"
#include "common/base/random.hpp"
#include "common/session/noise.hpp"
#include "common/session/room_password.hpp"
#include "common/session/session.hpp"
#include "common/wire/packet.hpp"

#include <memory>
#include <optional>
#include <string>

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
        std::optional<SecretText> key = {};
        /// A host that is not known, and can't prove itself by the room's key, is asked about first.
        bool asks_trust = false;
    };
    /// Probes from `start` on. Both references must outlive it.
    Connector(const Terms& terms, Random& random, Instant start);

    bool is_probing() const { return stage_ == Stage::probing; }
    bool is_joining() const { return stage_ == Stage::joining; }
    /// Its stage.
    Instant began() const { return began_; }
    /// Of the host that has answered.
    std::uint64_t boot_id() const { return boot_id_; }
    /// What it calls its room, byte for byte; proven once handle() has given RoomKnown.
    const std::string& room_name() const { return room_name_; }

    /// Whether it is what the probe asked for.
    bool is_answer(const wire::RoomAnswer& answer) const;
    /// Says hello to who answers, unless the room's key and ours do not fit.
    std::optional<LinkEvent> handle(const wire::RoomAnswer& answer, Instant now);
    /// RoomKnown once the host has shown who it is and join() may follow; why not, if it is the wrong one;
    /// nothing for what is no answer.
    std::optional<LinkEvent> handle(const wire::HostAnswer& answer);
    /// Ends the handshake. Null if that can't be.
    std::unique_ptr<session::Session> join(std::string_view payload, Instant now);

    /// What is asked now, if anything is.
    std::optional<std::string> poll_transmit(Instant now);
    Instant next_deadline() const { return is_heard_ ? Instant::max() : ask_at_; }
    /// The host has spoken in the session: it need not be asked again, but may let us wait.
    void stop_asking() { is_heard_ = true; }
    bool is_heard() const { return is_heard_; }
    /// Whether it was asked so often that the host must have forgotten half of the handshake.
    bool is_stuck() const;

  private:
    enum class Stage { probing, greeting, joining };

    void ask(Stage stage, std::string datagram, Instant now);
    /// Whether the host has shown that it knows the room's key, as far as there is one.
    bool agree_on_key(wire::Reader& payload);

    const Terms& terms_;
    Random& random_;
    Stage stage_ = Stage::probing;
    Instant began_{};
    std::string request_;
    Instant ask_at_{};
    int asked_ = 0;
    bool is_heard_ = false;
    wire::Nonce nonce_{};
    std::uint64_t boot_id_ = 0;
    std::string room_name_;
    RoomKnown room_;
    wire::SessionId client_ = 0;
    wire::SessionId server_ = 0;
    std::optional<session::Handshake> handshake_;
    std::optional<session::RoomPasswordExchange> key_exchange_;
};

} // namespace chat
