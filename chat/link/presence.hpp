// SPDX-License-Identifier: MIT
// Which members can't be reached. The host tells it beside the log, so a change may come before or after
// events that give the same name to somebody else. Here each change finds its place in the log.
#pragma once

#include "common/wire/event.hpp"
#include "common/wire/message.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace chat {

class Presence {
  public:
    /// Changes that a host may tell ahead of the log: it has no more members.
    static constexpr std::size_t max_waiting = 8192;
    /// Names: as many as the screen has, however many the host says have joined.
    static constexpr std::size_t max_known = 4096;

    /// Everybody who is here as of that sequence.
    void begin(const wire::Roster& roster, wire::Sequence as_of);
    /// Keeps the host's change `number`. False if there are more than any host tells.
    bool accept(std::uint64_t number, wire::PresenceChange change);
    /// An event was delivered.
    void handle(const wire::Event& event);
    /// The changes that hold as of the event at `cursor`, each name once.
    std::vector<wire::PresenceChange> drain_changes(wire::Sequence cursor);

  private:
    struct Known {
        bool is_unreachable = false;
        wire::Sequence held_since = 0; ///< the event since which its holder has the name
        std::uint64_t newest = 0;      ///< the newest change of it
    };
    void meet(const text::Name& name, Known known);

    std::map<std::string, Known, std::less<>> known_; ///< by name; at most max_known
    wire::Sequence as_of_ = 0;
    std::map<std::uint64_t, wire::PresenceChange> waiting_; ///< at most max_waiting
};

} // namespace chat
