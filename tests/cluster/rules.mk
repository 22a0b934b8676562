# The topology of deploy/cluster in network namespaces: failovers under load.
#
#   make test-cluster READERS=8 CALM=20     for longer
#   make test-cluster STRICT=1              back within ten seconds

READERS ?= 6
CALM    ?= 6

.PHONY: test-cluster
test-cluster: all
	$(if $(STRICT),STRICT=$(STRICT)) READERS=$(READERS) CALM=$(CALM) /usr/bin/python3 -m pytest -q -s \
	    -p no:cacheprovider tests/cluster
