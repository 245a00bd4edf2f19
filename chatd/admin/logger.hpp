// SPDX-License-Identifier: MIT
// One event, one line: plain with the time of day at a terminal, with the date elsewhere, with journal
// priorities under systemd. What came from outside is escaped here and nowhere else.
#pragma once

#include "chatd/room/notice.hpp"
#include "common/base/time.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chatd {

/// "error", "warning", "info", "debug"; nothing for other words.
std::optional<Level> parse_level(std::string_view word);

/// A notice as words, without a time: keyword, subject in a column, detail; escaped.
std::string format_notice(const Notice& notice);

class Logger {
  public:
    enum class Style { terminal, file, journal };
    using Sink = std::function<void(std::string line)>;

    Logger(Level threshold, Style style, Sink sink)
        : threshold_(threshold)
        , style_(style)
        , sink_(std::move(sink)) {}

    void write(const Notice& notice, WallTime now) const;

  private:
    Level threshold_;
    Style style_;
    Sink sink_;
};

} // namespace chatd
