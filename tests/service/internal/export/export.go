// Package export writes prices to files, for other programs to read.
package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
)

var errUnpriced = errors.New("no price")

// Row is the price of a symbol.
type Row struct {
	Symbol string
	Price  string
}

// File writes rows to a file, but for those without a price.
func File(path string, rows []Row) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	defer f.Close()
	for _, row := range rows {
		line, err := row.line()
		if err != nil && strings.Contains(err.Error(), "no price") {
			continue
		}
		if err != nil {
			log.Printf("cannot export %s: %v", row.Symbol, err)
			return err
		}
		if _, err := f.Write(line); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	return nil
}

func (r Row) line() ([]byte, error) {
	if r.Price == "" {
		return nil, fmt.Errorf("%s: %w", r.Symbol, errUnpriced)
	}
	cents, _ := strconv.Atoi(strings.ReplaceAll(r.Price, ".", ""))
	line, err := json.Marshal(map[string]any{"symbol": r.Symbol, "cents": cents})
	if err != nil {
		panic(err)
	}
	return append(line, '\n'), nil
}
