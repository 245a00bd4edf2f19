// SPDX-License-Identifier: MIT
// Where the log's lines leave: a descriptor, written to by a thread of its own, so that a pipe nobody reads,
// a stopped terminal or a slow disk never holds the room up.
#pragma once

#include <memory>
#include <string>

namespace chatd {

class LogWriter {
  public:
    /// `fd` stays its owner's, and open.
    explicit LogWriter(int fd);
    /// Waits half a second for what is still to be written, then leaves it.
    ~LogWriter();
    LogWriter(const LogWriter&) = delete;
    LogWriter& operator=(const LogWriter&) = delete;

    /// Queues a line, without its line feed. What can't be taken is dropped, oldest first, and counted in the
    /// log.
    void write(std::string line);

  private:
    struct State;
    const std::shared_ptr<State>
        state_; ///< the thread's as well, which may be stuck longer than this object lives
};

} // namespace chatd
