//! Tokens to a tree, by recursive descent with Python's precedence.

use super::ast::{Arg, Expr, Kind, Op, Trouble};
use super::lex::{self, Spanned, Token};

type Result<T> = std::result::Result<T, Trouble>;

/// Deepest nesting of parentheses, calls and signs.
const MAX_DEPTH: usize = 60;

pub(super) fn parse(text: &str) -> Result<Expr> {
    let tokens = lex::tokens(text)?;
    let mut parser = Parser { tokens, at: 0, depth: 0 };
    let expr = parser.comparison()?;
    match parser.peek() {
        Token::End => Ok(expr),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser {
    tokens: Vec<Spanned>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn comparison(&mut self) -> Result<Expr> {
        let left = self.bit_or()?;
        let Some(op) = self.comparison_op() else { return Ok(left) };
        let right = self.bit_or()?;
        if self.comparison_op().is_some() {
            return Err(match right.kind {
                Kind::Binary(Op::BitAnd | Op::BitOr, ..) => right.trouble(
                    "`&` and `|` bind tighter than comparisons; put each comparison in parentheses",
                ),
                _ => self.previous(
                    "a chain of comparisons does not work on columns; write `(a < b) & (b < c)`",
                ),
            });
        }
        Ok(binary(op, left, right))
    }

    fn comparison_op(&mut self) -> Option<Op> {
        use Op::{Eq, Ge, Gt, Le, Lt, Ne};
        self.any_of(&[("==", Eq), ("!=", Ne), ("<=", Le), (">=", Ge), ("<", Lt), (">", Gt)])
    }

    fn bit_or(&mut self) -> Result<Expr> {
        self.left_associative(&[("|", Op::BitOr)], Self::bit_and)
    }

    fn bit_and(&mut self) -> Result<Expr> {
        self.left_associative(&[("&", Op::BitAnd)], Self::sum)
    }

    fn sum(&mut self) -> Result<Expr> {
        self.left_associative(&[("+", Op::Add), ("-", Op::Sub)], Self::product)
    }

    fn product(&mut self) -> Result<Expr> {
        use Op::{Div, FloorDiv, Mod, Mul};
        let ops = [("*", Mul), ("/", Div), ("//", FloorDiv), ("%", Mod)];
        self.left_associative(&ops, Self::factor)
    }

    fn left_associative(
        &mut self,
        ops: &[(&str, Op)],
        operand: fn(&mut Self) -> Result<Expr>,
    ) -> Result<Expr> {
        let mut left = operand(self)?;
        while let Some(op) = self.any_of(ops) {
            left = binary(op, left, operand(self)?);
        }
        Ok(left)
    }

    fn factor(&mut self) -> Result<Expr> {
        let start = self.span().start;
        if self.eat("-") {
            let inner = self.deeper(Self::factor)?;
            let span = start..inner.span.end;
            return Ok(Expr { kind: Kind::Negative(Box::new(inner)), span });
        }
        if self.eat("~") {
            let inner = self.deeper(Self::factor)?;
            let span = start..inner.span.end;
            return Ok(Expr { kind: Kind::Invert(Box::new(inner)), span });
        }
        if self.eat("+") {
            return self.deeper(Self::factor);
        }
        self.power()
    }

    fn power(&mut self) -> Result<Expr> {
        let base = self.atom()?;
        if !self.eat("**") {
            return Ok(base);
        }
        let exponent = self.deeper(Self::factor)?;
        Ok(binary(Op::Pow, base, exponent))
    }

    fn atom(&mut self) -> Result<Expr> {
        let (token, span) = self.next();
        match token {
            Token::Number(value, digits) => Ok(Expr { kind: Kind::Number(value, digits), span }),
            Token::Name(name) if is_keyword(&name) => {
                self.at -= 1;
                Err(self.unexpected("a number, a column or a function"))
            }
            Token::Name(name) => {
                if !self.eat("(") {
                    return Ok(Expr { kind: Kind::Name(name), span });
                }
                let args = self.deeper(Self::arguments)?;
                let end = self.close("the call", span.start)?;
                let whole = span.start..end;
                Ok(Expr { kind: Kind::Call { name, name_span: span, args }, span: whole })
            }
            Token::Symbol("(") => {
                let mut inner = self.deeper(Self::comparison)?;
                let end = self.close("the parenthesis", span.start)?;
                inner.span = span.start..end;
                Ok(inner)
            }
            _ => {
                self.at -= 1;
                Err(self.unexpected("a number, a column or a function"))
            }
        }
    }

    fn arguments(&mut self) -> Result<Vec<Arg>> {
        let mut args = Vec::new();
        while *self.peek() != Token::Symbol(")") {
            let value = self.comparison()?;
            let arg = match (value.kind, self.eat("=")) {
                (Kind::Name(name), true) => {
                    Arg { keyword: Some((name, value.span)), value: self.comparison()? }
                }
                (_, true) => {
                    return Err(self.previous("`=` names an argument; compare by `==`"));
                }
                (kind, false) => Arg { keyword: None, value: Expr { kind, span: value.span } },
            };
            args.push(arg);
            if !self.eat(",") {
                break;
            }
        }
        Ok(args)
    }

    fn deeper<T>(&mut self, parse: fn(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            let message = format!("the expression is nested more than {MAX_DEPTH} deep");
            return Err(Trouble::new(self.span(), message));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    fn close(&mut self, what: &str, opened: usize) -> Result<usize> {
        let end = self.span().end;
        if self.eat(")") {
            return Ok(end);
        }
        match self.peek() {
            Token::End => {
                Err(Trouble::new(opened..end, format!("{what} is not closed: `)` is missing")))
            }
            _ => Err(self.unexpected("an operator, `,` or `)`")),
        }
    }

    fn any_of(&mut self, ops: &[(&str, Op)]) -> Option<Op> {
        let Token::Symbol(found) = self.peek() else { return None };
        let op = ops.iter().find(|(symbol, _)| symbol == found).map(|(_, op)| *op)?;
        self.at += 1;
        Some(op)
    }

    fn eat(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Token::Symbol(s) if *s == symbol);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    fn span(&self) -> std::ops::Range<usize> {
        let last = || self.tokens.last().map_or(0..0, |(_, span)| span.clone());
        self.tokens.get(self.at).map_or_else(last, |(_, span)| span.clone())
    }

    fn next(&mut self) -> Spanned {
        let next = (self.peek().clone(), self.span());
        self.at += 1;
        next
    }

    /// Trouble with the token just taken.
    fn previous(&mut self, message: &str) -> Trouble {
        self.at -= 1;
        Trouble::new(self.span(), message)
    }

    fn unexpected(&self, expected: &str) -> Trouble {
        let message = match self.peek() {
            Token::End => format!("the expression ends early: expected {expected}"),
            Token::Name(name) if is_keyword(name) => keyword_message(name),
            Token::Name(name) => format!("expected {expected}, found `{name}`"),
            Token::Number(..) => format!("expected {expected}, found a number"),
            Token::Symbol("[") => "picking elements by `[…]` is not supported".to_owned(),
            Token::Symbol("^" | "<<" | ">>") => {
                "operations on bits are not supported; a power is written `**`".to_owned()
            }
            Token::Symbol("=") => "`=` assigns; compare by `==`".to_owned(),
            Token::Symbol(symbol) => format!("expected {expected}, found `{symbol}`"),
        };
        Trouble::new(self.span(), message)
    }
}

fn binary(op: Op, left: Expr, right: Expr) -> Expr {
    let span = left.span.start..right.span.end;
    Expr { kind: Kind::Binary(op, Box::new(left), Box::new(right)), span }
}

fn is_keyword(name: &str) -> bool {
    const KEYWORDS: [&str; 8] = ["and", "or", "not", "if", "else", "for", "in", "lambda"];
    KEYWORDS.contains(&name)
}

fn keyword_message(name: &str) -> String {
    match name {
        "and" | "or" | "not" => {
            let symbol = match name {
                "and" => "&",
                "or" => "|",
                _ => "~",
            };
            format!("`{name}` does not work on columns; write `{symbol}`, with parentheses")
        }
        "if" | "else" => "write `np.where(condition, a, b)`".to_owned(),
        _ => format!("`{name}` is not supported"),
    }
}
