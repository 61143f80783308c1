// Gofmt says what gofmt makes of Go files, so that another formatter can be compared with it.
//
// Requests come on standard input, one after the other, each a line with the length of a text in bytes and then the
// text. Answers go to standard output in the same order, as soon as they are known: a line with a word and a length,
// and then so many bytes.
//
//	same      gofmt leaves the text as it is
//	text      gofmt turns it into these bytes
//	rejected  it is no Go file: the error
//	failed    gofmt panics: with what
//
// All processors work, and requests are read while others are worked on.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"io"
	"os"
	"runtime"
)

func main() {
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "gofmt:", err)
		os.Exit(1)
	}
}

// An answer to one request.
type answer struct {
	word string
	body []byte
}

// serve answers the requests of r in order.
func serve(r io.Reader, w io.Writer) error {
	// Requests that are being worked on, in order. More than there are processors, so that a long one does not keep
	// the others waiting.
	pending := make(chan chan answer, 64)
	var readError error
	go func() {
		defer close(pending)
		slots := make(chan struct{}, runtime.GOMAXPROCS(0))
		in := bufio.NewReaderSize(r, 1<<20)
		for {
			src, err := request(in)
			if err != nil {
				if err != io.EOF {
					readError = err
				}
				return
			}
			slots <- struct{}{}
			result := make(chan answer, 1)
			go func() {
				defer func() { <-slots }()
				result <- formatted(src)
			}()
			pending <- result
		}
	}()
	out := bufio.NewWriterSize(w, 1<<20)
	for result := range pending {
		it := <-result
		fmt.Fprintf(out, "%s %d\n", it.word, len(it.body))
		out.Write(it.body)
		if len(pending) == 0 {
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return readError
}

// request reads a request; at the end of all, the error is io.EOF.
func request(in *bufio.Reader) ([]byte, error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return nil, err
	}
	var length int
	if _, err := fmt.Sscanf(line, "%d\n", &length); err != nil {
		return nil, fmt.Errorf("%q: %w", line, err)
	}
	src := make([]byte, length)
	if _, err := io.ReadFull(in, src); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	return src, nil
}

// formatted formats a file.
func formatted(src []byte) (result answer) {
	defer func() {
		if value := recover(); value != nil {
			result = answer{"failed", []byte(fmt.Sprint(value))}
		}
	}()
	// Without a package clause, format.Source would take the text for a part of a file.
	if _, err := parser.ParseFile(token.NewFileSet(), "", src, parser.PackageClauseOnly); err != nil {
		return answer{"rejected", []byte(err.Error())}
	}
	out, err := format.Source(src)
	switch {
	case err != nil:
		return answer{"rejected", []byte(err.Error())}
	case bytes.Equal(out, src):
		return answer{"same", nil}
	}
	return answer{"text", out}
}
