# The driver of the picture tests, and `make test-picture`.

$(B)/image_tool: $(B)/tests/picture/image_tool.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS)

-include $(B)/tests/picture/image_tool.d

.PHONY: test-picture
test-picture: $(B)/image_tool
	IMAGE_TOOL=$(abspath $(B)/image_tool) /usr/bin/python3 -m pytest -q \
	    -p no:cacheprovider tests/picture
