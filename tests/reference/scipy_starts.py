"""Best of 50 starts of SciPy's least_squares on the problems that regression.lua writes.

    build/moerates lua tests/reference/regression.lua DIR
    python3 tests/reference/scipy_starts.py DIR

Prints one line per problem: its name and the least sum of squares. scipy_starts.tsv holds what
SciPy 1.10.1 printed; no test runs Python. Method trf in the box [-20, 20], analytic Jacobian, at most
300 evaluations, starts N(0, 1) and N(0, 9) in turn, seed 1.
"""
import glob
import os
import sys

import numpy as np
from scipy.optimize import least_squares
from scipy.special import erf, expit

ROOT_2PI = np.sqrt(2 * np.pi)


def gelu(z):
    phi, density = 0.5 * (1 + erf(z / np.sqrt(2))), np.exp(-z * z / 2) / ROOT_2PI
    return z * phi, phi + z * density


EXPERTS = {
    "linear": lambda z: (z, np.ones_like(z)),
    "relu": lambda z: (np.maximum(z, 0), (z > 0).astype(float)),
    "gelu": gelu,
    "tanh": lambda z: (np.tanh(z), 1 - np.tanh(z) ** 2),
    "sigmoid": lambda z: (expit(z), expit(z) * expit(-z)),
    "polynomial-2": lambda z: (z * z, 2 * z),
}


def model(theta, x, gate, expert):
    """f and its Jacobian; theta holds k gate rows, then k expert rows."""
    rows = theta.reshape(-1, x.shape[1])
    k = len(rows) // 2
    u, (h, slope) = x @ rows[:k].T, EXPERTS[expert](x @ rows[k:].T)
    if gate == "sigmoid":
        w = expit(u)
        du, f = w * (1 - w) * h, (w * h).sum(1)
    else:
        w = np.exp(u - u.max(1, keepdims=True))
        w /= w.sum(1, keepdims=True)
        f = (w * h).sum(1)
        du = w * (h - f[:, None])
    forms = np.hstack([du, w * slope])
    return f, (forms[:, :, None] * x[:, None, :]).reshape(len(x), -1)


def best(path, starts=50):
    name = os.path.basename(path)[: -len(".csv")]
    number, rest = name.split("-", 1)
    gate, rest = rest.split("-", 1)
    expert, d, k = rest.rsplit("-", 2)
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    x, y = np.hstack([table[:, :-1], np.ones((len(table), 1))]), table[:, -1]
    rng = np.random.default_rng([1, int(number)])
    p, least = 2 * int(k[1:]) * x.shape[1], np.inf
    for start in range(starts):
        theta = np.clip(rng.normal(0, 1 if start % 2 == 0 else 3, p), -19, 19)
        fit = least_squares(lambda t: model(t, x, gate, expert)[0] - y, theta,
                            jac=lambda t: model(t, x, gate, expert)[1],
                            bounds=(-20, 20), max_nfev=300)
        least = min(least, 2 * fit.cost)
    return name, least


if __name__ == "__main__":
    for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.csv"))):
        print("%s\t%.12g" % best(path), flush=True)
