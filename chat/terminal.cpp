// SPDX-License-Identifier: MIT
#include "chat/terminal.hpp"

#include "chat/commands.hpp"
#include "chat/curses_screen.hpp"
#include "chat/editor.hpp"
#include "chat/model.hpp"
#include "chat/view.hpp"
#include "common/exit_status.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <variant>

namespace chat {
namespace {

using namespace std::chrono_literals;

// While somebody may see it: how often it is said that the user types, and when that is over without a word.
constexpr Duration typing_interval = 3s;
constexpr Duration typists_lifetime = 8s;
// Figures of seconds change once a second.
constexpr Duration tick = 1s;
// After /quit a host that still is there says goodbye in milliseconds; nobody waits longer for one that is
// not.
constexpr Duration goodbye_patience = 1s;

class Terminal {
  public:
    Terminal(Conversation& conversation, const Options& options, net::SignalDescriptor& signals)
        : conversation_(conversation)
        , signals_(signals)
        , shows_typing_(options.shows_typing)
        , wants_history_(options.history != 0U) {
        model_.host = conversation.shown_host();
        model_.name = conversation.name();
        loop_.watch(STDIN_FILENO, EPOLLIN, [this](std::uint32_t events) { read_keys(events); });
        loop_.watch(conversation.network().fd(), EPOLLIN, [this](std::uint32_t) { hear(); });
        loop_.watch(signals.fd(), EPOLLIN, [this](std::uint32_t) { take_signals(); });
        hear(); // what came while the screen was not there yet
    }

    int run() {
        while (!is_done_) {
            screen_.draw(draw(model_, editor_, screen_.size()));
            conversation_.tell_seen();
            loop_.wait(next_deadline());
            if (deadline_ && loop_.now() >= *deadline_) is_done_ = true;
            pass_time();
        }
        return EX_OK;
    }

  private:
    static std::tm now() { return local_time(net::wall_now()); }

    /// Nothing changes by itself but what counts seconds.
    std::optional<Instant> next_deadline() const {
        const bool counts =
            model_.connection == Model::Connection::offline || !model_.typists.empty() || is_typing_told_;
        const auto next_tick = loop_.now() + tick;
        if (!counts) return deadline_;
        return deadline_ ? std::min(*deadline_, next_tick) : next_tick;
    }

    void pass_time() {
        if (model_.connection == Model::Connection::offline) model_.silence = loop_.now() - last_contact_;
        if (loop_.now() - typists_known_ >= typists_lifetime) model_.typists.clear();
        tell_typing();
    }

    /// Says so while there is a line that is being changed.
    void tell_typing() {
        const bool is_typing = shows_typing_ && !editor_.text().empty() && !editor_.text().starts_with('/') &&
                               loop_.now() - edited_ < typing_interval;
        if (!is_typing && !is_typing_told_) return;
        if (is_typing && is_typing_told_ && loop_.now() - typing_told_ < typing_interval) return;
        is_typing_told_ = is_typing;
        typing_told_ = loop_.now();
        conversation_.network().ask(ShowTyping{is_typing});
    }

    void hear() {
        for (const auto& heard : conversation_.take_heard()) {
            model_.apply(heard.what, local_time(heard.time));
            if (const auto* offline = std::get_if<Offline>(&heard.what))
                last_contact_ = loop_.now() - offline->silence;
            if (std::holds_alternative<TypingKnown>(heard.what)) typists_known_ = loop_.now();
            // Who comes back sees what was said before, too.
            if (const auto* online = std::get_if<Online>(&heard.what);
                online && online->resumed_at && wants_history_)
                look_back();
            if (deadline_ && std::holds_alternative<Closed>(heard.what)) is_done_ = true;
        }
    }

    void take_signals() {
        for (int signal = signals_.read(); signal != 0; signal = signals_.read()) {
            if (signal == SIGWINCH)
                screen_.resize();
            else
                leave();
        }
    }

    void read_keys(std::uint32_t events) {
        while (const auto key = screen_.read_key()) {
            const bool was_interrupt = std::exchange(was_interrupt_, false);
            switch (editor_.handle(*key)) {
            case Editor::Outcome::edited: edited_ = loop_.now(); continue;
            case Editor::Outcome::finished: carry_out(editor_.take_line()); continue;
            case Editor::Outcome::ignored: break;
            }
            act_on(*key, was_interrupt);
        }
        if (screen_.is_gone() || (events & (EPOLLHUP | EPOLLERR)) != 0) is_done_ = true;
    }

    void act_on(const Key& key, bool was_interrupt) {
        using Code = Key::Code;
        const int page = std::max(1, message_rows(screen_.size()) - 1);
        switch (key.code) {
        case Code::page_up: return scroll_up(page);
        case Code::page_down: model_.anchor = scrolled(model_, screen_.size(), -page); return;
        case Code::alt_home: return scroll_up(1 << 24);
        case Code::alt_end: model_.anchor.reset(); return;
        case Code::f1: carry_out("/help"); return;
        case Code::control: break;
        default: return;
        }
        switch (key.character) {
        case U'c':
            if (was_interrupt) return leave();
            was_interrupt_ = true;
            if (editor_.text().empty()) model_.add_local("^C again leaves the room", now());
            editor_.clear();
            return;
        case U'l': screen_.forget(); return;
        case U'z': screen_.suspend(); return;
        default: return;
        }
    }

    void scroll_up(int rows) {
        model_.anchor = scrolled(model_, screen_.size(), rows);
        if (is_at_top(model_, screen_.size())) look_back();
    }

    /// Asks for older lines than there are here.
    void look_back() {
        const auto oldest = model_.oldest();
        if (!oldest || !model_.is_encrypted || model_.is_looking) return;
        model_.is_looking = true;
        conversation_.network().ask(Find{*oldest, {}});
    }

    void carry_out(const std::string& typed) {
        const auto deed = interpret(typed, model_);
        if (deed.clears) model_.clear();
        for (const auto& answer : deed.answers) model_.add_local(answer, now());
        if (deed.quits) leave();
        if (deed.looked_for) {
            model_.is_looking = true;
            conversation_.network().ask(Find{wire::max_varint, *deed.looked_for});
        }
        if (!deed.command) return;
        if (model_.connection == Model::Connection::closed) {
            model_.add_local("not sent: you are not in the room", now());
            return;
        }
        const auto id = next_id_++;
        if (!deed.shown.empty()) model_.add_own(id, deed.shown, now());
        conversation_.network().ask(Submit{id, *deed.command});
    }

    void leave() {
        if (deadline_ || model_.connection == Model::Connection::closed) {
            is_done_ = true;
            return;
        }
        conversation_.network().ask(Quit{});
        deadline_ = net::monotonic_now() + goodbye_patience;
    }

    Conversation& conversation_;
    net::SignalDescriptor& signals_;
    CursesScreen screen_;
    net::EventLoop loop_;
    Model model_;
    Editor editor_;
    LineId next_id_ = 1;
    bool was_interrupt_ = false;
    const bool shows_typing_;
    const bool wants_history_;
    bool is_typing_told_ = false;
    Instant typing_told_{};
    Instant edited_{};
    Instant typists_known_{};
    Instant last_contact_{};
    std::optional<Instant> deadline_; ///< by when we are gone, once we leave
    bool is_done_ = false;
};

} // namespace

int run_on_screen(Conversation& conversation, const Options& options, net::SignalDescriptor& signals) {
    return Terminal(conversation, options, signals).run();
}

} // namespace chat
