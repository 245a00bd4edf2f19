// SPDX-License-Identifier: MIT
#include "chatd/room/wall_clock.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace chatd {
namespace {

using namespace std::chrono_literals;

// While the clock is doubted, it may be corrected by so much without beginning its hour anew.
constexpr Duration steady_within = 1min;

WallTime reckoned(WallTime system, Instant now) {
    return system - std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch());
}

Duration between(WallTime one, WallTime other) {
    // In milliseconds, of which more than 292 years fit.
    const auto apart = std::chrono::abs(one - other);
    return apart > 100'000h ? Duration(100'000h) : Duration(apart);
}

/// "12 days ahead"
std::string difference(WallTime system, WallTime room) {
    const auto days = std::chrono::floor<std::chrono::days>(std::chrono::abs(system - room)).count();
    return std::to_string(days) + (days == 1 ? " day " : " days ") + (system > room ? "ahead" : "behind");
}

} // namespace

std::string in_words(WallTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const auto minutes = std::chrono::floor<std::chrono::minutes>(time - day).count();
    std::array<char, 64> out{};
    std::snprintf(out.data(), out.size(), "%04d-%02u-%02u %02d:%02d UTC", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(minutes / 60), static_cast<int>(minutes % 60));
    return out.data();
}

WallClock::WallClock(WallTime system, Instant now)
    : reckoning_(reckoned(system, now))
    , time_(system)
    , now_(now) {}

WallTime WallClock::read(WallTime system, Instant now) {
    now_ = now;
    const auto reckoning = reckoned(system, now);
    if (between(reckoning, reckoning_) <= most_at_once) {
        if (doubt_) take(reckoning, "the system's clock is right again");
        reckoning_ = reckoning;
    } else if (!doubt_ || between(reckoning, doubt_->reckoning) > most_at_once) {
        doubt(reckoning, now);
    } else if (between(reckoning, doubt_->reckoning) > steady_within) {
        doubt_ = {reckoning, now};
    } else {
        doubt_->reckoning = reckoning;
        if (now - doubt_->since >= trial) take(reckoning, "the system's clock has run on, and is believed");
    }
    go_on();
    return time_;
}

void WallClock::begin_after(WallTime newest) {
    if (newest <= time_) return;
    time_ = newest;
    ahead_.reset();
    go_on();
}

WallTime WallClock::time_by(Reckoning reckoning) const {
    return reckoning + std::chrono::floor<std::chrono::milliseconds>(now_.time_since_epoch());
}

void WallClock::go_on() {
    const auto reckoned = time_by(reckoning_);
    if (ahead_)
        time_ = ahead_->second + std::chrono::floor<std::chrono::milliseconds>((now_ - ahead_->first) / 2);
    if (reckoned >= time_) {
        ahead_.reset();
        time_ = reckoned;
    } else if (!ahead_) {
        ahead_.emplace(now_, time_);
    }
}

void WallClock::doubt(Reckoning reckoning, Instant now) {
    doubt_ = {reckoning, now};
    notices_.push_back(
        {Level::warning, "clock", "",
         "the system's clock leapt: it says " + in_words(time_by(reckoning)) + ", " +
             difference(reckoning, reckoning_) +
             "; the room goes on with its own time until that clock has run on for an hour; if "
             "it is right, type /clock accept, if not, set it"});
}

void WallClock::take(Reckoning reckoning, const std::string& why) {
    reckoning_ = reckoning;
    doubt_.reset();
    auto words = why + ", " + in_words(time_by(reckoning_));
    go_on();
    if (ahead_) words += ": the room's time is ahead, and goes half as fast for " + time_to_catch_up();
    notices_.push_back({Level::info, "clock", "", std::move(words)});
}

std::string WallClock::time_to_catch_up() const {
    const auto left = 2 * (time_ - time_by(reckoning_));
    if (left >= 48h) return std::to_string(std::chrono::ceil<std::chrono::days>(left).count()) + " days";
    if (left >= 2h) return std::to_string(std::chrono::ceil<std::chrono::hours>(left).count()) + " hours";
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(left).count();
    return std::to_string(minutes) + (minutes == 1 ? " minute" : " minutes");
}

bool WallClock::accept() {
    if (!doubt_) return false;
    take(doubt_->reckoning, "accepted: the system's clock is right");
    return true;
}

std::optional<Instant> WallClock::next_deadline() const {
    return doubt_ ? std::optional(doubt_->since + trial) : std::nullopt;
}

std::string WallClock::description() const {
    auto words = "the room's time is " + in_words(time_);
    if (!doubt_ && ahead_)
        return words + "; the system's clock was put back, and says " + in_words(time_by(reckoning_)) +
               ": the room's time goes half as fast for " + time_to_catch_up();
    if (!doubt_) return words + ", as the system's clock says";
    const auto system = time_by(doubt_->reckoning);
    const auto left = std::chrono::ceil<std::chrono::minutes>(doubt_->since + trial - now_).count();
    return words + "; the system's clock leapt, and says " + in_words(system) + ", " +
           difference(system, time_) + ": that is taken in " + std::to_string(left) +
           (left == 1 ? " minute" : " minutes") + ", or at once with /clock accept";
}

} // namespace chatd
