//! Release notes, which are plain text, as paragraphs and lists.

/// A block of release notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// The lines of a paragraph.
    Paragraph(Vec<String>),
    /// The items of a list, from lines that start with `- ` or `* `.
    List(Vec<String>),
}

/// Splits notes at empty lines, and where a list starts or ends. A line of a list that is indented
/// continues the item before it.
pub(super) fn blocks(notes: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_separated = true;
    for line in notes.lines() {
        let text = line.trim();
        if text.is_empty() {
            is_separated = true;
            continue;
        }
        let item = text.strip_prefix("- ").or_else(|| text.strip_prefix("* "));
        let is_indented = line.starts_with([' ', '\t']);
        match (item, blocks.last_mut().filter(|_| !is_separated)) {
            (Some(item), Some(Block::List(items))) => items.push(item.trim().to_owned()),
            (Some(item), _) => blocks.push(Block::List(vec![item.trim().to_owned()])),
            (None, Some(Block::List(items))) if is_indented => {
                if let Some(last) = items.last_mut() {
                    last.push(' ');
                    last.push_str(text);
                }
            }
            (None, Some(Block::Paragraph(lines))) => lines.push(text.to_owned()),
            (None, _) => blocks.push(Block::Paragraph(vec![text.to_owned()])),
        }
        is_separated = false;
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(lines: &[&str]) -> Block {
        Block::Paragraph(lines.iter().map(|line| (*line).to_owned()).collect())
    }

    fn list(items: &[&str]) -> Block {
        Block::List(items.iter().map(|item| (*item).to_owned()).collect())
    }

    #[test]
    fn notes_are_split_into_paragraphs_and_lists() {
        let notes =
            "Faster.\nSafer.\n\nChanges:\n- one\n  continued\n* two\nEnd.\n\n- other list\r\n";
        assert_eq!(
            blocks(notes),
            [
                paragraph(&["Faster.", "Safer."]),
                paragraph(&["Changes:"]),
                list(&["one continued", "two"]),
                paragraph(&["End."]),
                list(&["other list"]),
            ]
        );
        assert_eq!(blocks(" \n\n"), []);
    }
}
