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
    CC=$CC LD=$LD "$root/examples/minios/build.sh" .
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
    only_here || return 0
    # The libc's own dlopen says that there is none.
    cp "$libraries/libdl.so" .
    program stubs.wasm open_main.c libdl.so libc.so
}

sample_sjlj() {
    libc libsetjmp.so
    cflags="$cflags -mexception-handling -mllvm -wasm-enable-sjlj"
    lib libjump.so jump.c libsetjmp.so libc.so
    program jump.wasm jump_main.c libjump.so libsetjmp.so libc.so
}

sample_identity() {
    free
    lib libid.so libid.c
    lib libother.so libother.c libid.so
    lib liblate.so liblate.c libid.so
    program identity.wasm identity_main.c libid.so libother.so
}

sample_kinds() {
    only_here || return 0 # ELF's functions have no types, nor its symbols
    free
    for name in data code calls points types; do
        lib lib$name.so lib$name.c
    done
    program kinds.wasm kinds_main.c
    program types.wasm types_main.c
}

sample_next() {
    free
    lib libbase.so libbase.c
    lib libwrap.so libwrap.c
    program next.wasm next_main.c libwrap.so libbase.so
}

sample_atomic() {
    free
    lib libgood.so libgood.c
    lib libgone.so libgone.c
    lib libneedy.so libneedy.c libgood.so libgone.so
    rm libgone.so
    lib libprovider.so libprovider.c
    lib libundef.so libundef.c libgood.so
    program atomic.wasm atomic_main.c
    only_here || return 0 # a trap is the end there
    lib libtrap.so libtrap.c libgood.so
    program trap.wasm trap_main.c
}

sample_reload() {
    free
    lib libdep.so libdep.c
    lib libload.so libload.c libdep.so
    program reload.wasm reload_main.c
}

sample_inctor() {
    free
    lib libinside.so libinside.c
    lib liboutside.so liboutside.c
    program whileopening.wasm whileopening_main.c
    program atstart.wasm atstart_main.c liboutside.so
}

sample_flags() {
    free
    lib libflag.so libflag.c
    lib libstays.so libstays.c
    program flags.wasm flags_main.c
}

sample_where() {
    free
    lib libplace.so libplace.c
    program where.wasm where_main.c libplace.so
}

sample_order() {
    free
    lib libbottom.so libbottom.c
    lib libleft.so libleft.c libbottom.so
    lib libright.so libright.c libbottom.so libleft.so
    lib libtop.so libtop.c libleft.so libright.so
    program order.wasm order_main.c
}

sample_weak() {
    free
    lib libfirst.so libfirst.c
    lib libsecond.so libsecond.c
    lib libthird.so libthird.c
    program weak.wasm weak_main.c libfirst.so libsecond.so
    only_here || return 0
    program absent.wasm absent_main.c libfirst.so
}

sample_preload() {
    free
    lib libcolour.so libcolour.c
    lib libpaint.so libpaint.c
    program colour.wasm colour_main.c libcolour.so
}

sample_rings() {
    free
    lib libtick.so libtick.c
    lib libtock.so libtock.c libtick.so
    lib libtick.so libtick.c libtock.so
    program rings.wasm rings_main.c
}

sample_lazy() {
    free
    lib liblazy.so liblazy.c
    lib liblater.so liblater.c
    program lazy.wasm lazy_main.c
    only_here || return 0 # addresses are not lazy there
    lib libpointer.so libpointer.c
    program pointer.wasm pointer_main.c
}

sample_stale() {
    only_here || return 0
    free
    lib libstale.so libstale.c
    program slot.wasm slot_main.c
    program symbol.wasm symbol_main.c
}

sample_nested() {
    free
    lib libgiver.so libgiver.c
    lib libtaker.so libtaker.c
    lib libopener.so libopener.c
    program nested.wasm nested_main.c
}

sample_twice() {
    free
    lib libsame.so libsame.c
    ln -s libsame.so liblink.so
    program twice.wasm twice_main.c
}

sample_absolute() {
    only_here || return 0
    free
    lib libconstant.so libconstant.c
    dylink_edit libconstant.so absolute constant
    program absolute.wasm absolute_main.c libconstant.so
}

sample_origin() {
    free
    mkdir -p lib/deep
    lib libdeep.so libdeep.c
    look='$ORIGIN/deep'
    lib libnear.so libnear.c libdeep.so
    look='$ORIGIN/lib'
    program origin.wasm origin_main.c libnear.so
    mv libdeep.so lib/deep
    mv libnear.so lib
}

sample_align() {
    free
    lib libodd.so libodd.c
    lib libwide.so libwide.c
    [ -n "$native" ] || dylink_edit libwide.so table-align 6
    program align.wasm align_main.c
}

sample_missing() {
    only_here || return 0
    free
    lib libmissing.so libmissing.c
    lib libdataless.so libdataless.c
    lib libdeepmissing.so libdeepmissing.c
    program later.wasm later_main.c libmissing.so
    program data.wasm data_main.c libdataless.so
    program library.wasm library_main.c libdeepmissing.so
    rm libdeepmissing.so
}

sample_exit() {
    libc
    lib libended.so libended.c libc.so
    lib libopened.so libopened.c libended.so libc.so
    program exit.wasm exit_main.c libended.so libc.so
}

sample_tls() {
    only_here || return 0
    free
    # Only this triple has thread-local data that other libraries see, and only
    # in a memory that threads could share.
    cflags="$cflags --target=wasm32-unknown-emscripten -pthread -matomics
        -mbulk-memory -mmutable-globals"
    with=
    shared="--shared-memory --max-memory=67108864"
    for name in wasm_init_tls tls_size tls_align tls_base; do
        shared="$shared --export-if-defined=__$name"
    done
    link_pic="$link_pic $shared" link_program="$link_program $shared"
    lib libtls.so libtls.c
    lib liblatetls.so liblatetls.c libtls.so
    program tls.wasm tls_main.c libtls.so
}

sample_tags() {
    only_here || return 0
    free
    # The assembler does not know that throw takes what the tag has.
    cflags="$cflags -mexception-handling -Wa,--no-type-check"
    lib libtag.so tag_lib.s
    lib libthrows.so libthrows.c libtag.so
    program tags.wasm tags_main.c tag_catch.s libtag.so
}

# Others again, with 64-bit addresses.
sample_wide() {
    only_here || return 0
    bits=64
    for sample in c identity next atomic reload inctor flags order weak rings \
        nested preload where absolute align; do
        "sample_$sample"
    done
}

# A library of 10,000 functions and as much data, all used in each way.
sample_many() {
    free
    awk -v n=10000 'BEGIN {
        for (i = 0; i < n; i++)
            printf "int d%d = %d;\nint f%d(int x) { return x + %d; }\n", i, i, i, i
    }' >many.c
    awk -v n=10000 'BEGIN {
        print "#include \"sample.h\""
        for (i = 0; i < n; i++) printf "extern int d%d; int f%d(int);\n", i, i
        print "static int *const data[] = {"
        for (i = 0; i < n; i++) printf "&d%d,\n", i
        print "};\nstatic int (*const functions[])(int) = {"
        for (i = 0; i < n; i++) printf "f%d,\n", i
        print "};"
        for (i = 0; i < n; i++) {
            if (i % 100 == 0) printf "static int sum%d(void) {\nint s = 0;\n", i / 100
            printf "s += f%d(1);\n", i
            if (i % 100 == 99) print "return s;\n}"
        }
        print "int run(void) {\nint calls = 0, pointers = 0, values = 0;"
        for (i = 0; i < n / 100; i++) printf "calls += sum%d();\n", i
        print "for (int i = 0; i < " n "; i++)"
        print "pointers += functions[i](1), values += *data[i];"
        print "say(\"%d %d %d\\n\", calls, pointers, values);\nreturn 0;\n}"
    }' >many_main.c
    lib libmany.so many.c
    program many.wasm many_main.c libmany.so
}

# Programs that are not relocatable, as their libraries are: one has a memory
# and a table of its own, the other imports its memory.
sample_fixed() {
    only_here || return 0
    free
    lib libuses.so libuses.c
    lib libuseslater.so libuseslater.c
    fixed="$link_pic --export-dynamic --growable-table --export-table
        --export=__stack_pointer --export=__heap_base --export=__heap_end
        --export=__stack_low --export=__stack_high
        --export-if-defined=__wasm_call_ctors"
    link_program=$fixed
    program fixed.wasm fixed_main.c fixed_data.c libuses.so
    link_program="$fixed --import-memory"
    program given.wasm fixed_main.c fixed_data.c libuses.so
}

sample_heap() {
    libc
    lib libbig.so libbig.c libc.so
    program heap.wasm heap_main.c libc.so
}

sample_layout() {
    only_here || return 0
    free
    lib libregion.so libregion.c
    program layout.wasm layout_main.c libregion.so
}

sample_quits() {
    libc
    lib libquits.so libquits.c libc.so
    program quitting.wasm quitting_main.c libc.so
    program notstarted.wasm notstarted_main.c libquits.so libc.so
}

sample_deep() {
    only_here || return 0
    free
    lib libdown.so libdown.c
    program deep.wasm deep_main.c libdown.so
}

sample_selfish() {
    free
    lib libselfish.so libselfish.c
    program selfish.wasm selfish_main.c
    only_here || return 0 # it goes on in what is not mapped any more
    program closes.wasm closes_main.c
}

sample_full() {
    only_here || return 0
    free
    lib libsmall.so libsmall.c
    lib libhuge.so libhuge.c
    lib libneedshuge.so libneedshuge.c libhuge.so
    lib libhalf.so libhalf.c
    cp libhalf.so libotherhalf.so
    link_program="$link_program --initial-memory=4194304 --max-memory=8388608"
    program full.wasm full_main.c
}

sample_paths() {
    only_here || return 0 # all files are for all there
    free
    mkdir below
    lib libhere.so libhere.c
    cp libhere.so below/libbelow.so
    cp libhere.so ../libabove.so
    program paths.wasm paths_main.c
}

sample_crowd() {
    only_here || return 0 # it would be as slow to make
    free
    plain=$cflags
    lib libcrowd0.so libcrowd0.c
    for i in $(seq 199); do
        cflags="$plain -DNUMBER=$i -DNEXT=$((i - 1))"
        lib libcrowd$i.so crowd.c libcrowd$((i - 1)).so
    done
    program crowd.wasm crowd_main.c
}

sample_junk() {
    only_here || return 0
    free
    lib libwhole.so libwhole.c
    : >empty.so
    echo 'this is no module' >text.so
    head -c 8 libwhole.so >header.so # a module without anything
    head -c 300 libwhole.so >cut.so
    compile libwhole.c
    $LD --no-entry --export-all $objects -o other.so # not for a linker
    $LD --no-entry $link_pic --export-all $objects -o fixed.so
    program junk.wasm junk_main.c
}

sample_scope() {
    free
    lib libalpha.so libalpha.c
    lib libbeta.so libbeta.c
    lib libasks.so libasks.c libalpha.so
    lib libdeepest.so libdeepest.c
    lib libfirststep.so libfirststep.c libdeepest.so
    lib libsecondstep.so libsecondstep.c
    lib libwideone.so libwideone.c libfirststep.so libsecondstep.so
    program scope.wasm scope_main.c
}

sample_badend() {
    only_here || return 0
    free
    lib libbadend.so libbadend.c
    program badend.wasm badend_main.c
}
