//! The text of a process model.
//!
//! ```text
//! path  = seq { "|" seq }            one of these
//! seq   = item { ">" item }          one after the other
//! item  = ( step | "(" path ")" ) [ "?" | "*" | "+" ]
//! step  = a bare name without > | ( ) ? * + , " and line breaks, or "a name in quotes", in which "" is a quote
//! pairs = path { "," path } [ "," ]  what may follow what: each a chain of steps and of ( a | b )
//! ```

use crate::error::{Error, Result};

/// A definition may have this many bytes.
pub const MAX_TEXT: usize = 100_000;
/// Groups may be nested this deep, because the parser is recursive.
const MAX_DEPTH: usize = 100;

/// A path, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    Step {
        name: String,
        /// The character at which it stands, from 1.
        place: usize,
        quoted: bool,
    },
    Sequence(Vec<Tree>),
    AnyOf(Vec<Tree>),
    Repeat {
        inner: Box<Tree>,
        least: Least,
        many: bool,
    },
}

/// The fewest times that a repeated part happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Least {
    None,
    One,
}

/// What was written: one path, or chains with commas between or after them.
#[derive(Clone, Debug, PartialEq)]
pub enum Definition {
    Path(Tree),
    Chains(Vec<Tree>),
}

/// Reads a definition.
///
/// # Errors
/// 22P02 with the character; 54000 for one that is too long or too deep.
pub fn parse(text: &str) -> Result<Definition> {
    if text.len() > MAX_TEXT {
        return Err(Error::limit(
            format!("a process model of {} bytes is too long", text.len()),
            format!("It may have {MAX_TEXT}."),
        ));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        end: text.chars().count() + 1,
    };
    let first = parser.path(0)?;
    if parser.at == tokens.len() {
        return Ok(Definition::Path(first));
    }
    let mut chains = vec![first];
    while parser.take(',') && parser.at < tokens.len() {
        chains.push(parser.path(0)?);
    }
    match parser.peek() {
        None => Ok(Definition::Chains(chains)),
        Some(_) => Err(parser.unexpected("\">\", \"|\" or \",\"")),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Step { name: String, quoted: bool },
    Sign(char),
}

fn is_sign(c: char) -> bool {
    matches!(c, '>' | '|' | '(' | ')' | '?' | '*' | '+' | ',')
}

/// The tokens, each with its character from 1.
fn tokens(text: &str) -> Result<Vec<(Token, usize)>> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().enumerate().peekable();
    while let Some((i, c)) = rest.next() {
        if c.is_whitespace() {
            continue;
        }
        let place = i + 1;
        if is_sign(c) {
            tokens.push((Token::Sign(c), place));
            continue;
        }
        let mut name = String::new();
        let quoted = c == '"';
        if quoted {
            loop {
                match rest.next() {
                    Some((_, '"')) if rest.peek().is_some_and(|n| n.1 == '"') => {
                        rest.next();
                        name.push('"');
                    }
                    Some((_, '"')) => break,
                    Some((_, c)) => name.push(c),
                    None => {
                        return Err(Error::text(
                            "a quoted step of a process model must end with a double quote",
                            "A quote inside is written twice.",
                        )
                        .at(place));
                    }
                }
            }
        } else {
            name.push(c);
            while let Some((_, c)) = rest.next_if(|n| !is_sign(n.1) && n.1 != '"') {
                name.push(c);
            }
            name.truncate(name.trim_end().len());
            if name.contains(['\n', '\r']) {
                return Err(Error::text(
                    format!("the step \"{name}\" of a process model must be on one line"),
                    "A \">\" or a comma is missing between them; put it in quotes if the step is really called so.",
                )
                .at(place));
            }
        }
        if name.is_empty() {
            return Err(Error::text(
                "a step of a process model must have a name",
                "Write a name between the quotes.",
            )
            .at(place));
        }
        tokens.push((Token::Step { name, quoted }, place));
    }
    Ok(tokens)
}

struct Parser<'a> {
    tokens: &'a [(Token, usize)],
    at: usize,
    end: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|t| &t.0)
    }

    fn place(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |t| t.1)
    }

    fn take(&mut self, sign: char) -> bool {
        let found = self.peek() == Some(&Token::Sign(sign));
        self.at += usize::from(found);
        found
    }

    fn unexpected(&self, expected: &str) -> Error {
        let found = match self.peek() {
            None => "the process model ends".to_owned(),
            Some(Token::Sign(c)) => format!("found \"{c}\" in a process model"),
            Some(Token::Step { name, .. }) => format!("found \"{name}\" in a process model"),
        };
        Error::text(
            format!("{found} where {expected} is expected"),
            "Write steps as in: created > (triaged)? > assigned > (reply)+ > (solved | closed). Names with signs in them go into double quotes.",
        )
        .at(self.place())
    }

    fn path(&mut self, depth: usize) -> Result<Tree> {
        let mut ways = vec![self.sequence(depth)?];
        while self.take('|') {
            ways.push(self.sequence(depth)?);
        }
        Ok(one_or(ways, Tree::AnyOf))
    }

    fn sequence(&mut self, depth: usize) -> Result<Tree> {
        let mut items = vec![self.item(depth)?];
        while self.take('>') {
            items.push(self.item(depth)?);
        }
        Ok(one_or(items, Tree::Sequence))
    }

    fn item(&mut self, depth: usize) -> Result<Tree> {
        if depth > MAX_DEPTH {
            return Err(Error::limit(
                format!("a process model must have at most {MAX_DEPTH} levels of groups"),
                "Write it with fewer parentheses.",
            )
            .at(self.place()));
        }
        let inner = match self.tokens.get(self.at) {
            Some((Token::Step { name, quoted }, place)) => {
                self.at += 1;
                Tree::Step {
                    name: name.clone(),
                    place: *place,
                    quoted: *quoted,
                }
            }
            Some((Token::Sign('('), _)) => {
                self.at += 1;
                let inner = self.path(depth + 1)?;
                if !self.take(')') {
                    return Err(self.unexpected("\">\", \"|\" or \")\""));
                }
                inner
            }
            _ => return Err(self.unexpected("a step or \"(\"")),
        };
        let (least, many) = match self.peek() {
            Some(Token::Sign('?')) => (Least::None, false),
            Some(Token::Sign('*')) => (Least::None, true),
            Some(Token::Sign('+')) => (Least::One, true),
            _ => return Ok(inner),
        };
        self.at += 1;
        Ok(Tree::Repeat {
            inner: Box::new(inner),
            least,
            many,
        })
    }
}

fn one_or(mut list: Vec<Tree>, of: fn(Vec<Tree>) -> Tree) -> Tree {
    match (list.pop(), list.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            list.extend(last);
            of(list)
        }
    }
}
