// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/tenon/TenonOps.h"
#include "mlir/Analysis/TopologicalSortUtils.h"
#include "mlir/IR/IRMapping.h"
#include "passes/Passes.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace tenon {
#define GEN_PASS_DEF_FUSEPASS
#include "passes/Passes.h.inc"

namespace {

/// Ops that become one kernel. All results have the shape `shape`, or lack its dimensions `reduced`.
struct Cluster {
  SymbolicShape shape;
  /// The contraction that the others are applied to, where there is one; its operands come from outside.
  Operation *anchor = nullptr;
  /// What the cluster's reductions run over; all are of the shape `shape`. Empty where there are none.
  SmallVector<int64_t> reduced;
  /// In reverse order of the entry.
  SmallVector<Operation *> ops;

  bool isRow() const { return !reduced.empty(); }
};

/// A launch takes 256 arguments; each op adds at most three operands and a result. Larger groups would also compile slowly
/// and spill.
constexpr size_t largestCluster = 60;

/// More distinct ways than this to reach one op through views would compute it too often.
constexpr unsigned largestPathCount = 4;

class Fuser {
public:
  Fuser(EntryOp entry, int64_t recomputeLimit) : block(entry.getBody().front()), recomputeLimit(recomputeLimit) {}

  void run() {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block.without_terminator()))) {
      if (op.use_empty() && isPure(&op))
        op.erase();
      else if (isFusable(&op))
        place(&op);
    }
    for (auto &cluster : clusters)
      build(*cluster);
    sortTopologically(&block);
  }

private:
  /// Numbers that cost nothing: every group that uses one gets its own.
  static bool isSource(Operation *op) { return isa_and_present<SplatOp, SizeOp>(op); }
  static bool isFusable(Operation *op) {
    if (isSource(op))
      return llvm::any_of(op->getUsers(), [](Operation *user) { return !isFusableUser(user); });
    return isa<DotGeneralOp>(op) || isFusableUser(op);
  }
  static bool isFusableUser(Operation *op) { return isa<ElementwiseOpInterface, ViewOpInterface, ReduceOp>(op); }

  Cluster *clusterOf(Operation *op) const { return placed.lookup(op); }
  static bool hasRoom(const Cluster *cluster) { return cluster->ops.size() < largestCluster; }

  void place(Operation *op) {
    llvm::SmallSetVector<Cluster *, 4> users;
    bool escapes = false;
    for (Operation *user : op->getUsers()) {
      Cluster *cluster = clusterOf(user);
      // What a contraction reads is stored in memory first, unless it can be computed on the way.
      bool isStored = !cluster || readsForContraction(user);
      escapes |= isStored;
      if (!isStored)
        users.insert(cluster);
    }
    Cluster *target = nullptr;
    if (isa<DotGeneralOp>(op))
      target = findEpilogue(op, users.getArrayRef());
    else if (Cluster *contraction = findContraction(op)) {
      target = contraction;
      prologues.insert(op);
    }
    else if (auto reduce = dyn_cast<ReduceOp>(op))
      target = findRow(reduce, users.getArrayRef());
    else if (!escapes && users.size() == 1 && isCheapToAbsorb(op, users.front()) && hasRoom(users.front()))
      target = users.front();
    else if (!isSource(op))
      target = findSibling(op, users.getArrayRef());
    if (!target) {
      clusters.push_back(std::make_unique<Cluster>());
      target = clusters.back().get();
      target->shape = getShape(op->getResult(0).getType());
      paths[op] = 1;
    }
    if (isa<DotGeneralOp>(op))
      target->anchor = op;
    if (auto reduce = dyn_cast<ReduceOp>(op)) {
      target->shape = getShape(reduce.getX().getType());
      target->reduced.assign(reduce.getDims().begin(), reduce.getDims().end());
      paths[op] = 1;
    }
    direct[op] = llvm::all_of(op->getUsers(), [&](Operation *user) { return isDirectUse(user, target); });
    target->ops.push_back(op);
    placed[op] = target;
  }

  bool readsForContraction(Operation *user) const { return isa<DotGeneralOp>(user) || prologues.contains(user); }

  /// Whether ops of as many elements lead to `op` from one that `isFound`.
  static bool follows(Operation *op, function_ref<bool(Operation *)> isFound) {
    auto countOf = [](Value value) { return getElementCount(getShape(value.getType())); };
    DimExpr count = countOf(op->getResult(0));
    llvm::SmallPtrSet<Operation *, 8> seen;
    SmallVector<Operation *> stack{op};
    while (!stack.empty())
      for (Value operand : stack.pop_back_val()->getOperands()) {
        Operation *before = operand.getDefiningOp();
        if (!before || countOf(operand) != count || !seen.insert(before).second)
          continue;
        if (isFound(before))
          return true;
        if (isFusableUser(before) && !isa<ReduceOp>(before))
          stack.push_back(before);
      }
    return false;
  }

  /// The cluster of the one contraction that reads the op, where that is computed as its operand is read: once for each
  /// element, or on some targets once for each block that reads it.
  Cluster *findContraction(Operation *op) {
    auto elementwise = dyn_cast<ElementwiseOpInterface>(op);
    if (!isa<ViewOpInterface>(op) && !(elementwise && !isSource(op) && elementwise.getCost() <= recomputeLimit))
      return nullptr;
    // What another contraction or a reduction can compute at its end is computed there, once.
    if (follows(op, [](Operation *before) { return isa<DotGeneralOp, ReduceOp>(before); }))
      return nullptr;
    Cluster *only = clusterOf(*op->user_begin());
    bool isOnly = only && llvm::all_of(op->getUsers(), [&](Operation *user) {
      return readsForContraction(user) && clusterOf(user) == only;
    });
    return isOnly && hasRoom(only) ? only : nullptr;
  }

  /// Whether a use of `cluster` is at the cluster's own index, not through a view; so are uses elsewhere.
  bool isDirectUse(Operation *user, Cluster *cluster) {
    return clusterOf(user) != cluster || (!isa<ViewOpInterface>(user) && direct.lookup(user));
  }

  /// Whether the cluster's operands can be read as [batch, rows, columns] of the contraction: several dimensions that are
  /// rows or columns together must be repeated together or not at all.
  static bool walksAsMatrix(DotGeneralOp dot, const Cluster *cluster) {
    size_t batch = dot.getXBatch().size(), rows = dot.getXFree().size(), columns = dot.getYFree().size();
    if (batch <= 1 && rows <= 1 && columns <= 1)
      return true;
    for (Operation *op : cluster->ops) {
      if (!isa<ViewOpInterface>(op))
        continue;
      auto broadcast = dyn_cast<BroadcastOp>(op);
      if (!broadcast || getShape(broadcast.getResult().getType()) != cluster->shape)
        return false;
      SymbolicShape from = getShape(broadcast.getX().getType());
      auto keeps = [&](size_t d) {
        for (auto [i, dimension] : llvm::enumerate(broadcast.getDimensions()))
          if (size_t(dimension) == d)
            return from[i] == cluster->shape[d];
        return false;
      };
      size_t first = 0;
      for (size_t count : {batch, rows, columns}) {
        for (size_t d = first + 1; d < first + count; ++d)
          if (keeps(d) != keeps(first))
            return false;
        first += count;
      }
    }
    return true;
  }

  /// A cluster that takes the contraction's result, element for element, and has no contraction yet.
  Cluster *findEpilogue(Operation *op, ArrayRef<Cluster *> users) {
    SymbolicShape shape = getShape(op->getResult(0).getType());
    for (Cluster *cluster : users)
      if (!cluster->anchor && !cluster->isRow() && cluster->shape == shape && hasRoom(cluster) &&
          walksAsMatrix(cast<DotGeneralOp>(op), cluster) &&
          llvm::all_of(op->getUsers(), [&](Operation *user) { return isDirectUse(user, cluster); }) &&
          !reachesThroughOthers(op, cluster))
        return cluster;
    return nullptr;
  }

  /// An op whose users are all in one cluster is computed where they need it: free at the cluster's own index, again for
  /// each element where a view lies between.
  bool isCheapToAbsorb(Operation *op, Cluster *cluster) {
    unsigned count = pathCount(op, cluster, /*isResult=*/false);
    if (count > largestPathCount || !isCheapAlong(op, cluster, count))
      return false;
    paths[op] = count;
    return true;
  }

  /// Whether an op that is reached in `count` ways is computed for no more elements than it has, or is cheap.
  bool isCheapAlong(Operation *op, Cluster *cluster, unsigned count) {
    auto elementwise = dyn_cast<ElementwiseOpInterface>(op);
    if (!elementwise || elementwise.getCost() <= recomputeLimit)
      return true;
    DimExpr own = getElementCount(getShape(op->getResult(0).getType())), needed = getElementCount(cluster->shape);
    bool noMore = own == needed || (own.constant() && needed.constant() && *needed.constant() <= *own.constant());
    return (count == 1 && noMore) || isOncePerRow(op, cluster);
  }

  /// How the elements of `op` are addressed where `cluster` needs them: from the indices of its results and of its
  /// reductions' operands.
  SmallVector<StridedView> waysTo(Operation *op, Cluster *cluster) {
    using Step = std::pair<Operation *, StridedView>;
    SmallVector<StridedView> ways;
    SmallVector<Step> stack{{op, StridedView::rowMajor(getShape(op->getResult(0).getType()))}}, seen;
    while (!stack.empty()) {
      Step step = stack.pop_back_val();
      if (llvm::any_of(seen, [&](const Step &s) { return s.first == step.first && s.second.isLike(step.second); }))
        continue;
      seen.push_back(step);
      for (Operation *user : step.first->getUsers()) {
        if (clusterOf(user) != cluster || isa<ReduceOp, DotGeneralOp>(user))
          ways.push_back(step.second);
        else if (auto view = dyn_cast<ViewOpInterface>(user))
          stack.emplace_back(user, view.applyView(step.second));
        else
          stack.emplace_back(user, step.second);
      }
    }
    return ways;
  }

  /// Whether an op is needed once for each row of the cluster's reductions, or of one that it follows and that the
  /// cluster can still take.
  bool isOncePerRow(Operation *op, Cluster *cluster) {
    SmallVector<StridedView> ways = waysTo(op, cluster);
    size_t rank = cluster->shape.size();
    if (cluster->isRow())
      return llvm::all_of(ways, [&](const StridedView &way) {
        return way.sizes.size() != rank || way.isConstantAlong(cluster->reduced);
      });
    if (llvm::any_of(ways, [&](const StridedView &way) { return way.sizes.size() != rank; }))
      return false;
    SmallVector<int64_t> repeated;
    for (int64_t d = 0; d < int64_t(rank); ++d)
      if (llvm::all_of(ways, [&](const StridedView &way) { return way.strides[d] == DimExpr(0); }))
        repeated.push_back(d);
    return !repeated.empty() && followsReduction(op, StridedView::repeated(cluster->shape, repeated));
  }

  /// Whether `op` follows a reduction whose result is repeated as `view` over its operand.
  static bool followsReduction(Operation *op, const StridedView &view) {
    return follows(op, [&](Operation *before) {
      auto reduce = dyn_cast<ReduceOp>(before);
      return reduce && StridedView::repeated(getShape(reduce.getX().getType()), reduce.getDims()).isLike(view);
    });
  }

  /// Through how many chains of views the results of a cluster reach `op`; as a result itself it is also reached directly.
  unsigned pathCount(Operation *op, Cluster *cluster, bool isResult) {
    unsigned direct = isResult ? 1 : 0, count = 0;
    for (Operation *user : op->getUsers()) {
      if (clusterOf(user) != cluster)
        continue;
      unsigned through = paths.lookup(user);
      if (isa<ReduceOp>(user))
        direct = std::max(direct, 1u);
      else if (isa<ViewOpInterface>(user))
        count += through;
      else
        direct = std::max(direct, through);
    }
    return std::max(1u, direct + count);
  }

  /// Clusters that use the op, then those that share an operand with it.
  SmallVector<Cluster *> findCandidates(Operation *op, ArrayRef<Cluster *> users) {
    SmallVector<Cluster *> candidates(users);
    for (Value operand : op->getOperands())
      // Every group has its own sources: sharing one says nothing.
      if (!isSource(operand.getDefiningOp()))
        for (Operation *sibling : operand.getUsers())
          if (Cluster *cluster = clusterOf(sibling))
            candidates.push_back(cluster);
    return candidates;
  }

  /// A cluster that a reduction joins: one of its operand's shape that needs its result row by row, one of its result's
  /// shape that follows it, or other reductions over the same dimensions.
  Cluster *findRow(ReduceOp op, ArrayRef<Cluster *> users) {
    SymbolicShape whole = getShape(op.getX().getType()), kept = getShape(op.getResult().getType());
    StridedView repeated = StridedView::repeated(whole, op.getDims()), own = StridedView::rowMajor(kept);
    auto isAtItsRow = [&](const StridedView &way) {
      return way.isLike(way.sizes.size() == kept.size() ? own : repeated);
    };
    for (Cluster *cluster : findCandidates(op, users)) {
      bool isAlike = cluster->isRow() && cluster->shape == whole && ArrayRef(cluster->reduced) == op.getDims();
      bool becomesRow = !cluster->anchor && !cluster->isRow() && llvm::is_contained(users, cluster) &&
                        (cluster->shape == whole || cluster->shape == kept);
      if ((isAlike || becomesRow) && hasRoom(cluster) && llvm::all_of(waysTo(op, cluster), isAtItsRow) &&
          !reachesThroughOthers(op, cluster))
        return cluster;
    }
    return nullptr;
  }

  /// Whether the op can be a result of the cluster's: by its shape, and because that is where it is needed.
  bool canBeResult(Operation *op, Cluster *cluster) {
    SymbolicShape shape = getShape(op->getResult(0).getType());
    return cluster->shape == shape || (cluster->isRow() && getReducedShape(cluster->shape, cluster->reduced) == shape &&
                                       isOncePerRow(op, cluster));
  }

  /// A cluster of the op's shape that uses it or shares an operand with it, and that nothing outside would have to run
  /// both before and after.
  Cluster *findSibling(Operation *op, ArrayRef<Cluster *> users) {
    for (Cluster *cluster : findCandidates(op, users)) {
      unsigned count = pathCount(op, cluster, /*isResult=*/true);
      // Beside a contraction there is only what needs its result, beside a reduction only what it needs.
      if ((cluster->anchor || cluster->isRow()) && !llvm::is_contained(users, cluster))
        continue;
      if (!canBeResult(op, cluster) || !hasRoom(cluster) || count > largestPathCount ||
          !isCheapAlong(op, cluster, count) || reachesThroughOthers(op, cluster))
        continue;
      paths[op] = count;
      return cluster;
    }
    return nullptr;
  }

  /// Whether a path leads from `op` to `target` through an op of another cluster.
  bool reachesThroughOthers(Operation *op, Cluster *target) {
    llvm::SmallPtrSet<Cluster *, 8> visited;
    SmallVector<Cluster *> stack;
    auto push = [&](Operation *from) {
      for (Operation *user : from->getUsers())
        if (Cluster *cluster = clusterOf(user); cluster && cluster != target && visited.insert(cluster).second)
          stack.push_back(cluster);
    };
    // A contraction of the target reads `op` from memory, so before the target runs.
    for (Operation *user : op->getUsers())
      if (clusterOf(user) == target && readsForContraction(user))
        return true;
    push(op);
    while (!stack.empty()) {
      Cluster *cluster = stack.pop_back_val();
      for (Operation *member : cluster->ops) {
        if (llvm::any_of(member->getUsers(), [&](Operation *user) { return clusterOf(user) == target; }))
          return true;
        push(member);
      }
    }
    return false;
  }

  /// Sources are computed where they are used; a contraction reads them from memory.
  static bool isCloned(Operation *user, Value operand) {
    return isSource(operand.getDefiningOp()) && !isa<DotGeneralOp>(user);
  }

  static Anchor anchorOf(const Cluster &cluster) {
    return cluster.anchor ? Anchor::contract : cluster.isRow() ? Anchor::row : Anchor::map;
  }

  void build(Cluster &cluster) {
    llvm::SmallSetVector<Value, 8> inputs;
    SmallVector<Value> outputs;
    llvm::SmallPtrSet<Operation *, 16> members(cluster.ops.begin(), cluster.ops.end());
    for (Operation *op : llvm::reverse(cluster.ops)) {
      for (Value operand : op->getOperands())
        if (!members.contains(operand.getDefiningOp()) && !isCloned(op, operand))
          inputs.insert(operand);
      if (llvm::any_of(op->getUsers(), [&](Operation *user) { return !members.contains(user); }))
        outputs.push_back(op->getResult(0));
    }
    OpBuilder builder(cluster.ops.front());
    SmallVector<Location> locs(llvm::map_range(llvm::reverse(cluster.ops), [](Operation *op) { return op->getLoc(); }));
    auto group = GroupOp::create(builder, builder.getFusedLoc(locs), TypeRange(ValueRange(outputs)),
                                 inputs.getArrayRef(), anchorOf(cluster));
    Block &body = group.getBody().emplaceBlock();
    IRMapping mapping;
    for (Value input : inputs)
      mapping.map(input, body.addArgument(input.getType(), input.getLoc()));
    builder.setInsertionPointToStart(&body);
    for (Operation *op : llvm::reverse(cluster.ops)) {
      for (Value operand : op->getOperands())
        if (isCloned(op, operand) && !mapping.contains(operand))
          builder.clone(*operand.getDefiningOp(), mapping);
      builder.clone(*op, mapping);
    }
    SmallVector<Value> yielded;
    for (Value output : outputs)
      yielded.push_back(mapping.lookup(output));
    YieldOp::create(builder, group.getLoc(), yielded);
    for (auto [output, result] : llvm::zip(outputs, group.getOutputs()))
      output.replaceUsesWithIf(result, [&](OpOperand &use) { return !members.contains(use.getOwner()); });
    for (Operation *op : cluster.ops)
      op->erase();
  }

  Block &block;
  int64_t recomputeLimit;
  std::vector<std::unique_ptr<Cluster>> clusters;
  DenseMap<Operation *, Cluster *> placed;
  /// What is computed as the operand of a contraction is read.
  llvm::SmallPtrSet<Operation *, 8> prologues;
  DenseMap<Operation *, unsigned> paths;
  /// Whether the cluster's results need the op at their own index only.
  DenseMap<Operation *, bool> direct;
};

struct Fuse : impl::FusePassBase<Fuse> {
  using FusePassBase::FusePassBase;

  void runOnOperation() override {
    for (auto entry : getOperation().getOps<EntryOp>()) {
      Fuser(entry, recomputeLimit).run();
      // Sources that only groups used are left behind.
      for (Operation &op : llvm::make_early_inc_range(entry.getBody().front()))
        if (isa<SplatOp, SizeOp>(op) && op.use_empty())
          op.erase();
    }
  }
};

} // namespace
} // namespace tenon
