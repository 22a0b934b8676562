# The floor worker: the core without an application.

CORE := $(filter $(B)/fcgi-app/core/%,$(OBJ))

$(B)/libcore.a: $(CORE)
	@rm -f $@
	ar rcs $@ $^

$(B)/floor: $(B)/tests/bench/floor.o $(B)/libcore.a
	$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(LIBS)

-include $(B)/tests/bench/floor.d
