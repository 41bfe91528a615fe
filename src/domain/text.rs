//! Text from outside, made safe for terminals and pages.

use std::borrow::Cow;

/// Replaces every control character by U+FFFD: C0 and C1 controls, which terminals act on, and
/// bidirectional and other format controls, which change how the text around them is shown.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_control) {
        let replaced = |c| if is_control(c) { char::REPLACEMENT_CHARACTER } else { c };
        Cow::Owned(text.chars().map(replaced).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a character controls how the text around it is shown: the general categories Cc, Cf, Zl and
/// Zp (Unicode 16), except for the visible ones (Arabic, Syriac, Kaithi and Egyptian signs).
#[must_use]
pub fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{AD}'
                | '\u{61C}'
                | '\u{180E}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E007F}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_without_control_characters_is_unchanged() {
        for text in ["", "MAC000060", "0.082 kWh", "Zähler £3 日本 🏠", "\u{FFFD}"] {
            assert!(matches!(printable(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn control_characters_are_replaced_one_by_one() {
        assert_eq!(
            printable("\u{1B}[2Jx\r\n\t\u{7F}"),
            "\u{FFFD}[2Jx\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"
        );
        for control in ['\0', '\u{9B}', '\u{202E}', '\u{2066}', '\u{2029}', '\u{FEFF}', '\u{E0041}']
        {
            assert_eq!(printable(&format!("a{control}b")), "a\u{FFFD}b", "{control:?}");
        }
    }
}
