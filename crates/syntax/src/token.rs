//! The tokens of Go.

macro_rules! tokens {
    ($($name:ident = $text:literal $(prec $prec:literal)?,)*) => {
        /// A token of Go (spec: Tokens), or what the lexer made of text that is none.
        #[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "the table says it")]
        pub enum Token { $($name,)* }

        impl Token {
            /// The text of an operator or keyword; a description of any other token.
            pub fn text(self) -> &'static str {
                match self { $(Token::$name => $text,)* }
            }

            /// Precedence as a binary operator (spec: Operator precedence), 0 for other tokens.
            pub fn precedence(self) -> u8 {
                match self { $($(Token::$name => $prec,)?)* _ => 0 }
            }
        }
    };
}

tokens! {
    Eof = "end of file",
    Illegal = "illegal token",
    Ident = "identifier", Int = "integer", Float = "float", Imag = "imaginary number", Char = "rune", String = "string",
    // A semicolon in the text, and one that a line end stands for (spec: Semicolons).
    Semicolon = ";", Newline = "newline",
    Add = "+" prec 4, Sub = "-" prec 4, Mul = "*" prec 5, Quo = "/" prec 5, Rem = "%" prec 5,
    And = "&" prec 5, Or = "|" prec 4, Xor = "^" prec 4, Shl = "<<" prec 5, Shr = ">>" prec 5, AndNot = "&^" prec 5,
    AddAssign = "+=", SubAssign = "-=", MulAssign = "*=", QuoAssign = "/=", RemAssign = "%=",
    AndAssign = "&=", OrAssign = "|=", XorAssign = "^=", ShlAssign = "<<=", ShrAssign = ">>=", AndNotAssign = "&^=",
    LAnd = "&&" prec 2, LOr = "||" prec 1, Arrow = "<-", Inc = "++", Dec = "--",
    Eql = "==" prec 3, Lss = "<" prec 3, Gtr = ">" prec 3, Assign = "=", Not = "!", Tilde = "~",
    Neq = "!=" prec 3, Leq = "<=" prec 3, Geq = ">=" prec 3, Define = ":=", Ellipsis = "...",
    LParen = "(", LBrack = "[", LBrace = "{", Comma = ",", Period = ".", RParen = ")", RBrack = "]", RBrace = "}",
    Colon = ":",
    Break = "break", Case = "case", Chan = "chan", Const = "const", Continue = "continue", Default = "default",
    Defer = "defer", Else = "else", Fallthrough = "fallthrough", For = "for", Func = "func", Go = "go", Goto = "goto",
    If = "if", Import = "import", Interface = "interface", Map = "map", Package = "package", Range = "range",
    Return = "return", Select = "select", Struct = "struct", Switch = "switch", Type = "type", Var = "var",
}

impl Token {
    /// Whether the token is a keyword (spec: Keywords).
    pub fn is_keyword(self) -> bool {
        self >= Token::Break
    }

    /// Whether the token is a basic literal (spec: BasicLit).
    pub fn is_literal(self) -> bool {
        Token::Int <= self && self <= Token::String
    }

    /// The keyword that `text` is, if it is one.
    pub fn keyword(text: &[u8]) -> Option<Token> {
        use Token::*;
        Some(match text {
            b"break" => Break,
            b"case" => Case,
            b"chan" => Chan,
            b"const" => Const,
            b"continue" => Continue,
            b"default" => Default,
            b"defer" => Defer,
            b"else" => Else,
            b"fallthrough" => Fallthrough,
            b"for" => For,
            b"func" => Func,
            b"go" => Go,
            b"goto" => Goto,
            b"if" => If,
            b"import" => Import,
            b"interface" => Interface,
            b"map" => Map,
            b"package" => Package,
            b"range" => Range,
            b"return" => Return,
            b"select" => Select,
            b"struct" => Struct,
            b"switch" => Switch,
            b"type" => Type,
            b"var" => Var,
            _ => return None,
        })
    }
}
