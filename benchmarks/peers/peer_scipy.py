"""SciPy's L-BFGS-B on numba's objective and gradient.

Without an argument at SciPy's own tolerances. With `tight` it ends when an iteration gains less
than 1e-14 of the objective or no component of the projected gradient exceeds 1e-6, and remembers
20 steps instead of 10.
"""
import sys

from peer import modules, serve

numba, scipy, optimize = modules("numba", "scipy", "scipy.optimize")
from peer_numba import preparer  # noqa: E402  (numba is there)

LIMITS = {"maxiter": 100000, "maxfun": 100000}
TIGHT = {"ftol": 1e-14, "gtol": 1e-6, "maxcor": 20}


def fit(value, theta, lower, upper):
    options = {**LIMITS, **(TIGHT if "tight" in sys.argv[1:] else {})}
    end = optimize.minimize(value, theta, jac=True, method="L-BFGS-B", options=options,
                            bounds=[(lower, upper)] * theta.size)
    return end.x, end.fun


serve("SciPy %s, numba %s" % (scipy.__version__, numba.__version__), preparer(False), fit)
