//! Every edit of one place of a file, sensible or not: only blanks change, only within lines, and nothing panics.

use gofix_format::realign;
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

fn words(text: &str) -> String {
    text.chars().filter(|it| !matches!(it, ' ' | '\t')).collect()
}

#[test]
fn only_blanks_change_whatever_the_edit() {
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
            let realigned = realign(&before, &after, &edits);
            let result = realigned.edits.apply(after.text());
            assert_eq!(words(&result), words(after.text()), "{edits:?}");
            padded += realigned.edits.len();
        }
    }
    assert!(padded > 100, "hardly any edit was followed by padding: {padded}");
}
