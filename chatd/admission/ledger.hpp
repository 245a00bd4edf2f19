// SPDX-License-Identifier: MIT
// The accounts of keys, of addresses and of everybody, which are held against Limits. An empty account is
// forgotten, so the memory is bounded by what Limits let happen in the time that a bucket takes to fill.
#pragma once

#include "chatd/admission/gate.hpp"
#include "chatd/admission/limits.hpp"
#include "common/base/token_bucket.hpp"
#include "common/wire/event.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

namespace chatd {

/// Things that cost something each time.
enum class Cost : std::uint8_t { join, handshake, guess, command, search };
inline constexpr std::size_t cost_kinds = 5;
/// Things that cost something as long as they are there.
enum class Holding : std::uint8_t { session, half_open, waiting_byte };
inline constexpr std::size_t holding_kinds = 3;

class Ledger {
  public:
    /// `flood` is how much a key may say; if it is empty, commands are not counted.
    Ledger(const Limits& limits, const std::optional<Rate>& flood);

    /// Takes one of `cost` if the key, its address and everybody together may have it now.
    bool spend(Cost cost, const Source& source, const wire::MemberId* key, Instant now);
    /// When the next spend() may succeed, if nobody else takes anything.
    Instant ready_at(Cost cost, const Source& source, const wire::MemberId* key) const {
        const auto of_key = key == nullptr ? Instant{} : key_ready_at(cost, *key);
        return std::max({of_key, source_ready_at(cost, source), shared_ready_at(cost)});
    }
    /// The parts of ready_at(): by the account of the key; of its address and link; of the link alone; and of
    /// everybody together.
    Instant key_ready_at(Cost cost, const wire::MemberId& key) const;
    Instant source_ready_at(Cost cost, const Source& source) const;
    Instant link_ready_at(Cost cost, unsigned link) const;
    Instant shared_ready_at(Cost cost) const;
    /// Takes `count` more from an address, even if it may not have them: it waits for longer next time.
    void charge(Cost cost, const Source& source, int count, Instant now);
    /// Puts back what spend() took in vain.
    void give_back(Cost cost, const Source& source);

    void add(Holding what, const Source& source, std::size_t count = 1);
    void remove(Holding what, const Source& source, std::size_t count = 1);
    /// Whether the address and its link may hold `count` more; if not, that counts as a limit met. If
    /// `given_up` is given, one that is held from there will go in return.
    bool may_source_add(Holding what, const Source& source, std::size_t count = 1,
                        const Source* given_up = nullptr);
    /// Whether the address, its link and everybody together may hold `count` more.
    bool may_add(Holding what, const Source& source, std::size_t count = 1);
    std::size_t held(Holding what) const { return everybody_.holdings[index(what)]; }

    /// How often a limit made somebody wait, or refused somebody.
    std::uint64_t limits_met() const { return limits_met_; }
    void count_met() { ++limits_met_; }
    /// Bytes of memory, about.
    std::size_t memory() const;

  private:
    struct Account {
        std::array<TokenBucket, cost_kinds> buckets;
        std::array<std::size_t, holding_kinds> holdings{};
        bool is_idle(Instant now) const;
    };

    static std::size_t index(Cost cost) { return static_cast<std::size_t>(cost); }
    static std::size_t index(Holding what) { return static_cast<std::size_t>(what); }
    const Limit<Rate>& limit(Cost cost) const;
    const Limit<std::size_t>& limit(Holding what) const;
    std::optional<Rate> rate_of_key(Cost cost) const;
    const Rate& rate_of(Cost cost, const Source& source) const;
    /// Forgets idle accounts, now and then, when there are many.
    void tidy(Instant now);

    const Limits limits_;
    const std::optional<Rate> flood_;
    Account everybody_;
    std::unordered_map<std::string, Account> addresses_; ///< by Source::holder
    std::map<unsigned, Account> links_;                  ///< by Source::link
    std::unordered_map<wire::MemberId, Account> keys_;
    std::size_t tidy_at_ = 1024; ///< accounts
    std::uint64_t limits_met_ = 0;
};

} // namespace chatd
