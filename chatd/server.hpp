// SPDX-License-Identifier: MIT
// The turn: wait; read all that is there; hand it to the hub; commit once; send all that came of it. Owns the
// sockets, the log, the console and the clock, and decides nothing that the hub could.
#pragma once

#include "chatd/admin/commands.hpp"
#include "chatd/admin/console.hpp"
#include "chatd/admin/log_writer.hpp"
#include "chatd/admin/logger.hpp"
#include "chatd/hub/hub.hpp"
#include "chatd/hub/turn.hpp"
#include "chatd/options.hpp"
#include "chatd/room/room_log.hpp"
#include "chatd/room/wall_clock.hpp"
#include "common/net/interfaces.hpp"
#include "common/net/udp_socket.hpp"
#include "common/os/clock.hpp"
#include "common/os/event_loop.hpp"
#include "common/os/random.hpp"
#include "common/os/signals.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace chatd {

class Server {
  public:
    /// Opens the room's log and binds. Throws Failure.
    explicit Server(const Options& options);
    /// Hosts the room until it is closed.
    void run();

  private:
    void watch_sockets();
    void watch_console();
    void watch_signals();
    void watch_interfaces();
    void watch_clock();
    WallTime read_clock();
    void learn_interfaces();
    void receive(unsigned socket);
    void carry_out(const Console::Input& input);
    void finish_turn();
    void transmit();
    void send(unsigned socket, std::vector<net::Outgoing>& batch);
    bool wait_to_send(unsigned socket);
    bool may_send_unproven(unsigned socket);
    void tell_admin(const std::vector<Notice>& notices);
    void show_banner(const Options& options);

    os::SignalDescriptor signals_;
    std::vector<net::UdpSocket> sockets_;
    std::vector<std::string> missing_; ///< what could not be listened on, in words
    os::EventLoop loop_;
    net::InterfaceWatch interfaces_;
    os::ClockWatch clock_leaps_;
    os::SystemRandom random_;
    Hub hub_;
    std::unique_ptr<RoomLog> log_;
    Console console_;
    LogWriter log_writer_;
    Logger logger_;
    Instant opened_;
    WallClock clock_;
    /// What is to be sent at once; empty between turns.
    struct Batches {
        std::vector<net::Outgoing> proven;
        std::vector<net::Outgoing> unproven;
        Instant unproven_wait_again{}; ///< until then these are not waited for
    };
    std::vector<Batches> batches_;          ///< by socket
    std::optional<Instant> send_wait_ends_; ///< set once this turn has waited to send
    bool is_password_asked_ = false;
    bool is_closing_ = false;
};

} // namespace chatd
