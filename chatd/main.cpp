// SPDX-License-Identifier: MIT
#include "chatd/options.hpp"
#include "chatd/server.hpp"
#include "chatd/words.hpp"
#include "common/exit_status.hpp"
#include "common/locale.hpp"

int main(int argc, char* argv[]) {
    set_up_locale("chatd");
    return run_program("chatd", [&] {
        auto options = chatd::parse_options(argc, argv);
        if (!options) return EX_OK;
        options->hub.words = chatd::translated();
        chatd::Server(*options).run();
        return EX_OK;
    });
}
