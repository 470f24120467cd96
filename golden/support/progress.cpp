#include "golden/support/progress.hpp"

#include <algorithm>
#include <cstdio>

#include <signal.h>
#include <unistd.h>

namespace macaw {

namespace {

constexpr std::chrono::seconds kQuiet{2};
volatile sig_atomic_t g_interrupted = 0;

void remember_interrupt(int) {
    g_interrupted = 1;
}

}  // namespace

Progress::Progress(std::string what, std::int64_t total)
    : what_(std::move(what)),
      total_(std::max<std::int64_t>(total, 1)),
      start_(std::chrono::steady_clock::now()),
      last_(start_),
      terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
    if (printed_) print(done_, true);
}

void Progress::advance(std::int64_t amount) {
    std::int64_t done = done_ += amount;
    auto now = std::chrono::steady_clock::now();
    std::lock_guard lock(mutex_);
    auto pause = terminal_ ? std::chrono::milliseconds(200) : std::chrono::milliseconds(10000);
    if (now - start_ < kQuiet || now - last_ < pause) return;
    last_ = now;
    print(done, false);
}

void Progress::print(std::int64_t done, bool final) {
    printed_ = true;
    auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
    std::string line;
    if (terminal_) {
        auto filled = static_cast<std::size_t>(part * 30);
        line = fmt::format("\r  {:<34} [{}{}] {:3.0f}% {:5.0f} s{}", what_, std::string(filled, '#'),
                           std::string(30 - filled, '.'), part * 100, seconds, final ? "\n" : "");
    } else {
        line = fmt::format("  {}: {:.0f}% of {} after {:.0f} s\n", what_, part * 100, total_, seconds);
    }
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fflush(stderr);
}

void catch_interrupts() {
    struct sigaction action {};
    action.sa_handler = remember_interrupt;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() {
    return g_interrupted != 0;
}

Expected<void> stop_if_interrupted() {
    if (interrupted())
        return fail(ErrorKind::Interrupted, "interrupted; run the same command again to go on");
    return {};
}

}  // namespace macaw
