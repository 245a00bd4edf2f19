// SPDX-License-Identifier: MIT
// What a user can set, in chat.conf and with /set. The table is the only list of the settings.
#pragma once

#include "chat/model/keymap.hpp"

#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace chat {

struct Settings {
    enum class Bell { off, mention, all };
    enum class Popup { off, osc9, osc777 };
    enum class Theme { automatic, dark, light, mono };
    enum class Links { automatic, off, on };
    Bell bell = Bell::mention;
    Popup popup = Popup::off;
    Theme theme = Theme::automatic;
    Links links = Links::automatic;
    std::string notify;                ///< a program that is run for what rings the bell; empty for none
    std::string time_format = "%H:%M"; ///< of strftime(3); empty for no times
    bool has_roster = true;
    bool has_title = true; ///< the terminal's own
    bool tells_typing = true;
    std::set<std::string> ignored; ///< names whose lines are not shown
    Keymap keys;
};

struct Setting {
    std::string_view name;
    std::string_view values;
    std::string_view help;
    /// False if it takes no such value.
    bool (*set)(Settings& settings, std::string_view value);
    std::string (*get)(const Settings& settings);
};
std::span<const Setting> settings();

/// Sets one of them; a sentence if that can't be.
std::optional<std::string> set(Settings& settings, std::string_view name, std::string_view value);

/// What `file` sets; the usual where there is no file. Throws Failure (EX_CONFIG, EX_NOINPUT) with the file's
/// line.
Settings load_settings(const std::filesystem::path& file);
/// Writes one into the file, and leaves the rest of it as it is. A sentence if that can't be.
std::optional<std::string> save_setting(const std::filesystem::path& file, std::string_view name,
                                        std::string_view value);

} // namespace chat
