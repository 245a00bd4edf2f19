// SPDX-License-Identifier: MIT
#include "chatd/option_values.hpp"

#include "chatd/admin/logger.hpp"
#include "common/os/clock.hpp"
#include "common/text/name.hpp"
#include "common/text/width.hpp"
#include "common/wire/event.hpp"

#include <ctime>

namespace chatd {
namespace {

/// "30d" or "12h"; empty for anything else, and for none of them.
std::optional<std::chrono::hours> parse_days_or_hours(std::string_view typed) {
    const auto unit = typed.empty() ? '\0' : typed.back();
    if (unit != 'd' && unit != 'h') return std::nullopt;
    const auto number = parse_number<std::uint32_t>(typed.substr(0, typed.size() - 1));
    if (!number || *number == 0) return std::nullopt;
    return std::chrono::hours(unit == 'd' ? 24 : 1) * std::int64_t{*number};
}

} // namespace

std::optional<ListenAddress> ListenAddress::parse(std::string_view typed) {
    const auto address = net::Address::parse(std::string(typed), 0);
    return address ? std::optional(ListenAddress{*address}) : std::nullopt;
}

std::optional<RoomName> RoomName::parse(std::string_view typed) {
    constexpr int max_columns = 40;
    const auto shown = text::Text::from_untrusted(typed);
    if (shown.empty() || shown.view() != typed || text::columns(typed) > max_columns) return std::nullopt;
    return RoomName{std::string(typed)};
}

std::optional<ClassicFrom> ClassicFrom::parse(std::string_view typed) {
    if (typed == "lan") return ClassicFrom{ClassicAccess::lan};
    if (typed == "any") return ClassicFrom{ClassicAccess::any};
    if (typed == "off") return ClassicFrom{ClassicAccess::off};
    return std::nullopt;
}

std::optional<Flood> Flood::parse(std::string_view typed) {
    if (typed == "off") return Flood{};
    const auto slash = typed.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto burst = parse_number<int>(typed.substr(0, slash));
    const auto per_second = parse_number<int>(typed.substr(slash + 1));
    constexpr int most = 1'000'000;
    if (!burst || !per_second || *burst < 1 || *per_second < 1 || *burst > most || *per_second > most)
        return std::nullopt;
    return Flood{Rate{*burst, *per_second}};
}

std::optional<Keep> Keep::parse(std::string_view typed) {
    if (typed == "forever") return Keep{};
    if (const auto time = parse_days_or_hours(typed)) return Keep{{*time, {}}};
    const auto number = parse_number<std::uint32_t>(typed);
    if (!number || *number == 0) return std::nullopt;
    return Keep{{{}, *number}};
}

std::optional<NamesFor> NamesFor::parse(std::string_view typed) {
    if (typed == "off") return NamesFor{};
    const auto time = parse_days_or_hours(typed);
    if (!time || *time > wire::max_names_for) return std::nullopt;
    return NamesFor{*time};
}

std::optional<LogLevel> LogLevel::parse(std::string_view typed) {
    const auto level = parse_level(typed);
    return level ? std::optional(LogLevel{*level}) : std::nullopt;
}

std::optional<Since> Since::parse(std::string_view typed) {
    const auto time = parse_since(typed, os::wall_now());
    return time ? std::optional(Since{*time}) : std::nullopt;
}

std::optional<WallTime> parse_since(std::string_view typed, WallTime now) {
    const auto unit = typed.empty() ? '\0' : typed.back();
    if (unit == 'm' || unit == 'h' || unit == 'd') {
        const auto number = parse_number<std::uint32_t>(typed.substr(0, typed.size() - 1));
        if (!number) return std::nullopt;
        const auto minutes = std::int64_t{*number} * (unit == 'm' ? 1 : unit == 'h' ? 60 : 24 * 60);
        return now - std::chrono::minutes(minutes);
    }
    std::tm parts{};
    parts.tm_isdst = -1;
    const std::string whole(typed);
    for (const auto* format : {"%Y-%m-%dT%H:%M", "%Y-%m-%d"}) {
        const char* rest = strptime(whole.c_str(), format, &parts);
        if (rest != nullptr && *rest == '\0')
            return std::chrono::time_point_cast<std::chrono::milliseconds>(
                std::chrono::system_clock::from_time_t(std::mktime(&parts)));
    }
    return std::nullopt;
}

} // namespace chatd
