// SPDX-License-Identifier: MIT
// The room's record of each key, present or not: the results of its commands, and the names that are kept for
// it. A part of Room, and as deterministic: its time is that of the log's entries. It does not know the names
// of those who are present; the roster does.
#pragma once

#include "common/base/time.hpp"
#include "common/wire/bytes.hpp"
#include "common/wire/event.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace chatd {

class People {
  public:
    /// The result of a command of an outbox.
    struct Resolved {
        std::uint64_t number = 0;
        wire::Sequence sequence = 0;
        std::optional<wire::Refusal::Reason> refusal;
    };
    struct Outbox {
        std::uint64_t id = 0;
        std::uint64_t last = 0;         ///< the newest number that was applied
        std::vector<Resolved> resolved; ///< the newest, at most max_resolved
    };
    /// A name that a key has, or had.
    struct HeldName {
        text::Name name;
        std::chrono::milliseconds stay{0}; ///< under it in all, less the stay that lasts
        WallTime since{};           ///< when this stay began, or the last one ended; 0: nobody noted it
        std::int64_t last_day = -1; ///< since 1970, on which it spoke under it
        unsigned days = 0;          ///< on which it spoke under it; 2 for all that are more
        bool is_kept = false;       ///< for when it comes back: it has the name no more, nobody else does
    };
    struct Person {
        wire::Sequence first_join = 0; ///< 0 as long as it never was in the room
        wire::Sequence touched = 0;    ///< its last command from an outbox, or its leave
        bool is_present = false;       ///< and called names.back() then
        std::vector<HeldName> names;   ///< at most max_names
        std::vector<Outbox> outboxes;  ///< at most max_outboxes, in the order of their last use
    };

    static constexpr std::size_t max_resolved = 32;
    static constexpr std::size_t max_outboxes = 8;
    static constexpr std::size_t max_names = 3;
    /// Of all keys: one more, and the name that was held for the shortest time goes. The names of those who
    /// are present are not among them.
    static constexpr std::size_t max_kept = 4096;
    /// Keys in all. Those that are present stay, however many they are; of the others those without a kept
    /// name go first, and of these the one that was silent for longest.
    static constexpr std::size_t max_people = 8192;

    /// Time goes on: names that were kept for long enough are let go.
    void advance(WallTime now);
    /// How long a name is kept; 0 for not at all.
    void set_names_for(std::chrono::seconds duration);
    std::chrono::seconds names_for() const { return names_for_; }

    void enter(const wire::MemberId& id, const text::Name& name, wire::Sequence sequence);
    void rename(const wire::MemberId& id, const text::Name& name);
    void leave(const wire::MemberId& id, wire::Sequence sequence);
    /// It has said something.
    void note_speech(const wire::MemberId& id);

    /// The outbox for a command of it, used now.
    Outbox& open_outbox(const wire::MemberId& id, std::uint64_t outbox, wire::Sequence sequence);

    /// Null for a key that the room has not seen, or has forgotten.
    const Person* find(const wire::MemberId& id) const;
    std::size_t size() const { return people_.size(); }
    /// Bytes of memory, about.
    std::size_t memory() const;

    /// For whom a name is kept that is, or looks like, this one.
    std::optional<wire::MemberId> keeper_of(const text::Name& name) const;
    /// Whether it is kept then for anybody but this one, if nothing happens before.
    bool is_kept_from(const wire::MemberId& id, const text::Name& name, WallTime when) const;
    struct Kept {
        text::Name name;
        wire::MemberId holder;
        WallTime until;
    };
    /// What is kept, the newest first, at most so many of it.
    std::vector<Kept> kept(std::size_t most) const;
    std::size_t kept_count() const { return by_stay_.size(); }
    /// Lets all go that is kept and looks like it. False if nothing is.
    bool free(const text::Name& name);

    void save(wire::Writer& writer) const;
    /// Into an empty one, with the time that it was saved at. Fails the reader for what save() did not write.
    void load(wire::Reader& reader, WallTime now);
    /// The outboxes as older versions saved them.
    void load_outboxes(wire::Reader& reader);

  private:
    class Change;
    void list(const wire::MemberId& id, const Person& person);
    void unlist(const wire::MemberId& id, const Person& person);
    Person& record(const wire::MemberId& id);
    void make_room();
    void drop_name(const wire::MemberId& id, const std::string& key);
    void trim_kept();
    void end_stay(Person& person);
    void begin_stay(Person& person, const text::Name& name);

    WallTime now_{};
    std::chrono::seconds names_for_{0};
    std::unordered_map<wire::MemberId, Person> people_; ///< at most max_people, or all that are present

    // Made of people_ by list(). A kept name goes by its first key, which no other name of its holder has.
    std::set<std::tuple<bool, wire::Sequence, wire::MemberId>> absent_; ///< has a kept name, touched
    std::set<std::tuple<std::chrono::milliseconds, wire::MemberId, std::string>> by_stay_;
    std::set<std::tuple<WallTime, wire::MemberId, std::string>> by_end_; ///< since when it is kept
    std::unordered_map<std::string, wire::MemberId> keepers_;            ///< by each of a kept name's keys
};

} // namespace chatd
