"""NumPy: whole arrays at a time, atoms in rows so that sums run along contiguous memory, the
large arrays allocated once."""
from peer import modules, serve

np, = modules("numpy")


def prepare(x, y, k, scale):
    n, d = x.shape
    xt = np.ascontiguousarray(x.T)
    gate, expert, slope = (np.empty((k, n)) for _ in range(3))
    residual = np.empty(n)

    def value(theta):
        rows = theta.reshape(2 * k, d + 1)
        np.matmul(-rows[:k, :d], xt, out=gate)
        np.subtract(gate, rows[:k, d:], out=gate)
        np.exp(gate, out=gate)
        np.add(gate, 1, out=gate)
        np.reciprocal(gate, out=gate)
        np.matmul(rows[k:, :d], xt, out=expert)
        np.add(expert, rows[k:, d:], out=expert)
        np.maximum(expert, 0, out=expert)
        np.einsum("kn,kn->n", gate, expert, out=residual)
        np.subtract(residual, y, out=residual)
        gradient = np.empty((2 * k, d + 1))
        np.multiply(gate, residual, out=slope)
        slope[expert == 0] = 0
        gradient[k:, :d] = slope @ x
        gradient[k:, d] = slope.sum(1)
        # What is left of df/du = g (1 - g) h: the slope already has the residual and g, and is
        # zero where h is.
        np.multiply(slope, expert, out=slope)
        np.subtract(1, gate, out=gate)
        np.multiply(slope, gate, out=slope)
        gradient[:k, :d] = slope @ x
        gradient[:k, d] = slope.sum(1)
        gradient *= scale
        return 0.5 * scale * (residual @ residual), gradient.ravel()

    return value


serve(np.__version__, prepare)
