# The command line, apart from main, so that it can be tested.
breakwater_library(options
    SOURCES options.cc options_help.cc processors.cc
    HEADERS options.h options_help.h options_known.h processors.h
    LINK breakwater_base breakwater_translate CLI11::CLI11)

breakwater_test(options_test
    SOURCES options_test.cc processors_test.cc
    LINK breakwater_options)
