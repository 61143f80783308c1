//go:build go1.26

package journal

import (
	"errors"
	"io/fs"
	"os"
)

// Denied returns the path of the journal that an error says must not be read.
func Denied(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) && errors.Is(pe.Err, os.ErrPermission) {
		return pe.Path
	}
	return ""
}
