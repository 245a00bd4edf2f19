// SPDX-License-Identifier: MIT
// Both ends of chat/1 as an attacker builds them: with valid keys, and without any conduct of their own. They
// send what a test says and nothing else: any payload in a handshake, any bytes in a sealed packet under any
// number, true acknowledgements, false ones or none. No I/O and no clock.
#pragma once

#include "common/base/random.hpp"
#include "common/session/noise.hpp"
#include "common/session/ranges.hpp"
#include "common/session/room_password.hpp"
#include "common/wire/frame.hpp"
#include "common/wire/message.hpp"
#include "common/wire/packet.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace test {

/// Frames as the inside of a packet.
template<class... Kinds>
std::string frames(const Kinds&... frame) {
    std::string out;
    wire::Writer writer(out);
    (write(writer, frame), ...);
    return out;
}

/// An ACK of these packets and all between them.
std::string ack_of(std::uint64_t first, std::uint64_t last,
                   std::chrono::milliseconds delay = std::chrono::milliseconds(0));

/// What came in a session, for a test to look at. It grows with what comes: for tests alone.
struct Heard {
    struct Welcome {
        std::array<std::uint8_t, 16> log_id{};
        wire::Sequence head = 0;
        wire::Sequence start = 0;
        std::uint64_t last_command = 0;
        std::string name;
    };
    struct Result {
        bool is_accepted = false;
        wire::Sequence sequence = 0;
        std::string reason;
    };
    std::optional<Welcome> welcome;
    std::map<std::uint64_t, Result> results;      ///< by the command's number
    std::map<wire::Sequence, std::string> events; ///< those that fit a packet
    std::map<std::uint64_t, std::string> commands;
    std::vector<std::string> notices;
    std::optional<std::uint64_t> challenge; ///< the last one's token
    std::optional<wire::CloseFrame::Code> close;
    std::string close_words;
    std::size_t found_bytes = 0;
    std::size_t packets = 0;
    std::size_t malformed = 0; ///< packets that the shipped parser does not take

    /// Whether a line with this text is among the events.
    bool has_said(std::string_view text) const;
};

/// A session that seals what it is told to.
class RawSession {
  public:
    RawSession(const session::TrafficKeys& keys, wire::SessionId ours, wire::SessionId theirs)
        : keys_(keys)
        , ours_(ours)
        , theirs_(theirs) {}

    wire::SessionId id() const { return ours_; }
    /// A packet with the next number, or with any.
    std::string packet(std::string_view inside) { return packet(inside, next_number_++); }
    std::string packet(std::string_view inside, std::uint64_t number) const;
    std::uint64_t next_number() const { return next_number_; }
    void go_on_at(std::uint64_t number) { next_number_ = number; }

    /// Opens what is for this session; false for anything else.
    bool take(const wire::Data& data, std::string_view datagram);
    const Heard& heard() const { return heard_; }
    /// What an honest peer would put into a packet now: an ACK of all that has come, if anything came that
    /// wants one. Empty if nothing did since the last call.
    std::string true_answer();
    /// An ACK of all that has come; empty if nothing has.
    std::string true_ack() const;
    /// The highest number that has come.
    std::uint64_t newest() const { return newest_; }
    /// The same of those that want to be acknowledged.
    std::uint64_t newest_eliciting() const { return newest_eliciting_; }

  private:
    session::TrafficKeys keys_;
    wire::SessionId ours_;
    wire::SessionId theirs_;
    std::uint64_t next_number_ = 0;
    std::uint64_t newest_ = 0;
    std::uint64_t newest_eliciting_ = 0;
    session::Ranges received_{wire::max_ack_ranges};
    bool is_ack_due_ = false;
    std::string responses_; ///< frames
    Heard heard_;
};

/// A client's end.
class RawClient {
  public:
    /// `random` must outlive it.
    RawClient(const session::KeyPair& identity, Random& random, std::optional<std::string> password = {});
    /// With a key of its own for each seed.
    static session::KeyPair key(std::uint64_t seed);

    std::string probe();
    bool has_room() const { return !room_.empty(); }
    /// Begins a handshake with the room that has answered.
    std::string hello();
    bool has_host() const { return server_.has_value(); }
    /// Ends it with these bytes as the payload. Again, with other ones, as often as one likes.
    std::string join(std::string_view payload);
    /// A well-formed payload.
    static wire::JoinPayload payload(std::string name, std::uint64_t outbox = 1, std::uint64_t attempt = 1);

    /// None before join().
    RawSession* session() { return session_ ? &*session_ : nullptr; }
    const RawSession* session() const { return session_ ? &*session_ : nullptr; }
    bool is_welcome() const { return session_ && session_->heard().welcome.has_value(); }

    void take(std::string_view datagram);

    /// A command of one's outbox.
    std::string command(std::uint64_t number, const wire::Command& command);
    /// What one says.
    std::string say(std::uint64_t number, std::string_view text);
    std::string rename(std::uint64_t number, std::string_view name);

  private:
    session::KeyPair identity_;
    Random& random_;
    std::optional<std::string> password_;
    std::string room_; ///< the ROOM datagram
    wire::SessionId client_ = 0;
    std::optional<wire::SessionId> server_;
    std::optional<session::Handshake> handshake_;
    std::optional<session::RoomPasswordExchange> exchange_;
    std::optional<RawSession> session_;
};

/// The host's end, for a client to meet.
class RawHost {
  public:
    /// `random` must outlive it.
    RawHost(const session::KeyPair& identity, Random& random);

    /// Remembers what was asked last; opens what is sealed.
    void take(std::string_view datagram);
    bool is_probed() const { return nonce_.has_value(); }
    bool is_greeted() const { return hello_.has_value(); }
    /// The answer to the last probe.
    std::string room(std::string_view name = "room", std::uint64_t boot_id = 1);
    /// The answer to the last HELLO, with these bytes behind the session's id, or with nothing but them.
    std::string host(std::string_view more = {}, bool has_id = true);
    /// None before a JOIN has come.
    RawSession* session() { return session_ ? &*session_ : nullptr; }
    const std::optional<wire::JoinPayload>& join() const { return join_; }
    wire::WelcomeFrame welcome(wire::Sequence head, wire::Sequence start) const;

  private:
    void finish(const wire::JoinRequest& request);

    session::KeyPair identity_;
    Random& random_;
    std::optional<wire::Nonce> nonce_;
    std::string room_;                 ///< as it was answered last
    std::optional<std::string> hello_; ///< the datagram
    wire::SessionId server_ = 0;
    std::optional<session::Handshake> handshake_;
    std::optional<RawSession> session_;
    std::optional<wire::JoinPayload> join_;
};

} // namespace test
