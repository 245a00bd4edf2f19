// SPDX-License-Identifier: MIT
// What the cores have to say to the admin: they log nothing themselves.
#pragma once

#include <string>
#include <string_view>

namespace chatd {

/// How much a notice matters, the gravest first.
enum class Level { error, warning, info, debug };

/// One thing for the admin to know. `subject` and `detail` may hold bytes of strangers.
struct Notice {
    Level level = Level::info;
    std::string_view keyword; ///< a literal
    std::string subject;
    std::string detail;
};

} // namespace chatd
