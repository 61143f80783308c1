package export

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "prices")
	if err := File(path, []Row{{"A", "1.50"}, {"B", ""}}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if want := `{"cents":150,"symbol":"A"}` + "\n"; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}
