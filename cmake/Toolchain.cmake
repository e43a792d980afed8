# The compiler and how it is called. GCC 12 miscompiles ordinary coroutines (docs/decisions/compiler.md), so there is
# one compiler; its version is checked here so that nobody finds out at run time.

if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
    message(FATAL_ERROR
        "Breakwater is built with Clang 19 or newer (found ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}). "
        "Install clang-19 and use a preset: cmake --preset release")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(CCACHE ccache)
if(CCACHE)
    # Paths count from the checkout, so that a second checkout finds what the first has compiled.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                    -Wimplicit-fallthrough -Wold-style-cast -Wcast-align
                    -Wzero-as-null-pointer-constant -Wsuggest-override -fno-omit-frame-pointer)
add_compile_definitions(BREAKWATER_VERSION="${PROJECT_VERSION}")
add_link_options(-fuse-ld=lld)
include_directories(${CMAKE_SOURCE_DIR})

# A release is laid out by how often its parts ran in tests/bench/profile (docs/decisions/profile.md).
option(BREAKWATER_MAKE_PROFILE "build what tests/bench/profile runs" OFF)
find_program(LLVM_PROFDATA llvm-profdata-19)
if(BREAKWATER_MAKE_PROFILE)
    add_compile_options(-fprofile-generate)
    add_link_options(-fprofile-generate)
elseif(CMAKE_BUILD_TYPE STREQUAL "Release" AND LLVM_PROFDATA AND EXISTS ${CMAKE_SOURCE_DIR}/cmake/profile.proftext)
    file(MD5 ${CMAKE_SOURCE_DIR}/cmake/profile.proftext hash)
    set(profile ${CMAKE_BINARY_DIR}/breakwater-${hash}.profdata) # so that another profile is another command
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/cmake/profile.proftext)
    execute_process(COMMAND ${LLVM_PROFDATA} merge -o ${profile} ${CMAKE_SOURCE_DIR}/cmake/profile.proftext
                    COMMAND_ERROR_IS_FATAL ANY)
    # What has changed since, and what was not trained, goes without.
    add_compile_options(-fprofile-use=${profile} -Wno-profile-instr-unprofiled -Wno-profile-instr-out-of-date
                        -Wno-backend-plugin)
endif()

set(BREAKWATER_SANITIZER "" CACHE STRING "address or thread; empty for none")
if(BREAKWATER_SANITIZER STREQUAL "address")
    # fuzzer-no-link: counts ways through the code, for the fuzz targets; the tests pay 2 % for it.
    add_compile_options(-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all)
    add_link_options(-fsanitize=address,undefined)
elseif(BREAKWATER_SANITIZER STREQUAL "thread")
    add_compile_options(-fsanitize=thread)
    add_link_options(-fsanitize=thread)
endif()

option(BREAKWATER_UNITY "compile eight sources of a library as one, in less than half the time" OFF)
