// SPDX-License-Identifier: MIT
// The answer to a member's search in the log; the newest search counts.
#pragma once

#include "chatd/session/streams/stream.hpp"
#include "common/session/fragments.hpp"
#include "common/wire/frame.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace chatd {

class MatchStream {
  public:
    /// A search of that number is on its way to the log: drops the rest of the answer before.
    void begin(std::uint64_t number) {
        number_ = number;
        load({}, {});
    }
    /// The number of the newest search; 0 if there is none.
    std::uint64_t number() const { return number_; }
    /// Takes the answer to the search of that number.
    void add(std::uint64_t number, std::string answer) {
        const session::Fragmenter parts(answer.size());
        if (number == number_) load(std::move(answer), parts);
    }

    bool write(Outgoing& out) {
        while (const auto offset = parts_.next()) {
            const auto bytes = session::Fragmenter::part_at(*offset, answer_);
            const wire::MatchesFrame frame{number_, *offset, answer_.size(), bytes};
            if (!out.add(frame, *offset, number_)) break;
            parts_.on_sent(*offset);
        }
        return true;
    }
    void on_acked(const session::SentItem& item) {
        if (item.count != number_) return;
        parts_.on_acked(item.first);
        if (parts_.has_arrived()) load({}, {});
    }
    void on_lost(const session::SentItem& item) {
        if (item.count == number_) parts_.on_lost(item.first);
    }
    std::size_t memory() const { return answer_.size() + node_size * parts_.count(); }

  private:
    void load(std::string answer, session::Fragmenter parts) {
        answer_ = std::move(answer);
        parts_ = std::move(parts);
    }

    std::uint64_t number_ = 0;
    std::string answer_; ///< empty once all of it has arrived
    session::Fragmenter parts_;
};

} // namespace chatd
