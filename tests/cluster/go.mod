module breakwater.test/cluster

go 1.25.0
