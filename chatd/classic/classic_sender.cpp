// SPDX-License-Identifier: MIT
#include "chatd/classic/classic_sender.hpp"

#include "chatd/admission/gate.hpp"
#include "common/base/sooner.hpp"
#include "common/wire/classic.hpp"

#include <utility>

namespace chatd {

namespace classic = wire::classic;

void ClassicSender::reply(const net::Path& path, bool ends_lines, std::string_view bytes) {
    replies_.push_back({path, std::string(bytes) + (ends_lines ? "\n" : "")});
}

void ClassicSender::tell(const ClassicMember& member, std::string_view words) {
    const auto bytes = std::string(classic::host_prefix) + std::string(words);
    reply(member.path, member.ends_lines,
          std::string_view(bytes).substr(0, text::cut_length(bytes, classic::max_datagram - 1)));
}

net::SentMark ClassicSender::tell_marked(const ClassicMember& member, std::string_view words) {
    tell(member, words);
    return net::mark_of(replies_.back().bytes, secret_);
}

void ClassicSender::begin(ClassicMember& member, const std::deque<std::string>& earlier, Instant now) {
    for (const auto& line : earlier)
        if (admit_line(member, line.size() + (member.ends_lines ? 1 : 0), now))
            reply(member.path, member.ends_lines, line);
    lines_.begin_here(member.id);
}

// ---- the turn

std::optional<net::Outgoing> ClassicSender::poll_transmit(Instant now) {
    if (sent_replies_ < replies_.size()) return next_reply();
    while (const auto next = lines_.next(members_)) {
        auto& member = next->member;
        const auto bytes = next->line.view(member.ends_lines);
        if (!std::exchange(is_line_admitted_, false) && !admit_line(member, bytes.size(), now)) {
            lines_.pass();
            continue;
        }
        if (sent_replies_ < replies_.size()) { // what was skipped comes before it
            is_line_admitted_ = true;
            return next_reply();
        }
        ++counters_.lines_out;
        member.sent.add(member.ends_lines ? next->line.ended_mark : next->line.mark);
        lines_.pass();
        return net::Outgoing{&member.path, bytes, Gate::is_local(member.path)};
    }
    return std::nullopt;
}

net::Outgoing ClassicSender::next_reply() {
    const auto& next = replies_[sent_replies_++];
    if (const auto found = members_.find(next.path.peer); found != members_.end())
        found->second.sent.add(net::mark_of(next.bytes, secret_));
    return {&next.path, next.bytes, Gate::is_local(next.path)};
}

void ClassicSender::end_turn() {
    replies_.clear();
    sent_replies_ = 0;
    lines_.clear();
    is_line_admitted_ = false;
}

// ---- what is skipped

bool ClassicSender::admit_line(ClassicMember& member, std::size_t bytes, Instant now) {
    if (member.budget == nullptr) return true;
    const auto words = member.skipped == 0 ? 0 : words_of_skipped(member).size();
    if (!member.budget->spend(rate_, words + bytes, now)) {
        ++counters_.withheld;
        if (member.skipped++ == 0) {
            ++counters_.limits_met;
            skipping_.emplace(member.id, member.path.peer);
        }
        return false;
    }
    if (member.skipped > 0) tell_skipped(member);
    return true;
}

std::string ClassicSender::words_of_skipped(const ClassicMember& member) const {
    return std::string(classic::host_prefix) +
           (member.skipped == 1
                ? messages_.line_skipped
                : classic::filled(messages_.lines_skipped, {}, std::to_string(member.skipped))) +
           (member.ends_lines ? "\n" : "");
}

void ClassicSender::tell_skipped(ClassicMember& member) {
    replies_.push_back({member.path, words_of_skipped(member)});
    member.skipped = 0;
    skipping_.erase(member.id);
}

Instant ClassicSender::skipped_told_at(const ClassicMember& member) const {
    return member.budget->ready_at(rate_, classic::max_refusal + classic::max_datagram);
}

void ClassicSender::handle_deadline(Instant now) {
    for (auto next = skipping_.begin(); next != skipping_.end();) {
        auto& member = members_.at((next++)->second);
        if (member.is_leaving) {
            skipping_.erase(member.id);
            continue;
        }
        if (skipped_told_at(member) > now) continue;
        member.budget->spend(rate_, words_of_skipped(member).size(), now);
        tell_skipped(member);
    }
}

std::optional<Instant> ClassicSender::next_deadline() const {
    std::optional<Instant> earliest;
    for (const auto& [id, address] : skipping_) {
        earliest = sooner(earliest, skipped_told_at(members_.at(address)));
    }
    return earliest;
}

} // namespace chatd
