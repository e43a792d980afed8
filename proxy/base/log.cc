#include "proxy/base/log.h"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

#include "proxy/base/json_text.h"

namespace breakwater::log {
namespace {

/// Lines that may wait for a slow reader of stderr.
constexpr std::size_t kQueueLines = 8192;

constexpr spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::debug: return spdlog::level::debug;
        case Level::info: return spdlog::level::info;
        case Level::warn: return spdlog::level::warn;
        case Level::error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

struct Logger {
    Logger() {
        auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        pool = std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1);
        lines = std::make_shared<spdlog::async_logger>(
            "breakwater", std::move(sink), pool, spdlog::async_overflow_policy::overrun_oldest);
        lines->flush_on(spdlog::level::info);
        apply(Format::text, Level::info);
    }

    void apply(Format chosen, Level least) {
        format = chosen;
        lines->set_level(to_spdlog(least));
        lines->set_pattern(chosen == Format::json
                               ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})"
                               : "%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    }

    std::shared_ptr<spdlog::async_logger> lines;
    std::shared_ptr<spdlog::details::thread_pool> pool;  ///< ends first: its thread uses the logger
    Format format = Format::text;
    std::atomic<std::size_t> drops_said{0};
};

Logger& logger() {
    static Logger instance;
    return instance;
}

/// A value is quoted only where a reader could not tell its end.
bool needs_quotes(std::string_view value) {
    return value.empty() || value.find_first_of(" \"=\\\n\r\t") != std::string_view::npos;
}

void append_text(std::string& line, std::string_view message, Fields fields) {
    line += message;
    for (const Field& field : fields) {
        line += ' ';
        line += field.key;
        line += '=';
        if (field.quoted && needs_quotes(field.value)) {
            append_json_string(line, field.value);
        } else {
            line += field.value;
        }
    }
}

void append_json(std::string& line, std::string_view message, Fields fields) {
    line += "\"message\":";
    append_json_string(line, message);
    for (const Field& field : fields) {
        line += ',';
        append_json_string(line, field.key);
        line += ':';
        if (field.quoted) {
            append_json_string(line, field.value);
        } else {
            line += field.value;
        }
    }
}

void say_drops(Logger& to) {
    const std::size_t dropped = to.pool->overrun_counter();
    std::size_t said = to.drops_said.load(std::memory_order_relaxed);
    if (dropped == said || !to.drops_said.compare_exchange_strong(said, dropped)) return;
    write(Level::warn, "log lines dropped", {{"count", dropped - said}});
}

}  // namespace

void set_up(Format format, Level least) { logger().apply(format, least); }

void flush() {
    logger().lines->flush();
    logger().pool.reset();  // joins its thread once the queue is empty
    logger().lines.reset();
}

void write(Level level, std::string_view message, Fields fields) {
    Logger& to = logger();
    if (!to.lines || !to.lines->should_log(to_spdlog(level))) return;
    std::string line;
    if (to.format == Format::json) {
        append_json(line, message, fields);
    } else {
        append_text(line, message, fields);
    }
    to.lines->log(to_spdlog(level), line);
    say_drops(to);
}

}  // namespace breakwater::log
