// SPDX-License-Identifier: MIT
#include "tests/e2e/process.hpp"

#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <sstream>

namespace e2e {
namespace {

using Clock = std::chrono::steady_clock;

/// Keys and what is known of hosts: this test run's own, gone at its end.
const std::string& scratch_directory() {
    static const test::TemporaryDirectory scratch;
    return scratch.path;
}

[[noreturn]] void run_child(const std::vector<std::string>& arguments,
                            const std::map<std::string, std::string>& environment) {
    std::vector<char*> words;
    for (const auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    for (const char* name : {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "NO_COLOR", "JOURNAL_STREAM"})
        unsetenv(name);
    setenv("LANG", "C.UTF-8", 1);
    setenv("TERM", "xterm-256color", 1);
    setenv("TZ", "UTC", 1);
    setenv("XDG_DATA_HOME", scratch_directory().c_str(), 1);
    setenv("XDG_STATE_HOME", scratch_directory().c_str(), 1);
    setenv("XDG_CONFIG_HOME", scratch_directory().c_str(), 1);
    setenv("LSAN_OPTIONS", "print_suppressions=0:suppressions=" TESTS_DIRECTORY "/lsan.supp", 1);
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    execvp(words[0], words.data());
    _exit(127);
}

struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
        read_end = os::Descriptor(ends[0]);
        write_end = os::Descriptor(ends[1]);
    }
    os::Descriptor read_end;
    os::Descriptor write_end;
};

/// Appends what is there. False at the end.
bool read_some(int fd, std::string& to) {
    std::array<char, 16384> bytes{};
    const auto got = ::read(fd, bytes.data(), bytes.size());
    if (got > 0) to.append(bytes.data(), static_cast<std::size_t>(got));
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

} // namespace

int rounds(int usual) {
    const char* wanted = std::getenv("CHAT_SIM_SEEDS");
    return wanted == nullptr ? usual : std::atoi(wanted);
}

bool eventually(const std::function<bool()>& holds) {
    const auto end = Clock::now() + patience;
    while (!holds()) {
        if (Clock::now() > end) return false;
        poll(nullptr, 0, 10); // between two looks
    }
    return true;
}

Process::Process(std::vector<std::string> arguments, Standard standard,
                 const std::map<std::string, std::string>& environment) {
    std::signal(SIGPIPE, SIG_IGN);
    scratch_directory(); // made by the parent
    Pipe errors;
    if (standard == Standard::terminal) {
        int terminal = -1;
        winsize size{24, 80, 0, 0};
        pid_ = forkpty(&terminal, nullptr, nullptr, &size);
        REQUIRE(pid_ >= 0);
        if (pid_ == 0) run_child(arguments, environment);
        fcntl(terminal, F_SETFD, FD_CLOEXEC);
        input_ = os::Descriptor(dup(terminal));
        output_end_ = os::Descriptor(terminal);
    } else {
        Pipe input;
        Pipe output;
        pid_ = fork();
        REQUIRE(pid_ >= 0);
        if (pid_ == 0) {
            dup2(input.read_end.get(), STDIN_FILENO);
            dup2(output.write_end.get(), STDOUT_FILENO);
            dup2(errors.write_end.get(), STDERR_FILENO);
            run_child(arguments, environment);
        }
        input_ = std::move(input.write_end);
        output_end_ = std::move(output.read_end);
        errors_end_ = std::move(errors.read_end);
    }
}

Process::~Process() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

void Process::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(input_.get(), bytes.data(), bytes.size());
        REQUIRE(written > 0);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void Process::close_input() {
    input_ = os::Descriptor();
}

void Process::close_output() {
    output_end_ = os::Descriptor();
}

void Process::signal(int number) const {
    ::kill(pid_, number);
}

bool Process::does_echo() const {
    termios mode{};
    REQUIRE(tcgetattr(input_.get(), &mode) == 0);
    return (mode.c_lflag & ECHO) != 0;
}

bool Process::pump(int timeout_ms) {
    std::array<pollfd, 2> ends = {pollfd{output_end_.get(), POLLIN, 0}, pollfd{errors_end_.get(), POLLIN, 0}};
    if (poll(ends.data(), ends.size(), timeout_ms) < 0) return true;
    if (ends[0].revents != 0 && !read_some(output_end_.get(), output_)) output_end_ = os::Descriptor();
    if (ends[1].revents != 0 && !read_some(errors_end_.get(), errors_)) errors_end_ = os::Descriptor();
    return output_end_ || errors_end_;
}

void Process::read_available() {
    for (std::size_t before = 1, after = 0; before != after && (output_end_ || errors_end_);) {
        before = output_.size() + errors_.size();
        pump(0);
        after = output_.size() + errors_.size();
    }
}

int Process::unread_output() const {
    int count = 0;
    REQUIRE(ioctl(output_end_.get(), FIONREAD, &count) == 0);
    return count;
}

bool Process::has(std::string& all, std::size_t& seen, std::string_view text) {
    const auto end = Clock::now() + patience;
    for (bool is_open = true;;) {
        const auto at = all.find(text, seen);
        if (at != std::string::npos) {
            seen = at + text.size();
            return true;
        }
        if (!is_open || Clock::now() > end) break;
        is_open = pump(50);
    }
    MESSAGE("waited for '", std::string(text), "' in vain; output: ", output_, "\nerrors: ", errors_);
    return false;
}

bool Process::output_becomes(const std::function<bool(const std::string& output)>& holds) {
    const auto end = Clock::now() + patience;
    while (!holds(output_)) {
        if (Clock::now() > end) return false;
        pump(50);
    }
    return true;
}

std::chrono::nanoseconds Process::cpu_time() const {
    clockid_t clock{};
    timespec time{};
    REQUIRE(clock_getcpuclockid(pid_, &clock) == 0);
    REQUIRE(clock_gettime(clock, &time) == 0);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

bool Process::output_has(std::string_view text) {
    return has(output_, output_seen_, text);
}

bool Process::errors_have(std::string_view text) {
    return has(errors_, errors_seen_, text);
}

std::optional<int> Process::wait() {
    int status = 0;
    const bool has_ended = eventually([&] {
        while (pump(0) && poll(nullptr, 0, 0) > 0) {
        }
        return waitpid(pid_, &status, WNOHANG) == pid_;
    });
    if (!has_ended) return std::nullopt;
    while (pump(0)) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Chatd::Chatd(std::vector<std::string> more_arguments, Standard standard,
             const std::map<std::string, std::string>& environment)
    : Process(
          [&] {
              std::vector<std::string> arguments = {CHATD_PROGRAM, "--port", "0"};
              // Rooms of one test are not each other's; one that is to last says where.
              if (std::find(more_arguments.begin(), more_arguments.end(), "--state-dir") ==
                  more_arguments.end())
                  arguments.emplace_back("--no-history");
              arguments.insert(arguments.end(), more_arguments.begin(), more_arguments.end());
              return arguments;
          }(),
          standard, environment) {
    REQUIRE(output_has("/udp"));
    const auto end = output().find("/udp");
    port_ = static_cast<std::uint16_t>(std::stoi(output().substr(output().rfind(':', end) + 1)));
    REQUIRE(output_becomes([](const std::string& output) {
        const auto mark = output.find('#');
        return mark != std::string::npos && output.find('\n', mark) != std::string::npos;
    }));
    const auto mark = output().find('#');
    fingerprint_ = output().substr(mark + 1, output().find_first_of("\r\n", mark) - mark - 1);
}

Client::Client(std::uint16_t port, const std::string& server)
    : socket_(
          socket(server.find(':') == std::string::npos ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    const auto address = net::Address::parse(server, port).value();
    REQUIRE(connect(socket_.get(), address.sockaddr_pointer(), address.sockaddr_length()) == 0);
}

Client Client::joined(const Chatd& chatd, const std::string& name) {
    Client client(chatd.port());
    client.send("L " + name);
    REQUIRE(client.receive() == "OK");
    return client;
}

void Client::send(std::string_view datagram) const {
    REQUIRE(::send(socket_.get(), datagram.data(), datagram.size(), 0) ==
            static_cast<ssize_t>(datagram.size()));
}

std::optional<std::string> Client::receive() const {
    pollfd readable{socket_.get(), POLLIN, 0};
    const auto timeout = std::chrono::milliseconds(patience).count();
    if (poll(&readable, 1, static_cast<int>(timeout)) <= 0) return std::nullopt;
    std::string bytes(65536, '\0');
    const auto got = recv(socket_.get(), bytes.data(), bytes.size(), 0);
    if (got < 0) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
}

bool Client::heard_nothing_before(std::string_view request, std::string_view answer) const {
    send(request);
    return receive() == answer;
}

std::uint16_t Client::port() const {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&storage), &length);
    return net::Address::from_sockaddr(reinterpret_cast<sockaddr*>(&storage), length).value().port();
}

Screen::Screen(int columns, int rows, const std::string& command) {
    static int count = 0;
    socket_ = "chat-test-" + std::to_string(getpid()) + "-" + std::to_string(count++);
    tmux({"-f", "/dev/null", "new-session", "-d", "-x", std::to_string(columns), "-y", std::to_string(rows),
          "exec env TZ=UTC LANG=C.UTF-8 XDG_CONFIG_HOME=" + scratch_directory() +
              " XDG_DATA_HOME=" + scratch_directory() + " XDG_STATE_HOME=" + scratch_directory() + "/" +
              socket_ + " " + command});
    tmux({"set-option", "-g", "status", "off"});
    tmux({"set-option", "-g", "remain-on-exit", "on"});
    resize(columns, rows);
}

Screen::~Screen() {
    tmux({"kill-server"});
}

void Screen::type(const std::string& text) {
    tmux({"send-keys", "-l", text});
}

void Screen::press(const std::string& key) {
    tmux({"send-keys", key});
}

void Screen::press_bytes(const std::string& bytes) {
    std::vector<std::string> arguments = {"send-keys", "-H"};
    std::istringstream words(bytes);
    for (std::string word; words >> word;) arguments.push_back(word);
    tmux(std::move(arguments));
}

void Screen::paste(const std::string& text) {
    tmux({"set-buffer", text});
    tmux({"paste-buffer", "-p"});
}

std::string Screen::title() const {
    return tmux({"display-message", "-p", "#{pane_title}"});
}

void Screen::resize(int columns, int rows) {
    tmux({"resize-window", "-x", std::to_string(columns), "-y", std::to_string(rows)});
}

std::string Screen::text() const {
    return tmux({"capture-pane", "-p"});
}

bool Screen::shows(std::string_view wanted) const {
    return text().find(wanted) != std::string::npos;
}

bool Screen::ends_showing(std::string_view wanted) const {
    if (eventually([&] { return shows(wanted); })) return true;
    MESSAGE("waited for '", std::string(wanted), "' in vain; the screen:\n", text());
    return false;
}

Member::Member(const Chatd& chatd, const std::string& name, Size size, const std::string& environment)
    : Screen(size.columns, size.rows,
             environment + " " CHAT_PROGRAM " --name " + name + " " + chatd.trusted_host()) {
    REQUIRE(ends_showing("[" + name + "]"));
}

std::string Screen::tmux(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"tmux", "-u", "-L", socket_});
    Process process(std::move(arguments), Process::Standard::pipes, {{"TMUX", ""}});
    REQUIRE(process.wait().has_value());
    return process.output();
}

std::vector<std::string> said_in(const std::string& output) {
    std::vector<std::string> lines;
    std::istringstream stream(output);
    for (std::string line; std::getline(stream, line);)
        if (line.find(R"("kind":"say")") != std::string::npos) lines.push_back(line);
    return lines;
}

} // namespace e2e
