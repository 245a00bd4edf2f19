// SPDX-License-Identifier: MIT
// The server's console: standard input, and what is shown above the line being typed. It has a thread of its
// own, so that a terminal that is stopped (Ctrl-S) or slow (serial) never holds the room up. It knows nothing
// of what the lines mean.
#pragma once

#include "common/os/bounded_queue.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace chatd {

class LineEditor;

class Console {
  public:
    /// `completions` are the words that Tab completes at the front of a line; add_name() adds those behind.
    explicit Console(std::vector<std::string> completions);
    /// Puts the terminal back as it was.
    ~Console();
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    /// Whether lines are edited here, and so shown lines go above them.
    bool is_interactive() const { return is_interactive_; }

    /// Readable when drain_input() has something.
    int fd() const { return input_.fd(); }
    struct Input {
        std::string line;
        bool is_end = false;    ///< Ctrl-D, or the end of the file: the last one
        bool is_secret = false; ///< typed unseen, after ask_secret()
    };
    std::vector<Input> drain_input();

    /// Shows a line on standard output. What a stopped terminal can't take is dropped, oldest first, and
    /// counted.
    void show(std::string line);
    /// At a terminal the next line is typed unseen.
    void ask_secret();
    void add_name(std::string name);
    void remove_name(const std::string& name);
    /// The window's size has changed.
    void resize();
    /// The process was stopped and goes on: the terminal may have another mode now, or be somebody else's.
    void resume();

  private:
    struct Output {
        enum class Kind { show, ask_secret, add_name, remove_name, resize, resume, stop } kind;
        std::string text;
    };

    void run();
    void run_edited();
    void run_plain();
    /// Whether the terminal is ours now; while another job is in its foreground it is not touched.
    bool has_terminal();
    /// Does what is queued; false once it is time to stop.
    bool work_off_output();
    void queue_input(Input input) { input_.push(std::move(input)); }

    const bool is_interactive_;
    os::BoundedQueue<Input> input_; ///< where it is full, the thread reads no more until it is taken
    os::BoundedQueue<Output> output_;
    std::mutex mutex_; ///< of what follows
    std::condition_variable finished_;
    bool is_done_ = false;
    std::vector<std::string> completions_; ///< the thread's from here on
    std::vector<std::string> names_;
    std::unique_ptr<LineEditor> editor_; ///< while a line is being edited
    bool is_away_ = false;               ///< the editor has left the terminal to another job
    bool is_secret_asked_ = false;       ///< and has not begun
    std::thread thread_;
};

} // namespace chatd
