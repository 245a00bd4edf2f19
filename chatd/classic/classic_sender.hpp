// SPDX-License-Identifier: MIT
// What is sent to classic addresses in a turn: replies first, then the room's lines, as many as the budget of
// each address takes. A member that misses lines is told how many. It decides nothing about members, and
// sends nothing itself.
#pragma once

#include "chatd/classic/classic_member.hpp"
#include "chatd/classic/lines_out.hpp"
#include "chatd/room/counters.hpp"
#include "chatd/room/messages.hpp"
#include "common/base/time.hpp"
#include "common/base/token_bucket.hpp"
#include "common/net/datagram.hpp"
#include "common/net/sent_marks.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace chatd {

class ClassicSender {
  public:
    using Members = LinesOut::Members;

    /// `lines` is the budget of one address, `secret` is that of marks. The others must outlive it.
    ClassicSender(const Rate& lines, std::uint64_t secret, Members& members, Counters& counters,
                  const Messages& messages)
        : rate_(lines)
        , secret_(secret)
        , members_(members)
        , counters_(counters)
        , messages_(messages) {}

    /// Something for one address: an OK, an EXIT, a refusal.
    void reply(const net::Path& path, bool ends_lines, std::string_view bytes);
    /// A word of the host's to one member.
    void tell(const ClassicMember& member, std::string_view words);
    /// The same, and how to recognise an error that quotes it.
    net::SentMark tell_marked(const ClassicMember& member, std::string_view words);
    /// A line for everybody but `author`, for members that are there when it is sent.
    void add_line(std::string line, const wire::MemberId& author) {
        lines_.add(std::move(line), author, secret_);
    }
    /// The member has joined: it is sent `earlier` lines, and those that are added from now on.
    void begin(ClassicMember& member, const std::deque<std::string>& earlier, Instant now);
    /// Before the member is forgotten.
    void forget(const wire::MemberId& member) { skipping_.erase(member); }
    /// Whether `quote` is the beginning of one of the last datagrams to the member.
    bool was_sent(const ClassicMember& member, std::string_view quote) const {
        return member.sent.has(quote, secret_);
    }
    /// Whether it is the beginning of the one that tell_marked() sent.
    bool is_quoted(const net::SentMark& mark, std::string_view quote) const {
        return net::is_quoted(mark, quote, secret_);
    }

    void handle_deadline(Instant now);
    std::optional<Instant> next_deadline() const;
    /// The next datagram, valid until end_turn().
    std::optional<net::Outgoing> poll_transmit(Instant now);
    void end_turn();

  private:
    struct Reply {
        net::Path path;
        std::string bytes;
    };
    net::Outgoing next_reply();
    /// Whether a line of `bytes` is sent to that member; counted as skipped if not. First it is told of those
    /// that were skipped before, which takes room, too.
    bool admit_line(ClassicMember& member, std::size_t bytes, Instant now);
    std::string words_of_skipped(const ClassicMember& member) const;
    /// Tells it how many were skipped, which its budget has been charged with.
    void tell_skipped(ClassicMember& member);
    /// When the budget has room for that and any line behind it.
    Instant skipped_told_at(const ClassicMember& member) const;

    Rate rate_;
    std::uint64_t secret_;
    Members& members_;
    Counters& counters_;
    const Messages& messages_;
    std::map<wire::MemberId, net::Address> skipping_; ///< members with lines skipped

    // This turn's.
    std::deque<Reply> replies_; ///< grows while they are sent, and those stay where they are
    std::size_t sent_replies_ = 0;
    LinesOut lines_;
    bool is_line_admitted_ = false; ///< the next of them is
};

} // namespace chatd
