// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Bytes of a stream as lines. A line longer than `max_line` comes in parts, so that memory stays bounded.
class LineBuffer {
  public:
    static constexpr std::size_t max_line = std::size_t{64} * 1024;

    void append(std::string_view bytes) { bytes_ += bytes; }

    /// The next line that has ended, without its line feed.
    std::optional<std::string> take_line() {
        const auto end = bytes_.find('\n');
        if (end == std::string::npos && bytes_.size() <= max_line) return std::nullopt;
        const auto length = end < max_line ? end : max_line;
        auto line = bytes_.substr(0, length);
        bytes_.erase(0, length == end ? length + 1 : length);
        return line;
    }

    /// The rest at the end of the stream: a last line without its line feed, if there is one.
    std::optional<std::string> take_rest() {
        if (bytes_.empty()) return std::nullopt;
        auto rest = std::move(bytes_);
        bytes_.clear();
        return rest;
    }

  private:
    std::string bytes_;
};
