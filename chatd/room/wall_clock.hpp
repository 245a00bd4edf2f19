// SPDX-License-Identifier: MIT
// The time that entries get: the system's, unless that leaps. A clock that is wrong for a moment must not
// throw away what is to be kept for 30 days, nor free the names that are kept. It never goes back: where the
// system's clock does, it goes half as fast until that has caught up. It reads no clock itself.
#pragma once

#include "chatd/room/notice.hpp"
#include "common/base/time.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chatd {

/// As the admin reads it: "2026-11-20 12:00 UTC".
std::string in_words(WallTime time);

class WallClock {
  public:
    /// The system's clock may be put right by so much without a question.
    static constexpr Duration most_at_once = std::chrono::hours(24);
    /// A clock that leapt further is believed when it has run on for so long.
    static constexpr Duration trial = std::chrono::hours(1);

    /// It begins with what the system's clock says.
    WallClock(WallTime system, Instant now);

    /// It is that late already: there are entries of that time.
    void begin_after(WallTime newest);

    /// The room's time, now that the system's clock says `system`. `now` goes on while the machine sleeps, so
    /// that waking up is no leap.
    WallTime read(WallTime system, Instant now);
    /// As of the last read().
    WallTime time() const { return time_; }

    /// What the system's clock says is right. False if there was no doubt.
    bool accept();
    /// When read() has something to decide.
    std::optional<Instant> next_deadline() const;

    /// How things are, in a sentence.
    std::string description() const;
    std::vector<Notice> drain_notices() { return std::exchange(notices_, {}); }

  private:
    /// What the system's clock would be at the origin of `now`.
    using Reckoning = WallTime;
    struct Doubt {
        Reckoning reckoning; ///< the system's
        Instant since;
    };
    void doubt(Reckoning reckoning, Instant now);
    void take(Reckoning reckoning, const std::string& why);
    /// Now, by that.
    WallTime time_by(Reckoning reckoning) const;
    /// In words, for how long it will go half as fast.
    std::string time_to_catch_up() const;
    void go_on();

    Reckoning reckoning_; ///< that is believed
    std::optional<Doubt> doubt_;
    WallTime time_;
    Instant now_;
    /// Since when, and at what time, it has gone slower.
    std::optional<std::pair<Instant, WallTime>> ahead_;
    std::vector<Notice> notices_;
};

} // namespace chatd
