// SPDX-License-Identifier: MIT
// What chatd's options take, as types that common/app/option_value.hpp describes.
#pragma once

#include "chatd/admission/gate.hpp"
#include "chatd/log/retention.hpp"
#include "chatd/room/notice.hpp"
#include "common/app/option_value.hpp"
#include "common/base/time.hpp"
#include "common/base/token_bucket.hpp"
#include "common/net/address.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace chatd {

using ::validate; // for the types below

using Port = Count<0, 65535, "a number from 0 to 65535">;
using MemberCount = Count<0, std::numeric_limits<std::uint32_t>::max(), "a number of members">;
/// Lines of what was said before.
using HistoryLines = Count<0, 1000, "a number of lines, at most 1000">;
/// The same, which a classic client is sent without having asked.
using ClassicHistoryLines = Count<0, 100, "a number of lines, at most 100">;

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

} // namespace chatd
