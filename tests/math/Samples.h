// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Inputs for the elementary functions: random over all exponents, and dense near the places that are hard.
#pragma once
#include <bit>
#include <cmath>
#include <iterator>
#include <cstdint>
#include <limits>
#include <random>
#include <type_traits>

namespace tenon::math {

/// The float of the given bit pattern.
template <class T> T fromIndex(std::uint64_t bits) {
  if constexpr (sizeof(T) == 4)
    return std::bit_cast<float>(std::uint32_t(bits));
  else
    return std::bit_cast<double>(bits);
}

/// A reproducible stream of inputs. Of eight, three are random bit patterns (all exponents, NaN and infinity among
/// them), two uniform in a range where no function is trivial, one is close to a multiple of pi/4, one close to 0 or
/// +-1, and one a special value or its neighbour.
template <class T> class Samples {
public:
  explicit Samples(std::uint64_t seed) : random(seed * 0x9e3779b97f4a7c15 + 1) {}

  T next() {
    std::uint64_t choice = random();
    switch (choice % 8) {
    case 0:
    case 1:
    case 2:
      return fromIndex<T>(random());
    case 3:
      return uniform(4);
    case 4:
      return uniform(kOverflow);
    case 5:
      return near(T(std::ldexp(0.785398163397448309616L, int(choice >> 8 & 15)) * T(choice >> 16 & 255)));
    case 6:
      return near(T(int(choice >> 8) % 3 - 1)) + T(choice >> 63) * std::ldexp(uniform(1), -int(choice >> 16 & 63));
    default:
      return near(kSpecial[(choice >> 8) % std::size(kSpecial)]) * (choice >> 63 ? T(-1) : T(1));
    }
  }

  /// Half of the pairs are of a kind where pow and atan2 are not trivial: the power is within the range of exponents,
  /// the quotient near 1.
  void nextPair(T &x, T &y) {
    std::uint64_t choice = random();
    x = next(), y = next();
    if (choice % 4 == 0)
      y = T(uniform(kOverflow * T(1.5))) / std::log(std::fabs(x));
    else if (choice % 4 == 1)
      y = x * uniform(4);
    else if (choice % 8 == 2)
      y = T(int(choice >> 8 & 127) - 64) / 2;
  }

  /// The number closest to a multiple of pi/2, relatively (Muller, Elementary Functions, 3rd ed., table 11.1).
  static constexpr T kWorstAngle = sizeof(T) == 4 ? T(16367173 * 0x1p72) : T(6381956970095103 * 0x1p797);

private:
  static constexpr T kOverflow = sizeof(T) == 4 ? T(105) : T(747);
  static constexpr T kInf = std::numeric_limits<T>::infinity(), kMin = std::numeric_limits<T>::min();
  static constexpr T kSpecial[] = {T(0),
                                   T(0.5),
                                   T(0.75),
                                   T(0.9),
                                   T(1),
                                   T(1.41421356237309504880L),
                                   T(2),
                                   kInf,
                                   kMin,
                                   T(kMin * 2),
                                   std::numeric_limits<T>::max(),
                                   std::numeric_limits<T>::denorm_min(),
                                   kOverflow,
                                   std::numeric_limits<T>::quiet_NaN(),
                                   T(88.72283905L),
                                   T(709.78271289338L),
                                   kWorstAngle};

  T uniform(T bound) { return T((std::ldexp(double(random() >> 11), -52) - 1) * bound); }

  /// x or one of its 128 nearest neighbours.
  T near(T x) {
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    return std::bit_cast<T>(Bits(std::bit_cast<Bits>(x) + random() % 129 - 64));
  }

  std::mt19937_64 random;
};

} // namespace tenon::math
