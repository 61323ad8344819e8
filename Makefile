# For the fingers; CMakeLists.txt is the build.
B ?= build

all:
	cmake -S . -B $(B)
	cmake --build $(B) -j 2
test: all
	ctest --test-dir $(B) --output-on-failure
install: PREFIX ?= /usr/local
install: all
	cmake --install $(B) --prefix $(PREFIX)
amalgam:
	tools/amalgamate dist
style:
	tools/check-format
	tools/check-layers
	tools/check-tree

.PHONY: all test install amalgam style
