# The command line, apart from main, so that it can be tested.
breakwater_library(options
    SOURCES options.cc options_help.cc processors.cc flags/admission.cc flags/commands.cc flags/flag_group.cc
            flags/ingress_nginx.cc flags/ingresses.cc flags/objects.cc flags/ports.cc flags/process.cc flags/writers.cc
    HEADERS options.h options_help.h processors.h flags/commands.h flags/flag_group.h flags/groups.h flags/ingress_nginx.h
    LINK breakwater_base breakwater_translate CLI11::CLI11)

breakwater_test(options_test
    SOURCES options_test.cc processors_test.cc
    LINK breakwater_options)
