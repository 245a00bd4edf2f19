// SPDX-License-Identifier: MIT
#include "chatd/options.hpp"

#include "chatd/admin/logger.hpp"
#include "chatd/export.hpp"
#include "common/app/command_line.hpp"
#include "common/app/failure.hpp"
#include "common/app/identity_file.hpp"
#include "common/os/clock.hpp"
#include "common/session/room_password.hpp"
#include "common/text/width.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>

namespace chatd {
namespace {

namespace po = boost::program_options;

/// The options that a configuration file may hold too.
po::options_description settings() {
    po::options_description table("Settings (also in the file, as NAME = VALUE)");
    table.add_options()                                                                        //
        ("port", po::value<std::string>()->default_value("9000")->value_name("PORT"),          //
         "UDP port; 0 lets the system choose one")                                             //
        ("bind", po::value<std::vector<std::string>>()->value_name("ADDRESS"),                 //
         "listen on this address only; may be repeated (default: all, IPv4 and IPv6)")         //
        ("room", po::value<std::string>()->value_name("NAME"),                                 //
         "what the room is called (default: this host's name)")                                //
        ("classic", po::value<std::string>()->default_value("lan")->value_name("lan|any|off"), //
         "from where classic UDP clients (nc -u, scripts) may join: the host's own networks, anywhere, "
         "nowhere")                                                                                  //
        ("classic-max", po::value<std::string>()->default_value("1000")->value_name("N"),            //
         "at most so many classic UDP members")                                                        //
        ("flood", po::value<std::string>()->default_value("10/5")->value_name("BURST/RATE|off"),     //
         "a member may say BURST lines at once, then RATE a second; more wait their turn")           //
        ("key-file", po::value<std::string>()->value_name("FILE"),                                   //
         "whoever joins must know the key in the first line of FILE; no classic UDP clients then")     //
        ("state-dir", po::value<std::string>()->value_name("DIR"),                                   //
         "where the host's key and the rooms' logs are (default: $STATE_DIRECTORY, or "              //
         "~/.local/state/chatd)")                                                                    //
        ("no-history", po::bool_switch(),                                                            //
         "keep the room's log in memory: it ends with chatd")                                        //
        ("history", po::value<std::string>()->default_value("50")->value_name("N"),                  //
         "newcomers are shown the last N lines; 0 for none")                                         //
        ("classic-history", po::value<std::string>()->default_value("0")->value_name("N"),           //
         "the same for classic UDP clients, at most 100")                                              //
        ("keep", po::value<std::string>()->default_value("forever")->value_name("30d|N|forever"),    //
         "how long the log is kept: so many days (d) or hours (h), so many entries, or for ever")    //
        ("names", po::value<std::string>()->default_value("30d")->value_name("30d|off"),             //
         "how long a member's name is kept for its key after it has left, in days (d) or hours (h)") //
        ("log-level", po::value<std::string>()->default_value("info")->value_name("LEVEL"),          //
         "error, warning, info or debug");
    return table;
}

po::options_description command_line_only() {
    po::options_description table("Other options");
    table.add_options()("config", po::value<std::string>()->value_name("FILE"), "read settings from FILE");
    table.add_options()                                                       //
        ("since", po::value<std::string>()->value_name("WHEN"),               //
         "export from then on: 2026-11-20, 2026-11-20T10:00, or 2h, 30d ago") //
        ("json", po::bool_switch(), "export as JSON, an object a line");
    add_help_and_version(table);
    return table;
}

template<class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// "30d" or "12h"; nothing for anything else, and for none of them.
std::optional<std::chrono::hours> parse_days_or_hours(std::string_view text) {
    const auto unit = text.empty() ? '\0' : text.back();
    if (unit != 'd' && unit != 'h') return std::nullopt;
    const auto number = parse_number<std::uint32_t>(text.substr(0, text.size() - 1));
    if (!number || *number == 0) return std::nullopt;
    return std::chrono::hours(unit == 'd' ? 24 : 1) * std::int64_t{*number};
}

[[noreturn]] void refuse(const std::string& option, const std::string& value, const std::string& wanted) {
    throw Failure(EX_USAGE, "--" + option + " takes " + wanted + ", not '" + value + "'");
}

std::string host_name() {
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "chat";
    const std::string_view full = name.data();
    return std::string(full.substr(0, full.find('.')));
}

/// The number of the line of `path` whose key is `key`; 0 for none.
int line_of(const std::string& path, std::string_view key) {
    std::ifstream file(path);
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        const auto start = line.find_first_not_of(" \t");
        if (start != std::string::npos && std::string_view(line).substr(start).starts_with(key))
            return number;
    }
    return 0;
}

void read_file(const std::string& path, const po::options_description& table, po::variables_map& values) {
    std::ifstream file(path);
    if (!file)
        throw Failure(EX_NOINPUT,
                      "cannot read the configuration file '" + path + "': " + std::strerror(errno));
    const auto at = [&](std::string_view key) {
        const int line = line_of(path, key);
        return path + (line > 0 ? ":" + std::to_string(line) : "") + ": ";
    };
    try {
        po::store(po::parse_config_file(file, table), values);
    } catch (const po::unknown_option& error) {
        throw Failure(EX_CONFIG, at(error.get_option_name()) + "unknown setting '" + error.get_option_name() +
                                     "'; 'chatd --help' lists them");
    } catch (const po::invalid_config_file_syntax& error) {
        throw Failure(EX_CONFIG, at(error.tokens()) + "'" + error.tokens() + "' is no NAME = VALUE");
    } catch (const po::error& error) {
        throw Failure(EX_CONFIG, path + ": " + error.what());
    }
}

std::vector<net::Address> listening_addresses(const po::variables_map& values, std::uint16_t port) {
    std::vector<std::string> literals = {"0.0.0.0", "::"};
    if (values.contains("bind")) literals = values["bind"].as<std::vector<std::string>>();
    std::vector<net::Address> addresses;
    for (const auto& literal : literals) {
        const auto address = net::Address::parse(literal, port);
        if (!address) refuse("bind", literal, "an IP address of this machine");
        addresses.push_back(*address);
    }
    return addresses;
}

std::filesystem::path default_state_directory() {
    if (const char* given = std::getenv("STATE_DIRECTORY"); given != nullptr && *given == '/') { // by systemd
        const std::string_view list = given;
        return list.substr(0, list.find(':'));
    }
    return session::user_directory("XDG_STATE_HOME", ".local/state") / "chatd";
}

std::optional<Options::Export> exported_by(const po::variables_map& values) {
    const bool has_command = values.contains("command");
    if (has_command && values["command"].as<std::string>() != "export")
        throw Failure(EX_USAGE, "no command '" + text::escaped(values["command"].as<std::string>()) +
                                    "': chatd alone hosts a room, chatd export prints its log");
    if (!has_command && (values.contains("since") || values["json"].as<bool>()))
        throw Failure(EX_USAGE, "--since and --json go with: chatd export");
    if (!has_command) return std::nullopt;
    Options::Export wanted{{}, values["json"].as<bool>()};
    if (values.contains("since")) {
        const auto typed = values["since"].as<std::string>();
        const auto since = parse_since(typed, os::wall_now());
        if (!since)
            refuse("since", text::escaped(typed),
                   "a day like 2026-11-20, a time like 2026-11-20T10:00, or 2h, 30d");
        wanted.since = *since;
    }
    return wanted;
}

Options interpret(const po::variables_map& values) {
    const auto text = [&](const char* name) { return values[name].as<std::string>(); };
    Options options;

    const auto port = parse_number<std::uint16_t>(text("port"));
    if (!port) refuse("port", text("port"), "a number from 0 to 65535");
    options.addresses = listening_addresses(values, *port);
    options.is_default_bind = !values.contains("bind");

    options.room = values.contains("room") ? text("room") : host_name();
    const auto shown = text::Text::from_untrusted(options.room);
    if (shown.empty() || shown.view() != options.room || text::columns(options.room) > 40)
        refuse("room", text::escaped(options.room), "1 to 40 columns of plain text");

    options.hub.room = options.room;
    options.hub.host = host_name();

    if (text("classic") == "lan")
        options.hub.classic = ClassicAccess::lan;
    else if (text("classic") == "any")
        options.hub.classic = ClassicAccess::any;
    else if (text("classic") == "off")
        options.hub.classic = ClassicAccess::off;
    else
        refuse("classic", text("classic"), "lan, any or off");

    const auto most = parse_number<std::uint32_t>(text("classic-max"));
    if (!most) refuse("classic-max", text("classic-max"), "a number of members");
    options.hub.classic_max = *most;

    options.hub.flood = parse_rate(text("flood"));
    if (!options.hub.flood && text("flood") != "off")
        refuse("flood", text("flood"), "BURST/RATE with two whole numbers above 0, or 'off'");

    options.is_state_directory_named = values.contains("state-dir");
    options.state_directory = options.is_state_directory_named ? std::filesystem::path(text("state-dir"))
                                                               : default_state_directory();
    options.has_history = !values["no-history"].as<bool>();
    constexpr std::uint32_t most_history = 1000;
    const auto history = parse_number<std::uint32_t>(text("history"));
    if (!history || *history > most_history)
        refuse("history", text("history"), "a number of lines, at most 1000");
    options.hub.history = *history;
    constexpr std::uint32_t most_classic_history = 100;
    const auto classic_history = parse_number<std::uint32_t>(text("classic-history"));
    if (!classic_history || *classic_history > most_classic_history)
        refuse("classic-history", text("classic-history"), "a number of lines, at most 100");
    options.hub.classic_history = *classic_history;
    const auto retention = parse_retention(text("keep"));
    if (!retention) refuse("keep", text("keep"), "a time like 30d or 12h, a number of entries, or 'forever'");
    options.retention = *retention;
    const auto names_for = parse_names_for(text("names"));
    if (!names_for) refuse("names", text("names"), "a time like 30d or 12h, at most 36600d, or 'off'");
    options.hub.names_for = *names_for;

    if (values.contains("key-file")) {
        try {
            options.hub.key = session::read_room_password(text("key-file"));
        } catch (const std::runtime_error& error) {
            throw Failure(EX_NOINPUT, error.what());
        }
    }

    const auto level = parse_level(text("log-level"));
    if (!level) refuse("log-level", text("log-level"), "error, warning, info or debug");
    options.log_level = *level;
    return options;
}

} // namespace

std::optional<Retention> parse_retention(std::string_view text) {
    if (text == "forever") return Retention{};
    if (const auto time = parse_days_or_hours(text)) return Retention{*time, {}};
    const auto number = parse_number<std::uint32_t>(text);
    if (!number || *number == 0) return std::nullopt;
    return Retention{{}, *number};
}

std::optional<std::chrono::seconds> parse_names_for(std::string_view text) {
    if (text == "off") return std::chrono::seconds(0);
    const auto time = parse_days_or_hours(text);
    return time && *time <= wire::max_names_for ? time : std::nullopt;
}

std::optional<Rate> parse_rate(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto burst = parse_number<int>(text.substr(0, slash));
    const auto per_second = parse_number<int>(text.substr(slash + 1));
    constexpr int most = 1'000'000;
    if (!burst || !per_second || *burst < 1 || *per_second < 1 || *burst > most || *per_second > most)
        return std::nullopt;
    return Rate{*burst, *per_second};
}

std::optional<Options> parse_options(int argc, const char* const argv[]) {
    const auto shared = settings();
    po::options_description all(
        "Usage: chatd [OPTION]...\n"
        "       chatd export [OPTION]...\n\n"
        "Hosts a chat room on this machine's networks, over UDP. What is typed at its\n"
        "console is shouted to the room; /help lists the console's commands; Ctrl-D\n"
        "closes the room. 'chatd export' prints the log of a room that is closed");
    all.add(shared).add(command_line_only());
    po::variables_map values;
    CommandLine line{.program = "chatd", .shown = all, .hidden = {}, .positional = {}};
    line.hidden.add_options()("command", po::value<std::string>());
    line.positional.add("command", 1);
    if (!parse_command_line(argc, argv, line, values)) return std::nullopt;
    if (values.contains("config")) read_file(values["config"].as<std::string>(), shared, values);
    auto options = interpret(values);
    options.exported = exported_by(values);
    return options;
}

} // namespace chatd
