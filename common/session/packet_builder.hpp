// SPDX-License-Identifier: MIT
// A packet that is being filled. The session begins it, its owner adds frames, each with the item that says
// what the frame carries, and the session seals it. A frame is written into the packet's own bytes, and taken
// back if it does not fit.
#pragma once

#include "common/session/sent_item.hpp"
#include "common/wire/bytes.hpp"
#include "common/wire/packet.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace session {

class PacketBuilder {
  public:
    /// `limit` bounds the header and the frames; the seal comes on top. With `wants_answer` the packet is a
    /// probe.
    explicit PacketBuilder(std::size_t limit, bool wants_answer = false)
        : limit_(limit)
        , wants_answer_(wants_answer) {}

    /// Bytes that are left for frames; 0 while nothing may leave but an acknowledgement.
    std::size_t room() const { return limit_ - size(); }
    /// Whether the packet is a probe: something in it should need an answer.
    bool wants_answer() const { return wants_answer_; }

    /// Adds `frame`, which is not sent again. False if it does not fit; then the packet is as it was.
    template<class Frame>
    bool add(const Frame& frame) {
        return put(frame, room());
    }
    /// Adds `frame`, which carries `item`.
    template<class Frame>
    bool add(const Frame& frame, const SentItem& item) {
        if (!put(frame, room())) return false;
        items_.push_back(item);
        return true;
    }

    /// Whether the owner has added no frame.
    bool is_empty() const { return size() == front_; }
    /// What its frames carry.
    const std::vector<SentItem>& items() const { return items_; }
    /// Its frames, as they will be sealed.
    std::string_view frames() const {
        return bytes_.empty() ? std::string_view() : std::string_view(bytes_).substr(wire::data_header);
    }

  private:
    friend class Session;

    // Of most packets; a larger one grows.
    static constexpr std::size_t usual_size = 256;

    /// Adds a frame of the session's own, of at most `most` bytes.
    template<class Frame>
    bool add_front(const Frame& frame, std::size_t most) {
        if (!put(frame, most)) return false;
        front_ = size();
        return true;
    }
    bool has_front() const { return front_ > wire::data_header; }
    /// Leaves no room for the owner's frames.
    void close() { limit_ = size(); }
    /// The bytes, with an empty header in front.
    std::string release() { return std::move(bytes_); }
    std::vector<SentItem> release_items() { return std::move(items_); }

    std::size_t size() const { return bytes_.empty() ? wire::data_header : bytes_.size(); }

    template<class Frame>
    bool put(const Frame& frame, std::size_t most) {
        if (bytes_.empty()) { // most packets that are begun have nothing to say
            bytes_.reserve(usual_size);
            bytes_.resize(wire::data_header);
        }
        const auto before = bytes_.size();
        wire::Writer writer(bytes_);
        write(writer, frame);
        if (bytes_.size() - before <= most) return true;
        bytes_.resize(before);
        return false;
    }

    std::string bytes_;
    std::vector<SentItem> items_;
    std::size_t limit_;
    std::size_t front_ = wire::data_header; ///< where the owner's frames begin
    bool wants_answer_;
};

} // namespace session
