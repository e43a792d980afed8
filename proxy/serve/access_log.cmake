# The access log and the counters, a target of their own: they need no listener and no connection.
breakwater_library(access_log
    SOURCES access_log.cc access_log_exchange.cc access_log_faults.cc access_log_output.cc access_log_pack.cc
            access_log_ring.cc counters.cc counters_series.cc log_format.cc log_format_json.cc
    HEADERS access_log.h access_log_exchange.h access_log_faults.h access_log_output.h access_log_pack.h
            access_log_record.h access_log_record_example.h access_log_ring.h counters.h counters_series.h counters_sum.h log_format.h
    LINK breakwater_exchange)

breakwater_test(access_log_test
    SOURCES access_log_exchange_test.cc access_log_ring_test.cc access_log_test.cc counters_test.cc
            log_format_test.cc
    LINK breakwater_access_log)
