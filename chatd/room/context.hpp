// SPDX-License-Identifier: MIT
// The state that the classic server and the session server share: the room, and the way to its log and to the
// admin. It knows neither server, nor where entries and notices go.
#pragma once

#include "chatd/admission/barred_addresses.hpp"
#include "chatd/room/messages.hpp"
#include "chatd/room/notice.hpp"
#include "chatd/room/room.hpp"
#include "chatd/room/room_log.hpp"
#include "common/base/time.hpp"
#include "common/net/address.hpp"
#include "common/wire/event.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chatd {

class RoomContext {
  public:
    explicit RoomContext(Messages messages = {})
        : messages_(std::move(messages)) {}

    Room& room() { return room_; }
    const Room& room() const { return room_; }
    const Messages& messages() const { return messages_; }

    /// Puts a command on its way to the log. It has happened when it comes back.
    void submit(wire::Entry entry) { entries_.push_back(std::move(entry)); }
    /// The entries that were submitted, in order. Their time is `time`, or that of the newest entry if it is
    /// later: the log's time never goes back.
    std::vector<wire::Entry> drain_entries(WallTime time);
    /// Asks the log for events.
    void ask(LogQuery query) { queries_.push_back(std::move(query)); }
    std::vector<LogQuery> drain_queries() { return std::exchange(queries_, {}); }
    /// Where a member is now, or is no more, for the log.
    void keep(KeptPath path) { paths_.push_back(std::move(path)); }
    std::vector<KeptPath> drain_paths() { return std::exchange(paths_, {}); }
    /// The entries of this turn have been given to the log.
    void begin_transmit(Instant now);
    /// About the time that an entry submitted now will have.
    WallTime time(Instant now) const;

    void notice(Notice notice) { notices_.push_back(std::move(notice)); }
    std::vector<Notice> drain_notices() { return std::exchange(notices_, {}); }

    /// The reason for which a join, or a command, was refused, in words.
    std::string words_for(wire::Refusal::Reason reason, const text::Name& name) const;
    /// The reason for which a command was refused, in words; empty if it was accepted.
    std::string words_for(const Room::Resolved& resolved) const;
    /// With the names that it is about, where the command is known still.
    std::string words_for(const Room::Resolved& resolved, const wire::Command& command) const;
    /// How often a refused name was put into words: to find a free one like it costs.
    std::uint64_t times_worded() const { return times_worded_; }

    /// The fault that keeps the log from saving, if there is one.
    const std::optional<std::string>& log_fault() const { return log_fault_; }
    void set_log_fault(std::optional<std::string> fault) { log_fault_ = std::move(fault); }
    /// Whether the log can save entries at present.
    bool can_save() const { return !log_fault_; }
    /// The oldest event that the log still has.
    wire::Sequence oldest_kept() const { return oldest_kept_; }
    void set_oldest_kept(wire::Sequence oldest) { oldest_kept_ = oldest; }

    /// Lets nobody new in from there for a while; `removed_at` is the entry that removed the member.
    void bar(const net::Address& source, wire::Sequence removed_at, Instant now);
    /// Whether a member was removed from there a short while ago, and this one is new to the room. One
    /// without a key always is: host_id.
    bool is_barred(const net::Address& source, const wire::MemberId& member, Instant now) const;

  private:
    Room room_;
    const Messages messages_;
    BarredAddresses barred_;
    wire::Sequence oldest_kept_ = 1;
    std::optional<std::string> log_fault_;
    mutable std::uint64_t times_worded_ = 0;
    WallTime stamped_{};                ///< the time of the last turn's entries, if it had any
    std::optional<Instant> stamped_at_; ///< about the instant at which that was

    // Of this turn.
    std::vector<wire::Entry> entries_;
    std::vector<LogQuery> queries_; ///< two of each member at most
    std::vector<KeptPath> paths_;
    std::vector<Notice> notices_;
};

} // namespace chatd
