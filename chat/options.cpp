// SPDX-License-Identifier: MIT
#include "chat/options.hpp"

#include "common/command_line.hpp"
#include "common/exit_status.hpp"
#include "common/text/utf8.hpp"

#include <cstdlib>
#include <iostream>

namespace chat {

namespace po = boost::program_options;

std::optional<Options> parse_options(int argc, const char* const argv[]) {
    po::options_description shown("Usage: chat [OPTION]... [HOST[:PORT]|[V6]:PORT]\n\n"
                                  "Joins the chat room that HOST hosts (default: this machine, port 9000)");
    shown.add_options()                                          //
        ("name,n", po::value<std::string>()->value_name("NAME"), //
         "what to be called (default: the user's name)")         //
        ("plain", "lines in, messages out, without a screen; always so where standard input or output is no "
                  "terminal")                                             //
        ("classic", "speak the plain UDP protocol, as any room takes it") //
        ("help,h", "show this help and exit")                             //
        ("version,V", "show the version and exit");
    po::options_description all;
    all.add(shown).add_options()("host", po::value<std::string>());
    po::variables_map values;
    parse_command_line(argc, argv, "chat", all, po::positional_options_description().add("host", 1), values);
    if (values.contains("help")) {
        std::cout << shown;
        return std::nullopt;
    }
    if (values.contains("version")) {
        std::cout << "chat " CHAT_VERSION "\n";
        return std::nullopt;
    }
    Options options;
    options.is_plain = values.contains("plain");
    options.host.host = "localhost";
    if (values.contains("host")) {
        const auto typed = values["host"].as<std::string>();
        const auto parsed = net::parse_host_port(typed);
        if (!parsed)
            throw Failure(EX_USAGE, "'" + text::escaped(typed) + "' is no HOST, HOST:PORT or [V6]:PORT");
        options.host = *parsed;
    }
    if (values.contains("name"))
        options.name = values["name"].as<std::string>();
    else if (const char* user = std::getenv("USER"); user != nullptr)
        options.name = user;
    return options;
}

} // namespace chat
