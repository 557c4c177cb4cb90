# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Computes the polynomial coefficients of this folder and prints Coefficients.h, with the error of each fit.

Needs mpmath (and gmpy2 for speed), takes a minute. Usage: coefficients.py | clang-format > Coefficients.h

Each fit is near minimax: Lawson's iteratively reweighted least squares on Chebyshev nodes, in 60 digits. The low
coefficients are rounded to the target type one after the other, and the rest is fitted anew after each rounding, so
that later coefficients absorb the rounding of earlier ones (Brisebarre & Chevillard, "Efficient polynomial
L-infinity approximations", ARITH 18, motivates this). The weight turns an error of the polynomial into a relative error
of the function that uses it.
"""
import re
import struct
import textwrap

import mpmath as mp

mp.mp.dps = 60


def rounded(value, bits):
    return mp.mpf(struct.unpack("f", struct.pack("f", float(value)))[0] if bits == 32 else float(value))


def print_table(name, rows, comment):
    body = ", ".join(re.sub(r"0*p", "p", float(v).hex()) for v in rows)
    print(f"// {comment}")
    line = f"inline constexpr double {name}[] = {{{body}}};"
    print("\n".join(textwrap.wrap(line, 120, subsequent_indent="    ")), flush=True)


def lawson(xs, fs, ws, powers, rounds):
    """Coefficients of sum c_k x^powers[k], and the largest weighted error."""
    basis = [[x**p for p in powers] for x in xs]
    weights = [mp.mpf(1)] * len(xs)
    best = None
    for _ in range(rounds):
        n = len(powers)
        a, b = mp.matrix(n, n), mp.matrix(n, 1)
        for row, f, w, lw in zip(basis, fs, ws, weights):
            scale = lw * w * w
            for i in range(n):
                t = scale * row[i]
                b[i] += t * f
                for j in range(i, n):
                    a[i, j] += t * row[j]
        for i in range(n):
            for j in range(i):
                a[i, j] = a[j, i]
        c = mp.lu_solve(a, b)
        errors = [abs(w * (f - mp.fdot(row, c))) for row, f, w in zip(basis, fs, ws)]
        worst = max(errors)
        if best is None or worst < best[1]:
            best = (list(c), worst)
        weights = [lw * (e / worst + mp.mpf("0.001")) for lw, e in zip(weights, errors)]
        total = max(weights)
        weights = [lw / total for lw in weights]
    return best


def fit(name, function, weight, low, high, degree, bits, in_turn=3):
    points = 8 * degree + 40
    low, high = mp.mpf(low), mp.mpf(high)
    xs = [(low + high) / 2 + (high - low) / 2 * mp.cos(mp.pi * (2 * i + 1) / (2 * points)) for i in range(points)]
    rest, ws = [function(x) for x in xs], [weight(x) for x in xs]
    coefficients, powers = [], list(range(degree + 1))
    while powers:
        c, worst = lawson(xs, rest, ws, powers, 25)
        take = 1 if len(coefficients) < in_turn else len(powers)
        for _ in range(take):
            k, value = powers.pop(0), rounded(c.pop(0), bits)
            rest = [f - value * x**k for f, x in zip(rest, xs)]
            coefficients.append(value)
    worst = max(abs(w * f) for f, w in zip(rest, ws))
    comment = f"[{mp.nstr(low, 6)}, {mp.nstr(high, 6)}], degree {degree}: 2^{mp.nstr(mp.log(worst, 2), 4)}"
    print_table(name, coefficients, comment)


def log1p_tail(f):
    return (mp.log1p(f) - f) / f**2


def atanh_tail(z):  # log((1 + s) / (1 - s)) = 2 s + s * z * tail(z), z = s * s
    s = mp.sqrt(z)
    return (2 * mp.atanh(s) / s - 2) / z


def odd_tail(function):  # function(x) = x + x * z * tail(z), z = x * x
    return lambda z: (function(mp.sqrt(z)) / mp.sqrt(z) - 1) / z


def odd_weight(function):
    return lambda z: mp.sqrt(z) * z / function(mp.sqrt(z))


def scaled_erfc(k, center):  # exp(a * a) * erfc(a) * (a + k) over u = 1 / (a + k) - center
    def value(u):
        a = 1 / (u + center) - k
        return mp.exp(a * a) * mp.erfc(a) * (a + k)

    return value, lambda u: 1 / value(u), lambda a: 1 / (mp.mpf(a) + k) - center


def scaled_normal_tail(k, center):  # 2^-24 exp(a * a / 2) * erfc(a / sqrt(2)) * (a + k) over u = 1 / (a + k) - center
    function, weight, map_to_u = scaled_erfc(k / mp.sqrt(2), center * mp.sqrt(2))
    root = mp.sqrt(2)
    return (lambda u: function(u * root) * root / 2**24, lambda u: weight(u * root) / root * 2**24,
            lambda a: map_to_u(a / root) / root)


LN2 = mp.log(2)
EXP_RANGE = ("-0.34664", "0.34664")
LOG_RANGE = ("-0.29291", "0.41423")
S2 = (mp.mpf("0.1716"))**2
QUARTER_PI2 = (mp.pi / 4 + mp.mpf("1e-6"))**2

FITS = {}


def define(name, *arguments, **options):
    FITS[name] = lambda: fit(name, *arguments, **options)


def define_over_reciprocals(scaled, name, k, center, low, high, degree, bits):
    function, weight, map_to_u = scaled(mp.mpf(k), mp.mpf(center))
    define(name, function, weight, map_to_u(mp.mpf(high)), map_to_u(mp.mpf(low)), degree, bits)


for bits, d in ((32, dict(exp=4, exp2=5, sin=2, cos=2, atan=4, asin=4, erf=5, tanh=4, sinh=2)),
                (64, dict(exp=10, exp2=11, sin=6, cos=6, atan=13, asin=11, erf=11, tanh=11, sinh=6))):
    define(f"kExpTail{bits}", lambda r: (mp.expm1(r) - r) / r**2, lambda r: r**2 / mp.expm1(r), *EXP_RANGE, d["exp"],
           bits)
    define(f"kExp2Tail{bits}", lambda r: (2**r - 1) / r, lambda r: r / 2**r, "-0.50001", "0.50001", d["exp2"], bits)
    define(f"kSinTail{bits}", odd_tail(mp.sin), odd_weight(mp.sin), "0", QUARTER_PI2, d["sin"], bits)
    define(f"kCosTail{bits}", lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2,
           lambda z: z**2 / mp.cos(mp.sqrt(z)), "0", QUARTER_PI2, d["cos"], bits)
    define(f"kAtanTail{bits}", odd_tail(mp.atan), odd_weight(mp.atan), "0", "0.2501", d["atan"], bits)
    define(f"kAsinTail{bits}", odd_tail(mp.asin), odd_weight(mp.asin), "0", "0.25", d["asin"], bits)
    define(f"kTanhTail{bits}", odd_tail(mp.tanh), odd_weight(mp.tanh), "0", mp.mpf("0.5501")**2, d["tanh"], bits)
    define(f"kSinhTail{bits}", odd_tail(mp.sinh), odd_weight(mp.sinh), "0", 1, d["sinh"], bits)
    define(f"kErfSmall{bits}", lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1,
           lambda z: mp.sqrt(z) / mp.erf(mp.sqrt(z)), "0", mp.mpf("0.9")**2, d["erf"], bits)
define("kLog1pTail32", log1p_tail, lambda f: f**2 / mp.log1p(f), *LOG_RANGE, 8, 32)
define("kAtanhTail64", atanh_tail, lambda z: z / 2, "0", S2, 6, 64)
define("kAtanhPower64", lambda z: (atanh_tail(z) - mp.mpf(2) / 3) / z, lambda z: z**2 / 2, "0", S2, 7, 64)
define("kErfLog32", lambda a: mp.log(mp.erfc(a), 2) / a, lambda a: a * LN2 * mp.erfc(a) / mp.erf(a),
       "0.9", "3.95", 5, 32)
# The centers are chosen among multiples of 1/256 such that the constant coefficients round to themselves, almost: their
# rounding could not be made up for by the others.
define_over_reciprocals(scaled_erfc, "kErfcScaled32", 1.5, 55 / 256, "0.75", "10.1", 8, 32)
define_over_reciprocals(scaled_normal_tail, "kNormalTail32", 2.5, 269 / 1024, "0", "14.3", 9, 32)
define_over_reciprocals(scaled_erfc, "kErfcScaled64", 2, 42 / 256, "0.75", "27.3", 22, 64)


def two_over_pi_32(groups=4, step=26):
    """2/pi modulo 2^(2 - e), e = 0, 26, ..., centered, as sums of 28 + 28 + 53 bits; see reduceTrigonometric."""
    mp.mp.prec = 400
    rows = []
    for group in range(groups):
        unit = mp.mpf(2) ** (2 - step * group)
        value = 2 / mp.pi
        value -= mp.nint(value / unit) * unit
        for part_bits in (28, 56):
            lsb = unit / mp.mpf(2) ** part_bits
            rows.append(mp.nint(value / lsb) * lsb)
            value -= rows[-1]
        rows.append(value)
    return rows


def two_over_pi_64(chunks=24, bits=50):
    """Successive digits of 2/pi in base 2^50, each divided by the base."""
    mp.mp.prec = chunks * bits + 100
    value, rows = 2 / mp.pi, []
    for _ in range(chunks):
        value *= mp.mpf(2) ** bits
        rows.append(mp.floor(value) / mp.mpf(2) ** bits)
        value -= mp.floor(value)
    return rows


HEADER = """// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Polynomial coefficients, lowest power first, printed by coefficients.py. Above each: the range, the degree, and the
// largest error of the approximation relative to the function that uses it.
#pragma once

namespace tenon::math {
"""

if __name__ == "__main__":
    print(HEADER)
    for run in FITS.values():
        run()
    print_table("kTwoOverPi32", two_over_pi_32(), two_over_pi_32.__doc__)
    print_table("kTwoOverPi64", two_over_pi_64(), two_over_pi_64.__doc__)
    print("\n} // namespace tenon::math")
