# modules.sh - of what the programs are made; sourced, in the folder where they
# are to be. The words mean:
#
#   lib NAME.so SOURCE [LIBRARY...]   a library that needs these, -D before it
#   program NAME SOURCE [LIBRARY...]  a program

make_full() {
    lib libshapes.so shapes.cpp
    lib libtools.so tools.cpp libshapes.so
    program classes classes.cpp libtools.so libshapes.so

    lib librisky.so risky.cpp
    program throws throws.cpp librisky.so

    lib liba.so -DVIEW=view_of_a unique_lib.cpp
    lib libb.so -DVIEW=view_of_b unique_lib.cpp
    program unique unique.cpp liba.so libb.so

    lib libstreams.so streams_lib.cpp
    program streams streams.cpp libstreams.so

    lib liblow.so order_low.cpp
    lib libhigh.so order_high.cpp liblow.so
    program order order.cpp libhigh.so liblow.so

    lib one.so '-DNAME="one"' plugin.cpp
    lib two.so '-DNAME="two"' plugin.cpp
    program plugins plugins.cpp
}

# Without a library but the language's.
make_small() {
    lib libsmall.so small_lib.cpp
    lib smallplugin.so small_plugin.cpp libsmall.so
    program small small.cpp libsmall.so
}

programs_full="classes throws unique streams order plugins"
programs_small="small"
