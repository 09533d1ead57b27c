"""What a peer and moerates say to each other, line by line; the scripts beside this one are peers.

A peer computes the objective of least squares and its gradient,

    q(theta) = scale / 2 sum_i (f(x_i) - y_i)^2,
    f(x) = sum_j sigmoid(beta1_j x + beta0_j) relu(a_j x + b_j),

where theta is a matrix of 2 k rows and d + 1 columns: row j is (beta1_j, beta0_j), row k + j is
(a_j, b_j). On the line they are its numbers, row after row.

A peer for mixtures computes minus the log-likelihood,

    q(theta) = - sum_i log sum_j w_j(x_i) N(y_i; a_j x_i + b_j, nu_j),    w = softmax(beta1_j x + beta0_j),

whose theta ends with the k numbers log nu_j, has no gradient (no GRADIENT, no `time`, no `fit`) and
fits by EM. SCALE means nothing to it.

It begins with `ready VERSIONS`, or `missing REASON` if it lacks a module. Then it answers

    data PATH N D K SCALE        N rows of D + 1 doubles, x and y     ok
    value THETA                                                       value Q GRADIENT
    time COUNT THETA             COUNT values after one untimed       seconds S
    fit LOWER UPPER THETA        a descent from theta, timed, every   fit S Q THETA
                                 number of theta within the bounds
    em LIMIT TOLERANCE COUNT THETA                                em S Q THETA
        EM from theta, timed, until the log-likelihood is LIMIT or more, an iteration changes it
        by less than TOLERANCE of it, or COUNT iterations

and ends when there is nothing more to read. What goes wrong ends it with a traceback.
"""
import importlib
import sys
import time


def modules(*names):
    """Imports modules by name; says `missing` and ends if one cannot be had."""
    try:
        return [importlib.import_module(name) for name in names]
    except ImportError as error:
        say("missing", " ".join(str(error).split()))
        sys.exit()


def say(*words):
    print(*words, flush=True)


def numbers(values):
    return " ".join(repr(float(value)) for value in values)


def serve(versions, prepare, fit=None):
    """Answers until standard input ends.

    prepare(x, y, k, scale) gets x of n by d, y of n and returns value(theta) -> q, gradient, both
    theta and gradient 2 k (d + 1) numbers in one row. fit(value, theta, lower, upper) -> theta, q.
    Of a mixture the gradient is empty, and value.em(theta, limit, tolerance, count) -> theta, q.
    """
    import numpy as np

    value = None
    say("ready", versions)
    for line in sys.stdin:
        command, *words = line.split()
        if command == "data":
            path, (n, d, k), scale = words[0], map(int, words[1:4]), float(words[4])
            rows = np.fromfile(path).reshape(n, d + 1)
            value = prepare(rows[:, :d].copy(), rows[:, d].copy(), k, scale)
            say("ok")
        elif command == "value":
            q, gradient = value(np.array(words, dtype=float))
            say("value", numbers([q, *gradient]))
        elif command == "time":
            count, theta = int(words[0]), np.array(words[1:], dtype=float)
            value(theta)
            start = time.perf_counter()
            for _ in range(count):
                value(theta)
            say("seconds", repr(time.perf_counter() - start))
        elif command == "fit":
            lower, upper, *theta = map(float, words)
            start = time.perf_counter()
            theta, q = fit(value, np.array(theta), lower, upper)
            say("fit", numbers([time.perf_counter() - start, q, *theta]))
        elif command == "em":
            limit, tolerance, count = float(words[0]), float(words[1]), int(words[2])
            theta = np.array(words[3:], dtype=float)
            start = time.perf_counter()
            theta, q = value.em(theta, limit, tolerance, count)
            say("em", numbers([time.perf_counter() - start, q, *theta]))
        else:
            raise ValueError("unknown command " + command)
