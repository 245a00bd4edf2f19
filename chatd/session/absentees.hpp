// SPDX-License-Identifier: MIT
// Members without a session: those of the run before that have not come back, and those whose session had to
// end so that they ask anew. They have left after a while. Those of the run before whose addresses are known
// are told that there is a host again, since one that only listens notices late by itself.
#pragma once

#include "common/base/time.hpp"
#include "common/net/datagram.hpp"
#include "common/wire/event.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chatd {

class Absentees {
  public:
    /// RESTARTED goes out from `now` on.
    void begin(Instant now) { tell_at_ = now; }
    /// One of the run before, which is waited for until then. `path` is where it was heard last, as encode()
    /// made it, or empty.
    void add(const wire::MemberId& member, std::string_view path, Instant until);
    /// One of this run.
    void add(const wire::MemberId& member, Instant until) { add(member, {}, until); }
    bool contains(const wire::MemberId& member) const { return waited_for_.contains(member); }
    std::size_t size() const { return waited_for_.size(); }
    /// It is back, or has left. False if it was not waited for.
    bool erase(const wire::MemberId& member);
    /// Gives up who was to be waited for least, and is not `kept`; nothing if there is nobody.
    std::optional<wire::MemberId> take_first_but(const wire::MemberId& kept);

    /// Where somebody is to be told now. Some at a time, all of them three times, as datagrams get lost.
    std::vector<net::Path> drain_paths_to_tell(Instant now);
    /// Who has been waited for long enough.
    std::vector<wire::MemberId> drain_gone(Instant now);
    std::optional<Instant> next_deadline() const;

    /// A path for the log, that another run of the host may use.
    static std::string encode(const net::Path& path);

  private:
    struct Absentee {
        std::optional<net::Path> path;
        Instant until{};
    };
    std::unordered_map<wire::MemberId, Absentee> waited_for_;
    std::set<std::pair<Instant, wire::MemberId>> deadlines_; ///< of waited_for_
    std::vector<wire::MemberId> to_tell_;                    ///< in this round
    Instant tell_at_{};
    std::size_t rounds_ = 0; ///< that are over
};

} // namespace chatd
