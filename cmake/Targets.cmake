# One target per folder, its sources listed, what it links said: the linker checks the arrows between the folders.

add_custom_target(lone_headers)  # every header compiles alone; most are the first that their own source includes
add_custom_target(unit_tests)    # every unit test executable

# With BREAKWATER_UNITY, eight sources of a target are compiled as one.
function(breakwater_unite target)
    if(BREAKWATER_UNITY)
        set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
        target_compile_options(${target} PRIVATE -Wno-shadow) # of what another source has
    endif()
endfunction()

# breakwater_library(<name> SOURCES <a.cc>... [HEADERS <a.h>...] [LINK <targets>...])
#   A static library `breakwater_<name>`. A header without a source of its name, which would include it first (arrows.py
#   sees to that), is compiled alone by `lone_headers`.
function(breakwater_library name)
    cmake_parse_arguments(LIB "" "" "SOURCES;HEADERS;LINK" ${ARGN})
    add_library(breakwater_${name} STATIC ${LIB_SOURCES})
    target_link_libraries(breakwater_${name} PUBLIC ${LIB_LINK})
    breakwater_unite(breakwater_${name})

    set(lone_sources)
    foreach(header ${LIB_HEADERS})
        string(REGEX REPLACE "\\.h$" ".cc" source ${header})
        if(source IN_LIST LIB_SOURCES)
            continue()
        endif()
        set(lone ${CMAKE_CURRENT_BINARY_DIR}/lone/${header}.cc)
        file(RELATIVE_PATH from_root ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/${header})
        file(CONFIGURE OUTPUT ${lone} CONTENT "#include \"${from_root}\"\n")
        list(APPEND lone_sources ${lone})
    endforeach()
    if(lone_sources)
        add_library(breakwater_${name}_lone OBJECT EXCLUDE_FROM_ALL ${lone_sources})
        target_link_libraries(breakwater_${name}_lone PRIVATE breakwater_${name})
        target_compile_options(breakwater_${name}_lone PRIVATE -O0 -g0 -fno-sanitize=all)
        add_dependencies(lone_headers breakwater_${name}_lone)
    endif()
endfunction()

# breakwater_test(<name> [LABEL unit|scenario|cost] [ON_EPOLL_TOO] SOURCES <a_test.cc>... [LINK <targets>...])
#   An executable <name> on GoogleTest, run by ctest as one test with that label. Its loops run on io_uring where the
#   machine allows it (tests/support/test_io.h); ON_EPOLL_TOO: it is run a second time on epoll.
function(breakwater_test name)
    cmake_parse_arguments(TEST "ON_EPOLL_TOO" "LABEL" "SOURCES;LINK" ${ARGN})
    if(NOT TEST_LABEL)
        set(TEST_LABEL unit)
    endif()
    add_executable(${name} ${TEST_SOURCES})
    target_link_libraries(${name} PRIVATE ${TEST_LINK} GTest::gmock GTest::gtest_main)
    breakwater_unite(${name})
    add_dependencies(unit_tests ${name})
    add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES LABELS ${TEST_LABEL})
    if(TEST_ON_EPOLL_TOO)
        add_test(NAME ${name}_on_epoll COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
        set_tests_properties(${name}_on_epoll PROPERTIES LABELS ${TEST_LABEL} ENVIRONMENT BREAKWATER_TEST_IO=epoll)
    endif()
endfunction()

# breakwater_fuzz(<name> SOURCES <fuzz.cc>... [LINK <targets>...])
#   A libFuzzer executable `fuzz_<name>`; its corpus is tests/fuzz/corpus/<name>. Only what looks for addresses out of
#   bounds is of use to it.
function(breakwater_fuzz name)
    cmake_parse_arguments(FUZZ "" "" "SOURCES;LINK" ${ARGN})
    if(NOT BREAKWATER_SANITIZER STREQUAL "address")
        return()
    endif()
    add_executable(fuzz_${name} ${FUZZ_SOURCES})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    target_link_libraries(fuzz_${name} PRIVATE ${FUZZ_LINK})
endfunction()
