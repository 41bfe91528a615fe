//! The expressions of ARM templates, read into a tree.

/// An expression.
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

/// The expression in a template's text; `None` where the text is just text.
pub(super) fn parse(text: &str) -> Result<Option<Expression>, String> {
    let Some(inner) = text.strip_prefix('[').filter(|inner| !inner.starts_with('[')) else {
        return Ok(None);
    };
    let Some(inner) = inner.strip_suffix(']') else {
        return Ok(None);
    };
    let mut reader = Reader { rest: inner, whole: inner };
    let expression = reader.expression()?;
    reader.space();
    if reader.rest.is_empty() { Ok(Some(expression)) } else { Err(reader.fault("ends too late")) }
}

struct Reader<'a> {
    rest: &'a str,
    whole: &'a str,
}

impl Reader<'_> {
    fn fault(&self, what: &str) -> String {
        format!("expression {what} at {:?} in {:?}", self.rest, self.whole)
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn takes(&mut self, token: char) -> bool {
        self.space();
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expression(&mut self) -> Result<Expression, String> {
        let mut value = self.start()?;
        loop {
            if self.takes('.') {
                value = Expression::Member(Box::new(value), self.word()?);
            } else if self.takes('[') {
                value = Expression::Index(Box::new(value), Box::new(self.expression()?));
                if !self.takes(']') {
                    return Err(self.fault("lacks ]"));
                }
            } else {
                return Ok(value);
            }
        }
    }

    fn start(&mut self) -> Result<Expression, String> {
        if self.takes('\'') {
            return self.text();
        }
        if self.rest.starts_with(|first: char| first.is_ascii_digit()) {
            let digits = self.rest.chars().take_while(char::is_ascii_digit).count();
            let (number, rest) = self.rest.split_at(digits);
            self.rest = rest;
            return number.parse().map(Expression::Number).map_err(|error| error.to_string());
        }
        let name = self.word()?;
        if !self.takes('(') {
            return Err(self.fault("lacks ("));
        }
        let mut arguments = Vec::new();
        while !self.takes(')') {
            if !arguments.is_empty() && !self.takes(',') {
                return Err(self.fault("lacks a comma"));
            }
            arguments.push(self.expression()?);
        }
        Ok(Expression::Call(name, arguments))
    }

    /// A text whose first quote is taken; a quote in it is doubled.
    fn text(&mut self) -> Result<Expression, String> {
        let mut text = String::new();
        loop {
            let Some((part, rest)) = self.rest.split_once('\'') else {
                return Err(self.fault("lacks a quote"));
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

    fn word(&mut self) -> Result<String, String> {
        self.space();
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        if word.is_empty() {
            return Err(self.fault("lacks a name"));
        }
        self.rest = rest;
        Ok(word.to_owned())
    }
}

#[test]
fn expressions_are_read_as_azure_reads_them() {
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
