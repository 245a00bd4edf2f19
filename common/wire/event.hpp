// SPDX-License-Identifier: MIT
// Everything that happens in a room, as values: commands, the log entries that they become, and the events
// and refusals that come of applying those. Nothing here knows how any of it travels or is kept.
#pragma once

#include "common/base/time.hpp"
#include "common/text/name.hpp"
#include "common/text/utf8.hpp"

#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace wire {

/// Place of an entry in the room's log; the first entry is 1.
using Sequence = std::uint64_t;

/// A member's identity in the room: 32 bytes, as long as a public key. A classic member has no key, so its
/// host makes up a number when it asks to join.
struct MemberId {
    std::array<std::uint8_t, 32> bytes{};

    static MemberId classic(std::uint64_t number) {
        MemberId id;
        std::memcpy(id.bytes.data() + id.bytes.size() - sizeof number, &number, sizeof number);
        return id;
    }
    auto operator<=>(const MemberId&) const = default;
};

/// The short form of a key, for people: the 80 bits that session::fingerprint() shows.
using Fingerprint = std::array<std::uint8_t, 10>;

/// The author of what the host itself does: shouts, kicks.
inline constexpr MemberId host_id{};

struct Join {
    text::Name name;
    bool is_classic = true; ///< unverified: no key stands behind the name
};
struct Leave {};
struct Say {
    text::Text text;
    bool is_action = false; ///< "* bob waves" rather than "bob: waves"
};
/// To one member; nobody else gets it.
struct Whisper {
    text::Name to;
    text::Text text;
};
struct Rename {
    text::Name name;
};
struct SetAway {
    bool is_away = false;
    text::Text reason; ///< may be empty
};
struct SetTopic {
    text::Text text; ///< empty for none
};
struct Shout {
    text::Text text;
};
struct Kick {
    MemberId member;
    text::Text reason; ///< may be empty
};
/// Lets a name go that is kept for somebody who is not here.
struct Free {
    text::Name name;
};
/// How the room is to be run from here on; in the log, so that every host of it decides the same.
struct Policy {
    std::chrono::seconds names_for{0}; ///< how long a name is kept for its key; 0 for not at all
};
/// The longest time that a name is kept for: a hundred years, so that a time and it are a time still.
inline constexpr std::chrono::seconds max_names_for = std::chrono::hours(24) * 36600;
/// Something that a client asked for and may not: it takes its number in the outbox, and is refused.
struct Unacceptable {
    enum class Why {
        text, ///< one that is not displayable, is empty, or is too long
        name, ///< one that is none
        kind, ///< unknown, not for clients, or malformed
    };
    Why why = Why::kind;
};

/// Something asked for. It is decided where it stands in the log.
using Command = std::variant<Join, Leave, Say, Whisper, Rename, SetAway, SetTopic, Shout, Kick, Free, Policy,
                             Unacceptable>;

/// One entry of the log. It carries its time, so that the same log gives the same room on any machine.
struct Entry {
    MemberId author;
    WallTime time;
    Command command;
    std::uint64_t outbox = 0; ///< the author's; with the command's number in it, it happens once
    std::uint64_t number = 0; ///< 0 for what comes from no outbox
};

/// An entry that is durable.
struct CommittedEntry {
    Sequence sequence = 0;
    Entry entry;
};

struct Joined {
    MemberId member;
    text::Name name;
    bool is_classic = true;
    /// Of the key behind the name; empty for a classic member, and in logs of older versions.
    std::optional<Fingerprint> fingerprint = {};
};
struct Left {
    MemberId member;
    text::Name name;
};
struct Said {
    MemberId author;
    text::Name name;
    text::Text text;
    bool is_action = false;
};
struct Whispered {
    MemberId author;
    text::Name name;
    MemberId recipient;
    text::Name to;
    text::Text text;
};
struct Renamed {
    MemberId member;
    text::Name name; ///< so far
    text::Name new_name;
};
struct AwaySet {
    MemberId member;
    text::Name name;
    bool is_away = false;
    text::Text reason;
};
struct TopicSet {
    text::Text text;
};
struct Shouted {
    text::Text text;
};
struct Kicked {
    MemberId member;
    text::Name name;
    text::Text reason;
};

using EventBody = std::variant<Joined, Left, Said, Whispered, Renamed, AwaySet, TopicSet, Shouted, Kicked>;

/// The outcome of an entry, for the members.
struct Event {
    Sequence sequence = 0;
    WallTime time;
    EventBody what;
};

/// The outcome of an entry, for its author alone.
struct Refusal {
    enum class Reason {
        name_taken,    ///< or one that looks like it is
        name_reserved, ///< is, or looks like, a name of the host's
        is_member,     ///< joined already
        no_member,     ///< the author, or the member that it speaks of, is not in the room
        nobody,        ///< its recipient is not in the room
        not_private,   ///< its recipient speaks the classic protocol, which everybody can read
        not_next,      ///< its outbox is at another number: a repetition, or a gap
        name_kept,     ///< or one that looks like it is, for somebody who is not here
        was_removed,   ///< the author, or a member of that name, was removed a short while ago
        bad_text,
        bad_name,
        not_understood, ///< clients may not ask for it
    };
    MemberId author;
    Reason reason = Reason::no_member;
};

/// The only two who may read something, where that is so.
using Readers = std::optional<std::pair<MemberId, MemberId>>;
inline bool may_read(const Readers& readers, const MemberId& member) {
    return !readers || readers->first == member || readers->second == member;
}

} // namespace wire

template<>
struct std::hash<wire::MemberId> {
    std::size_t operator()(const wire::MemberId& id) const noexcept {
        // The end of a key is as random as its front, and is where classic numbers differ.
        std::size_t value = 0;
        std::memcpy(&value, id.bytes.data() + id.bytes.size() - sizeof value, sizeof value);
        return value;
    }
};
