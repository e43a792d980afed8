#pragma once
// Bind or leave, go on or leave: what `?` is elsewhere, for Result and Done.
//
//   LET(head, parse_head(bytes));          // head is the value, or this function has returned the error
//   TRY(check(head));
//   CO_LET(route, co_await find(head));    // the same inside a coroutine: one co_await a statement
//   CO_TRY(co_await send(head));

#include <utility>

#include "proxy/base/error.h"

#define BREAKWATER_JOIN2(a, b) a##b
#define BREAKWATER_JOIN(a, b) BREAKWATER_JOIN2(a, b)

#define BREAKWATER_LET(leave, name, temporary, ...)              \
    auto temporary = __VA_ARGS__;                                \
    if (!temporary) leave ::breakwater::fail(temporary.error()); \
    auto name = std::move(*temporary)

#define LET(name, ...) BREAKWATER_LET(return, name, BREAKWATER_JOIN(let_, __LINE__), __VA_ARGS__)
#define CO_LET(name, ...) \
    BREAKWATER_LET(co_return, name, BREAKWATER_JOIN(let_, __LINE__), __VA_ARGS__)

#define BREAKWATER_TRY(leave, temporary, ...)                        \
    do {                                                             \
        auto temporary = __VA_ARGS__;                                \
        if (!temporary) leave ::breakwater::fail(temporary.error()); \
    } while (false)

#define TRY(...) BREAKWATER_TRY(return, BREAKWATER_JOIN(try_, __LINE__), __VA_ARGS__)
#define CO_TRY(...) BREAKWATER_TRY(co_return, BREAKWATER_JOIN(try_, __LINE__), __VA_ARGS__)
