// SPDX-License-Identifier: MIT
#include "chatd/session/command_inbox.hpp"

#include <algorithm>
#include <utility>

namespace chatd {

void CommandInbox::go_on_behind(std::uint64_t last) {
    while (last_ < last && count() > 0) forget(++last_);
    last_ = std::max(last_, last);
}

void CommandInbox::accept(const wire::CommandFrame& frame) {
    if (!is_kept(frame.number)) return;
    forget_reassembly(frame.number); // it has come whole
    if (commands_.emplace(frame.number, frame.command).second) size_ += frame.command.size();
}

bool CommandInbox::accept(const wire::PartFrame& part) {
    if (!is_kept(part.number) || commands_.contains(part.number)) return true;
    auto& reassembly = reassemblies_[part.number];
    const auto before = reassembly.size();
    if (!reassembly.accept(part.offset, part.total, part.bytes)) return false;
    size_ += reassembly.size() - before;
    if (const auto whole = reassembly.whole()) accept(wire::CommandFrame{part.number, *whole});
    return true;
}

bool CommandInbox::is_waited_for(const std::vector<wire::Frame>& frames) const {
    return std::none_of(frames.begin(), frames.end(), [&](const wire::Frame& frame) {
        const auto* command = std::get_if<wire::CommandFrame>(&frame);
        const auto* part = std::get_if<wire::PartFrame>(&frame);
        return (command != nullptr && command->number > last_ + 1) ||
               (part != nullptr && part->number > last_ + 1);
    });
}

CommandInbox::Command CommandInbox::take_next() {
    Command command{last_ + 1, std::move(commands_.at(last_ + 1))};
    size_ -= command.bytes.size();
    commands_.erase(command.number);
    last_ = command.number;
    return command;
}

bool CommandInbox::is_kept(std::uint64_t number) const {
    return number > last_ && number <= last_ + reach_;
}

void CommandInbox::forget(std::uint64_t number) {
    forget_reassembly(number);
    const auto found = commands_.find(number);
    if (found == commands_.end()) return;
    size_ -= found->second.size();
    commands_.erase(found);
}

void CommandInbox::forget_reassembly(std::uint64_t number) {
    const auto found = reassemblies_.find(number);
    if (found == reassemblies_.end()) return;
    size_ -= found->second.size();
    reassemblies_.erase(found);
}

} // namespace chatd
