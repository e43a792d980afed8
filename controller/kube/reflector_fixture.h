#pragma once
// For tests: a reflector on a thread, what it brings and says, and what servers say to it.

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "controller/kube/fake_api.h"
#include "controller/kube/reflector.h"

namespace breakwater::kube {

/// Writes down what it is given: `list a b !broken`, `put a`, `gone a`, `broken a`, a missing right.
class Notes : public Sink {
public:
    void on_list(const Target&, std::vector<Object> objects, std::vector<Broken> broken) override {
        std::string line = "list";
        for (const Object& object : objects) line += " " + meta_of(object).name;
        for (const Broken& one : broken) line += " !" + one.id.key.name;
        lines_.push_back(line);
    }
    void on_event(Event event) override { std::visit(*this, event.what); }
    void on_forbidden(const Target&, const std::string& reason) override {
        lines_.push_back(reason);
    }

    void operator()(const Object& object) { lines_.push_back("put " + meta_of(object).name); }
    void operator()(const Event::Removed& gone) { lines_.push_back("gone " + gone.id.key.name); }
    void operator()(const Broken& broken) { lines_.push_back("broken " + broken.id.key.name); }
    void operator()(const Event::Bookmark&) { lines_.push_back("a bookmark"); }

    /// When the reflector's thread has ended.
    [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

private:
    std::vector<std::string> lines_;
};

/// No waiting that matters, and no watch that counts as long.
inline Pace quick() {
    Pace pace;
    pace.first = std::chrono::milliseconds(1);
    pace.most = std::chrono::milliseconds(2);
    pace.forbidden = std::chrono::milliseconds(1);
    pace.most_asked = std::chrono::milliseconds(1);
    pace.short_watch = std::chrono::hours(1);
    return pace;
}

/// A reflector of Services on a thread, until it goes out of scope.
class Running {
public:
    explicit Running(const FakeApi& api, const Pace& pace = quick(),
                     Target target = {.kind = Kind::service, .namespace_name = {}, .name = {}})
        : credentials_(access_to(api)),
          complaints_("API server", [this](const Complaints::Line& line) { hear(line); }),
          reflector_(std::move(target), credentials_, complaints_, notes, pace, 1),
          thread_([this](const std::stop_token& stop) { reflector_.run(stop); }) {}

    void end() {
        thread_.request_stop();
        if (thread_.joinable()) thread_.join();
    }

    Notes notes;
    std::vector<std::string> said;     ///< `+what` when wrong, `-what` when over
    std::vector<std::string> reasons;  ///< of what is wrong

private:
    static Access access_to(const FakeApi& api) {
        Access access;
        access.cluster.url = api.url();
        access.user.token = "secret";
        return access;
    }
    void hear(const Complaints::Line& line) {
        said.push_back((line.wrong ? "+" : "-") + line.what);
        if (line.wrong) reasons.push_back(line.reason);
    }

    Credentials credentials_;
    Complaints complaints_;
    Reflector reflector_;
    std::jthread thread_;
};

// What a server says.

inline std::string object(std::string_view name, int version) {
    return fmt::format(
        R"({{"kind":"Service","apiVersion":"v1","metadata":{{"namespace":"n","name":"{}","resourceVersion":"{}"}}}})",
        name, version);
}
inline std::string broken(std::string_view name, int version) {
    return fmt::format(R"({{"metadata":{{"name":"{}","resourceVersion":"{}"}},"spec":[]}})", name,
                       version);
}
inline FakeReply list_of(const std::vector<std::string>& items, int version,
                         std::string_view go_on = "") {
    return {
        .body = fmt::format(
            R"({{"kind":"ServiceList","metadata":{{"resourceVersion":"{}","continue":"{}"}},"items":[{}]}})",
            version, go_on, fmt::join(items, ",")),
        .fields = {}};
}
inline std::string event(std::string_view type, const std::string& of) {
    return fmt::format(R"({{"type":"{}","object":{}}})", type, of) + "\n";
}
inline std::string bookmark(int version) {
    return event("BOOKMARK", fmt::format(R"({{"metadata":{{"resourceVersion":"{}"}}}})", version));
}
inline std::string status(int code, std::string_view reason, std::string_view message = "why") {
    return fmt::format(
        R"({{"kind":"Status","status":"Failure","message":"{}","reason":"{}","code":{}}})", message,
        reason, code);
}
inline FakeReply refusal(int code, std::string_view reason, std::string fields = {}) {
    return {.body = status(code, reason), .status = code, .fields = std::move(fields)};
}
inline FakeReply stream(std::string body, FakeReply::End end = FakeReply::End::clean) {
    return {.body = std::move(body), .end = end, .fields = {}};
}

/// One object, `a`, at version 10.
inline FakeReply small_list() { return list_of({object("a", 5)}, 10); }

/// What was asked, in short, once there were that many requests.
inline std::vector<std::string> asked_of(FakeApi& api, std::size_t count) {
    std::vector<std::string> asked;
    for (const FakeRequest& request : api.wait_for(count)) asked.push_back(request.in_short());
    return asked;
}

}  // namespace breakwater::kube
