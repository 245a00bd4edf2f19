// SPDX-License-Identifier: MIT
#include "chat/screen/app.hpp"

#include "chat/child_process.hpp"
#include "chat/commands.hpp"
#include "chat/model/model.hpp"
#include "chat/screen/attention.hpp"
#include "chat/screen/browser.hpp"
#include "chat/screen/composer.hpp"
#include "chat/screen/curses_screen.hpp"
#include "chat/screen/own_lines.hpp"
#include "chat/screen/typing_report.hpp"
#include "chat/screen/view.hpp"
#include "chat/state/input_history.hpp"
#include "chat/translate.hpp"
#include "common/app/failure.hpp"
#include "common/app/identity_file.hpp"
#include "common/base/overloaded.hpp"
#include "common/base/sooner.hpp"
#include "common/os/clock.hpp"
#include "common/os/zone.hpp"
#include "common/text/utf8.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <variant>

namespace chat {
namespace {

using namespace std::chrono_literals;

// One who types says so every few seconds.
constexpr Duration typists_lifetime = 8s;
// Figures of seconds change once a second.
constexpr Duration tick = 1s;
// After /quit a host that still is there says goodbye in milliseconds; nobody waits longer for one that is
// not.
constexpr Duration goodbye_patience = 1s;

class App {
  public:
    App(Conversation& conversation, const Options& options, os::SignalDescriptor& signals)
        : conversation_(conversation)
        , signals_(signals)
        , settings_(options.settings)
        , settings_file_(options.settings_file)
        , typed_file_(session::user_directory("XDG_STATE_HOME", ".local/state") / "chat" / "typed")
        , wants_history_(options.history != 0U)
        , screen_(settings_.theme, settings_.links) {
        model_.connection.host = conversation.shown_host();
        model_.members.own_name = conversation.name();
        ui_.zone = os::local_time;
        model_.scrollback.is_one_burst = [](WallTime a, WallTime b) {
            return is_same_day(a, b, os::local_time);
        };
        keep_name(model_.members.own_name);
        ui_.editor.remember(load_typed_lines(typed_file_, Editor::max_history));
        apply_settings();
        loop_.watch(STDIN_FILENO, EPOLLIN, [this](std::uint32_t events) { read_keys(events); });
        loop_.watch(conversation.network().fd(), EPOLLIN, [this](std::uint32_t) { hear(); });
        loop_.watch(signals.fd(), EPOLLIN, [this](std::uint32_t) { drain_signals(); });
        for (const auto& words : conversation.warnings()) model_.add_warning(words, now());
        hear(); // what came while the screen was not there yet
    }

    int run() {
        while (!is_done_) {
            screen_.draw(draw(model_, ui_, screen_.size()));
            show_title();
            conversation_.tell_seen();
            loop_.wait(next_deadline());
            if (deadline_ && loop_.now() >= *deadline_) is_done_ = true;
            pass_time();
        }
        return EX_OK;
    }

  private:
    static WallTime now() { return os::wall_now(); }

    void apply_settings() {
        ui_.has_roster = settings_.has_roster;
        ui_.time_format = settings_.time_format;
        ui_.retry_key = name_of(settings_.keys.key(Action::retry));
        model_.ignored = settings_.ignored;
    }

    // ---- time

    /// Nothing changes by itself but what counts seconds.
    std::optional<Instant> next_deadline() const {
        const bool counts = model_.connection.is_offline() || !model_.members.typists.empty() ||
                            typing_.is_told() || attention_.has_programs();
        return counts ? sooner(deadline_, loop_.now() + tick) : deadline_;
    }

    void pass_time() {
        if (model_.connection.is_offline()) model_.connection.silence = loop_.now() - last_contact_;
        if (loop_.now() - typists_known_ >= typists_lifetime) model_.members.typists.clear();
        attention_.reap();
        if (const auto told = typing_.poll(ui_.editor.text(), settings_.tells_typing, loop_.now()))
            conversation_.network().ask(ShowTyping{*told});
    }

    // ---- what comes from the network

    void hear() {
        std::optional<Line> loudest;
        for (const auto& heard : conversation_.drain_heard()) {
            const auto newest = model_.scrollback.newest_number();
            if (const auto* room = std::get_if<RoomKnown>(&heard.what))
                conversation_.names().load(room->fingerprint, model_.known_names);
            model_.apply(heard.what, heard.time);
            if (std::holds_alternative<Named>(heard.what)) keep_name(model_.members.own_name);
            if (const auto* offline = std::get_if<Offline>(&heard.what))
                last_contact_ = loop_.now() - offline->silence;
            if (std::holds_alternative<TypingKnown>(heard.what)) typists_known_ = loop_.now();
            // Who comes back sees what was said before, too.
            if (const auto* online = std::get_if<Online>(&heard.what); online && online->resumed_at) {
                attends_from_ = online->head;
                if (wants_history_) look_back();
            }
            own_lines_.handle(heard.what);
            if (deadline_ && std::holds_alternative<Closed>(heard.what)) is_done_ = true;
            if (model_.scrollback.newest_number() > newest && is_news(heard.what) &&
                !(loudest && loudest->is_mention))
                loudest = model_.scrollback.lines().back();
        }
        conversation_.names().save(model_.known_names.drain_changed());
        if (!loudest) return;
        if (const auto fault = attention_.call(*loudest, model_.connection.place()))
            model_.add_local(*fault, now());
    }

    /// Whether it happens now, and not in what is caught up on.
    bool is_news(const LinkEvent& event) const {
        const auto* what = std::get_if<RoomEvent>(&event);
        if (what == nullptr) return true;
        return !what->is_history && !what->is_own &&
               (!what->is_logged() || what->event.sequence > attends_from_);
    }

    void show_title() {
        if (!settings_.has_title) return;
        const auto unread = model_.scrollback.unread();
        screen_.terminal().set_title((unread > 0 ? "(" + std::to_string(unread) + ") " : "") +
                                     model_.connection.place());
    }

    void drain_signals() {
        for (int signal = signals_.read(); signal != 0; signal = signals_.read()) {
            if (signal == SIGWINCH)
                screen_.resize();
            else
                leave();
        }
    }

    // ---- keys

    void read_keys(std::uint32_t events) {
        while (const auto pressed = screen_.keys().read())
            if (const auto key = settings_.keys.usual(*pressed)) take(*key);
        if (screen_.keys().is_gone() || (events & (EPOLLHUP | EPOLLERR)) != 0) is_done_ = true;
    }

    /// Gives a key of the table to whatever is under way, or does what it means.
    void take(const KeyPress& key) {
        const auto action = action_of(key);
        const bool was_interrupt = std::exchange(was_interrupt_, false);
        was_prefix_ = false;
        if (action == Action::look || action == Action::look_away) return look(action == Action::look);
        if (action == Action::paste) return take_paste(screen_.keys().take_paste());
        if (ui_.paste) return composer_.answer_paste(action, key.character, now());
        if (ui_.search && browser_.search(action, key, screen_.size())) return;
        if (action != Action::complete && action != Action::complete_back) ui_.completion.reset();
        perform(action, key.character, was_interrupt);
    }

    Action action_of(const KeyPress& key) const {
        if (was_prefix_ && key.code == KeyPress::Code::control) {
            const auto action = usual_action({KeyPress::Code::control_x, key.character});
            if (action != Action::nothing) return action;
        }
        return usual_action(key);
    }

    /// Each action is one function.
    void perform(Action action, char32_t character, bool was_interrupt) {
        switch (action) {
        case Action::help: return carry_out("/help");
        case Action::page_up: return scroll_up(page());
        case Action::page_down: return browser_.scroll(-page(), screen_.size());
        case Action::oldest: return go_to_oldest();
        case Action::newest: return browser_.scroll_to_end();
        case Action::search: return browser_.begin_search({}, screen_.size());
        case Action::unread: return go_to_unread();
        case Action::mention_older: return go_to_mention(true);
        case Action::mention_newer: return go_to_mention(false);
        case Action::roster: return change("roster", settings_.has_roster ? "off" : "on");
        case Action::redraw: return screen_.forget();
        case Action::suspend: return screen_.suspend();
        case Action::complete: return composer_.complete_word(false, loop_.now());
        case Action::complete_back: return composer_.complete_word(true, loop_.now());
        case Action::retry: return own_lines_.retry(now());
        case Action::interrupt: return interrupt(was_interrupt);
        case Action::finish: return finish_line();
        case Action::prefix: was_prefix_ = true; return;
        case Action::edit_elsewhere: return write_elsewhere();
        default: composer_.edit(action, character, loop_.now()); // it names every other action
        }
    }

    void look(bool does) {
        attention_.look(does);
        model_.scrollback.look(does);
    }

    /// Empties the line; the second time in a row it leaves.
    void interrupt(bool was_interrupt) {
        if (was_interrupt) return leave();
        was_interrupt_ = true;
        if (ui_.editor.text().empty()) model_.add_local(tr("^C again leaves the room"), now());
        ui_.editor.clear();
    }

    // ---- the scrollback

    int page() const { return std::max(1, message_rows(model_, ui_, screen_.size()) - 1); }

    void go_to_oldest() {
        browser_.scroll_to_top(screen_.size());
        look_back();
    }

    void go_to_unread() {
        if (!browser_.go_to_unread(screen_.size())) model_.add_local(tr("nothing is unread"), now());
    }

    void go_to_mention(bool is_older) {
        if (!browser_.go_to_mention(is_older, screen_.size()))
            model_.add_local(tr("nobody has mentioned you yet"), now());
    }

    void scroll_up(int rows) {
        browser_.scroll(rows, screen_.size());
        if (is_at_top(model_, ui_, screen_.size())) look_back();
    }

    /// Asks for older lines than there are here.
    void look_back() {
        const auto oldest = model_.scrollback.oldest();
        if (!oldest || !model_.connection.is_encrypted || model_.scrollback.is_looking) return;
        model_.scrollback.is_looking = true;
        conversation_.network().ask(Find{*oldest, {}});
    }

    // ---- what is typed

    void take_paste(const std::string& bytes) {
        if (ui_.search)
            return browser_.extend_search(text::Text::from_untrusted(bytes).view(), screen_.size());
        composer_.paste(bytes, loop_.now());
    }

    /// In the user's own editor.
    void write_elsewhere() {
        std::variant<std::string, EditorFault> outcome;
        screen_.lend([&] { outcome = edit_elsewhere(ui_.editor.text()); });
        composer_.replace(outcome, now());
    }

    void finish_line() {
        const auto line = ui_.editor.take_line();
        if (!line.empty()) keep_typed_line(typed_file_, line);
        carry_out(line);
    }

    void carry_out(const std::string& typed) {
        auto outcome = interpret(typed, {model_, settings_, now(), os::local_time});
        std::visit(
            Overloaded{
                [&](const Answer& answer) { tell(answer.rows); },
                [&](const HostCommand& request) { own_lines_.say(request.command, now()); },
                [&](const Lookup& lookup) { look_up(lookup.needle); },
                [&](const ScreenSearch& search) { browser_.begin_search(search.needle, screen_.size()); },
                [&](const Change& change_of) {
                    tell(change_of.rows);
                    change(change_of.name, change_of.value);
                },
                [&](const Clear&) { model_.scrollback.clear(); },
                [&](const Retry&) { own_lines_.retry(now()); },
                [&](const Leave&) { leave(); },
            },
            outcome);
    }

    void tell(const std::vector<std::string>& rows) {
        for (const auto& row : rows) model_.add_local(row, now());
    }

    void look_up(const std::string& needle) {
        model_.scrollback.is_looking = true;
        conversation_.network().ask(Find{wire::max_varint, needle});
    }

    void change(const std::string& name, const std::string& value) {
        const auto theme = settings_.theme;
        if (const auto fault = set(settings_, name, value)) return model_.add_local(*fault, now());
        apply_settings();
        if (settings_.theme != theme) screen_.set_theme(settings_.theme);
        if (name == "links") screen_.set_links(settings_.links);
        if (const auto fault = save_setting(settings_file_, name, value)) model_.add_local(*fault, now());
    }

    void leave() {
        if (deadline_ || model_.connection.is_closed()) {
            is_done_ = true;
            return;
        }
        conversation_.network().ask(Quit{});
        deadline_ = os::monotonic_now() + goodbye_patience;
    }

    Conversation& conversation_;
    os::SignalDescriptor& signals_;
    Settings settings_;
    const std::filesystem::path settings_file_;
    const std::filesystem::path typed_file_;
    const bool wants_history_;
    CursesScreen screen_;
    os::EventLoop loop_;
    Model model_;
    UiState ui_;
    Browser browser_{model_, ui_};
    Attention attention_{screen_, settings_};
    OwnLines own_lines_{model_, conversation_.network()};
    TypingReport typing_;
    Composer composer_{model_, ui_, own_lines_, typing_};
    wire::Sequence attends_from_ = 0; ///< what was before does not ring
    bool was_interrupt_ = false;
    bool was_prefix_ = false;
    Instant typists_known_{};
    Instant last_contact_{};
    std::optional<Instant> deadline_; ///< by when we are gone, once we leave
    bool is_done_ = false;
};

} // namespace

int run_on_screen(Conversation& conversation, const Options& options, os::SignalDescriptor& signals) {
    return App(conversation, options, signals).run();
}

} // namespace chat
