//! Parses the expressions of ARM templates.

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    /// `'text'`.
    Text(String),
    /// `12`.
    Number(i64),
    /// `name(argument, ..)`.
    Call(String, Vec<Expression>),
    /// `value.member`.
    Member(Box<Expression>, String),
    /// `value[index]`.
    Index(Box<Expression>, Box<Expression>),
}

/// Parses the expression in a string of a template; `None` if the string is not an expression.
pub(super) fn parse(text: &str) -> Result<Option<Expression>, String> {
    let Some(inner) = text.strip_prefix('[').filter(|inner| !inner.starts_with('[')) else {
        return Ok(None);
    };
    let Some(inner) = inner.strip_suffix(']') else {
        return Ok(None);
    };
    let mut parser = Parser { rest: inner, source: inner };
    let expression = parser.parse_expression()?;
    parser.skip_spaces();
    if parser.rest.is_empty() { Ok(Some(expression)) } else { Err(parser.error("ends too late")) }
}

struct Parser<'a> {
    rest: &'a str,
    source: &'a str,
}

impl Parser<'_> {
    fn error(&self, what: &str) -> String {
        format!("expression {what} at {:?} in {:?}", self.rest, self.source)
    }

    fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn consume(&mut self, token: char) -> bool {
        self.skip_spaces();
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn parse_expression(&mut self) -> Result<Expression, String> {
        let mut value = self.parse_primary()?;
        loop {
            if self.consume('.') {
                value = Expression::Member(Box::new(value), self.parse_name()?);
            } else if self.consume('[') {
                value = Expression::Index(Box::new(value), Box::new(self.parse_expression()?));
                if !self.consume(']') {
                    return Err(self.error("is missing ]"));
                }
            } else {
                return Ok(value);
            }
        }
    }

    fn parse_primary(&mut self) -> Result<Expression, String> {
        if self.consume('\'') {
            return self.parse_text();
        }
        if self.rest.starts_with(|first: char| first.is_ascii_digit()) {
            let digits = self.rest.chars().take_while(char::is_ascii_digit).count();
            let (number, rest) = self.rest.split_at(digits);
            self.rest = rest;
            return number.parse().map(Expression::Number).map_err(|error| error.to_string());
        }
        let name = self.parse_name()?;
        if !self.consume('(') {
            return Err(self.error("is missing ("));
        }
        let mut arguments = Vec::new();
        while !self.consume(')') {
            if !arguments.is_empty() && !self.consume(',') {
                return Err(self.error("is missing a comma"));
            }
            arguments.push(self.parse_expression()?);
        }
        Ok(Expression::Call(name, arguments))
    }

    /// Parses a string literal after its opening quote. A quote inside the string is doubled.
    fn parse_text(&mut self) -> Result<Expression, String> {
        let mut text = String::new();
        loop {
            let Some((part, rest)) = self.rest.split_once('\'') else {
                return Err(self.error("is missing a quote"));
            };
            text.push_str(part);
            self.rest = rest;
            let Some(rest) = self.rest.strip_prefix('\'') else {
                return Ok(Expression::Text(text));
            };
            text.push('\'');
            self.rest = rest;
        }
    }

    fn parse_name(&mut self) -> Result<String, String> {
        self.skip_spaces();
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        if word.is_empty() {
            return Err(self.error("is missing a name"));
        }
        self.rest = rest;
        Ok(word.to_owned())
    }
}

#[test]
fn expressions_are_parsed_as_azure_parses_them() {
    let read = |text: &str| parse(text).unwrap();
    assert_eq!(read("plain"), None);
    assert_eq!(read("[[not an expression]"), None);
    let text = |text: &str| Expression::Text(text.to_owned());
    let call = |name: &str, arguments| Expression::Call(name.to_owned(), arguments);
    assert_eq!(read("[f('it''s', 2)]"), Some(call("f", vec![text("it's"), Expression::Number(2)])));
    let member = Expression::Member(Box::new(call("f", vec![])), "b".to_owned());
    let index = Expression::Index(Box::new(member), Box::new(call("copyIndex", vec![])));
    assert_eq!(read("[ f( ).b[copyIndex()] ]"), Some(index));
    for wrong in ["[f(]", "[f('a]", "[f() g()]", "[]", "[f(1 2)]"] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}
