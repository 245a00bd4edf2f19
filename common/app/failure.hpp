// SPDX-License-Identifier: MIT
// A fault that ends a program: a whole sentence for a person, with the exit status of sysexits(3head) that
// goes with it.
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

/// Runs all of a program. A fault that ends it becomes one line on standard error, behind the program's name,
/// and the exit status.
int run_program(const char* name, const std::function<int()>& program);
