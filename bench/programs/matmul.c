/* matmul.c - double matrices: address arithmetic and float loads. */
#include <stdio.h>

enum {
    N = 200,
    ROUNDS = 5
};

static double a[N][N], b[N][N], c[N][N];

static void multiply(void)
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double sum = 0;
            for (int k = 0; k < N; k++)
                sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
}

int main(void)
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = (i * 3 + j) % 7 - 3;
            b[i][j] = (i + j * 5) % 11 * 0.25;
        }
    double trace = 0;
    for (int round = 0; round < ROUNDS; round++) {
        multiply();
        for (int i = 0; i < N; i++) {
            trace += c[i][i];
            a[i][round] += 1;
        }
    }
    printf("matmul %.6f\n", trace);
}
