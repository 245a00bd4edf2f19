// SPDX-License-Identifier: MIT
#include "chatd/admin/logger.hpp"

#include "common/text/utf8.hpp"
#include "common/text/width.hpp"

#include <array>
#include <ctime>

namespace chatd {
namespace {

constexpr std::array<std::string_view, 4> level_words = {"error", "warning", "info", "debug"};

std::string local_time(WallTime now, const char* format) {
    const auto seconds = std::chrono::system_clock::to_time_t(now);
    std::tm parts{};
    localtime_r(&seconds, &parts);
    std::array<char, 64> out{};
    return {out.data(), std::strftime(out.data(), out.size(), format, &parts)};
}

void pad_to(std::string& line, int column) {
    const int columns = text::columns(line);
    line.append(static_cast<std::size_t>(columns < column ? column - columns : 1), ' ');
}

} // namespace

std::optional<Level> parse_level(std::string_view word) {
    for (std::size_t i = 0; i < level_words.size(); ++i)
        if (level_words[i] == word) return static_cast<Level>(i);
    return std::nullopt;
}

std::string format_notice(const Notice& notice) {
    std::string line(notice.keyword);
    if (!notice.subject.empty()) {
        pad_to(line, 7);
        line += text::escaped(notice.subject);
    }
    if (!notice.detail.empty()) {
        pad_to(line, notice.subject.empty() ? 7 : 15);
        line += text::escaped(notice.detail);
    }
    return line;
}

void Logger::write(const Notice& notice, WallTime now) const {
    if (notice.level > threshold_) return;
    auto line = format_notice(notice);
    switch (style_) {
    case Style::terminal: sink_(local_time(now, "%H:%M:%S ") + line); break;
    case Style::file: sink_(local_time(now, "%Y-%m-%dT%H:%M:%S%z ") + line); break;
    case Style::journal: {
        constexpr std::array<std::string_view, 4> priorities = {"<3>", "<4>", "<6>", "<7>"};
        sink_(std::string(priorities[static_cast<std::size_t>(notice.level)]) + line);
    }
    }
}

} // namespace chatd
