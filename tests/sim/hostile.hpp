// SPDX-License-Identifier: MIT
// Members with valid keys and bad intentions, and a forger without any, in the simulated world. Each thing
// that they do is one function with a name; the world's own checks, and the stories', say what must not come
// of it.
#pragma once

#include "tests/sim/world.hpp"
#include "tests/support/raw_client.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

/// Whose addresses others misuse.
class Bystander final : public Actor {
  public:
    void handle_datagram(const net::Address&, std::string_view) override {} // the world counts
};

class Hostile final : public Actor {
  public:
    /// Its address and its first key are its seed's. The world must outlive it.
    Hostile(World& world, std::uint64_t seed);
    ~Hostile() override;
    Hostile(const Hostile&) = delete;
    Hostile& operator=(const Hostile&) = delete;

    void handle_datagram(const net::Address& at, std::string_view bytes) override;

    World& world() { return world_; }
    test::RawClient& client() { return *client_; }
    const test::Heard& heard() const;
    const net::Address& at() const { return at_; }
    std::mt19937_64& random() { return random_; }

    /// Whether it acknowledges what comes, and answers challenges, as it should.
    bool is_well_behaved = true;
    /// Called while it waits, so that others can talk.
    std::function<void()> meanwhile;
    void wait(Duration duration);
    bool wait_until(const std::function<bool()>& holds, Duration most = std::chrono::seconds(3));

    void send(std::string datagram) { world_.send_as(*this, at_, std::move(datagram)); }
    void send_from(const net::Address& source, std::string datagram) {
        world_.send_as(*this, source, std::move(datagram));
    }
    /// A sealed packet with these frames.
    void put(std::string_view inside) { send(client_->session()->packet(inside)); }
    /// A command, as these bytes. Returns its number.
    std::uint64_t command(std::string_view bytes);
    std::uint64_t say(const std::string& text);
    std::uint64_t rename(std::string_view name);
    /// A text that nobody has said.
    std::string words();

    /// Somebody else from here on, from where it is.
    void change_key();
    /// Up to where a JOIN may follow.
    bool greet();
    bool join(const wire::JoinPayload& payload);
    wire::JoinPayload payload(const std::string& name);
    /// Is a member, as it was or under a name like this one.
    bool be_in(const std::string& name = "mallory");
    void close();
    /// Nothing comes from it any more.
    void fall_silent();
    bool is_in() const { return is_in_ && !heard().close; }
    /// Every text that it was ever told, as whoever.
    const std::set<std::string>& texts() const { return texts_; }

    /// Another one, who does what this one makes it do.
    Hostile& accomplice();
    /// Of somebody who knows nothing of all this; the second with as many ports as one likes.
    const net::Address& victim() const { return victim_; }
    net::Address victim(std::uint16_t port);

  private:
    void note_texts();

    World& world_;
    std::mt19937_64 random_;
    std::uint64_t seed_;
    net::Address at_;
    net::Address victim_;
    Bystander bystander_;
    test::SeededRandom bytes_;
    std::uint64_t keys_ = 0;
    std::uint64_t outbox_ = 1;
    std::uint64_t attempt_ = 0;
    std::uint64_t number_ = 0; ///< of the last command
    bool is_in_ = false;
    std::set<std::string> texts_;
    std::unique_ptr<test::RawClient> client_;
    std::unique_ptr<Hostile> accomplice_;
};

/// Something hostile; false if the host did not let it come to that.
using Act = bool (*)(Hostile&);

bool send_malformed_joins(Hostile& hostile);
bool acknowledge_the_future(Hostile& hostile);
bool acknowledge_skipped_numbers(Hostile& hostile);
bool claim_enormous_delays(Hostile& hostile);
bool never_acknowledge(Hostile& hostile);
bool move_to_a_victim_blind(Hostile& hostile);
bool copy_what_others_send(Hostile& hostile);
bool send_overlapping_parts(Hostile& hostile);
bool search_without_end(Hostile& hostile);
bool look_like_others(Hostile& hostile);
bool close_and_join_in_one_burst(Hostile& hostile);
bool join_and_leave_in_bursts(Hostile& hostile);
bool change_outboxes(Hostile& hostile);
bool bring_many_keys(Hostile& hostile);
bool race_for_a_name(Hostile& hostile);
bool claim_cursors(Hostile& hostile);
bool send_bad_commands(Hostile& hostile);
bool number_packets_at_will(Hostile& hostile);
bool forge_off_the_path(Hostile& hostile);
bool forge_icmp(Hostile& hostile);
bool forge_classic_joins(Hostile& hostile);

struct NamedAct {
    const char* name;
    Act act;
};
/// All of them, for sweeps.
const std::vector<NamedAct>& hostile_acts();

} // namespace sim
