/* plugin.c - comes when liba and libb already run. */
#include "libb.h"

int plugin_state = 1000;
int *plugin_ptr = &a_counter;
static _Thread_local int plugin_tls = 11;

int plugin_entry(int x)
{
    plugin_state++;
    plugin_tls++;
    return a_add(x, plugin_state) + b_mul(plugin_tls, 1000000);
}

int a_only_in_plugin(void)
{
    return a_counter;
}

__attribute__((constructor)) static void logged(void)
{
    b_logctor('P');
}
