// SPDX-License-Identifier: MIT
#include "common/app/failure.hpp"

#include <cstdio>
#include <exception>

int run_program(const char* name, const std::function<int()>& program) {
    try {
        return program();
    } catch (const Failure& failure) {
        std::fprintf(stderr, "%s: %s\n", name, failure.what());
        return failure.status();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", name, error.what());
        return EX_OSERR;
    }
}
