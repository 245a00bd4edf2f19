// SPDX-License-Identifier: MIT
// A whole hub with its log, one honest member, and three hostile ones with valid keys who do what the input
// says. Whatever it was, the hub lives, its roster is sound, and the honest member's lines come through.
#include "tests/fuzz/sealed_hub.hpp"
#include "chat/link/session_client.hpp"
#include "chatd/hub/hub.hpp"
#include "chatd/hub/turn.hpp"
#include "chatd/log/memory_log.hpp"
#include "common/base/ensure.hpp"
#include "tests/fuzz/sealed.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/seeded_random.hpp"

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;
using fuzz::HubOperation;
using test::frames;
using test::RawClient;

struct Flight {
    bool to_hub = false;
    net::Address peer;
    std::string bytes;
};

net::Address address(int host, int port = 5000) {
    return net::Address::parse("10.0.0." + std::to_string(host), static_cast<std::uint16_t>(port)).value();
}

const net::Address honest_address = address(2);

struct Hostile {
    std::unique_ptr<RawClient> client;
    net::Address at;
    std::uint64_t key = 0;
    std::string last;
};

class World {
  public:
    World() {
        chatd::Hub::Options options;
        options.identity = RawClient::key(1);
        hub_.emplace(std::move(options), random_);
        hub_->set_prefixes({{2, address(1, 0), 24}});
        honest_ = std::make_unique<chat::SessionClient>(
            chat::SessionClient::Options{"ann", {RawClient::key(2)}}, random_, now_);
        for (std::uint64_t i = 0; i < hostile_.size(); ++i) {
            hostile_[i].at = address(10 + static_cast<int>(i));
            hostile_[i].key = 10 + i;
            hostile_[i].client = std::make_unique<RawClient>(RawClient::key(hostile_[i].key), random_);
        }
        settle();
        ensure(is_online_, "an honest member gets in");
    }

    void happen(fuzz::Script& script) {
        const auto operation =
            static_cast<HubOperation>(script.byte() % static_cast<int>(HubOperation::count));
        auto& hostile = hostile_[script.byte() % hostile_.size()];
        auto& client = *hostile.client;
        auto* session = client.session();
        switch (operation) {
        case HubOperation::greet: greet(hostile); break;
        case HubOperation::join: {
            constexpr std::array<const char*, 8> names = {"mallory", "eve", "ann",   "aIice",
                                                          "alice",   "",    "admin", "вob"};
            auto payload = RawClient::payload(names[script.byte() % names.size()]);
            payload.outbox = script.number();
            payload.attempt = script.number();
            payload.cursor = script.number();
            payload.mark = script.number();
            payload.history = script.number();
            payload.log_id = script.byte() % 2 == 0 ? log_.id() : chatd::LogId{1};
            if (client.has_host()) put(hostile, client.join(wire::encode(payload)));
            break;
        }
        case HubOperation::join_payload: {
            const auto payload = script.bytes();
            if (client.has_host()) put(hostile, client.join(payload));
            break;
        }
        case HubOperation::frames: {
            const auto inside = script.bytes();
            if (session != nullptr) put(hostile, session->packet(inside));
            break;
        }
        case HubOperation::frames_at: {
            const auto number = script.number();
            const auto inside = script.bytes();
            if (session != nullptr) put(hostile, session->packet(inside, number));
            break;
        }
        case HubOperation::command: {
            const auto number = script.number();
            const auto bytes = script.bytes();
            if (session != nullptr) put(hostile, session->packet(frames(wire::CommandFrame{number, bytes})));
            break;
        }
        case HubOperation::parts: {
            wire::PartFrame part{true, script.number(), script.number(), script.number(), {}};
            part.bytes = script.bytes();
            if (session != nullptr) put(hostile, session->packet(frames(part)));
            break;
        }
        case HubOperation::acknowledge: {
            const auto first = script.number();
            const auto last = std::max(first, script.number());
            const std::chrono::milliseconds delay(script.number());
            if (session != nullptr) put(hostile, session->packet(test::ack_of(first, last, delay)));
            break;
        }
        case HubOperation::answer:
            if (session != nullptr)
                if (const auto answer = session->true_answer(); !answer.empty())
                    put(hostile, session->packet(answer));
            break;
        case HubOperation::search: {
            std::string inside;
            for (auto more = script.byte() % 68; more > 0; --more)
                inside += frames(wire::SearchFrame{++search_, wire::max_varint, 200, "x"});
            if (session != nullptr) put(hostile, session->packet(inside));
            break;
        }
        case HubOperation::move: hostile.at = address(first_place + script.byte() % 8); break;
        case HubOperation::together: held_ = script.byte() % 8; break;
        case HubOperation::repeat: put(hostile, hostile.last); break;
        case HubOperation::change_key:
            hostile.key = 10 + script.byte() % 3;
            hostile.client = std::make_unique<RawClient>(RawClient::key(hostile.key), random_);
            break;
        case HubOperation::garbage: put(hostile, std::string(script.bytes())); break;
        case HubOperation::pass: {
            constexpr std::array<Duration, 6> steps = {5ms, 100ms, 1s, 20s, 1min, 6min};
            // What takes long takes it in steps in which the honest member can speak.
            for (auto left = steps[script.byte() % steps.size()]; left > 0ns;
                 left -= std::min<Duration>(left, 5s))
                pass(std::min<Duration>(left, 5s));
            break;
        }
        case HubOperation::talk: talk(); break;
        case HubOperation::count: break;
        }
        if (operation != HubOperation::together && held_ > 0 && --held_ > 0) return;
        settle();
        check();
    }

    /// The honest member is where it was, and is heard.
    void end() {
        talk();
        for (int i = 0; i < 300 && unresolved_ > 0; ++i) { // longer than the flood limit holds back
            pass(100ms);
            settle();
        }
        ensure(!honest_->is_closed(), "nobody puts an honest member out");
        ensure(unresolved_ == 0, "an honest member's lines come through");
        check();
    }

  private:
    void greet(Hostile& hostile) {
        put(hostile, hostile.client->probe());
        settle();
        if (!hostile.client->has_room()) return;
        put(hostile, hostile.client->hello());
        settle();
    }

    void put(Hostile& hostile, std::string datagram) {
        if (datagram.size() > wire::max_packet) datagram.resize(wire::max_packet);
        hostile.last = datagram;
        flights_.push_back({true, hostile.at, std::move(datagram)});
    }

    void talk() {
        ++unresolved_;
        ++lines_;
        honest_->submit(lines_, wire::Say{text::Text::from_untrusted("line " + std::to_string(lines_))});
    }

    /// All that is on its way arrives; what is there for the hub at once is one turn.
    void settle() {
        step_hub();
        step_honest();
        for (int i = 0; i < 400 && !flights_.empty(); ++i) {
            const auto flight = std::move(flights_.front());
            flights_.pop_front();
            deliver(flight);
            if (flight.to_hub && (flights_.empty() || !flights_.front().to_hub)) step_hub();
        }
        step_hub();
    }

    void deliver(const Flight& flight) {
        if (flight.to_hub) {
            net::Datagram datagram;
            datagram.path.peer = flight.peer;
            datagram.path.local.interface_index = 2;
            datagram.bytes = flight.bytes;
            came_[flight.peer.to_string()] += flight.bytes.size();
            return hub_->handle_datagram(datagram, now_);
        }
        if (flight.peer == honest_address) {
            honest_->handle_datagram(flight.bytes, now_);
            return step_honest();
        }
        auto& went = went_[flight.peer.to_string()];
        went += flight.bytes.size();
        for (int place = first_blind; place < first_place + 8; ++place)
            if (flight.peer == address(place)) {
                ensure(went <= 3 * came_[flight.peer.to_string()],
                       "an address that proves nothing gets three times what came from it, and no more");
                return; // whoever is there knows nothing of all this
            }
        for (auto& hostile : hostile_)
            if (hostile.at == flight.peer) hostile.client->take(flight.bytes);
    }

    void pass(Duration duration) {
        now_ += duration;
        hub_->handle_deadline(now_);
        honest_->handle_deadline(now_);
        settle();
    }

    void step_hub() {
        const WallTime time(std::chrono::floor<std::chrono::milliseconds>(now_.time_since_epoch()));
        do {
            chatd::run_turn(*hub_, log_, now_, time, [&] {
                while (const auto next = hub_->poll_transmit(now_))
                    if (flights_.size() < 1000)
                        flights_.push_back({false, next->path->peer, std::string(next->bytes)});
            });
        } while (log_.is_busy());
    }

    void step_honest() {
        while (const auto datagram = honest_->poll_transmit(now_))
            flights_.push_back({true, honest_address, *datagram});
        while (const auto event = honest_->poll_event()) {
            is_online_ = is_online_ || std::holds_alternative<chat::Online>(*event);
            if (std::holds_alternative<chat::LineSent>(*event)) --unresolved_;
            ensure(!std::holds_alternative<chat::LineRefused>(*event), "an honest line is not refused");
            if (const auto* what = std::get_if<chat::RoomEvent>(&*event)) {
                ensure(what->event.sequence > last_, "events come once and in order");
                last_ = what->event.sequence;
            }
        }
    }

    void check() {
        std::set<std::string> keys;
        for (const auto& presence : hub_->presences(now_)) {
            const auto& own = presence.name.keys();
            for (const auto& key : std::set<std::string>(own.begin(), own.end()))
                ensure(keys.insert(key).second, "a name is one member's");
            if (presence.rtt)
                ensure(*presence.rtt >= 0ns && *presence.rtt < 1min, "a round trip takes a while");
        }
        ensure(hub_->is_consistent(), "whoever hears the room is in its roster");
    }

    // Where hostile members may move to. At half of the places they hear nothing.
    static constexpr int first_place = 20;
    static constexpr int first_blind = first_place + 4;

    test::SeededRandom random_{1};
    std::optional<chatd::Hub> hub_;
    chatd::MemoryLog log_{{7}};
    std::unique_ptr<chat::SessionClient> honest_;
    bool is_online_ = false;
    std::array<Hostile, 3> hostile_;
    std::deque<Flight> flights_;
    int held_ = 0;                            ///< operations until all that they sent goes off together
    std::map<std::string, std::size_t> came_; ///< bytes, by address
    std::map<std::string, std::size_t> went_;
    chat::LineId lines_ = 0;
    int unresolved_ = 0;
    wire::Sequence last_ = 0;
    std::uint64_t search_ = 0;
    Instant now_{1h};
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t most = 4096;
    fuzz::Script script({reinterpret_cast<const char*>(data), std::min(size, most)});
    World world;
    for (int operations = 0; !script.is_at_end() && operations < 64; ++operations) world.happen(script);
    world.end();
    return 0;
}
