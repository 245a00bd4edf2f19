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
        as_before, ///< or the name is met for the first time
        other_key, ///< it has another key than before; said once
        key_again, ///< it has the key again that it had before the last one
        no_key,    ///< it had a key and has none now; said once in a run
    };

    /// Takes the names that were kept of this room.
    void begin(std::vector<KnownName> kept);
    /// A member is here under that name.
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
    std::set<std::string> changed_;                   ///< names_ that drain_changed() will give
    std::set<std::string> keyless_; ///< of these no_key was said in this run; at most `most`
};

} // namespace chat
