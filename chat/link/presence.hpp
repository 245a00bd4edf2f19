// SPDX-License-Identifier: MIT
// Who can't be reached. The host tells of it beside the log, and so before or after the events that give the
// names it speaks of to others; here it is put where it belongs.
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
    /// What a host may tell ahead of the log; it has no more members.
    static constexpr std::size_t max_waiting = 8192;
    /// Names: as many as the screen has, whatever the host says of who joins.
    static constexpr std::size_t max_known = 4096;

    /// Everybody who is here as of that sequence.
    void begin(const wire::Roster& roster, wire::Sequence as_of);
    /// What the host calls its change `number`. False if it is more than any host tells.
    bool accept(std::uint64_t number, wire::PresenceChange change);
    /// An event was delivered.
    void handle(const wire::Event& event);
    /// What is different by the log up to `cursor`, each name once.
    std::vector<wire::PresenceChange> drain_changes(wire::Sequence cursor);

  private:
    struct Known {
        bool is_unreachable = false;
        wire::Sequence held_since = 0; ///< the name, by whoever has it
        std::uint64_t newest = 0;      ///< change of it
    };
    void meet(const text::Name& name, Known known);

    std::map<std::string, Known, std::less<>> known_; ///< by name; at most max_known
    wire::Sequence as_of_ = 0;
    std::map<std::uint64_t, wire::PresenceChange> waiting_; ///< at most max_waiting
};

} // namespace chat
