// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small artifacts built by hand around the kernels of kernels.c.
#pragma once

#include "runtime/artifact/ArtifactWriter.h"

#include <initializer_list>
#include <string>
#include <vector>

namespace tenon::test {

/// An expression in postfix: {symbol(0), 1, ExprOp::Add}.
struct ExprItem {
  schema::ExprOp op;
  int64_t value;
  ExprItem(int64_t constant) : op(schema::ExprOp::Constant), value(constant) {}
  ExprItem(schema::ExprOp op, int64_t value = 0) : op(op), value(value) {}
};
inline ExprItem symbol(int64_t index) { return {schema::ExprOp::Symbol, index}; }
using Items = std::vector<ExprItem>;
std::unique_ptr<schema::ExprT> expr(const Items &items);

std::unique_ptr<schema::TensorTypeT> type(schema::ElementType element, const std::vector<Items> &shape);
std::unique_ptr<schema::PortT> port(std::string name, schema::ElementType element, const std::vector<Items> &shape);
std::unique_ptr<schema::BufferT> buffer(schema::BufferKind kind, uint32_t index, const Items &bytes, uint32_t first = 0,
                                        uint32_t last = 0);

std::unique_ptr<schema::ArgumentT> reads(uint32_t buffer);
std::unique_ptr<schema::ArgumentT> writes(uint32_t buffer);
std::unique_ptr<schema::ArgumentT> size(const Items &items);
std::unique_ptr<schema::ArgumentT> scalar(float value);

std::unique_ptr<schema::VariantT> variant(uint32_t kernel, const Items &gridX, std::vector<Items> conditions = {});
/// Takes its parts by moving them out of the lists.
std::unique_ptr<schema::StepT> launch(std::string name, std::vector<std::unique_ptr<schema::VariantT>> variants,
                                      std::vector<std::unique_ptr<schema::ArgumentT>> arguments);
std::unique_ptr<schema::StepT> copy(uint32_t source, uint32_t destination);
std::unique_ptr<schema::StepT> check(const Items &left, const Items &right, std::string message);

template <class... T> auto list(T... items) {
  std::vector<std::common_type_t<T...>> result;
  (result.push_back(std::move(items)), ...);
  return result;
}

/// The freestanding ELF with the kernels, from the build folder.
const std::vector<std::byte> &kernelObject();

/// The kernels of kernels.c by index into a plan's list, as addKernels() adds them.
enum KernelIndex : uint32_t { Scale, Add, BlockSum, Coordinates, LookUp, Misalignment };
void addKernels(schema::PlanT &plan);

/// An artifact with one CPU target and no entries yet; the target's code is section 0.
schema::ArtifactT emptyArtifact();
/// An entry with one empty plan for target 0.
std::unique_ptr<schema::EntryT> emptyEntry(std::string name);

/// Entry "main" over symbol N in [0, 2^40]: inputs x and y, f32 [N]; state "total", f32 [8]; constant 0, f32 [8].
///   t = 2 x; u = t + y; z = 3 u (output 0, [N]); sums = blockSum(u) (output 1, [N ceildiv 64]);
///   total = total + constant (two steps: add to the arena, copy back)
schema::ArtifactT sampleArtifact();
/// Its file, with the constant 0, 1, ... 7.
std::vector<std::byte> sampleBytes();
std::vector<std::byte> fileOf(schema::ArtifactT artifact);

} // namespace tenon::test
