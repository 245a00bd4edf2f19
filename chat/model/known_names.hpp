// SPDX-License-Identifier: MIT
// Which key each name of a room was met with, so that somebody else under a known name does not go
// unnoticed. Names that look alike are one. No I/O: what has changed is for others to keep.
#pragma once

#include "common/text/name.hpp"
#include "common/wire/event.hpp"

#include <cstdint>
#include <ctime>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace chat {

struct KnownName {
    std::string folded; ///< the first of its name's keys, by which it goes
    std::string also;   ///< the other one
    wire::Fingerprint key{};
    std::int64_t since = 0;                       ///< seconds since 1970: first met with that key
    std::int64_t seen = 0;                        ///< last met, to the day
    std::optional<wire::Fingerprint> before = {}; ///< the key that it had until then
};

class KnownNames {
  public:
    /// A room has not as many members. Beyond it those go that were here for the shortest time.
    static constexpr std::size_t most = 4096;

    enum class Verdict {
        as_before, ///< or met for the first time
        other_key, ///< told once
        was_own,   ///< the user's own key had it; told once
        key_again, ///< that it had before the last one
        no_key,    ///< where it had one; told once in a run
    };

    /// What was kept of this room.
    void begin(std::vector<KnownName> kept);
    /// A name that a key of the user's own holds in this room, or held.
    void begin_own(const text::Name& name, const wire::Fingerprint& key);
    /// Somebody is here under that name.
    Verdict meet(const text::Name& name, const std::optional<wire::Fingerprint>& key, std::time_t now);
    /// Nothing if it was never met with a key.
    const KnownName* find(const text::Name& name) const;
    /// What is to be kept, each once.
    std::vector<KnownName> drain_changed();

  private:
    void make_room();
    void add(KnownName name);
    /// One that looks like it and goes by another key; null if none does.
    const KnownName* find_alike(const text::Name& name) const;

    std::map<std::string, KnownName> names_;          ///< by KnownName::folded; at most `most`
    std::map<std::string, std::string> by_other_key_; ///< KnownName::folded by KnownName::also
    std::set<std::string> changed_;                   ///< of names_
    std::map<std::string, wire::Fingerprint> own_;    ///< by what a name is folded to
    std::set<std::string> keyless_;                   ///< told in this run; at most `most`
};

} // namespace chat
