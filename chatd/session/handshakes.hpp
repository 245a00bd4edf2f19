// SPDX-License-Identifier: MIT
// The host's part of all that comes before a session: probes, cookies, and handshakes that have begun. It
// keeps nothing for an address until a cookie has come back from there, and little after.
#pragma once

#include "chatd/admission/ledger.hpp"
#include "chatd/session/cookies.hpp"
#include "common/base/random.hpp"
#include "common/base/secret_text.hpp"
#include "common/net/datagram.hpp"
#include "common/session/crypto.hpp"
#include "common/session/noise.hpp"
#include "common/session/room_password.hpp"
#include "common/session/session.hpp"
#include "common/wire/message.hpp"
#include "common/wire/packet.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chatd {

class Handshakes {
  public:
    /// Handshakes in one turn; each costs as much as the traffic of a hundred members.
    static constexpr int max_handshakes_per_turn = 64;

    struct Options {
        std::string room;
        std::string host;
        std::optional<SecretText> password; ///< a member must know it to join; empty if the room has none
    };
    /// `identity` is the host's long-term key; the others must outlive it.
    Handshakes(Options options, const session::KeyPair& identity, Random& random, Ledger& ledger);

    /// Members must know it from now on to join; empty lets everybody in. Handshakes under way begin anew.
    void set_password(std::optional<SecretText> password);

    /// The answer to a probe from `peer`; the room has so many members.
    std::string answer(const wire::Probe& probe, const net::Address& peer, std::size_t members, Instant now);
    /// The answer to a first handshake message: RESTARTED if the message is to another host than this one is
    /// now; empty if it is refused.
    std::optional<std::string> answer(const wire::Hello& hello, const net::Address& peer,
                                      const Source& source, Instant now);

    /// The datagram that tells a client that its host has restarted.
    std::string restarted() const { return format(wire::Restarted{boot_id_}); }

    /// A client that has proven its key.
    struct Arrival {
        std::unique_ptr<session::Session> session;
        wire::MemberId id;
        wire::JoinPayload join;
        Instant began{}; ///< when its HELLO came
    };
    /// The end of a handshake; empty if the request is invalid.
    std::optional<Arrival> finish(const wire::JoinRequest& request, const net::Address& peer, Instant now);

    void handle_deadline(Instant now);
    std::optional<Instant> next_deadline() const;
    void end_turn() { handshakes_this_turn_ = 0; }

    std::uint64_t refused_packets() const { return refused_; }
    /// Handshakes with the room password.
    struct Guesses {
        int failed = 0;           ///< handshakes that did not end well
        bool are_put_off = false; ///< since there were too many of them
        /// For the admin.
        std::string words() const;
    };
    /// The guesses since the last call by the addresses that they came from; every few seconds.
    std::map<std::string, Guesses> drain_guesses(Instant now);
    /// Bytes of memory, about.
    std::size_t memory() const;

  private:
    struct HalfOpen {
        session::Handshake handshake;
        net::Address peer;
        Source source;
        wire::SessionId client = 0;
        std::string hello;  ///< its message, to recognise it
        std::string answer; ///< its answer
        Instant began{};
        bool is_guess = false; ///< at the room password, until it has ended well
        bool is_tried = false; ///< a JOIN has come that did not end it
    };

    static constexpr std::size_t max_guessers = 256;

    /// Whether a handshake may begin that comes from there. It has paid for it then.
    bool may_begin(const Source& source, Instant now);
    /// The same of one that is a guess at the room's password.
    bool may_guess(const net::Address& peer, const Source& source, Instant now);
    /// The answer to a first message; empty if that is invalid, or a guess too many.
    std::optional<std::string> begin(const wire::Hello& hello, const net::Address& peer, const Source& source,
                                     Instant now);
    void end(std::map<wire::SessionId, HalfOpen>::iterator half, bool is_joined);
    /// Whether it comes from where the cookie was sent.
    bool has_good_cookie(const wire::Hello& hello, const net::Address& peer, Instant now) {
        return cookies_.is_good(peer, hello.stamp, hello.cookie, now);
    }
    /// Makes the room's description anew.
    void describe();
    /// Null if too many are counted already.
    Guesses* guesses_of(const std::string& where);
    /// The second message's payload; empty if the room password can't be agreed on.
    std::optional<std::string> payload_for(HalfOpen& half, wire::SessionId id,
                                           const std::optional<session::CpacePoint>& share,
                                           std::string_view prologue);

    Options options_;
    session::KeyPair identity_;
    Random& random_;
    std::uint64_t boot_id_;
    Cookies cookies_;
    wire::RoomAnswer room_; ///< views are into options_ and description_
    std::string description_;
    std::uint64_t digest_ = 0;
    Ledger& ledger_;
    std::map<wire::SessionId, HalfOpen> half_open_; ///< as many as the ledger allows
    std::map<std::string, Guesses> guesses_;        ///< at most max_guessers
    Instant tell_guesses_at_{};
    int handshakes_this_turn_ = 0;
    std::uint64_t refused_ = 0;
};

} // namespace chatd
