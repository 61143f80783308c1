package main

import (
	"maps"
	"slices"
	"strings"
)

// describe returns the expression of a //go:build line that is true for the platforms of a set and for no other of
// all, and the name of the file for it: none and api.go for all platforms.
//
// For platforms that are not among all, the expression is true where something like them is in the set, as far as it
// speaks of operating systems only; no expression that speaks of an architecture is true for others.
func describe(of set, all []platform) (constraint, name string) {
	terms := map[string]bool{}
	byOS, byArch := split(of, all, platform.osName), split(of, all, platform.archName)
	switch {
	case of == 1<<len(all)-1:
		return "", "api.go"
	case byOS.whole():
		terms = unixes(byOS)
	case byArch.whole():
		terms = byArch.some
	default:
		for os := range byOS.some {
			terms[osTerm(os, of, all)] = true
		}
	}
	constraint = strings.Join(slices.Sorted(maps.Keys(terms)), " || ")
	name = strings.NewReplacer(" || ", "-or-", " && ", "-", "(", "", ")", "").Replace(constraint)
	return constraint, name + ".go"
}

func (p platform) osName() string   { return p.os }
func (p platform) archName() string { return p.arch }

// A division tells of which systems or architectures a set has some platforms, and of which it lacks some.
type division struct{ some, lacks map[string]bool }

func split(of set, all []platform, by func(platform) string) division {
	d := division{map[string]bool{}, map[string]bool{}}
	for i, p := range all {
		if of&(1<<i) != 0 {
			d.some[by(p)] = true
		} else {
			d.lacks[by(p)] = true
		}
	}
	return d
}

// whole reports whether the set has all platforms of each system or architecture, or none.
func (d division) whole() bool {
	for it := range d.some {
		if d.lacks[it] {
			return false
		}
	}
	return true
}

// unixes returns the systems of d, as one term if they are all those that are like Unix.
func unixes(d division) map[string]bool {
	terms := maps.Clone(d.some)
	for os := range d.some {
		if !isUnix(os) {
			continue
		}
		delete(terms, os)
		terms["unix"] = true
	}
	for os := range d.lacks {
		if isUnix(os) {
			return d.some
		}
	}
	return terms
}

func isUnix(os string) bool { return os != "windows" && os != "plan9" && os != "js" && os != "wasip1" }

// osTerm returns the expression for the platforms of one system.
func osTerm(os string, of set, all []platform) string {
	var archs []string
	lacks := false
	for i, p := range all {
		switch {
		case p.os != os:
		case of&(1<<i) != 0:
			archs = append(archs, p.arch)
		default:
			lacks = true
		}
	}
	switch {
	case !lacks:
		return os
	case len(archs) == 1:
		return os + " && " + archs[0]
	default:
		return os + " && (" + strings.Join(archs, " || ") + ")"
	}
}
