module breakwater.test/node

go 1.25.0

require (
	breakwater.test/cluster v0.0.0-00010101000000-000000000000
	github.com/coder/websocket v1.8.14
)

replace breakwater.test/cluster => ../cluster
