// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Predicated accesses are inline assembly: as branches they would keep the assembler from issuing several loads at once.
#include "codegen/ptx/Memory.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace tenon::ptx {

namespace {

/// How PTX moves a number of bytes: in `words` registers of `wordBits`.
struct Words {
  unsigned count, bits;

  explicit Words(unsigned bytes) : count(1), bits(bytes * 8) {
    if (bytes > 4 && bytes != 8) {
      count = bytes / 4;
      bits = 32;
    }
  }
  /// Registers of 8 bits do not exist.
  Type type(OpBuilder &builder) const { return builder.getIntegerType(std::max(bits, 16u)); }
  StringRef constraint() const { return bits == 64 ? "l" : bits == 32 ? "r" : "h"; }
  std::string suffix() const {
    std::string vector = count == 1 ? "" : ".v" + std::to_string(count);
    return vector + (bits == 8 ? ".u8" : ".b" + std::to_string(bits));
  }
};

std::string operands(unsigned first, unsigned count) {
  std::string text = count == 1 ? "" : "{";
  for (unsigned i = 0; i < count; ++i)
    text += (i ? ", $" : "$") + std::to_string(first + i);
  return text + (count == 1 ? "" : "}");
}

StringRef spaceOf(Value address) {
  return cast<LLVM::LLVMPointerType>(address.getType()).getAddressSpace() == globalSpace ? "global" : "shared";
}

unsigned bytesOf(Type type) {
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.getNumElements() * vector.getElementTypeBitWidth() / 8;
  return type.getIntOrFloatBitWidth() / 8;
}

/// Words of 8 bits are the low bits of a register.
Value fromWord(OpBuilder &builder, Location loc, Value word, const Words &words, Type type) {
  if (words.bits == 8)
    word = LLVM::TruncOp::create(builder, loc, builder.getI8Type(), word);
  return word.getType() == type ? word : LLVM::BitcastOp::create(builder, loc, type, word).getResult();
}

} // namespace

Value emitLoad(OpBuilder &builder, Location loc, Value address, Type element, unsigned count, Value predicate) {
  Type type = count == 1 ? element : VectorType::get(count, element);
  unsigned bytes = bytesOf(type);
  if (!predicate)
    return LLVM::LoadOp::create(builder, loc, type, address, bytes);
  Words words(bytes);
  std::string text, constraints;
  for (unsigned i = 0; i < words.count; ++i) {
    text += "mov.b" + std::to_string(std::max(words.bits, 16u)) + " $" + std::to_string(i) + ", 0; ";
    constraints += ("=&" + words.constraint() + ",").str();
  }
  text += "@$" + std::to_string(words.count) + " ld." + spaceOf(address).str() + words.suffix() + " " +
          operands(0, words.count) + ", [$" + std::to_string(words.count + 1) + "];";
  Type word = words.type(builder);
  Type result = words.count == 1
                    ? word
                    : LLVM::LLVMStructType::getLiteral(builder.getContext(), SmallVector<Type>(words.count, word));
  Value loaded = LLVM::InlineAsmOp::create(builder, loc, result, ValueRange{predicate, address}, text,
                                           constraints + "b,l,~{memory}", /*has_side_effects=*/true, /*is_align_stack=*/false,
                                           LLVM::TailCallKind::None, nullptr, nullptr)
                     .getResult(0);
  if (words.count == 1)
    return fromWord(builder, loc, loaded, words, type);
  Value vector = LLVM::UndefOp::create(builder, loc, VectorType::get(words.count, word));
  for (unsigned i = 0; i < words.count; ++i) {
    Value part = LLVM::ExtractValueOp::create(builder, loc, loaded, i);
    Value position = LLVM::ConstantOp::create(builder, loc, builder.getI32Type(), i);
    vector = LLVM::InsertElementOp::create(builder, loc, vector, part, position);
  }
  return fromWord(builder, loc, vector, words, type);
}

void emitStore(OpBuilder &builder, Location loc, Value value, Value address, Value predicate) {
  unsigned bytes = bytesOf(value.getType());
  if (!predicate) {
    LLVM::StoreOp::create(builder, loc, value, address, bytes);
    return;
  }
  Words words(bytes);
  Type word = words.type(builder);
  SmallVector<Value> arguments{predicate, address};
  std::string constraints = "b,l";
  if (words.bits == 8) {
    Value byte = value.getType().isInteger(8)
                     ? value
                     : LLVM::BitcastOp::create(builder, loc, builder.getI8Type(), value).getResult();
    arguments.push_back(LLVM::ZExtOp::create(builder, loc, word, byte));
  } else if (words.count == 1) {
    arguments.push_back(value.getType() == word ? value
                                                : LLVM::BitcastOp::create(builder, loc, word, value).getResult());
  } else {
    Value vector = LLVM::BitcastOp::create(builder, loc, VectorType::get(words.count, word), value);
    for (unsigned i = 0; i < words.count; ++i) {
      Value position = LLVM::ConstantOp::create(builder, loc, builder.getI32Type(), i);
      arguments.push_back(LLVM::ExtractElementOp::create(builder, loc, vector, position));
    }
  }
  for (unsigned i = 0; i < words.count; ++i)
    constraints += ("," + words.constraint()).str();
  constraints += ",~{memory}";
  std::string text = "@$0 st." + spaceOf(address).str() + words.suffix() + " [$1], " + operands(2, words.count) + ";";
  LLVM::InlineAsmOp::create(builder, loc, TypeRange(), arguments, text, constraints, /*has_side_effects=*/true,
                            /*is_align_stack=*/false, LLVM::TailCallKind::None, nullptr, nullptr);
}

} // namespace tenon::ptx
