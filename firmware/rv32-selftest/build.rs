//! Passes the linker script to the linker.

fn main() {
    println!("cargo::rerun-if-changed=link.ld");
    println!("cargo::rustc-link-arg=-T{}/link.ld", env!("CARGO_MANIFEST_DIR"));
}
