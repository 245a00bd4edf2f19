// SPDX-License-Identifier: MIT
// The room: a deterministic state machine over its log. The same entries give the same roster, wherever and
// whenever they are applied. It knows members by their id and nothing of addresses, sessions or clocks.
#pragma once

#include "common/wire/event.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>

namespace chatd {

class Room {
  public:
    struct Occupant {
        text::Name name;
        bool is_classic = true;
        bool is_away = false;
        std::optional<wire::Fingerprint> fingerprint = {}; ///< of its key; nothing for a classic member
    };
    /// What became of a command of an outbox.
    struct Settled {
        std::uint64_t number = 0;
        wire::Sequence sequence = 0;
        std::optional<wire::Refusal::Reason> refusal;
    };
    struct Outbox {
        std::uint64_t last = 0;      ///< the newest number that was applied
        std::deque<Settled> settled; ///< the newest, at most max_settled
        wire::Sequence touched = 0;
    };
    static constexpr std::size_t max_settled = 32;
    /// Of all members, present or not; the one that was silent for longest is forgotten first.
    static constexpr std::size_t max_outboxes = 8192;
    using Roster = std::unordered_map<wire::MemberId, Occupant>;

    /// Decides an entry where it stands in the log: an event for the members, or a refusal for its author.
    std::variant<wire::Event, wire::Refusal> apply(const wire::CommittedEntry& committed);

    /// All of it as bytes, for load() of another one.
    std::string save() const;
    /// False, and nothing in it, for bytes that save() did not write.
    bool load(std::string_view bytes);

    /// What apply() would refuse a join for; a courtesy that keeps pointless entries out of the log.
    std::optional<wire::Refusal::Reason> fault_of_join(const text::Name& name) const;
    /// The name with the lowest number behind it that nobody holds: bob2 for bob.
    std::optional<text::Name> free_name_like(const text::Name& name) const;

    const Occupant* find(const wire::MemberId& member) const;
    /// Who is called `name`, or something that looks like it.
    std::optional<wire::MemberId> find_like(const text::Name& name) const;
    /// Nothing if the log knows of no command of it.
    const Outbox* find_outbox(const wire::MemberId& member, std::uint64_t outbox) const;
    /// Of the last entry that was applied; it never goes back.
    WallTime time() const { return time_; }
    const text::Text& topic() const { return topic_; }
    /// One entry a member; its bound is the hub's limit on members.
    const Roster& roster() const { return roster_; }

  private:
    std::variant<wire::Event, wire::Refusal> decide(const wire::CommittedEntry& committed);
    Outbox& open_outbox(const wire::MemberId& member, std::uint64_t outbox);
    const Occupant& enter(const wire::MemberId& member, Occupant occupant);
    Occupant remove(const wire::MemberId& member);

    Roster roster_;
    WallTime time_{};
    text::Text topic_;
    std::map<std::pair<wire::MemberId, std::uint64_t>, Outbox> outboxes_;
    std::unordered_map<std::string, wire::MemberId> names_; ///< by each of a name's keys
};

} // namespace chatd
