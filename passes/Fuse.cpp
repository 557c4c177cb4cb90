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

/// Ops that become one kernel. All results have the shape `shape`.
struct Cluster {
  SymbolicShape shape;
  /// The contraction that the others are applied to, where there is one; its operands come from outside.
  Operation *anchor = nullptr;
  /// In reverse order of the entry.
  SmallVector<Operation *> ops;
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
  static bool isFusable(Operation *op) {
    // Splats cost nothing: every group that uses one gets its own.
    if (isa<SplatOp>(op))
      return llvm::any_of(op->getUsers(), [](Operation *user) { return !isFusableUser(user); });
    return isa<ElementwiseOpInterface, ViewOpInterface, DotGeneralOp>(op);
  }
  static bool isFusableUser(Operation *op) { return isa<ElementwiseOpInterface, ViewOpInterface>(op); }

  Cluster *clusterOf(Operation *op) const { return placed.lookup(op); }
  static bool hasRoom(const Cluster *cluster) { return cluster->ops.size() < largestCluster; }

  void place(Operation *op) {
    llvm::SmallSetVector<Cluster *, 4> users;
    bool escapes = false;
    for (Operation *user : op->getUsers()) {
      Cluster *cluster = clusterOf(user);
      // What a contraction reads is stored in memory first.
      bool isStored = !cluster || isa<DotGeneralOp>(user);
      escapes |= isStored;
      if (!isStored)
        users.insert(cluster);
    }
    Cluster *target = nullptr;
    if (isa<DotGeneralOp>(op))
      target = findEpilogue(op, users.getArrayRef());
    else if (!escapes && users.size() == 1 && isCheapToAbsorb(op, users.front()) && hasRoom(users.front()))
      target = users.front();
    else if (!isa<SplatOp>(op))
      target = findSibling(op, users.getArrayRef());
    if (!target) {
      clusters.push_back(std::make_unique<Cluster>());
      target = clusters.back().get();
      target->shape = getShape(op->getResult(0).getType());
      paths[op] = 1;
    }
    if (isa<DotGeneralOp>(op))
      target->anchor = op;
    direct[op] = llvm::all_of(op->getUsers(), [&](Operation *user) { return isDirectUse(user, target); });
    target->ops.push_back(op);
    placed[op] = target;
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
      if (!cluster->anchor && cluster->shape == shape && hasRoom(cluster) &&
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
    return count == 1 && noMore;
  }

  /// Through how many chains of views the results of a cluster reach `op`; as a result itself it is also reached directly.
  unsigned pathCount(Operation *op, Cluster *cluster, bool isResult) {
    unsigned direct = isResult ? 1 : 0, count = 0;
    for (Operation *user : op->getUsers()) {
      if (clusterOf(user) != cluster)
        continue;
      unsigned through = paths.lookup(user);
      if (isa<ViewOpInterface>(user))
        count += through;
      else
        direct = std::max(direct, through);
    }
    return std::max(1u, direct + count);
  }

  /// A cluster of the op's shape that uses it or shares an operand with it, and that nothing outside would have to run
  /// both before and after.
  Cluster *findSibling(Operation *op, ArrayRef<Cluster *> users) {
    SymbolicShape shape = getShape(op->getResult(0).getType());
    SmallVector<Cluster *> candidates(users);
    for (Value operand : op->getOperands())
      // Every group has its own splats: sharing one says nothing.
      if (!operand.getDefiningOp<SplatOp>())
        for (Operation *sibling : operand.getUsers())
          if (Cluster *cluster = clusterOf(sibling))
            candidates.push_back(cluster);
    for (Cluster *cluster : candidates) {
      unsigned count = pathCount(op, cluster, /*isResult=*/true);
      // Beside a contraction there is only what needs its result.
      if (cluster->anchor && !llvm::is_contained(users, cluster))
        continue;
      if (cluster->shape != shape || !hasRoom(cluster) || count > largestPathCount ||
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
      if (clusterOf(user) == target && isa<DotGeneralOp>(user))
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

  /// Splats are computed where they are used; a contraction reads them from memory.
  static bool isCloned(Operation *user, Value operand) {
    return operand.getDefiningOp<SplatOp>() && !isa<DotGeneralOp>(user);
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
                                 inputs.getArrayRef(), cluster.anchor ? Anchor::contract : Anchor::map);
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
  DenseMap<Operation *, unsigned> paths;
  /// Whether the cluster's results need the op at their own index only.
  DenseMap<Operation *, bool> direct;
};

struct Fuse : impl::FusePassBase<Fuse> {
  using FusePassBase::FusePassBase;

  void runOnOperation() override {
    for (auto entry : getOperation().getOps<EntryOp>()) {
      Fuser(entry, recomputeLimit).run();
      // Splats that only groups used are left behind.
      for (Operation &op : llvm::make_early_inc_range(entry.getBody().front()))
        if (isa<SplatOp>(op) && op.use_empty())
          op.erase();
    }
  }
};

} // namespace
} // namespace tenon
