// SPDX-License-Identifier: MIT
// A room with two members whose network, clock and mishaps are the input: each byte is something that
// happens. Whatever it was, afterwards both have every line of the room once and in its order.
#include "chat/link/session_client.hpp"
#include "chatd/hub/hub.hpp"
#include "chatd/hub/turn.hpp"
#include "chatd/log/memory_log.hpp"
#include "common/base/ensure.hpp"
#include "tests/support/seeded_random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

struct Flight {
    bool to_hub = false;
    net::Address peer;
    std::string bytes;
};

struct Member {
    net::Address address;
    std::string name;
    std::unique_ptr<chat::SessionClient> link;
    std::set<chat::LineId> unresolved;
    wire::Sequence first = 0; ///< event that it must be told, and the last one that it was
    wire::Sequence last = 0;
    std::set<wire::Sequence> said; ///< those events that everybody gets
};

class World {
  public:
    World() {
        chatd::Hub::Options options;
        options.identity = session::KeyPair::generate(random_);
        options.flood.reset();
        hub_.emplace(std::move(options), random_);
        for (int i = 0; i < 2; ++i) {
            auto& member = members_[static_cast<std::size_t>(i)];
            member.address = net::Address::parse("10.0.0." + std::to_string(2 + i), 5000).value();
            member.name = i == 0 ? "ann" : "bob";
            begin(member);
        }
    }

    void begin(Member& member) {
        test::SeededRandom identity(member.name == "ann" ? 1 : 2);
        member.link = std::make_unique<chat::SessionClient>(
            chat::SessionClient::Options{member.name, {session::KeyPair::generate(identity)}}, random_, now_);
        member.unresolved.clear();
        member.first = member.last = 0;
        member.said.clear();
        step(member);
    }

    void happen(std::uint8_t what, std::string_view rest) {
        auto& member = members_[what >> 7];
        const auto index = flights_.empty() ? 0 : rest.size() % flights_.size();
        switch (what & 0x0F) {
        case 0:
            member.unresolved.insert(++lines_);
            member.link->submit(lines_,
                                wire::Say{text::Text::from_untrusted("line " + std::to_string(lines_))});
            break;
        case 1:
            member.link->submit(
                ++lines_, wire::Whisper{*text::Name::parsed("bob"), text::Text::from_untrusted("psst")});
            member.unresolved.insert(lines_);
            break;
        case 2: begin(member); break; // kill -9, and started again
        case 3:
            if (!flights_.empty()) flights_.erase(flights_.begin() + static_cast<std::ptrdiff_t>(index));
            break;
        case 4:
            if (!flights_.empty()) flights_.push_back(flights_[index]);
            break;
        case 5:
            if (!flights_.empty() && !flights_[index].bytes.empty())
                flights_[index].bytes[rest.size() % flights_[index].bytes.size()] ^=
                    static_cast<char>(what >> 4 | 1);
            break;
        case 6: flights_.push_back({true, member.address, std::string(rest)}); break; // forged
        case 7: flights_.push_back({false, member.address, std::string(rest)}); break;
        case 8: member.address = member.address.with_port(static_cast<std::uint16_t>(5000 + what)); break;
        case 9: member.link->show_typing((what & 0x10) != 0); break;
        case 10: pass(5ms); break;
        case 11: pass(300ms); break;
        case 12: pass(20s); break;
        case 13: member.link->handle_port_closed(now_); break;
        case 14: member.link->handle_new_network(now_); break;
        default: deliver(index); break;
        }
        step(member);
    }

    /// The weather clears up: all that is on its way arrives, and time passes.
    void settle() {
        for (int i = 0; i < 4000 && now_ < end_; ++i) {
            while (!flights_.empty()) deliver(0);
            pass(10ms);
        }
        for (const auto& member : members_) {
            if (member.link->is_closed()) continue; // refused, or told that its port is closed
            ensure(member.unresolved.empty(), "every line is resolved once the network is there");
            for (const auto& other : members_)
                for (const auto sequence : other.said)
                    ensure(sequence < member.first || member.said.contains(sequence),
                           "everybody has what was said since it joined");
        }
    }

  private:
    void deliver(std::size_t index) {
        if (flights_.empty()) return;
        const auto flight = std::move(flights_[index]);
        flights_.erase(flights_.begin() + static_cast<std::ptrdiff_t>(index));
        if (flight.to_hub) {
            net::Datagram datagram;
            datagram.path.peer = flight.peer;
            datagram.bytes = flight.bytes;
            hub_->handle_datagram(datagram, now_);
            return step_hub();
        }
        for (auto& member : members_)
            if (member.address == flight.peer) {
                member.link->handle_datagram(flight.bytes, now_);
                step(member);
            }
    }

    void pass(Duration duration) {
        now_ += duration;
        hub_->handle_deadline(now_);
        step_hub();
        for (auto& member : members_) {
            member.link->handle_deadline(now_);
            step(member);
        }
    }

    WallTime wall_time() const {
        return WallTime(std::chrono::floor<std::chrono::milliseconds>(now_.time_since_epoch()));
    }

    void step_hub() {
        do {
            chatd::run_turn(*hub_, log_, now_, wall_time(), [&] {
                while (const auto next = hub_->poll_transmit(now_))
                    send({false, next->path->peer, std::string(next->bytes)});
            });
        } while (log_.is_busy());
    }

    void step(Member& member) {
        while (const auto datagram = member.link->poll_transmit(now_))
            send({true, member.address, *datagram});
        while (const auto event = member.link->poll_event()) {
            if (const auto* sent = std::get_if<chat::LineSent>(&*event))
                ensure(member.unresolved.erase(sent->id) == 1, "a line is resolved once");
            if (const auto* refused = std::get_if<chat::LineRefused>(&*event))
                ensure(member.unresolved.erase(refused->id) == 1, "a line is resolved once");
            if (std::holds_alternative<chat::Online>(*event) && member.first == 0)
                member.first = log_.last() + 1;
            if (const auto* what = std::get_if<chat::RoomEvent>(&*event)) {
                ensure(what->event.sequence > member.last, "events come once and in order");
                member.last = what->event.sequence;
                if (std::holds_alternative<wire::Said>(what->event.what)) member.said.insert(member.last);
            }
        }
    }

    void send(Flight flight) {
        constexpr std::size_t most = 64; // what is under way; more is lost
        if (flights_.size() < most) flights_.push_back(std::move(flight));
    }

    test::SeededRandom random_{1};
    std::optional<chatd::Hub> hub_;
    chatd::MemoryLog log_;
    std::array<Member, 2> members_;
    std::deque<Flight> flights_;
    chat::LineId lines_ = 0;
    Instant now_{1h};
    const Instant end_{1000h};
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t most = 256;
    const std::string_view bytes(reinterpret_cast<const char*>(data), std::min(size, most));
    World world;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        world.happen(static_cast<std::uint8_t>(bytes[i]), bytes.substr(i + 1));
    world.settle();
    return 0;
}
