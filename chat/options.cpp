// SPDX-License-Identifier: MIT
#include "chat/options.hpp"

#include "common/command_line.hpp"
#include "common/exit_status.hpp"
#include "common/text/utf8.hpp"

#include <cstdlib>

namespace chat {

namespace po = boost::program_options;

std::optional<Options> parse_options(int argc, const char* const argv[]) {
    po::options_description shown("Usage: chat [OPTION]... [HOST[:PORT][#FINGERPRINT]]\n\n"
                                  "Joins the chat room that HOST hosts (default: this machine, port 9000)");
    shown.add_options()                                          //
        ("name,n", po::value<std::string>()->value_name("NAME"), //
         "what to be called (default: the user's name)")         //
        ("plain", "lines in, messages out, without a screen; always so where standard input or output is no "
                  "terminal") //
        ("json",
         "plain, with each event as a JSON object on a line; listens on after the end of the input") //
        ("send", po::value<std::string>()->value_name("TEXT"),
         "say TEXT, wait until it is safe on the host, and leave") //
        ("classic", "speak the plain UDP protocol, unencrypted, as any room takes it");
    add_help_and_version(shown);
    CommandLine line{.program = "chat", .shown = shown, .hidden = {}, .positional = {}};
    line.hidden.add_options()("host", po::value<std::string>());
    line.positional.add("host", 1);
    po::variables_map values;
    if (!parse_command_line(argc, argv, line, values)) return std::nullopt;
    Options options;
    options.is_plain = values.contains("plain");
    options.is_json = values.contains("json");
    if (values.contains("send")) options.send = values["send"].as<std::string>();
    options.is_plain = options.is_plain || options.is_json || options.send;
    options.is_classic = values.contains("classic");
    options.host.host = "localhost";
    if (values.contains("host")) {
        auto typed = values["host"].as<std::string>();
        if (const auto mark = typed.find('#'); mark != std::string::npos) {
            options.fingerprint = typed.substr(mark + 1);
            typed.resize(mark);
        }
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
