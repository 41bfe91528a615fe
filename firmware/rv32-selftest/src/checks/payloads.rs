use cloudsmets_protocol::{BufferFull, Envelope, cloudsmets_v2};

use super::memory::Buffer;

#[path = "../../../protocol/tests/examples/cloudsmets_v1.rs"]
mod v1;
#[path = "../../../protocol/tests/examples/cloudsmets_v2.rs"]
mod v2;

static PAYLOAD: Buffer<4096> = Buffer::new();

pub(super) fn version_1() {
    assert_written(v1::DOCUMENTED, |out| v1::documented().encode(out));
    assert_written(v1::DECIMALS, |out| v1::decimals().encode(out));
}

pub(super) fn version_2() {
    let minimal = || Envelope { cloudsmets: cloudsmets_v2::Message::new(1_767_323_100) };
    assert_written(v2::FULL, |out| v2::full().encode(out));
    assert_written(v2::MINIMAL, |out| minimal().encode(out));
    assert_written(v2::GAPS, |out| v2::gaps().encode(out));
}

fn assert_written(golden: &str, encode: impl FnOnce(&mut [u8]) -> Result<usize, BufferFull>) {
    PAYLOAD.with(|out| {
        let length = encode(out).unwrap();
        assert_eq!(&out[..length], golden.as_bytes());
    });
}
