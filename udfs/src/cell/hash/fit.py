"""Prints the polynomials of fit.rs and how far they are from what they stand for. Needs mpmath.

Latitudes and colatitudes are in degrees. b(x) is the latitude on the sphere, by the series of authalic.rs or x itself.
  belt  0.75 sin b(x)                      odd in x, |x| up to the transition latitude
  cap   sqrt(6) sin((90 - b(90 - x)) / 2)  odd in x, |x| up to the colatitude of the transition
Each is x times a polynomial in x**2 that interpolates at the Chebyshev nodes of x**2.
"""

from mpmath import asin, cos, findroot, lu_solve, matrix, mp, mpf, nstr, pi, sin, sqrt

TERMS = 8
MARGIN = mpf("0.01")
SERIES = [
    -2.239209838675227e-3,
    2.1308606485738993e-6,
    -2.559256337208667e-9,
    3.3697737654354336e-12,
    -4.588929064620166e-15,
]
mp.dps = 50
DEGREE = pi / 180


def interpolate(function, limit):
    top = limit**2
    nodes = [top / 2 * (1 + cos(pi * (2 * n + 1) / (2 * TERMS))) for n in range(TERMS)]
    powers = matrix(TERMS, TERMS)
    values = matrix(TERMS, 1)
    for row, node in enumerate(nodes):
        for column in range(TERMS):
            powers[row, column] = node**column
        values[row] = function(sqrt(node)) / sqrt(node)
    return [float(c) for c in lu_solve(powers, values)]


def evaluate(coefficients, x):
    total = mpf(0)
    for coefficient in reversed(coefficients):
        total = total * x * x + mpf(coefficient)
    return total * x


def authalic(x):
    return x + sum(mpf(c) * sin(2 * k * x) for k, c in enumerate(SERIES, 1))


def report(name, sphere):
    edge = findroot(lambda x: sphere(x) - asin(mpf(2) / 3), 0.73) / DEGREE
    belt = lambda x: mpf(3) / 4 * sin(sphere(x * DEGREE))
    cap = lambda x: sqrt(mpf(6)) * sin((pi / 2 - sphere(pi / 2 - x * DEGREE)) / 2)
    print(f"{name}: transition at {nstr(edge, 17)} degrees")
    for part, function, limit in (("belt", belt, edge), ("cap", cap, 90 - edge)):
        coefficients = interpolate(function, limit + MARGIN)
        steps = [limit * n / 4000 for n in range(4001)]
        worst = max(abs(evaluate(coefficients, x) - function(x)) for x in steps)
        print(f"  {part}, off by {nstr(worst, 2)} at most:")
        for coefficient in coefficients:
            print(f"    {coefficient!r},")
        if part == "cap":
            # The kernel takes a lane for the belt where the cap's polynomial is 1 or more.
            steps = [limit + (90 - limit) * n / 4000 for n in range(1, 4001)]
            assert min(evaluate(coefficients, x) for x in steps) > 1


report("authalic", authalic)
report("sphere", lambda x: x)
