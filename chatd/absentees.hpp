// SPDX-License-Identifier: MIT
// Members of the run before that have not come back. They have left after a while; until then those whose
// addresses are known are told that there is a host again, since one that only listens notices late by
// itself.
#pragma once

#include "common/net/datagram.hpp"
#include "common/time.hpp"
#include "common/wire/event.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace chatd {

class Absentees {
  public:
    /// From `now` on nobody is waited for longer than `lifetime`.
    void begin(Instant now, Duration lifetime);
    /// `path` is where it was heard last, as encode() made it, or empty.
    void add(const wire::MemberId& member, std::string_view path);
    bool contains(const wire::MemberId& member) const { return waited_for_.contains(member); }
    /// It is back, or has left. False if it was not waited for.
    bool erase(const wire::MemberId& member) { return waited_for_.erase(member) > 0; }

    /// Where somebody is to be told now. Some at a time, all of them three times, as datagrams get lost.
    std::vector<net::Path> take_knocks(Instant now);
    /// Who has been waited for long enough.
    std::vector<wire::MemberId> take_gone(Instant now);
    std::optional<Instant> next_deadline() const;

    /// A path for the log, that another run of the host may use.
    static std::string encode(const net::Path& path);

  private:
    std::unordered_map<wire::MemberId, std::optional<net::Path>> waited_for_;
    Instant until_{};
    std::vector<wire::MemberId> to_tell_; ///< in this round
    Instant knock_at_{};
    std::size_t rounds_ = 0; ///< that are over
};

} // namespace chatd
