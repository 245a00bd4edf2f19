// SPDX-License-Identifier: MIT
// A message of the host to one member; the newest counts.
#pragma once

#include "chatd/session/streams/stream.hpp"
#include "common/wire/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace chatd {

class NoticeStream {
  public:
    void set(std::string words) {
        words_ = std::move(words);
        ++number_;
        is_pending_ = true;
        has_arrived_ = false;
    }

    bool write(Outgoing& out) {
        if (is_pending_) is_pending_ = !out.add(wire::NoticeFrame{number_, words_}, number_);
        return true;
    }
    void on_acked(const session::SentItem& item) {
        if (item.first != number_) return; // of an earlier one
        has_arrived_ = true;
        is_pending_ = false;
    }
    void on_lost(const session::SentItem& item) {
        if (item.first == number_ && !has_arrived_) is_pending_ = true;
    }
    std::size_t memory() const { return words_.size(); }

  private:
    std::string words_;
    std::uint64_t number_ = 0; ///< of the newest
    bool is_pending_ = false;
    bool has_arrived_ = false;
};

} // namespace chatd
