// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How a tile goes from one register layout to another: the cheapest of four ways.
#pragma once

#include "codegen/ptx/LinearLayout.h"

namespace tenon {

enum class ConversionKind : uint8_t {
  None,         ///< Each register already holds what it shall.
  InThread,     ///< Each thread renames and copies its registers.
  Shuffle,      ///< The lanes of each warp exchange registers.
  SharedMemory, ///< Data crosses warps.
};

/// One exchange, in terms of a ShufflePlan. Pieces are numbered like registers.
struct ShuffleRound {
  uint32_t send, lane, receive;
};

/// In each round, lane l offers its source piece `send(l) ^ round.send`, takes what lane `lane(l) ^ round.lane` offers,
/// and keeps that as its target piece `receive(l) ^ round.receive`. Where a number depends on the lane, an emitter
/// selects among the pieces. Afterwards each target piece p is a copy of target piece `copies(p)`, which was received.
struct ShufflePlan {
  /// A piece is 2^pieceBits consecutive registers of one element each: as many as both layouts share that fit 4 bytes.
  unsigned pieceBits = 0;
  LinearMap send, lane, receive; ///< From the 5 lane bits.
  LinearMap copies;              ///< From and to target pieces.
  std::vector<ShuffleRound> rounds;

  /// Nothing leaves its lane in this round. Otherwise, with an identity as `lane`, it is a butterfly by `round.lane`.
  bool isLocal(const ShuffleRound &round) const;
  /// The rounds that need a shuffle.
  unsigned numShuffles() const;
};

struct Conversion {
  ConversionKind kind;
  LinearMap registers; ///< For InThread: from target register to source register.
  ShufflePlan shuffles;
};

/// InvalidArgument where the layouts differ in shape or number of warps, or where the source does not hold the whole
/// tile. What is found for Shuffle is not the least number of selects, and whether shared memory would be faster for
/// many shuffles is left to the caller. A warp that could take data from its own replicas, but under another number of
/// the warp, is sent through shared memory.
Result<Conversion> planConversion(const LinearLayout &from, const LinearLayout &to, unsigned elementBytes);

} // namespace tenon
