package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// A platform is an operating system and an architecture.
type platform struct{ os, arch string }

func parsePlatform(name string) (platform, error) {
	os, arch, ok := strings.Cut(name, "/")
	if !ok {
		return platform{}, fmt.Errorf("%s is no platform", name)
	}
	return platform{os, arch}, nil
}

// A library is the standard library as one platform has it.
type library struct {
	packages []*types.Package // dependencies first
	// What a type is declared as: of "type T U" the type U, which is more than the underlying type of T.
	declaredAs map[*types.TypeName]types.Type
}

// A listed package is what the go command says of a package.
type listed struct {
	ImportPath, Dir string
	GoFiles         []string
	ImportMap       map[string]string
}

// list asks the go command for packages and their dependencies, which come first.
func list(goCommand string, p platform, cgo bool, args ...string) ([]listed, error) {
	args = append([]string{"list", "-e", "-json=ImportPath,Dir,GoFiles,ImportMap"}, args...)
	cmd := exec.Command(goCommand, args...)
	enabled := "0"
	if cgo {
		enabled = "1"
	}
	cmd.Env = append(os.Environ(), "GOOS="+p.os, "GOARCH="+p.arch, "CGO_ENABLED="+enabled,
		"GOROOT=", "GOFLAGS=", "GOEXPERIMENT=", "GOTOOLCHAIN=local")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %v", cmd, err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var it listed
		if err := dec.Decode(&it); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, it)
	}
}

// load type-checks the library, without the bodies of functions.
//
// Files that use cgo are left out. What they declare is declared for builds without cgo, too, except in the package
// runtime/cgo, of which the other files are taken although such builds do not have it.
func load(goCommand string, p platform, parsed *sharedParser) (*library, error) {
	all, err := list(goCommand, p, false, "-deps", "std")
	if err != nil {
		return nil, err
	}
	cgo, err := list(goCommand, p, true, "runtime/cgo")
	if err != nil {
		return nil, err
	}
	lib := &library{declaredAs: map[*types.TypeName]types.Type{}}
	checked := map[string]*types.Package{"unsafe": types.Unsafe}
	for _, it := range append(all, cgo...) {
		if it.ImportPath == "unsafe" || len(it.GoFiles) == 0 || checked[it.ImportPath] != nil {
			continue
		}
		pkg, err := lib.check(it, p, parsed, checked)
		if err != nil {
			return nil, err
		}
		checked[it.ImportPath] = pkg
		lib.packages = append(lib.packages, pkg)
	}
	return lib, nil
}

func (lib *library) check(it listed, p platform, parsed *sharedParser, checked map[string]*types.Package) (*types.Package, error) {
	var files []*ast.File
	for _, name := range it.GoFiles {
		file, err := parsed.file(filepath.Join(it.Dir, name))
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	config := types.Config{
		Importer: importer(func(path string) (*types.Package, error) {
			if mapped, ok := it.ImportMap[path]; ok {
				path = mapped
			}
			if pkg := checked[path]; pkg != nil {
				return pkg, nil
			}
			return nil, fmt.Errorf("%s is not listed", path)
		}),
		IgnoreFuncBodies: true,
		Sizes:            types.SizesFor("gc", p.arch),
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}}
	pkg, err := config.Check(it.ImportPath, parsed.fset, files, info)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		for _, decl := range file.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok || group.Tok != token.TYPE {
				continue
			}
			for _, spec := range group.Specs {
				spec := spec.(*ast.TypeSpec)
				if name, ok := info.Defs[spec.Name].(*types.TypeName); ok {
					lib.declaredAs[name] = info.Types[spec.Type].Type
				}
			}
		}
	}
	return pkg, nil
}

type importer func(path string) (*types.Package, error)

func (f importer) Import(path string) (*types.Package, error) { return f(path) }

// A sharedParser parses each file once, whatever the number of platforms that have it.
type sharedParser struct {
	fset  *token.FileSet
	mu    sync.Mutex
	files map[string]func() (*ast.File, error)
}

func newParser() *sharedParser {
	return &sharedParser{fset: token.NewFileSet(), files: map[string]func() (*ast.File, error){}}
}

func (s *sharedParser) file(path string) (*ast.File, error) {
	s.mu.Lock()
	parse := s.files[path]
	if parse == nil {
		parse = sync.OnceValues(func() (*ast.File, error) {
			return parser.ParseFile(s.fset, path, nil, parser.SkipObjectResolution)
		})
		s.files[path] = parse
	}
	s.mu.Unlock()
	return parse()
}
