// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// CUDA C++ kernels, as nvcc and clang compiled them, against C++ on the host.
#include "tests/sim/Simulator.h"
#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <random>

namespace tenon::sim {
namespace {

std::vector<float> randomFloats(size_t count, unsigned seed, float low = -1, float high = 1) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> distribution(low, high);
  std::vector<float> values(count);
  for (float &value : values)
    value = distribution(generator);
  return values;
}

uint16_t toBfloat(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}
float fromBfloat(uint16_t bits) { return std::bit_cast<float>(uint32_t(bits) << 16); }

/// The parameter is the compiler.
class KernelTest : public SimulatorTest, public testing::WithParamInterface<const char *> {
protected:
  void loadKernels(const std::string &name) { loadFile(std::string(GetParam()) + "/" + name + ".ptx"); }
};
INSTANTIATE_TEST_SUITE_P(Compilers, KernelTest, testing::Values("nvcc", "clang"),
                         [](const auto &info) { return std::string(info.param); });

TEST_P(KernelTest, MatrixProduct) {
  loadKernels("MatrixProduct");
  const int m = 37, n = 50, k = 41;
  auto a = randomFloats(m * k, 1), b = randomFloats(k * n, 2);
  Buffer da(a), db(b), dc(m * n * sizeof(float));
  ASSERT_RUNS(launch("matrixProduct", {4, 3, 16, 16}, da.address, db.address, dc.address, m, n, k));
  auto c = dc.read<float>();
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) {
      double sum = 0;
      for (int x = 0; x < k; ++x)
        sum += double(a[i * k + x]) * b[x * n + j];
      // 41 products below 1 in float: at most 41 roundings of sums below 41.
      ASSERT_NEAR(c[i * n + j], sum, 41 * 41 * 0x1p-25) << i << "," << j;
    }
}

TEST_P(KernelTest, BlockSum) {
  loadKernels("Reduction");
  const int n = 10000, blocks = 6;
  std::vector<float> x(n);
  for (int i = 0; i < n; ++i)
    x[i] = static_cast<float>(i % 17 - 8);
  Buffer dx(x), sums(blocks * sizeof(float)), total(sizeof(double));
  total.clear();
  ASSERT_RUNS(launch("blockSum", {blocks, 1, 256}, dx.address, sums.address, total.address, n));
  auto parts = sums.read<float>();
  // Small integers: exact in any order.
  double expected = std::accumulate(x.begin(), x.end(), 0.0);
  EXPECT_EQ(std::accumulate(parts.begin(), parts.end(), 0.0), expected);
  EXPECT_EQ(total.read<double>()[0], expected);
}

TEST_P(KernelTest, BlocksWaitForEarlierBlocks) {
  loadKernels("Reduction");
  const unsigned blocks = 40;
  std::vector<int> x(blocks);
  std::iota(x.begin(), x.end(), 1);
  Buffer dx(x), sums(blocks * 4), flags(blocks * 4);
  flags.clear();
  ASSERT_RUNS(launch("chainedSum", {blocks}, dx.address, sums.address, flags.address));
  EXPECT_EQ(sums.read<int>().back(), int(blocks * (blocks + 1) / 2));
}

TEST_P(KernelTest, Softmax) {
  loadKernels("Softmax");
  const int rows = 5, columns = 300;
  auto x = randomFloats(rows * columns, 3, -8, 8);
  Buffer dx(x), dy(x.size() * sizeof(float));
  ASSERT_RUNS(launch("softmaxRow", {rows, 1, 128, 1, 128 * 4}, dx.address, dy.address, columns));
  auto y = dy.read<float>();
  for (int r = 0; r < rows; ++r) {
    auto begin = x.begin() + r * columns;
    double largest = *std::max_element(begin, begin + columns), sum = 0;
    for (int i = 0; i < columns; ++i)
      sum += std::exp(begin[i] - largest);
    for (int i = 0; i < columns; ++i) {
      double expected = std::exp(begin[i] - largest) / sum;
      // expf is good to 2 ulp; the argument's rounding error of 2^-21 for |x| < 16 dominates.
      ASSERT_NEAR(y[r * columns + i], expected, expected * 2e-6) << r << "," << i;
    }
  }
}

TEST_P(KernelTest, PairsOfBfloat) {
  loadKernels("Softmax");
  auto x = randomFloats(130, 4, -100, 100);
  std::vector<uint16_t> bits(x.size());
  std::transform(x.begin(), x.end(), bits.begin(), toBfloat);
  Buffer dx(bits), dy(bits.size() * 2);
  const float scale = 1.5f, shift = -0.25f;
  ASSERT_RUNS(launch("scalePairs", {3, 1, 32}, dx.address, dy.address, scale, shift, int(x.size() / 2)));
  auto y = dy.read<uint16_t>();
  for (size_t i = 0; i < x.size(); ++i)
    // Exact in float before the one rounding.
    ASSERT_EQ(y[i], toBfloat(fromBfloat(bits[i]) * scale + shift)) << i;
}

TEST_P(KernelTest, Histogram) {
  loadKernels("Histogram");
  std::vector<unsigned char> x(5000);
  for (size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<unsigned char>(i * i % 251);
  std::vector<unsigned> expected(256, 0);
  for (unsigned char value : x)
    ++expected[value];
  Buffer dx(x), counts(256 * 4);
  counts.clear();
  ASSERT_RUNS(launch("histogram", {4, 1, 128}, dx.address, counts.address, int(x.size())));
  EXPECT_EQ(counts.read<unsigned>(), expected);
}

TEST_P(KernelTest, Functions) {
  loadKernels("Functions");
  auto x = randomFloats(1000, 5, -200000, 200000);
  for (size_t i = 0; i < x.size(); i += 3)
    x[i] = std::fmod(x[i], 8.0f);
  Buffer dx(x), dy(x.size() * 4);
  ASSERT_RUNS(launch("functions", {8, 1, 128}, dx.address, dy.address, int(x.size())));
  auto y = dy.read<float>();
  const double weights[] = {1, 2, 3, 5, 7, 11, 13, 17};
  for (size_t i = 0; i < x.size(); ++i) {
    double v = x[i];
    double all[] = {std::sin(v),
                    std::cos(v),
                    std::exp(-v * v),
                    std::log(std::fabs(v) + 1),
                    std::pow(std::fabs(v), 1.5),
                    std::tanh(v),
                    v};
    double expected = all[i % 7] * weights[i & 7];
    // CUDA documents at most 9 ulp for these (powf the worst); exp's argument v*v is rounded before, so relative to it.
    double tolerance = std::fabs(expected) * (9 * 0x1p-23 + (i % 7 == 2 ? v * v * 0x1p-23 : 0)) + 1e-37;
    ASSERT_NEAR(y[i], expected, tolerance) << i << ": " << v;
  }
}

TEST_P(KernelTest, LocalArraysAndWideIntegers) {
  loadKernels("Functions");
  std::mt19937_64 generator(6);
  const int n = 50;
  std::vector<uint64_t> x(n * 8);
  for (uint64_t &value : x)
    value = generator() >> (generator() % 40);
  Buffer dx(x), dy(x.size() * 8), droot(n * 8);
  ASSERT_RUNS(launch("sortEights", {2, 1, 32}, dx.address, dy.address, droot.address, n));
  auto y = dy.read<uint64_t>();
  auto root = droot.read<double>();
  for (int i = 0; i < n; ++i) {
    std::vector<uint64_t> part(x.begin() + i * 8, x.begin() + i * 8 + 8);
    std::sort(part.begin(), part.end());
    for (int j = 0; j < 8; ++j)
      ASSERT_EQ(y[i * 8 + j], part[(j + part[0] % 8) % 8]) << i;
    ASSERT_EQ(root[i], std::sqrt(double(part[7])) / (double(part[0]) + 1.0)) << i;
  }
}

TEST_P(KernelTest, LanesTakeALockInTurn) {
  loadKernels("Functions");
  Buffer lock(4), count(4);
  lock.clear();
  count.clear();
  ASSERT_RUNS(launch("lockedCount", {3, 1, 96}, lock.address, count.address));
  EXPECT_EQ(count.read<int>()[0], 3 * 96);
}

/// Small integers and quarters: exact in every format and order.
std::vector<float> smallValues(size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::vector<float> values(count);
  for (float &value : values)
    value = static_cast<float>(static_cast<int>(generator() % 17) - 8) / 4;
  return values;
}

TEST_P(KernelTest, Wmma) {
  loadKernels("TensorCore");
  const int m = 32, n = 48, k = 64;
  auto a = smallValues(m * k, 7), b = smallValues(n * k, 8);
  auto toHalf = [](float value) {
    _Float16 half = static_cast<_Float16>(value);
    return std::bit_cast<uint16_t>(half);
  };
  std::vector<uint16_t> ha(a.size()), hb(b.size());
  std::transform(a.begin(), a.end(), ha.begin(), toHalf);
  std::transform(b.begin(), b.end(), hb.begin(), toHalf);
  Buffer da(ha), db(hb), dc(m * n * 4);
  ASSERT_RUNS(launch("wmmaProduct", {n / 16, m / 16, 32}, da.address, db.address, dc.address, n, k));
  auto c = dc.read<float>();
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) {
      float sum = 0;
      for (int x = 0; x < k; ++x)
        sum += a[i * k + x] * b[j * k + x];
      ASSERT_EQ(c[i * n + j], sum) << i << "," << j;
    }
}

TEST_P(KernelTest, MmaWithAsyncCopies) {
  loadKernels("TensorCore");
  const int size = 256;
  auto a = smallValues(size * size, 9), b = smallValues(size * size, 10);
  std::vector<uint16_t> ba(a.size()), bb(b.size());
  std::transform(a.begin(), a.end(), ba.begin(), toBfloat);
  std::transform(b.begin(), b.end(), bb.begin(), toBfloat);
  Buffer da(ba), db(bb), dc(size * size * 4);
  for (const char *mode : {"cp-async=late", "cp-async=eager", "threads=1"}) {
    ASSERT_EQ(tenonSimConfigure(mode), CUDA_SUCCESS);
    ASSERT_RUNS(launch("mmaProduct", {4, 4, 128}, da.address, db.address, dc.address, size, size));
    auto c = dc.read<float>();
    for (int i = 0; i < size; ++i)
      for (int j = 0; j < size; ++j) {
        float sum = 0;
        for (int x = 0; x < size; ++x)
          sum += a[i * size + x] * b[x * size + j];
        ASSERT_EQ(c[i * size + j], sum) << mode << " " << i << "," << j;
      }
  }
}

} // namespace
} // namespace tenon::sim
