# modules.sh - how the modules of each sample are made; read by tests/link/build.
#
# A sample is the function sample_FOLDER here, run in its folder of OUT.
# The first line says what it is compiled for:
#
#   free    without a libc; its program has run(), and say.c
#   libc    with the PIC libc of the npm package @yowasp/clang
#
# and the others are modules:
#
#   lib NAME.so FILES...        a library of these sources and libraries
#   program NAME.wasm FILES...  a program
#
# A library that is named is needed (NEEDED), in this order.

sample_c() {
    free
    lib liba.so liba.c
    lib libb.so libb.c liba.so
    lib liba.so liba.c libb.so # again: a ring
    lib plugin.so plugin.c liba.so libb.so
    program plugin.wasm plugin_main.c liba.so libb.so
    only_here || return 0 # glibc begins a ring at its other end
    program ring.wasm ring_main.c liba.so libb.so
}

sample_minios() {
    only_here || return 0 # its allocator grows a linear memory
    free "$root/examples/minios"
    with= # it does not speak
    lib liballoc.so liballoc.c
    lib liblog.so liblog.c
    lib libreg.so libreg.c liballoc.so liblog.so
    lib app1.so app1.c libreg.so liballoc.so liblog.so
    lib app2.so app2.c libreg.so liballoc.so liblog.so
    program minios.wasm minios.c app1.so app2.so liballoc.so liblog.so
}

sample_libc() {
    libc
    lib libgreet.so greet.c libc.so
    program greet.wasm greet_main.c libgreet.so libc.so
}

sample_dl() {
    libc
    lib libhelp.so helper.c
    lib plug1.so plug1.c libhelp.so libc.so
    lib plug2.so plug2.c libc.so
    lib bad.so bad.c
    program open.wasm open_main.c libc.so
    program close.wasm close_main.c libc.so
}

sample_sjlj() {
    libc libsetjmp.so
    cflags="$cflags -mexception-handling -mllvm -wasm-enable-sjlj"
    lib libjump.so jump.c libsetjmp.so libc.so
    program jump.wasm jump_main.c libjump.so libsetjmp.so libc.so
}
