// SPDX-License-Identifier: MIT
// The real programs, as a person or a foreign client meets them: processes, terminals, datagrams. Everything
// waits for a condition with a deadline; nothing sleeps and hopes.
#pragma once

#include "common/net/address.hpp"
#include "common/os/descriptor.hpp"

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace e2e {

/// Long enough for a sanitizer build on a busy machine.
inline constexpr auto patience = std::chrono::seconds(10);

/// `usual`, or as many as --seeds says: "./run soak" asks for more.
int rounds(int usual);

/// Tries `holds` again and again until it does; false when patience ends.
bool eventually(const std::function<bool()>& holds);

class Process {
  public:
    enum class Standard { pipes, terminal };

    /// Starts `arguments[0]`, with `environment` on top of a plain one.
    Process(std::vector<std::string> arguments, Standard standard = Standard::pipes,
            const std::map<std::string, std::string>& environment = {});
    /// Kills it if it is still there.
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    void write(std::string_view bytes);
    void close_input();
    /// As a reader does that has seen enough.
    void close_output();
    void signal(int number) const;
    pid_t pid() const { return pid_; }
    /// Whether its terminal shows what is typed.
    bool does_echo() const;
    /// That it has had, in all its threads.
    std::chrono::nanoseconds cpu_time() const;

    /// Reads standard output (the terminal) and standard error until `text` is in what came since the last
    /// call of this with it; false when patience or the output ends.
    bool output_has(std::string_view text);
    bool errors_have(std::string_view text);
    /// Reads until `holds` of all of standard output; false when patience ends.
    bool output_becomes(const std::function<bool(const std::string& output)>& holds);
    /// Reads what is there, so that the process can go on writing.
    void read_available();
    /// Octets that wait in the pipe from its standard output.
    int unread_output() const;
    const std::string& output() const { return output_; }
    const std::string& errors() const { return errors_; }
    /// The exit status; 128 and the signal's number for one that was killed. Nothing when patience ends.
    std::optional<int> wait();

  private:
    bool pump(int timeout_ms);
    bool has(std::string& all, std::size_t& seen, std::string_view text);

    pid_t pid_ = -1;
    os::Descriptor input_;
    os::Descriptor output_end_;
    os::Descriptor errors_end_;
    std::string output_;
    std::string errors_;
    std::size_t output_seen_ = 0;
    std::size_t errors_seen_ = 0;
};

/// chatd on loopback at a port of the system's choice.
class Chatd : public Process {
  public:
    explicit Chatd(std::vector<std::string> more_arguments = {}, Standard standard = Standard::pipes,
                   const std::map<std::string, std::string>& environment = {});
    std::uint16_t port() const { return port_; }
    std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
    const std::string& fingerprint() const { return fingerprint_; }
    /// With its fingerprint, so that nobody is asked about it.
    std::string trusted_host() const { return host() + "#" + fingerprint_; }

  private:
    std::uint16_t port_ = 0;
    std::string fingerprint_;
};

/// A simple client: one socket, datagrams as they are.
class Client {
  public:
    explicit Client(std::uint16_t port, const std::string& server = "127.0.0.1");
    /// One that is in the room.
    static Client joined(const Chatd& chatd, const std::string& name);
    void send(std::string_view datagram) const;
    /// The next datagram; nothing when patience ends.
    std::optional<std::string> receive() const;
    /// Whether the server has sent nothing: it answers a later request first.
    bool heard_nothing_before(std::string_view request, std::string_view answer) const;
    std::uint16_t port() const;

  private:
    os::Descriptor socket_;
};

/// A program in a terminal of tmux, whose screen can be read as a person sees it.
class Screen {
  public:
    Screen(int columns, int rows, const std::string& command);
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    void type(const std::string& text);
    /// By tmux's names: Enter, PPage, C-c, M-b …
    void press(const std::string& key);
    /// As the terminal sends them, in hexadecimal.
    void press_bytes(const std::string& bytes);
    /// Out of the clipboard, in brackets where the program asked for those.
    void paste(const std::string& text);
    /// The window's.
    std::string title() const;
    void resize(int columns, int rows);
    std::string text() const;
    bool shows(std::string_view text) const;
    bool ends_showing(std::string_view text) const;

  private:
    std::string tmux(std::vector<std::string> arguments) const;

    std::string socket_;
};

/// Somebody at a terminal who is in the room.
class Member : public Screen {
  public:
    struct Size {
        int columns = 80;
        int rows = 12;
    };
    /// `environment` as in front of a command: "LANG=zh_CN.UTF-8".
    Member(const Chatd& chatd, const std::string& name, Size size, const std::string& environment = {});
    Member(const Chatd& chatd, const std::string& name)
        : Member(chatd, name, Size{}) {}
};

/// Of what "--json" prints, the events in which something was said, as they came.
std::vector<std::string> said_in(const std::string& output);

} // namespace e2e
