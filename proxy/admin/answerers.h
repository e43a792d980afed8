#pragma once
// The threads that make answers, so that a page that takes long keeps neither other pages nor the network
// waiting.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "proxy/admin/request.h"

namespace breakwater::admin {

class Answerers {
public:
    using Make = std::function<std::string(const Request&)>;
    using Made = std::pair<std::uint64_t, std::string>;  ///< whose it is, and the answer

    /// @param name   of the threads, at most 15 characters.
    /// @param make   called by several threads at a time
    /// @param ready  called after each answer, by the thread that has made it
    Answerers(std::string name, std::size_t threads, Make make, std::function<void()> ready);

    // One thread, another one than theirs.

    /// Nothing bounds what waits but the caller's connections, each of which asks once.
    void ask(std::uint64_t who, Request request);
    /// What was made since the last call.
    [[nodiscard]] std::vector<Made> take();

private:
    void work(const std::stop_token& stop);

    const std::string name_;
    const Make make_;
    const std::function<void()> ready_;
    std::mutex mutex_;  ///< guards the next two
    std::deque<std::pair<std::uint64_t, Request>> asked_;
    std::vector<Made> made_;
    std::condition_variable_any woken_;
    std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace breakwater::admin
