"""Best of 20 runs of EM on the problems that mixture.lua writes.

    build/moerates lua tests/reference/mixture.lua DIR
    python3 tests/reference/em_starts.py DIR

Prints one line per problem: its name, the largest log-likelihood, how many runs are within 0.5 nat of it
and the seconds that all took. em_starts.tsv holds the first two columns of what NumPy 1.24.2 printed; no
test runs Python. Softmax gates, linear experts, a variance per atom, not less than 1e-4 of that of y.
E-step; weighted least squares and weighted variances; the gate by Newton's method on its
cross-entropy, its steps halved until it falls, to a decrease of 1e-9. Starts: every row to the nearest
of k rows drawn, in standardised (x, y), seed 1. A run ends when an iteration gains less than 1e-10 of
the log-likelihood, or after 3000.
"""
import glob
import os
import sys
import time

import numpy as np


def log_sum(a):
    top = a.max(1, keepdims=True)
    return top + np.log(np.exp(a - top).sum(1, keepdims=True))


def log_weights(x, gate):
    u = np.hstack([x @ gate, np.zeros((len(x), 1))])
    return u - log_sum(u)


def cross_entropy(r, x, gate):
    return -(r * log_weights(x, gate)).sum()


def fit_gate(r, x, gate):
    """Newton's method; the last atom's logit is 0."""
    m, d = gate.shape[1], x.shape[1]
    value = cross_entropy(r, x, gate)
    for _ in range(100):
        w = np.exp(log_weights(x, gate))[:, :m]
        gradient = (x.T @ (w - r[:, :m])).T.ravel()
        hessian = np.empty((m * d, m * d))
        for a in range(m):
            for b in range(m):
                c = w[:, a] * ((a == b) - w[:, b])
                hessian[a * d:(a + 1) * d, b * d:(b + 1) * d] = x.T @ (c[:, None] * x)
        step = np.linalg.lstsq(hessian, gradient, rcond=None)[0].reshape(m, d).T
        size = 1.0
        while size > 1e-8 and not cross_entropy(r, x, gate - size * step) <= value:
            size /= 2
        if size <= 1e-8:
            break
        gate = gate - size * step
        before, value = value, cross_entropy(r, x, gate)
        if before - value < 1e-9:
            break
    return gate


def em(x, y, k, rng, floor, tolerance=1e-10, most=3000):
    z = np.column_stack([x[:, :-1], y])
    z = (z - z.mean(0)) / z.std(0)
    seeds = z[rng.integers(0, len(z), k)]
    r = np.eye(k)[((z[:, None, :] - seeds[None]) ** 2).sum(2).argmin(1)]
    gate, last, iterations = np.zeros((x.shape[1], k - 1)), -np.inf, 0
    while iterations < most:
        iterations += 1
        experts, variance = np.zeros((k, x.shape[1])), np.full(k, y.var())
        for j in range(k):
            wx = r[:, j, None] * x
            experts[j] = np.linalg.lstsq(x.T @ wx, wx.T @ y, rcond=None)[0]
            if r[:, j].sum() > 0:
                variance[j] = (r[:, j] * (y - x @ experts[j]) ** 2).sum() / r[:, j].sum()
        variance = np.maximum(variance, floor)
        gate = fit_gate(r, x, gate)
        terms = log_weights(x, gate) - 0.5 * np.log(2 * np.pi * variance) \
            - 0.5 * (y[:, None] - x @ experts.T) ** 2 / variance
        total = log_sum(terms)
        value = total.sum()
        if value - last < tolerance * abs(value):
            break
        last, r = value, np.exp(terms - total)
    return value, iterations


def main():
    for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.csv"))):
        table = np.loadtxt(path, delimiter=",", skiprows=1)
        name = os.path.splitext(os.path.basename(path))[0]
        k, y = int(name[-1]), table[:, -1]
        x = np.column_stack([table[:, :-1], np.ones(len(y))])
        rng, begin = np.random.default_rng(1), time.time()
        values = np.array([em(x, y, k, rng, 1e-4 * y.var())[0] for _ in range(20)])
        print("%s\t%.12g\t%d\t%.1f" % (name, values.max(), (values > values.max() - 0.5).sum(),
                                       time.time() - begin), flush=True)


main()
