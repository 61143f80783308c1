package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// A listing is what `go list` says about a package in one view.
type listing struct {
	ImportPath string
	Name       string
	Dir        string
	GoFiles    []string
	CgoFiles   []string
	ImportMap  map[string]string
	ForTest    string
	DepOnly    bool
	Module     *struct{ GoVersion string }
}

// A world is a module with all that it depends on.
type world struct {
	root string
	// goroot is where the standard library's Go is installed.
	goroot string
	// modules are the directories of the main modules relative to the root.
	modules []string
	fset    *token.FileSet
	sizes   types.Sizes
	// In the order of go list: what is imported comes before what imports it.
	views  []*view
	byPath map[string]*view
	parsed sync.Map
	slots  chan struct{}
}

// A view is a package with its tests or without, or the external tests of a package.
type view struct {
	listing
	// path is the import path without the test that the view is for.
	path string
	// root says whether the view is one of the module's own, of which facts are printed.
	root  bool
	files []*file
	done  chan struct{}
	pkg   *types.Package
	info  *types.Info
	// errors are where go/types reports some.
	errors []token.Pos
}

// A file is a file of a view.
type file struct {
	path   string
	syntax *ast.File
	// printed says whether this is the view to print the file's facts from.
	printed bool
}

// list asks go list for the packages below root and all that they depend on.
func list(root string) (*world, error) {
	fields := "-json=ImportPath,Name,Dir,GoFiles,CgoFiles,ImportMap,ForTest,DepOnly,Module"
	args := []string{"list", "-e", "-deps", "-test", fields}
	if *tags != "" {
		args = append(args, "-tags", *tags)
	}
	modules, err := mainModules(root)
	if err != nil {
		return nil, err
	}
	command := goCommand(root, append(append(args, "--"), patternsOf(modules)...)...)
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	goroot, err := goCommand(root, "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %v", err)
	}
	arch := cmp.Or(*goarch, build.Default.GOARCH)
	w := &world{
		root: root, goroot: strings.TrimSpace(string(goroot)), modules: modules, fset: token.NewFileSet(), sizes: types.SizesFor("gc", arch),
		byPath: map[string]*view{}, slots: make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
	for decoder := json.NewDecoder(stdout); ; {
		v := &view{done: make(chan struct{})}
		if err := decoder.Decode(&v.listing); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list: %v", err)
		}
		v.path, _, _ = strings.Cut(v.ImportPath, " ")
		// The main package that go test makes is no one's.
		if v.Name == "main" && strings.HasSuffix(v.ImportPath, ".test") && v.ForTest == "" {
			continue
		}
		w.views = append(w.views, v)
		w.byPath[v.ImportPath] = v
	}
	if err := command.Wait(); err != nil {
		return nil, fmt.Errorf("go list: %v", err)
	}
	if len(w.views) == 0 {
		return nil, fmt.Errorf("go list: no packages below %s", root)
	}
	w.chooseRoots()
	return w, nil
}

// goCommand returns a run of go in the directory root, for the configuration that is asked for.
func goCommand(root string, args ...string) *exec.Cmd {
	command := exec.Command(*goProgram, args...)
	command.Dir = root
	command.Env = append(os.Environ(), "CGO_ENABLED=1", "GOPROXY=off", "GOTOOLCHAIN=local", "PWD="+root)
	if *goos != "" {
		command.Env = append(command.Env, "GOOS="+*goos)
	}
	if *goarch != "" {
		command.Env = append(command.Env, "GOARCH="+*goarch)
	}
	command.Stderr = os.Stderr
	return command
}

// mainModules returns the directories of the main modules below root: of a workspace there are several.
func mainModules(root string) ([]string, error) {
	out, err := goCommand(root, "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return nil, fmt.Errorf("go list -m: %v", err)
	}
	var modules []string
	for line := range strings.Lines(string(out)) {
		dir, err := filepath.Rel(root, strings.TrimSpace(line))
		if err == nil && !strings.HasPrefix(dir, "..") {
			modules = append(modules, filepath.ToSlash(dir))
		}
	}
	if len(modules) == 0 {
		modules = []string{"."}
	}
	return modules, nil
}

// patternsOf returns the patterns of the packages to check: those asked for, or all of the modules.
func patternsOf(modules []string) []string {
	if *patterns != "" {
		return strings.Split(*patterns, ",")
	}
	var all []string
	for _, dir := range modules {
		all = append(all, strings.Replace("./"+dir+"/...", "/./", "/", 1))
	}
	return all
}

// chooseRoots finds the views whose facts are printed: the packages that were asked for, and their own tests, but not
// what is compiled anew because it imports something that is tested.
func (w *world) chooseRoots() {
	for _, v := range w.views {
		switch v.ForTest {
		case "":
			v.root = !v.DepOnly
		case v.path, strings.TrimSuffix(v.path, "_test"):
			tested := w.byPath[v.ForTest]
			v.root = tested != nil && !tested.DepOnly
		}
	}
}

// check type-checks all views. It calls finished on each of the module's own when it is done, from several goroutines,
// and forgets what was recorded about the view's expressions afterwards.
func (w *world) check(finished func(*view)) {
	var group sync.WaitGroup
	for _, v := range w.views {
		group.Go(func() {
			defer close(v.done)
			// What is imported comes first, so waiting for it with a slot in hand is never a deadlock: but slots are
			// for those who can work.
			for _, path := range w.imports(v) {
				if imported := w.byPath[path]; imported != nil && imported != v {
					<-imported.done
				}
			}
			w.slots <- struct{}{}
			defer func() { <-w.slots }()
			w.checkView(v, v)
			if v.root {
				finished(v)
			}
			v.info = nil
		})
	}
	group.Wait()
}

// imports parses a view's files and returns the views that they import.
func (w *world) imports(v *view) []string {
	w.slots <- struct{}{}
	defer func() { <-w.slots }()
	w.parse(v)
	var paths []string
	for _, file := range v.files {
		for _, spec := range file.syntax.Imports {
			paths = append(paths, v.resolve(strings.Trim(spec.Path.Value, "`\"")))
		}
	}
	return paths
}

func (v *view) resolve(path string) string {
	if mapped, ok := v.ImportMap[path]; ok {
		return mapped
	}
	return path
}

// A parsing is a file that is parsed once, for all views.
type parsing struct {
	once   sync.Once
	syntax *ast.File
	err    error
}

func (w *world) parse(v *view) {
	for _, name := range append(append([]string{}, v.GoFiles...), v.CgoFiles...) {
		path := v.absolute(name)
		if w.isDropped(path) {
			continue
		}
		found, _ := w.parsed.LoadOrStore(path, new(parsing))
		parsing := found.(*parsing)
		parsing.once.Do(func() {
			mode := parser.SkipObjectResolution | parser.ParseComments
			parsing.syntax, parsing.err = parser.ParseFile(w.fset, path, nil, mode)
		})
		if parsing.err != nil {
			if *errors {
				fmt.Fprintln(os.Stderr, parsing.err)
			}
			// Part of it may have been understood, but nobody knows which.
			continue
		}
		file := &file{path, parsing.syntax, v.prints(path)}
		if v.root && !v.isOwn(path) {
			file.syntax = withoutBodies(file.syntax)
		}
		v.files = append(v.files, file)
	}
}

// absolute returns the path of a file that is listed by name.
func (v *view) absolute(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(v.Dir, name)
}

// isOwn says whether this is the view to look at a file in: files that are no tests are in that with tests, too.
func (v *view) isOwn(path string) bool {
	return v.root && (v.ForTest == "" || strings.HasSuffix(path, "_test.go"))
}

// prints says whether a file's facts are printed from this view.
func (v *view) prints(path string) bool {
	return v.isOwn(path) && !isLink(path)
}

// isDropped says whether a file of a dependency outside the standard library is left out. World.rs decides alike.
func (w *world) isDropped(path string) bool {
	dependency := !strings.HasPrefix(path, w.goroot+"/")
	if inside, ok := strings.CutPrefix(path, w.root+"/"); ok {
		dependency = strings.HasPrefix(inside, "vendor/")
	}
	if *drop == 0 || !dependency {
		return false
	}
	hash := *seed
	for i := range len(path) {
		hash = (hash ^ uint64(path[i])) * 0x1000001b3
	}
	return (hash^hash>>32)%100 < *drop
}

// isLink says whether a file is a symbolic link: it has a place of its own, where its facts are printed or not.
func isLink(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode()&os.ModeSymlink != 0
}

// withoutBodies returns a copy of a file in which functions have no bodies.
func withoutBodies(original *ast.File) *ast.File {
	file := *original
	file.Decls = make([]ast.Decl, len(original.Decls))
	for i, decl := range original.Decls {
		if function, ok := decl.(*ast.FuncDecl); ok {
			bodyless := *function
			bodyless.Body = nil
			decl = &bodyless
		}
		file.Decls[i] = decl
	}
	return &file
}

// checkView type-checks a view, which imports what the view `original` does.
func (w *world) checkView(v, original *view) {
	syntax := make([]*ast.File, len(v.files))
	for i, file := range v.files {
		syntax[i] = file.syntax
	}
	config := types.Config{
		Importer:         importer{w, original},
		Sizes:            w.sizes,
		FakeImportC:      true,
		IgnoreFuncBodies: !v.root,
		Error: func(err error) {
			// What is not used has a type nevertheless.
			if err := err.(types.Error); !err.Soft {
				v.errors = append(v.errors, err.Pos)
				if *errors && v.root {
					fmt.Fprintln(os.Stderr, err)
				}
			}
		},
	}
	if v.Module != nil && v.Module.GoVersion != "" {
		config.GoVersion = "go" + v.Module.GoVersion
	}
	if v.root {
		v.info = &types.Info{
			Types:      map[ast.Expr]types.TypeAndValue{},
			Defs:       map[*ast.Ident]types.Object{},
			Uses:       map[*ast.Ident]types.Object{},
			Selections: map[*ast.SelectorExpr]*types.Selection{},
		}
	}
	v.pkg, _ = config.Check(v.path, w.fset, syntax, v.info)
}

// An importer gives a view what it imports.
type importer struct {
	*world
	view *view
}

// Import implements types.Importer.
func (i importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	found := i.byPath[i.view.resolve(path)]
	if found == nil || found == i.view {
		return nil, fmt.Errorf("no package %q", path)
	}
	<-found.done
	if found.pkg == nil || len(found.files) == 0 {
		return nil, fmt.Errorf("package %q cannot be checked", path)
	}
	return found.pkg, nil
}

// relative returns the path of a file relative to the root, with slashes.
func (w *world) relative(path string) string {
	if rest, ok := strings.CutPrefix(path, w.root+string(filepath.Separator)); ok {
		return filepath.ToSlash(rest)
	}
	return path
}

// offset returns where in its file a position is, whatever line directives say.
func (w *world) offset(pos token.Pos) int {
	return w.fset.File(pos).Offset(pos)
}
