#include "golden/support/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace macaw {

std::size_t thread_count() {
    if (const char* wish = std::getenv("MACAW_THREADS"); wish != nullptr) {
        long count = std::strtol(wish, nullptr, 10);
        if (count >= 1) return static_cast<std::size_t>(count);
    }
    return std::max(1U, std::thread::hardware_concurrency());
}

Expected<void> parallel_for(std::size_t count, const std::function<Expected<void>(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::optional<Error> first_error;
    std::exception_ptr first_exception;
    auto stop = [&] { next = count; };
    auto loop = [&] {
        for (std::size_t index = next++; index < count; index = next++) {
            try {
                if (auto result = work(index); !result) {
                    std::lock_guard lock(mutex);
                    if (!first_error) first_error = std::move(result).error();
                    stop();
                }
            } catch (...) {
                std::lock_guard lock(mutex);
                if (!first_exception) first_exception = std::current_exception();
                stop();
            }
        }
    };
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(thread_count(), count); ++i) threads.emplace_back(loop);
    loop();
    threads.clear();
    if (first_exception) std::rethrow_exception(first_exception);
    if (first_error) return fail(std::move(*first_error));
    return {};
}

}  // namespace macaw
