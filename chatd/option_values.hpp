// SPDX-License-Identifier: MIT
// What chatd's options take. Each type can be parsed from what was typed, empty if it is none, and says in
// words what it takes; validate() is what Boost.Program_options calls for all of them.
#pragma once

#include "chatd/admission/gate.hpp"
#include "chatd/log/retention.hpp"
#include "chatd/room/notice.hpp"
#include "common/app/command_line.hpp"
#include "common/base/time.hpp"
#include "common/base/token_bucket.hpp"
#include "common/net/address.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chatd {

struct Port {
    static constexpr const char* wanted = "a number from 0 to 65535";
    static std::optional<Port> parse(std::string_view typed);
    std::uint16_t number = 0;
};

struct ListenAddress {
    static constexpr const char* wanted = "an IP address of this machine";
    static std::optional<ListenAddress> parse(std::string_view typed);
    net::Address address; ///< port unused
};

struct RoomName {
    static constexpr const char* wanted = "1 to 40 columns of plain text";
    static std::optional<RoomName> parse(std::string_view typed);
    std::string name;
};

struct ClassicFrom {
    static constexpr const char* wanted = "lan, any or off";
    static std::optional<ClassicFrom> parse(std::string_view typed);
    ClassicAccess access = ClassicAccess::off;
};

struct MemberCount {
    static constexpr const char* wanted = "a number of members";
    static std::optional<MemberCount> parse(std::string_view typed);
    std::uint32_t number = 0;
};

/// Lines of what was said before.
struct HistoryLines {
    static constexpr const char* wanted = "a number of lines, at most 1000";
    static std::optional<HistoryLines> parse(std::string_view typed);
    std::uint32_t number = 0;
};

/// The same, which a classic client is sent without having asked.
struct ClassicHistoryLines {
    static constexpr const char* wanted = "a number of lines, at most 100";
    static std::optional<ClassicHistoryLines> parse(std::string_view typed);
    std::uint32_t number = 0;
};

/// "10/5" is 10 at once and 5 a second.
struct Flood {
    static constexpr const char* wanted = "BURST/RATE with two whole numbers above 0, or 'off'";
    static std::optional<Flood> parse(std::string_view typed);
    std::optional<Rate> rate = {};
};

/// "30d", "12h", "100000" or "forever".
struct Keep {
    static constexpr const char* wanted = "a time like 30d or 12h, a number of entries, or 'forever'";
    static std::optional<Keep> parse(std::string_view typed);
    Retention retention = {};
};

/// "30d" or "12h", of at most wire::max_names_for, or "off" as 0.
struct NamesFor {
    static constexpr const char* wanted = "a time like 30d or 12h, at most 36600d, or 'off'";
    static std::optional<NamesFor> parse(std::string_view typed);
    std::chrono::seconds time{};
};

struct LogLevel {
    static constexpr const char* wanted = "error, warning, info or debug";
    static std::optional<LogLevel> parse(std::string_view typed);
    Level level = Level::info;
};

/// "2h", "30d", "2026-11-20", "2026-11-20T10:00" (here) as a point in time; empty for anything else.
std::optional<WallTime> parse_since(std::string_view typed, WallTime now);

struct Since {
    static constexpr const char* wanted = "a day like 2026-11-20, a time like 2026-11-20T10:00, or 2h, 30d";
    static std::optional<Since> parse(std::string_view typed);
    WallTime time{};
};

template<class Value>
concept OptionValue = requires(std::string_view typed) {
    { Value::parse(typed) } -> std::same_as<std::optional<Value>>;
    Value::wanted;
};

/// Throws BadValue if that is not what the option takes.
template<OptionValue Value>
void validate(boost::any& out, const std::vector<std::string>& words, Value*, int) {
    boost::program_options::validators::check_first_occurrence(out);
    const auto& typed = boost::program_options::validators::get_single_string(words, true);
    const auto value = Value::parse(typed);
    if (!value) throw BadValue(typed, Value::wanted);
    out = *value;
}

} // namespace chatd
