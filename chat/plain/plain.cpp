// SPDX-License-Identifier: MIT
#include "chat/plain/plain.hpp"

#include "chat/commands.hpp"
#include "chat/find/join_dialog.hpp"
#include "chat/model/model.hpp"
#include "chat/model/spoken.hpp"
#include "chat/plain/json.hpp"
#include "chat/translate.hpp"
#include "common/app/failure.hpp"
#include "common/app/line_buffer.hpp"
#include "common/base/overloaded.hpp"
#include "common/os/clock.hpp"
#include "common/os/zone.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace chat {
namespace {

// Lines on their way to the host; the rest waits in the pipe.
constexpr std::size_t max_in_flight = 32;
// For who reads what we write, once a signal has told us to end.
constexpr int hurried_patience_ms = 300;
// A signal that comes so long after the first one ends us at once.
constexpr Duration second_signal_after = std::chrono::milliseconds(300);

class Plain {
  public:
    Plain(Conversation& conversation, const Options& options, os::SignalDescriptor& signals)
        : conversation_(conversation)
        , signals_(signals)
        , is_json_(options.is_json)
        , is_sending_only_(options.send.has_value())
        , takes_commands_(!options.send && isatty(STDIN_FILENO) != 0)
        , settings_(options.settings)
        , settings_file_(options.settings_file) {
        std::signal(SIGPIPE, SIG_IGN);
        model_.members.own_name = conversation.name();
        if (takes_commands_) model_.ignored = settings_.ignored;
        for (const auto& words : conversation.warnings()) model_.add_warning(words, os::wall_now());
        loop_.watch(conversation.network().fd(), EPOLLIN, [this](std::uint32_t) { hear(); });
        loop_.watch(signals.fd(), EPOLLIN, [this](std::uint32_t) { drain_signals(); });
        if (options.send) {
            take_line(*options.send);
            has_ended_ = true;
            leave();
        }
        hear();
    }

    int run() {
        while (!status_) {
            // A regular file is always readable, so epoll does not take it.
            const bool reads_file = !is_pollable_ && wants_input();
            loop_.wait(reads_file ? std::optional(Instant{}) : std::nullopt);
            if (reads_file && !status_) read_input();
        }
        return *status_;
    }

  private:
    void drain_signals() {
        for (int signal = signals_.read(); signal != 0; signal = signals_.read()) {
            if (signal == SIGWINCH) continue;
            const auto now = os::monotonic_now();
            if (!hurried_at_) hurried_at_ = now;
            // Whatever the host does. What takes a program's terminal away may send two at once.
            if (now - *hurried_at_ < second_signal_after) continue;
            is_output_gone_ = true;
            status_ = EX_UNAVAILABLE;
        }
        if (hurried_at_) leave();
    }

    bool wants_input() const { return !is_leaving_ && !has_ended_ && in_flight_.size() < max_in_flight; }

    void hear() {
        std::optional<Closed> closed;
        for (const auto& heard : conversation_.drain_heard()) {
            if (const auto* room = std::get_if<RoomKnown>(&heard.what))
                conversation_.names().load(room->fingerprint, model_.known_names);
            // Nobody who says one line wants to hear what others say meanwhile.
            if (!is_sending_only_ || !std::holds_alternative<RoomEvent>(heard.what))
                model_.apply(heard.what, heard.time);
            if (is_json_)
                if (const auto line = json_line(heard.what, heard.time)) print(*line);
            std::visit(Overloaded{
                           [&](const LineSent& sent) { in_flight_.erase(sent.id); },
                           [&](const LineKept& kept) { in_flight_[kept.id] = own_words(kept.command); },
                           [&](const LineRefused& refused) {
                               has_lost_lines_ = true;
                               if (const auto line = in_flight_.extract(refused.id))
                                   remark(tr("NOT SENT: {0}", {line.mapped()}));
                           },
                           [&](const RosterKnown&) { show_roster(); },
                           [&](const PresenceKnown& known) {
                               if (is_sending_only_) return;
                               remark(known.is_unreachable ? tr("nothing is heard of {0}", {known.name})
                                                           : tr("{0} is heard again", {known.name}));
                           },
                           [&](const HostKeyChanged&) { status_ = EX_NOPERM; },
                           [&](const PasswordRefused&) { status_ = EX_NOPERM; },
                           [&](const Refused&) { is_refused_ = true; }, // and then it is closed
                           [&](const Unanswered&) { status_ = EX_UNAVAILABLE; },
                           [&](const Closed& how) { closed = how; },
                           [](const auto&) {},
                       },
                       heard.what);
        }
        conversation_.names().save(model_.known_names.drain_changed());
        show_lines();
        if (closed) end(*closed);
        // What nobody read is told the next run.
        if (!is_output_gone_) conversation_.tell_seen();
        watch_input();
    }

    /// What the screen would show, less one's own lines: those are here already.
    void show_lines() {
        const auto& lines = model_.scrollback.lines();
        const auto first = std::find_if(lines.rbegin(), lines.rend(), [&](const Line& line) {
                               return line.number <= shown_;
                           }).base();
        for (auto line = first; line != lines.end(); ++line) {
            shown_ = line->number;
            switch (line->kind) {
            case Line::Kind::own:
                if (line->id == 0) say(*line); // of an earlier run
                break;
            case Line::Kind::said:
            case Line::Kind::admin: say(*line); break;
            case Line::Kind::host: remark(tr("host: {0}", {line->text})); break;
            case Line::Kind::warning:
                remark(line->text);
                if (is_json_) print(json_notice(line->text, os::wall_now()));
                break;
            case Line::Kind::unread: remark(tr("while you were away:")); break;
            case Line::Kind::notice:
            case Line::Kind::crowd:
            case Line::Kind::local: remark(line->text); break;
            }
        }
    }

    /// Once, as who looks at a screen has it before them.
    void show_roster() {
        if (is_sending_only_ || std::exchange(has_shown_roster_, true)) return;
        tell(std::get<Answer>(interpret("/who", {model_, settings_, os::wall_now(), os::local_time})).rows);
        if (!model_.members.topic.empty()) remark(tr("the topic is: {0}", {model_.members.topic}));
    }

    /// Input that is not wanted is forgotten: of a hang-up we would be told again and again.
    void watch_input() {
        const bool wants = wants_input();
        if (!is_pollable_ || is_watched_ == wants) return;
        is_watched_ = wants;
        if (wants)
            is_pollable_ = loop_.watch(STDIN_FILENO, EPOLLIN, [this](std::uint32_t) { read_input(); });
        else
            loop_.forget(STDIN_FILENO);
    }

    void read_input() {
        if (!wants_input()) return watch_input();
        std::array<char, 4096> bytes{};
        const auto got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
        if (got > 0) pending_.append({bytes.data(), static_cast<std::size_t>(got)});
        while (const auto line = pending_.take_line()) take_line(*line);
        if (got <= 0) {
            if (const auto line = pending_.take_rest()) take_line(*line);
            has_ended_ = true;
            // A program that only listens has nothing to say, and closes its end.
            if (!is_json_) leave();
        }
        watch_input();
    }

    void take_line(const std::string& line) {
        // What comes from a program is said as it is: no text of its can be a command by accident.
        if (!takes_commands_) {
            if (auto said = text::Text::from_untrusted(line); !said.empty())
                submit(wire::Say{std::move(said)}, line);
            return;
        }
        const auto not_here = [&] { remark(tr("that is for the screen")); };
        auto outcome = interpret(line, {model_, settings_, os::wall_now(), os::local_time});
        std::visit(Overloaded{
                       [&](const Answer& answer) { tell(answer.rows); },
                       [&](const HostCommand& request) { submit(request.command, line); },
                       [&](const Lookup& lookup) {
                           conversation_.network().ask(Find{wire::max_varint, lookup.needle});
                       },
                       [&](const ScreenSearch&) { not_here(); },
                       [&](const Change& change_of) {
                           tell(change_of.rows);
                           change(change_of.name, change_of.value);
                       },
                       [&](const Clear&) { not_here(); },
                       [&](const Retry&) { not_here(); },
                       [&](const Leave&) { leave(); },
                   },
                   outcome);
    }

    void tell(const std::vector<std::string>& rows) {
        for (const auto& row : rows) remark(row);
    }

    void submit(const wire::Command& command, const std::string& typed) {
        in_flight_[next_id_] = typed;
        conversation_.network().ask(Submit{next_id_++, command});
    }

    void change(const std::string& name, const std::string& value) {
        auto fault = set(settings_, name, value);
        model_.ignored = settings_.ignored;
        if (!fault) fault = save_setting(settings_file_, name, value);
        remark(fault.value_or(tr("set, and kept in {0}", {settings_file_.string()})));
    }

    void leave() {
        if (std::exchange(is_leaving_, true)) return;
        conversation_.network().ask(Quit{});
    }

    void end(const Closed& closed) {
        status_ = has_lost_lines_ ? EX_UNAVAILABLE : EX_OK;
        if (closed.by_host || closed.unsent_lines > 0 || !closed.is_confirmed) status_ = EX_UNAVAILABLE;
        if (is_refused_) status_ = EX_NOPERM;
        if (closed.unsent_lines > 0)
            remark(tr("{0} lines were not sent: the host is gone, or does not take them",
                      {std::to_string(closed.unsent_lines)}));
        else if (!closed.is_confirmed && !closed.by_host)
            remark(tr("the host did not say goodbye: the last lines may be lost"));
    }

    void say(const Line& line) {
        if (is_json_) return;
        for (const auto& row : spoken_rows(line)) print(row);
    }
    void print(const std::string& line) { write_line(STDOUT_FILENO, line); }
    void remark(const std::string& words) {
        if (is_json_) return;
        for (const auto row : text::lines_of(words)) write_line(STDERR_FILENO, "-- " + std::string(row));
    }

    void write_line(int fd, std::string line) {
        line += '\n';
        for (std::string_view rest = line; !rest.empty() && !is_output_gone_;) {
            if (!wait_for_output(fd)) continue;
            // So much never blocks once a pipe is writable.
            const auto written = ::write(fd, rest.data(), std::min<std::size_t>(rest.size(), PIPE_BUF));
            if (written > 0)
                rest.remove_prefix(static_cast<std::size_t>(written));
            else if (errno != EINTR && errno != EAGAIN)
                is_output_gone_ = true; // nobody reads us any more
        }
        if (is_output_gone_) leave();
    }

    /// Whether it can be written to. A reader that has stopped keeps nobody from ending us.
    bool wait_for_output(int fd) {
        std::array<pollfd, 2> waited = {pollfd{fd, POLLOUT, 0}, pollfd{signals_.fd(), POLLIN, 0}};
        const auto ready = poll(waited.data(), waited.size(), hurried_at_ ? hurried_patience_ms : -1);
        if (waited[0].revents != 0) return true;
        if (waited[1].revents != 0) drain_signals();
        if (ready == 0) is_output_gone_ = true;
        return false;
    }

    Conversation& conversation_;
    os::SignalDescriptor& signals_;
    os::EventLoop loop_;
    Model model_;
    const bool is_json_;
    const bool is_sending_only_; ///< a line of the command line
    const bool takes_commands_;
    Settings settings_;
    const std::filesystem::path settings_file_;
    bool is_pollable_ = true; ///< the input
    bool is_watched_ = false; ///< the same
    bool has_ended_ = false;
    bool is_leaving_ = false;
    std::optional<Instant> hurried_at_; ///< by a signal
    bool is_output_gone_ = false;
    LineBuffer pending_;
    bool has_lost_lines_ = false;
    bool is_refused_ = false; ///< on the way back
    bool has_shown_roster_ = false;
    std::map<LineId, std::string> in_flight_; ///< as they were typed
    LineId next_id_ = 1;
    std::uint64_t shown_ = 0; ///< the number of the last line
    std::optional<int> status_;
};

} // namespace

void tell_before_joining(const TimedEvent& heard, bool is_json) {
    if (is_json) {
        if (const auto line = json_line(heard.what, heard.time)) std::cout << *line << std::endl;
    } else if (const auto word = word_before_joining(heard.what)) {
        std::cerr << "-- " << *word << std::endl;
    }
}

int run_plain(Conversation& conversation, const Options& options, os::SignalDescriptor& signals) {
    return Plain(conversation, options, signals).run();
}

} // namespace chat
