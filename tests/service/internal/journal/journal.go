// Package journal keeps a record of what was asked for.
package journal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

var errBlank = errors.New("blank line")

// Read returns the symbols in a journal, one for each line that is not blank.
func Read(r *bufio.Reader) ([]string, error) {
	var symbols []string
	for {
		line, err := r.ReadString('\n')
		if err == io.EOF {
			return symbols, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		symbol, err := parse(line)
		if err == errBlank {
			continue
		}
		symbols = append(symbols, symbol)
	}
}

func parse(line string) (string, error) {
	symbol := strings.TrimSpace(line)
	if symbol == "" {
		return "", errBlank
	}
	return symbol, nil
}

// Missing returns the path of the journal that an error says is missing.
func Missing(err error) string {
	if pe, ok := err.(*fs.PathError); ok && pe.Err == fs.ErrNotExist {
		return pe.Path
	}
	return ""
}
