package main

import (
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"strings"
)

// verify type-checks what was printed, as all there is, for one platform, and compares it with the library: exported
// names, types, values, method sets, and of all types that are there sizes, alignment and comparability.
func verify(files []file, p platform, lib *library) error {
	world := &world{platform: p, fset: token.NewFileSet(), files: map[string][]file{}, checked: map[string]*types.Package{}}
	for _, it := range files {
		if dir := path.Dir(it.name); world.builds(it.text) {
			world.files[dir] = append(world.files[dir], it)
		}
	}
	c := comparison{sizes: types.SizesFor("gc", p.arch)}
	for _, real := range lib.packages {
		if len(world.files[real.Path()]) == 0 {
			c.check(!importable(real.Path()), real, "missing")
			continue
		}
		ours, err := world.Import(real.Path())
		if err != nil {
			return err
		}
		c.packages(real, ours)
	}
	if len(c.differences) > 0 {
		return fmt.Errorf("%d differences:\n%s", len(c.differences), strings.Join(c.differences, "\n"))
	}
	return nil
}

// A world imports packages from files in memory, which are all for its platform.
type world struct {
	platform platform
	fset     *token.FileSet
	files    map[string][]file
	checked  map[string]*types.Package
}

func (w *world) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if pkg := w.checked[path]; pkg != nil {
		return pkg, nil
	}
	var asts []*ast.File
	for _, it := range w.files[path] {
		file, err := parser.ParseFile(w.fset, it.name, it.text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, decl := range file.Decls {
			if decl, ok := decl.(*ast.FuncDecl); ok {
				decl.Body = &ast.BlockStmt{} // without one, go/types complains of generic functions
			}
		}
		asts = append(asts, file)
	}
	if len(asts) == 0 {
		return nil, fmt.Errorf("no files of %s", path)
	}
	config := types.Config{Importer: w, IgnoreFuncBodies: true, Sizes: types.SizesFor("gc", w.platform.arch)}
	pkg, err := config.Check(path, w.fset, asts, nil)
	w.checked[path] = pkg
	return pkg, err
}

// builds reports whether a file is for the platform.
func (w *world) builds(text string) bool {
	line, _, _ := strings.Cut(text, "\n")
	if !constraint.IsGoBuild(line) {
		return true
	}
	expr, err := constraint.Parse(line)
	return err == nil && expr.Eval(func(tag string) bool {
		return tag == w.platform.os || tag == w.platform.arch || tag == "unix" && isUnix(w.platform.os)
	})
}

// A comparison of what must be the same.
type comparison struct {
	sizes       types.Sizes
	differences []string
}

func (c *comparison) check(same bool, what any, how string) {
	if !same {
		c.differences = append(c.differences, fmt.Sprintf("%v: %s", what, how))
	}
}

func (c *comparison) packages(real, ours *types.Package) {
	c.check(real.Name() == ours.Name(), real.Path(), "name of the package")
	public := importable(real.Path())
	for _, name := range real.Scope().Names() {
		a, b := real.Scope().Lookup(name), ours.Scope().Lookup(name)
		if a.Exported() && public && b == nil {
			c.check(false, a, "missing")
		}
	}
	for _, name := range ours.Scope().Names() {
		a, b := real.Scope().Lookup(name), ours.Scope().Lookup(name)
		switch {
		case a == nil:
			c.check(false, b, "invented")
		case a.Exported() && public:
			c.objects(a, b)
		default:
			c.declarations(a.Type(), b.Type())
		}
	}
}

func (c *comparison) objects(a, b types.Object) {
	c.check(same(a.Type(), b.Type()), a, "type")
	switch a := a.(type) {
	case *types.Const:
		b, ok := b.(*types.Const)
		c.check(ok && constant.Compare(a.Val(), token.EQL, b.Val()) && a.Val().Kind() == b.Val().Kind(), a, "value")
	case *types.Var:
		_, ok := b.(*types.Var)
		c.check(ok, a, "not a variable")
	case *types.Func:
		_, ok := b.(*types.Func)
		c.check(ok, a, "not a function")
	case *types.TypeName:
		b, ok := b.(*types.TypeName)
		c.check(ok && a.IsAlias() == b.IsAlias(), a, "not such a type")
		if ok {
			c.types(a.Type(), b.Type())
		}
	}
}

// declarations compares what the types a and b, which have the same name, are declared as.
func (c *comparison) declarations(a, b types.Type) {
	c.check(same(a, b), a, "type")
	if named, ok := a.(*types.Named); ok {
		other, ok := b.(*types.Named)
		c.check(ok && sameTypeParams(named.TypeParams(), other.TypeParams()), a, "type parameters")
		if named.TypeParams().Len() == 0 {
			c.check(c.sizes.Sizeof(a) == c.sizes.Sizeof(b), a, "size")
			c.check(c.sizes.Alignof(a) == c.sizes.Alignof(b), a, "alignment")
		}
	}
	if alias, ok := a.(*types.Alias); ok {
		other, ok := b.(*types.Alias)
		c.check(ok && sameTypeParams(alias.TypeParams(), other.TypeParams()) && same(alias.Rhs(), other.Rhs()), a, "alias")
	}
	c.check(same(a.Underlying(), b.Underlying()), a, "underlying type")
	c.check(types.Comparable(a) == types.Comparable(b), a, "comparability")
}

// types compares what programs can do with the types a and b, which have the same name.
func (c *comparison) types(a, b types.Type) {
	c.declarations(a, b)
	c.methods(a, b)
	if !types.IsInterface(a) {
		c.methods(types.NewPointer(a), types.NewPointer(b))
	}
	c.embedded(a, b, 0)
}

// methods compares method sets. Methods that are not exported need be there only if interfaces have them.
func (c *comparison) methods(a, b types.Type) {
	real, ours := types.NewMethodSet(a), types.NewMethodSet(b)
	byID := map[string]*types.Selection{}
	for selection := range ours.Methods() {
		byID[selection.Obj().Id()] = selection
	}
	for selection := range real.Methods() {
		method, id := selection.Obj(), selection.Obj().Id()
		other := byID[id]
		delete(byID, id)
		if other == nil {
			c.check(!method.Exported(), method, "missing")
			continue
		}
		c.check(same(selection.Type(), other.Type()), method, "type")
		c.check(len(selection.Index()) == len(other.Index()) && selection.Indirect() == other.Indirect(), method, "path")
	}
	for _, selection := range byID {
		c.check(false, selection.Obj(), "invented")
	}
}

// embedded compares the underlying types of embedded fields, which can be those of types that are not exported.
func (c *comparison) embedded(a, b types.Type, depth int) {
	const deep = 10
	s, ok := deref(a).Underlying().(*types.Struct)
	t, ok2 := deref(b).Underlying().(*types.Struct)
	c.check(ok == ok2 && same(deref(a).Underlying(), deref(b).Underlying()), a, "embedded type")
	if !ok || !ok2 || s.NumFields() != t.NumFields() || depth == deep {
		return
	}
	for i := range s.NumFields() {
		if s.Field(i).Embedded() {
			c.embedded(s.Field(i).Type(), t.Field(i).Type(), depth+1)
		}
	}
}

func deref(t types.Type) types.Type {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		return ptr.Elem()
	}
	return t
}

// same reports whether two types of different worlds are written the same. Types with names are the same if these are.
func same(a, b types.Type) bool {
	switch a := a.(type) {
	case *types.Basic:
		b, ok := b.(*types.Basic)
		return ok && a.Kind() == b.Kind() && a.Name() == b.Name()
	case *types.Alias:
		b, ok := b.(*types.Alias)
		return ok && sameName(a.Obj(), b.Obj()) && sameArgs(a.TypeArgs(), b.TypeArgs())
	case *types.Named:
		b, ok := b.(*types.Named)
		return ok && sameName(a.Obj(), b.Obj()) && sameArgs(a.TypeArgs(), b.TypeArgs())
	case *types.TypeParam:
		b, ok := b.(*types.TypeParam)
		return ok && a.Index() == b.Index() && a.Obj().Name() == b.Obj().Name()
	case *types.Array:
		b, ok := b.(*types.Array)
		return ok && a.Len() == b.Len() && same(a.Elem(), b.Elem())
	case *types.Pointer:
		b, ok := b.(*types.Pointer)
		return ok && same(a.Elem(), b.Elem())
	case *types.Slice:
		b, ok := b.(*types.Slice)
		return ok && same(a.Elem(), b.Elem())
	case *types.Map:
		b, ok := b.(*types.Map)
		return ok && same(a.Key(), b.Key()) && same(a.Elem(), b.Elem())
	case *types.Chan:
		b, ok := b.(*types.Chan)
		return ok && a.Dir() == b.Dir() && same(a.Elem(), b.Elem())
	case *types.Signature:
		b, ok := b.(*types.Signature)
		return ok && a.Variadic() == b.Variadic() && sameTypeParams(a.TypeParams(), b.TypeParams()) &&
			same(a.Params(), b.Params()) && same(a.Results(), b.Results())
	case *types.Tuple:
		b, ok := b.(*types.Tuple)
		return ok && all(a.Len(), b.Len(), func(i int) bool { return same(a.At(i).Type(), b.At(i).Type()) })
	case *types.Struct:
		b, ok := b.(*types.Struct)
		return ok && all(a.NumFields(), b.NumFields(), func(i int) bool {
			f, g := a.Field(i), b.Field(i)
			return f.Id() == g.Id() && f.Embedded() == g.Embedded() && a.Tag(i) == b.Tag(i) && same(f.Type(), g.Type())
		})
	case *types.Interface:
		b, ok := b.(*types.Interface)
		return ok && a.IsImplicit() == b.IsImplicit() && a.IsComparable() == b.IsComparable() &&
			all(a.NumMethods(), b.NumMethods(), func(i int) bool {
				f, g := a.Method(i), b.Method(i)
				return f.Id() == g.Id() && same(f.Type(), g.Type())
			}) &&
			all(a.NumEmbeddeds(), b.NumEmbeddeds(), func(i int) bool { return same(a.EmbeddedType(i), b.EmbeddedType(i)) })
	case *types.Union:
		b, ok := b.(*types.Union)
		return ok && all(a.Len(), b.Len(), func(i int) bool {
			return a.Term(i).Tilde() == b.Term(i).Tilde() && same(a.Term(i).Type(), b.Term(i).Type())
		})
	default:
		return false
	}
}

// all reports whether the counts of two lists are the same and equal holds for each place.
func all(a, b int, equal func(int) bool) bool {
	if a != b {
		return false
	}
	for i := range a {
		if !equal(i) {
			return false
		}
	}
	return true
}

func sameName(a, b *types.TypeName) bool {
	inUniverse := a.Pkg() == nil || b.Pkg() == nil
	return a.Name() == b.Name() && (inUniverse && a == b || !inUniverse && a.Pkg().Path() == b.Pkg().Path())
}

func sameArgs(a, b *types.TypeList) bool {
	return all(a.Len(), b.Len(), func(i int) bool { return same(a.At(i), b.At(i)) })
}

func sameTypeParams(a, b *types.TypeParamList) bool {
	return all(a.Len(), b.Len(), func(i int) bool {
		return a.At(i).Obj().Name() == b.At(i).Obj().Name() && same(a.At(i).Constraint(), b.At(i).Constraint())
	})
}
