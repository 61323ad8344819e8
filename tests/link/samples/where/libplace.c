/* libplace.c - something to point into. */
int place_data[4] = {1, 2, 3, 4};

int place_function(int x)
{
    return place_data[x];
}
