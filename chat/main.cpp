// SPDX-License-Identifier: MIT
#include "chat/find/checked_name.hpp"
#include "chat/find/discovery.hpp"
#include "chat/find/join_dialog.hpp"
#include "chat/find/prompts.hpp"
#include "chat/identity_command.hpp"
#include "chat/link/classic_client.hpp"
#include "chat/link/session_client.hpp"
#include "chat/options.hpp"
#include "chat/plain/plain.hpp"
#include "chat/screen/app.hpp"
#include "chat/screen/room_picker.hpp"
#include "chat/state/resume_store.hpp"
#include "chat/translate.hpp"
#include "common/app/failure.hpp"
#include "common/app/identity_file.hpp"
#include "common/os/locale.hpp"
#include "common/os/private_file.hpp"
#include "common/os/random.hpp"

#include <unistd.h>

#include <csignal>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

namespace {

std::filesystem::path data_directory() {
    return session::user_directory("XDG_DATA_HOME", ".local/share") / "chat";
}

std::filesystem::path identity_file() {
    return data_directory() / "identity";
}

std::filesystem::path state_directory() {
    return session::user_directory("XDG_STATE_HOME", ".local/state") / "chat";
}

std::filesystem::path conversations_file() {
    return state_directory() / "conversations.db";
}

/// What is kept is nobody else's to read or to change. What can't be kept at all is found out where it is to
/// be.
void close_to_others() {
    const auto unless_unsafe = [](const auto& prepare) {
        try {
            prepare();
        } catch (const files::Unsafe& error) {
            throw Failure(EX_CANTCREAT, error.what());
        } catch (const std::runtime_error&) {
            // A home that can't be written to: one talks without.
        }
    };
    unless_unsafe([] { files::make_directory_of_our_own(data_directory()); });
    unless_unsafe([] { files::make_directory_of_our_own(state_directory()); });
    unless_unsafe([] { files::prepare_database(conversations_file()); });
}

std::string first_name(const chat::Options& options, chat::Prompts& prompts) {
    try {
        return chat::checked_name(options.name);
    } catch (const Failure& failure) {
        if (!prompts.may_ask() && (options.is_name_given || options.name.empty())) throw;
        if (!prompts.may_ask())
            throw Failure(failure.status(), chat::tr("{0} (--name sets another)", {failure.what()}));
        if (const auto name = prompts.ask_name(options.name.empty() ? "" : failure.what())) return *name;
        throw Failure(EX_USAGE, chat::tr("no name, so not joined"));
    }
}

chat::LinkMessages translated_messages() {
    chat::LinkMessages messages;
    for (auto* message : messages.all()) *message = chat::tr(message->c_str());
    return messages;
}

/// Nothing where no protocol is spoken that needs it.
std::optional<session::SecretKey> own_secret(const chat::Options& options) {
    if (options.is_classic) return std::nullopt;
    try {
        os::SystemRandom random;
        return session::load_or_make_identity(identity_file(), random).secret;
    } catch (const std::runtime_error& error) {
        throw Failure(EX_CANTCREAT, error.what());
    }
}

chat::LinkMaker link_maker(const chat::Options& options, const std::optional<session::SecretKey>& secret,
                           bool has_screen) {
    if (!secret)
        return [](const chat::JoinAs& join, Instant now) {
            return std::make_unique<chat::ClassicClient>(join.name, now, translated_messages());
        };
    constexpr std::size_t usual_history = 50;
    const auto history = options.history.value_or(has_screen ? usual_history : 0);
    // A script that sends one line wants to know what becomes of it, and tries again itself.
    const bool keeps = !options.send;
    return [=](const chat::JoinAs& join, Instant now) {
        static os::SystemRandom random; // the network thread's
        chat::SessionClient::Options of_link;
        of_link.name = join.name;
        of_link.terms.fingerprint = join.fingerprint;
        of_link.terms.password = join.password;
        of_link.terms.asks_trust = has_screen;
        of_link.history = history;
        const auto files = std::make_shared<chat::FileResumeStore>(conversations_file(), *secret);
        of_link.keyring = files;
        of_link.messages = translated_messages();
        if (keeps) of_link.resume_store = files;
        return std::make_unique<chat::SessionClient>(std::move(of_link), random, now);
    };
}

Failure nothing_found(std::uint16_t port) {
    return {
        EX_UNAVAILABLE,
        chat::tr(
            "no room was found on the networks here in 1 s: is chatd running, does a firewall block UDP {0}? "
            "(chat HOST joins one that is further away)",
            {std::to_string(port)})};
}

/// The room that is meant where no host is given, or the one that the user chooses.
chat::FoundRoom choose_room(std::uint16_t port, const chat::KnownRooms& known_rooms,
                            os::SignalDescriptor& signals, chat::Prompts& prompts,
                            chat::Settings::Theme theme) {
    const auto rooms = chat::find_rooms(port, signals);
    if (rooms.empty()) throw nothing_found(port);
    if (auto meant = chat::meant_room(rooms, known_rooms, prompts.may_ask())) return std::move(*meant);
    if (prompts.may_ask()) {
        prompts.end();
        if (auto chosen = chat::pick_room(port, known_rooms, signals, theme)) return std::move(*chosen);
        throw Failure(EX_UNAVAILABLE, chat::tr("no room, so not joined"));
    }
    if (rooms.size() == 1)
        throw Failure(EX_USAGE, chat::tr("the room that was found is none of those that are known here: chat "
                                         "{0}#{1} joins it",
                                         {rooms.front().address.to_string(), rooms.front().fingerprint}));
    throw Failure(
        EX_USAGE,
        chat::tr("{0} rooms were found: say which one is meant, as chat HOST#FINGERPRINT (chat --list "
                 "shows them)",
                 {std::to_string(rooms.size())}));
}

int list_rooms(std::uint16_t port, const chat::KnownRooms& known_rooms, os::SignalDescriptor& signals) {
    const auto rooms = chat::find_rooms(port, signals);
    if (rooms.empty()) throw nothing_found(port);
    constexpr int any = 1000; // who reads it may be a program
    for (const auto& line : chat::table_of(rooms, known_rooms, any)) std::cout << line << "\n";
    return EX_OK;
}

} // namespace

int main(int argc, char* argv[]) {
    set_up_locale("chat");
    return run_program("chat", [&] {
        const auto options = chat::parse_options(argc, argv);
        if (!options) return EX_OK;
        if (options->identity) {
            close_to_others();
            return chat::run_identity_command(*options->identity, identity_file(), conversations_file());
        }
        os::SignalDescriptor signals({SIGINT, SIGTERM, SIGHUP, SIGWINCH});
        const chat::KnownRooms known_rooms(data_directory() / "known_rooms");
        if (options->lists_rooms) return list_rooms(options->port, known_rooms, signals);
        close_to_others();
        const bool is_at_terminal = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
        const bool has_screen = is_at_terminal && !options->is_plain;
        chat::Prompts prompts(has_screen, signals);
        chat::JoinAs join{first_name(*options, prompts), options->fingerprint, options->password,
                          options->fingerprint.has_value()};
        auto host = options->host;
        if (!host) {
            const auto room =
                choose_room(options->port, known_rooms, signals, prompts, options->settings.theme);
            host = net::HostPort{room.address.host(), room.address.port()};
            if (known_rooms.knows(room.fingerprint)) join.fingerprint = room.fingerprint;
        }
        const auto secret = own_secret(*options);
        chat::Conversation conversation(
            *host, link_maker(*options, secret, has_screen),
            chat::NameStore(options->send ? std::filesystem::path() : conversations_file(), secret));
        if (!options->is_classic)
            if (auto fault = chat::fault_of_conversations(conversations_file()))
                conversation.warn(std::move(*fault));
        chat::JoinDialog dialog(conversation, known_rooms, prompts, [&](const chat::TimedEvent& heard) {
            const auto word = chat::word_before_joining(heard.what);
            if (has_screen && word)
                chat::Prompts::tell(*word);
            else
                chat::tell_before_joining(heard, options->is_json);
        });
        dialog.join(std::move(join), signals);
        prompts.end();
        return has_screen ? chat::run_on_screen(conversation, *options, signals)
                          : chat::run_plain(conversation, *options, signals);
    });
}
