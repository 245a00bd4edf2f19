// SPDX-License-Identifier: MIT
#include "chat/find/prompts.hpp"

#include "chat/find/checked_name.hpp"
#include "chat/text/label.hpp"
#include "chat/text/wrap.hpp"
#include "chat/translate.hpp"
#include "common/app/failure.hpp"
#include "common/base/secret_text.hpp"
#include "common/session/room_password.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <iostream>

namespace chat {
namespace {

int terminal_columns() {
    constexpr int usual = 80;
    winsize window{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 ? window.ws_col : usual;
}

/// Shows words in rows of the terminal, broken between words.
void show(const std::string& words) {
    for (const auto row : wrap(words, terminal_columns())) std::cout << row << "\n";
}

} // namespace

std::vector<std::string> trust_words(const std::string& where, const RoomKnown& room, int columns) {
    const auto quoted = [&](const std::string& said) {
        constexpr int around = 6; // the indent and the quotes
        return "    \"" + label(said, std::clamp(columns - around, 1, label_columns)) + "\"";
    };
    std::vector<std::string> rows;
    const auto add = [&](const std::string& words) {
        for (const auto row : wrap(words, columns)) rows.emplace_back(row);
    };
    add(tr("A room that is new here answers on {0}. It calls itself", {where}));
    rows.push_back(quoted(room.room));
    if (!room.host.empty()) {
        add(tr("and its host"));
        rows.push_back(quoted(room.host));
    }
    add(tr("as anybody may. Its fingerprint, which its host shows at the start, is"));
    rows.push_back("    " + room.fingerprint);
    add(tr("It will be remembered, and another one refused."));
    return rows;
}

void Prompts::tell(const std::string& words) {
    show(words);
    std::cout << std::flush;
}

std::optional<SecretText> Prompts::ask(const std::string& prompt, bool is_shown) {
    if (!hidden_) hidden_.emplace(STDIN_FILENO);
    hidden_->begin_question(is_shown);
    std::cout << prompt << std::flush;
    try {
        auto typed = read_line(prompt);
        hidden_->end_question();
        if (!is_shown) std::cout << "\n";
        return typed;
    } catch (const Failure&) {
        std::cout << "\n" << std::flush;
        throw;
    }
}

std::optional<SecretText> Prompts::read_line(const std::string& prompt) {
    SecretText typed;
    for (;;) {
        std::array<pollfd, 2> waited = {pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{signals_.fd(), POLLIN, 0}};
        if (poll(waited.data(), waited.size(), -1) < 0) {
            if (errno != EINTR) return std::nullopt;
            if (hidden_->take_continued()) std::cout << prompt << std::flush;
            continue;
        }
        if (const int signal = waited[1].revents != 0 ? signals_.read() : 0;
            signal != 0 && signal != SIGWINCH)
            throw Failure(EX_UNAVAILABLE, tr("not joined"));
        if (waited[0].revents == 0) continue;
        std::array<char, 1024> bytes{};
        const auto got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return std::nullopt;
        typed.append({bytes.data(), static_cast<std::size_t>(got)});
        wipe(bytes.data(), bytes.size());
        const auto end = typed.view().find('\n');
        if (end == std::string_view::npos) continue;
        if (end == 0) return std::nullopt;
        return typed.view().substr(0, end);
    }
}

std::optional<std::string> Prompts::ask_name(const std::string& why) {
    if (!may_ask_) return std::nullopt;
    if (!why.empty()) show(why);
    for (;;) {
        const auto typed = ask(tr("your name (Enter alone leaves):") + " ");
        if (!typed) return std::nullopt;
        try {
            return checked_name(std::string(typed->view()));
        } catch (const Failure& failure) {
            show(failure.what());
        }
    }
}

std::optional<SecretText> Prompts::ask_password(bool was_wrong) {
    if (!may_ask_) return std::nullopt;
    if (was_wrong) show(tr("that is not the room's key"));
    for (;;) {
        const auto typed = ask(tr("the room's key (not shown; Enter alone leaves):") + " ", false);
        if (!typed) return std::nullopt;
        if (auto password = session::parse_room_password(*typed)) {
            tell(tr("checking the key…")); // a host may take its time
            return password;
        }
        show(tr("a key is 1 to 256 bytes of text"));
    }
}

bool Prompts::ask_trust(const std::string& where, const RoomKnown& room) {
    if (!may_ask_) return true;
    std::string words;
    for (const auto& row : trust_words(where, room, terminal_columns())) words += row + "\n";
    const auto answer = ask(words + tr("join it? [y/N]") + " ");
    return answer && (answer->view() == "y" || answer->view() == "Y" || answer->view() == "yes");
}

} // namespace chat
