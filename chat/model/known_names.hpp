// SPDX-License-Identifier: MIT
// The key with which each name of a room was met, so that the user notices somebody else under a known name.
// Names that look alike are one name. It has no I/O: the caller saves what has changed.
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
    std::string folded; ///< the first of its name's skeletons, by which it is found
    std::string also;   ///< the other skeleton
    wire::Fingerprint key{};
    std::int64_t since = 0;                       ///< seconds since 1970: first met with that key
    std::int64_t seen = 0;                        ///< last met, to the day
    std::optional<wire::Fingerprint> before = {}; ///< the key that the name had before
};

class KnownNames {
  public:
    /// More than a room has members. If there are more names, those go that were here for the shortest time.
    static constexpr std::size_t most = 4096;

    enum class Verdict {
        as_before, ///< or met for the first time
        other_key, ///< told once
        was_own,   ///< the user's own key had it; told once
        key_again, ///< that it had before the last one
        no_key,    ///< where it had one; told once in a run
    };

    /// Takes the names that were kept of this room.
    void begin(std::vector<KnownName> kept);
    /// A name that a key of the user's own holds in this room, or held.
    void begin_own(const text::Name& name, const wire::Fingerprint& key);
    /// Somebody is here under that name.
    Verdict meet(const text::Name& name, const std::optional<wire::Fingerprint>& key, std::time_t now);
    /// Null if the name was never met with a key.
    const KnownName* find(const text::Name& name) const;
    /// The names that have changed since the last call, to be saved.
    std::vector<KnownName> drain_changed();

  private:
    void make_room();
    void add(KnownName name);
    /// A name that looks like it and has another first skeleton; null if there is none.
    const KnownName* find_alike(const text::Name& name) const;

    std::map<std::string, KnownName> names_;          ///< by KnownName::folded; at most `most`
    std::map<std::string, std::string> by_other_key_; ///< KnownName::folded by KnownName::also
    std::set<std::string> changed_;                   ///< of names_
    std::map<std::string, wire::Fingerprint> own_;    ///< by what a name is folded to
    std::set<std::string> keyless_;                   ///< told in this run; at most `most`
};

} // namespace chat
