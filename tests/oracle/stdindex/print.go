package main

import (
	"fmt"
	"go/constant"
	"go/types"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The declarations of a package by what they declare. Names of other packages are written as reference does.
type declarations struct {
	name string
	text map[string]string // by what sorts them: constants, variables, types with their methods, functions
}

// declare prints what is kept of a library, by package path.
func declare(lib *library) (decls map[string]*declarations, err error) {
	defer func() {
		if it, ok := recover().(failure); ok {
			err = fmt.Errorf("%s", string(it))
		}
	}()
	r := explore(lib)
	decls = map[string]*declarations{}
	for _, pkg := range lib.packages {
		d := &declarations{name: pkg.Name(), text: map[string]string{}}
		scope := pkg.Scope()
		for _, name := range scope.Names() {
			obj := scope.Lookup(name)
			if it, ok := obj.(*types.TypeName); ok {
				if r.types[it] != 0 {
					r.declareType(d, it)
				}
			} else if obj.Exported() && importable(pkg.Path()) {
				declareOther(d, obj)
			}
		}
		if len(d.text) > 0 || importable(pkg.Path()) {
			decls[pkg.Path()] = d
		}
	}
	return decls, nil
}

// A failure is a panic with something that cannot be declared.
type failure string

func declareOther(d *declarations, obj types.Object) {
	p := printer{in: obj.Pkg()}
	p.WriteString(obj.Name())
	switch obj := obj.(type) {
	case *types.Const:
		if !isUntyped(obj.Type()) {
			p.WriteByte(' ')
			p.typ(obj.Type())
		}
		p.WriteString(" = " + literal(obj.Val(), obj.Type()))
		d.text["1 "+obj.Name()] = "const " + p.String()
	case *types.Var:
		p.WriteByte(' ')
		p.typ(obj.Type())
		d.text["2 "+obj.Name()] = "var " + p.String()
	case *types.Func:
		p.signature(obj.Signature())
		d.text["4 "+obj.Name()] = "func " + p.String()
	}
}

func (r *reach) declareType(d *declarations, obj *types.TypeName) {
	level := r.types[obj]
	p := printer{in: obj.Pkg()}
	p.WriteString("type " + obj.Name())
	switch t := obj.Type().(type) {
	case *types.Alias:
		p.typeParams(t.TypeParams())
		p.WriteString(" = ")
	case *types.Named:
		p.typeParams(t.TypeParams())
		p.WriteByte(' ')
		r.declareMethods(d, t, level)
	}
	p.multiline = true
	p.typ(r.lib.declaredAs[obj])
	d.text["3 "+obj.Name()] = p.String()
}

func (r *reach) declareMethods(d *declarations, t *types.Named, level level) {
	for method := range t.Methods() {
		if !r.keeps(method, level) {
			continue
		}
		p := printer{in: t.Obj().Pkg()}
		p.WriteString("func (")
		sig := method.Signature()
		if _, ok := sig.Recv().Type().(*types.Pointer); ok {
			p.WriteByte('*')
		}
		p.WriteString(t.Obj().Name())
		for i, param := range seq2(sig.RecvTypeParams()) {
			p.WriteString(separator(i, "[", ", ") + param.Obj().Name())
		}
		if sig.RecvTypeParams().Len() > 0 {
			p.WriteByte(']')
		}
		p.WriteString(") " + method.Name())
		p.signature(sig)
		d.text["3 "+t.Obj().Name()+" "+method.Name()] = p.String()
	}
}

func seq2(list *types.TypeParamList) func(func(int, *types.TypeParam) bool) {
	return func(yield func(int, *types.TypeParam) bool) {
		for i := range list.Len() {
			if !yield(i, list.At(i)) {
				return
			}
		}
	}
}

// separator returns first in front of the first item and between in front of the others.
func separator(i int, first, between string) string {
	if i == 0 {
		return first
	}
	return between
}

// A printer prints types.
type printer struct {
	strings.Builder
	in        *types.Package
	multiline bool // the next struct or interface has one member on a line
}

// reference writes the name of another package, to be resolved when the imports of a file are known.
func reference(path string) string { return "\x00" + path + "\x00" }

func (p *printer) object(obj *types.TypeName) {
	switch {
	case obj.Pkg() == nil || obj.Pkg() == p.in:
	case !obj.Exported():
		panic(failure(fmt.Sprintf("%s needs the unexported %v", p.in.Path(), obj)))
	default:
		p.WriteString(reference(obj.Pkg().Path()) + ".")
	}
	p.WriteString(obj.Name())
}

func (p *printer) typ(t types.Type) {
	multiline := p.multiline
	p.multiline = false
	switch t := t.(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			p.WriteString(reference("unsafe") + ".")
		}
		p.WriteString(t.Name())
	case *types.Alias:
		p.object(t.Obj())
		p.typeArgs(t.TypeArgs())
	case *types.Named:
		p.object(t.Obj())
		p.typeArgs(t.TypeArgs())
	case *types.TypeParam:
		p.WriteString(t.Obj().Name())
	case *types.Array:
		p.WriteString("[" + strconv.FormatInt(t.Len(), 10) + "]")
		p.typ(t.Elem())
	case *types.Pointer:
		p.WriteByte('*')
		p.typ(t.Elem())
	case *types.Slice:
		p.WriteString("[]")
		p.typ(t.Elem())
	case *types.Map:
		p.WriteString("map[")
		p.typ(t.Key())
		p.WriteByte(']')
		p.typ(t.Elem())
	case *types.Chan:
		p.channel(t)
	case *types.Signature:
		p.WriteString("func")
		p.signature(t)
	case *types.Struct:
		p.members("struct", t.NumFields(), multiline, func(i int) { p.field(t.Field(i), t.Tag(i)) })
	case *types.Interface:
		p.iface(t, multiline)
	case *types.Union:
		for i := range t.Len() {
			p.WriteString(separator(i, "", " | "))
			if t.Term(i).Tilde() {
				p.WriteByte('~')
			}
			p.typ(t.Term(i).Type())
		}
	default:
		panic(failure(fmt.Sprintf("%s needs a %T", p.in.Path(), t)))
	}
}

func (p *printer) channel(t *types.Chan) {
	parens := false
	switch t.Dir() {
	case types.SendOnly:
		p.WriteString("chan<- ")
	case types.RecvOnly:
		p.WriteString("<-chan ")
	default:
		p.WriteString("chan ")
		elem, ok := t.Elem().(*types.Chan)
		parens = ok && elem.Dir() == types.RecvOnly
	}
	if parens {
		p.WriteByte('(')
	}
	p.typ(t.Elem())
	if parens {
		p.WriteByte(')')
	}
}

// members prints what is between the braces of a struct or interface type.
func (p *printer) members(keyword string, count int, multiline bool, member func(i int)) {
	p.WriteString(keyword + separator(count, "{", " {"))
	for i := range count {
		if multiline {
			p.WriteString("\n\t")
		} else {
			p.WriteString(separator(i, " ", "; "))
		}
		member(i)
	}
	switch {
	case count == 0:
	case multiline:
		p.WriteByte('\n')
	default:
		p.WriteByte(' ')
	}
	p.WriteByte('}')
}

func (p *printer) field(field *types.Var, tag string) {
	if !field.Embedded() {
		p.WriteString(field.Name() + " ")
	}
	p.typ(field.Type())
	if tag != "" {
		p.WriteString(" " + strconv.Quote(tag))
	}
}

func (p *printer) iface(t *types.Interface, multiline bool) {
	if t.IsImplicit() {
		p.typ(t.EmbeddedType(0))
		return
	}
	embedded := t.NumEmbeddeds()
	p.members("interface", embedded+t.NumExplicitMethods(), multiline, func(i int) {
		if i < embedded {
			p.typ(t.EmbeddedType(i))
			return
		}
		method := t.ExplicitMethod(i - embedded)
		p.WriteString(method.Name())
		p.signature(method.Signature())
	})
}

// signature prints everything behind the name of a function.
func (p *printer) signature(sig *types.Signature) {
	p.typeParams(sig.TypeParams())
	p.tuple(sig.Params(), sig.Variadic())
	switch results := sig.Results(); results.Len() {
	case 0:
	case 1:
		p.WriteByte(' ')
		p.typ(results.At(0).Type())
	default:
		p.WriteByte(' ')
		p.tuple(results, false)
	}
}

func (p *printer) tuple(tuple *types.Tuple, variadic bool) {
	p.WriteByte('(')
	for i := range tuple.Len() {
		p.WriteString(separator(i, "", ", "))
		t := tuple.At(i).Type()
		if variadic && i == tuple.Len()-1 {
			p.WriteString("...")
			t = t.(*types.Slice).Elem()
		}
		p.typ(t)
	}
	p.WriteByte(')')
}

func (p *printer) typeParams(list *types.TypeParamList) {
	for i, param := range seq2(list) {
		p.WriteString(separator(i, "[", ", ") + param.Obj().Name() + " ")
		p.typ(param.Constraint())
	}
	if list.Len() > 0 {
		p.WriteByte(']')
	}
}

func (p *printer) typeArgs(list *types.TypeList) {
	for i := range list.Len() {
		p.WriteString(separator(i, "[", ", "))
		p.typ(list.At(i))
	}
	if list.Len() > 0 {
		p.WriteByte(']')
	}
}

func isUntyped(t types.Type) bool {
	basic, ok := t.(*types.Basic)
	return ok && basic.Info()&types.IsUntyped != 0
}

// literal returns an expression with exactly that value, and of that type if it is untyped.
func literal(val constant.Value, t types.Type) string {
	basic := t.Underlying().(*types.Basic)
	switch {
	case basic.Kind() == types.UntypedRune:
		r, exact := constant.Int64Val(val)
		if exact && r == int64(rune(r)) && utf8.ValidRune(rune(r)) {
			return strconv.QuoteRuneToASCII(rune(r))
		}
		return `'\x00' + ` + val.ExactString()
	case basic.Info()&types.IsFloat != 0:
		return float(val)
	case basic.Info()&types.IsComplex != 0:
		return float(constant.Real(val)) + " + " + float(constant.Imag(val)) + "i"
	default:
		return val.ExactString()
	}
}

// float returns a floating-point literal, or a quotient of two where none has that value.
func float(val constant.Value) string {
	val = constant.ToFloat(val)
	var r *big.Rat
	switch val := constant.Val(val).(type) {
	case *big.Rat:
		r = val
	case *big.Float:
		return val.Text('p', 0)
	case int64:
		r = new(big.Rat).SetInt64(val)
	case *big.Int:
		r = new(big.Rat).SetInt(val)
	default:
		panic(failure(fmt.Sprintf("%v is no float", val)))
	}
	const long = 80
	switch n, exact := r.FloatPrec(); {
	case exact && n < long:
		return r.FloatString(max(n, 1))
	case exact:
		if f, exact := r.Float64(); exact {
			return strconv.FormatFloat(f, 'x', -1, 64)
		}
	}
	return r.Num().String() + ".0 / " + r.Denom().String() + ".0"
}
