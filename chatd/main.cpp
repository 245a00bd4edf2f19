// SPDX-License-Identifier: MIT
#include "chatd/options.hpp"
#include "chatd/server.hpp"
#include "chatd/words.hpp"
#include "common/exit_status.hpp"
#include "common/locale.hpp"

#include <cstdio>
#include <exception>

int main(int argc, char* argv[]) {
    set_up_locale("chatd");
    try {
        auto options = chatd::parse_options(argc, argv);
        if (!options) return EX_OK;
        options->hub.words = chatd::translated();
        chatd::Server(*options).run();
        return EX_OK;
    } catch (const Failure& failure) {
        std::fprintf(stderr, "chatd: %s\n", failure.what());
        return failure.status();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "chatd: %s\n", error.what());
        return EX_OSERR;
    }
}
