package main

import (
	"go/types"
	"maps"
	pathpkg "path"
	"slices"
	"strings"
)

// A file of the output.
type file struct{ name, text string }

// A set of platforms, as bits.
type set uint64

// merge writes what platforms share into common files, and returns all files sorted.
func merge(platforms []platform, decls []map[string]*declarations) []file {
	names := map[string]string{"unsafe": "unsafe"}
	for _, of := range decls {
		for path, d := range of {
			names[path] = d.name
		}
	}
	var files []file
	for _, path := range slices.Sorted(maps.Keys(names)) {
		files = append(files, mergePackage(path, names, platforms, decls)...)
	}
	return append(files, builtIn())
}

// builtIn returns a file with the names of the package unsafe, which cannot be declared.
func builtIn() file {
	text := "package unsafe\n"
	for _, name := range types.Unsafe.Scope().Names() {
		text += "//since " + name + "\n"
	}
	return file{"unsafe/api.go", text}
}

// A variant is a declaration as some platforms have it.
type variant struct{ key, text string }

func mergePackage(path string, names map[string]string, platforms []platform, decls []map[string]*declarations) []file {
	variants := map[variant]set{}
	taken := map[string]bool{} // names that cannot be those of imports
	for i := range platforms {
		if d := decls[i][path]; d != nil {
			variants[variant{"0", ""}] |= 1 << i
			for key, text := range d.text {
				variants[variant{key, text}] |= 1 << i
				taken[strings.Split(key, " ")[1]] = true
			}
		}
	}
	bySet := map[set][]variant{}
	for v, platforms := range variants {
		bySet[platforms] = append(bySet[platforms], v)
	}
	var files []file
	for platformSet, of := range bySet {
		slices.SortFunc(of, func(a, b variant) int { return strings.Compare(a.key, b.key) })
		constraint, name := describe(platformSet, platforms)
		var text strings.Builder
		if constraint != "" {
			text.WriteString("//go:build " + constraint + "\n\n")
		}
		text.WriteString("package " + names[path] + "\n")
		var body strings.Builder
		for _, v := range of {
			if v.key != "0" {
				body.WriteString(v.text + "\n")
			}
		}
		text.WriteString(withImports(body.String(), names, taken))
		files = append(files, file{path + "/" + name, text.String()})
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return files
}

// withImports gives names to the packages that body refers to, and puts their imports in front.
func withImports(body string, names map[string]string, taken map[string]bool) string {
	parts := strings.Split(body, "\x00")
	paths := map[string]bool{}
	for i := 1; i < len(parts); i += 2 {
		paths[parts[i]] = true
	}
	local := map[string]string{}
	used := maps.Clone(taken)
	var imports strings.Builder
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		name := names[path]
		if used[name] {
			name = strings.NewReplacer("/", "_", ".", "_", "-", "_").Replace(path)
		}
		imports.WriteString("import ")
		if name != pathpkg.Base(path) { // readers need not look into the package for its name
			imports.WriteString(name + " ")
		}
		imports.WriteString("\"" + path + "\"\n")
		used[name] = true
		local[path] = name
	}
	for i := 1; i < len(parts); i += 2 {
		parts[i] = local[parts[i]]
	}
	return imports.String() + strings.Join(parts, "")
}
