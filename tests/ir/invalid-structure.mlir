// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt %s --verify-diagnostics --split-input-file

// expected-error@+1 {{has a value of type 'f32'; expected ranked tensors}}
tenon.entry @no_tensor(%x: f32) {
  tenon.return
}

// -----

// expected-error@+1 {{of type 'tensor<?xf32>', whose `?` has no name; name it in an encoding, #tenon.dims<["N"]>}}
tenon.entry @nameless_size(%x: tensor<?xf32>) {
  tenon.return
}

// -----

// The smallest number is how a type writes `?`, so the encoding itself lets it pass.
// expected-error@+1 {{with a negative size}}
tenon.entry @negative_size(%x: tensor<?x?xf32, #tenon.dims<[-9223372036854775808, "N"]>>)
    attributes {symbols = [#tenon.symbol<"N">]} {
  tenon.return
}

// -----

// expected-error@+1 {{uses the size N, which is not declared; add #tenon.symbol<"N"> to `symbols`}}
tenon.entry @undeclared_size(%x: tensor<?xf32, #tenon.dims<["N"]>>) {
  tenon.return
}

// -----

tenon.entry @undeclared_size_inside() {
  // expected-error@+1 {{uses the size N, which is not declared}}
  %0 = tenon.splat 0.0 : f32 : tensor<?xf32, #tenon.dims<["N"]>>
  tenon.return
}

// -----

// expected-error@+1 {{declares the size N twice}}
tenon.entry @declared_twice(%x: tensor<?xf32, #tenon.dims<["N"]>>)
    attributes {symbols = [#tenon.symbol<"N">, #tenon.symbol<"N", min = 1>]} {
  tenon.return
}

// -----

// expected-error@+1 {{declares the size N, but no argument has it as a dimension that would give its value}}
tenon.entry @unbound_size(%x: tensor<?xf32, #tenon.dims<["2*N"]>>) attributes {symbols = [#tenon.symbol<"N">]} {
  tenon.return
}

// -----

// expected-error@+1 {{must match the type of the corresponding argument in function signature}}
"tenon.entry"() <{function_type = (tensor<4xf32>) -> (), sym_name = "another_signature"}> ({
^bb0(%x: tensor<5xf32>):
  tenon.return
}) : () -> ()

// -----

tenon.entry @results_of_another_type(%x: tensor<4xf32>) -> tensor<5xf32> {
  // expected-error@+1 {{gives results of types ('tensor<4xf32>'), the signature says ('tensor<5xf32>')}}
  tenon.return %x : tensor<4xf32>
}

// -----

// expected-error@+1 {{must end in tenon.return}}
tenon.entry @another_terminator() {
  llvm.unreachable
}

// -----

// expected-error@+1 {{must end in tenon.yield}}
tenon.kernel @another_terminator() {
  llvm.unreachable
}

// -----

// expected-error@+1 {{has two arguments named x}}
tenon.entry @two_arguments(%x: tensor<f32> {tenon.name = "x"}, %y: tensor<f32> {tenon.name = "x"}) {
  tenon.return
}

// -----

tenon.state @s : tensor<f32>
// expected-error@+1 {{has two arguments named s}}
tenon.entry @state_twice(%x: tensor<f32> {tenon.state = @s}, %y: tensor<f32> {tenon.state = @s}) {
  tenon.return
}

// -----

// expected-error@+1 {{has two results named y}}
tenon.entry @two_results(%x: tensor<f32>) -> (tensor<f32> {tenon.name = "y"}, tensor<f32> {tenon.name = "y"}) {
  tenon.return %x, %x : tensor<f32>, tensor<f32>
}

// -----

tenon.state @s : tensor<f32>
tenon.entry @fewer_states(%x: tensor<f32> {tenon.state = @s}) {
  // expected-error@+1 {{names 1 states for 2 new values}}
  tenon.return update [@s] = %x, %x : tensor<f32>, tensor<f32>
}

// -----

tenon.state @s : tensor<f32>
tenon.entry @no_argument_of_the_state(%x: tensor<f32>) {
  // expected-error@+1 {{updates @s, which is not a state argument of this entry or is updated twice}}
  tenon.return update [@s] = %x : tensor<f32>
}

// -----

tenon.state @s : tensor<f32>
tenon.entry @updated_twice(%x: tensor<f32> {tenon.state = @s}) {
  // expected-error@+1 {{updates @s, which is not a state argument of this entry or is updated twice}}
  tenon.return update [@s, @s] = %x, %x : tensor<f32>, tensor<f32>
}

// -----

tenon.state @s : tensor<f32>
tenon.entry @update_of_another_type(%x: tensor<f32> {tenon.state = @s}, %y: tensor<4xf32>) {
  // expected-error@+1 {{updates @s of type 'tensor<f32>' with a value of type 'tensor<4xf32>'}}
  tenon.return update [@s] = %y : tensor<4xf32>
}

// -----

tenon.entry @group_of_other_inputs(%x: tensor<4xf32>) {
  // expected-error@+1 {{has inputs that differ from its body's arguments}}
  tenon.group map(%x) : (tensor<4xf32>) -> () {
  ^bb0(%a: tensor<5xf32>):
    tenon.yield
  }
  tenon.return
}

// -----

tenon.entry @group_of_other_results(%x: tensor<4xf32>) {
  // expected-error@+1 {{must end in a tenon.yield of its results}}
  %0 = tenon.group map(%x) : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    tenon.yield
  }
  tenon.return
}

// -----

tenon.entry @group_sees_only_its_inputs(%x: tensor<4xf32>) {
  // expected-note@+1 {{required by region isolation constraints}}
  %0 = tenon.group map() : () -> tensor<4xf32> {
    // expected-error@+1 {{using value defined outside the region}}
    tenon.yield %x : tensor<4xf32>
  }
  tenon.return
}

// -----

tenon.entry @launch_of_nothing() {
  // expected-error@+1 {{runs @missing, which does not exist}}
  tenon.launch @missing sizes = <[]>() : () -> ()
  tenon.return
}

// -----

tenon.kernel @k(%x: tensor<?xf32, #tenon.dims<["s0"]>>) -> tensor<?xf32, #tenon.dims<["s0"]>>
    attributes {symbols = [#tenon.symbol<"s0">]} {
  tenon.yield %x : tensor<?xf32, #tenon.dims<["s0"]>>
}
tenon.entry @launch_without_sizes(%x: tensor<4xf32>) {
  // expected-error@+1 {{does not fit the signature of @k}}
  %0 = tenon.launch @k sizes = <[]>(%x) : (tensor<4xf32>) -> tensor<4xf32>
  tenon.return
}

// -----

tenon.kernel @k(%x: tensor<4xf32>) -> tensor<4xf32> {
  tenon.yield %x : tensor<4xf32>
}
tenon.entry @launch_without_inputs() {
  // expected-error@+1 {{does not fit the signature of @k}}
  %0 = tenon.launch @k sizes = <[]>() : () -> tensor<4xf32>
  tenon.return
}

// -----

tenon.entry @yield_in_an_entry() {
  // expected-error@+1 {{expects parent op to be one of 'tenon.group, tenon.kernel'}}
  tenon.yield
}
