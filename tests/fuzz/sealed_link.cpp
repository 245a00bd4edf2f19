// SPDX-License-Identifier: MIT
// A whole client link with a hostile host, which has a valid key and does what the input says. Whatever it
// was, the link lives, settles each line at most once, shows events in their order, and goes on asking at a
// bounded rate.
#include "tests/fuzz/sealed_link.hpp"
#include "chat/link/session_client.hpp"
#include "common/base/ensure.hpp"
#include "tests/fuzz/sealed.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/seeded_random.hpp"

#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;
using fuzz::LinkOperation;
using test::frames;

class World {
  public:
    World() { step(); }

    bool is_over() const { return link_.is_closed(); }

    void happen(fuzz::Script& script) {
        const auto operation =
            static_cast<LinkOperation>(script.byte() % static_cast<int>(LinkOperation::count));
        auto* session = host_.session();
        switch (operation) {
        case LinkOperation::connect: connect(); break;
        case LinkOperation::room: {
            const auto boot_id = script.number();
            const auto name = script.bytes();
            if (host_.is_probed()) put(host_.room(name.substr(0, wire::max_label), boot_id));
            break;
        }
        case LinkOperation::host: {
            const bool has_id = script.byte() % 2 == 0;
            const auto more = script.bytes();
            if (host_.is_greeted()) put(host_.host(more, has_id));
            break;
        }
        case LinkOperation::welcome: {
            auto welcome = host_.welcome(script.number(), script.number());
            welcome.last_command = script.number();
            welcome.name = script.bytes();
            if (session != nullptr) put(session->packet(frames(welcome)));
            break;
        }
        case LinkOperation::frames: {
            const auto inside = script.bytes();
            if (session != nullptr) put(session->packet(inside));
            break;
        }
        case LinkOperation::frames_at: {
            const auto number = script.number();
            const auto inside = script.bytes();
            if (session != nullptr) put(session->packet(inside, number));
            break;
        }
        case LinkOperation::events: {
            const auto first = script.number();
            const std::vector<std::string_view> events(1 + script.byte() % 64U, script.bytes());
            if (session != nullptr) put(session->packet(frames(wire::EventsFrame{first, events})));
            break;
        }
        case LinkOperation::part: put_piece<wire::PartFrame>(script); break;
        case LinkOperation::roster: put_piece<wire::RosterFrame>(script); break;
        case LinkOperation::found: put_piece<wire::MatchesFrame>(script); break;
        case LinkOperation::result: {
            wire::ResultFrame result{
                script.number(), wire::ResultFrame::Status::accepted, script.number(), {}};
            if (script.byte() % 2 == 1) result.status = wire::ResultFrame::Status::refused;
            result.reason = script.bytes();
            if (session != nullptr) put(session->packet(frames(result)));
            break;
        }
        case LinkOperation::close: {
            const auto code = static_cast<wire::CloseFrame::Code>(script.byte() % 6);
            const auto words = script.bytes();
            if (session != nullptr) put(session->packet(frames(wire::CloseFrame{code, words})));
            break;
        }
        case LinkOperation::acknowledge: {
            const auto first = script.number();
            const auto last = std::max(first, script.number());
            const std::chrono::milliseconds delay(script.number());
            if (session != nullptr) put(session->packet(test::ack_of(first, last, delay)));
            break;
        }
        case LinkOperation::answer:
            if (session != nullptr)
                if (const auto answer = session->true_answer(); !answer.empty()) put(session->packet(answer));
            break;
        case LinkOperation::restarted: put(format(wire::Restarted{script.number()})); break;
        case LinkOperation::garbage: put(std::string(script.bytes())); break;
        case LinkOperation::repeat: put(std::string(last_)); break;
        case LinkOperation::pass: {
            constexpr std::array<Duration, 5> steps = {5ms, 100ms, 1s, 20s, 3h};
            now_ += steps[script.byte() % steps.size()];
            link_.handle_deadline(now_);
            break;
        }
        case LinkOperation::say:
            unresolved_.insert(++lines_);
            link_.submit(lines_, wire::Say{text::Text::from_untrusted(
                                     "line " + std::string(script.byte() * 40U, 'x'))});
            break;
        case LinkOperation::find: link_.find(script.number(), "x"); break;
        case LinkOperation::type: link_.show_typing(script.byte() % 2 == 0); break;
        case LinkOperation::new_network: link_.handle_new_network(now_); break;
        case LinkOperation::port_closed: link_.handle_port_closed(now_); break;
        case LinkOperation::quit: link_.quit(now_); break;
        case LinkOperation::count: break;
        }
        step();
    }

    /// It comes to rest: without a host it asks now and then, and no faster.
    void end() {
        for (int i = 0; i < 20 && !link_.is_closed(); ++i) {
            now_ += 100ms;
            link_.handle_deadline(now_);
            step();
        }
    }

  private:
    void connect() {
        if (!host_.is_probed()) return;
        put(host_.room());
        step();
        if (!host_.is_greeted()) return;
        put(host_.host());
        step();
        if (host_.session() == nullptr) return;
        put(host_.session()->packet(frames(host_.welcome(10, 11), wire::RosterFrame{10, 0, 1, "\0"})));
    }

    template<class Kind>
    void put_piece(fuzz::Script& script) {
        Kind frame;
        if constexpr (std::is_same_v<Kind, wire::RosterFrame>)
            frame.as_of = script.number();
        else
            frame.number = script.number();
        frame.offset = script.number();
        frame.total = script.number();
        frame.bytes = script.bytes();
        if (host_.session() != nullptr) put(host_.session()->packet(frames(frame)));
    }

    void put(std::string datagram) {
        if (datagram.size() > wire::max_packet) datagram.resize(wire::max_packet);
        last_ = std::move(datagram);
        link_.handle_datagram(last_, now_);
        step();
    }

    void step() {
        int sent = 0;
        while (const auto datagram = link_.poll_transmit(now_)) {
            ensure(datagram->size() <= wire::max_packet, "a datagram has a size");
            ensure(++sent < 500, "nothing makes a client flood its host");
            host_.take(*datagram);
        }
        while (const auto event = link_.poll_event()) {
            if (const auto* line = std::get_if<chat::LineSent>(&*event))
                ensure(unresolved_.erase(line->id) == 1, "a line is resolved once");
            if (const auto* line = std::get_if<chat::LineRefused>(&*event))
                ensure(unresolved_.erase(line->id) == 1, "a line is resolved once");
            // Another log, or one that was put back, begins anew.
            if (const auto* notice = std::get_if<chat::Notice>(&*event);
                notice != nullptr && notice->from == chat::Notice::From::link)
                last_event_ = 0;
            if (const auto* what = std::get_if<chat::RoomEvent>(&*event)) {
                ensure(what->event.sequence > last_event_, "events come once and in order");
                last_event_ = what->event.sequence;
            }
        }
    }

    test::SeededRandom random_{1};
    Instant now_{1h};
    test::RawHost host_{test::RawClient::key(1), random_};
    chat::SessionClient link_{chat::SessionClient::Options{"ann", {test::RawClient::key(2)}}, random_, now_};
    std::string last_;
    chat::LineId lines_ = 0;
    std::set<chat::LineId> unresolved_;
    wire::Sequence last_event_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t most = 4096;
    fuzz::Script script({reinterpret_cast<const char*>(data), std::min(size, most)});
    World world;
    for (int operations = 0; !script.is_at_end() && !world.is_over() && operations < 64; ++operations)
        world.happen(script);
    world.end();
    return 0;
}
