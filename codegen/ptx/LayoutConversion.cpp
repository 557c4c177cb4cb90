// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How a tile goes from one register layout to another.
#include "codegen/ptx/LayoutConversion.h"

#include <algorithm>

using namespace tenon;

bool ShufflePlan::isLocal(const ShuffleRound &round) const {
  return round.lane == 0 && lane == LinearMap::identity(laneBits);
}

unsigned ShufflePlan::numShuffles() const {
  return static_cast<unsigned>(
      std::count_if(rounds.begin(), rounds.end(), [&](const ShuffleRound &round) { return !isLocal(round); }));
}

namespace {

/// The part of a layout that lies within one warp: images of pieces and of lanes.
struct WarpPart {
  std::vector<uint32_t> pieces;
  std::vector<uint32_t> lanes;

  WarpPart(const LinearLayout &layout, unsigned pieceBits)
      : pieces(layout.registers().begin() + pieceBits, layout.registers().end()),
        lanes(layout.lanes().begin(), layout.lanes().end()) {}

  /// Tags are places: `piece | lane << number of piece bits`.
  LinearSolver solver() const {
    LinearSolver result{LinearMap(pieces)};
    for (size_t i = 0; i < lanes.size(); ++i)
      result.add(lanes[i], uint32_t(1) << (pieces.size() + i));
    return result;
  }
  uint32_t pieceOf(uint32_t place) const { return place & ((uint32_t(1) << pieces.size()) - 1); }
  uint32_t laneOf(uint32_t place) const { return place >> pieces.size(); }
};

bool isSubspace(const LinearSolver &outer, std::span<const uint32_t> images) {
  return std::all_of(images.begin(), images.end(), [&](uint32_t image) { return outer.contains(image); });
}

/// All that a lane shall hold is already in some pieces of it, though which ones may depend on the lane.
bool everyLaneHasItsOwn(const WarpPart &source, const WarpPart &target) {
  std::vector<uint32_t> images = target.pieces;
  for (size_t i = 0; i < laneBits; ++i)
    images.push_back(source.lanes[i] ^ target.lanes[i]);
  return isSubspace(LinearSolver{LinearMap(source.pieces)}, images);
}

/// Plans the exchange within a warp. What one round moves is a coset of a space G that has exactly one element in each
/// lane, before and after: a complement of both spans of pieces (arXiv 2505.23819, section on warp shuffles). Here G
/// also covers lanes that repeat others.
class ShufflePlanner {
public:
  ShufflePlanner(WarpPart source, WarpPart target)
      : source(std::move(source)), target(std::move(target)), sourceSolver(this->source.solver()) {}

  /// Both parts must span the same elements.
  ShufflePlan plan() {
    if (everyLaneHasItsOwn(source, target))
      planSelects();
    else
      planExchange();
    planRounds();
    return std::move(result);
  }

private:
  /// No data moves between lanes, but which piece a lane takes depends on the lane.
  void planSelects() {
    LinearSolver pieces{LinearMap(source.pieces)};
    std::vector<uint32_t> send;
    for (size_t i = 0; i < target.lanes.size(); ++i)
      send.push_back(*pieces.solve(source.lanes[i] ^ target.lanes[i]));
    result.send = LinearMap(std::move(send));
    result.lane = LinearMap::identity(laneBits);
    result.receive = LinearMap(std::vector<uint32_t>(laneBits, 0));
  }

  /// A basis of G: elements in different lanes of the target and, while there are any left, of the source. One of
  /// these candidates always fits: where x is new to the target's lanes alone and y to the source's alone, x ^ y is
  /// new to both. Those that keep their lane come first, since they need no selects.
  std::vector<uint32_t> findExchangeSpace() const {
    std::vector<uint32_t> candidates;
    for (size_t i = 0; i < laneBits; ++i)
      if (source.lanes[i] == target.lanes[i])
        candidates.push_back(source.lanes[i]);
    candidates.insert(candidates.end(), source.lanes.begin(), source.lanes.end());
    candidates.insert(candidates.end(), target.lanes.begin(), target.lanes.end());
    for (size_t turn = 0; turn < laneBits; ++turn)
      for (size_t i = 0; i < laneBits; ++i)
        candidates.push_back(source.lanes[i] ^ target.lanes[(i + turn) % laneBits]);

    LinearSolver bySource{LinearMap(source.pieces)}, byTarget{LinearMap(target.pieces)};
    unsigned rank = sourceSolver.rank();
    std::vector<uint32_t> space;
    while (byTarget.rank() < rank) {
      auto fits = std::find_if(candidates.begin(), candidates.end(), [&](uint32_t image) {
        return !byTarget.contains(image) && (bySource.rank() == rank || !bySource.contains(image));
      });
      space.push_back(*fits);
      byTarget.add(*fits, 0);
      bySource.add(*fits, 0);
    }
    return space;
  }

  /// Places in the source for a basis of G, all in different lanes. Where the source's lanes repeat each other, a
  /// vector of the kernel moves an element to a lane that is not taken.
  std::vector<uint32_t> placeInSource(std::span<const uint32_t> space) const {
    LinearSolver taken{LinearMap(source.pieces)}, lanes;
    std::vector<uint32_t> places;
    for (uint32_t image : space) {
      std::optional<uint32_t> place = taken.solve(image);
      if (place) {
        std::span<const uint32_t> kernel = sourceSolver.kernel();
        place = *place ^ *std::find_if(kernel.begin(), kernel.end(),
                                       [&](uint32_t zero) { return !lanes.contains(source.laneOf(zero)); });
      } else {
        place = sourceSolver.solve(image);
        taken.add(image, *place);
      }
      lanes.add(source.laneOf(*place), 0);
      places.push_back(*place);
    }
    return places;
  }

  void planExchange() {
    std::vector<uint32_t> space = findExchangeSpace(), places = placeInSource(space);
    // Which piece a source lane sends follows from the element of G that it holds; other lanes may send any.
    LinearSolver sent;
    for (uint32_t place : places)
      sent.add(source.laneOf(place), source.pieceOf(place));
    for (unsigned bit = 0; bit < laneBits; ++bit)
      sent.add(uint32_t(1) << bit, 0);

    // Each target lane bit is an element of G (tag: its place in the source) and one of the target's own pieces.
    LinearSolver elements, pieces{LinearMap(target.pieces)};
    for (uint32_t image : target.pieces)
      elements.add(image, 0);
    for (size_t i = 0; i < space.size(); ++i)
      elements.add(space[i], places[i]);
    std::vector<uint32_t> send, lane, receive;
    LinearMap sourceMap = placeMap();
    for (unsigned bit = 0; bit < laneBits; ++bit) {
      uint32_t place = *elements.solve(target.lanes[bit]);
      lane.push_back(source.laneOf(place));
      receive.push_back(*pieces.solve(sourceMap.apply(place) ^ target.lanes[bit]));
      send.push_back(*sent.solve(uint32_t(1) << bit));
    }
    result.send = LinearMap(std::move(send));
    result.lane = LinearMap(std::move(lane));
    result.receive = LinearMap(std::move(receive));
  }

  /// From places in the source to elements.
  LinearMap placeMap() const {
    std::vector<uint32_t> images = source.pieces;
    images.insert(images.end(), source.lanes.begin(), source.lanes.end());
    return LinearMap(std::move(images));
  }

  /// One round for each target piece that repeats no lower one.
  void planRounds() {
    LinearMap targetPieces(target.pieces);
    LinearSolver pieces(targetPieces);
    std::vector<uint32_t> copies;
    for (uint32_t image : target.pieces)
      copies.push_back(*pieces.solve(image));
    result.copies = LinearMap(std::move(copies));
    for (uint32_t piece = 0; piece < uint32_t(1) << target.pieces.size(); ++piece) {
      if (result.copies.apply(piece) != piece)
        continue;
      uint32_t place = *sourceSolver.solve(targetPieces.apply(piece)), lane = source.laneOf(place);
      result.rounds.push_back({source.pieceOf(place) ^ result.send.apply(lane), lane, piece});
    }
  }

  WarpPart source, target;
  LinearSolver sourceSolver;
  ShufflePlan result;
};

} // namespace

/// From target to source registers, where no register's choice depends on the thread.
static std::optional<LinearMap> findRegisterMap(const LinearLayout &from, const LinearLayout &to) {
  if (from.threadMap() != to.threadMap())
    return std::nullopt;
  LinearSolver solver{LinearMap({from.registers().begin(), from.registers().end()})};
  std::vector<uint32_t> images;
  for (uint32_t image : to.registers()) {
    std::optional<uint32_t> reg = solver.solve(image);
    if (!reg)
      return std::nullopt;
    images.push_back(*reg);
  }
  return LinearMap(std::move(images));
}

/// Within each warp the same elements before and after, as one space for all warps.
static bool staysInWarp(const WarpPart &source, const WarpPart &target) {
  LinearSolver before = source.solver(), after = target.solver();
  return isSubspace(before, target.pieces) && isSubspace(before, target.lanes) && before.rank() == after.rank();
}

/// Leading registers that both layouts share move together, if what is left can be moved without them: no more lanes
/// are crossed than without pieces.
static unsigned findPieceBits(const LinearLayout &from, const LinearLayout &to, unsigned elementBytes) {
  unsigned bits = 0;
  while (bits < std::min(from.registers().size(), to.registers().size()) &&
         from.registers()[bits] == to.registers()[bits] && elementBytes << (bits + 1) <= 4)
    ++bits;
  bool isLocal = everyLaneHasItsOwn({from, 0}, {to, 0});
  for (; bits > 0; --bits) {
    WarpPart source(from, bits), target(to, bits);
    if (staysInWarp(source, target) && (!isLocal || everyLaneHasItsOwn(source, target)))
      break;
  }
  return bits;
}

Result<Conversion> tenon::planConversion(const LinearLayout &from, const LinearLayout &to, unsigned elementBytes) {
  if (!std::equal(from.shape().begin(), from.shape().end(), to.shape().begin(), to.shape().end()) ||
      from.numWarps() != to.numWarps())
    return invalidArgument("a conversion is between layouts of one shape and number of warps");
  if (!from.isSurjective())
    return invalidArgument("a conversion needs a source layout that holds every element of the tile");
  if (from == to)
    return Conversion{ConversionKind::None, {}, {}};
  if (std::optional<LinearMap> registers = findRegisterMap(from, to))
    return Conversion{ConversionKind::InThread, std::move(*registers), {}};

  if (!std::equal(from.warps().begin(), from.warps().end(), to.warps().begin()) || !staysInWarp({from, 0}, {to, 0}))
    return Conversion{ConversionKind::SharedMemory, {}, {}};
  unsigned pieceBits = findPieceBits(from, to, elementBytes);
  ShufflePlan plan = ShufflePlanner(WarpPart(from, pieceBits), WarpPart(to, pieceBits)).plan();
  plan.pieceBits = pieceBits;
  return Conversion{ConversionKind::Shuffle, {}, std::move(plan)};
}
