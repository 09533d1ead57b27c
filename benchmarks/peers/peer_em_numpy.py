"""NumPy: EM for Gaussian mixtures of linear experts behind a softmax gate, whole arrays at a time.

Atoms are in rows, so that sums run along contiguous memory. Experts by the normal equations of weighted
least squares, variances from their residuals, the gate by Newton's method on its cross-entropy: steps
are halved until it falls, and it ends when a step gains less than 1e-8. The last atom's logit is the
reference.
"""
from peer import modules, serve

np, = modules("numpy")


class Mixture:
    """The log-likelihood of rows, and its maximum by EM."""

    def __init__(self, x, y, k):
        self.x, self.y, self.k = np.column_stack([x, np.ones(len(y))]), y, k
        self.xt = np.ascontiguousarray(self.x.T)

    def unpack(self, theta):
        """Gate and expert rows, and variances."""
        width, k = self.x.shape[1], self.k
        rows = theta[:2 * k * width].reshape(2 * k, width).copy()
        return rows[:k] - rows[k - 1], rows[k:], np.exp(theta[2 * k * width:])

    def log_weights(self, gate):
        u = gate @ self.xt
        u -= u.max(0)
        u -= np.log(np.exp(u).sum(0))
        return u

    def expect(self, log_w, experts, variance):
        """The log-likelihood, and every atom's share of every row."""
        residual = self.y - experts @ self.xt
        terms = log_w - 0.5 * np.log(2 * np.pi * variance)[:, None] - residual ** 2 / (2 * variance)[:, None]
        top = terms.max(0)
        share = np.exp(terms - top)
        total = share.sum(0)
        share /= total
        return (top + np.log(total)).sum(), share

    def gate_step(self, share, w):
        """Newton's step of the rows that are not the reference."""
        m, width = self.k - 1, self.x.shape[1]
        gradient = ((share - w)[:m] @ self.x).ravel()
        hessian = np.empty((m * width, m * width))
        for a in range(m):
            for b in range(a + 1):
                block = (self.xt * (w[a] * ((a == b) - w[b]))) @ self.x
                hessian[a * width:(a + 1) * width, b * width:(b + 1) * width] = block
                hessian[b * width:(b + 1) * width, a * width:(a + 1) * width] = block.T
        step = np.zeros((self.k, width))
        step[:m] = np.linalg.lstsq(hessian, gradient, rcond=None)[0].reshape(m, width)
        return step

    def fit_gate(self, share, gate, log_w):
        value = np.vdot(share, log_w)
        for _ in range(100):
            step, size = self.gate_step(share, np.exp(log_w)), 1.0
            while size > 1e-8:
                trial = self.log_weights(gate + size * step)
                gained = np.vdot(share, trial) - value
                if gained > 0:
                    break
                size /= 2
            if size <= 1e-8:
                break
            gate, log_w, value = gate + size * step, trial, value + gained
            if gained < 1e-8:
                break
        return gate, log_w

    def fit_experts(self, share, experts, variance):
        for j, r in enumerate(share):
            wx = self.xt * r
            experts[j] = np.linalg.lstsq(wx @ self.x, wx @ self.y, rcond=None)[0]
            variance[j] = r @ (self.y - experts[j] @ self.xt) ** 2 / r.sum()

    def __call__(self, theta):
        gate, experts, variance = self.unpack(theta)
        return -self.expect(self.log_weights(gate), experts, variance)[0], []

    def em(self, theta, limit, tolerance, iterations):
        gate, experts, variance = self.unpack(theta)
        log_w = self.log_weights(gate)
        value, share = self.expect(log_w, experts, variance)
        for _ in range(iterations):
            gate, log_w = self.fit_gate(share, gate, log_w)
            self.fit_experts(share, experts, variance)
            before, (value, share) = value, self.expect(log_w, experts, variance)
            if value >= limit or abs(value - before) <= tolerance * abs(value):
                break
        return np.concatenate([gate.ravel(), experts.ravel(), np.log(variance)]), -value


serve(np.__version__, lambda x, y, k, scale: Mixture(x, y, k))
