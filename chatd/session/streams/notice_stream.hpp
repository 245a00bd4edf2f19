// SPDX-License-Identifier: MIT
// A message of the host to one member; the newest counts.
#pragma once

#include "chatd/session/streams/stream.hpp"
#include "common/wire/frame.hpp"

#include <string>
#include <utility>

namespace chatd {

class NoticeStream {
  public:
    void set(std::string words) {
        words_ = std::move(words);
        is_pending_ = true;
    }

    bool write(Outgoing& out) {
        if (is_pending_) is_pending_ = !out.add(wire::NoticeFrame{words_});
        return true;
    }
    void on_acked(const session::SentItem&) {}
    void on_lost(const session::SentItem&) { is_pending_ = true; }
    std::size_t memory() const { return words_.size(); }

  private:
    std::string words_;
    bool is_pending_ = false;
};

} // namespace chatd
