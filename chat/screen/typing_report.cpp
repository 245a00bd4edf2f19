// SPDX-License-Identifier: MIT
#include "chat/screen/typing_report.hpp"

namespace chat {
namespace {

// How often it is said that the user types, and when that is over without a word.
constexpr Duration interval = std::chrono::seconds(3);

} // namespace

std::optional<bool> TypingReport::poll(std::string_view line, bool is_wanted, Instant now) {
    // A command is nothing that the others wait for.
    const bool is_typing = is_wanted && !line.empty() && !line.starts_with('/') && now - edited_ < interval;
    if (!is_typing && !is_told_) return std::nullopt;
    if (is_typing && is_told_ && now - told_ < interval) return std::nullopt;
    is_told_ = is_typing;
    told_ = now;
    return is_typing;
}

} // namespace chat
