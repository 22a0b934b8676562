# The simulator of the cache protocol, the comparison of its Redis with a real
# one, and `make test-ftc`.  For longer runs:
#
#   make simulate && build/release-gcc/tests/ftc/simulate SEED STEPS

FTC_SIM  := simulate world actors check faults redis_side fake_redis \
            fake_postgres
FTC_CORE := $(filter $(B)/fcgi-app/infra/ftc%.o,$(OBJ))
FTC      := $(B)/tests/ftc

$(FTC)/simulate: $(FTC_SIM:%=$(FTC)/%.o) $(FTC_CORE) $(B)/libcore.a
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(FTC)/scripts_test.o: CPPFLAGS += -Itests/unit
$(FTC)/scripts_test: $(FTC)/scripts_test.o $(FTC)/fake_redis.o $(LIB)
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

-include $(FTC_SIM:%=$(FTC)/%.d) $(FTC)/scripts_test.d

.PHONY: simulate test-ftc
simulate: $(FTC)/simulate

# A part of the runs once more under the sanitizers.
test-ftc: $(FTC)/simulate $(FTC)/scripts_test
	@$(MAKE) --no-print-directory MODE=asan simulate
	FTC=$(abspath $(FTC)) \
	    FTC_ASAN=$(abspath build/asan-$(notdir $(CC))/tests/ftc) \
	    /usr/bin/python3 -m pytest -q -p no:cacheprovider tests/ftc
