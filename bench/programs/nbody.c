/* nbody.c - planets: doubles in structs, square roots, divisions. */
#include <math.h>
#include <stdio.h>

struct body {
    double x[3], v[3], mass;
};

static struct body bodies[5] = {
    {{0, 0, 0}, {0, 0, 0}, 39.5},
    {{4.8, -1.2, -0.1}, {0.6, 2.8, -0.02}, 0.038},
    {{8.3, 4.1, -0.4}, {-1.0, 1.8, 0.008}, 0.011},
    {{12.9, -15.1, -0.2}, {1.1, 0.9, -0.01}, 0.0017},
    {{15.4, -25.9, 0.2}, {1.0, 0.6, -0.03}, 0.002},
};

static void attract(struct body *p, struct body *q, double dt)
{
    double d[3], r2 = 0;
    for (int i = 0; i < 3; i++) {
        d[i] = p->x[i] - q->x[i];
        r2 += d[i] * d[i];
    }
    double f = dt / (r2 * sqrt(r2));
    for (int i = 0; i < 3; i++) {
        p->v[i] -= d[i] * q->mass * f;
        q->v[i] += d[i] * p->mass * f;
    }
}

int main(void)
{
    for (int step = 0; step < 500000; step++) {
        for (int i = 0; i < 5; i++)
            for (int j = i + 1; j < 5; j++)
                attract(&bodies[i], &bodies[j], 0.001);
        for (int i = 0; i < 5; i++)
            for (int k = 0; k < 3; k++)
                bodies[i].x[k] += 0.001 * bodies[i].v[k];
    }
    printf("nbody %.9f %.9f\n", bodies[0].x[0], bodies[4].x[1]);
}
