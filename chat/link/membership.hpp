// SPDX-License-Identifier: MIT
// Our place in a room, whatever session it is held with: how far its log has been read, what was typed and
// is not resolved, what is looked for, and what we are called. Frames of the live session go in; what they
// come to goes to the Reporter. The ResumeStore has what the next run needs.
#pragma once

#include "chat/link/channel.hpp"
#include "chat/link/history_search.hpp"
#include "chat/link/inbox.hpp"
#include "chat/link/keyring.hpp"
#include "chat/link/outbox.hpp"
#include "chat/link/reporter.hpp"
#include "chat/link/resume_store.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chat {

class Membership {
  public:
    /// Joins as `name`; `history` is the number of lines wanted of what was said before. `store` and
    /// `keyring` may be null. `reporter` must outlive it.
    Membership(std::string name, std::size_t history, std::shared_ptr<ResumeStore> store,
               std::shared_ptr<Keyring> keyring, std::uint64_t outbox_id, Reporter& reporter);

    // ---- what the user wants
    void submit(LineId id, const wire::Command& command);
    void set_seen(wire::Sequence sequence);
    void find(wire::Sequence before, const std::string& needle) { search_.begin(before, needle); }
    void show_typing(bool is_typing) { typing_pending_ = is_typing; }

    // ---- joining
    /// The first handshake has shown which room it is. Finds what was kept of it, and puts the key that it is
    /// joined with, if there is a keyring, into `identity`.
    void begin(RoomId room, session::KeyPair& identity);
    /// That begin() was given.
    const std::optional<RoomId>& room() const { return room_; }
    wire::Sequence cursor() const { return inbox_.cursor(); }
    /// The payload of the next handshake.
    std::string next_join();
    /// No session is there: what came early may have been of another log.
    void forget_early() { inbox_.forget_early(); }
    /// The WELCOME of `channel`, which was asked for from `asked_from` on.
    void begin_session(const wire::WelcomeFrame& welcome, wire::Sequence asked_from, bool is_first,
                       Channel& channel);

    // ---- what the host says; false for what no host sends
    Inbox& inbox() { return inbox_; }
    bool accept(const wire::MatchesFrame& frame);
    void resolve(const wire::ResultFrame& result);
    /// Tells what is next in the log, and who can't be reached by then.
    void deliver_events(Channel& channel);

    // ---- what goes out
    void handle_acknowledged(const std::vector<session::SentItem>& items);
    void handle_lost(const std::vector<session::SentItem>& items);
    /// Whether there are commands to send.
    bool is_owing() const { return outbox_.is_owing(); }
    void write(session::PacketBuilder& packet);
    /// Commands, and lines, that have no result.
    std::size_t unresolved_commands() const { return outbox_.size(); }
    std::size_t unresolved_lines() const { return outbox_.line_count(); }
    /// Keeps what has changed. To be called before anything of it leaves.
    void save();

  private:
    void load();
    /// How the host's log goes on beside what was seen of it.
    void tell_of_log(const wire::WelcomeFrame& welcome, bool is_same_log, bool is_behind);
    void accept_name(const wire::WelcomeFrame& welcome, bool hears_renames);
    /// `wanted` was asked for at the join.
    void be_called(const std::string& name, std::string wanted = {});
    /// Tells, and applies, what is true once the events up to the cursor are told.
    void catch_up(Channel& channel);
    void deliver(wire::Event event, Presence& presence);
    bool is_own(const wire::Event& event);

    std::string name_;
    std::size_t history_;
    std::shared_ptr<ResumeStore> store_;
    std::shared_ptr<Keyring> keyring_;
    Reporter& reporter_;
    std::optional<RoomId> room_;
    bool has_changed_ = false; ///< what is kept

    std::array<std::uint8_t, 16> log_id_{};
    Inbox inbox_;
    wire::Sequence history_end_ = 0; ///< up to it events are from before we were there
    wire::Sequence head_ = 0;        ///< of the log at the last WELCOME
    wire::Sequence first_head_ = 0;  ///< events up to it may be an earlier run's
    /// What we are called, once events are there.
    std::optional<std::pair<wire::Sequence, std::string>> name_then_;
    Outbox outbox_;
    std::uint64_t attempts_ = 0;
    HistorySearch search_;
    std::optional<bool> typing_pending_;
};

} // namespace chat
