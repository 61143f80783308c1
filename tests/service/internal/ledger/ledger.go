// Package ledger keeps what was bought and sold in a file.
package ledger

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// closedErr tells that the ledger is closed.
var closedErr = errors.New("ledger is closed")

// limitError tells how far a number is over the limit.
type limitError struct{ over int }

func (e *limitError) Error() string { return strconv.Itoa(e.over) + " over the limit" }

// Check says whether a number may be bought.
func Check(number, limit int) error {
	var err *limitError
	if number > limit {
		err = &limitError{number - limit}
	}
	return err
}

// Append writes an entry to the end of a ledger.
func Append(name, entry string) (err error) {
	if name == "" {
		return closedErr
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("open ledger: %v", err)
	}
	if _, err := file.WriteString(entry + "\n"); err != nil {
		return errors.New("Cannot write to the ledger.")
	}
	return file.Close()
}

// Remove removes ledgers.
func Remove(names []string) error {
	var errs []string
	for _, name := range names {
		if err := os.Remove(name); err != nil {
			errs = append(errs, err.Error())
		}
	}
	if len(errs) > 0 {
		return errors.New(strings.Join(errs, "\n"))
	}
	return nil
}
