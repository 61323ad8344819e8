/* libhalf.c - fits, if nothing else of its size is there. */
char half[5 << 19];
