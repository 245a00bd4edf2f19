// SPDX-License-Identifier: MIT
// chat between two pipes, with a classic host that does what a test says.
#include "tests/e2e/process.hpp"

#include <doctest/doctest.h>

#include <sys/socket.h>

#include <memory>
#include <poll.h>
#include <sysexits.h>

using e2e::Process;

namespace {

/// A host's socket. Once it is gone, its port is closed.
class SimpleHost {
  public:
    explicit SimpleHost(std::uint16_t port = 0)
        : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        const auto address = net::Address::parse("127.0.0.1", port).value();
        REQUIRE(::bind(socket_.get(), address.sockaddr_pointer(), address.sockaddr_length()) == 0);
    }
    std::uint16_t port() const {
        sockaddr_storage storage{};
        socklen_t length = sizeof storage;
        ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&storage), &length);
        return net::Address::from_sockaddr(reinterpret_cast<sockaddr*>(&storage), length).value().port();
    }
    /// Waits for what a client says next. Answers go to that client.
    std::string hear() {
        pollfd readable{socket_.get(), POLLIN, 0};
        const auto timeout = std::chrono::milliseconds(e2e::patience).count();
        if (::poll(&readable, 1, static_cast<int>(timeout)) <= 0) return {};
        std::string bytes(2048, '\0');
        client_length_ = sizeof client_;
        const auto got = ::recvfrom(socket_.get(), bytes.data(), bytes.size(), 0,
                                    reinterpret_cast<sockaddr*>(&client_), &client_length_);
        bytes.resize(static_cast<std::size_t>(got));
        return bytes;
    }
    void say(std::string_view line) const {
        REQUIRE(::sendto(socket_.get(), line.data(), line.size(), 0,
                         reinterpret_cast<const sockaddr*>(&client_), client_length_) > 0);
    }
    void let_in(const std::string& name) {
        CHECK(hear() == "L " + name);
        say("OK");
    }

  private:
    os::Descriptor socket_;
    sockaddr_storage client_{};
    socklen_t client_length_ = 0;
};

/// A host that comes and goes, and ann, who is in its room.
struct Pipes {
    Pipes()
        : host(std::make_unique<SimpleHost>())
        , port(host->port())
        , ann({CHAT_PROGRAM, "--plain", "--classic", "--name", "ann", "127.0.0.1:" + std::to_string(port)}) {
        host->let_in("ann");
    }
    void end_host() { host.reset(); }
    void start_host() { host = std::make_unique<SimpleHost>(port); }

    std::unique_ptr<SimpleHost> host;
    const std::uint16_t port;
    Process ann;
};

} // namespace

TEST_CASE("a line that has to be sent once more counts once") {
    Pipes pipes;
    pipes.ann.write("one\n");
    CHECK(pipes.host->hear() == "C ann one");
    pipes.end_host();
    pipes.ann.write("two\n");
    REQUIRE(pipes.ann.errors_have("the host is gone"));
    pipes.start_host();
    pipes.host->let_in("ann");
    CHECK(pipes.host->hear() == "C ann two");
    pipes.ann.write("three\nfour\n");
    CHECK(pipes.host->hear() == "C ann three");
    CHECK(pipes.host->hear() == "C ann four");
    pipes.ann.close_input();
    CHECK(pipes.host->hear() == "Q ann");
    pipes.host->say("EXIT");
    CHECK(pipes.ann.wait() == EX_OK);
}

TEST_CASE("a refusal on the way back tells how many lines were not sent") {
    Pipes pipes;
    pipes.ann.write("one\n");
    CHECK(pipes.host->hear() == "C ann one");
    pipes.end_host();
    pipes.ann.write("two\n");
    REQUIRE(pipes.ann.errors_have("the host is gone"));
    pipes.ann.write("three\n");
    pipes.start_host();
    CHECK(pipes.host->hear() == "L ann");
    pipes.host->say("chatd: the name ann is taken; ann2 is free");
    CHECK(pipes.ann.errors_have("the name ann is taken"));
    CHECK(pipes.ann.errors_have("2 lines were not sent"));
    CHECK(pipes.ann.wait() == EX_NOPERM);
}

TEST_CASE("a classic host that is gone before the goodbye leaves the last lines in doubt") {
    Pipes pipes;
    pipes.ann.write("one\n");
    CHECK(pipes.host->hear() == "C ann one");
    pipes.end_host();
    pipes.ann.close_input();
    CHECK(pipes.ann.errors_have("the host did not say goodbye"));
    CHECK(pipes.ann.wait() == EX_UNAVAILABLE);
}

TEST_CASE("an input that has ended, and is not read yet, takes no time") {
    Pipes pipes;
    std::string lines;
    for (int i = 0; i < 80; ++i) lines += std::to_string(i) + "\n";
    pipes.ann.write(lines);
    pipes.ann.close_input();
    CHECK(pipes.host->hear() == "C ann 0");
    pipes.end_host();
    REQUIRE(pipes.ann.errors_have("the host is gone"));
    pipes.start_host();
    CHECK(pipes.host->hear() == "L ann");
    const auto before = pipes.ann.cpu_time();
    CHECK(pipes.host->hear() == "L ann"); // seconds later
    CHECK(pipes.ann.cpu_time() - before < std::chrono::milliseconds(100));
}
