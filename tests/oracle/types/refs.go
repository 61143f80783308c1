package main

import (
	"bufio"
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
)

// A place is where an identifier is.
type place struct {
	path   string
	offset int
}

func (p place) compare(q place) int {
	return cmp.Or(strings.Compare(p.path, q.path), p.offset-q.offset)
}

// uses collects, from all views, what is declared and where it is used. A package and its view with tests have
// different objects of the same place.
type uses struct {
	*world
	lock  sync.Mutex
	found map[place]map[place]bool
	files map[string]bool
}

// printRefs checks all views and prints the uses of some of the module's package-level objects and fields.
func printRefs(out *bufio.Writer, w *world, count int, seed uint64) {
	u := &uses{world: w, found: map[place]map[place]bool{}, files: map[string]bool{}}
	// An object has to be known before its uses: a view is checked after what it imports, but not always reported.
	var declared []place
	w.check(func(v *view) { declared = append(declared, u.collect(v)...) })
	slices.SortFunc(declared, place.compare)
	declared = slices.Compact(declared)
	random := rand.New(rand.NewPCG(seed, 0))
	random.Shuffle(len(declared), func(i, j int) { declared[i], declared[j] = declared[j], declared[i] })
	declared = declared[:min(count, len(declared))]
	slices.SortFunc(declared, place.compare)
	paths := []string{}
	for path := range u.files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		fmt.Fprintln(out, "F", path)
	}
	for _, object := range declared {
		fmt.Fprintln(out, "R", object.path, object.offset)
		places := []place{}
		for use := range u.found[object] {
			places = append(places, use)
		}
		slices.SortFunc(places, place.compare)
		for _, use := range places {
			fmt.Fprintln(out, "U", use.path, use.offset)
		}
	}
}

// collect records the uses in a view, and returns the objects that it declares.
func (u *uses) collect(v *view) []place {
	u.lock.Lock()
	defer u.lock.Unlock()
	for _, file := range v.files {
		u.files[u.relative(file.path)] = true
	}
	var declared []place
	for ident, object := range v.info.Defs {
		if ident.Name != "_" && isRefTarget(object) && u.isOwn(object.Pos()) {
			declared = append(declared, u.place(ident.Pos()))
		}
	}
	for ident, object := range v.info.Uses {
		object = origin(object)
		if !isRefTarget(object) || !u.isOwn(object.Pos()) {
			continue
		}
		at := u.place(object.Pos())
		if u.found[at] == nil {
			u.found[at] = map[place]bool{}
		}
		u.found[at][u.place(ident.Pos())] = true
	}
	return declared
}

// isRefTarget says whether an object is a field, or declared at package level.
func isRefTarget(object types.Object) bool {
	switch object := object.(type) {
	case *types.Var:
		if object.IsField() {
			return !object.Embedded()
		}
		return object.Parent() == object.Pkg().Scope()
	case *types.Func:
		return object.Signature().Recv() == nil && object.Name() != "init" && object.Name() != "main"
	case *types.TypeName, *types.Const:
		return object.Pkg() != nil && object.Parent() == object.Pkg().Scope()
	}
	return false
}

func origin(object types.Object) types.Object {
	switch object := object.(type) {
	case *types.Var:
		return object.Origin()
	case *types.Func:
		return object.Origin()
	}
	return object
}

// isOwn says whether a position is in a package of the module.
func (u *uses) isOwn(pos token.Pos) bool {
	if !pos.IsValid() {
		return false // unsafe.Pointer
	}
	path := u.fset.File(pos).Name()
	return strings.HasPrefix(path, u.root) && !strings.HasPrefix(u.relative(path), "vendor/")
}

func (u *uses) place(pos token.Pos) place {
	return place{u.relative(u.fset.File(pos).Name()), u.offset(pos)}
}
