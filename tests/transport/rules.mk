# The tests of the transport, against the floor worker.

.PHONY: test-transport
test-transport: $(B)/floor
	FLOOR=$(abspath $(B)/floor) /usr/bin/python3 -m pytest -q \
	    -p no:cacheprovider tests/transport
