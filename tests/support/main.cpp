// The main function of every test program. `./dev test` runs each case in a process of its own, through ctest.
//
// doctest has no word for "could not run here". A case that lacks its data writes MESSAGE("skipped: ...") and returns;
// when it was the only one that ran and nothing failed, the process exits with 77, which ctest counts as skipped, not
// as passed.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <atomic>
#include <cstring>

namespace {

constexpr int exit_skipped = 77;
std::atomic<bool> said_skipped{false};
std::atomic<unsigned> cases_started{0};

/// Listens beside the console reporter; writes nothing.
class SkipListener : public doctest::IReporter {
  public:
    explicit SkipListener(const doctest::ContextOptions& /*options*/) {}

    void log_message(const doctest::MessageData& message) override {
        if (std::strncmp(message.m_string.c_str(), "skipped:", std::strlen("skipped:")) == 0) { said_skipped = true; }
    }
    void test_case_start(const doctest::TestCaseData& /*test*/) override { ++cases_started; }

    void report_query(const doctest::QueryData& /*query*/) override {}
    void test_run_start() override {}
    void test_run_end(const doctest::TestRunStats& /*stats*/) override {}
    void test_case_reenter(const doctest::TestCaseData& /*test*/) override {}
    void test_case_end(const doctest::CurrentTestCaseStats& /*stats*/) override {}
    void test_case_exception(const doctest::TestCaseException& /*exception*/) override {}
    void subcase_start(const doctest::SubcaseSignature& /*subcase*/) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData& /*assertion*/) override {}
    void test_case_skipped(const doctest::TestCaseData& /*test*/) override {}
};

REGISTER_LISTENER("skipped", 1, SkipListener);

} // namespace

int main(int argc, char** argv) {
    doctest::Context context;
    context.applyCommandLine(argc, argv);
    const int result = context.run();
    if (result == 0 && cases_started == 1 && said_skipped) { return exit_skipped; }
    return result;
}
