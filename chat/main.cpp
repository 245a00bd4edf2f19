// SPDX-License-Identifier: MIT
#include "chat/conversation.hpp"
#include "chat/options.hpp"
#include "chat/plain.hpp"
#include "chat/terminal.hpp"
#include "common/exit_status.hpp"
#include "common/locale.hpp"

#include <unistd.h>

#include <csignal>
#include <iostream>
#include <optional>
#include <string>

namespace {

/// Asks on the terminal, before the screen is there. Nothing for no answer.
std::optional<std::string> ask_for_name() {
    for (;;) {
        std::cout << "your name (Enter alone leaves): " << std::flush;
        std::string typed;
        if (!std::getline(std::cin, typed) || typed.empty()) return std::nullopt;
        try {
            return chat::checked_name(typed);
        } catch (const Failure& failure) {
            std::cout << failure.what() << "\n";
        }
    }
}

std::string first_name(const chat::Options& options, bool may_ask) {
    try {
        return chat::checked_name(options.name);
    } catch (const Failure& failure) {
        if (!may_ask) throw;
        if (!options.name.empty()) std::cout << failure.what() << "\n";
        if (const auto name = ask_for_name()) return *name;
        throw Failure(EX_USAGE, "no name, so not joined");
    }
}

} // namespace

int main(int argc, char* argv[]) {
    set_up_locale("chat");
    return run_program("chat", [&] {
        const auto options = chat::parse_options(argc, argv);
        if (!options) return EX_OK;
        const bool is_at_terminal = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
        const bool has_screen = is_at_terminal && !options->is_plain;
        auto name = first_name(*options, is_at_terminal);
        net::SignalDescriptor signals({SIGINT, SIGTERM, SIGHUP, SIGWINCH});
        chat::Conversation conversation(*options);
        conversation.join(std::move(name), signals,
                          [&](const std::string& why) -> std::optional<std::string> {
                              if (!has_screen) return std::nullopt;
                              std::cout << conversation.shown_host() << " refused: " << why << "\n";
                              return ask_for_name();
                          });
        return has_screen ? chat::run_on_screen(conversation, signals)
                          : chat::run_plain(conversation, signals);
    });
}
