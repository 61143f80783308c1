// Command oracle_names prints what go/types says every identifier of some packages means.
//
//	oracle_names [-goos OS] ROOT DIR...
//
// ROOT is the root of a module, or GOROOT/src. Each DIR is a directory below it. Imports are read from source: the
// standard library, the module itself, its vendor directory. Of packages that are not found nothing is said.
//
// For each file a line "file PATH" is followed by a line for each identifier:
//
//	OFFSET d PATH OFFSET    it declares, or denotes what is declared, there
//	OFFSET p OFFSET         it denotes the package imported by the spec at that offset of the file
//	OFFSET u                it denotes something predeclared
//	OFFSET e NAME           it denotes NAME of another package
//	OFFSET o                it denotes something else: a field or a method of another package
package main

import (
	"bufio"
	"flag"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

var goos = flag.String("goos", "linux", "operating system whose files are read")

func main() {
	flag.Parse()
	loader := newLoader(flag.Arg(0))
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, dir := range flag.Args()[1:] {
		for _, files := range loader.views(dir) {
			loader.dump(out, dir, files)
		}
	}
}

type loader struct {
	root, module string
	context      build.Context
	fset         *token.FileSet
	packages     map[string]*types.Package
}

func newLoader(root string) *loader {
	context := build.Default
	context.GOOS, context.GOARCH, context.CgoEnabled = *goos, "amd64", true
	module := ""
	if text, err := os.ReadFile(filepath.Join(root, "go.mod")); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, ok := strings.CutPrefix(line, "module "); ok {
				module = strings.Trim(strings.TrimSpace(name), `"`)
			}
		}
	}
	return &loader{root, module, context, token.NewFileSet(), map[string]*types.Package{"unsafe": types.Unsafe}}
}

// parse reads the files of a directory that belong to the configuration, by package name.
func (l *loader) parse(dir string, tests bool) map[string][]*ast.File {
	entries, _ := os.ReadDir(dir)
	files := map[string][]*ast.File{}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") && !tests {
			continue
		}
		if ok, err := l.context.MatchFile(dir, name); err != nil || !ok {
			continue
		}
		mode := parser.SkipObjectResolution
		file, err := parser.ParseFile(l.fset, filepath.Join(dir, name), nil, mode)
		if err == nil {
			files[file.Name.Name] = append(files[file.Name.Name], file)
		}
	}
	return files
}

// views returns the sets of files of a directory that are compiled together.
func (l *loader) views(dir string) [][]*ast.File {
	var views [][]*ast.File
	files := l.parse(dir, true)
	names := []string{}
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		views = append(views, files[name])
	}
	return views
}

func (l *loader) find(path string) string {
	goroot := filepath.Join(l.context.GOROOT, "src")
	dirs := []string{filepath.Join(l.root, "vendor", path), filepath.Join(goroot, path), filepath.Join(goroot, "vendor", path)}
	if rest, ok := strings.CutPrefix(path+"/", l.module+"/"); ok && l.module != "" {
		dirs = append([]string{filepath.Join(l.root, rest)}, dirs...)
	}
	for _, dir := range dirs {
		if found, _ := filepath.Glob(filepath.Join(dir, "*.go")); len(found) > 0 {
			return dir
		}
	}
	return ""
}

// Import implements types.Importer.
func (l *loader) Import(path string) (*types.Package, error) {
	if found := l.packages[path]; found != nil {
		return found, nil
	}
	// A package that is not found has a name that no identifier has.
	l.packages[path] = types.NewPackage(path, "not found")
	l.packages[path].MarkComplete()
	var files []*ast.File
	if dir := l.find(path); dir != "" {
		for _, view := range l.parse(dir, false) {
			if len(view) > len(files) {
				files = view
			}
		}
	}
	if len(files) > 0 {
		config := types.Config{Importer: l, Error: func(error) {}, IgnoreFuncBodies: true, FakeImportC: true}
		if found, _ := config.Check(path, l.fset, files, nil); found != nil {
			l.packages[path] = found
		}
	}
	return l.packages[path], nil
}

func (l *loader) dump(out *bufio.Writer, dir string, files []*ast.File) {
	info := types.Info{
		Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{},
	}
	config := types.Config{Importer: l, Error: func(error) {}, FakeImportC: true}
	pkg, _ := config.Check(dir, l.fset, files, &info)
	for _, file := range files {
		fmt.Fprintln(out, "file", l.fset.File(file.Package).Name())
		ast.Inspect(file, func(node ast.Node) bool {
			ident, ok := node.(*ast.Ident)
			if !ok || ident.Name == "_" {
				return true
			}
			object := info.Uses[ident]
			if object == nil {
				object = info.Defs[ident]
				// The name of an embedded field is a use of its type, here of one that was not found.
				if field, ok := object.(*types.Var); ok && field.Embedded() {
					return true
				}
			}
			if object != nil {
				fmt.Fprintln(out, l.fset.PositionFor(ident.Pos(), false).Offset, l.describe(pkg, object))
			}
			return true
		})
	}
}

func (l *loader) describe(pkg *types.Package, object types.Object) string {
	if _, ok := object.(*types.PkgName); ok {
		return fmt.Sprint("p ", l.offset(object))
	}
	switch {
	case object.Parent() == types.Universe:
		return "u"
	case object.Pkg() == pkg:
		return fmt.Sprint("d ", l.fset.PositionFor(object.Pos(), false).Filename, " ", l.offset(object))
	case object.Pkg() != nil && object.Parent() == object.Pkg().Scope():
		return "e " + object.Name()
	}
	return "o"
}

func (l *loader) offset(object types.Object) int {
	return l.fset.PositionFor(object.Pos(), false).Offset
}
