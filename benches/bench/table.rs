//! The table of results.

/// Rows of a name, a value with its unit, and a ratio to another value.
#[derive(Default)]
pub(crate) struct Table(Vec<[String; 3]>);

impl Table {
    pub(crate) fn row(&mut self, name: &str, value: f64, unit: &str, ratio: Option<(f64, &str)>) {
        let number = match value {
            v if v >= 100.0 => format!("{v:.0}"),
            v if v >= 1.0 => format!("{v:.2}"),
            v => format!("{v:.3}"),
        };
        let compared = ratio.map(|(ratio, what)| format!("{ratio:.2} {what}")).unwrap_or_default();
        eprintln!("{name}: {number} {unit} {compared}");
        self.0.push([name.to_owned(), format!("{number} {unit}"), compared]);
    }

    pub(crate) fn print(&self) {
        println!("\n| what | measured | compared |\n|---|---:|---:|");
        for [name, value, compared] in &self.0 {
            println!("| {name} | {value} | {compared} |");
        }
    }
}

/// Returns a quantile of the values, of which 0.5 is the median.
pub(crate) fn quantile(values: &mut [f64], quantile: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * quantile).round() as usize]
}
