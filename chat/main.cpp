// SPDX-License-Identifier: MIT
#include "chat/classic_link.hpp"
#include "chat/conversation.hpp"
#include "chat/options.hpp"
#include "chat/plain.hpp"
#include "chat/session_link.hpp"
#include "chat/terminal.hpp"
#include "common/exit_status.hpp"
#include "common/key_file.hpp"
#include "common/locale.hpp"

#include <unistd.h>

#include <csignal>
#include <iostream>
#include <memory>
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

/// A name's own key, out of the user's one secret: two names of one user are two members, and each is its
/// key's.
session::KeyPair key_of(const session::KeyPair& identity, const std::string& name) {
    const auto digest = session::hmac(identity.secret.view(), "chat/1 name ", name);
    return session::KeyPair::from(session::SecretKey::from(digest.view()).value());
}

chat::LinkMaker link_maker(const chat::Options& options, const chat::KnownRooms& known_rooms) {
    if (options.is_classic)
        return [](const std::string& name, Instant now) {
            return std::make_unique<chat::ClassicLink>(name, now);
        };
    session::SystemRandom random;
    const auto file = session::user_directory("XDG_DATA_HOME", ".local/share") / "chat" / "identity";
    const auto identity = [&] {
        try {
            return session::load_or_make_identity(file, random);
        } catch (const std::runtime_error& error) {
            throw Failure(EX_CANTCREAT, error.what());
        }
    }();
    const auto fingerprint =
        options.fingerprint ? options.fingerprint : known_rooms.find(chat::in_words(options.host));
    return [identity, fingerprint](const std::string& name, Instant now) {
        static session::SystemRandom links_random; // the network thread's
        return std::make_unique<chat::SessionLink>(
            chat::SessionLink::Options{name, key_of(identity, name), fingerprint}, links_random, now);
    };
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
        const chat::KnownRooms known_rooms(session::user_directory("XDG_DATA_HOME", ".local/share") / "chat" /
                                           "known_rooms");
        chat::Conversation conversation(*options, link_maker(*options, known_rooms), known_rooms);
        conversation.join(std::move(name), signals,
                          [&](const std::string& why) -> std::optional<std::string> {
                              if (!has_screen) return std::nullopt;
                              std::cout << conversation.shown_host() << " refused: " << why << "\n";
                              return ask_for_name();
                          });
        return has_screen ? chat::run_on_screen(conversation, signals)
                          : chat::run_plain(conversation, *options, signals);
    });
}
