// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/tenon/TenonOps.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/IRMapping.h"
#include "passes/Passes.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace tenon {
#define GEN_PASS_DEF_OUTLINEPASS
#include "passes/Passes.h.inc"

namespace {

/// Names of the sizes in `op`'s types and attributes and in those of its region, by first occurrence.
std::vector<std::string> collectSymbols(GroupOp group) {
  std::vector<std::string> names;
  AttrTypeWalker walker;
  walker.addWalk([&](DimAttr dim) { dim.getExpr().collectSymbols(names); });
  group.getBody().walk<WalkOrder::PreOrder>([&](Block *block) {
    for (Type type : block->getArgumentTypes())
      walker.walk(type);
    for (Operation &op : *block) {
      walker.walk(op.getAttrDictionary());
      for (Type type : op.getResultTypes())
        walker.walk(type);
    }
  });
  return names;
}

/// `map_mul_add_gelu`: what people see in profiles.
std::string describe(GroupOp group) {
  std::string name = stringifyAnchor(group.getAnchor()).str();
  unsigned count = 0;
  constexpr unsigned longest = 4;
  for (Operation &op : group.getBody().front().without_terminator())
    if (!isa<SplatOp>(op) && ++count <= longest)
      name += ("_" + op.getName().stripDialect()).str();
  return count > longest ? name + "_etc" : name;
}

class Outliner {
public:
  explicit Outliner(ModuleOp module) : module(module), table(module) {}

  void outline(EntryOp entry) {
    DenseMap<StringAttr, SymbolAttr> declarations;
    for (auto symbol : entry.getSymbols().getAsRange<SymbolAttr>())
      declarations[StringAttr::get(module.getContext(), symbol.getName())] = symbol;
    for (auto group : llvm::make_early_inc_range(entry.getBody().getOps<GroupOp>())) {
      std::vector<std::string> names = collectSymbols(group);
      SmallVector<Attribute> symbols;
      DimExpr::Substitution renaming;
      SmallVector<DimExpr> sizes;
      for (auto [i, name] : llvm::enumerate(names)) {
        std::string position = "s" + std::to_string(i);
        SymbolAttr declared = declarations.at(StringAttr::get(module.getContext(), name));
        symbols.push_back(SymbolAttr::get(module.getContext(), position, declared.getMinimum(), declared.getMaximum(),
                                          declared.getDivisor()));
        renaming[name] = DimExpr::symbol(position);
        sizes.push_back(DimExpr::symbol(name));
      }
      KernelOp kernel = findOrCreate(group, symbols, renaming);
      OpBuilder builder(group);
      auto launch = LaunchOp::create(builder, group.getLoc(), group.getResultTypes(), kernel.getSymName(),
                                     DimsAttr::get(module.getContext(), sizes), group.getInputs());
      group.replaceAllUsesWith(launch);
      group.erase();
    }
  }

private:
  KernelOp findOrCreate(GroupOp group, ArrayRef<Attribute> symbols, const DimExpr::Substitution &renaming) {
    MLIRContext *context = module.getContext();
    OpBuilder builder(context);
    Block &body = group.getBody().front();
    auto type = FunctionType::get(context, body.getArgumentTypes(), group.getResultTypes());
    OwningOpRef<KernelOp> kernel =
        KernelOp::create(builder, group.getLoc(), "kernel", type, ArrayAttr::get(context, symbols), nullptr, nullptr);
    IRMapping mapping;
    group.getBody().cloneInto(&kernel->getBody(), mapping);
    AttrTypeReplacer replacer;
    replacer.addReplacement([&](DimAttr dim) { return DimAttr::get(context, dim.getExpr().substitute(renaming)); });
    replacer.recursivelyReplaceElementsIn(*kernel, /*replaceAttrs=*/true, /*replaceLocs=*/false, /*replaceTypes=*/true);

    kernel->getOperation()->setAttr(anchorAttr, group.getAnchorAttr());
    std::string text;
    llvm::raw_string_ostream stream(text);
    kernel->print(stream, OpPrintingFlags().useLocalScope());
    auto [found, isNew] = kernels.try_emplace(text);
    if (isNew) {
      found->second = kernel.get();
      kernel->setSymName(describe(group));
      table.insert(kernel.release());
    }
    return found->second;
  }

  ModuleOp module;
  SymbolTable table;
  llvm::StringMap<KernelOp> kernels;
};

struct Outline : impl::OutlinePassBase<Outline> {
  void runOnOperation() override {
    Outliner outliner(getOperation());
    for (auto entry : llvm::make_early_inc_range(getOperation().getOps<EntryOp>()))
      outliner.outline(entry);
  }
};

} // namespace
} // namespace tenon
