// SPDX-License-Identifier: MIT
// The room: a deterministic state machine over its log. The same entries give the same roster, wherever and
// whenever they are applied. It knows members by their id and nothing of addresses, sessions or clocks.
#pragma once

#include "chatd/room/people.hpp"
#include "common/wire/event.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

namespace chatd {

class Room {
  public:
    struct Occupant {
        text::Name name;
        bool is_classic = true;
        bool is_away = false;
        std::optional<wire::Fingerprint> fingerprint = {}; ///< of its key; empty for a classic member
    };
    using Resolved = People::Resolved;
    using Outbox = People::Outbox;
    using Person = People::Person;
    using Roster = std::unordered_map<wire::MemberId, Occupant>;

    /// Something that nobody is told of.
    struct Unseen {};
    using Outcome = std::variant<wire::Event, wire::Refusal, Unseen>;

    /// A member that was removed stays out for so long, and so does anybody else who takes its name.
    static constexpr std::chrono::minutes removed_for{1};
    static constexpr std::size_t max_removed = 256; ///< the earliest goes first

    /// Decides an entry where it stands in the log: an event for the members, or a refusal for its author.
    Outcome apply(const wire::CommittedEntry& committed);

    /// All of it as bytes, for load() of another one.
    std::string save() const;
    /// False, and nothing in it, for bytes that save() did not write, in this version or an earlier one.
    bool load(std::string_view bytes);

    /// The reason why apply() would refuse the join of a member without a key, in an entry of that time. A
    /// courtesy that keeps pointless entries out of the log.
    std::optional<wire::Refusal::Reason> fault_of_join(const text::Name& name, WallTime when) const;
    /// The name with a low number behind it that nobody has: bob2 for bob. A courtesy: empty if that would
    /// take long to find.
    std::optional<text::Name> free_name_like(const text::Name& name) const;

    const Occupant* find(const wire::MemberId& member) const;
    /// The member who is called `name`, or something that looks like it.
    std::optional<wire::MemberId> find_like(const text::Name& name) const;
    /// Null if the log knows of no command of it.
    const Outbox* find_outbox(const wire::MemberId& member, std::uint64_t outbox) const;
    /// The record of a key, whether it is here or not; null for one that is new, or forgotten.
    const Person* find_person(const wire::MemberId& member) const { return people_.find(member); }
    const People& people() const { return people_; }
    /// Of the last entry that was applied; it never goes back.
    WallTime time() const { return time_; }
    const text::Text& topic() const { return topic_; }
    /// One entry a member; its bound is the hub's limit on members.
    const Roster& roster() const { return roster_; }

  private:
    struct Removed {
        WallTime until{};
        wire::MemberId member;
        text::Name name;
    };

    using At = wire::CommittedEntry; ///< the entry that a command stands in
    Outcome decide(const At& at);
    // What comes of each command. Only a member may give those that have a `self`, who is the author.
    Outcome decide(const At& at, const wire::Join& join);
    Outcome decide(const At& at, Occupant& self, const wire::Leave& leave);
    Outcome decide(const At& at, Occupant& self, const wire::Say& say);
    Outcome decide(const At& at, Occupant& self, const wire::Whisper& whisper);
    Outcome decide(const At& at, Occupant& self, const wire::Rename& change);
    Outcome decide(const At& at, Occupant& self, const wire::SetAway& away);
    Outcome decide(const At& at, const wire::SetTopic& topic);
    Outcome decide(const At& at, const wire::Shout& shout);
    Outcome decide(const At& at, const wire::Kick& kick);
    Outcome decide(const At& at, const wire::Free& free);
    Outcome decide(const At& at, const wire::Policy& policy);
    Outcome decide(const At& at, const wire::Unacceptable& unacceptable);
    /// Notes it of a member with a key.
    void note_speech(const wire::MemberId& member, const Occupant& occupant);
    /// The reason why `member` may not be called so.
    std::optional<wire::Refusal::Reason> fault_of_name(const text::Name& name, const wire::MemberId& member,
                                                       WallTime when) const;
    bool is_removed(const wire::MemberId& member) const;
    void add(const wire::MemberId& member, Occupant occupant);
    const Occupant& enter(const wire::MemberId& member, const wire::Join& join, wire::Sequence sequence);
    void rename(const wire::MemberId& member, Occupant& occupant, const text::Name& name);
    Occupant remove(const wire::MemberId& member, wire::Sequence sequence);
    void release(const wire::MemberId& member, const text::Name& name);
    void load_first_format(wire::Reader& reader);
    void load_second_format(wire::Reader& reader);

    WallTime time_{};
    Roster roster_;
    text::Text topic_;
    People people_;
    std::unordered_map<std::string, wire::MemberId>
        names_;                   ///< of those who are here, by each of a name's keys
    std::deque<Removed> removed_; ///< at most max_removed, the earliest first
};

} // namespace chatd
