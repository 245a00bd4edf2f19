// SPDX-License-Identifier: MIT
#include "chatd/options.hpp"

#include "chatd/option_values.hpp"
#include "common/app/command_line.hpp"
#include "common/app/failure.hpp"
#include "common/app/identity_file.hpp"
#include "common/app/room_password_file.hpp"
#include "common/text/utf8.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string_view>

namespace chatd {
namespace {

namespace po = boost::program_options;

void add_settings_of_room(po::options_description& table, Options& options) {
    auto& hub = options.hub;
    table.add_options()                                                                //
        ("port", po::value<Port>()->default_value({9000}, "9000")->value_name("PORT"), //
         "UDP port; 0 lets the system choose one")                                     //
        ("bind", po::value<std::vector<ListenAddress>>()->value_name("ADDRESS"),       //
         "listen on this address only; may be repeated (default: all, IPv4 and IPv6)") //
        ("room", po::value<RoomName>()->value_name("NAME")->notifier([&](const RoomName& room) {
            options.room = room.name;
        }),                                                     //
         "what the room is called (default: this host's name)") //
        ("classic",
         po::value<ClassicFrom>()
             ->default_value({ClassicAccess::lan}, "lan")
             ->value_name("lan|any|off")
             ->notifier([&](const ClassicFrom& from) { hub.classic = from.access; }), //
         "from where classic UDP clients (nc -u, scripts) may join: the host's own networks, anywhere, "
         "nowhere") //
        ("classic-max",
         po::value<MemberCount>()
             ->default_value({1000}, "1000")
             ->value_name("N")
             ->notifier([&](const MemberCount& most) { hub.classic_max = most.number; }), //
         "at most so many classic UDP members")                                           //
        ("flood",
         po::value<Flood>()
             ->default_value({Rate{10, 5}}, "10/5")
             ->value_name("BURST/RATE|off")
             ->notifier([&](const Flood& flood) { hub.flood = flood.rate; }),              //
         "a member may say BURST lines at once, then RATE a second; more wait their turn") //
        ("key-file", po::value<std::string>()->value_name("FILE"),                         //
         "whoever joins must know the key in the first line of FILE; no classic UDP clients then");
}

void add_settings_of_log(po::options_description& table, Options& options) {
    auto& hub = options.hub;
    table.add_options()("state-dir", po::value<std::string>()->value_name("DIR"), //
                        "where the host's key and the rooms' logs are (default: $STATE_DIRECTORY, or "
                        "~/.local/state/chatd)") //
        ("no-history",
         po::bool_switch()->notifier([&](bool has_none) { options.has_history = !has_none; }), //
         "keep the room's log in memory: it ends with chatd")                                  //
        ("history",
         po::value<HistoryLines>()
             ->default_value({50}, "50")
             ->value_name("N")
             ->notifier([&](const HistoryLines& most) { hub.history = most.number; }), //
         "newcomers are shown the last N lines; 0 for none")                           //
        ("classic-history",
         po::value<ClassicHistoryLines>()->default_value({0}, "0")->value_name("N")->notifier(
             [&](const ClassicHistoryLines& most) { hub.classic_history = most.number; }), //
         "the same for classic UDP clients, at most 100")                                  //
        ("keep",
         po::value<Keep>()
             ->default_value({}, "forever")
             ->value_name("30d|N|forever")
             ->notifier([&](const Keep& keep) { options.retention = keep.retention; }),           //
         "how long the log is kept: so many days (d) or hours (h), so many entries, or for ever") //
        ("names",
         po::value<NamesFor>()
             ->default_value({std::chrono::hours(24) * 30}, "30d")
             ->value_name("30d|off")
             ->notifier([&](const NamesFor& names) { hub.names_for = names.time; }),                 //
         "how long a member's name is kept for its key after it has left, in days (d) or hours (h)") //
        ("log-level",
         po::value<LogLevel>()
             ->default_value({Level::info}, "info")
             ->value_name("LEVEL")
             ->notifier([&](const LogLevel& log) { options.log_level = log.level; }), //
         "error, warning, info or debug");
}

/// The options that a configuration file may hold too; each goes where it belongs in `options`.
po::options_description settings(Options& options) {
    po::options_description table("Settings (also in the file, as NAME = VALUE)");
    add_settings_of_room(table, options);
    add_settings_of_log(table, options);
    return table;
}

po::options_description command_line_only() {
    po::options_description table("Other options");
    table.add_options()("config", po::value<std::string>()->value_name("FILE"), "read settings from FILE");
    table.add_options()                                                       //
        ("since", po::value<Since>()->value_name("WHEN"),                     //
         "export from then on: 2026-11-20, 2026-11-20T10:00, or 2h, 30d ago") //
        ("json", po::bool_switch(), "export as JSON, an object a line");
    add_help_and_version(table);
    return table;
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
    } catch (const BadValue& error) {
        throw Failure(EX_USAGE, error.sentence());
    } catch (const po::unknown_option& error) {
        throw Failure(EX_CONFIG, at(error.get_option_name()) + "unknown setting '" + error.get_option_name() +
                                     "'; 'chatd --help' lists them");
    } catch (const po::invalid_config_file_syntax& error) {
        throw Failure(EX_CONFIG, at(error.tokens()) + "'" + error.tokens() + "' is no NAME = VALUE");
    } catch (const po::error& error) {
        throw Failure(EX_CONFIG, path + ": " + error.what());
    }
}

/// Those that were named, or all.
std::vector<net::Address> listening_addresses(const po::variables_map& values) {
    const auto port = static_cast<std::uint16_t>(values["port"].as<Port>().number);
    std::vector<net::Address> addresses;
    if (values.contains("bind"))
        for (const auto& named : values["bind"].as<std::vector<ListenAddress>>())
            addresses.push_back(named.address.with_port(port));
    else
        for (const auto* all : {"0.0.0.0", "::"}) addresses.push_back(*net::Address::parse(all, port));
    return addresses;
}

std::filesystem::path default_state_directory() {
    if (const char* given = std::getenv("STATE_DIRECTORY"); given != nullptr && *given == '/') { // by systemd
        const std::string_view list = given;
        return list.substr(0, list.find(':'));
    }
    return session::user_directory("XDG_STATE_HOME", ".local/state") / "chatd";
}

std::optional<Export> exported_by(const po::variables_map& values) {
    const bool has_command = values.contains("command");
    if (has_command && values["command"].as<std::string>() != "export")
        throw Failure(EX_USAGE, "no command '" + text::escaped(values["command"].as<std::string>()) +
                                    "': chatd alone hosts a room, chatd export prints its log");
    if (!has_command && (values.contains("since") || values["json"].as<bool>()))
        throw Failure(EX_USAGE, "--since and --json go with: chatd export");
    if (!has_command) return std::nullopt;
    Export wanted{{}, values["json"].as<bool>()};
    if (values.contains("since")) wanted.since = values["since"].as<Since>().time;
    return wanted;
}

/// What depends on more than one value, or on this machine.
void complete(Options& options, const po::variables_map& values) {
    options.addresses = listening_addresses(values);
    options.is_default_bind = !values.contains("bind");
    options.hub.host = host_name();
    if (!values.contains("room")) {
        const auto name = RoomName::parse(host_name());
        if (!name) throw Failure(EX_USAGE, BadValue::sentence("room", host_name(), RoomName::wanted));
        options.room = name->name;
    }
    options.hub.room = options.room;
    options.is_state_directory_named = values.contains("state-dir");
    options.state_directory = options.is_state_directory_named
                                  ? std::filesystem::path(values["state-dir"].as<std::string>())
                                  : default_state_directory();
    if (!values.contains("key-file")) return;
    try {
        options.hub.password = session::read_room_password(values["key-file"].as<std::string>());
    } catch (const std::runtime_error& error) {
        throw Failure(EX_NOINPUT, error.what());
    }
}

/// As a file's name: whatever a room may be called.
std::string file_name_of(const std::string& room) {
    std::string name;
    for (const char c : room) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                              c == '-' || c == '_' || (c == '.' && !name.empty());
        std::array<char, 4> escape{};
        if (!is_plain) std::snprintf(escape.data(), escape.size(), "%%%02X", static_cast<unsigned char>(c));
        name += is_plain ? std::string(1, c) : std::string(escape.data());
    }
    return name + ".db";
}

} // namespace

std::optional<Options> parse_options(int argc, const char* const argv[]) {
    Options options;
    const auto shared = settings(options);
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
    po::notify(values);
    complete(options, values);
    options.exported = exported_by(values);
    return options;
}

std::filesystem::path log_file(const Options& options) {
    return options.state_directory / file_name_of(options.room);
}

} // namespace chatd
