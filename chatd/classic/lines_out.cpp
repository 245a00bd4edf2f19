// SPDX-License-Identifier: MIT
#include "chatd/classic/lines_out.hpp"

#include <utility>

namespace chatd {

void LinesOut::add(std::string line, const wire::MemberId& author, std::uint64_t secret) {
    const auto mark = net::mark_of(line, secret);
    line += '\n';
    const auto ended_mark = net::mark_of(line, secret);
    lines_.push_back({std::move(line), author, mark, ended_mark});
}

std::optional<LinesOut::Next> LinesOut::next(Members& members) {
    if (lines_.empty()) return std::nullopt;
    if (!std::exchange(has_begun_, true)) member_ = members.begin();
    for (; member_ != members.end(); ++member_, line_ = 0) {
        auto& member = member_->second;
        if (member.is_leaving) continue;
        if (line_ == 0 && !first_line_.empty())
            if (const auto joined = first_line_.find(member.id); joined != first_line_.end())
                line_ = joined->second;
        while (line_ < lines_.size() && lines_[line_].author == member.id) ++line_;
        if (line_ < lines_.size()) return Next{member, lines_[line_]};
    }
    return std::nullopt;
}

void LinesOut::clear() {
    lines_.clear();
    first_line_.clear();
    has_begun_ = false;
    line_ = 0;
}

} // namespace chatd
