/* libdata.c - here `thing` is data. */
int thing = 1;
