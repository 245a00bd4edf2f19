// SPDX-License-Identifier: MIT
// The members who are typing. The list is sent once, or not at all, since it is soon out of date.
#pragma once

#include "chatd/session/streams/stream.hpp"
#include "common/wire/frame.hpp"

#include <utility>

namespace chatd {

class TypingStream {
  public:
    void add() { is_pending_ = true; }

    bool write(Outgoing& out) {
        if (!std::exchange(is_pending_, false)) return true;
        wire::TypingFrame frame;
        for (const auto& typist : out.feed.typists)
            if (typist.id != out.reader) frame.names.emplace_back(typist.name);
        out.packet.add(frame);
        return true;
    }
    void on_acked(const session::SentItem&) {}
    void on_lost(const session::SentItem&) {}
    std::size_t memory() const { return 0; }

  private:
    bool is_pending_ = false;
};

} // namespace chatd
