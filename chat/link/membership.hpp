// SPDX-License-Identifier: MIT
// Our place in a room, which outlives its sessions: how far its log has been read, the commands that are not
// resolved, the search, and our name. Frames of the live session go in; the Reporter gets what they mean. The
// ResumeStore gets what the next run needs.
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
    /// Joins as `name` and asks for `history` earlier lines. `store` and `keyring` may be null. `reporter`
    /// must outlive it.
    Membership(std::string name, std::size_t history, std::shared_ptr<ResumeStore> store,
               std::shared_ptr<Keyring> keyring, std::uint64_t outbox_id, Reporter& reporter);

    // ---- what the user wants
    void submit(LineId id, const wire::Command& command);
    void set_seen(wire::Sequence sequence);
    void find(wire::Sequence before, const std::string& needle) { search_.begin(before, needle); }
    void show_typing(bool is_typing) { typing_pending_ = is_typing; }

    // ---- joining
    /// The first handshake has shown which room it is. Loads what was kept of it. If there is a keyring, puts
    /// the key to join with into `identity`.
    void begin(RoomId room, session::KeyPair& identity);
    /// The room that begin() was given.
    const std::optional<RoomId>& room() const { return room_; }
    wire::Sequence cursor() const { return inbox_.cursor(); }
    /// The payload of the next handshake.
    std::string next_join();
    /// There is no session: events beyond the next one may have been of another log.
    void forget_early() { inbox_.forget_early(); }
    /// The host has welcomed us in `channel`; the join asked for events after `asked_from`.
    void begin_session(const wire::WelcomeFrame& welcome, wire::Sequence asked_from, bool is_first,
                       Channel& channel);

    // ---- frames of the host; false if no host sends such a one
    Inbox& inbox() { return inbox_; }
    bool accept(const wire::MatchesFrame& frame);
    void resolve(const wire::ResultFrame& result);
    /// Tells the next events of the log, and whose presence has changed by then.
    void deliver_events(Channel& channel);

    // ---- what goes out
    void handle_acknowledged(const std::vector<session::SentItem>& items);
    void handle_lost(const std::vector<session::SentItem>& items);
    /// Whether there are commands to send.
    bool is_owing() const { return outbox_.is_owing(); }
    void write(session::PacketBuilder& packet);
    /// Commands, and typed lines, that have no result yet.
    std::size_t unresolved_commands() const { return outbox_.size(); }
    std::size_t unresolved_lines() const { return outbox_.line_count(); }
    /// Saves all that has changed. To be called before any of it is sent.
    void save();

  private:
    void load();
    /// Tells the user how the host's log differs from what was seen of it.
    void tell_of_log(const wire::WelcomeFrame& welcome, bool is_same_log, bool is_behind);
    void accept_name(const wire::WelcomeFrame& welcome, bool hears_renames);
    /// `wanted` was asked for at the join.
    void be_called(const std::string& name, std::string wanted = {});
    /// Tells the roster, the presence and our name that hold once the events up to the cursor are told.
    void catch_up(Channel& channel);
    void deliver(wire::Event event, Presence& presence);
    bool is_own(const wire::Event& event);

    std::string name_;
    std::size_t history_;
    std::shared_ptr<ResumeStore> store_;
    std::shared_ptr<Keyring> keyring_;
    Reporter& reporter_;
    std::optional<RoomId> room_;
    bool has_changed_ = false; ///< since the last save()

    std::array<std::uint8_t, 16> log_id_{};
    Inbox inbox_;
    wire::Sequence history_end_ = 0; ///< events up to it are from before we joined
    wire::Sequence head_ = 0;        ///< the newest entry of the log at the last WELCOME
    wire::Sequence first_head_ = 0;  ///< events up to it may be an earlier run's
    /// Our new name, and the event from which on we have it.
    std::optional<std::pair<wire::Sequence, std::string>> name_then_;
    Outbox outbox_;
    std::uint64_t attempts_ = 0;
    HistorySearch search_;
    std::optional<bool> typing_pending_;
};

} // namespace chat
