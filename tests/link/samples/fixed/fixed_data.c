/* fixed_data.c - what a program that is not relocatable gives its libraries:
 * data and functions at addresses that were chosen when it was linked. */
int fixed_value = 77;

int fixed_function(int x)
{
    return fixed_value + x;
}
