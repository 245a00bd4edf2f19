// SPDX-License-Identifier: MIT
// What the user says, from the line that was typed until it is safe on the host.
#pragma once

#include "chat/model/model.hpp"
#include "chat/network/network.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <utility>

namespace chat {

class OwnLines {
  public:
    /// Both must outlive it.
    OwnLines(Model& model, Network& network)
        : model_(model)
        , network_(network) {}

    void say(const wire::Command& command, WallTime now);
    /// Says the newest line that was not sent once more.
    void retry(WallTime now);
    /// What became of those on their way.
    void handle(const LinkEvent& event);

    /// Of the lines that were refused so many can be said once more.
    static constexpr std::size_t max_refused = 256;

  private:
    Model& model_;
    Network& network_;
    LineId next_id_ = 1;
    std::map<LineId, wire::Command> unsafe_; ///< on their way to the host, as many as were typed
    /// That the host has refused; the newest max_refused.
    std::deque<std::pair<LineId, wire::Command>> refused_;
};

} // namespace chat
