// Progress on stderr, for everything that runs over two seconds: a bar on a terminal, a line every few
// seconds elsewhere. Also the one place that knows whether the user asked to stop (SIGINT, SIGTERM).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "golden/support/error.hpp"

namespace macaw {

// Thread-safe. Nothing is printed for work that ends within two seconds.
class Progress {
  public:
    Progress(std::string what, std::int64_t total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    void advance(std::int64_t amount = 1);

  private:
    void print(std::int64_t done, bool final);
    std::string what_;
    std::int64_t total_;
    std::atomic<std::int64_t> done_{0};
    std::chrono::steady_clock::time_point start_;
    std::chrono::steady_clock::time_point last_;
    bool terminal_;
    bool printed_ = false;
    std::mutex mutex_;
};

// After this call SIGINT and SIGTERM set a flag instead of killing the process; long loops ask interrupted().
void catch_interrupts();
bool interrupted();
Expected<void> stop_if_interrupted();

}  // namespace macaw
