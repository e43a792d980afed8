#include "proxy/admin/answerers.h"

#include "proxy/admin/thread.h"

namespace breakwater::admin {

Answerers::Answerers(std::string name, std::size_t threads, Make make, std::function<void()> ready)
    : name_(std::move(name)), make_(std::move(make)), ready_(std::move(ready)) {
    for (std::size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }
}

void Answerers::ask(std::uint64_t who, Request request) {
    {
        const std::scoped_lock lock(mutex_);
        asked_.emplace_back(who, std::move(request));
    }
    woken_.notify_one();
}

std::vector<Answerers::Made> Answerers::take() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(made_, {});
}

void Answerers::work(const std::stop_token& stop) {
    begin_thread(name_);
    std::unique_lock lock(mutex_);
    while (woken_.wait(lock, stop, [this] { return !asked_.empty(); }) && !stop.stop_requested()) {
        const auto [who, request] = std::move(asked_.front());
        asked_.pop_front();
        lock.unlock();
        std::string answer = make_(request);
        lock.lock();
        made_.emplace_back(who, std::move(answer));
        lock.unlock();
        ready_();
        lock.lock();
    }
}

}  // namespace breakwater::admin
