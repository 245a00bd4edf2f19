// SPDX-License-Identifier: MIT
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

/// Counts, so that a filter that no longer matches anything is a failure and not a silent pass.
int cases_run = 0;

struct CountCases : doctest::IReporter {
    explicit CountCases(const doctest::ContextOptions&) {}
    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override {}
    void test_run_end(const doctest::TestRunStats&) override {}
    void test_case_start(const doctest::TestCaseData&) override { ++cases_run; }
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_end(const doctest::CurrentTestCaseStats&) override {}
    void test_case_exception(const doctest::TestCaseException&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData&) override {}
    void log_message(const doctest::MessageData&) override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}
};

} // namespace

REGISTER_LISTENER("count", 1, CountCases);

int main(int argc, char* argv[]) {
    // The same for every machine that runs the tests.
    setenv("TZ", "UTC", 1);
    std::setlocale(LC_ALL, "C.UTF-8");
    // How many seeds the sweeps of the simulator take, each, and rounds those of the real programs; or which
    // seed.
    for (int i = 1; i + 1 < argc; ++i) {
        if (std::string_view(argv[i]) == "--seeds") setenv("CHAT_SIM_SEEDS", argv[i + 1], 1);
        if (std::string_view(argv[i]) == "--seed") setenv("CHAT_SIM_SEED", argv[i + 1], 1);
    }
    doctest::Context context;
    context.applyCommandLine(argc, argv);
    const int result = context.run();
    if (context.shouldExit()) return result; // only asked for a list
    if (cases_run == 0) std::fputs("no test case matched\n", stderr);
    return cases_run == 0 ? EXIT_FAILURE : result;
}
