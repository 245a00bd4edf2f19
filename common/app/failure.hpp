// SPDX-License-Identifier: MIT
// What can end a program: a whole sentence for a person, with the exit status of sysexits(3head) that goes
// with it.
#pragma once

#include <sysexits.h>

#include <functional>
#include <stdexcept>
#include <string>

class Failure : public std::runtime_error {
  public:
    Failure(int status, const std::string& sentence)
        : std::runtime_error(sentence)
        , status_(status) {}
    int status() const { return status_; }

  private:
    int status_;
};

/// Runs all of a program; whatever ends it is one line on standard error behind the program's name, and its
/// status.
int run_program(const char* name, const std::function<int()>& program);
