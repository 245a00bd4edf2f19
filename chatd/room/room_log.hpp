// SPDX-License-Identifier: MIT
// The interface of the room's log: restore it at the start; then each turn writes a batch, asks, and drains
// what is new. It is asynchronous: an entry that was written comes back, in order and with its sequence, once
// it is durable; only then has it happened. Beside the entries it keeps the event that each came to, for
// later readers; the room as of some entry, so that a start need not read all entries; and the addresses
// where members were heard last.
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

/// The event that an entry came to, encoded as members get it; no bytes if there is none.
struct KeptEvent {
    wire::Sequence sequence = 0;
    std::string bytes;
    wire::Readers only_for = {};
};

/// The address where a member was heard last, in the form of its writer; an empty one is forgotten.
struct KeptPath {
    wire::MemberId member;
    std::string path;
};

/// Asks for a run of up to `count` events from `first` on; or searches for up to `count` before `first` that
/// hold `needle`.
struct LogQuery {
    std::uint64_t ticket = 0; ///< names the member that asks; it has one search at a time
    wire::Sequence first = 0;
    std::size_t count = 0;
    bool is_search = false;
    std::string needle = {};
    wire::MemberId reader = {}; ///< a search does not find events that are only for others
    std::uint64_t number = 0;   ///< the member's own number of the search
};

/// Bytes of events in an answer, so that neither many questions nor large events cost much memory. An answer
/// has at least one event, if there is one.
inline constexpr std::size_t max_page_bytes = 16384;

/// The answer, the oldest event first. A sequence from `first` to before `end` that is not in a run has no
/// kept event; for those from `end` on the member asks again.
struct LogPage {
    std::uint64_t ticket = 0;
    bool is_search = false;
    wire::Sequence first = 0;
    wire::Sequence end = 0;
    std::vector<KeptEvent> events = {};
    bool is_all = false;      ///< the search has reached the oldest event
    std::uint64_t number = 0; ///< the query's
};

/// The room, as Room::save() wrote it, when all entries up to `sequence` had been applied.
struct LogSnapshot {
    wire::Sequence sequence = 0;
    std::string room = {};
};

/// Every log that is begun gets another one.
using LogId = std::array<std::uint8_t, 16>;

/// All that a start needs of the log.
struct LogStart {
    LogId id{};
    wire::Sequence first = 1;                 ///< the oldest entry that is kept; last + 1 if there are none
    wire::Sequence last = 0;                  ///< the newest durable entry; 0 if there are none
    std::optional<LogSnapshot> snapshot = {}; ///< the newest
    std::vector<wire::CommittedEntry> entries = {}; ///< those after the snapshot, the oldest first
    std::vector<KeptEvent> events = {};             ///< of the newest entries, as far as they were kept
    std::vector<KeptPath> paths = {};
};

/// The room's time at an instant. By it the log judges which entries are too old.
struct LogTime {
    WallTime time;
    Instant now;
};

/// All that a turn writes.
struct LogBatch {
    std::vector<wire::Entry> entries = {};    ///< committed together and in this order
    std::vector<KeptPath> paths = {};         ///< for the next run; durable with the entries, or soon
    std::vector<KeptEvent> events = {};       ///< those that committed entries came to
    std::optional<LogSnapshot> snapshot = {}; ///< it takes the place of older ones
    std::optional<LogTime> as_of = {};
    bool is_empty() const { return entries.empty() && paths.empty() && events.empty() && !snapshot; }
};

/// All that is new since the last drain_news().
struct LogNews {
    std::vector<wire::CommittedEntry> committed = {}; ///< oldest first
    std::vector<LogPage> pages = {};                  ///< answers
    wire::Sequence first = 1;                         ///< the oldest entry that is kept
    std::optional<std::string> fault = {}; ///< why nothing can be saved at present; the log goes on trying
};

class RoomLog {
  public:
    virtual ~RoomLog() = default;

    /// The content of the log, with the events of the `newest` entries. It may wait for the disk, as at the
    /// start.
    virtual LogStart restore(std::size_t newest) const = 0;
    virtual void write(LogBatch batch) = 0;
    /// A search takes the place of an earlier one with the same ticket; one for no lines only takes the
    /// earlier one back.
    virtual void ask(LogQuery query) = 0;
    virtual LogNews drain_news() = 0;

    /// Whether drain_news() will have more without any wait.
    virtual bool is_busy() const { return false; }
    /// Readable when there are news; -1 if news come only when the caller asks.
    virtual int fd() const { return -1; }
};

} // namespace chatd
