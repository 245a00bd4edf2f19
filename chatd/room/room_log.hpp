// SPDX-License-Identifier: MIT
// The room's log as its users see it: it is restored at the start; then a turn writes a batch, asks, and
// takes what is new. Asynchronous by its shape: an entry that is written comes back, in order and with its
// sequence, once it is durable; only then has it happened. Beside the entries it keeps what can be made of
// them again: the event that each came to, for those who read later, and the room as it was at some entry, so
// that a start need not read all of them; and where members were heard last.
#pragma once

#include "common/base/time.hpp"
#include "common/wire/event.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chatd {

/// What an entry came to, as members get it; empty for nothing.
struct KeptEvent {
    wire::Sequence sequence = 0;
    std::string bytes;
    wire::Readers only_for = {};
};

/// Where a member was heard last, in its writer's form; empty to forget it.
struct KeptPath {
    wire::MemberId member;
    std::string path;
};

/// Asks for events: up to `count` from `first` on; or up to `count` before `first` that hold `needle`.
struct LogQuery {
    std::uint64_t ticket = 0; ///< the asker's, who looks for one thing at a time
    wire::Sequence first = 0;
    std::size_t count = 0;
    bool is_search = false;
    std::string needle = {};
    wire::MemberId reader = {}; ///< what is only for others is not found
    std::uint64_t number = 0;   ///< the asker's, of its searches
};

/// What an answer holds of events, so that neither many askers nor large events cost much memory; it has one
/// event at least, if there is one.
inline constexpr std::size_t max_page_bytes = 16384;

/// The answer, oldest first. Of what is not in a run, from `first` to before `end`, nothing is kept; what is
/// from `end` on is to be asked for anew.
struct LogPage {
    std::uint64_t ticket = 0;
    bool is_search = false;
    wire::Sequence first = 0;
    wire::Sequence end = 0;
    std::vector<KeptEvent> events = {};
    bool is_all = false;      ///< a search has reached the oldest
    std::uint64_t number = 0; ///< the query's
};

/// The room, as Room::save() wrote it, when all entries up to `sequence` had been applied.
struct LogSnapshot {
    wire::Sequence sequence = 0;
    std::string room = {};
};

/// Another one for every log that was ever begun.
using LogId = std::array<std::uint8_t, 16>;

/// What a start needs of the log.
struct LogStart {
    LogId id{};
    wire::Sequence first = 1;                 ///< the oldest entry that is kept; last + 1 if there are none
    wire::Sequence last = 0;                  ///< the newest durable entry; 0 if there are none
    std::optional<LogSnapshot> snapshot = {}; ///< the newest
    std::vector<wire::CommittedEntry> entries = {}; ///< those behind the snapshot, oldest first
    std::vector<KeptEvent> events = {};             ///< of the newest entries, as far as they were kept
    std::vector<KeptPath> paths = {};
};

/// The room's time at an instant: what is thrown away by its age is old by that.
struct LogTime {
    WallTime time;
    Instant now;
};

/// What a turn writes.
struct LogBatch {
    std::vector<wire::Entry> entries = {};    ///< committed together and in this order
    std::vector<KeptPath> paths = {};         ///< for the next run; durable with the entries, or soon
    std::vector<KeptEvent> events = {};       ///< what committed entries came to
    std::optional<LogSnapshot> snapshot = {}; ///< older ones are forgotten
    std::optional<LogTime> as_of = {};
    bool is_empty() const { return entries.empty() && paths.empty() && events.empty() && !snapshot; }
};

/// What is new since it was taken last.
struct LogNews {
    std::vector<wire::CommittedEntry> committed = {}; ///< oldest first
    std::vector<LogPage> pages = {};                  ///< what was asked for
    wire::Sequence first = 1;                         ///< the oldest entry that is kept
    std::optional<std::string> fault = {}; ///< why nothing can be saved at present; it is tried all the time
};

class RoomLog {
  public:
    virtual ~RoomLog() = default;

    /// What is in it, with the events of the `newest` entries. May wait for the disk: for the start.
    virtual LogStart restore(std::size_t newest) const = 0;
    virtual void write(LogBatch batch) = 0;
    /// A search takes the place of an earlier one with its ticket that is not answered yet; one for no lines
    /// takes that back.
    virtual void ask(LogQuery query) = 0;
    virtual LogNews drain_news() = 0;

    /// Whether there are news to come, without anything to wait for.
    virtual bool is_busy() const { return false; }
    /// Readable when there are news; -1 if there never are by themselves.
    virtual int fd() const { return -1; }
};

} // namespace chatd
