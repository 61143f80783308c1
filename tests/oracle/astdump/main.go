// Astdump says what go/parser makes of Go files, so that another parser can be compared with it.
//
// It reads paths from standard input, one per line, and prints for each one line of tab-separated fields:
//
//	accepted|rejected  tree  comments  fields  count  path
//
// "tree" is a hash over all nodes in the order of ast.Walk, "comments" one over the comment groups and the nodes with
// which ast.NewCommentMap associates them, "fields" one over the Doc and Comment fields of the nodes, and "count" the
// number of comments. With -dump FILE it prints what the hashes of that file are made of, one item per line.
//
// Lines are lines of the file: line directives are not followed. Offsets are offsets in the file: those of comments
// with carriage returns, which go/ast documents to be off, are corrected.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"runtime"
	"sync"
)

func main() {
	dump := flag.String("dump", "", "print the nodes and comments of `FILE`")
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	if *dump != "" {
		dumpFile(out, *dump)
		return
	}
	var paths []string
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		paths = append(paths, in.Text())
	}
	if err := in.Err(); err != nil {
		fmt.Fprintln(os.Stderr, "astdump:", err)
		os.Exit(1)
	}
	for _, line := range summaries(paths) {
		fmt.Fprintln(out, line)
	}
}

// summaries returns the line of each path, worked out on all processors.
func summaries(paths []string) []string {
	lines := make([]string, len(paths))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				lines[i] = summary(paths[i])
			}
		})
	}
	for i := range paths {
		next <- i
	}
	close(next)
	workers.Wait()
	return lines
}

func summary(path string) string {
	file, err := parse(path)
	if err != nil {
		return "rejected\t0\t0\t0\t0\t" + path
	}
	tree, comments, fields := newHash(), newHash(), newHash()
	file.nodes(tree.item)
	file.comments(func(group span, kind string, node span) {
		comments.span(group)
		comments.item(kind, node)
	})
	file.fields(func(field, kind string, node, group span) {
		fields.item(kind, node)
		fields.item(field, group)
	})
	return fmt.Sprintf("accepted\t%016x\t%016x\t%016x\t%d\t%s", *tree, *comments, *fields, file.commentCount(), path)
}

func dumpFile(out *bufio.Writer, path string) {
	file, err := parse(path)
	if err != nil {
		fmt.Fprintf(out, "rejected %v\n", err)
		return
	}
	file.nodes(func(kind string, node span) {
		fmt.Fprintf(out, "node %s %d %d\n", kind, node.start, node.end)
	})
	file.comments(func(group span, kind string, node span) {
		fmt.Fprintf(out, "comments %d %d of %s %d %d\n", group.start, group.end, kind, node.start, node.end)
	})
	file.fields(func(field, kind string, node, group span) {
		fmt.Fprintf(out, "field %s %d %d %s %d %d\n", kind, node.start, node.end, field, group.start, group.end)
	})
}

// A span is a range of byte offsets.
type span struct{ start, end int }

// A parsed file, and a file set in which the lines are those of the text.
type parsed struct {
	syntax *ast.File
	fset   *token.FileSet
	file   *token.File
}

func parse(path string) (parsed, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return parsed{}, err
	}
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, path, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return parsed{}, err
	}
	// A file set of the same positions that has not seen any line directive.
	file := fset.File(syntax.FileStart)
	plain := token.NewFileSet()
	plainFile := plain.AddFile(path, file.Base(), file.Size())
	plainFile.SetLines(file.Lines())
	result := parsed{syntax, plain, plainFile}
	for _, group := range syntax.Comments {
		for _, comment := range group.List {
			result.restoreText(comment, src)
		}
	}
	return result, nil
}

// restoreText gives a comment the text that it has in src, carriage returns included, but for one at a line's end.
func (p parsed) restoreText(comment *ast.Comment, src []byte) {
	rest := src[p.file.Offset(comment.Slash):]
	if rest[1] == '/' {
		line, _, _ := bytes.Cut(rest, []byte("\n"))
		comment.Text = string(bytes.TrimSuffix(line, []byte("\r")))
		return
	}
	end := bytes.Index(rest[2:], []byte("*/")) + 4
	comment.Text = string(rest[:end])
}

func (p parsed) span(node ast.Node) span {
	return span{p.file.Offset(node.Pos()), p.file.Offset(node.End())}
}

// nodes visits all nodes but comments, in the order of ast.Walk.
func (p parsed) nodes(visit func(kind string, node span)) {
	ast.Inspect(p.syntax, func(node ast.Node) bool {
		switch node.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		}
		visit(kind(node), p.span(node))
		return true
	})
}

// comments visits all comment groups in order, each with the node that ast.NewCommentMap associates it with.
func (p parsed) comments(visit func(group span, kind string, node span)) {
	nodes := make(map[*ast.CommentGroup]ast.Node)
	for node, groups := range ast.NewCommentMap(p.fset, p.syntax, p.syntax.Comments) {
		for _, group := range groups {
			nodes[group] = node
		}
	}
	for _, group := range p.syntax.Comments {
		node := nodes[group]
		visit(p.span(group), kind(node), p.span(node))
	}
}

// fields visits the Doc and Comment fields that are not nil, in the order of ast.Walk.
func (p parsed) fields(visit func(field, kind string, node, group span)) {
	ast.Inspect(p.syntax, func(node ast.Node) bool {
		if node == nil {
			return false
		}
		doc, comment := docAndComment(node)
		if doc != nil {
			visit("Doc", kind(node), p.span(node), p.span(doc))
		}
		if comment != nil {
			visit("Comment", kind(node), p.span(node), p.span(comment))
		}
		return true
	})
}

func docAndComment(node ast.Node) (doc, comment *ast.CommentGroup) {
	switch node := node.(type) {
	case *ast.File:
		return node.Doc, nil
	case *ast.GenDecl:
		return node.Doc, nil
	case *ast.FuncDecl:
		return node.Doc, nil
	case *ast.ImportSpec:
		return node.Doc, node.Comment
	case *ast.ValueSpec:
		return node.Doc, node.Comment
	case *ast.TypeSpec:
		return node.Doc, node.Comment
	case *ast.Field:
		return node.Doc, node.Comment
	}
	return nil, nil
}

func (p parsed) commentCount() int {
	count := 0
	for _, group := range p.syntax.Comments {
		count += len(group.List)
	}
	return count
}

// kind returns the name of the node's type.
func kind(node ast.Node) string {
	return reflect.TypeOf(node).Elem().Name()
}

// A hash of 64 bits, mixed word by word as FNV-1a mixes byte by byte, with a rotation so that high bits count.
type hash uint64

func newHash() *hash {
	h := hash(0xcbf29ce484222325)
	return &h
}

func (h *hash) word(word uint64) {
	x := (uint64(*h) ^ word) * 0x100000001b3
	*h = hash(x<<29 | x>>35)
}

func (h *hash) span(s span) {
	h.word(uint64(s.start))
	h.word(uint64(s.end))
}

func (h *hash) item(name string, s span) {
	for _, b := range []byte(name) {
		h.word(uint64(b))
	}
	h.span(s)
}
