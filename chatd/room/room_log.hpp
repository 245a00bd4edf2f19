// SPDX-License-Identifier: MIT
// The room's log as its users see it. Asynchronous by its shape: what is appended comes back, in order and
// with its sequence, once it is durable; only then has it happened. Beside the entries it keeps what can be
// made of them again: the event that each came to, for whoever reads later, and the room as it was at some
// entry, so that a start need not read all of them; and where members were heard last.
#pragma once

#include "common/base/time.hpp"
#include "common/wire/event.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
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

class RoomLog {
  public:
    using Id = std::array<std::uint8_t, 16>;

    virtual ~RoomLog() = default;

    /// Another one for every log that was ever begun.
    virtual const Id& id() const = 0;

    /// Takes a turn's entries, to be committed together and in this order.
    virtual void append(std::vector<wire::Entry> batch) = 0;
    /// What became durable since the last call, oldest first.
    virtual std::vector<wire::CommittedEntry> committed() = 0;
    /// Hands on up to `count` durable entries from `first`, or from the oldest kept if that is later. May
    /// wait for the disk: for the start.
    virtual void read(wire::Sequence first, std::size_t count,
                      const std::function<void(const wire::CommittedEntry&)>& handle) const = 0;
    /// The oldest entry that is kept; last() + 1 for none.
    virtual wire::Sequence first() const = 0;
    /// The newest durable entry's sequence; 0 for none.
    virtual wire::Sequence last() const = 0;

    /// What committed entries came to.
    virtual void keep(std::vector<KeptEvent> events) = 0;
    /// The room as of then; older snapshots are forgotten.
    virtual void keep(LogSnapshot snapshot) = 0;
    /// The newest one that was durable at the start.
    virtual std::optional<LogSnapshot> snapshot() const = 0;

    /// For the next run.
    virtual void keep(std::vector<KeptPath> paths) = 0;
    /// Those that were durable at the start.
    virtual std::vector<KeptPath> paths() const = 0;

    /// Hands on up to `count` events that were kept, from `first` on. May wait for the disk: for the start.
    virtual void read_events(wire::Sequence first, std::size_t count,
                             const std::function<void(const KeptEvent&)>& handle) const = 0;

    /// A search takes the place of an earlier one with its ticket that is not answered yet; one for no lines
    /// takes that back.
    virtual void ask(LogQuery query) = 0;
    /// What was asked for and has been read since the last call.
    virtual std::vector<LogPage> pages() = 0;
    /// Whether pages() has to be called again, without anything else to wait for.
    virtual bool is_busy() const { return false; }

    /// The room's time, now: what is thrown away by its age is old by that.
    virtual void set_time(WallTime, Instant) {}

    /// Why nothing can be saved at present, in words; it is tried again all the time.
    virtual std::optional<std::string> fault() const { return std::nullopt; }
    /// Readable when committed(), pages() or fault() have news; -1 if they never have by themselves.
    virtual int fd() const { return -1; }
};

} // namespace chatd
