"""numba: one compiled loop over the rows that allocates nothing per row.

With the argument `fastmath` LLVM may reorder sums and assume that nothing is infinite or NaN.
"""
import sys

from peer import modules, serve

np, numba = modules("numpy", "numba")


def compiled(fastmath):
    """value(theta, x, y, scale) -> q, gradient, the numbers of theta in one row."""

    @numba.njit(fastmath=fastmath)
    def value(theta, x, y, scale):
        n, d = x.shape
        k = theta.size // (2 * (d + 1))
        rows = theta.reshape(2 * k, d + 1)
        gradient = np.zeros((2 * k, d + 1))
        gate, expert = np.empty(k), np.empty(k)
        q = 0.0
        for i in range(n):
            residual = -y[i]
            for j in range(k):
                u, z = rows[j, d], rows[k + j, d]
                for s in range(d):
                    u += rows[j, s] * x[i, s]
                    z += rows[k + j, s] * x[i, s]
                gate[j] = 1.0 / (1.0 + np.exp(-u))
                expert[j] = max(z, 0.0)
                residual += gate[j] * expert[j]
            q += residual * residual
            for j in range(k):
                if expert[j] > 0.0:
                    by_expert = residual * gate[j]
                    by_gate = by_expert * (1.0 - gate[j]) * expert[j]
                    for s in range(d):
                        gradient[j, s] += by_gate * x[i, s]
                        gradient[k + j, s] += by_expert * x[i, s]
                    gradient[j, d] += by_gate
                    gradient[k + j, d] += by_expert
        return 0.5 * scale * q, scale * gradient.ravel()

    return value


def preparer(fastmath):
    loop = compiled(fastmath)

    def prepare(x, y, k, scale):
        return lambda theta: loop(theta, x, y, scale)

    return prepare


if __name__ == "__main__":
    serve(numba.__version__, preparer("fastmath" in sys.argv[1:]))
