# One target per folder, its sources listed, what it links said: the linker checks the arrows between the folders.

add_custom_target(lone_headers)  # every header compiles alone
add_custom_target(unit_tests)    # every unit test executable

# breakwater_library(<name> SOURCES <a.cc>... [HEADERS <a.h>...] [LINK <targets>...])
#   A static library `breakwater_<name>`; each of its headers is also compiled alone by `lone_headers`.
function(breakwater_library name)
    cmake_parse_arguments(LIB "" "" "SOURCES;HEADERS;LINK" ${ARGN})
    add_library(breakwater_${name} STATIC ${LIB_SOURCES})
    target_link_libraries(breakwater_${name} PUBLIC ${LIB_LINK})

    set(lone_sources)
    foreach(header ${LIB_HEADERS})
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
    add_dependencies(unit_tests ${name})
    add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES LABELS ${TEST_LABEL})
    if(TEST_ON_EPOLL_TOO)
        add_test(NAME ${name}_on_epoll COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
        set_tests_properties(${name}_on_epoll PROPERTIES LABELS ${TEST_LABEL} ENVIRONMENT BREAKWATER_TEST_IO=epoll)
    endif()
endfunction()

# breakwater_fuzz(<name> SOURCES <fuzz.cc>... [LINK <targets>...])
#   A libFuzzer executable `fuzz_<name>`, built in the fuzz preset; its corpus is tests/fuzz/corpus/<name>. The other
#   presets compile it, so that what breaks it is seen at once.
function(breakwater_fuzz name)
    cmake_parse_arguments(FUZZ "" "" "SOURCES;LINK" ${ARGN})
    if(BREAKWATER_SANITIZER STREQUAL "fuzzer")
        add_executable(fuzz_${name} ${FUZZ_SOURCES})
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    else()
        add_library(fuzz_${name} OBJECT ${FUZZ_SOURCES})
    endif()
    target_link_libraries(fuzz_${name} PRIVATE ${FUZZ_LINK})
endfunction()
