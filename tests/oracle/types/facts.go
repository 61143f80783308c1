package main

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"math/big"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// printFacts checks all views and prints the facts about each file of the module.
func printFacts(out *bufio.Writer, w *world) {
	var lock sync.Mutex
	texts, leftOut := map[string][]byte{}, map[string]int{}
	w.check(func(v *view) {
		f := facts{view: v, world: w, speller: newSpeller(w), leftOut: map[string]int{}}
		for _, file := range v.files {
			if file.printed {
				text := f.of(file)
				lock.Lock()
				texts[w.relative(file.path)] = text
				lock.Unlock()
			}
		}
		lock.Lock()
		defer lock.Unlock()
		for reason, count := range f.leftOut {
			leftOut[reason] += count
		}
	})
	if *reasons {
		for _, reason := range slices.Sorted(maps.Keys(leftOut)) {
			fmt.Fprintf(os.Stderr, "%9d %s\n", leftOut[reason], reason)
		}
	}
	paths := []string{}
	for path := range texts {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		fmt.Fprintln(out, "F", path)
		out.Write(texts[path])
	}
}

// A fact is a line about an expression.
type fact struct {
	start, end int
	kind       byte
	text       string
}

// facts finds the facts about files of a view.
type facts struct {
	*world
	*speller
	view  *view
	found []fact
	// leftOut is how many expressions nothing is said about, by the reason.
	leftOut map[string]int
	// finely says that of a declaration with an error only the part with the error is left out.
	finely bool
	// wrong are the parts to leave out.
	wrong map[ast.Node]bool
}

func (f *facts) of(file *file) []byte {
	f.found = f.found[:0]
	if f.finely {
		f.wrong = f.wrongNodes(file.syntax)
	}
	for _, decl := range file.syntax.Decls {
		// Where something is wrong, there is no saying what is recorded.
		if *drop > 0 || f.finely || !slices.ContainsFunc(f.view.errors, func(pos token.Pos) bool { return decl.Pos() <= pos && pos < decl.End() }) {
			f.walk(decl)
		} else {
			f.leaveOut("declaration with an error")
		}
	}
	slices.SortStableFunc(f.found, func(a, b fact) int {
		return cmp.Or(a.start-b.start, a.end-b.end, int(a.kind)-int(b.kind))
	})
	var text bytes.Buffer
	for _, it := range f.found {
		fmt.Fprintf(&text, "%c %d %d %s\n", it.kind, it.start, it.end, it.text)
	}
	return text.Bytes()
}

func (f *facts) add(kind byte, node ast.Node, text string) {
	if text != "" {
		f.found = append(f.found, fact{f.offset(node.Pos()), f.offset(node.End()), kind, text})
	}
}

func (f *facts) walk(root ast.Node) {
	// Identifiers that are part of something else that counts: the name after a dot.
	parts := map[*ast.Ident]bool{}
	ast.Inspect(root, func(node ast.Node) bool {
		if f.wrong[node] {
			f.leaveOut("statement with an error")
			return false
		}
		switch node := node.(type) {
		case *ast.SelectorExpr:
			parts[node.Sel] = true
			f.expression(node)
		case *ast.Ident:
			if parts[node] {
				f.leaveOut("name after a dot")
			} else {
				f.identifier(node)
			}
		case *ast.CallExpr:
			f.expression(node)
			f.add('C', node, f.target(node))
		case ast.Expr:
			f.expression(node)
		}
		return true
	})
}

// identifier finds what is known about an identifier that stands alone.
func (f *facts) identifier(ident *ast.Ident) {
	object, defined := f.view.info.Defs[ident]
	if !defined {
		object = f.view.info.Uses[ident]
	}
	if ident.Name == "_" {
		f.leaveOut("blank identifier")
		return
	}
	switch object := object.(type) {
	case *types.Var:
		if object.IsField() {
			f.leaveOut("name or key of a field")
			return
		}
		f.addType(ident, object.Type())
	case *types.Func:
		if defined {
			f.leaveOut("name of a declared function")
			return
		}
		f.expression(ident)
	case *types.Const:
		if defined && object.Parent() == f.view.pkg.Scope() {
			f.add('K', ident, f.constant(object))
		}
		f.leaveOut("constant")
	case *types.TypeName:
		f.leaveOut("type")
	case *types.PkgName:
		f.leaveOut("name of a package")
	case *types.Label:
		f.leaveOut("label")
	case *types.Builtin:
		f.leaveOut("builtin")
	case *types.Nil:
		f.leaveOut("untyped")
	case nil:
		if defined {
			f.leaveOut("name in a type switch")
			return
		}
		f.leaveOut("identifier that is not resolved")
	default:
		f.leaveOut(fmt.Sprintf("identifier of a %T", object))
	}
}

// expression finds the type of an expression that is a value and not a constant.
func (f *facts) expression(expr ast.Expr) {
	known, ok := f.view.info.Types[expr]
	switch {
	case !ok:
		f.leaveOut(f.whyUnrecorded(expr))
	case known.IsType():
		f.leaveOut("type")
	case known.IsBuiltin():
		f.leaveOut("builtin")
	case known.IsVoid():
		f.leaveOut("call without a result")
	case !known.IsValue():
		f.leaveOut("neither value nor type")
	case known.Value != nil:
		f.leaveOut("constant")
	case f.isConstant(expr):
		f.leaveOut("constant that becomes a type parameter")
	default:
		f.addType(expr, known.Type)
	}
}

// whyUnrecorded says why go/types says nothing about an expression.
func (f *facts) whyUnrecorded(expr ast.Expr) string {
	switch expr := expr.(type) {
	case *ast.KeyValueExpr:
		return "pair of key and value"
	case *ast.Ellipsis:
		return "ellipsis"
	case *ast.TypeAssertExpr:
		if expr.Type == nil {
			return "x.(type)"
		}
	case *ast.BasicLit:
		return "import path or tag"
	case *ast.FuncType:
		return "type"
	case *ast.SelectorExpr:
		if object := f.view.info.Uses[expr.Sel]; object != nil {
			if _, isType := object.(*types.TypeName); isType {
				return "type"
			}
		}
	}
	return fmt.Sprintf("%T that is not recorded", expr)
}

// addType adds the type of an expression or a variable, if it has one that counts.
func (f *facts) addType(expr ast.Expr, t types.Type) {
	if basic, ok := t.(*types.Basic); ok && basic.Info()&types.IsUntyped != 0 {
		f.leaveOut("untyped")
		return
	}
	// What is assigned to two variables is recorded as a pair, unless it is a call.
	if pair, ok := t.(*types.Tuple); ok {
		if _, isCall := ast.Unparen(expr).(*ast.CallExpr); !isCall {
			t = pair.At(0).Type()
		}
	}
	if function, ok := t.(*types.Signature); ok && function.TypeParams().Len() > 0 {
		f.leaveOut("generic function that is not instantiated")
		return
	}
	spelled := f.typ(t)
	if spelled == "" {
		f.leaveOut("invalid type")
		return
	}
	f.add('E', expr, spelled)
}

// leaveOut counts an expression that nothing is said about, by the reason.
func (f *facts) leaveOut(reason string) {
	f.leftOut[reason]++
}

// isConstant says whether an expression is made of constants only. When such a one becomes a type parameter, go/types
// forgets its value.
func (f *facts) isConstant(expr ast.Expr) bool {
	switch expr := expr.(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		_, ok := f.view.info.Uses[expr].(*types.Const)
		return ok
	case *ast.SelectorExpr:
		_, ok := f.view.info.Uses[expr.Sel].(*types.Const)
		return ok
	case *ast.ParenExpr:
		return f.isConstant(expr.X)
	case *ast.UnaryExpr:
		return f.isConstant(expr.X)
	case *ast.BinaryExpr:
		return f.isConstant(expr.X) && f.isConstant(expr.Y)
	}
	return false
}

// target spells what a call calls.
func (f *facts) target(call *ast.CallExpr) string {
	callee := ast.Unparen(call.Fun)
	known := f.view.info.Types[callee]
	if known.IsType() {
		return prefixed("conversion ", f.typ(known.Type))
	}
	if known.Type == nil || known.Type == types.Typ[types.Invalid] {
		return ""
	}
	for {
		switch indexed := callee.(type) {
		case *ast.IndexExpr:
			if !f.isFunction(indexed.X) {
				return "value"
			}
			callee = ast.Unparen(indexed.X)
			continue
		case *ast.IndexListExpr:
			callee = ast.Unparen(indexed.X)
			continue
		}
		break
	}
	switch callee := callee.(type) {
	case *ast.Ident:
		return f.function(f.view.info.Uses[callee])
	case *ast.SelectorExpr:
		return f.function(f.view.info.Uses[callee.Sel])
	}
	return "value"
}

// isFunction says whether an expression names a function or a method.
func (f *facts) isFunction(expr ast.Expr) bool {
	var object types.Object
	switch expr := ast.Unparen(expr).(type) {
	case *ast.Ident:
		object = f.view.info.Uses[expr]
	case *ast.SelectorExpr:
		object = f.view.info.Uses[expr.Sel]
	}
	_, ok := object.(*types.Func)
	return ok
}

// function spells what a name that is called denotes.
func (f *facts) function(object types.Object) string {
	switch object := object.(type) {
	case *types.Builtin:
		if object.Pkg() == types.Unsafe {
			return "builtin unsafe." + object.Name()
		}
		return "builtin " + object.Name()
	case *types.Func:
		function := object.Origin()
		receiver := function.Signature().Recv()
		if receiver == nil {
			return "func " + function.Pkg().Path() + "." + function.Name()
		}
		return f.method(function, receiver.Type())
	}
	return "value"
}

func (f *facts) method(function *types.Func, receiver types.Type) string {
	receiver = types.Unalias(receiver)
	if pointer, ok := receiver.(*types.Pointer); ok {
		receiver = types.Unalias(pointer.Elem())
	}
	kind := "method "
	if types.IsInterface(receiver) {
		kind = "imethod "
	}
	switch receiver := receiver.(type) {
	case *types.Named:
		return kind + f.object(receiver.Obj()) + "." + function.Name()
	case *types.Interface:
		return kind + "interface." + function.Name()
	}
	return ""
}

// constant spells the type and the value of a constant.
func (f *facts) constant(object *types.Const) string {
	basic, ok := object.Type().Underlying().(*types.Basic)
	if !ok || object.Val().Kind() == constant.Unknown {
		return ""
	}
	value, info := "", basic.Info()
	switch {
	case info&types.IsBoolean != 0:
		value = strconv.FormatBool(constant.BoolVal(object.Val()))
	case info&types.IsString != 0:
		value = quoted(constant.StringVal(object.Val()))
	case info&types.IsInteger != 0:
		value = constant.ToInt(object.Val()).ExactString()
	case info&types.IsFloat != 0:
		value = fraction(constant.ToFloat(object.Val()), info)
	case info&types.IsComplex != 0:
		number := constant.ToComplex(object.Val())
		real, imag := fraction(constant.Real(number), info), fraction(constant.Imag(number), info)
		if real != "" && imag != "" {
			value = "(" + real + ", " + imag + ")"
		}
	}
	spelled := f.typ(object.Type())
	if spelled == "" || value == "" {
		return ""
	}
	return spelled + " = " + value
}

// fraction spells a number exactly, or "" if go/constant itself does not have it exactly.
func fraction(value constant.Value, info types.BasicInfo) string {
	switch number := constant.Val(constant.ToFloat(value)).(type) {
	case *big.Rat:
		return number.String()
	case *big.Float:
		if exact, accuracy := number.Rat(nil); exact != nil && accuracy == big.Exact && info&types.IsUntyped == 0 {
			return exact.String()
		}
	case int64:
		return strconv.FormatInt(number, 10) + "/1"
	case *big.Int:
		return number.String() + "/1"
	}
	return ""
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + strings.TrimSpace(text)
}
