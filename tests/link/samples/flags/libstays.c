/* libstays.c - is opened so that it stays. */
int stays_value = 1;
