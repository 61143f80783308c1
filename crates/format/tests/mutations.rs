//! Every edit of one place of a file, sensible or not: only layout changes, and nothing panics.

use gofix_format::reformat;
use gofix_syntax::SourceFile;
use gofix_text::{Edit, EditSet, TextRange};

const SAMPLE: &str = "package p // p
import \"x\"    // x

/* a */ /* b */
const (
	a  T = iota // one
	bb          /* two
	*/
	c  = `
` // three
)

type (
	T[K, V any] struct {
		k, l K /* k */ `k` // k
		v    V         // v
		T/* t */ `t`
	}
	I = interface{ m(struct{ x int }) }
)

func (t *T[K]) f(
	a int, // a
	b ...T,
) (c int) { return }
func g() {} // g

func h() {
L: // l
	for i := range 3 {
		switch x := y.(type) { // s
		case int, // i
			string: // j
			f(T{a: 1, // k
				bb: 2, c: T{ // l
					d: 3,
				}, e: 4}, /* m */
				g...,
			)
		default:
		}
	}
	x, // x
		y = 1, // y
		a.
			b() // z
	select {}
}
";

/// The characters of a text, without blanks and what gofmt adds or takes away; sorted, since it moves comments over tokens.
fn words(text: &str) -> Vec<char> {
    let mut chars: Vec<char> = text.chars().filter(|it| !it.is_whitespace() && !",;()".contains(*it)).collect();
    chars.sort_unstable();
    chars
}

#[test]
fn only_layout_changes_whatever_the_edit() {
    let before = SourceFile::parse(SAMPLE);
    assert_eq!(before.errors(), []);
    let mut padded = 0;
    for at in 0..SAMPLE.len() as u32 {
        for (width, text) in
            [(0, "x"), (0, "\n"), (0, "\n\nvar v T // v\n"), (0, "/* c */"), (1, ""), (1, "\t"), (9, ""), (200, "")]
        {
            let end = (at + width).min(SAMPLE.len() as u32);
            let edits = EditSet::new(vec![Edit::replace(TextRange::new(at, end), text)]).expect("one edit");
            let after = SourceFile::parse(edits.apply(SAMPLE));
            let layout = reformat(&before, &after, &edits);
            let result = layout.apply(after.text());
            assert_eq!(words(&result), words(after.text()), "{edits:?}");
            padded += layout.len();
        }
    }
    assert!(padded > 100, "hardly any edit was followed by padding: {padded}");
}
